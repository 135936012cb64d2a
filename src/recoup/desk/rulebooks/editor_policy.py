"""What the page of the DMN editor may do beyond every other page, as narrow as it goes.

The editor (dmn-js) writes style elements for its text fields, which are let in by the page's nonce, and draws its mark
with style attributes, which are let in one by one by their hash. Nothing else is allowed: no script but our own files,
no style attribute that is not written here, no picture from elsewhere.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from csp.constants import NONCE

#: The style attributes of the editor's mark and of the note that it opens, to the letter, as dmn-js 17 writes them.
MARK_STYLES = (
    "position: absolute; bottom: 15px; right: 15px; z-index: 100;",
    "vertical-align:middle",
    "margin: 15px 20px 15px 10px; align-self: center;",
    "z-index: 1001;position: fixed;top: 0;left: 0;right: 0;bottom: 0",
    "width: 100%;height: 100%;background: rgba(40,40,40,0.2)",
    "position: absolute;left: 50%;top: 40%;transform: translate(-50%);width: 260px;padding: 10px;background: white;"
    "box-shadow: 0 1px 4px rgba(0,0,0,0.3);font-family: Helvetica, Arial, sans-serif;font-size: 14px;display: flex;"
    "line-height: 1.3",
)


def hash_source(style: str) -> str:
    """A style attribute as a content security policy names it."""
    return f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"


EDITOR_POLICY = {
    "style-src": [NONCE],
    # The line below words that cannot be read is a picture inside the style sheet.
    "img-src": ["data:"],
    "style-src-attr": ["'unsafe-hashes'", *map(hash_source, MARK_STYLES)],
}
