"""Files that were broken or made to harm: each loads or is refused with a clear message, none crashes or hangs."""

from __future__ import annotations

import random
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from recoup.tables.problems import ModelError
from recoup.tables.read import read_model
from recoup.tables.row import compile_model
from tests.needs import shared_file

MUTATIONS = 1000
MANY_MUTATIONS = 20_000
SECONDS_MAX = 10
HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="n">'
Mutation = Callable[[bytes, random.Random], bytes]


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Fails a test that hangs."""

    def stop(*_: object) -> None:
        raise AssertionError(f"took longer than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def outcome_of(data: bytes) -> str:
    """``loaded`` or ``refused``; a model that loads must also be able to decide, whatever the facts."""
    with at_most(SECONDS_MAX):
        try:
            model = read_model(data, file="hostile.dmn")
        except ModelError as refusal:
            check_refusal(refusal)
            return "refused"
        compiled = compile_model(model)
        compiled.decide({})
        compiled.decide({data.name: "?" for data in model.inputs})
        return "loaded"


def check_refusal(refusal: ModelError) -> None:
    """Every problem names the file, says something, and stays short however long the file's own words are."""
    assert refusal.problems
    for problem in refusal.problems:
        assert problem.file == "hostile.dmn"
        assert problem.message
        assert len(str(problem)) < 2000


def refusal_of(data: bytes) -> str:
    """What is said of a file that must be refused."""
    with at_most(SECONDS_MAX), pytest.raises(ModelError) as refusal:
        read_model(data, file="hostile.dmn")
    return str(refusal.value)


# --- a thousand mutations -------------------------------------------------------------------------------------------


def flipped(data: bytes, made: random.Random) -> bytes:
    """A few bytes are others."""
    changed = bytearray(data)
    for _ in range(made.randint(1, 20)):
        changed[made.randrange(len(changed))] ^= 1 << made.randrange(8)
    return bytes(changed)


def cut(data: bytes, made: random.Random) -> bytes:
    """The file ends too early."""
    return data[: made.randrange(len(data))]


def lost(data: bytes, made: random.Random) -> bytes:
    """A piece in the middle is missing."""
    start = made.randrange(len(data))
    return data[:start] + data[start + made.randint(1, 200) :]


def doubled(data: bytes, made: random.Random) -> bytes:
    """A piece stands there twice."""
    start = made.randrange(len(data))
    end = start + made.randint(1, 400)
    return data[:end] + data[start:end] + data[end:]


def retagged(data: bytes, made: random.Random) -> bytes:
    """Two tags change places."""
    tags = sorted(set(re.findall(rb"</?([a-zA-Z]+)", data))) or [b"x"]
    one, other = made.choice(tags), made.choice(tags)
    swapped = {one: other, other: one}
    return re.sub(rb"(</?)(%s|%s)\b" % (one, other), lambda found: found[1] + swapped[found[2]], data)


def bound_anew(data: bytes, made: random.Random) -> bytes:
    """References lead elsewhere, perhaps in a circle, perhaps nowhere."""
    ids = re.findall(rb' id="([^"]*)"', data) or [b"x"]
    return re.sub(rb'href="[^"]*"', lambda _: b'href="#' + made.choice(ids) + b'"', data)


def same_ids(data: bytes, made: random.Random) -> bytes:
    """All elements have one id or one name."""
    attribute = made.choice([b"id", b"name"])
    return re.sub(rb' %s="[^"]*"' % attribute, b' %s="one"' % attribute, data)


def huge_numbers(data: bytes, made: random.Random) -> bytes:
    """Numbers of thousands of digits, or with exponents beyond any sense."""
    number = made.choice([b"9" * 5000, b"1e999999", b"1e-999999", b"0." + b"0" * 4000 + b"1", b"1e99999999999999"])
    return re.sub(rb"(?<=[>= ])[0-9]+(\.[0-9]+)?", number, data, count=made.randint(1, 5))


