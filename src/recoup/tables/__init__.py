"""Decision tables and the expressions in them. Pure: no Django, no clock, no files."""
