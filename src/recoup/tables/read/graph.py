"""The decision requirements graph: which element needs which, in what order, and only as much as is asked for.

Source: OMG DMN 1.5, chapters 6.3 and 10.4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from recoup.tables.read.pieces import Piece
from recoup.tables.read.reading import Reading

DRAWN = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
_REQUIREMENTS = {
    "informationRequirement": ("requiredDecision", "requiredInput"),
    "knowledgeRequirement": ("requiredKnowledge",),
}
#: Requirements in a row that are followed; the standard's own examples have five.
_PATH_MAX = 150


@dataclass(slots=True)
class Graph:
    """The elements of a model by name, with what each requires."""

    reading: Reading
    root: Piece
    by_id: dict[str, Piece] = field(default_factory=dict)
    by_name: dict[str, Piece] = field(default_factory=dict)
    _order: dict[str, None] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, root: Piece, reading: Reading) -> Graph:
        """The elements at the top of a model; notes names and ids that stand for two of them."""
        graph = cls(reading, root)
        for piece in root.all(*DRAWN):
            if not piece.name:
                reading.wrong(f"a <{piece.tag}> has no name", piece)
            elif piece.name in graph.by_name:
                reading.wrong(f"two elements are called {piece.name!r}", piece, piece.name, code="duplicate-name")
            else:
                graph.by_name[piece.name] = piece
            graph._identify(piece)
        return graph

    def _identify(self, piece: Piece) -> None:
        own = piece.get("id")
        if own and own in self.by_id:
            self.reading.wrong(f"two elements have the id {own!r}", piece, own, code="duplicate-id")
        elif own:
            self.by_id[own] = piece

    def ordered(self, only: Collection[str] | None) -> tuple[Piece, ...]:
        """The elements asked for (None: all) and those they require, each after what it requires."""
        names = list(self.by_name) if only is None else list(only)
        for name in names:
            if name not in self.by_name:
                self.reading.wrong(f"the model has no {name!r}", self.root, name, code="unknown-decision")
            else:
                self._visit(name, ())
        return tuple(self.by_name[name] for name in self._order)

    def _visit(self, name: str, path: tuple[str, ...]) -> None:
        if name in self._order:
            return
        if name in path or len(path) > _PATH_MAX:
            self._refuse_cycle(name, path)
            return
        for needed in self.requires(self.by_name[name]):
            self._visit(needed.name, (*path, name))
        self._order[name] = None

    def _refuse_cycle(self, name: str, path: tuple[str, ...]) -> None:
        circle = path[path.index(name) :] if name in path else path[-3:]
        if name not in self._refused:
            self._refused.update(circle)
            what = "requires itself" if name in path else f"stands more than {_PATH_MAX} requirements deep"
            message = f"{name!r} {what}: {' > '.join((*circle, name))}"
            self.reading.refuse(message, self.by_name[name], name, code="cycle")

    def requires(self, piece: Piece) -> tuple[Piece, ...]:
        """The elements that one requires directly, in their order."""
        if piece.tag == "decisionService":
            return (*self.parts(piece, "inputData"), *self.decisions_of(piece), *self.parts(piece, "inputDecision"))
        return (*self.information_of(piece), *self.knowledge_of(piece))

    def information_of(self, piece: Piece) -> tuple[Piece, ...]:
        """The input data and decisions that a decision requires."""
        return tuple(self._required(piece, "informationRequirement"))

    def knowledge_of(self, piece: Piece) -> tuple[Piece, ...]:
        """The functions (business knowledge models, decision services) that an element requires."""
        return tuple(self._required(piece, "knowledgeRequirement"))

    def _required(self, piece: Piece, requirement: str) -> Iterator[Piece]:
        wanted = ("inputData", "decision") if requirement[0] == "i" else ("businessKnowledgeModel", "decisionService")
        seen: set[str] = set()
        for each in piece.all(requirement):
            for reference in each.all(*_REQUIREMENTS[requirement]):
                found = self._referenced(reference, wanted)
                if found and found.name not in seen:
                    seen.add(found.name)
                    yield found

    def parts(self, offer: Piece, tag: str) -> tuple[Piece, ...]:
        """The elements that a decision service lists under one of its tags."""
        wanted = ("inputData",) if tag == "inputData" else ("decision",)
        found = (self._referenced(each, wanted) for each in offer.all(tag))
        return tuple({each.name: each for each in found if each}.values())

    def decisions_of(self, offer: Piece) -> tuple[Piece, ...]:
        """The decisions that a service computes: those it gives and all they require, but for those handed in."""
        handed_in = {each.name for each in self.parts(offer, "inputDecision")}
        open_ones = [*self.parts(offer, "outputDecision"), *self.parts(offer, "encapsulatedDecision")]
        found: dict[str, Piece] = {}
        while open_ones:
            piece = open_ones.pop()
            if piece.tag == "decision" and piece.name not in handed_in and piece.name not in found:
                found[piece.name] = piece
                open_ones.extend(self.information_of(piece))
        return tuple(found.values())

    def inputs_of(self, offer: Piece) -> tuple[Piece, ...]:
        """The input data of a decision service: those listed, then those that its decisions read unlisted."""
        listed = {each.name: each for each in self.parts(offer, "inputData")}
        for decision in self.decisions_of(offer):
            for each in self.information_of(decision):
                if each.tag == "inputData":
                    listed.setdefault(each.name, each)
        return tuple(listed.values())

    def _referenced(self, reference: Piece, wanted: tuple[str, ...]) -> Piece | None:
        href = reference.get("href").strip()
        space, _, own = href.rpartition("#")
        if space and space != self.root.get("namespace"):
            self.reading.refuse("elements of other models are not read", reference, href)
            return None
        found = self.by_id.get(own)
        if found is None or found.tag not in wanted or not found.name:
            self.reading.wrong(f"there is no {' or '.join(wanted)} {href!r}", reference, href, code="unknown-reference")
            return None
        return self.by_name.get(found.name)
