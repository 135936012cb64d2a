"""What operators join: literals, names, calls, lists, contexts, ranges, loops, functions, with paths and filters after.

Source: OMG DMN 1.5, grammar rules 20 to 41, 52 to 66.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from recoup.tables.feel import nodes
from recoup.tables.feel.calls import Argument, UnreadCall, arguments_of, at_literal, builtin_call
from recoup.tables.feel.errors import FeelError, UnsupportedFeel
from recoup.tables.feel.functions import CLOCKS
from recoup.tables.feel.nodes import Node
from recoup.tables.feel.operators import COMPARISONS, DEPTH_MAX, OPERAND, Operators
from recoup.tables.feel.properties import SPACED
from recoup.tables.feel.scope import WORD, WORD_TEXT, Scope, find, spellings_of
from recoup.tables.feel.shapes import item_shape, shape_of
from recoup.tables.feel.tokens import OPERATOR_WORDS, SKIPPED, string_value
from recoup.tables.feel.types import ANY, ContextOf, FeelType

_NAME = r"[^\W\d_]|[_\U00010000-\U000EFFFF]"
#: A name being given, up to what must follow it; marks of operators may stand in it.
_VARIABLE = re.compile(rf"((?:{_NAME})[^,()\[\]{{}}:\"<>=]*?)\s+in(?!\w)")
_PARAMETER = re.compile(rf"((?:{_NAME})[^,()\[\]{{}}:\"<>=]*?)\s*(?=[,:)])")
_ARGUMENT = re.compile(rf"((?:{_NAME})[^,()\[\]{{}}:\"<>=]*?)\s*:")
_KEY = re.compile(rf"(?:(\"(?:[^\"\\\n]|\\.)*\")|((?:{_NAME})[^,()\[\]{{}}:\"<>=]*?))\s*:")
_CALLED = re.compile(r"\s*\(")
#: A bracket that closes a range rather than opening a filter.
_CLOSES_RANGE = re.compile(
    r"\[\s*(?:\Z|[,)\]}=<>!+*/]|-(?!\s*[0-9])|(?:and|or|then|else|return|satisfies|in|between)\b)"
)
_MORE_WORDS = re.compile(rf"\s+({WORD_TEXT})")
_SPACED = spellings_of(SPACED)
#: The methods that read what begins with a mark or a word of FEEL.
_STARTS = {
    "(": "_parenthesis", "[": "_bracket", "]": "_open_range", "{": "_context", "@": "_temporal", "?": "_subject",
    "if": "_conditional", "for": "_for", "some": "_quantified", "every": "_quantified", "function": "_function",
}  # fmt: skip


class Primaries(Operators):
    """Reads the values that operators join."""

    __slots__ = ()

    def primary(self) -> Node:
        node = self._start()
        for _ in range(DEPTH_MAX):
            if self.sees("."):
                node = self._path(node)
            elif self.sees("[") and not (self.in_range and self.read(_CLOSES_RANGE)):
                node = self._filter(node)
            elif self.sees("("):
                node = self._invocation(node)
            else:
                return node
        return self.refuse("the chain of paths and filters is too long")

    def _start(self) -> Node:
        token = self.next
        if token.kind == "literal":
            self.take()
            return nodes.Literal(token.value)
        if token.kind == "name":
            self.take()
            return nodes.Component(token.text) if token.text in self.scope.components else nodes.Name(token.text)
        if token.kind == "function":
            return self._call()
        if token.kind == "word":
            return self._unknown()
        start = _STARTS.get(token.text) if token.kind != "end" else None
        if start is None:
            found = token.text
            self.refuse(f"a value is missing before {found!r}" if found else "the expression ends too early")
        read: Callable[[], Node] = getattr(self, start)
        return read()

    # --- names ----------------------------------------------------------------------------------------

    def _unknown(self) -> Node:
        token = self.next
        if self.scope.lenient:
            name, end = self._words(token.offset)
            if not self._called(end):
                self.go_to(end, after_operand=True)
                return nodes.Component(name)
        name, end = self._words(token.offset)
        if name in CLOCKS and self._called(end):
            problem = f"{name}() reads a clock: the day of a decision is a fact"
            raise UnsupportedFeel(problem, text=self.text, offset=token.offset, construct=name)
        if self._called(end):
            problem = f"Recoup has no function {name!r}"
            raise UnsupportedFeel(problem, text=self.text, offset=token.offset, construct=name)
        return self.refuse(f"unknown name {token.text!r}")

    def _called(self, end: int) -> bool:
        return _CALLED.match(self.text, end) is not None

    def _words(self, offset: int) -> tuple[str, int]:
        """Words up to an operator: a name of several that is known nowhere."""
        word = WORD.match(self.text, offset)
        if word is None:
            self.refuse("a name is missing")
        words, end = [word.group()], word.end()
        while (more := _MORE_WORDS.match(self.text, end)) and more.group(1) not in OPERATOR_WORDS:
            words.append(more.group(1))
            end = more.end()
        return " ".join(words), end

    def _path(self, node: Node) -> Node:
        dot = self.next
        skipped = SKIPPED.match(self.text, dot.end)
        at = skipped.end() if skipped else dot.end
        word = WORD.match(self.text, at)
        if word is None:
            construct = self.text[at : at + 1]
            raise FeelError("a name must follow the full stop", text=self.text, offset=at, construct=construct)
        kind = item_shape(shape_of(node, self.scope))
        known = spellings_of(kind.parts) if isinstance(kind, ContextOf) else self.scope.parts
        name, end = find(known, word, self.text) or find(_SPACED, word, self.text) or self._words(at)
        self.go_to(end, after_operand=True)
        return nodes.Path(node, name)

    def _filter(self, node: Node) -> Node:
        self.take()
        item = item_shape(shape_of(node, self.scope))
        names: dict[str, FeelType] = {"item": item}
        if isinstance(item, ContextOf):
            names |= item.parts
        lenient = self.scope.lenient or item == ANY
        scope = self.scope.within(names, components=True, lenient=lenient)
        if item == ANY:
            scope = self._with_known_parts(scope)
        outer = self.enter(scope)
        condition = self.expression()
        self.scope = outer
        self.expect("]", "after the filter")
        return nodes.Filter(node, condition)

    @staticmethod
    def _with_known_parts(scope: Scope) -> Scope:
        """Names of components that are known of other types, where the items' own are not."""
        known = {spelling.name: ANY for each in scope.parts.values() for spelling in each}
        fresh: dict[str, FeelType] = {name: kind for name, kind in known.items() if name not in scope.types}
        return scope.within(fresh, components=True) if fresh else scope

    # --- calls ----------------------------------------------------------------------------------------

    def _call(self) -> Node:
        name = self.take()
        if not self.sees("("):
            return nodes.FunctionReference(name.text)
        arguments = self._arguments(name.text)
        node, problem = builtin_call(name.text, arguments)
        if isinstance(problem, UnreadCall):
            raise UnsupportedFeel(str(problem), text=self.text, offset=name.offset, construct=name.text)
        if problem and self.strict:
            raise FeelError(problem, text=self.text, offset=name.offset, construct=name.text)
        return node

    def _arguments(self, of: str) -> list[Argument]:
        self.expect("(", f"after {of!r}")
        found: list[Argument] = []
        while not self.sees(")") or found:
            named = self.read(_ARGUMENT)
            if named:
                self.go_to(named.end(), after_operand=False)
            found.append(Argument(" ".join(named.group(1).split()) if named else "", self.expression()))
            if not self.skip(","):
                break
        self.expect(")", f"after the arguments of {of!r}")
        if len({bool(argument.name) for argument in found}) > 1:
            self.refuse("arguments by position and by name do not mix")
        return found

    def _invocation(self, node: Node) -> Node:
        known = isinstance(node, nodes.Path | nodes.Filter | nodes.FunctionNode | nodes.Invocation | nodes.Conditional)
        if isinstance(node, nodes.Name | nodes.Component):
            known = self.scope.may_call(node.name)
        if not known:
            self.unsupported("a call of what is no function")
        arguments = self._arguments("the function")
        return nodes.Invocation(node, *arguments_of(arguments))

    # --- brackets -------------------------------------------------------------------------------------

    def _parenthesis(self) -> Node:
        opening = self.take()
        if self.sees(*COMPARISONS):
            return self._half_range()
        node = self.expression()
        if self.sees(".."):
            return self.range_from(opening, node)
        self.expect(")", "after the expression in parentheses")
        return node

    def _half_range(self) -> Node:
        sign = self.take()
        if sign.text == "!=":
            self.unsupported("a range of all but one value", sign)
        limit = self.operation(OPERAND)
        self.expect(")", "after the comparison in parentheses")
        if sign.text == "=":
            return nodes.Range(limit, limit, True, True)
        closed = sign.text.endswith("=")
        return (
            nodes.Range(None, limit, False, closed) if sign.text[0] == "<" else nodes.Range(limit, None, closed, False)
        )

    def _bracket(self) -> Node:
        opening = self.take()
        if self.skip("]"):
            return nodes.Listing(())
        items = [self.expression()]
        if self.sees(".."):
            return self.range_from(opening, items[0])
        while self.skip(","):
            items.append(self.expression())
        self.expect("]", "after the list")
        return nodes.Listing(tuple(items))

    def _open_range(self) -> Node:
        opening = self.next
        self.go_to(opening.end, after_operand=False)
        return self.range_from(opening, self.operation(OPERAND))

    def _context(self) -> Node:
        self.take()
        entries: list[tuple[str, Node]] = []
        outer = self.scope
        while not self.sees("}") or entries:
            name = self._key({name for name, _ in entries})
            if self.sees("function"):
                # A function may call itself by the name of its entry.
                self.scope = self.scope.within({name: ANY})
            entry = self.expression()
            entries.append((name, entry))
            self.scope = self.scope.within({name: shape_of(entry, self.scope)}).with_parts((name,))
            if not self.skip(","):
                break
        # Components stay known, so that paths behind the context find them.
        self.scope = outer.with_parts(name for name, _ in entries)
        self.expect("}", "after the context")
        return nodes.ContextNode(tuple(entries))

    def _key(self, taken: set[str]) -> str:
        found = self.read(_KEY)
        if found is None:
            self.refuse("an entry of a context needs a name and a colon")
        quoted, plain = found.groups()
        name = string_value(self.text, quoted, found.start()) if quoted else " ".join(plain.split())
        if name in taken:
            self.refuse(f"the context has two entries {name!r}")
        self.go_to(found.end(), after_operand=False)
        return name

    # --- the rest ---------------------------------------------------------------------------------------

    def _subject(self) -> Node:
        if not self.in_test:
            self.refuse("'?' stands for the value tested, and there is none here")
        self.take()
        return nodes.Subject()

    def _temporal(self) -> Node:
        self.take()
        token = self.next
        if not isinstance(token.value, str):
            self.refuse("'@' must be followed by a date, a time or a duration in quotes")
        node = at_literal(token.value)
        if self.strict and not isinstance(node, nodes.Literal):
            self.refuse(f"{token.text} is no date, no time and no duration")
        self.take()
        return node

    def _conditional(self) -> Node:
        self.take()
        condition = self.expression()
        self.expect("then", "after the condition of 'if'")
        yes = self.expression()
        self.expect("else", "after 'then': every 'if' needs both answers")
        return nodes.Conditional(condition, yes, self.expression())

    def _bindings(self) -> tuple[nodes.Binding, ...]:
        """What names run over; each sees those before it. The scope is then that of the body."""
        bindings: list[nodes.Binding] = []
        while True:
            self.take()  # the keyword, or the comma after the last
            found = self.read(_VARIABLE)
            if found is None:
                self.refuse("a name and 'in' must follow")
            name = " ".join(found.group(1).split())
            self.go_to(found.end(), after_operand=False)
            over = self.expression()
            to = self.expression() if self.skip("..") else None
            bindings.append(nodes.Binding(name, over, to))
            item = item_shape(shape_of(over, self.scope)) if to is None else ANY
            self.scope = self.scope.within({name: item})
            if not self.sees(","):
                return tuple(bindings)

    def _for(self) -> Node:
        outer = self.scope
        bindings = self._bindings()
        self.scope = self.scope.within({"partial": ANY})
        self.expect("return", "after what 'for' runs over")
        body = self.expression()
        self.leave(outer)
        return nodes.For(bindings, body)

    def _quantified(self) -> Node:
        outer, every = self.scope, self.next.text == "every"
        bindings = self._bindings()
        self.expect("satisfies", "after what it runs over")
        condition = self.expression()
        self.leave(outer)
        return nodes.Quantified(every, bindings, condition)

    def _function(self) -> Node:
        self.take()
        outer = self.scope
        parameters = self._parameters()
        if self.next.text == "external":
            self.unsupported("a function in another language")
        self.enter(outer.within(dict(parameters)))
        body = self.expression()
        self.leave(outer)
        return nodes.FunctionNode(parameters, body)

    def _parameters(self) -> tuple[tuple[str, FeelType], ...]:
        self.expect("(", "after 'function'")
        found: dict[str, FeelType] = {}
        while not self.sees(")") or found:
            name = self.read(_PARAMETER)
            written = " ".join(name.group(1).split()) if name else ""
            if name is None or written in found:
                self.refuse("each parameter needs a name of its own")
            self.go_to(name.end(), after_operand=True)
            found[written] = self.type_at(self.next.end) if self.sees(":") else ANY
            if not self.skip(","):
                break
        if not self.sees(")"):
            self.refuse("')' is missing after the parameters")
        self.go_to(self.next.end, after_operand=False)
        return tuple(found.items())
