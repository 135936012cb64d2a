"""Names, numbers and addresses until they are needed: a family name and two dots, the last digits, the place."""

from __future__ import annotations

import re

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
#: Family names of two characters that are common enough to be told from a given name.
_COMPOUND_TEXT = """
欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 宇文 长孙 長孫 司徒 司空 夏侯
独孤 獨孤 南宫 南宮 端木 闻人 聞人 赫连 赫連 澹台 澹臺 淳于 申屠 轩辕 軒轅 西门 西門 呼延 范姜 張簡 张简
"""
_COMPOUND = frozenset(_COMPOUND_TEXT.split())
#: Where the family name is written first even in Latin letters.
_FAMILY_FIRST = frozenset({"CN", "TW", "HK", "MO", "SG", "KR", "VN", ""})
_DOTS = "••"
_DIGITS_SHOWN = 4


def family_name(name: str, country: str = "") -> str:
    """The part of a person's name that is shown: ``周`` of 周文, ``Zhou`` of Zhou Wen, ``Miller`` of Ann Miller."""
    words = name.split()
    if not words:
        return ""
    if _HAN.match(words[0]):
        whole = words[0]
        return whole[:2] if whole[:2] in _COMPOUND and len(whole) > 2 else whole[:1]
    if "," in name:
        return name.split(",", 1)[0].strip()
    return words[0] if country in _FAMILY_FIRST else words[-1]


def masked_name(name: str, *, is_firm: bool, country: str = "") -> str:
    """How somebody is called until their name is needed; firms are shown in full."""
    if is_firm:
        return name
    family = family_name(name, country)
    return family + (_DOTS if _HAN.match(family) else f" {_DOTS}")


def initial(name: str, *, is_firm: bool, country: str = "") -> str:
    """The letter or character in the round mark beside a name."""
    return (name if is_firm else family_name(name, country))[:1].upper()


def ending(number: str) -> str:
    """The last digits of a telephone or identity number; empty when it is too short to hide the rest."""
    kept = re.sub(r"[^0-9A-Za-z]", "", number)
    return kept[-_DIGITS_SHOWN:] if len(kept) >= 2 * _DIGITS_SHOWN else ""
