"""The key that signs cookies and tokens of one installation."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

KEY_BYTES = 48


def key_in(home: Path) -> str:
    """The installation's key, made on first need and readable by its owner only.

    Several workers may start at once on an empty folder: the key is written beside its place and linked there whole,
    so that one wins and nobody reads half a key.
    """
    path = home / "secret_key"
    if not path.exists():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        put_new_key(path)
    return path.read_text(encoding="ascii").strip()


def put_new_key(path: Path) -> None:
    """Write a new key to `path` unless another worker was first."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mkstemp makes files of mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES))
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        Path(draft).unlink()
