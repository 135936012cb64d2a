"""Translations are complete or the check says which sentence is not."""

from __future__ import annotations

import gettext
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from tools.messages import LANGUAGES, catalogue_path, collect, compile_one, faults, sentences, write_catalogue

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

TITLE = _("Work list")
def late(days):
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days}
MAY = pgettext("a month", "May")
"""
TEMPLATE = """{% load i18n %}
<main>
    <h1 title="{% translate 'Work list' %}">{{ _("Next case") }}</h1>
  {% blocktranslate trimmed with name=person %}
      Good morning,
      {{ name }}
  {% endblocktranslate %}
      {# Translators: nothing #}
</main>
"""
WANTED = {"Work list", "Next case", "Good morning, %(name)s", "May", ("%(days)s day late", "%(days)s days late")}
CHINESE: dict[Any, Any] = {
    "Work list": "今日工作",
    "Next case": "下一案",
    "Good morning, %(name)s": "早上好，%(name)s",
    "May": "五月",
    ("%(days)s day late", "%(days)s days late"): ("逾期 %(days)s 天",),
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    templates = tmp_path / "desk/templates/desk"
    templates.mkdir(parents=True)
    (tmp_path / "desk/views.py").write_text(PYTHON, encoding="utf-8")
    (templates / "home.html").write_text(TEMPLATE, encoding="utf-8")
    collect(tmp_path)
    return tmp_path


def translate(source: Path, **changes: str) -> None:
    """Fill both catalogues, with `changes` of "Work list" or "Next case" by their first word."""
    for language in LANGUAGES:
        path = catalogue_path(language, source)
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        for message in catalogue:
            if message.id:
                first_word = str(message.id).split()[0]
                message.string = changes.get(first_word, CHINESE[message.id])
        write_catalogue(catalogue, path)


def test_sentences_of_templates_and_of_python_are_found(source: Path) -> None:
    assert {found.sentence for found in sentences(source)} == WANTED


def test_a_new_sentence_is_missing_until_it_is_collected(source: Path) -> None:
    translate(source)
    assert list(faults(source)) == []
    (source / "desk/forms.py").write_text('x = gettext("Sign in")', encoding="utf-8")
    assert [line for line in faults(source) if "Sign in" not in line or "not in the catalogue" not in line] == []
    assert len(list(faults(source))) == len(LANGUAGES)


def test_an_untranslated_sentence_is_found(source: Path) -> None:
    translate(source, Next="")
    assert [line.split(": ")[2:] for line in faults(source)] == [["not translated", "'Next case'"]] * len(LANGUAGES)


def test_a_placeholder_that_was_lost_is_found(source: Path) -> None:
    translate(source, Good="早上好")
    assert all("placeholders differ" in line for line in faults(source))
    assert len(list(faults(source))) == len(LANGUAGES)


def test_a_doubtful_translation_is_found(source: Path) -> None:
    translate(source)
    path = catalogue_path("zh_Hant", source)
    text = path.read_text(encoding="utf-8").replace('msgid "Next case"', '#, fuzzy\nmsgid "Next case"')
    path.write_text(text, encoding="utf-8")
    assert [line.split(": ")[2] for line in faults(source)] == ["marked as doubtful"]


def test_collecting_again_keeps_translations_even_of_sentences_that_are_gone(source: Path) -> None:
    translate(source)
    (source / "desk/views.py").write_text("", encoding="utf-8")
    collect(source)
    text = catalogue_path("zh_Hans", source).read_text(encoding="utf-8")
    assert '#~ msgstr "五月"' in text
    (source / "desk/views.py").write_text(PYTHON, encoding="utf-8")
    collect(source)
    assert list(faults(source)) == []


def test_collecting_twice_changes_nothing(source: Path) -> None:
    translate(source)
    before = catalogue_path("zh_Hans", source).read_text(encoding="utf-8")
    collect(source)
    assert catalogue_path("zh_Hans", source).read_text(encoding="utf-8") == before


def test_a_compiled_catalogue_speaks_chinese(source: Path) -> None:
    translate(source)
    path = catalogue_path("zh_Hans", source)
    compile_one(path)
    with path.with_suffix(".mo").open("rb") as file:
        chinese = gettext.GNUTranslations(file)
    assert chinese.gettext("Work list") == "今日工作"
    assert chinese.ngettext("%(days)s day late", "%(days)s days late", 3) == "逾期 %(days)s 天"
