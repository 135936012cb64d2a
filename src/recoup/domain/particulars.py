"""What each kind of debt has that the others have not: typed fields, read from text and checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation


class ParticularsError(ValueError):
    """A particular that cannot be kept; names the column, the message is fit to show."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}")
        self.column = column
        self.reason = reason


def _text(value: str) -> str:
    if len(value) > 200:
        raise ValueError("longer than 200 characters")
    return value


def _whole(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", value, re.ASCII):
        raise ValueError(f"{value!r} is not a whole number")
    return int(value)


def _day_of_month(value: str) -> int:
    day = _whole(value)
    if not 1 <= day <= 31:
        raise ValueError(f"{value!r} is not a day of a month")
    return day


def _decimal(value: str) -> str:
    # Kept as text: JSON numbers would make doubles of them.
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if not number.is_finite() or number < 0 or number >= 10**12:
        raise ValueError(f"{value!r} is not a number that makes sense here")
    return format(number, "f")


def _date(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError(f"{value!r} is not a date") from None


def _yes_no(value: str) -> bool:
    if value.lower() not in {"yes", "no", "true", "false", "1", "0", "是", "否"}:
        raise ValueError(f"{value!r} is neither yes nor no")
    return value.lower() in {"yes", "true", "1", "是"}


@dataclass(frozen=True, slots=True)
class Particular:
    """One field of one kind: its column and how its text is read (to text, integer or boolean, ready for JSON)."""

    column: str
    read: Callable[[str], str | int | bool]


#: The fields of each kind of debt.
PARTICULARS: dict[str, tuple[Particular, ...]] = {
    "card": (
        Particular("card_ending", _text),
        Particular("credit_limit", _decimal),
        Particular("statement_day", _day_of_month),
        Particular("minimum_payment", _decimal),
    ),
    "loan": (
        Particular("purpose", _text),
        Particular("disbursed_on", _date),
        Particular("term_months", _whole),
        Particular("debit_bank", _text),
    ),
    "consumer_finance": (
        Particular("merchant", _text),
        Particular("goods", _text),
        Particular("term_months", _whole),
        Particular("delivered", _yes_no),
    ),
    "private_loan": (
        Particular("iou_on", _date),
        Particular("agreed_in_writing", _yes_no),
        Particular("guarantee_ends_on", _date),
    ),
    "property_fee": (
        Particular("building", _text),
        Particular("unit", _text),
        Particular("area_sqm", _decimal),
        Particular("monthly_rate", _decimal),
        Particular("vacant", _yes_no),
    ),
    "sales_contract": (
        Particular("invoice_no", _text),
        Particular("delivered_on", _date),
        Particular("goods", _text),
        Particular("retention_of_title", _yes_no),
    ),
}

#: Every column that some kind of debt reads.
PARTICULARS_COLUMNS = frozenset(field.column for fields in PARTICULARS.values() for field in fields)


def parse_particulars(kind: str, columns: Mapping[str, str]) -> dict[str, str | int | bool]:
    """The particulars of a debt of this kind, from column texts; empty texts are left out.

    Raises ParticularsError for a text that cannot be read, and for a column that this kind of debt does not have.
    """
    own = {field.column: field for field in PARTICULARS[kind]}
    found: dict[str, str | int | bool] = {}
    for column, text in columns.items():
        if column not in PARTICULARS_COLUMNS or not text.strip():
            continue
        if column not in own:
            raise ParticularsError(column, f"a debt of kind {kind} has no such particular")
        try:
            found[column] = own[column].read(text.strip())
        except ValueError as error:
            raise ParticularsError(column, str(error)) from None
    return found
