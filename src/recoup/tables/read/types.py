"""Item definitions into types of FEEL, with what they allow. Source: OMG DMN 1.5, chapter 7.3.3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from recoup.tables.feel.types import ANY, BY_NAME, NULL, ContextOf, FeelType, FunctionOf, ListOf
from recoup.tables.model import Cell, Constraint
from recoup.tables.read.pieces import DMN, Piece
from recoup.tables.read.reading import Reading, is_feel

#: Allowed values are constants: no fact is in their scope.
NO_SCOPE: Mapping[str, FeelType] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Declared:
    """A type as a model declares it: its shape, what it allows, and the name it was asked for by."""

    type: FeelType = ANY
    constraint: Constraint | None = None
    name: str = ""


UNDECLARED = Declared()


@dataclass(slots=True)
class Types:
    """The item definitions of a model, read when they are asked for."""

    reading: Reading
    namespace: str
    items: Mapping[str, Piece]
    _known: dict[str, Declared] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, root: Piece, reading: Reading) -> Types:
        """The item definitions at the top of a model."""
        items: dict[str, Piece] = {}
        for piece in root.all("itemDefinition"):
            if not piece.name:
                reading.wrong("an item definition has no name", piece)
            elif piece.name in items:
                reading.wrong(f"two item definitions are called {piece.name!r}", piece)
            elif piece.name in BY_NAME:
                reading.wrong(f"an item definition is called {piece.name!r} like a type of FEEL", piece)
            else:
                items[piece.name] = piece
        types = cls(reading, root.get("namespace"), items)
        reading.item_types = _ForInstanceOf(types)
        return types

    def read_all(self) -> None:
        """Reads every item definition, also those that nothing refers to."""
        for name in self.items:
            self._item(name)

    @property
    def known(self) -> dict[str, FeelType]:
        """The types by name, as far as they were read."""
        return {name: self._known[name].type for name in self.items if name in self._known}

    def of_variable(self, piece: Piece | None) -> Declared:
        """The type that the attribute ``typeRef`` of an element says; undeclared where it says none."""
        return self.named(piece.get("typeRef"), piece) if piece else UNDECLARED

    def allows_only_some(self, name: str, path: tuple[str, ...]) -> bool:
        """Whether an item definition, or one that it is made of, lists allowed values."""
        if name in path or name not in self.items:
            return False
        return any(
            piece.tag in ("allowedValues", "typeConstraint")
            or (piece.tag == "typeRef" and self.allows_only_some(_local(piece.text), (*path, name)))
            for piece in self.items[name].walk()
        )

    def named(self, written: str, at: Piece) -> Declared:
        """The type of a reference such as ``number``, ``feel:number``, ``tLoan`` or ``own:tLoan``."""
        name = " ".join(written.split())
        if not name:
            return UNDECLARED
        if name in self.items:
            return self._item(name)
        prefix, colon, local = name.partition(":")
        if colon:
            return self._prefixed(prefix, local.strip(), at, name)
        if name in BY_NAME and name != NULL.name:
            return Declared(BY_NAME[name], None, name)
        self.reading.wrong(f"there is no type {name!r}", at, name, code="unknown-type")
        return UNDECLARED

    def _prefixed(self, prefix: str, local: str, at: Piece, written: str) -> Declared:
        space = at.prefixes.get(prefix, "")
        if local in BY_NAME and local != NULL.name and (is_feel(space) if space else prefix == "feel"):
            return Declared(BY_NAME[local], None, local)
        if local in self.items and space in (self.namespace, "", *DMN):
            return self._item(local)
        self.reading.wrong(f"there is no type {written!r}", at, written, code="unknown-type")
        return UNDECLARED

    def _item(self, name: str) -> Declared:
        if name in self._known:
            return self._known[name]
        piece = self.items[name]
        if name in self._open:
            self.reading.refuse(f"the item definition {name!r} is made of itself", piece, name, code="cycle")
            return UNDECLARED
        self._open.append(name)
        self.reading.check(piece)
        read = self._definition(piece)
        self._open.pop()
        self._known[name] = Declared(read.type, read.constraint, name)
        return self._known[name]

    def _definition(self, piece: Piece) -> Declared:
        if piece.get("typeLanguage") and not is_feel(piece.get("typeLanguage")):
            self.reading.refuse("only types of FEEL are read", piece, piece.get("typeLanguage"))
        base = self._base(piece)
        collection = piece.get("isCollection").strip() in ("true", "1")
        allowed = self._tests(piece.first("allowedValues"))
        whole = self._tests(piece.first("typeConstraint"))
        if not collection:
            return Declared(base.type, _joined(base.constraint, allowed + whole))
        item = _joined(base.constraint, allowed)
        constraint = Constraint(whole, item) if whole or item else None
        return Declared(ListOf(base.type), constraint)

    def _base(self, piece: Piece) -> Declared:
        function, parts = piece.first("functionItem"), piece.all("itemComponent")
        reference = piece.text_of("typeRef")
        if sum((bool(function), bool(parts), bool(reference))) > 1:
            self.reading.wrong("an item definition has more than one of a type, components and a function", piece)
        if function:
            parameters = tuple(self.of_variable(each).type for each in function.all("parameters"))
            return Declared(FunctionOf(parameters, self.named(function.get("outputTypeRef"), function).type))
        if parts:
            return self._structure(parts)
        return self.named(reference, piece.first("typeRef") or piece)

    def _structure(self, parts: tuple[Piece, ...]) -> Declared:
        read: dict[str, Declared] = {}
        for part in parts:
            if not part.name or part.name in read:
                self.reading.wrong(f"a component is called {part.name!r} like another or has no name", part)
            read[part.name] = self._definition(part)
        allowed = {name: each.constraint for name, each in read.items() if each.constraint}
        constraint = Constraint(parts=MappingProxyType(allowed)) if allowed else None
        return Declared(ContextOf(MappingProxyType({name: each.type for name, each in read.items()})), constraint)

    def _tests(self, piece: Piece | None) -> tuple[Cell, ...]:
        return (self.reading.cell(piece, NO_SCOPE),) if piece else ()


class _ForInstanceOf(Mapping[str, FeelType]):
    """Types that an expression may ask for by ``instance of``: those whose shape says all, read when asked for.

    A type that allows only some values is left out, and with it the expression refused.
    """

    def __init__(self, types: Types) -> None:
        self._types = types

    def __getitem__(self, name: str) -> FeelType:
        return self._types.named(name, self._types.items[name]).type

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @cached_property
    def _names(self) -> list[str]:
        return [name for name in self._types.items if not self._types.allows_only_some(name, ())]


def _joined(below: Constraint | None, tests: tuple[Cell, ...]) -> Constraint | None:
    if not tests:
        return below
    if below is None:
        return Constraint(tests)
    return Constraint(below.tests + tests, below.item, below.parts)


def _local(written: str) -> str:
    return " ".join(written.split()).rpartition(":")[2]
