"""Tests of the DMN Technology Compatibility Kit: test files read, answers of an engine compared with what they expect.

An engine is given from outside as a callable, so that this runs the same for one case at a time and for columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from recoup.tables.feel.types import ANY, BOOLEAN, DATE, DATE_AND_TIME, NUMBER, TIME, ContextOf, FeelType, ListOf
from recoup.tables.feel.values import (
    EXACT,
    date_and_time_from,
    date_from,
    duration_from,
    equal,
    kind_of,
    time_from,
)
from recoup.tables.model import Model
from recoup.tables.problems import ModelError, Problem
from recoup.tables.read import ParsedFile, parse
from recoup.tables.read.pieces import Piece, pieces_of
from recoup.tables.row import compile_model
from recoup.tables.row.conversion import fact_value

SPACES = frozenset({"http://www.omg.org/spec/DMN/20160719/testcase"})
#: How far a number may be from the expected one, relative to it: files write numbers with 15 digits.
TOLERANCE = Decimal("1e-8")

#: Takes a model, what is invoked in it ("" for decisions by the names wanted), the facts; gives values by name.
#: Raises ModelError for what it does not support.
Engine: TypeAlias = Callable[[Model, str, tuple[str, ...], Mapping[str, Any]], Mapping[str, Any]]
Verdict: TypeAlias = Literal["passed", "refused", "wrong"]


@dataclass(frozen=True, slots=True)
class Untyped:
    """A value of which the file does not say the type: the type is that of what it is compared with, or given to."""

    text: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one node should give."""

    name: str
    value: Any
    line: int


@dataclass(frozen=True, slots=True)
class Case:
    """One test case. ``invoked`` is the function or decision service that it calls, empty for decisions.

    ``broken`` says why the case cannot be read.
    """

    id: str
    line: int
    invoked: str
    facts: Mapping[str, Any]
    expected: tuple[Expectation, ...]
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one case; ``problems`` say why it was refused, ``reason`` what was wrong."""

    file: str
    case: str
    line: int
    verdict: Verdict
    reason: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Report:
    """What came of all cases."""

    findings: list[Finding] = field(default_factory=list)

    def count(self, verdict: Verdict) -> int:
        """How many cases came to a verdict."""
        return sum(finding.verdict == verdict for finding in self.findings)

    def figures(self) -> dict[str, int]:
        """Cases, passed, refused, wrong."""
        verdicts: tuple[Verdict, ...] = ("passed", "refused", "wrong")
        return {"cases": len(self.findings), **{verdict: self.count(verdict) for verdict in verdicts}}


# --- test files ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TestFile:
    """A test file: the model that it names and its cases."""

    __test__ = False

    model: str
    cases: tuple[Case, ...]


def read_tests(data: bytes, *, file: str) -> TestFile:
    """The cases of a test file. Raises ModelError when it is none; a case that cannot be read says why in itself."""
    root = pieces_of(data, file=file, spaces=SPACES, root="testCases")
    cases = [_case(piece, number) for number, piece in enumerate(root.all("testCase"), 1)]
    return TestFile(root.text_of("modelName"), tuple(cases))


def _case(piece: Piece, number: int) -> Case:
    name = piece.get("id") or str(number)
    invoked = " ".join(piece.get("invocableName").split())
    if piece.get("type", "decision") == "decision":
        invoked = ""
    try:
        facts = {each.name: value_of(each) for each in piece.all("inputNode")}
        expected = tuple(_expectation(each) for each in piece.all("resultNode"))
    except (ValueError, RecursionError) as problem:
        return Case(name, piece.line, invoked, {}, (), broken=str(problem))
    broken = "" if expected else "the case expects nothing"
    return Case(name, piece.line, invoked, facts, expected, broken)


def _expectation(piece: Piece) -> Expectation:
    expected = piece.first("expected")
    return Expectation(piece.name, value_of(expected) if expected else None, piece.line)


def value_of(piece: Piece) -> Any:
    """The value that an inputNode, an expected, an item or a component holds. Raises ValueError when it cannot be read.

    Components make a context, a list a list, a value is of its ``xsi:type``; nil and nothing at all are null.
    """
    if _is_nil(piece):
        return None
    if components := piece.all("component"):
        return {each.name: value_of(each) for each in components}
    if found := piece.first("list"):
        return None if _is_nil(found) else [value_of(item) for item in found.all("item")]
    if found := piece.first("value"):
        return None if _is_nil(found) else _simple(found)
    return None


def _is_nil(piece: Piece) -> bool:
    return piece.get("xsi:nil").strip() in ("true", "1")


def _simple(piece: Piece) -> Any:
    kind, text = piece.get("xsi:type").rpartition(":")[2].strip(), piece.text
    if kind in ("string", "anySimpleType", "normalizedString", "token"):
        return text
    if not kind:
        return Untyped(text)
    read = _READERS.get(kind)
    if read is None:
        raise ValueError(f"line {piece.line}: a value of type {kind!r} cannot be read")
    value = read(text.strip())
    if value is None:
        raise ValueError(f"line {piece.line}: {text.strip()!r} is no {kind}")
    return value


def _number(text: str) -> Decimal | None:
    try:
        value = EXACT.create_decimal(text)
    except ArithmeticError:
        return None
    return value if value.is_finite() else None


def _boolean(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text)


_NUMBERS = (
    "decimal double float integer int long short byte nonNegativeInteger positiveInteger negativeInteger "
    "nonPositiveInteger unsignedInt unsignedLong unsignedShort unsignedByte"
)
_READERS: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(_NUMBERS.split(), _number),
    "boolean": _boolean,
    "date": date_from,
    "time": time_from,
    "dateTime": date_and_time_from,
    "duration": duration_from,
    "dayTimeDuration": duration_from,
    "yearMonthDuration": duration_from,
}


# --- answers ------------------------------------------------------------------------------------------------------


def row_engine(model: Model, invoked: str, wanted: tuple[str, ...], facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The engine for one case at a time."""
    compiled = compile_model(model)
    if invoked:
        return compiled.call(invoked, facts).values
    offers = [offer.name for offer in model.offers if offer.name in wanted]
    found = dict(compiled.decide(facts).values)
    for name in offers:
        found[name] = compiled.call(name, facts).values[name]
    return found


