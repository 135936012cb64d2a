"""Recoup: from an overdue book to today's work."""

__version__ = "0.1.0"
