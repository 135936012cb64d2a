"""Decisions onto the disk: written beside their place, put there at once when they are whole."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from recoup.portfolio.decide.facts import Facts
from recoup.portfolio.decide.remains import clear_remains
from recoup.portfolio.decide.session import Session
from recoup.portfolio.decide.stored import csv_scan, literal, path_literal, quoted
from recoup.portfolio.decide.trouble import FactsRefused

_DECIMAL = re.compile(r"DECIMAL\((\d+), ?(\d+)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Result:
    """One column of the result: its name, its SQL over the engine's answer, and whether it was decided."""

    name: str
    sql: str
    sql_type: str = ""
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine made of the facts: a FROM item that gives it, and the columns to take from it in their order."""

    source: str
    results: tuple[Result, ...]


def kept_results(facts: Facts) -> tuple[Result, ...]:
    """The columns of the facts as they came, under their own names."""
    return tuple(Result(name, quoted(held)) for name, held in facts.kept)


def decimal_size(sql_type: str) -> tuple[int, int] | None:
    """Precision and scale of a decimal type; None for any other."""
    found = _DECIMAL.fullmatch(sql_type)
    return (int(found[1]), int(found[2])) if found else None


def file_kind(path: Path) -> str:
    """``csv`` or ``parquet``, by the name. Raises FactsRefused for any other."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("csv", "parquet"):
        raise FactsRefused([f"{path.name}: is named neither .csv nor .parquet"])
    return kind


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A place beside ``path`` to write to; renamed to it at the end of the block, removed when the block fails."""
    clear_remains(path.parent, f".{path.name}.", ".part")
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield beside
        with beside.open("rb") as stream:
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def copy_options(kind: str) -> str:
    """How DuckDB writes a file of that kind."""
    return "FORMAT csv, HEADER true" if kind == "csv" else "FORMAT parquet"


def copy_to(session: Session, answer: Answer, to: Path, *, kind: str) -> int:
    """Writes the answer into a file of that kind and says how many rows it has."""
    query = selected(answer, as_text=kind == "csv")
    return int(session.work("decide", f"COPY ({query}) TO {literal(str(to))} ({copy_options(kind)})")[0][0])


def selected(answer: Answer, *, as_text: bool = False) -> str:
    """The answer as a query of the result's columns."""
    columns = (f"{_as_text(result) if as_text else result.sql} AS {quoted(result.name)}" for result in answer.results)
    return f"SELECT {', '.join(columns)} FROM {answer.source}"


def _as_text(result: Result) -> str:
    """A decided value as CSV holds it: numbers without idle zeros, date-times as FEEL writes them."""
    size = decimal_size(result.sql_type) if result.decided else None
    text = f"CAST({result.sql} AS VARCHAR)"
    if size and size[1]:
        return f"rtrim(rtrim({text}, '0'), '.')"
    return f"replace({text}, ' ', 'T')" if result.decided and result.sql_type == "TIMESTAMP" else result.sql


def result_scan(answer: Answer, path: Path, *, kind: str) -> str:
    """A FROM item that reads the written result again."""
    if kind == "parquet":
        return f"read_parquet({path_literal(path)})"
    types = ", ".join(f"{literal(result.name)}: 'VARCHAR'" for result in answer.results)
    return csv_scan(path, types)


def count_rules(session: Session, scan: str, rules: Sequence[str]) -> dict[str, dict[str, int]]:
    """For each rule column of a result, how often each number (or list of them) stands there; one look at the file."""
    if not rules:
        return {}
    names = ", ".join(map(quoted, rules))
    sets = ", ".join(f"({quoted(rule)})" for rule in rules)
    shown = ", ".join(f"CAST({quoted(rule)} AS VARCHAR)" for rule in rules)
    query = f"SELECT GROUPING({names}), count(*), {shown} FROM {scan} GROUP BY GROUPING SETS ({sets})"
    counts: dict[str, dict[str, int]] = {rule.removesuffix(".rule"): {} for rule in rules}
    for mask, count, *fired in session.work("count rules", query):
        # Of as many bits as there are rules, the one that is 0 says whose count this is; the first is the highest.
        place = next(place for place in range(len(rules)) if not mask >> (len(rules) - 1 - place) & 1)
        counts[rules[place].removesuffix(".rule")][fired[place] or "none"] = count
    return {table: dict(sorted(found.items(), key=_by_number)) for table, found in counts.items()}


def _by_number(found: tuple[str, int]) -> tuple[bool, int, str]:
    fired = found[0]
    return (not fired.isdigit(), int(fired) if fired.isdigit() else 0, fired)
