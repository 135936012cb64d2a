"""Rows of lists as they are read: a masked person, a bucket, a reason, a sum. Templates stay lean."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from recoup.book.models import Debtor
from recoup.book.wording import money_text
from recoup.casework.models import WorkItem
from recoup.casework.reasons import why_listed
from recoup.contact.models import StopReason
from recoup.desk.masking import initial, masked_name


class Row(NamedTuple):
    """One row of a work list."""

    case_id: int
    ref: str
    person: str
    initial: str
    bucket: str
    bucket_rank: int
    stage: str
    days: int
    why: str
    rule: str
    overdue: str
    more_currencies: bool
    stopped: str
    is_aside: bool


def person_of(debtor: Debtor) -> str:
    """How a debtor is called until the name is needed."""
    return masked_name(debtor.name, is_firm=debtor.is_firm, country=debtor.country)


def initial_of(debtor: Debtor) -> str:
    """The character in the round mark of a debtor."""
    return initial(debtor.name, is_firm=debtor.is_firm, country=debtor.country)


def rows_of(items: Iterable[WorkItem], on: date, language: str) -> list[Row]:
    """Work items as rows."""
    return [row_of(item, on, language) for item in items]


def row_of(item: WorkItem, on: date, language: str) -> Row:
    """One work item as a row; days are counted to ``on``."""
    case, debtor = item.case, item.case.debtor
    return Row(
        case_id=item.case_id,
        ref=case.ref,
        person=person_of(debtor),
        initial=initial_of(debtor),
        bucket=item.bucket,
        bucket_rank=item.bucket_rank,
        stage=case.stage,
        days=max((on - item.oldest_on).days, 0),
        why=why_listed(item, language),
        rule=_rule(item),
        overdue=money_text(item.overdue_minor, item.currency, language),
        more_currencies=item.other_currencies,
        stopped=str(StopReason(item.stopped_by).label) if item.stopped_by else "",
        is_aside=item.set_aside_on == on,
    )


def _rule(item: WorkItem) -> str:
    """By which rule of which version the reason was given; nothing where the version is not kept."""
    if item.policy_version is None or item.rule is None:
        return ""
    version = _("v%(number)s") % {"number": item.policy_version.number}
    return _("rule %(rule)s, %(version)s") % {"rule": item.rule, "version": version}
