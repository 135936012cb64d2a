"""What each kind of debt has of its own is typed and checked."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.book.models import DebtKind
from recoup.domain.particulars import PARTICULARS, PARTICULARS_COLUMNS, ParticularsError, parse_particulars
from tests.generative import sampled


def test_each_of_the_six_kinds_has_particulars() -> None:
    assert set(PARTICULARS) == set(DebtKind.values)
    assert all(PARTICULARS.values())


@pytest.mark.parametrize(
    ("kind", "columns", "kept"),
    [
        (
            "card",
            {"card_ending": "0142", "credit_limit": "50000.00"},
            {"card_ending": "0142", "credit_limit": "50000.00"},
        ),
        ("card", {"statement_day": "31"}, {"statement_day": 31}),
        ("card", {"statement_day": " ", "merchant": ""}, {}),  # empty cells say nothing, whosever column it is
        (
            "loan",
            {"disbursed_on": "2026-02-28", "term_months": "24"},
            {"disbursed_on": "2026-02-28", "term_months": 24},
        ),
        ("consumer_finance", {"delivered": "是"}, {"delivered": True}),
        ("private_loan", {"agreed_in_writing": "No"}, {"agreed_in_writing": False}),
        ("property_fee", {"area_sqm": "89.50", "vacant": "0"}, {"area_sqm": "89.50", "vacant": False}),
        ("sales_contract", {"goods": "steel", "creditor": "NORTH"}, {"goods": "steel"}),  # other columns are not ours
    ],
)
def test_particulars_are_read_by_their_type(kind: str, columns: dict[str, str], kept: dict[str, object]) -> None:
    assert parse_particulars(kind, columns) == kept


@pytest.mark.parametrize(
    ("kind", "column", "text", "complaint"),
    [
        ("card", "statement_day", "32", "not a day of a month"),
        ("card", "statement_day", "0", "not a day of a month"),
        ("card", "credit_limit", "-1", "no"),
        ("card", "credit_limit", "1e99", "makes sense"),
        ("card", "credit_limit", "NaN", "makes sense"),
        ("loan", "disbursed_on", "2026-02-30", "not a date"),
        ("loan", "term_months", "12.5", "not a whole number"),
        ("loan", "term_months", "１２", "not a whole number"),
        ("consumer_finance", "delivered", "perhaps", "neither yes nor no"),
        ("loan", "purpose", "x" * 201, "longer"),
        ("loan", "merchant", "Corner shop", "no such particular"),  # another kind's column
    ],
)
def test_a_particular_that_cannot_be_is_refused_by_its_column(
    kind: str, column: str, text: str, complaint: str
) -> None:
    with pytest.raises(ParticularsError, match=complaint) as refusal:
        parse_particulars(kind, {column: text})
    assert refusal.value.column == column


@sampled
@given(
    kind=st.sampled_from(sorted(PARTICULARS)),
    columns=st.dictionaries(st.sampled_from(sorted(PARTICULARS_COLUMNS)), st.text(max_size=20), max_size=4),
)
def test_whatever_is_written_is_kept_ready_for_json_or_refused(
    kind: str, columns: dict[str, str], examples: str
) -> None:
    try:
        kept = parse_particulars(kind, columns)
    except ParticularsError:
        return
    assert json.loads(json.dumps(kept)) == kept
