"""The sentences that people read, and their translations.

    python tools/messages.py collect              take new sentences into the catalogues, keeping every translation
    python tools/messages.py check                fail when a sentence is missing, untranslated or does not match
    python tools/messages.py compile [FILE ...]   write the .mo files that Django reads; all of them without FILE

Works without the gettext programs: Django turns a template into the calls it makes, Babel reads those and Python's.
The source language is English, so English has no catalogue.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/recoup"
LANGUAGES = ("zh_Hans", "zh_Hant")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sdif]|\{\w*\}")
# Lines that change at every writing and tell nobody anything.
NOISE = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid-Bugs-To|Generated-By|Project-Id-Version)'
)
# Babel stamps a date on every catalogue; NOISE drops it again.
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)

Sentence = str | tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """One sentence as it stands in the source."""

    path: str
    line: int
    sentence: Sentence
    context: str | None
    comments: tuple[str, ...]


# --- reading the source -----------------------------------------------------------------------------------------------


def sentences(source: Path = SOURCE) -> Iterator[Found]:
    """Every translatable sentence below `source`, in the order of files and lines."""
    for path in sorted(source.rglob("*")):
        if path.suffix in {".html", ".txt", ".svg"} and "templates" in path.parts:
            yield from in_text(path, template_as_python(path))
        elif path.suffix == ".py" and "migrations" not in path.parts:
            yield from in_text(path, path.read_text(encoding="utf-8"))


def template_as_python(path: Path) -> str:
    """The template's translation calls as Python, one line for one, the rest blanked out."""
    import django
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
        django.setup()
    lines = templatize(path.read_text(encoding="utf-8"), origin=str(path)).split("\n")
    # The blanked-out rest keeps its indentation, which is none to Python's reader.
    return "\n".join(line.strip() for line in lines)


def in_text(path: Path, python: str) -> Iterator[Found]:
    """The sentences in Python text that came from `path`."""
    place = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
    stream = io.BytesIO(python.encode("utf-8"))
    options = {"encoding": "utf-8"}
    for line, sentence, comments, context in extract("python", stream, KEYWORDS, ["Translators:"], options):
        if sentence and sentence != ("",):
            yield Found(place, line, sentence, context, tuple(comments))


def template_of(found: Iterable[Found]) -> Catalog:
    """A catalogue with every sentence and no translation."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    for one in found:
        catalogue.add(
            one.sentence,
            locations=[(one.path, one.line)],
            auto_comments=[comment.removeprefix("Translators:").strip() for comment in one.comments],
            context=one.context,
        )
    return catalogue


# --- catalogues -------------------------------------------------------------------------------------------------------


def catalogue_path(language: str, source: Path = SOURCE) -> Path:
    """Where a language's translations are kept."""
    return source / "locale" / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str, source: Path = SOURCE) -> Catalog:
    """A language's catalogue, empty when there is none yet."""
    path = catalogue_path(language, source)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def write_catalogue(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue in the order of the source, without the lines that change at every writing."""
    catalogue.header_comment = "# Translations of Recoup. `make messages` brings new sentences; fill in the empty ones."
    catalogue.fuzzy = False
    catalogue.creation_date = catalogue.revision_date = NO_DATE
    written = io.BytesIO()
    write_po(written, catalogue, width=120, include_lineno=False)
    lines = written.getvalue().decode("utf-8").splitlines()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(line for line in lines if not NOISE.match(line)).rstrip() + "\n", encoding="utf-8")


def collect(source: Path = SOURCE) -> None:
    """Bring every sentence into every catalogue. What is no longer used stays at the end as `#~`."""
    template = template_of(sentences(source))
    for language in LANGUAGES:
        catalogue = read_catalogue(language, source)
        bring_back(catalogue, template)
        catalogue.update(template, no_fuzzy_matching=True)
        write_catalogue(catalogue, catalogue_path(language, source))


def bring_back(catalogue: Catalog, template: Catalog) -> None:
    """A sentence that stands in the source again takes up the translation that it had."""
    for key, message in list(catalogue.obsolete.items()):
        if message.id and template.get(message.id, message.context):
            catalogue[message.id] = message
            del catalogue.obsolete[key]


# --- checking ---------------------------------------------------------------------------------------------------------


def faults(source: Path = SOURCE) -> Iterator[str]:
    """What a reader of each language would stumble over, one line each."""
    template = template_of(sentences(source))
    for language in LANGUAGES:
        catalogue = read_catalogue(language, source)
        for wanted in template:
            if wanted.id and (fault := fault_of(wanted, catalogue.get(wanted.id, wanted.context))):
                place = wanted.locations[0][0] if wanted.locations else "?"
                yield f"{language}: {place}: {fault}: {first_form(wanted)!r}"


def fault_of(wanted: Message, translated: Message | None) -> str:
    """What is wrong with one translation; empty when nothing is."""
    if translated is None:
        return "not in the catalogue (run `make messages`)"
    forms = translated.string if isinstance(translated.string, tuple | list) else (translated.string,)
    if not forms or not all(forms):
        return "not translated"
    if translated.fuzzy:
        return "marked as doubtful"
    # Chinese has one form for all numbers, so it answers to the plural, which names the number.
    meant = wanted.id[-1] if isinstance(wanted.id, tuple | list) else wanted.id
    if any(placeholders(form) != placeholders(meant) for form in forms):
        return "placeholders differ"
    return ""


def placeholders(sentence: str | None) -> list[str]:
    """What a sentence leaves open, in no order; a doubled percent sign is no placeholder."""
    return sorted(PLACEHOLDER.findall((sentence or "").replace("%%", "")))


def first_form(message: Message) -> str:
    """A sentence's singular."""
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


# --- compiling --------------------------------------------------------------------------------------------------------


def compile_one(path: Path) -> None:
    """Write the .mo file beside a catalogue. Doubtful translations are left out: English is better than wrong."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.parent.name, charset="utf-8")
    with path.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, catalogue)


def compile_all() -> None:
    """Compile every catalogue that there is."""
    for path in catalogues():
        compile_one(path)


def catalogues() -> list[Path]:
    """Every catalogue that there is."""
    return sorted(SOURCE.glob("locale/*/LC_MESSAGES/django.po"))


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 done, 1 a sentence is not well translated."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("order", choices=("collect", "check", "compile"))
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args(arguments)
    if asked.order == "collect":
        collect()
    elif asked.order == "compile":
        for path in asked.files or catalogues():
            compile_one(path)
    elif found := list(faults()):
        print("\n".join(found), f"{len(found)} sentences to see to", sep="\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
