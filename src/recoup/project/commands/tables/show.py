"""``recoup tables show``: a model as text, as JSON, or as a workbook."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from recoup.project.commands.tables.files import Unusable, model_in, reasons
from recoup.project.commands.talk import DONE, show, unusable
from recoup.tables.problems import ModelError


def add(commands: Any) -> None:
    """Adds the command."""
    shown = commands.add_parser("show", help="a model as readable text, or as a workbook to review and edit")
    shown.add_argument("file", type=Path)
    shown.add_argument("--xlsx", type=Path, metavar="OUT", help="write a workbook with one sheet a table")
    shown.add_argument("--json", action="store_true")
    shown.set_defaults(run=_show)


def _show(args: argparse.Namespace) -> int:
    from recoup.tables.write.show import as_data, as_text
    from recoup.tables.write.spreadsheet import to_xlsx

    try:
        model = model_in(args.file)
        if args.xlsx is not None:
            args.xlsx.write_bytes(to_xlsx(model))
            report = {"workbook": str(args.xlsx), "version": model.version}
            show(report, as_json=args.json)
            return DONE
    except Unusable as reason:
        return unusable(str(reason))
    except ModelError as refusal:
        return unusable(reasons(refusal))
    except OSError as problem:
        return unusable(f"{args.xlsx}: {problem.strerror or problem}")
    if args.json:
        show(as_data(model), as_json=True)
    else:
        print(as_text(model), end="")
    return DONE
