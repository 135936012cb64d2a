"""The demonstration book for tests: whole, and small enough to build more than once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

from recoup.demo.debts import book_of
from recoup.demo.drafts import DraftDebt
from recoup.demo.lenders import LENDERS

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

#: The same creditors and products with a fortieth of the debts.
SMALL = tuple(
    replace(lender, products=tuple(replace(each, debts=max(each.debts // 40, 3)) for each in lender.products))
    for lender in LENDERS
)


@cache
def whole_book(seed: int = 1) -> list[DraftDebt]:
    """All debts of the book as it stands on TODAY."""
    return book_of(seed, TODAY)
