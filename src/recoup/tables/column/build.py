"""The statement under construction: its levels, and columns that are computed once and then referred to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from recoup.tables.column.fragments import Refusal, Sql
from recoup.tables.dialects import Dialect, NotWritable

#: Longest statement that is written: a model that inlines into more would keep a database's parser busy.
TEXT_MAX = 8_000_000


@dataclass(slots=True)
class Build:
    """Levels of selects over the source; level 0 is the source itself."""

    dialect: Dialect
    taken: frozenset[str] = frozenset()
    levels: list[dict[str, Sql]] = field(default_factory=list)
    known: dict[Sql, Sql] = field(default_factory=dict)
    count: int = 0
    #: Columns of rule numbers that may be 0, for rules that contradict each other.
    conflicts: set[Sql] = field(default_factory=set)
    size: int = 0

    def bind(self, expression: Sql) -> Sql:
        """A column that holds the expression, one level further out; the same expression is computed once."""
        if found := self.known.get(expression):
            return found
        name = self._free_name()
        while len(self.levels) <= expression.level:
            self.levels.append({})
        self.levels[expression.level][name] = expression
        self.spend(expression)
        column = self.known[expression] = Sql(name, expression.level + 1)
        self.known[column] = column
        return column

    @property
    def columns_made(self) -> set[str]:
        """The names of columns that hold something computed."""
        return {name for level in self.levels for name in level}

    def column(self, column: Sql) -> Sql:
        """A column that is there already: binding it gives itself."""
        self.known[column] = column
        return column

    def spend(self, expression: Sql) -> None:
        """Counts what is written. Raises Refusal when the statement grows beyond what is sensible."""
        self.size += len(expression.text)
        if self.size > TEXT_MAX:
            raise Refusal(f"the statement would be longer than {TEXT_MAX} characters")

    def _free_name(self) -> str:
        self.count += 1
        while f"_r{self.count}" in self.taken:
            self.count += 1
        return f"_r{self.count}"

    def select(self, source: str, columns: Iterable[tuple[str, Sql]]) -> str:
        """The whole statement: the outermost select of these columns by name, over the levels, over the source."""
        # Every name and constant in these pieces has been quoted by the dialect.
        inner = f"SELECT * FROM {source}"  # noqa: S608
        for level in self.levels:
            made = "".join(f", {each.text} AS {name}" for name, each in level.items())
            inner = f"SELECT _s.*{made} FROM ({inner}) AS _s{self.dialect.fence}"  # noqa: S608
        listed = ", ".join(f"{each.text} AS {self.identifier(name)}" for name, each in columns)
        return f"SELECT {listed} FROM ({inner}) AS _s"  # noqa: S608

    def identifier(self, name: str) -> str:
        """A quoted name. Raises Refusal for one that the database cannot bear."""
        try:
            return self.dialect.identifier(name)
        except NotWritable as error:
            raise Refusal(str(error), name) from error
