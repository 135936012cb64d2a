"""The SQL that all three databases share, and the places in which they differ.

A dialect writes text and decides nothing: what is asked of it has been checked to mean the same everywhere. Decimals
have at most 38 digits, because that is what DuckDB and Spark hold; FEEL itself has 34.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import ClassVar

#: The most digits of a decimal that every database holds.
DIGITS_MAX = 38


class NotWritable(ValueError):
    """What a database has no exact words for; the message says what."""


class Dialect:
    """Standard SQL with doubled quotes; subclasses say where a database departs from it."""

    name: ClassVar[str] = ""
    text_type: ClassVar[str] = "VARCHAR"
    whole_type: ClassVar[str] = "BIGINT"
    rule_type: ClassVar[str] = "INTEGER"
    double_type: ClassVar[str] = "DOUBLE"
    boolean_type: ClassVar[str] = "BOOLEAN"
    date_type: ClassVar[str] = "DATE"
    timestamp_type: ClassVar[str] = "TIMESTAMP"
    #: Stands behind an inner select, so that the database computes its columns once.
    fence: ClassVar[str] = ""
    #: Stands behind a string in comparisons of order, so that they go by code point.
    by_code_point: ClassVar[str] = ""
    #: Whether decimals of 38 digits keep their scale in arithmetic, so that a result that does not fit fails.
    quotients: ClassVar[bool] = True

    # --- names and constants ------------------------------------------------------------------------------------

    def identifier(self, name: str) -> str:
        """A column's name, quoted whatever it holds."""
        if not name or "\0" in name:
            raise NotWritable("a column needs a name, and one without the character zero")
        return '"' + name.replace('"', '""') + '"'

    def text(self, value: str) -> str:
        """A constant string, quoted whatever it holds."""
        self.check_text(value)
        return "'" + value.replace("'", "''") + "'"

    def check_text(self, value: str) -> None:
        """Raises NotWritable for a string that no database keeps."""
        if "\0" in value:
            raise NotWritable("a string with the character zero")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise NotWritable("a string with half a character (a lone surrogate)") from None

    def decimal_type(self, precision: int, scale: int) -> str:
        """The type of exact decimals with that many digits, ``scale`` of them after the point."""
        return f"DECIMAL({precision},{scale})"

    def number(self, value: Decimal, precision: int, scale: int) -> str:
        """A constant as a decimal of that type; it must fit."""
        return f"CAST({value:f} AS {self.decimal_type(precision, scale)})"

    def whole(self, value: int) -> str:
        """A constant whole number."""
        return str(value)

    def double(self, value: float) -> str:
        """A constant of binary floating point."""
        return f"CAST({self.text(repr(value))} AS {self.double_type})"

    def day(self, value: date) -> str:
        """A constant date."""
        return f"DATE '{value.isoformat()}'"

    def moment(self, value: datetime) -> str:
        """A constant date and time without a zone."""
        return f"TIMESTAMP '{value.isoformat(sep=' ')}'"

    def clock(self, value: time) -> str:
        """A constant time of day without a zone."""
        return f"TIME '{value.isoformat()}'"

    # --- comparison ---------------------------------------------------------------------------------------------

    def same(self, left: str, right: str) -> str:
        """Equal, where null equals null and nothing else; never unknown."""
        return f"{left} IS NOT DISTINCT FROM {right}"

    def finite(self, column: str) -> str:
        """A column of floating point with null in the place of what is no number."""
        raise NotImplementedError

    def exact_of_double(self, column: str, *, scale: int) -> str:
        """A double as the decimal that is written so, or an error where it has more than ``scale`` decimals."""
        raise NotWritable(f"arithmetic on numbers of floating point ({column} to {scale} decimals)")

    # --- numbers ------------------------------------------------------------------------------------------------

    def whole_quotient(self, top: str, bottom: str) -> str:
        """The whole part of the quotient of two whole decimals, towards zero, exactly."""
        raise NotImplementedError

    def remainder(self, top: str, bottom: str) -> str:
        """What is left of two whole decimals after ``whole_quotient``."""
        raise NotImplementedError

    def plain_number(self, sql: str, *, scale: int) -> str:
        """A decimal as text, without idle zeros after the point."""
        text = f"CAST({sql} AS {self.text_type})"
        return f"rtrim(rtrim({text}, '0'), '.')" if scale else text

    # --- text ---------------------------------------------------------------------------------------------------

    def length(self, text: str) -> str:
        """The number of code points."""
        return f"length({text})"

    def substring(self, text: str, start: str, length: str | None = None) -> str:
        """Characters from ``start``, counted from 1."""
        return f"substring({text}, {start}{f', {length}' if length else ''})"

    def position(self, text: str, part: str) -> str:
        """Where a string begins in another, from 1; 0 when it does not."""
        return f"strpos({text}, {part})"

    def starts_with(self, text: str, part: str) -> str:
        """Whether a string begins with another."""
        return f"starts_with({text}, {part})"

    def ends_with(self, text: str, part: str) -> str:
        """Whether a string ends with another."""
        raise NotImplementedError

    # --- dates --------------------------------------------------------------------------------------------------

    def days_between(self, later: str, earlier: str) -> str:
        """``later - earlier`` in days."""
        return f"CAST({later} - {earlier} AS {self.whole_type})"

    def days_later(self, day: str, count: str) -> str:
        """The date that many days later; the database fails beyond its calendar."""
        raise NotImplementedError

    def months_later(self, day: str, count: str) -> str:
        """The same day of the month that many months later, or that month's last."""
        raise NotImplementedError

    def part(self, part: str, day: str) -> str:
        """``year``, ``month``, ``day`` … of a date or a timestamp, a whole number."""
        return f"CAST(extract({part} FROM {day}) AS {self.whole_type})"

    def weekday(self, day: str) -> str:
        """1 for Monday to 7 for Sunday."""
        return self.part("isodow", day)

    def day_text(self, day: str) -> str:
        """A date as ``2005-10-01``."""
        raise NotImplementedError

    # --- groups and lists ---------------------------------------------------------------------------------------

    def field(self, group: str, name: str) -> str:
        """A part of a structured column."""
        return f"({group}).{self.identifier(name)}"

    def list_type(self, item: str) -> str:
        """The type of a list."""
        return f"{item}[]"

    def listed(self, items: Sequence[str], item_type: str) -> str:
        """A list of these items, nulls included."""
        raise NotImplementedError

    def at_place(self, _items: Sequence[str], _place: str) -> str:
        """The constant at a place, counted from 1; null at any other. Empty where CASE is the better way to say so."""
        return ""

    def without_nulls(self, listed: str) -> str:
        """A list less its nulls, in its order."""
        raise NotImplementedError

    def chosen(self, listed: str, number: str, choice: str, choice_type: str) -> str:
        """For each number in a list of them, the ``choice`` that mentions it by the name ``number``, in its order."""
        raise NotImplementedError

    def size(self, listed: str) -> str:
        """How many items a list has."""
        raise NotImplementedError

    def least(self, items: Sequence[str]) -> str:
        """The smallest of several values without nulls."""
        return f"least({', '.join(items)})"

    def greatest(self, items: Sequence[str]) -> str:
        """The largest of several values without nulls."""
        return f"greatest({', '.join(items)})"
