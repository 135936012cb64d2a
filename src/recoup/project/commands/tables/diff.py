"""``recoup tables diff``: what has changed from one model to another, in words."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from recoup.project.commands.tables.files import WORKBOOK, Unusable, bytes_of, model_in, reasons
from recoup.project.commands.talk import DONE, show, unusable
from recoup.tables.problems import ModelError


def add(commands: Any) -> None:
    """Adds the command."""
    diff = commands.add_parser("diff", help="what has changed from one model to another, in words")
    diff.add_argument("old", type=Path, metavar="A", help="a DMN file")
    diff.add_argument("new", type=Path, metavar="B", help="another, or an edited workbook (.xlsx) made from A")
    diff.add_argument("--dmn", type=Path, metavar="OUT", help="write B as a DMN file: A with the workbook's rules")
    diff.add_argument("--json", action="store_true")
    diff.set_defaults(run=_diff)


def _diff(args: argparse.Namespace) -> int:
    from recoup.tables.read import read_model
    from recoup.tables.write.difference import differences

    try:
        old = model_in(args.old)
        data = _bytes(args.old, args.new)
        new = read_model(data, file=str(args.new))
        if args.dmn is not None:
            args.dmn.write_bytes(data)
    except Unusable as reason:
        return unusable(str(reason))
    except ModelError as refusal:
        return unusable(reasons(refusal))
    except OSError as problem:
        return unusable(f"{args.dmn}: {problem.strerror or problem}")
    found = differences(old, new)
    if args.json:
        show({"old": old.version, "new": new.version, "differences": found}, as_json=True)
    else:
        print("\n".join(found) if found else "no differences")
    return DONE


def _bytes(old: Path, new: Path) -> bytes:
    """The new file as DMN; a workbook is put into the old one."""
    from recoup.tables.write.spreadsheet import from_xlsx

    if new.suffix.lower() != WORKBOOK:
        return bytes_of(new)
    return from_xlsx(bytes_of(new), file=str(new), base=bytes_of(old))
