"""What people type in, checked before an order is given."""
