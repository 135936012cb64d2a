"""The desk: the front for staff."""