def other_expressions(data: bytes, made: random.Random) -> bytes:
    """Expressions that are no FEEL, or far too much of it."""
    text = made.choice(
        [
            b"(" * 5000 + b"1" + b")" * 5000,
            b"[" * 3000,
            b"if " * 2000,
            b"-" * 9000,
            b"not(" * 2000 + b"true" + b")" * 2000,
            b"{a: " * 1000 + b"1" + b"}" * 1000,
            b"for x in 1..1000000000 return x",
            b"some x in 1..99999999999 satisfies x = x",
            b"1 + " * 2400 + b"1",
            b"1 ** 1 ** " * 900 + b"1",
            b"9 ** 9 ** 9 ** 9",
            b'"' + b"a" * 9000,
            b'"' + b"a" * 9000 + b'"',
            b"\xef\xbf\xbf",
            b"@@@@",
            b'date("9999999999-01-01")',
            b'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")',
            b"function(x) x(x)",
            b"(function(f) f(f))(function(f) f(f))",
            b"1..",
            b"[1..2..3]",
            b"a.b.c.d" * 500,
        ]
    )
    texts = list(re.finditer(rb"<text>[^<]*</text>", data))
    if not texts:
        return data
    found = made.choice(texts)
    return data[: found.start()] + b"<text>" + text + b"</text>" + data[found.end() :]


def stray_bytes(data: bytes, made: random.Random) -> bytes:
    """Zero bytes, control characters, halves of characters."""
    stray = made.choice([b"\0", b"\x01", b"\xff\xfe", b"\xed\xa0\x80", b"&#0;", b"&#xD800;", b"&nope;", b"\r", b"]]>"])
    start = made.randrange(len(data))
    return data[:start] + stray * made.randint(1, 3) + data[start:]


def otherwise_encoded(data: bytes, made: random.Random) -> bytes:
    """What the first line says of the encoding is not so, or is one that nobody should use."""
    name = made.choice(["UTF-16", "UTF-7", "EBCDIC-CP-US", "UTF-32", "nonsense", "GB18030", "ISO-2022-JP", "latin1"])
    changed = re.sub(rb'encoding="[^"]*"', b'encoding="%s"' % name.encode(), data)
    return changed if made.random() < 0.5 else data.decode("utf-8", "replace").encode("utf-16")


def gigantic_value(data: bytes, made: random.Random) -> bytes:
    """One attribute or one text of hundreds of kilobytes."""
    size = made.choice([30_000, 250_000, 1_000_000])
    place = made.choice([rb'name="', rb"<text>", rb'typeRef="', rb'href="'])
    return re.sub(place, lambda found: found[0] + b"x" * size, data, count=1)


def nested(data: bytes, made: random.Random) -> bytes:
    """An element within itself, ten thousand times."""
    tag = made.choice([b"context", b"list", b"itemComponent", b"functionDefinition", b"extensionElements", b"text"])
    depth = made.choice([50, 300, 10_000])
    return data.replace(b"<decision ", (b"<" + tag + b">") * depth + (b"</" + tag + b">") * depth + b"<decision ", 1)


def with_entities(data: bytes, made: random.Random) -> bytes:
    """A document type that grows, reads files or asks the network."""
    kinds = [
        "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(10)),
        '<!ENTITY e9 SYSTEM "file:///etc/passwd">',
        '<!ENTITY e9 SYSTEM "http://127.0.0.1:9/">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;',
    ]
    doctype = f"<!DOCTYPE definitions [{made.choice(kinds)}]>".encode()
    body = re.sub(rb"<\?xml[^>]*\?>", b"", data)
    return doctype + body.replace(b"<text>", b"<text>&e9;", 1)


KINDS: tuple[Mutation, ...] = (
    flipped, flipped, cut, lost, doubled, retagged, bound_anew, same_ids, huge_numbers, other_expressions,
    other_expressions, stray_bytes, otherwise_encoded, gigantic_value, nested, with_entities,
)  # fmt: skip


def models() -> list[Path]:
    return sorted(shared_file("tck/level-2").glob("*/*.dmn"))


