"""Pages of the desk, split by noun."""
