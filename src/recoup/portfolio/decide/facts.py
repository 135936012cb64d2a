"""Facts of any origin as one view of typed columns, looked at once before anything is decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recoup.portfolio.decide.session import Session
from recoup.portfolio.decide.stored import Column, ColumnUnfit, Probe, Typed, quoted
from recoup.portfolio.decide.trouble import BAD_CELLS_SHOWN, BadCell, FactsRefused
from recoup.portfolio.decide.wanted import Wanted

#: The view that engines read.
VIEW = "recoup_facts"
#: Raw columns that the result keeps beside their typed selves bear this before their place.
_KEPT = "recoup kept "


@dataclass(frozen=True, slots=True)
class Raw:
    """What a file holds: where DuckDB reads it, its columns as (name, SQL), and how its rows are numbered.

    ``numbers`` turns places of rows, from 0, into the numbers that people see; ``path`` is the file if it is Parquet.
    ``keep_typed`` has the result keep typed columns in the place of the raw ones: a Parquet file made of text.
    ``look`` says that all rows are to be read once before anything is decided: text may break anywhere.
    """

    name: str
    scan: str
    columns: tuple[tuple[str, str], ...]
    path: Path | None = None
    keep_typed: bool = False
    look: bool = False
    numbers: Callable[[Sequence[int]], Sequence[int]] = field(default=lambda places: [place + 1 for place in places])


@dataclass(frozen=True, slots=True)
class Facts:
    """A view ``VIEW`` of the session: each wanted fact typed, under its name, and all that the result keeps.

    ``kept`` says for each column of the file how it is called in the file and in the view. ``path`` is the Parquet file
    that holds exactly this view, where there is one; ``rows`` is how many there are, where they had to be counted.
    """

    typed: Mapping[str, Typed]
    kept: tuple[tuple[str, str], ...]
    rows: int | None = None
    path: Path | None = None


def check_names(raw: Raw, wanted: Sequence[Wanted]) -> None:
    """Raises FactsRefused when names differ only in case, which SQL cannot tell apart."""
    seen: dict[str, str] = {}
    for name in (name for name, _sql in raw.columns):
        if name.casefold() in seen:
            raise FactsRefused([f"{raw.name}: the columns {seen[name.casefold()]!r} and {name!r} have one name"])
        seen[name.casefold()] = name
    facts: dict[str, str] = {}
    for column in wanted:
        if column.name.casefold() in facts:
            raise FactsRefused([f"the model asks for {facts[column.name.casefold()]!r} and {column.name!r}: one name"])
        facts[column.name.casefold()] = column.name


def make_view(session: Session, raw: Raw, columns: Mapping[str, Column]) -> Facts:
    """Looks at the columns that need it, refuses bad cells, and makes the view. Raises FactsRefused."""
    rows = None
    places = {name: place for place, (name, _sql) in enumerate(raw.columns)}
    columns = dict(sorted(columns.items(), key=lambda item: places.get(item[0], len(places))))
    typed = {name: column for name, column in columns.items() if isinstance(column, Typed)}
    open_probes = {name: column for name, column in columns.items() if isinstance(column, Probe)}
    while open_probes or (raw.look and rows is None):
        rows, settled = _looked_at(session, raw, open_probes)
        typed |= {name: column for name, column in settled.items() if isinstance(column, Typed)}
        open_probes = {name: column for name, column in settled.items() if isinstance(column, Probe)}
    kept, extra = _kept(raw, typed)
    chosen = [f"{typed[name].sql} AS {quoted(name)}" for name in columns]
    chosen += [f"{sql} AS {quoted(name)}" for name, sql in extra]
    session.rows(f"CREATE OR REPLACE TEMP VIEW {VIEW} AS SELECT {', '.join(chosen)} FROM {raw.scan}")
    return Facts({name: typed[name] for name in columns}, kept, rows, None if extra or not _plain(typed) else raw.path)


def _plain(typed: Mapping[str, Typed]) -> bool:
    return all(column.sql == quoted(name) for name, column in typed.items())


def _kept(raw: Raw, typed: Mapping[str, Typed]) -> tuple[tuple[tuple[str, str], ...], list[tuple[str, str]]]:
    kept, extra = [], []
    for place, (name, sql) in enumerate(raw.columns):
        if name in typed and (raw.keep_typed or typed[name].sql == sql):
            kept.append((name, name))
        else:
            kept.append((name, f"{_KEPT}{place}"))
            extra.append((f"{_KEPT}{place}", sql))
    return tuple(kept), extra


def _looked_at(session: Session, raw: Raw, probes: Mapping[str, Probe]) -> tuple[int, dict[str, Column]]:
    measures = [f"count(*) FILTER ({probe.bad})" for probe in probes.values()]
    measures += [measure for probe in probes.values() for measure in probe.measures]
    query = f"SELECT {', '.join([*measures, 'count(*)'])} FROM {raw.scan}"
    *found, rows = session.work("look at the facts", query)[0]
    if any(found[: len(probes)]):
        raise FactsRefused(_bad_cells(session, raw, probes, sum(found[: len(probes)])))
    return rows, _settled(raw, probes, found[len(probes) :])


def _settled(raw: Raw, probes: Mapping[str, Probe], found: list[Any]) -> dict[str, Column]:
    settled: dict[str, Column] = {}
    for name, probe in probes.items():
        mine, found = found[: len(probe.measures)], found[len(probe.measures) :]
        try:
            settled[name] = probe.settled(mine)
        except ColumnUnfit as unfit:
            raise FactsRefused([f"{raw.name}: column {name}: {unfit}"]) from None
    return settled


def _bad_cells(session: Session, raw: Raw, probes: Mapping[str, Probe], count: int) -> list[str | BadCell]:
    texts = [f"CASE WHEN {probe.bad} THEN CAST({probe.raw} AS VARCHAR) END" for probe in probes.values()]
    chosen = ", ".join(f"{text} AS t{place}" for place, text in enumerate(texts))
    any_bad = " OR ".join(f"t{place} IS NOT NULL" for place in range(len(texts)))
    query = f"SELECT row_number() OVER () - 1 AS place, {chosen} FROM {raw.scan}"
    rows = session.work("look for bad cells", f"SELECT * FROM ({query}) WHERE {any_bad} LIMIT {BAD_CELLS_SHOWN}")
    numbers = raw.numbers([row[0] for row in rows])
    cells: list[str | BadCell] = [
        BadCell(raw.name, number, name, f"{_short(text)} {probe.reason}")
        for number, row in zip(numbers, rows, strict=True)
        for text, (name, probe) in zip(row[1:], probes.items(), strict=True)
        if text is not None
    ]
    left = count - len(cells[:BAD_CELLS_SHOWN])
    return [*cells[:BAD_CELLS_SHOWN], *([f"{raw.name}: and {left:,} more cells"] if left > 0 else [])]


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
