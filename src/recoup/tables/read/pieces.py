"""XML made safe: bytes into a small frozen tree of a model's own elements, and nothing else.

No entities, no document type, no network; bounded in bytes, depth, number of elements and length of one value. Elements
and attributes of other makers' namespaces are left out, except Recoup's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lxml import etree

from recoup.tables.problems import ModelError, Problem

#: Recoup's particulars of a rulebook stand in attributes of this namespace.
RECOUP = "https://recoup.dev/dmn/1"
#: The namespaces of DMN 1.1 to 1.5.
DMN = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
#: The largest file, the deepest nesting, the most elements and the longest attribute or text that are read.
BYTES_MAX = 16 * 1024 * 1024
DEPTH_MAX = 80
ELEMENTS_MAX = 400_000
TEXT_MAX = 200_000
_ENCODINGS = frozenset(
    {"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1", "windows-1252", "gb18030"}
    | {"gbk", "gb2312", "big5"}
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One element of the model: tag and attributes without namespace, its text, its children, its line.

    ``own`` holds the attributes of Recoup's namespace, ``prefixes`` the namespaces declared around it.
    """

    tag: str
    attributes: Mapping[str, str]
    text: str
    children: tuple[Piece, ...]
    line: int
    own: Mapping[str, str]
    prefixes: Mapping[str | None, str]

    def get(self, name: str, default: str = "") -> str:
        """The value of an attribute."""
        return self.attributes.get(name, default)

    @property
    def name(self) -> str:
        """The attribute ``name`` with single spaces."""
        return " ".join(self.get("name").split())

    def all(self, *tags: str) -> tuple[Piece, ...]:
        """The children of these tags, in their order."""
        return tuple(child for child in self.children if child.tag in tags)

    def first(self, *tags: str) -> Piece | None:
        """The first child of one of these tags."""
        return next((child for child in self.children if child.tag in tags), None)

    def text_of(self, tag: str) -> str:
        """The text of the first child of that tag without the space around it; empty when there is none."""
        child = self.first(tag)
        return child.text.strip() if child else ""

    def walk(self) -> Iterator[Piece]:
        """The element and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def pieces_of(data: bytes, *, file: str, spaces: frozenset[str] = DMN, root: str = "definitions") -> Piece:
    """The root of a file as a Piece. Raises ModelError when it is no such XML, or not safe to read."""
    if len(data) > BYTES_MAX:
        raise _refused(f"the file is larger than {BYTES_MAX // 1024 // 1024} MB", file, 0, f"{len(data)} bytes")
    bare = data.replace(b"\0", b"")
    for mark in (b"<!DOCTYPE", b"<!ENTITY"):
        if (found := bare.upper().find(mark)) >= 0:
            line = bare.count(b"\n", 0, found) + 1
            raise _refused("a document type or an entity is never read", file, line, mark.decode())
    return _Tree(file, spaces, root).read(data)


@dataclass(slots=True)
class _Tree:
    file: str
    spaces: frozenset[str]
    root: str
    space: str = ""
    count: int = 0

    def read(self, data: bytes) -> Piece:
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            recover=False,
        )
        try:
            element = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as problem:
            raise _wrong(f"this is no readable XML: {problem.msg}", self.file, problem.lineno or 0) from None
        except (ValueError, LookupError) as problem:
            raise _wrong(f"this is no readable XML: {problem}", self.file, 0) from None
        info: Any = element.getroottree().docinfo
        if info.doctype or info.internalDTD is not None:
            raise _refused("a document type or an entity is never read", self.file, 1, "<!DOCTYPE")
        if info.encoding and info.encoding.lower() not in _ENCODINGS:
            raise _refused("the encoding is none that Recoup reads", self.file, 1, info.encoding)
        return self._root(element)

    def _root(self, element: Any) -> Piece:
        name: Any = etree.QName(element)
        if name.namespace not in self.spaces or name.localname != self.root:
            found = f"<{name.localname}> of {name.namespace or 'no namespace'}"
            raise _wrong(f"the file does not begin with <{self.root}> of a namespace known here", self.file, 1, found)
        self.space = name.namespace
        return self._piece(element, 1)

    def _piece(self, element: Any, depth: int) -> Piece:
        line = element.sourceline or 0
        self.count += 1
        if depth > DEPTH_MAX:
            raise _refused(f"elements are nested more than {DEPTH_MAX} deep", self.file, line, _local(element))
        if self.count > ELEMENTS_MAX:
            raise _refused(f"the file has more than {ELEMENTS_MAX} elements", self.file, line, _local(element))
        texts = [element.text or ""]
        children = []
        for child in element:
            if isinstance(child.tag, str):
                space = etree.QName(child).namespace
                if space == self.space:
                    children.append(self._piece(child, depth + 1))
                elif space in self.spaces or space is None:
                    raise _wrong("an element of another version of the standard", self.file, line, _local(child))
            texts.append(child.tail or "")
        own, others = self._attributes(element, line)
        text = "".join(texts)
        if len(text) > TEXT_MAX:
            raise _refused(f"a text is longer than {TEXT_MAX} characters", self.file, line, _local(element))
        return Piece(_local(element), others, text, tuple(children), line, own, _frozen(element.nsmap))

    def _attributes(self, element: Any, line: int) -> tuple[Mapping[str, str], Mapping[str, str]]:
        own, others = {}, {}
        for key, value in element.attrib.items():
            if len(value) > TEXT_MAX:
                raise _refused(f"an attribute is longer than {TEXT_MAX} characters", self.file, line, str(key)[:80])
            name: Any = etree.QName(key)
            if name.namespace is None:
                others[name.localname] = value
            elif name.namespace == RECOUP:
                own[name.localname] = value
            elif name.localname == "nil":
                others["xsi:nil"] = value
            elif name.localname == "type":
                others["xsi:type"] = value
        return _frozen(own), _frozen(others)


def _frozen(mapping: Mapping[Any, str]) -> Mapping[Any, str]:
    return MappingProxyType(dict(mapping)) if mapping else _EMPTY


_EMPTY: Mapping[Any, str] = MappingProxyType({})


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def _refused(message: str, file: str, line: int, construct: str = "") -> ModelError:
    return ModelError([Problem("unsafe-xml", "refused", message, file, line, construct)])


def _wrong(message: str, file: str, line: int, construct: str = "") -> ModelError:
    return ModelError([Problem("broken-xml", "error", message, file, line, construct)])
