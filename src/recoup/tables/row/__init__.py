"""The engine for one case at a time: compiled closures, an index for each column of conditions, and the story told."""

from __future__ import annotations

from recoup.tables.row.engine import Compiled, Outcome, compile_model
from recoup.tables.row.story import RuleStory, TableStory, explain

__all__ = ["Compiled", "Outcome", "RuleStory", "TableStory", "compile_model", "explain"]
