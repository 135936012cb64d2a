"""Is a decision model sound? Types, gaps, overlaps, rules that can never fire, missing citations and dates."""

from recoup.tables.check.coverage import example_words
from recoup.tables.check.model import check

__all__ = ["check", "example_words"]