def mutated(number: int, paths: list[Path]) -> tuple[str, bytes]:
    made = random.Random(number)
    data = made.choice(paths).read_bytes()
    mutation = KINDS[number % len(KINDS)]
    changed = mutation(data, made)
    if made.random() < 0.2:
        changed = made.choice(KINDS)(changed, made) if len(changed) > 100 else changed
    return mutation.__name__, changed


def broken_numbers(numbers: range) -> list[str]:
    """The mutations that neither load nor are refused as they should be."""
    paths, broken = models(), []
    for number in numbers:
        kind, data = mutated(number, paths)
        try:
            outcome_of(data)
        except Exception as problem:
            broken.append(f"{number} ({kind}): {type(problem).__name__}: {problem}")
    return broken


def test_a_thousand_mutated_models_load_or_are_refused_and_none_crashes() -> None:
    assert broken_numbers(range(MUTATIONS)) == []


@pytest.mark.soak
def test_twenty_thousand_mutated_models_load_or_are_refused_and_none_crashes() -> None:
    assert broken_numbers(range(MUTATIONS, MANY_MUTATIONS)) == []


def test_the_mutations_make_models_of_both_sorts() -> None:
    paths = models()
    outcomes = {outcome_of(mutated(number, paths)[1]) for number in range(100)}
    assert outcomes == {"loaded", "refused"}


# --- each danger by itself ------------------------------------------------------------------------------------------


def test_a_billion_laughs_are_refused_unread() -> None:
    bombs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    said = refusal_of(f"<!DOCTYPE d [{bombs}]>{HEAD}<description>&e9;</description></definitions>".encode())
    assert "document type" in said


def test_a_document_type_is_refused_in_wide_characters_too() -> None:
    text = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY e "x">]>{HEAD}</definitions>'
    assert "document type" in refusal_of(text.encode("utf-16"))


def test_a_file_of_the_machine_is_never_read_into_a_model() -> None:
    text = f'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>{HEAD}<description>&e;</description></definitions>'
    assert "document type" in refusal_of(text.encode())


def test_elements_nested_ten_thousand_deep_are_refused() -> None:
    assert refusal_of((HEAD + "<list>" * 10_000 + "</list>" * 10_000 + "</definitions>").encode())


def test_elements_nested_deeper_than_is_read_are_refused_with_the_line() -> None:
    deep = "\n<extensionElements>" * 100 + "</extensionElements>" * 100
    said = refusal_of((HEAD + deep + "</definitions>").encode())
    assert "nested more than" in said
    assert re.search(r"hostile\.dmn:\d+", said)


def test_a_file_larger_than_is_read_is_refused_before_it_is_parsed() -> None:
    assert "16 MB" in refusal_of(HEAD.encode() + b" " * (17 * 1024 * 1024))


def test_more_elements_than_are_read_are_refused() -> None:
    assert "elements" in refusal_of((HEAD + "<association/>" * 400_001 + "</definitions>").encode())


def test_a_gigantic_attribute_is_refused() -> None:
    assert "longer than" in refusal_of(f'{HEAD[:-1]} exporter="{"x" * 300_000}"></definitions>'.encode())


@pytest.mark.parametrize("data", [b"", b"\0", b"\xff\xfe", b"<", b"<a/>", b"PK\x03\x04", b"\xef\xbb\xbf", b"<?xml"])
def test_what_is_no_model_is_refused(data: bytes) -> None:
    assert refusal_of(data)


def test_zero_bytes_in_the_middle_are_refused() -> None:
    assert refusal_of(HEAD.encode() + b"\0</definitions>")


def test_a_wrong_encoding_is_refused() -> None:
    assert refusal_of(b'<?xml version="1.0" encoding="UTF-8"?>' + HEAD.encode() + b"\xff\xfe\xfa</definitions>")


@pytest.mark.parametrize("encoding", ["UTF-7", "EBCDIC-CP-US", "nonsense", "UTF-32"])
def test_an_encoding_that_nobody_should_use_is_refused(encoding: str) -> None:
    assert refusal_of(f'<?xml version="1.0" encoding="{encoding}"?>{HEAD}</definitions>'.encode())
