"""What makes the slices one installation: settings, addresses, the command line."""
