"""Spark SQL from 4.0 in ANSI mode (the default there), so that overflow fails and does not become null."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from recoup.tables.dialects.base import Dialect, NotWritable

_PLAIN = re.compile(r"[A-Za-z0-9 _.,:;<>=()+*/%&#@!?\-]*")


class Spark(Dialect):
    """Spark SQL. Strings beyond plain letters travel as bytes: its quoting depends on settings."""

    name: ClassVar[str] = "spark"
    text_type: ClassVar[str] = "STRING"
    timestamp_type: ClassVar[str] = "TIMESTAMP_NTZ"
    quotients: ClassVar[bool] = False

    def identifier(self, name: str) -> str:
        super().identifier(name)
        if "${" in name:
            raise NotWritable("a column's name with ${, which Spark replaces")
        return "`" + name.replace("`", "``") + "`"

    def text(self, value: str) -> str:
        self.check_text(value)
        if _PLAIN.fullmatch(value):
            return f"'{value}'"
        return f"decode(unhex('{value.encode().hex()}'), 'UTF-8')"

    def moment(self, value: object) -> str:
        return super().moment(value).replace("TIMESTAMP", "TIMESTAMP_NTZ", 1)  # type: ignore[arg-type]

    def clock(self, value: object) -> str:
        raise NotWritable(f"times of day in Spark ({value})")

    def finite(self, column: str) -> str:
        limits = "double('-Infinity'), double('Infinity'), double('NaN')"
        return f"CASE WHEN {column} NOT IN ({limits}) THEN {column} END"

    def whole_quotient(self, top: str, bottom: str) -> str:
        del top, bottom
        raise NotWritable("a quotient that is written down or rounded in Spark")

    def remainder(self, top: str, bottom: str) -> str:
        return self.whole_quotient(top, bottom)

    def plain_number(self, sql: str, *, scale: int) -> str:
        if scale > 6:
            raise NotWritable("a number with more than six decimals as text in Spark")
        return super().plain_number(sql, scale=scale)

    def length(self, text: str) -> str:
        return f"CAST(char_length({text}) AS BIGINT)"

    def substring(self, text: str, start: str, length: str | None = None) -> str:
        size = f", CAST({length} AS INT)" if length else ""
        return f"substring({text}, CAST({start} AS INT){size})"

    def position(self, text: str, part: str) -> str:
        return f"CAST(instr({text}, {part}) AS BIGINT)"

    def starts_with(self, text: str, part: str) -> str:
        return f"startswith({text}, {part})"

    def ends_with(self, text: str, part: str) -> str:
        return f"endswith({text}, {part})"

    def days_between(self, later: str, earlier: str) -> str:
        return f"CAST(datediff({later}, {earlier}) AS BIGINT)"

    def days_later(self, day: str, count: str) -> str:
        return f"date_add({day}, CAST({count} AS INT))"

    def months_later(self, day: str, count: str) -> str:
        return f"add_months({day}, CAST({count} AS INT))"

    def weekday(self, day: str) -> str:
        return f"CAST(weekday({day}) + 1 AS BIGINT)"

    def day_text(self, day: str) -> str:
        return f"CAST({day} AS STRING)"

    def field(self, group: str, name: str) -> str:
        return f"{group}.{self.identifier(name)}"

    def list_type(self, item: str) -> str:
        return f"ARRAY<{item}>"

    def listed(self, items: Sequence[str], item_type: str) -> str:
        return f"CAST(array({', '.join(items)}) AS ARRAY<{item_type}>)"

    def without_nulls(self, listed: str) -> str:
        return f"filter({listed}, _each -> _each IS NOT NULL)"

    def chosen(self, listed: str, number: str, choice: str, choice_type: str) -> str:
        return f"transform({listed}, {number} -> CAST({choice} AS {choice_type}))"

    def size(self, listed: str) -> str:
        return f"CAST(cardinality({listed}) AS BIGINT)"
