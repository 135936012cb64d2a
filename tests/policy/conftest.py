"""The same people in every test of rulebooks, and a release that ships one small rulebook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recoup.people.models import Role, Staff
from recoup.policy import shipped
from recoup.policy.operations import adopt_shipped
from tests.people_and_book import NOW, House, hired, house
from tests.policy.made_rules import rules, ship


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a release that ships ``house/lead`` and nothing else."""
    ship(tmp_path / "rulebooks", rules())
    monkeypatch.setattr(shipped, "FOLDER", tmp_path / "rulebooks")
    shipped.shipped_texts.cache_clear()
    yield tmp_path / "rulebooks"
    shipped.shipped_texts.cache_clear()


@pytest.fixture
def people(release: Path) -> House:
    """Han (risk) and Yan (compliance) propose; Mei (branch) and Yan approve. The shipped rules are version 1."""
    everybody = house()
    adopt_shipped(at=NOW)
    return everybody


@pytest.fixture
def wen(people: House) -> Staff:
    """A second compliance officer, so that everybody who may propose and approve has a colleague who may too."""
    return hired("wen", "Wen", None, Role.COMPLIANCE)
