"""`recoup import`, `recoup debt`: files into the book, and one debt as it stands."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from recoup.project.commands.talk import DONE, REFUSED, day, instant, progress_line, show, unusable, working_day


def add(commands: Any) -> None:
    """Adds the commands to the parser."""
    reader = commands.add_parser("import", help="read a file in the book format, or one of your own with a mapping")
    reader.add_argument("file", type=Path)
    reader.add_argument("--payments", type=Path, help="a file of payments that belongs to it")
    reader.add_argument("--mapping", type=Path, help="TOML that turns your own columns into the book's")
    reader.add_argument("--as-of", type=day, help="the date of a snapshot that has no as_of column")
    reader.add_argument("--as", dest="file_kind", help="what the file holds, where its columns do not say")
    reader.add_argument("--dry-run", action="store_true", help="check and count, write nothing")
    reader.add_argument("--json", action="store_true")
    reader.set_defaults(run=_import)
    one = commands.add_parser("debt", help="one debt as it stands on a day")
    one.add_argument("ref", help="its reference, or CREDITOR/REFERENCE")
    one.add_argument("--date", type=day)
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=_debt)


def _import(args: argparse.Namespace) -> int:
    from recoup.book.imports import ImportRefused, import_file

    for path in (args.file, args.payments, args.mapping):
        if path is not None and not path.is_file():
            return unusable(f"{path}: no such file")
    try:
        report = import_file(
            args.file,
            payments=args.payments,
            mapping=args.mapping,
            as_of=args.as_of,
            file_kind=args.file_kind,
            dry_run=args.dry_run,
            at=instant(),
            progress=lambda rows: progress_line("rows", rows),
        )
    except ImportRefused as refusal:
        return unusable(str(refusal))
    figures = asdict(report)
    show(figures, as_json=args.json)
    return DONE if figures["accepted"] else REFUSED


def _debt(args: argparse.Namespace) -> int:
    from recoup.casework.queries.listing import debts_named

    found = debts_named(args.ref)
    if not found:
        return unusable(f"no debt has the reference {args.ref}")
    if len(found) > 1:
        creditors = ", ".join(f"{debt.creditor.code}/{debt.ref}" for debt in found)
        return unusable(f"{args.ref} is ambiguous: {creditors}")
    show(describe_debt(found[0], args.date or working_day()), as_json=args.json)
    return DONE


def describe_debt(debt: Any, on: date) -> dict[str, Any]:
    """What `recoup debt` prints of a debt on a day."""
    from recoup.book.operations import state_of
    from recoup.domain.money import decimal_text

    state = state_of(debt, on)
    late, replayed = state.standing, state.replay

    def money(minor: int) -> str:
        return decimal_text(minor, debt.currency)

    return {
        "debt_ref": debt.ref,
        "creditor": debt.creditor.code,
        "debtor_ref": debt.debtor.ref,
        "kind": debt.kind,
        "date": on.isoformat(),
        "currency": debt.currency,
        "owed": money(late.owed_minor),
        "past_due": money(late.past_due_minor),
        "principal": money(sum(line.principal_minor for line in replayed.unpaid)),
        "interest": money(sum(line.interest_minor for line in replayed.unpaid)),
        "fees": money(sum(line.fees_minor for line in replayed.unpaid)),
        "credit": money(replayed.credit_minor),
        "paid": money(replayed.paid_minor),
        "oldest_unpaid_due_on": _oldest(late.oldest_on),
        "next_due_on": _oldest(late.next_due_on),
        "days_past_due": late.days_past_due,
        "days_delinquent": late.days_delinquent,
        "bucket": state.buckets.ladder.steps[late.bucket_rank].name,
        "stage": state.stages.ladder.steps[late.stage_rank].name,
        "written_off": replayed.written_off,
    }


def _oldest(due_on: date | None) -> str | None:
    return due_on.isoformat() if due_on is not None and due_on != date.max else None