def judged(case: Case, data: bytes, *, model_file: str, test_file: str, engine: Engine) -> Finding:
    """What an engine makes of one case. Only what the case needs is read of the model."""

    def finding(verdict: Verdict, reason: str = "", problems: tuple[Problem, ...] = ()) -> Finding:
        return Finding(test_file, case.id, case.line, verdict, reason, problems)

    if case.broken:
        return finding("refused", case.broken)
    wanted = tuple(dict.fromkeys(each.name for each in case.expected))
    try:
        model = _parsed(data, model_file).model(only=(case.invoked,) if case.invoked else wanted)
        found = engine(model, case.invoked, wanted, _facts(case, model))
    except ModelError as problem:
        return finding("refused", problems=problem.problems)
    differences = [text for each in case.expected if (text := _difference(each, found, case.invoked))]
    return finding("wrong", "; ".join(differences)) if differences else finding("passed")


@lru_cache(maxsize=2)
def _parsed(data: bytes, file: str) -> ParsedFile:
    return parse(data, file=file)


def _facts(case: Case, model: Model) -> dict[str, Any]:
    types: dict[str, FeelType] = {data.name: data.type for data in model.inputs}
    for name, parameters in (
        *((function.name, function.parameters) for function in model.functions),
        *((offer.name, offer.parameters) for offer in model.offers),
    ):
        if name == case.invoked:
            types |= {parameter.name: parameter.type for parameter in parameters}
    return {name: typed_value(value, types.get(name, ANY)) for name, value in case.facts.items()}


def typed_value(value: Any, declared: FeelType) -> Any:
    """A value of a test file with its untyped parts read as of a declared type."""
    if isinstance(value, Untyped):
        reader = _BY_TYPE.get(declared)
        return reader(value.text.strip()) if reader else value.text
    if isinstance(value, list):
        item = declared.item if isinstance(declared, ListOf) else ANY
        return [typed_value(each, item) for each in value]
    if isinstance(value, dict):
        parts = declared.parts if isinstance(declared, ContextOf) else {}
        return {name: typed_value(part, parts.get(name, ANY)) for name, part in value.items()}
    return value


_BY_TYPE: Mapping[FeelType, Callable[[str], Any]] = {
    NUMBER: _number,
    BOOLEAN: _boolean,
    DATE: date_from,
    TIME: time_from,
    DATE_AND_TIME: date_and_time_from,
}
_BY_KIND: Mapping[str, Callable[[str], Any]] = {
    "number": _number,
    "boolean": _boolean,
    "date": date_from,
    "time": time_from,
    "date and time": date_and_time_from,
    "days duration": duration_from,
    "months duration": duration_from,
}


def _difference(expected: Expectation, found: Mapping[str, Any], invoked: str) -> str:
    name = expected.name if expected.name in found else invoked
    if name not in found and invoked:
        return f"{expected.name!r} was not computed"
    value = found.get(name)
    if agree(expected.value, value):
        return ""
    return f"{expected.name!r} is {_cut(value)}, expected {_cut(expected.value)}"


def _cut(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 200 else text[:197] + "..."


def agree(expected: Any, found: Any) -> bool:
    """Whether an answer is the expected one: numbers within the tolerance, everything else exactly."""
    return all(_agree_here(one, other) for one, other in _pairs(expected, found))


def _pairs(expected: Any, found: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(expected, list) and isinstance(found, list | tuple) and len(expected) == len(found):
        for one, other in zip(expected, found, strict=True):
            yield from _pairs(one, other)
    elif isinstance(expected, dict) and isinstance(found, Mapping) and expected.keys() == found.keys():
        for name, one in expected.items():
            yield from _pairs(one, found[name])
    else:
        yield expected, found


def _agree_here(expected: Any, found: Any) -> bool:
    if isinstance(expected, Untyped):
        reader = _BY_KIND.get(kind_of(found) or "")
        expected = reader(expected.text.strip()) if reader else expected.text
    if isinstance(expected, list | dict):
        # Pairs were made of those of one length and the same names.
        return expected == [] == list(found) if isinstance(found, list | tuple) else expected == {} == found
    if kind_of(expected) == "number" and kind_of(found) == "number":
        return _close(Decimal(expected), Decimal(fact_value(found)))
    return equal(expected, found) is True


def _close(expected: Decimal, found: Decimal) -> bool:
    gap = abs(EXACT.subtract(expected, found))
    return gap <= EXACT.multiply(TOLERANCE, abs(expected))
