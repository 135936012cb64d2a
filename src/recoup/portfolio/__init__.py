"""Whole books in columns: lenders' files read, mapped and checked. Pure: no Django, no clock."""
