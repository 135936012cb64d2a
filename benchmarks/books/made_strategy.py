"""A made strategy as DMN and as the same graph for zen-engine: three chained tables, 12 inputs, 40 rules.

Rules are written once, as rows of cells, and printed in both languages. `facts` makes cases with 2 % nulls; amounts are
decimals with cents. Every table takes the first rule that holds and ends in one that always does.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

SPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
#: The decision that needs all others.
DECISION = "Priority"

#: The inputs with their types.
INPUTS = {
    "score": "number",
    "days_overdue": "number",
    "owed": "number",
    "kind": "string",
    "instalments_late": "number",
    "promises_broken": "number",
    "calls_week": "number",
    "consent": "boolean",
    "region": "string",
    "tenure_months": "number",
    "income": "number",
    "reached": "boolean",
}
KINDS = ("card", "loan", "consumer_finance", "private_loan", "property_fee")
REGIONS = ("north", "south", "east", "west")


class Table(NamedTuple):
    """A table: the names its columns read, what it gives with the types, and a row for each rule."""

    name: str
    reads: tuple[str, ...]
    gives: dict[str, str]
    rows: tuple[tuple[str, ...], ...]


RISK = Table(
    "Risk",
    ("score", "days_overdue", "owed", "kind", "instalments_late"),
    {"Risk": "string"},
    (
        ("< 350", "> 90", "-", "-", "-", '"extreme"'),
        ("< 400", "-", ">= 50000", "-", "-", '"extreme"'),
        ("-", "> 180", "-", "-", "> 5", '"extreme"'),
        ("< 450", "> 60", "-", '"card","private_loan"', "-", '"high"'),
        ("[450..520)", "> 90", "-", "-", "-", '"high"'),
        ("-", "-", "> 80000", '"private_loan"', "-", '"high"'),
        ("-", "> 120", "-", "-", "-", '"high"'),
        ("-", "-", "-", "-", ">= 6", '"high"'),
        ("[450..600)", "[30..90]", "-", "-", "-", '"medium"'),
        ("< 450", "-", "-", "-", "-", '"medium"'),
        ("-", "[30..120]", "-", '"loan","consumer_finance"', "-", '"medium"'),
        (">= 700", "< 15", "< 2000", "-", "< 2", '"none"'),
        (">= 600", "< 30", "-", "-", "-", '"low"'),
        ("-", "-", "-", "-", "-", '"low"'),
    ),
)
TREATMENT = Table(
    "Treatment",
    ("Risk", "promises_broken", "calls_week", "consent", "region", "reached"),
    {"method": "string", "discount": "number"},
    (
        ('"extreme"', "> 2", "-", "-", "-", "-", '"legal"', "0"),
        ('"extreme"', "-", "-", "-", "-", "false", '"visit"', "0.05"),
        ('"extreme"', "-", "-", "-", "-", "-", '"call"', "0.1"),
        ('"high"', ">= 3", "-", "-", "-", "-", '"legal"', "0"),
        ('"high"', "-", ">= 7", "-", "-", "-", '"letter"', "0.05"),
        ('"high"', "-", "-", "true", '"north","west"', "-", '"call"', "0.15"),
        ('"high"', "-", "-", "-", "-", "-", '"visit"', "0.1"),
        ('"medium"', "[1..2]", "< 5", "-", "-", "true", '"call"', "0.2"),
        ('"medium"', "-", "-", "true", "-", "-", '"message"', "0.25"),
        ('"medium"', "-", "-", "-", '"south"', "-", '"letter"', "0.2"),
        ('"low"', "-", "< 2", "true", "-", "-", '"message"', "0.3"),
        ('"low"', "-", "-", "-", "-", "-", '"letter"', "0.1"),
        ("-", "-", "-", "-", "-", "-", '"none"', "0"),
    ),
)
PRIORITY = Table(
    "Priority",
    ("Treatment.method", "owed", "tenure_months", "income", "days_overdue"),
    {"Priority": "number"},
    (
        ('"legal"', ">= 20000", "-", "-", "-", "100"),
        ('"legal"', "-", "-", "-", "-", "80"),
        ('"visit"', ">= 50000", "-", "-", "-", "95"),
        ('"visit"', "-", "< 6", "-", "-", "85"),
        ('"visit"', "-", "-", "-", "-", "70"),
        ('"call"', "-", "-", ">= 8000", "< 45", "75"),
        ('"call"', "[5000..20000]", "-", "-", "-", "65"),
        ('"call"', "> 20000", "-", "-", "-", "78"),
        ('"call"', "-", "-", "-", "-", "55"),
        ('"message"', "-", "> 24", "-", "-", "20"),
        ('"message"', "-", "-", "-", "> 20", "45"),
        ('"letter"', "-", "-", "-", "> 60", "40"),
        ("-", "-", "-", "-", "-", "10"),
    ),
)
TABLES = (RISK, TREATMENT, PRIORITY)


def facts(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Cases with every input by name; one value in fifty is null."""
    made = random.Random(seed)
    for _ in range(count):
        case: dict[str, Any] = {
            "score": made.randint(250, 850),
            "days_overdue": made.randint(0, 250),
            "owed": Decimal(made.randint(0, 10_000_000)).scaleb(-2),
            "kind": made.choice(KINDS),
            "instalments_late": made.randint(0, 8),
            "promises_broken": made.randint(0, 4),
            "calls_week": made.randint(0, 9),
            "consent": made.random() < 0.6,
            "region": made.choice(REGIONS),
            "tenure_months": made.randint(0, 120),
            "income": Decimal(made.randint(0, 2_000_000)).scaleb(-2),
            "reached": made.random() < 0.4,
        }
        for name in case:
            if made.random() < 0.02:
                case[name] = None
        yield case


