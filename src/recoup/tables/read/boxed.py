"""Boxed expressions into nodes of FEEL. Source: OMG DMN 1.5, chapters 7.3 and 10.5.

The type that an expression itself declares must exist and is not enforced: the standard converts where a value is bound
to a variable or a parameter, nowhere else (10.3.2.9.4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recoup.tables.feel import nodes
from recoup.tables.feel.calls import Argument, UnreadCall, builtin_call
from recoup.tables.feel.nodes import Node
from recoup.tables.feel.types import ANY, ContextOf, FeelType, FunctionOf, ListOf
from recoup.tables.model import Constrained, DecisionTable, Parameter
from recoup.tables.read.grammar import EXPRESSIONS
from recoup.tables.read.pieces import Piece
from recoup.tables.read.reading import Reading, Scope
from recoup.tables.read.tables import TableReader
from recoup.tables.read.types import Declared, Types

NULL: Node = nodes.Literal(None)


def typed(node: Node, declared: Declared) -> Node:
    """The node with a type of its own around it, where one is declared."""
    if declared.type != ANY:
        node = nodes.Typed(node, declared.type)
    return Constrained(node, declared.constraint) if declared.constraint else node


@dataclass(slots=True)
class BoxReader:
    """Reads boxed expressions; ``name`` is what the expression stands in, for tables and messages."""

    reading: Reading
    types: Types

    def logic(self, holder: Piece | None, scope: Scope, name: str) -> Node | None:
        """The expression in a decision or a function; None where it says nothing."""
        piece = self.reading.only_expression(holder) if holder else None
        return self.expression(piece, scope, name) if piece else None

    def node(self, holder: Piece | None, scope: Scope, name: str) -> Node:
        """The one expression in an element, as of its declared type; notes where there is none."""
        piece = self.reading.only_expression(holder) if holder else None
        if piece is None:
            if holder:
                self.reading.wrong(f"<{holder.tag}> holds no expression", holder)
            return NULL
        return self.expression(piece, scope, name)

    def expression(self, piece: Piece, scope: Scope, name: str) -> Node:
        """A boxed expression."""
        self.types.of_variable(piece)
        kinds: dict[str, Callable[[Piece, Scope, str], Node]] = {
            "literalExpression": self._literal,
            "decisionTable": self._table,
            "invocation": self._invocation,
            "context": self._context,
            "list": self._list,
            "relation": self._relation,
            "functionDefinition": self._function,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._for,
            "every": self._quantified,
            "some": self._quantified,
        }
        return kinds[piece.tag](piece, scope, name)

    def _literal(self, piece: Piece, scope: Scope, _name: str) -> Node:
        return self.reading.entry(piece, scope, "the expression").node

    def _table(self, piece: Piece, scope: Scope, name: str) -> DecisionTable:
        return TableReader(self.reading, self.types, scope).read(piece, name)

    def _invocation(self, piece: Piece, scope: Scope, name: str) -> Node:
        called = self.node(piece, scope, name)
        names, arguments = [], []
        for binding in piece.all("binding"):
            parameter = binding.first("parameter")
            if parameter is None or not parameter.name or parameter.name in names:
                self.reading.wrong("a binding needs a parameter, each once", binding)
            else:
                names.append(parameter.name)
                bound = self.node(binding, scope, parameter.name) if self.reading.only_expression(binding) else NULL
                self.types.of_variable(parameter)
                arguments.append(bound)
        if isinstance(called, nodes.FunctionReference):
            node, problem = builtin_call(called.function, list(map(Argument, names, arguments)))
            if isinstance(problem, UnreadCall):
                self.reading.refuse(str(problem), piece, called.function)
            return node
        self._check_parameters(called, names, scope, piece)
        return nodes.Invocation(called, tuple(arguments), tuple(names))

    def _check_parameters(self, called: Node, names: list[str], scope: Scope, piece: Piece) -> None:
        found = scope.get(called.name) if isinstance(called, nodes.Name) else None
        if isinstance(called, nodes.FunctionReference):
            self.reading.refuse("a boxed invocation of a built-in function is not read", piece)
        elif (
            isinstance(called, nodes.Name) and found is not None and not isinstance(found, FunctionOf) and found != ANY
        ):
            self.reading.wrong(f"{called.name!r} is invoked and is no function", piece)
        elif isinstance(found, FunctionOf) and len(names) > len(found.parameters):
            self.reading.wrong("the invocation binds more parameters than the function has", piece)

    def _context(self, piece: Piece, scope: Scope, name: str) -> Node:
        entries: list[tuple[str, Node]] = []
        inner = dict(scope)
        for each in piece.all("contextEntry"):
            variable = each.first("variable")
            if variable is None or not variable.name:
                return self._final_result(piece, each, entries, inner, name)
            if variable.name in {key for key, _ in entries}:
                self.reading.wrong(f"two entries are called {variable.name!r}", each)
            node, declared = self._entry(each, inner, variable)
            entries.append((variable.name, node))
            inner = inner | {variable.name: declared.type}
        return nodes.ContextNode(tuple(entries))

    def _entry(self, piece: Piece, scope: Scope, variable: Piece) -> tuple[Node, Declared]:
        expression, declared = self.reading.only_expression(piece), self.types.of_variable(variable)
        if expression is None:
            self.reading.wrong(f"the entry {variable.name!r} holds no expression", piece)
            return NULL, declared
        if expression.tag == "functionDefinition":
            # The type of such a variable may be the function's or that of its result: the parameters say enough.
            # A function in a context may call itself, as it may in one that is written.
            node, function = self._function_of(expression, scope, variable.name, own=variable.name)
            return node, Declared(function)
        node = typed(self.expression(expression, scope, variable.name), declared)
        return node, declared if declared.type != ANY else self.types.of_variable(expression)

    def _final_result(
        self, piece: Piece, last: Piece, entries: list[tuple[str, Node]], scope: Scope, name: str
    ) -> Node:
        """A context whose last entry has no name is worth that entry, over the ones before it."""
        if last is not piece.all("contextEntry")[-1]:
            self.reading.wrong("only the last entry of a context may be without a name", last)
        result = self.node(last, scope, name)
        if not entries:
            return result
        key = _unused(scope)
        return nodes.Path(nodes.ContextNode((*entries, (key, result))), key)

    def _list(self, piece: Piece, scope: Scope, name: str) -> Node:
        return nodes.Listing(tuple(self.expression(each, scope, name) for each in piece.all(*EXPRESSIONS)))

    def _relation(self, piece: Piece, scope: Scope, name: str) -> Node:
        columns = piece.all("column")
        keys = [column.name for column in columns]
        if "" in keys or len(set(keys)) < len(keys):
            self.reading.wrong("each column of a relation needs a name of its own", piece)
        rows = []
        for row in piece.all("row"):
            cells = row.all(*EXPRESSIONS)
            if len(cells) != len(columns):
                self.reading.wrong(f"the row has {len(cells)} cells, the relation {len(columns)} columns", row)
            read = zip(columns, cells, strict=False)
            # Cells of a row do not see each other, so each row is read in the scope around the relation.
            entries = tuple(
                (column.name, typed(self.expression(cell, scope, name), self.types.of_variable(column)))
                for column, cell in read
            )
            rows.append(_closed_row(entries))
        return nodes.Listing(tuple(rows))

    def _function(self, piece: Piece, scope: Scope, name: str) -> Node:
        return self._function_of(piece, scope, name)[0]

    def _function_of(self, piece: Piece, scope: Scope, name: str, own: str = "") -> tuple[Node, FunctionOf]:
        parameters = self.parameters(piece)
        kind = FunctionOf(tuple(each.type for each in parameters), ANY)
        inner = dict(scope) | ({own: kind} if own else {}) | {each.name: each.type for each in parameters}
        if any(each.constraint for each in parameters):
            self.reading.refuse("a type with allowed values is not read for a parameter of a boxed function", piece)
        body = self.node(piece, inner, name)
        return nodes.FunctionNode(tuple((each.name, each.type) for each in parameters), body), kind

    def parameters(self, piece: Piece) -> tuple[Parameter, ...]:
        """The formal parameters of a function; notes a function that is not written in FEEL."""
        if piece.get("kind", "FEEL").strip() not in ("FEEL", "", "F"):
            self.reading.refuse("only functions in FEEL are read", piece, piece.get("kind"))
        found: list[Parameter] = []
        for each in piece.all("formalParameter"):
            if not each.name or each.name in {known.name for known in found}:
                self.reading.wrong("each parameter needs a name of its own", each)
            declared = self.types.of_variable(each)
            found.append(Parameter(each.name, declared.type, declared.constraint))
        return tuple(found)

    # --- boxed expressions of DMN 1.4 -----------------------------------------------------------------

    def _conditional(self, piece: Piece, scope: Scope, name: str) -> Node:
        condition, yes, no = (self._child(piece, tag, scope, name) for tag in ("if", "then", "else"))
        return nodes.Conditional(condition, yes, no)

    def _filter(self, piece: Piece, scope: Scope, name: str) -> Node:
        over = self._child(piece, "in", scope, name)
        item = _item_of(over, scope)
        if not isinstance(item, ContextOf) and (written := _written_filter(piece)):
            # The components of items of an unknown type are found as they are in a filter that is written.
            text, at = written
            return self.reading.node(text, scope, at, at.line) or NULL
        parts = dict(item.parts) if isinstance(item, ContextOf) else {}
        inner = {**scope, "item": item, **parts}
        return nodes.Filter(over, self._child(piece, "match", inner, name))

    def _for(self, piece: Piece, scope: Scope, name: str) -> Node:
        binding, inner = self._iterator(piece, scope, name)
        return nodes.For((binding,), self._child(piece, "return", {**inner, "partial": ListOf(ANY)}, name))

    def _quantified(self, piece: Piece, scope: Scope, name: str) -> Node:
        binding, inner = self._iterator(piece, scope, name)
        return nodes.Quantified(piece.tag == "every", (binding,), self._child(piece, "satisfies", inner, name))

    def _iterator(self, piece: Piece, scope: Scope, name: str) -> tuple[nodes.Binding, Scope]:
        variable = " ".join(piece.get("iteratorVariable").split())
        if not variable:
            self.reading.wrong("an iteration needs a variable", piece)
        over = self._child(piece, "in", scope, name)
        return nodes.Binding(variable, over), {**scope, variable: _item_of(over, scope)}

    def _child(self, piece: Piece, tag: str, scope: Scope, name: str) -> Node:
        found = piece.all(tag)
        if len(found) != 1:
            self.reading.wrong(f"<{piece.tag}> needs one <{tag}>", piece)
            return NULL
        self.types.of_variable(found[0])
        return self.node(found[0], scope, name)


def _written_filter(piece: Piece) -> tuple[str, Piece] | None:
    """A filter of two texts as one text, and the element of the condition."""
    texts = []
    for tag in ("in", "match"):
        found = piece.first(tag)
        literal = found.first("literalExpression") if found else None
        text = literal.first("text") if literal else None
        if text is None or not text.text.strip():
            return None
        texts.append(text)
    return f"({texts[0].text.strip()})[{texts[1].text.strip()}]", texts[1]


def _unused(scope: Scope) -> str:
    key = "the result"
    while key in scope:
        key += "'"
    return key


def _item_of(node: Node, scope: Scope) -> FeelType:
    declared = scope.get(node.name, ANY) if isinstance(node, nodes.Name) else ANY
    declared = node.type if isinstance(node, nodes.Typed) else declared
    return declared.item if isinstance(declared, ListOf) else declared if isinstance(declared, ContextOf) else ANY


def _closed_row(entries: tuple[tuple[str, Node], ...]) -> Node:
    """A row as a context. Later entries of a context see earlier ones, so a row that reads such a name is lifted."""
    keys: set[str] = set()
    for key, node in entries:
        if keys & nodes.free_names(node):
            return _lifted(entries)
        keys.add(key)
    return nodes.ContextNode(entries)


def _lifted(entries: tuple[tuple[str, Node], ...]) -> Node:
    """The same context, built by a function whose arguments are reckoned outside of it."""
    names = tuple(f"cell {number}" for number in range(len(entries)))
    body = nodes.ContextNode(tuple((key, nodes.Name(name)) for (key, _), name in zip(entries, names, strict=True)))
    function = nodes.FunctionNode(tuple((name, ANY) for name in names), body)
    return nodes.Invocation(function, tuple(node for _, node in entries))
