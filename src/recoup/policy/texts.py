"""The text of a rulebook, as it is kept: one encoding, one kind of line end, a size that has a limit."""

from __future__ import annotations

import codecs
import re
from hashlib import sha256

from django.utils.translation import gettext as _

from recoup.policy.refusals import FileTooLarge, PolicyRefusal

#: A thousand rules with annotations are some 600 kB of DMN.
TEXT_BYTES_MAX = 4 * 1024 * 1024

_DECLARED = re.compile(r"""^(<\?xml[^>]*?)\s+encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARED_BYTES = re.compile(rb"""^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
#: What lenders' machines write. Others are refused rather than guessed.
_ENCODINGS = frozenset({"utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "gb2312", "big5", "ascii"})


class UnreadableText(PolicyRefusal):
    """A file that is no text in an encoding that rulebooks may have."""


def as_text(data: bytes | str) -> str:
    """The text of a DMN file, whatever encoding it declares; the declaration is left out of what is kept.

    Raises FileTooLarge and UnreadableText.
    """
    must_fit(len(data))
    try:
        text = data if isinstance(data, str) else data.decode(_encoding_of(data))
        size = len(text.encode())
    except (UnicodeError, LookupError):
        raise UnreadableText(_("The file is not text in the encoding that it says it has.")) from None
    if "\0" in text:
        raise UnreadableText(_("The file is not text in the encoding that it says it has."))
    must_fit(size)
    return _DECLARED.sub(r"\1", text.replace("\r\n", "\n").replace("\r", "\n"), count=1)


def must_fit(size_bytes: int) -> None:
    """Refuses what is larger than a rulebook may be. Raises FileTooLarge."""
    if size_bytes > TEXT_BYTES_MAX:
        raise FileTooLarge(_("A rulebook may have %(most)s MB at most.") % {"most": TEXT_BYTES_MAX // 1024**2})


def as_bytes(text: str) -> bytes:
    """The text as a reader takes it: UTF-8, which is what XML without a declared encoding has."""
    return text.encode()


def sha256_of(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return sha256(as_bytes(text)).hexdigest()


def _encoding_of(data: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
    ):  # fmt: skip
        if data.startswith(mark):
            return encoding
    declared = _DECLARED_BYTES.match(data)
    name = codecs.lookup(declared[1].decode()).name if declared else "utf-8"
    if name not in _ENCODINGS:
        raise LookupError(name)
    return name
