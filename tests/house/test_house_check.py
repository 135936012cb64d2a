"""Every rule of the house finds an offence that is planted, and leaves its lawful neighbour alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.house_check import FILE_LINES_MAX, FUNCTION_LINES_MAX, locks_name_no_addresses, offences_in, read_source

LONG = "\n".join(["def long() -> None:", *["    print()"] * FUNCTION_LINES_MAX])
BIG = "\n" * (FILE_LINES_MAX + 1)

OFFENCES = [
    # file below src/recoup, text, a word of the complaint
    ("desk/views.py", "Debt.objects.get(pk=1)", ".objects"),
    ("book/interest.py", "Debt._default_manager.count()", "._default_manager"),
    ("book/operations.py", "import datetime\nx = datetime.datetime.now()", "reads the clock"),
    ("book/models.py", "from django.utils import timezone\nx = field(default=timezone.now)", "reads the clock"),
    ("book/models.py", "made_at = models.DateTimeField(auto_now_add=True)", "reads the clock"),
    ("casework/queries.py", "from django.utils.timezone import localdate", "reads the clock"),
    ("casework/operations/day.py", "from django.db.models.functions import Now", "reads the clock"),
    ("domain/ageing.py", "import time\nx = time.time()", "reads the clock"),
    ("domain/ageing.py", "import duckdb", "standard library"),
    ("domain/ageing.py", "from recoup.book import models", "standard library"),
    ("domain/ageing.py", "x = open('book.csv')", "does no `open`"),
    ("book/models.py", "from django.dispatch import receiver", "no signals"),
    ("casework/operations/teams.py", 'if case.stage == "S4":\n    x = 1', "`S4`"),
    ("book/wording.py", 'BUCKETS = ("M1", "M2")', "`M2`"),
    ("casework/queries/board.py", "QUERY = \"SELECT 1 FROM c WHERE stage = 'S5'\"", "`'S5'`"),
    ("casework/operations/teams.py", "x = case.stage_rank >= 4", "`stage_rank` of 4"),
    ("casework/operations/teams.py", "x = 3 < stage_rank", "`stage_rank` of 3"),
    ("casework/queries/board.py", "found = cases.filter(stage_rank__gte=3)", "`stage_rank__gte` of 3"),
    ("casework/queries/board.py", "found = items.filter(bucket_rank__in=[2, 3])", "`bucket_rank__in` of 2"),
    ("casework/reasons.py", "row = Reason(weight=700)", "`weight` of 700"),
    ("casework/causes.py", "head_count_max = 2", "`head_count_max` of 2"),
    ("book/utils.py", "x = 1", "`utils`"),
    ("book/models.py", "class Account: ...", "`account`"),
    ("book/models.py", "status = 'open'", "`status`"),
    ("book/models.py", "def handle_row(row: int) -> None: ...", "`handle`"),
    ("book/models.py", "class PaymentService: ...", "`service`"),
    ("book/models.py", "import os as helpers", "`helpers`"),
    ("book/models.py", "self.process = 1", "`process`"),
    ("book/models.py", "def post(manager: int) -> None: ...", "`manager`"),
    ("book/models.py", LONG, "lines, more than"),
    ("book/models.py", BIG, "lines, more than"),
    ("domain/money.py", "def convert(x: int) -> int:\n    return x", "no docstring"),
    ("book/queries.py", "class Overdue: ...", "no docstring"),
    ("book/operations/post.py", "def post() -> None: ...", "no docstring"),
]

LAWFUL = [
    ("book/queries.py", "Debt.objects.get(pk=1)"),
    ("book/operations/post.py", "Debt.objects.get(pk=1)"),
    ("book/migrations/0001_initial.py", "x = Debt.objects.filter(made_at=timezone.now())"),
    ("desk/views.py", "from django.utils import timezone\nx = timezone.localdate()"),
    ("casework/jobs.py", "import datetime\nx = datetime.date.today()"),
    ("project/commandline.py", "import datetime\nx = datetime.date.today()"),
    ("book/operations.py", "today = date\nx = today.year"),
    ("domain/money.py", "import decimal\nfrom recoup.domain.ageing import days"),
    ("demo/story.py", 'STAGE = "S4"'),
    ("casework/queries/board.py", "found = cases.filter(stage_rank__gt=0)\nlate = stage_rank > 0"),
    ("desk/charts.py", 'SIZE = "XS1"\nstroke_weight_px = 2'),
    ("people/models.py", "RISK_MANAGER = relationship_manager = 1"),
    ("desk/views.py", "import subprocess\nx = answer(status=404)\nstatus_code = 404"),
    ("domain/money.py", 'def convert(x: int) -> int:\n    """Cents of x."""\n    return x\n\ndef _own() -> None: ...'),
]


def complaints(root: Path, name: str, text: str) -> list[str]:
    path = root / "src/recoup" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return [offence.what for offence in offences_in(read_source(path, root), root)]


@pytest.mark.parametrize(("name", "text", "complaint"), OFFENCES)
def test_an_offence_is_found(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    assert any(complaint in what for what in complaints(tmp_path, name, text))


@pytest.mark.parametrize(("name", "text"), LAWFUL)
def test_what_is_lawful_passes(tmp_path: Path, name: str, text: str) -> None:
    assert complaints(tmp_path, name, text) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("requirements/runtime.txt", "--index" + "-url somewhere"),
        ("requirements/dev.in", "django @ https:" + "//example.org/django" + ".whl"),
        ("package-lock.json", '"resolved": "somewhere"'),
        (".npmrc", "registry=somewhere"),
    ],
)
def test_an_address_in_a_lock_is_found(tmp_path: Path, name: str, line: str) -> None:
    (tmp_path / "requirements").mkdir()
    for own in ("package-lock.json", ".npmrc"):
        (tmp_path / own).touch()
    assert list(locks_name_no_addresses(tmp_path)) == []
    (tmp_path / name).write_text(line, encoding="utf-8")
    assert [offence.path for offence in locks_name_no_addresses(tmp_path)] == [name]
