"""Money, dates, signs and languages in templates."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recoup.book.wording import amount_text, date_text, moment_text, money_text

register = template.Library()

#: Languages as HTML names them.
TAGS = {"en": "en", "zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}


def _language() -> str:
    return get_language() or "en"


@cache
def _icon(name: str, extra: str) -> SafeString:
    return format_html(
        '<svg class="i{}" viewBox="0 0 16 16" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" {extra}" if extra else "",
        static("desk/icons.svg"),
        name,
    )


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A sign of the sprite, hidden from screen readers: the word beside it speaks."""
    return _icon(name, extra)


@register.filter
def money(minor: int, currency: str) -> str:
    """``{{ minor|money:currency }}``: the amount with its currency."""
    return money_text(int(minor), currency, _language())


@register.filter
def amount(minor: int, currency: str) -> str:
    """``{{ minor|amount:currency }}``: the amount alone."""
    return amount_text(int(minor), currency, _language())


@register.filter
def day(value: date | None, pattern: str = "long") -> str:
    """``{{ value|day:"short" }}``: a date; nothing for none."""
    if value is None:
        return ""
    return date_text(value.date() if isinstance(value, datetime) else value, _language(), pattern)


@register.filter
def moment(value: datetime | None, pattern: str = "long") -> str:
    """``{{ value|moment }}``: a date and the time of day in the installation's zone; nothing for none."""
    return "" if value is None else moment_text(timezone.localtime(value), _language(), pattern)


@register.simple_tag
def html_language() -> str:
    """The page's language as HTML names it."""
    return TAGS.get(_language(), "en")


@register.simple_tag(takes_context=True)
def theme(context: dict[str, Any]) -> str:
    """The theme that the visitor forced, or nothing."""
    request: HttpRequest | None = context.get("request")
    chosen = request.COOKIES.get("recoup_theme", "") if request else ""
    return chosen if chosen in ("light", "dark") else ""


@register.simple_tag
def languages() -> list[tuple[str, str, str, bool]]:
    """Code, HTML tag, own name of each language, and whether the page is in it."""
    return [(code, TAGS[code], name, code == _language()) for code, name in settings.LANGUAGES]


@register.filter
def step_name(name: str) -> str:
    """The name of a step; the house's first bucket is called ``current`` in files and has a word of its own here."""
    return _("current") if name == "current" else name


@register.filter
def rank_class(rank: int) -> str:
    """The class of a bucket's colour: ladders of more steps end in the last colour."""
    return f"m{min(int(rank), 7)}"
