"""Rulebooks as people read them: cells in words, tables as rows, trials with their path, and the draft's editor."""
