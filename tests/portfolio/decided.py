"""Models and runs for the tests of `recoup decide`: a grade by amount and date, and a treatment by grade."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from recoup.portfolio.decide import Report, decide_file

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="Test" namespace="urn:recoup:test">'


def model(*parts: str) -> bytes:
    """A DMN file of these parts."""
    return (HEAD + "".join(parts) + "</definitions>").encode()


def fact(name: str, type_name: str = "") -> str:
    """An input data."""
    kind = f' typeRef="{type_name}"' if type_name else ""
    return f'<inputData id="i-{name}" name="{name}"><variable name="{name}"{kind}/></inputData>'


def literal(name: str, text: str, *, needs: Sequence[str] = (), decisions: Sequence[str] = (), typed: str = "") -> str:
    """A decision that is one expression."""
    kind = f' typeRef="{typed}"' if typed else ""
    logic = f"<literalExpression><text>{escaped(text)}</text></literalExpression>"
    made = f'<variable name="{name}"{kind}/>{needed(needs, decisions)}{logic}'
    return f'<decision id="d-{name}" name="{name}">{made}</decision>'


def table(
    name: str,
    inputs: Sequence[tuple[str, str]],
    outputs: Sequence[tuple[str, str]],
    rules: Sequence[Sequence[str]],
    *,
    hit: str = "UNIQUE",
    needs: Sequence[str] = (),
    decisions: Sequence[str] = (),
    more: str = "",
) -> str:
    """A decision that is one table; inputs and outputs as (expression or name, type), rules as cells."""
    columns = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{escaped(text)}</text></inputExpression></input>'
        for text, kind in inputs
    )
    columns += "".join(
        f'<output{f" name=#{out}#" if out else ""} typeRef="{kind}"/>'.replace("#", '"') for out, kind in outputs
    )
    rows = "".join(
        "<rule>"
        + "".join(
            f"<{tag}><text>{escaped(cell)}</text></{tag}>"
            for place, cell in enumerate(row)
            for tag in ["inputEntry" if place < len(inputs) else "outputEntry"]
        )
        + "</rule>"
        for row in rules
    )
    logic = f'<decisionTable hitPolicy="{hit}"{more}>{columns}{rows}</decisionTable>'
    return (
        f'<decision id="d-{name}" name="{name}"><variable name="{name}"/>{needed(needs, decisions)}{logic}</decision>'
    )


def needed(inputs: Sequence[str], decisions: Sequence[str]) -> str:
    """The requirements of a decision."""
    wanted = [f'<requiredInput href="#i-{name}"/>' for name in inputs]
    wanted += [f'<requiredDecision href="#d-{name}"/>' for name in decisions]
    return "".join(f"<informationRequirement>{each}</informationRequirement>" for each in wanted)


def escaped(text: str) -> str:
    """Text as XML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


GRADE = table(
    "Grade",
    [("amount", "number"), ("since", "date")],
    [("", "string")],
    [
        [">= 100.5", 'date("2026-01-01")', '"new and large"'],
        [">= 100.5", '< date("2026-01-01")', '"large"'],
        ["< 100.5", "-", '"small"'],
    ],
    needs=["amount", "since"],
)
TREATMENT = table(
    "Treatment",
    [("Grade", "string"), ("vip", "boolean")],
    [("team", "string"), ("share", "number")],
    [['"small"', "-", '"self"', "0"], ['not("small")', "true", '"care"', "0.25"], ["-", "false", '"field"', "0.5"]],
    hit="FIRST",
    needs=["vip"],
    decisions=["Grade"],
)
TREATED = model(fact("amount", "number"), fact("since", "date"), fact("vip", "boolean"), GRADE, TREATMENT)


def decided(
    folder: Path, dmn: bytes, decision: str, facts: str | bytes | Path, *, engine: str = "duckdb", out: str = "out.csv"
) -> tuple[Report, list[dict[str, Any]]]:
    """Decides facts, given as CSV text or a file, and reads the result: text from CSV, values from Parquet."""
    path = facts if isinstance(facts, Path) else folder / "facts.csv"
    if not isinstance(facts, Path):
        path.write_bytes(facts.encode() if isinstance(facts, str) else facts)
    report = decide_file(dmn, file="test.dmn", decision=decision, facts=path, out=folder / out, engine=engine)
    return report, result(folder / out)


def result(path: Path) -> list[dict[str, Any]]:
    """The rows of a result."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    found = duckdb.execute(f"SELECT * FROM read_parquet('{path}')")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def parquet(path: Path, select: str) -> Path:
    """A Parquet file of what a query of DuckDB makes."""
    duckdb.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path
