"""The directions of ARCHITECTURE.md are enforced: a planted import against each of them is found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PLANTED = [
    # file, import that it must not have, the contract that says so
    ("people/audit_page.py", "import recoup.desk.urls", "Layers"),
    ("tables/shortcut.py", "import recoup.book.models", "Layers"),
    ("policy/shortcut.py", "import recoup.book.models", "Layers"),
    ("domain/shortcut.py", "import django.db", "Decisions are pure"),
    ("people/queries.py", "import recoup.people.operations.leave", "Models and queries"),
    ("people/operations/leave.py", "import recoup.people.views", "Operations know nothing"),
    ("desk/first.py", "import recoup.desk.second", "No cycles"),
    ("misc/__init__.py", "", "Layers"),
]
# What the planted imports above name, so that they name something.
BESIDE = {
    "people/operations/__init__.py": "",
    "people/operations/leave.py": "",
    "people/views.py": "",
    "people/forms.py": "",
    "desk/second.py": "import recoup.desk.first",
}


@pytest.fixture
def copied_tree(tmp_path: Path) -> Path:
    keep_python = shutil.ignore_patterns("static", "templates", "locale", "__pycache__", "*.po", "*.mo")
    shutil.copytree(ROOT / "src/recoup", tmp_path / "recoup", ignore=keep_python)
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def broken_contracts(tree: Path) -> list[str]:
    lint = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--config", "pyproject.toml"]
    environment = os.environ | {"PYTHONPATH": str(tree)}
    done = subprocess.run(lint, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    assert "Contracts" in done.stdout, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]


@pytest.mark.parametrize(("name", "text", "contract"), PLANTED)
def test_an_import_against_the_directions_is_found(copied_tree: Path, name: str, text: str, contract: str) -> None:
    for beside, content in {**BESIDE, name: text}.items():
        path = copied_tree / "recoup" / beside
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    assert any(line.startswith(contract) for line in broken_contracts(copied_tree))
