"""The commands of `recoup`, one module a noun. Each gives ``add(commands)`` and reads the clock itself."""
