"""PostgreSQL from 14. Numeric is exact at any size; strings need ``COLLATE "C"`` to compare by code point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from recoup.tables.dialects.base import Dialect, NotWritable

#: PostgreSQL cuts longer names silently, which could make two columns one.
NAME_BYTES_MAX = 63


class PostgreSQL(Dialect):
    """PostgreSQL with any locale, in a UTF-8 database."""

    name: ClassVar[str] = "postgresql"
    text_type: ClassVar[str] = "text"
    double_type: ClassVar[str] = "double precision"
    fence: ClassVar[str] = " OFFSET 0"
    by_code_point: ClassVar[str] = ' COLLATE "C"'

    def identifier(self, name: str) -> str:
        quoted = super().identifier(name)
        if len(name.encode()) > NAME_BYTES_MAX:
            raise NotWritable(f"a column's name of more than {NAME_BYTES_MAX} bytes")
        return quoted

    def text(self, value: str) -> str:
        quoted = super().text(value)
        # A backslash means itself only under a setting that a server may not have.
        quoted = "E" + quoted.replace("\\", "\\\\") if "\\" in value else quoted
        return f"CAST({quoted} AS text)"

    def decimal_type(self, precision: int, scale: int) -> str:
        return f"numeric({precision},{scale})"

    def finite(self, column: str) -> str:
        return (
            f"CASE WHEN {column} > '-Infinity'::double precision AND {column} < 'Infinity'::double precision "
            f"THEN {column} END"
        )

    def exact_of_double(self, column: str, *, scale: int) -> str:
        written = f"CAST(CAST({column} AS text) AS numeric)"
        # The cast of a text that is no number is the error that is wanted; there is no other way to raise one.
        complaint = f"more than {scale} decimals: "
        exact = f"CAST({written} AS {self.decimal_type(34, scale)})"
        return (
            f"CASE WHEN {exact} = {written} THEN {exact} "
            f"WHEN {column} IS NOT NULL THEN CAST('{complaint}' || {column} AS numeric) END"
        )

    def whole_quotient(self, top: str, bottom: str) -> str:
        return f"div({top}, {bottom})"

    def remainder(self, top: str, bottom: str) -> str:
        return f"mod({top}, {bottom})"

    def length(self, text: str) -> str:
        return f"CAST(char_length({text}) AS BIGINT)"

    def position(self, text: str, part: str) -> str:
        return f"CAST(strpos({text}, {part}) AS BIGINT)"

    def substring(self, text: str, start: str, length: str | None = None) -> str:
        size = f" FOR CAST({length} AS integer)" if length else ""
        return f"substring({text} FROM CAST({start} AS integer){size})"

    def ends_with(self, text: str, part: str) -> str:
        return f"(right({text}, CAST(char_length({part}) AS integer)) = {part} OR {part} = '')"

    def days_later(self, day: str, count: str) -> str:
        return f"({day} + CAST({count} AS integer))"

    def months_later(self, day: str, count: str) -> str:
        return f"CAST({day} + make_interval(months => CAST({count} AS integer)) AS date)"

    def day_text(self, day: str) -> str:
        return f"to_char({day}, 'YYYY-MM-DD')"

    def listed(self, items: Sequence[str], item_type: str) -> str:
        return f"CAST(ARRAY[{', '.join(items)}] AS {item_type}[])"

    def without_nulls(self, listed: str) -> str:
        return f"array_remove({listed}, NULL)"

    def chosen(self, listed: str, number: str, choice: str, choice_type: str) -> str:
        rows = f"unnest({listed}) WITH ORDINALITY AS _rules({number}, _place)"
        answers = f"ARRAY(SELECT CAST({choice} AS {choice_type}) FROM {rows} ORDER BY _place)"  # noqa: S608
        return f"CASE WHEN {listed} IS NOT NULL THEN {answers} END"

    def size(self, listed: str) -> str:
        return f"CAST(cardinality({listed}) AS BIGINT)"