def dmn(tables: tuple[Table, ...] = TABLES) -> bytes:
    """The strategy as a DMN 1.3 file."""
    inputs = "".join(
        f'<inputData id="i_{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>\n'
        for name, kind in INPUTS.items()
    )
    items = "".join(_item_definition(table) for table in tables if len(table.gives) > 1)
    decisions = "".join(map(_decision, tables))
    head = f'<definitions xmlns="{SPACE}" id="made" name="Made strategy" namespace="https://recoup.dev/made">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{items}{inputs}{decisions}</definitions>\n'.encode()


def _item_definition(table: Table) -> str:
    parts = "".join(
        f'<itemComponent name="{name}"><typeRef>{kind}</typeRef></itemComponent>' for name, kind in table.gives.items()
    )
    return f'<itemDefinition name="t{table.name}">{parts}</itemDefinition>\n'


def _decision(table: Table) -> str:
    kind = f"t{table.name}" if len(table.gives) > 1 else next(iter(table.gives.values()))
    required = dict.fromkeys(name.partition(".")[0] for name in table.reads)
    requirements = "".join(
        f'<informationRequirement><requiredInput href="#i_{name}"/></informationRequirement>'
        if name in INPUTS
        else f'<informationRequirement><requiredDecision href="#d_{name}"/></informationRequirement>'
        for name in required
    )
    inputs = "".join(
        f'<input label="{name}"><inputExpression typeRef="{INPUTS.get(name, "string")}"><text>{name}</text>'
        "</inputExpression></input>"
        for name in table.reads
    )
    outputs = "".join(
        f'<output name="{name}" typeRef="{kind}"/>' if len(table.gives) > 1 else f'<output typeRef="{kind}"/>'
        for name, kind in table.gives.items()
    )
    rules = "".join(_rule(row, len(table.reads)) for row in table.rows)
    return (
        f'<decision id="d_{table.name}" name={quoteattr(table.name)}><variable name="{table.name}" typeRef="{kind}"/>'
        f'{requirements}\n<decisionTable hitPolicy="FIRST">{inputs}{outputs}\n{rules}</decisionTable></decision>\n'
    )


def _rule(row: tuple[str, ...], inputs: int) -> str:
    cells = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in row[:inputs])
    answers = "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in row[inputs:])
    return f"<rule>{cells}{answers}</rule>\n"


def zen_graph() -> dict[str, Any]:
    """The same strategy as a graph of zen-engine: tables in a row, each passing on all that it was given."""
    names = ["request", *(table.name for table in TABLES), "response"]
    nodes = [
        {"id": "request", "name": "request", "type": "inputNode"},
        *map(_zen_table, TABLES),
        {"id": "response", "name": "response", "type": "outputNode"},
    ]
    edges = [
        {"id": f"{one}-{other}", "sourceId": one, "targetId": other, "type": "edge"} for one, other in pairwise(names)
    ]
    return {"nodes": nodes, "edges": edges}


def _zen_table(table: Table) -> dict[str, Any]:
    several = len(table.gives) > 1
    ids = [f"in{number}" for number in range(len(table.reads))] + [f"out{number}" for number in range(len(table.gives))]
    return {
        "id": table.name,
        "name": table.name,
        "type": "decisionTableNode",
        "content": {
            "hitPolicy": "first",
            "passThrough": True,
            "inputs": [{"id": key, "name": name, "field": name} for key, name in zip(ids, table.reads, strict=False)],
            "outputs": [
                {"id": f"out{number}", "name": name, "field": f"{table.name}.{name}" if several else name}
                for number, name in enumerate(table.gives)
            ],
            "rules": [
                {"_id": f"{table.name}{number}"} | dict(zip(ids, map(_zen_cell, row), strict=True))
                for number, row in enumerate(table.rows, 1)
            ],
        },
    }


def _zen_cell(cell: str) -> str:
    return "" if cell == "-" else cell


def zen_facts(case: dict[str, Any]) -> dict[str, Any]:
    """A case as zen takes it: amounts as floats."""
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in case.items()}
