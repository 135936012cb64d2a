"""Models for people: as text, as differences in words, as a spreadsheet and back into the same file."""
