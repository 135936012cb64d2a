"""The rules of the house that neither ruff nor import-linter can see.

    python tools/house_check.py [FILE ...]      all Python files of the checkout without FILE

Prints one line an offence (file:line: what) and exits 1 when there is any. ARCHITECTURE.md says why each rule exists.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 500

PURE = ("domain", "tables", "portfolio")
FRONTS = ("desk", "portal", "api", "project")
READERS_OF_TABLES = ("models", "operations", "queries", "migrations")

CLOCK_CALLS = {"now", "today", "utcnow", "localdate", "Now"}
CLOCK_OWNERS = {"datetime", "date", "timezone", "time", "dt", "functions"}
CLOCK_FIELDS = {"auto_now", "auto_now_add"}

FORBIDDEN_WORDS = {
    "account", "accounts", "service", "services", "util", "utils", "manager", "managers", "helper", "helpers",
    "process", "processes", "handle", "handles",
}  # fmt: skip
# People are managers; nothing else is.
ROLES_OF_PEOPLE = {"relationship", "risk", "branch"}
# A step of the house's buckets or stages, alone or in quotes inside SQL; a fact that rulebooks rule over.
STEP = re.compile(r"^[SM]\d$|'[SM]\d'")
RULED = re.compile(r"(^|_)(stage_rank|bucket_rank|weight|head_count_max)(__(gt|gte|lt|lte|in|range))?$")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


@dataclass(frozen=True)
class Source:
    """One Python file, read and parsed; `parts` is its path below src/recoup, empty for other files."""

    path: Path
    text: str
    tree: ast.Module
    parts: tuple[str, ...]

    @property
    def package(self) -> str:
        """The first folder below src/recoup: a slice, a pure package, a front."""
        return self.parts[0] if self.parts else ""

    @property
    def plays(self) -> set[str]:
        """The names that say what a file is for: `operations` in book/operations.py and book/operations/post.py."""
        return {part.removesuffix(".py") for part in self.parts[1:]}


@dataclass(frozen=True, order=True)
class Offence:
    """Where a rule is broken, and how to say it."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


Found = Iterator[tuple[int, str]]
Rule = Callable[[Source], Found]


# --- who may read what ------------------------------------------------------------------------------------------------


def tables_are_read_in_their_place(source: Source) -> Found:
    """`.objects` stands only in models, operations, queries and migrations."""
    if not source.parts or source.plays & set(READERS_OF_TABLES):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
            yield node.lineno, f"`.{node.attr}` belongs into models, operations or queries"


def time_is_passed_in(source: Source) -> Found:
    """Nothing below the fronts, the jobs and the command line reads a clock."""
    if not source.parts or source.package in FRONTS or source.plays & {"jobs", "migrations"}:
        return
    for node in ast.walk(source.tree):
        if name := clock_in(node):
            yield getattr(node, "lineno", 1), f"`{name}` reads the clock: take the time as an argument"


def clock_in(node: ast.AST) -> str:
    """The name by which a node reads the clock; empty when it does not."""
    if isinstance(node, ast.Attribute) and node.attr in CLOCK_CALLS and last_name(node.value) in CLOCK_OWNERS:
        return node.attr
    if isinstance(node, ast.ImportFrom):
        return next((alias.name for alias in node.names if alias.name in CLOCK_CALLS), "")
    if isinstance(node, ast.keyword) and node.arg in CLOCK_FIELDS:
        return str(node.arg)
    if isinstance(node, ast.Attribute) and node.attr == "time" and last_name(node.value) == "time":
        return "time.time"
    return ""


def last_name(node: ast.expr) -> str:
    """`timezone` of `django.utils.timezone`, `datetime` of `datetime`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def the_domain_stands_alone(source: Source) -> Found:
    """Files in domain/ import the standard library and each other, and neither read nor write anything."""
    if source.package != "domain":
        return
    for node in ast.walk(source.tree):
        for name in imported(node):
            if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("recoup.domain"):
                yield getattr(node, "lineno", 1), f"the domain imports only the standard library, not `{name}`"
        if isinstance(node, ast.Call) and last_name(node.func) in {"open", "print", "input"}:
            yield node.lineno, f"the domain does no `{last_name(node.func)}`"


def imported(node: ast.AST) -> list[str]:
    """The modules that an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [node.module or ""]
    return []


def nothing_happens_by_signal(source: Source) -> Found:
    """News travels by call or by a row, never by a Django signal."""
    for node in ast.walk(source.tree):
        for name in imported(node):
            if source.parts and name in {"django.dispatch", "django.db.models.signals", "django.core.signals"}:
                yield getattr(node, "lineno", 1), "no signals: call the operation or write a row"


# --- rules ------------------------------------------------------------------------------------------------------------


def rules_stand_in_rulebooks(source: Source) -> Found:
    """No step of the house's ladders, no rank above 0 and no weight is written in code: rulebooks say them.

    Rank 0 is nobody who is late, whatever the ladder. The demonstration tells stories about stages that it names.
    """
    if not source.parts or source.package == "demo":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (step := STEP.search(node.value)):
            yield node.lineno, f"`{step.group()}` is a step of a ladder: rulebooks name them"
        for name, value in numbers_given(node):
            if RULED.search(name) and value > 0:
                yield getattr(node, "lineno", 1), f"`{name}` of {value} is a rule: it belongs into a rulebook"


