"""Rules put into a DMN file, all else of it as it was: drawing, ids, comments, other tools' own elements."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from recoup.tables.model import DecisionTable, Model
from recoup.tables.named import named_tables

#: Declaration, comments and instructions, then the start tag of the root with its quoted values.
_BEFORE_BODY = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*<[^!?/](?:"[^"]*"|'[^']*'|[^>"'])*>""", re.DOTALL
)
_ENTRIES = ("inputEntry", "outputEntry", "annotationEntry")


@dataclass(frozen=True, slots=True)
class Row:
    """A rule as it shall be: the place of the rule it was (None: a new one), and its texts.

    ``texts`` has one tuple each for conditions, conclusions and annotations; None in it leaves a cell as it is.
    """

    was: int | None
    texts: tuple[tuple[str | None, ...], tuple[str | None, ...], tuple[str | None, ...]]


class Document:
    """A DMN file whose decision tables can be given other rules. The bytes must have been read as a model before."""

    def __init__(self, data: bytes, model: Model) -> None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False)
        self._data = data
        self._tree: Any = etree.fromstring(data, parser).getroottree()
        self._space = etree.QName(self._tree.getroot()).namespace
        self._ids = {each.get("id") for each in self._tree.iter(etree.Element)}
        self._elements = dict(self._matched(model))
        self._changed = False

    def _tag(self, name: str) -> str:
        return f"{{{self._space}}}{name}"

    def _matched(self, model: Model) -> Any:
        """The element of each table, by its key. Raises LookupError when two tables cannot be told apart."""
        elements = list(self._tree.iter(self._tag("decisionTable")))
        for key, _, table in named_tables(model):
            found = [each for each in elements if _is_same(each, table)]
            if len(found) != 1:
                raise LookupError(f"the table {table.name!r} has no id that tells it from others on line {table.line}")
            yield key, found[0]

    def set_rows(self, key: str, rows: Sequence[Row]) -> None:
        """Gives a table these rules, in this order."""
        table = self._elements[key]
        old = [each for each in table if each.tag == self._tag("rule")]
        order = [row.was for row in rows]
        elements = [old[row.was] if row.was is not None else self._new_rule(table, old) for row in rows]
        for element, row in zip(elements, rows, strict=True):
            self._write(element, row)
        if order != list(range(len(old))):
            self._changed = True
            self._put_in_order(table, old, elements)

    def bytes(self) -> bytes:
        """The file. Unchanged, it is the bytes that were read."""
        if not self._changed:
            return self._data
        encoding = self._tree.docinfo.encoding or "UTF-8"
        declared: Any = self._tree.docinfo.standalone
        written: Any = etree.tostring(self._tree, encoding=encoding, xml_declaration=True, standalone=declared)
        if encoding.upper() in ("UTF-8", "US-ASCII", "ASCII"):
            # The root's attributes are not changed: they keep the layout that they had.
            written = self._data[: _body_start(self._data)] + written[_body_start(written) :]
        return bytes(written) + (b"\n" if self._data.endswith(b"\n") and not written.endswith(b"\n") else b"")

    # --- rules ------------------------------------------------------------------------------------------------

    def _write(self, rule: Any, row: Row) -> None:
        for name, texts in zip(_ENTRIES, row.texts, strict=True):
            entries = [each for each in rule if each.tag == self._tag(name)]
            wanted = max((place + 1 for place, text in enumerate(texts) if text is not None), default=0)
            while len(entries) < wanted:
                entries.append(self._new_entry(rule, name, entries))
            for entry, text in zip(entries, texts, strict=False):
                if text is not None:
                    self._write_text(entry, text)

    def _write_text(self, entry: Any, text: str) -> None:
        child = entry.find(self._tag("text"))
        if child is None:
            child = etree.SubElement(entry, self._tag("text"))
        if child.text != text:
            child.text = text
            self._changed = True

    def _new_rule(self, table: Any, old: list[Any]) -> Any:
        """A rule like those of the table, so that it is laid out as they are, without their words."""
        rule = etree.Element(self._tag("rule"), id=self._new_id(f"{table.get('id') or 'table'}_rule"))
        if not old:
            return rule
        like = copy.deepcopy(old[-1])
        rule.text, rule.tail = like.text, None
        for child in list(like):
            if any(child.tag == self._tag(name) for name in _ENTRIES):
                self._clear(child, rule)
                rule.append(child)
        return rule

    def _clear(self, entry: Any, rule: Any) -> None:
        for child in list(entry):
            if child.tag != self._tag("text"):
                entry.remove(child)
        entry.attrib.pop("label", None)
        if entry.get("id"):
            entry.set("id", self._new_id(f"{rule.get('id')}_cell"))
        text = entry.find(self._tag("text"))
        if text is not None:
            text.text = ""

    def _new_entry(self, rule: Any, name: str, entries: list[Any]) -> Any:
        entry = etree.Element(self._tag(name))
        etree.SubElement(entry, self._tag("text")).text = ""
        before = entries or [each for each in rule if isinstance(each.tag, str)]
        if before:
            entry.tail = before[-1].tail
            before[-1].tail = rule.text
            before[-1].addnext(entry)
        else:
            rule.insert(0, entry)
        self._changed = True
        return entry

    def _new_id(self, start: str) -> str:
        number = 1
        while f"{start}_{number}" in self._ids:
            number += 1
        self._ids.add(f"{start}_{number}")
        return f"{start}_{number}"

    # --- order --------------------------------------------------------------------------------------------------

    def _put_in_order(self, table: Any, old: list[Any], rules: list[Any]) -> None:
        """Puts the rules where rules stood. Comments stay with the rule that they stand before."""
        # The space between two rules is that before the first child; the last one has its own behind it.
        between, closing = table.text, table[-1].tail if len(table) else table.text
        first = self._first_place(table, old)
        led = {rule: _comments_before(rule) for rule in old}
        for each in [*old, *(comment for comments in led.values() for comment in comments)]:
            table.remove(each)
        kept: list[Any] = []
        for rule in rules:
            kept += [*led.pop(rule, []), rule]
        # What was said of rules that are gone is kept, behind the others.
        kept += [comment for comments in led.values() for comment in comments]
        for place, each in enumerate(kept):
            each.tail = between
            table.insert(first + place, each)
        if len(table):
            table[-1].tail = closing

    def _first_place(self, table: Any, old: list[Any]) -> int:
        """Where the first rule or the comments before it stand, or would."""
        if old:
            return int(table.index(old[0])) - len(_comments_before(old[0]))
        clauses = {self._tag("input"), self._tag("output"), self._tag("annotation")}
        return max((table.index(each) + 1 for each in table if each.tag in clauses), default=0)


def _comments_before(rule: Any) -> list[Any]:
    comments: list[Any] = []
    sibling = rule.getprevious()
    while sibling is not None and not isinstance(sibling.tag, str):
        comments.insert(0, sibling)
        sibling = sibling.getprevious()
    return comments


def _body_start(data: bytes) -> int:
    """Where the start tag of the root ends."""
    found = _BEFORE_BODY.match(data)
    return found.end() if found else 0


def _is_same(element: Any, table: DecisionTable) -> bool:
    if table.id or element.get("id"):
        return bool(element.get("id") == table.id)
    return bool(element.sourceline == table.line)
