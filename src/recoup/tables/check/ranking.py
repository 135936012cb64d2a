"""Which rules come before which: by their order under FIRST, by their outputs under PRIORITY."""

from __future__ import annotations

from collections.abc import Iterator

from recoup.tables.check.reading import constant
from recoup.tables.feel import nodes
from recoup.tables.feel.values import equal
from recoup.tables.model import DecisionTable, HitPolicy, OutputClause, Rule


def beaten_by(table: DecisionTable) -> Iterator[tuple[int, int]]:
    """For each rule that others can beat: its place, and the places of those that beat it as bits."""
    if table.hit_policy is HitPolicy.FIRST:
        yield from ((place, (1 << place) - 1) for place in range(1, len(table.rules)))
    elif table.hit_policy is HitPolicy.PRIORITY:
        ranks = [_rank(table, rule) for rule in table.rules]
        for place, rank in enumerate(ranks):
            if rank is not None:
                yield place, _better(ranks, place, rank)


def _better(ranks: list[tuple[int, ...] | None], place: int, rank: tuple[int, ...]) -> int:
    """Rules of a higher priority, and earlier ones of the same."""
    return sum(
        1 << other
        for other, each in enumerate(ranks)
        if each is not None and other != place and (each, other) < (rank, place)
    )


def _rank(table: DecisionTable, rule: Rule) -> tuple[int, ...] | None:
    """The places of a rule's outputs in the lists of priorities; None where one is not known."""
    ranks = []
    for output, entry in zip(table.outputs, rule.conclusions, strict=False):
        if output.allowed is None:
            continue
        value = constant(entry.node)
        place = None if value is None else _place(output, value[0])
        if place is None:
            return None
        ranks.append(place)
    return tuple(ranks) if ranks else None


def _place(output: OutputClause, value: object) -> int | None:
    for place, test in enumerate(output.allowed.tests if output.allowed else ()):
        listed = constant(test.expression) if isinstance(test, nodes.Match) else None
        if listed is not None and equal(listed[0], value) is True:
            return place
    return None
