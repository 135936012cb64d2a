"""``matches``, ``replace`` and ``split``: regular expressions that take time in proportion to text and pattern.

All ways through the pattern are followed at once, character by character (Thompson, Pike), so none can explode.
Source: OMG DMN 1.5, chapter 10.3.4.3, which prescribes XPath.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from recoup.tables.feel.kinds import LIST_RESULT_MAX, TEXT_RESULT_MAX
from recoup.tables.feel.limits import spend
from recoup.tables.feel.pattern_syntax import (
    PROGRAM_MAX,
    BadPattern,
    Chars,
    Choice,
    Edge,
    Group,
    Parts,
    PatternReader,
    Repeat,
    UnreadPattern,
)

#: Steps of programs that one call takes: more would take seconds.
WORK_MAX = 3_000_000
#: Where each group begins and ends; -1 where it took no part.
Places: TypeAlias = tuple[int, ...]


class TooLong(Exception):
    """A search that takes more steps than it may."""


@dataclass(slots=True)
class Step:
    """A step of a program: ``char`` (tests one), ``edge``, ``save`` (a group's end), ``split``, ``jump``, ``match``."""

    kind: str
    holds: Any = None
    to: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled pattern: its steps and how many groups it captures."""

    steps: tuple[Step, ...]
    groups: int

    def search(self, text: str, start: int, work: list[int]) -> Places | None:
        """The first match at or after a place: the ends of the whole and of each group.

        ``work`` holds how many steps may still be taken. Raises TooLong when they do not suffice.
        """
        ways: list[tuple[int, Places]] = []
        nothing = (-1,) * (2 * self.groups + 2)
        found: Places | None = None
        for at in range(start, len(text) + 1):
            seen: set[int] = set()
            following: list[tuple[int, Places]] = []
            for step, places in ways:
                self._follow(step, places, text, at, seen, following)
            if found is None:
                self._follow(0, nothing, text, at, seen, following)
            work[0] -= len(seen) + 1
            if work[0] < 0:
                raise TooLong
            ways, match = self._advanced(following, text, at)
            found = match or found
            if found is not None and not ways:
                break
        return found

    def _advanced(
        self, ways: list[tuple[int, Places]], text: str, at: int
    ) -> tuple[list[tuple[int, Places]], Places | None]:
        """The ways that take the character; those after one that has matched are worse, and end."""
        further: list[tuple[int, Places]] = []
        for step, places in ways:
            if self.steps[step].kind == "match":
                return further, places
            if at < len(text) and self.steps[step].holds(text[at]):
                further.append((step + 1, places))
        return further, None

    def _follow(
        self, step: int, places: Places, text: str, at: int, seen: set[int], found: list[tuple[int, Places]]
    ) -> None:
        """Adds where a way leads without taking a character, the better ones first."""
        open_ways = [(step, places)]
        while open_ways:
            number, places = open_ways.pop()
            if number in seen:
                continue
            seen.add(number)
            here = self.steps[number]
            if here.kind in ("char", "match"):
                found.append((number, places))
            elif here.kind == "split":
                open_ways += [(here.other, places), (here.to, places)]
            elif here.kind == "jump":
                open_ways.append((here.to, places))
            elif here.kind == "save":
                open_ways.append((number + 1, (*places[: here.to], at, *places[here.to + 1 :])))
            elif here.holds(text, at):
                open_ways.append((number + 1, places))


class _Compiler:
    def __init__(self) -> None:
        self.steps: list[Step] = []

    def add(self, step: Step) -> int:
        self.steps.append(step)
        if len(self.steps) > PROGRAM_MAX:
            raise UnreadPattern("the pattern is too large")
        return len(self.steps) - 1

    def emit(self, tree: Any) -> None:
        if isinstance(tree, Chars):
            self.add(Step("char", tree.holds))
        elif isinstance(tree, Edge):
            self.add(Step("edge", _edge_test(tree)))
        elif isinstance(tree, Parts):
            for part in tree.parts:
                self.emit(part)
        else:
            larger: dict[type, Callable[[Any], None]] = {
                Group: self._group, Choice: self._choice, Repeat: self._repeat,
            }  # fmt: skip
            larger[type(tree)](tree)

    def _group(self, group: Group) -> None:
        self.add(Step("save", to=2 * group.number))
        self.emit(group.part)
        self.add(Step("save", to=2 * group.number + 1))

    def _choice(self, choice: Choice) -> None:
        jumps = []
        for branch in choice.branches[:-1]:
            split = self.add(Step("split", to=len(self.steps) + 1))
            self.emit(branch)
            jumps.append(self.add(Step("jump")))
            self.steps[split].other = len(self.steps)
        self.emit(choice.branches[-1])
        for jump in jumps:
            self.steps[jump].to = len(self.steps)

    def _repeat(self, repeat: Repeat) -> None:
        for _ in range(repeat.fewest):
            self.emit(repeat.part)
        if repeat.most is None:
            split = self._split()
            self.emit(repeat.part)
            self.add(Step("jump", to=split))
            self._close(split, lazy=repeat.lazy)
            return
        splits = []
        for _ in range(repeat.most - repeat.fewest):
            splits.append(self._split())
            self.emit(repeat.part)
        for split in splits:
            self._close(split, lazy=repeat.lazy)

    def _split(self) -> int:
        return self.add(Step("split"))

    def _close(self, split: int, *, lazy: bool) -> None:
        into, past = split + 1, len(self.steps)
        self.steps[split].to, self.steps[split].other = (past, into) if lazy else (into, past)


def _edge_test(edge: Edge) -> Callable[[str, int], bool]:
    if edge.sign == "^":
        return lambda text, at: at == 0 or (edge.lines and text[at - 1] == "\n" and at < len(text))
    return lambda text, at: at == len(text) or (edge.lines and text[at] == "\n")


@lru_cache(maxsize=512)
def program_of(pattern: str, flags: str = "") -> Program:
    """The program of a pattern with flags. Raises BadPattern, UnreadPattern."""
    if set(flags) - set("smixq"):
        raise BadPattern("an unknown flag")
    compiler = _Compiler()
    compiler.add(Step("save", to=0))
    groups = 0
    if "q" in flags:
        for letter in pattern:
            compiler.emit(PatternReader("\\" + letter if not letter.isalnum() else letter, flags).read())
    else:
        reader = PatternReader(pattern, flags)
        compiler.emit(reader.read())
        groups = reader.groups
    compiler.add(Step("save", to=1))
    compiler.add(Step("match"))
    return Program(tuple(compiler.steps), groups)


def _ready(pattern: str, flags: str | None, text: str) -> Program | None:
    try:
        program = program_of(pattern, flags or "")
    except (BadPattern, UnreadPattern):
        return None
    spend(len(text))
    return program


def matches(text: str, pattern: str, flags: str | None = None) -> bool | None:
    """Whether some part of the text matches the pattern; null for what is no pattern, or takes too long."""
    program = _ready(pattern, flags, text)
    try:
        return None if program is None else program.search(text, 0, [WORK_MAX]) is not None
    except TooLong:
        return None


def _all_places(program: Program, text: str) -> list[Places] | None:
    """The matches one after the other; None when the pattern matches nothing at all, which XPath forbids."""
    work = [WORK_MAX]
    if program.search("", 0, work) is not None:
        return None
    try:
        return list(_each(program, text, work))
    except TooLong:
        return None


def _each(program: Program, text: str, work: list[int]) -> Iterator[Places]:
    at = 0
    while at <= len(text):
        places = program.search(text, at, work)
        if places is None or places[1] == places[0]:
            return
        yield places
        at = places[1]


_MARK = re.compile(r"\\([\\$])|\$([0-9]+)|([\\$])")


def replaced(text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    """``replace``: ``$1`` in the replacement is the first group, ``\\$`` a dollar. Null for what is no pattern."""
    program = _ready(pattern, flags, text)
    found = None if program is None else _all_places(program, text)
    if program is None or found is None:
        return None
    literal = "q" in (flags or "")
    if not literal and any(mark.group(3) for mark in _MARK.finditer(replacement)):
        return None
    parts, at, size = [], 0, 0
    for places in found:
        new = replacement if literal else _filled(replacement, text, places, program.groups)
        parts += [text[at : places[0]], new]
        at, size = places[1], size + len(new)
        if size > TEXT_RESULT_MAX:
            return None
    return "".join([*parts, text[at:]])


def _filled(replacement: str, text: str, places: Places, groups: int) -> str:
    def group(mark: re.Match[str]) -> str:
        if mark.group(1):
            return mark.group(1)
        digits, rest = mark.group(2), ""
        # $12 is the first group and a 2 where there are fewer than twelve.
        while len(digits) > 1 and int(digits) > groups:
            digits, rest = digits[:-1], digits[-1] + rest
        number = int(digits)
        if number > groups or places[2 * number] < 0:
            return rest
        return text[places[2 * number] : places[2 * number + 1]] + rest

    return _MARK.sub(group, replacement)


def split(text: str, delimiter: str) -> list[str] | None:
    """The parts of the text between matches of the delimiter. Null for what is no pattern."""
    program = _ready(delimiter, None, text)
    found = None if program is None else _all_places(program, text)
    if program is None or found is None:
        return None
    parts, at = [], 0
    for places in found:
        parts.append(text[at : places[0]])
        at = places[1]
    return [*parts, text[at:]] if len(parts) < LIST_RESULT_MAX else None


def refusal_of(function: str, pattern: str, flags: str | None) -> str:
    """Why a pattern that is written out is not read; empty where it is read, or plainly null."""
    try:
        program = program_of(pattern, flags or "")
    except BadPattern:
        return ""
    except UnreadPattern as unread:
        return str(unread)
    if function != "matches" and program.search("", 0, [WORK_MAX]) is not None:
        return "a pattern that matches nothing at all is not read there"
    return ""
