"""Reads of rulebooks: the rules in force, and their life."""

from recoup.policy.queries.drafts import (
    Finding,
    Waiting,
    as_if_in_force,
    base_of,
    check_draft,
    check_text,
    draft_by_id,
    draft_differences,
    draft_text,
    may_approve,
    open_drafts,
    texts_of,
    waiting_for,
)
from recoup.policy.queries.history import (
    HistoryLine,
    RulebookLine,
    history,
    rulebooks_list,
    trail,
    version_by_id,
    version_differences,
)
from recoup.policy.queries.rules import InForce, in_force, latest_version

__all__ = [
    "Finding",
    "HistoryLine",
    "InForce",
    "RulebookLine",
    "Waiting",
    "as_if_in_force",
    "base_of",
    "check_draft",
    "check_text",
    "draft_by_id",
    "draft_differences",
    "draft_text",
    "history",
    "in_force",
    "latest_version",
    "may_approve",
    "open_drafts",
    "rulebooks_list",
    "texts_of",
    "trail",
    "version_by_id",
    "version_differences",
    "waiting_for",
]
