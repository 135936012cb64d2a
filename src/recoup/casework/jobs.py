"""Background jobs of casework."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from recoup.casework.operations import BookMoved, dry_run
from recoup.casework.queries import book_date
from recoup.domain.ladder import LadderError
from recoup.policy.models import HOUSE
from recoup.policy.operations import fail_dry_run, record_dry_run
from recoup.policy.queries import as_if_in_force, draft_by_id
from recoup.policy.refusals import PolicyRefusal
from recoup.tables.problems import ModelError


@task()
def try_rules(draft_id: int, revision: int) -> None:
    """Tries a draft on today's book and keeps with it who would be treated otherwise, or why it could not be tried.

    The book is taken as of the last finished run, whose lists people work by; before the first run as of today.
    """
    draft = draft_by_id(draft_id)
    if draft is None or draft.revision != revision:
        return
    on = book_date() or timezone.localdate()
    try:
        rules = as_if_in_force(draft)
        # Nothing decides by a creditor's own rules yet.
        name = draft.rulebook.name if draft.rulebook.scope == HOUSE else str(draft.rulebook)
        figures = dry_run(name, rules, on)
    except (ModelError, LadderError, PolicyRefusal, BookMoved) as error:
        fail_dry_run(draft_id, revision=revision, failure=str(error), at=timezone.now())
        return
    except Exception as error:
        fail_dry_run(draft_id, revision=revision, failure=f"{type(error).__name__}: {error}", at=timezone.now())
        raise
    record_dry_run(draft_id, revision=revision, book_on=on, figures=figures, at=timezone.now())
