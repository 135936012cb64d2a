"""What a table leaves open, answers twice, or never uses: the geometry of its rules put into findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from recoup.tables.check.axis import Axis
from recoup.tables.check.cover import Boxes, Budget, BudgetSpent, bits, merged, overlapping_pairs
from recoup.tables.check.grid import Box, Grid, Side
from recoup.tables.check.outcomes import same_outcome
from recoup.tables.check.ranking import beaten_by
from recoup.tables.check.sources import path_of
from recoup.tables.check.words import listed, plain_value, written
from recoup.tables.model import HitPolicy
from recoup.tables.problems import Problem, Severity

GAPS_MAX = 10
OVERLAPS_MAX = 20
_PAIRS_MAX = 1000
_STEPS = 1_500_000
_STEPS_A_RULE = 150_000

_AT_MOST_ONE_MATTERS = (HitPolicy.UNIQUE, HitPolicy.ANY)


@dataclass
class Coverage:
    """The findings about one table's rules. ``name`` is how messages call the table."""

    grid: Grid
    name: str
    file: str
    steps: int = _STEPS
    #: Looks for facts that lead into a box whose sides may depend on one another.
    reached: Callable[[Box], dict[str, Any] | None] | None = None
    _unsure: dict[int, None] = field(default_factory=dict)

    def problems(self) -> list[Problem]:
        """Gaps, overlaps, rules that can never fire, duplicates, and what could not be looked at."""
        found: list[Problem] = []
        for part in (self._dead_cells, self._gaps, self._nulls, self._overlaps, self._shadowed, self._duplicates):
            try:
                for problem in part():
                    found.append(problem)  # noqa: PERF402 - what was found before the steps ended counts
            except BudgetSpent:
                found.append(self._incomplete(part.__name__.strip("_")))
        if self._unsure:
            found.append(self._not_checkable(sorted(self._unsure)))
        return found

    # --- what is shared -------------------------------------------------------------------------------------

    @cached_property
    def _possible(self) -> Boxes:
        return Boxes(self.grid.possible, self._sizes)

    @cached_property
    def _certain(self) -> Boxes:
        return Boxes(self.grid.certain, self._sizes)

    @property
    def _sizes(self) -> list[int]:
        return [len(side.axis.pieces) for side in self.grid.sides]

    @cached_property
    def _sure(self) -> Box:
        return tuple(side.axis.sure for side in self.grid.sides)

    @cached_property
    def _disjoint(self) -> bool:
        """Whether it is certain that no two rules overlap, so that counting pieces proves a table complete."""
        return not self.grid.opaque and next(overlapping_pairs(self._certain), None) is None

    @cached_property
    def _has_default(self) -> bool:
        return any(entry is not None for entry in self.grid.table.default)

    def _problem(self, code: str, severity: Severity, message: str, **more: Any) -> Problem:
        line = more.pop("line", 0) or self.grid.table.line
        return Problem(code, severity, message, self.file, line=line, table=self.name, **more)

    def _number(self, place: int) -> int:
        return self.grid.table.rules[place].number

    # --- gaps -----------------------------------------------------------------------------------------------

    def _gaps(self) -> Iterator[Problem]:
        if self._has_default:
            return
        found = list(islice(self._open(self._possible, self._sure), GAPS_MAX * 3))
        shown = merged(found)[:GAPS_MAX]
        for box in shown:
            yield self._gap(box)
        if len(found) == GAPS_MAX * 3:
            yield self._problem("more-gaps", "warning", f"there are more gaps than the {len(shown)} shown")
        if not found and self.grid.opaque:
            self._note_doubtful_gap()

    def _open(self, boxes: Boxes, box: Box) -> Iterator[Box]:
        return boxes.uncovered(box, boxes.all, Budget(self.steps), disjoint=self._disjoint)

    def _gap(self, box: Box) -> Problem:
        facts = self._facts_in(box)
        fatal = facts is not None and self.grid.table.hit_policy.gives_one
        message = f"no rule matches{self._when(box, self._sure)}{_doubt(facts)}"
        example = facts or self._example(box)
        return self._problem("gap", "error" if fatal else "warning", message, example=example)

    def _facts_in(self, box: Box) -> dict[str, Any] | None:
        """Facts that certainly lead into a box; None where it is not known that there are any."""
        if self.grid.is_real(self.grid.restricted(box, within=self._sure)):
            return self._example(box)
        return self.reached(box) if self.reached is not None else None

    def _note_doubtful_gap(self) -> None:
        """Rules that cannot be read close every gap only if they match: that is not known."""
        opaque = sum(1 << place for place in self.grid.opaque)
        for box in islice(self._open(self._certain, self._sure), 1):
            self._unsure |= dict.fromkeys(bits(self._possible.touching(box) & opaque))

    def _nulls(self) -> Iterator[Problem]:
        """Unknown facts that no rule catches: each input by itself, then those that are so only together."""
        if self._has_default:
            return
        said: set[int] = set()
        for place, side in enumerate(self.grid.sides):
            if side.nullable:
                box = (*self._sure[:place], 1, *self._sure[place + 1 :])
                for problem in self._null_gaps(box, said):
                    yield problem
                    break
        every = tuple(side.axis.sure | side.nullable for side in self.grid.sides)
        yield from islice(self._null_gaps(every, said), 1)

    def _null_gaps(self, box: Box, said: set[int]) -> Iterator[Problem]:
        for gap in islice(self._open(self._possible, box), GAPS_MAX):
            unknown = {place for place, mask in enumerate(gap) if not mask & self._sure[place]}
            otherwise = tuple(self._sure[place] if place in unknown else mask for place, mask in enumerate(gap))
            # Where no rule matches whatever those facts are, the gap is not that they are unknown.
            if unknown and not unknown & said and self._possible.touching(otherwise):
                said |= unknown
                yield self._null_gap(gap, sorted(unknown))

    def _null_gap(self, gap: Box, unknown: list[int]) -> Problem:
        names = [self.grid.sides[place].name for place in unknown]
        nulls = " and ".join(f"{name} is null" for name in names)
        known = tuple(mask & sure or sure for mask, sure in zip(gap, self._sure, strict=True))
        message = f"an unknown fact matches no rule: {nulls}{self._when(known, self._sure, joint=' and ')}"
        return self._problem("null-gap", "warning", message, construct=", ".join(names), example=self._example(gap))

    # --- overlaps -------------------------------------------------------------------------------------------

    def _overlaps(self) -> Iterator[Problem]:
        policy = self.grid.table.hit_policy
        if policy not in _AT_MOST_ONE_MATTERS:
            return
        found = 0
        for one, other in overlapping_pairs(self._possible):
            differs = None if policy is HitPolicy.UNIQUE else same_outcome(self.grid.table, one, other)
            if differs is True:
                continue
            box = self._common(one, other)
            if box is None or (policy is HitPolicy.ANY and differs is None):
                self._unsure |= dict.fromkeys((one, other))
                continue
            found += 1
            if found <= OVERLAPS_MAX:
                yield self._overlap(one, other, box)
            elif found > _PAIRS_MAX:
                break
        if found > OVERLAPS_MAX:
            count = f"more than {_PAIRS_MAX}" if found > _PAIRS_MAX else str(found)
            yield self._problem("more-overlaps", "error", f"{count} pairs of rules overlap, {OVERLAPS_MAX} are shown")

    def _common(self, one: int, other: int) -> Box | None:
        """Where both rules certainly match, null only where nothing else does; None where that is not known."""
        box = []
        pairs = zip(self.grid.sides, self.grid.certain[one], self.grid.certain[other], strict=True)
        for side, first, second in pairs:
            both = first & second
            box.append(both & side.axis.sure or (both & 1 if side.nullable else 0))
        return tuple(box) if all(box) else None

    def _overlap(self, one: int, other: int, box: Box) -> Problem:
        first, second = self._number(one), self._number(other)
        facts = self._facts_in(box)
        what = "both match" if self.grid.table.hit_policy is HitPolicy.UNIQUE else "both match and differ"
        return self._problem(
            "overlap",
            "warning" if facts is None else "error",
            f"rules {first} and {second} {what}{self._when(box, self._sure)}{_doubt(facts)}",
            rule=second,
            line=self.grid.table.rules[other].line,
            construct=f"rules {first} and {second}",
            example=facts or self._example(box),
        )

    # --- rules that never fire ------------------------------------------------------------------------------

    def _dead_cells(self) -> Iterator[Problem]:
        for place, box in enumerate(self._reachable):
            empty = [side for side, mask in zip(self.grid.sides, box, strict=True) if not mask]
            if empty:
                yield self._dead(place, f"no value of {empty[0].name} passes", self._cells(place, empty[0]))

    @cached_property
    def _reachable(self) -> list[Box]:
        """For each rule the box where it may match, null left out where it cannot be."""
        possible = self.grid.possible
        return [
            tuple(mask if side.nullable else mask & ~1 for side, mask in zip(self.grid.sides, box, strict=True))
            for box in possible
        ]

    def _cells(self, place: int, side: Side) -> str:
        conditions = self.grid.table.rules[place].conditions
        return " and ".join(" ".join(conditions[column].text.split()) for column in side.columns)

    def _shadowed(self) -> Iterator[Problem]:
        """Rules behind one that covers them first; then, as long as the steps last, those behind several together."""
        deeper: list[tuple[int, int]] = []
        for place, rules in beaten_by(self.grid.table):
            box = self._reachable[place]
            meeting = rules & self._certain.touching(box) if all(box) else 0
            alone = self._holding_alone(meeting, box)
            if alone:
                yield self._dead(place, f"rule {self._number(bits(alone)[0])} always comes first")
            elif meeting:
                deeper.append((place, meeting))
        yield from self._shadowed_together(deeper)

    def _holding_alone(self, rules: int, box: Box) -> int:
        for side, mask in enumerate(box):
            rules &= self._certain.holding(side, mask)
        return rules

    def _shadowed_together(self, deeper: list[tuple[int, int]]) -> Iterator[Problem]:
        left, incomplete = self.steps, False
        for place, rules in deeper:
            budget = Budget(min(_STEPS_A_RULE, left))
            try:
                if next(self._certain.uncovered(self._reachable[place], rules, budget), None) is None:
                    numbers = listed([self._number(each) for each in bits(rules)])
                    yield self._dead(place, f"rules {numbers} always come first")
            except BudgetSpent:
                incomplete = True
            left -= min(_STEPS_A_RULE, left) - max(budget.left, 0)
        if incomplete:
            raise BudgetSpent

    def _dead(self, place: int, why: str, construct: str = "") -> Problem:
        rule = self.grid.table.rules[place]
        message = f"rule {rule.number} can never fire: {why}"
        return self._problem("dead-rule", "error", message, rule=rule.number, line=rule.line, construct=construct)

    def _duplicates(self) -> Iterator[Problem]:
        if self.grid.table.hit_policy in (HitPolicy.FIRST, HitPolicy.UNIQUE, HitPolicy.PRIORITY):
            return
        seen: dict[object, int] = {}
        for place, rule in enumerate(self.grid.table.rules):
            cells = tuple((cell.text, cell.tests) for cell in rule.conditions) if place in self.grid.opaque else ()
            key = (
                self.grid.certain[place],
                self.grid.possible[place],
                cells,
                tuple((each.text, each.node) for each in rule.conclusions),
            )
            first = seen.setdefault(key, rule.number)
            if first != rule.number:
                message = f"rule {rule.number} says the same as rule {first}"
                yield self._problem("duplicate-rule", "warning", message, rule=rule.number, line=rule.line)

    # --- words ----------------------------------------------------------------------------------------------

    def _when(self, box: Box, within: Box, joint: str = " when ") -> str:
        places = self.grid.restricted(box, within=within)
        said = [f"{self.grid.sides[place].name} is {self.grid.sides[place].axis.words(box[place])}" for place in places]
        return joint + " and ".join(said) if said else ""

    def _example(self, box: Box) -> dict[str, Any]:
        """Facts in the box, by the names of the inputs; components of one fact stand together."""
        facts: dict[str, Any] = {}
        for side, mask in zip(self.grid.sides, box, strict=True):
            value = _most_readable(side.axis, bits(mask & side.axis.sure) or bits(mask))
            *above, last = path_of(side.node) or (side.name,)
            where = facts
            for name in above:
                where = where.setdefault(name, {})
            where[last] = value
        return facts

    def _incomplete(self, part: str) -> Problem:
        what = {"shadowed": "rules that can never fire", "nulls": "unknown facts"}.get(part, part)
        message = f"the check for {what} is not complete: the table has too many combinations"
        return self._problem("not-complete", "warning", message)

    def _not_checkable(self, places: list[int]) -> Problem:
        rules = [self.grid.table.rules[place] for place in places]
        numbers = [rule.number for rule in rules]
        message = (
            f"rule{'s' if len(rules) > 1 else ''} {listed(numbers)} cannot be checked for gaps and overlaps: "
            "what decides there is more than the value of the column"
        )
        only = rules[0] if len(rules) == 1 else None
        return self._problem(
            "cannot-be-checked",
            "warning",
            message,
            rule=only.number if only else None,
            line=rules[0].line,
            construct=self._opaque_cell(places[0]),
        )

    def _opaque_cell(self, place: int) -> str:
        for side, yes, perhaps in zip(
            self.grid.sides, self.grid.certain[place], self.grid.possible[place], strict=True
        ):
            if yes != perhaps:
                return self._cells(place, side)
        return ""


def _doubt(facts: dict[str, Any] | None) -> str:
    return ", if these values can occur together" if facts is None else ""


def _most_readable(axis: Axis, places: list[int]) -> Any:
    """The shortest of the values that stand for pieces: ``31`` before ``30.5``."""
    known = [place for place in places if axis.pieces[place].kind != "anything"] or places
    return plain_value(min((axis.example[place] for place in known), key=lambda each: len(written(each))))


def example_words(example: dict[str, Any]) -> str:
    """An example as people read it: ``days overdue = 31, kind = "card"``."""
    return ", ".join(f"{name} = {_value_words(value)}" for name, value in example.items())


def _value_words(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_value_words(each)}" for name, each in value.items()) + "}"
    return written(value)
