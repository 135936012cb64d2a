"""``recoup decide``: one model over a whole file of facts."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from recoup.project.commands.talk import DONE, REFUSED, UNUSABLE, show, unusable

#: ``--facts book``: the facts of the debts in the data folder.
BOOK = "book"


def add(commands: Any) -> None:
    """Adds the command."""
    decide = commands.add_parser(
        "decide",
        help="decide a whole file of facts by one model",
        description="Decides every row of FACTS and writes all its columns to OUT with the decisions beside them.",
    )
    decide.add_argument("model", type=Path, metavar="MODEL.dmn")
    decide.add_argument("--decision", required=True, help="its name; those it requires are written as well")
    decide.add_argument(
        "--facts", required=True, help="a .csv or .parquet file with a column a fact, or `book` for the debts you keep"
    )
    decide.add_argument("--out", required=True, type=Path, help="a .csv or .parquet file")
    decide.add_argument(
        "--engine",
        default="duckdb",
        metavar="row|duckdb|spark=URL",
        help="duckdb (default) decides columns, row one case after another and every model, spark on a cluster",
    )
    decide.add_argument("--json", action="store_true")
    decide.set_defaults(run=_decide)


def _decide(args: argparse.Namespace) -> int:
    from recoup.portfolio.decide import FactsRefused, decide_file
    from recoup.tables.problems import ModelError

    if not args.model.is_file():
        return unusable(f"{args.model}: no such file")
    try:
        report = decide_file(
            args.model.read_bytes(),
            file=str(args.model),
            decision=args.decision,
            facts=_facts(args.facts),
            out=args.out,
            engine=args.engine,
            progress=_progress,
        )
    except ModelError as error:
        return _model_trouble(error)
    except (FactsRefused, OSError) as error:
        return unusable(str(error))
    show(asdict(report), as_json=args.json)
    return DONE


def _facts(named: str) -> Any:
    """The file of facts, or the book's own facts as Arrow batches."""
    if named != BOOK:
        return Path(named)
    from recoup.casework.queries import facts_batches

    return facts_batches()


def _model_trouble(error: Any) -> int:
    """Each problem with file, line and construct; and which engine would take the model, if another would."""
    from recoup.portfolio.decide import ColumnsRefused

    print(f"recoup: {error}", file=sys.stderr)
    if not error.refused:
        return UNUSABLE
    if isinstance(error, ColumnsRefused):
        print("recoup: nothing was written; `--engine row` can run this model", file=sys.stderr)
    return REFUSED


def _progress(step: str, percent: int) -> None:
    """One line that rewrites itself on a terminal; nothing anywhere else."""
    if sys.stderr.isatty():
        print(f"\r{step}: {percent} %".ljust(50), end="\r", file=sys.stderr, flush=True)