def numbers_given(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Names that a node compares with a whole number, sets to one, or passes one as."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        for one, other in [*pairwise(sides), *pairwise(reversed(sides))]:
            yield from ((last_name(one), value) for value in whole_numbers(other))
    elif isinstance(node, ast.keyword):
        yield from ((node.arg or "", value) for value in whole_numbers(node.value))
    elif isinstance(node, ast.Assign):
        yield from ((last_name(name), value) for name in node.targets for value in whole_numbers(node.value))


def whole_numbers(node: ast.expr) -> list[int]:
    """The number that is written out, or those of a tuple, list or set."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return [each.value for each in parts if isinstance(each, ast.Constant) and type(each.value) is int]


# --- names ------------------------------------------------------------------------------------------------------------


def names_come_from_the_glossary(source: Source) -> Found:
    """Words that mean four things at once are no names here, neither of files nor of anything inside."""
    if word := forbidden_in(source.path.stem):
        yield 1, f"`{word}` is no name for a file here"
    for line, name in names_given(source.tree):
        if word := forbidden_in(name):
            yield line, f"`{name}`: `{word}` is not a word of the glossary"


def names_given(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name that the file gives to something, and where; names that it only uses are others' choice."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, last_name(node)
        elif isinstance(node, ast.alias) and node.asname:
            yield node.lineno, node.asname


def forbidden_in(name: str) -> str:
    """The forbidden word inside a name; empty when there is none."""
    words: list[str] = [word.lower() for word in WORD.findall(name)]
    if words == ["status"]:
        return "status"
    for before, word in zip(["", *words], words, strict=False):
        if word in FORBIDDEN_WORDS and not (word.startswith("manager") and before in ROLES_OF_PEOPLE):
            return word
    return ""


# --- size and explanation ---------------------------------------------------------------------------------------------


def functions_fit_on_a_screen(source: Source) -> Found:
    """No function is longer than FUNCTION_LINES_MAX lines."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                yield node.lineno, f"`{node.name}` has {lines} lines, more than {FUNCTION_LINES_MAX}"


def files_stay_readable(source: Source) -> Found:
    """No file is longer than FILE_LINES_MAX lines."""
    if (lines := source.text.count("\n")) > FILE_LINES_MAX:
        yield lines, f"{lines} lines, more than {FILE_LINES_MAX}"


def what_others_call_is_explained(source: Source) -> Found:
    """Public functions and classes of the pure packages, operations and queries say what they mean."""
    if source.package not in PURE and not source.plays & {"operations", "queries"}:
        return
    for node in source.tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if not node.name.startswith("_") and not ast.get_docstring(node):
            yield node.lineno, f"`{node.name}` has no docstring"


RULES: tuple[Rule, ...] = (
    rules_stand_in_rulebooks,
    tables_are_read_in_their_place,
    time_is_passed_in,
    the_domain_stands_alone,
    nothing_happens_by_signal,
    names_come_from_the_glossary,
    functions_fit_on_a_screen,
    files_stay_readable,
    what_others_call_is_explained,
)


# --- locks ------------------------------------------------------------------------------------------------------------


def locks_name_no_addresses(root: Path = ROOT) -> Iterator[Offence]:
    """Where packages come from is each machine's own setting: locks carry names, versions and hashes."""
    locks = [*sorted((root / "requirements").glob("*.*")), root / "package-lock.json", root / ".npmrc"]
    for path in locks:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(r'://|"resolved"|--(extra-)?index-url|--find-links|registry *=', line):
                yield Offence(str(path.relative_to(root)), number, "a lock carries no address")


# --- running ----------------------------------------------------------------------------------------------------------


def read_source(path: Path, root: Path = ROOT) -> Source:
    """A file as the rules see it."""
    text = path.read_text(encoding="utf-8")
    inside = path.is_relative_to(root / "src/recoup")
    parts = path.relative_to(root / "src/recoup").parts if inside else ()
    return Source(path=path, text=text, tree=ast.parse(text, filename=str(path)), parts=parts)


def offences_in(source: Source, root: Path = ROOT) -> Iterator[Offence]:
    """Every rule that a file breaks. Migrations are written by Django and checked by nobody."""
    if "migrations" in source.plays:
        return
    for rule in RULES:
        for line, what in rule(source):
            yield Offence(str(source.path.relative_to(root)), line, what)


def files_of_the_checkout() -> list[Path]:
    """Python files that git knows or could know: nothing that is ignored."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return [ROOT / name for name in names if (ROOT / name).exists()]


def main(names: Iterable[str]) -> int:
    """The exit code: 0 when no rule is broken, else 1."""
    paths = [Path(name).resolve() for name in names] or files_of_the_checkout()
    found = sorted({offence for path in paths for offence in offences_in(read_source(path))})
    found += locks_name_no_addresses()
    for offence in found:
        print(offence)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
