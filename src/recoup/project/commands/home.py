"""`recoup init`, `demo`, `staff`, `serve` and `worker`: the data folder and what runs on it."""

from __future__ import annotations

import argparse
import getpass
import subprocess
import sys
import threading
from typing import Any

from recoup.project.commands.talk import (
    DONE,
    REFUSED,
    day,
    instant,
    progress_line,
    show,
    unusable,
    working_day,
)


def add(commands: Any) -> None:
    """Adds the commands to the parser."""
    commands.add_parser("init", help="create or migrate the data folder").set_defaults(run=_init)
    demo = commands.add_parser("demo", help="create the data folder and put the demonstration book into it")
    demo.add_argument("--seed", type=int, default=1)
    demo.add_argument("--date", type=day, help="the day on which the demonstration stands; default today")
    demo.add_argument("--json", action="store_true")
    demo.add_argument("--if-empty", action="store_true", help="do nothing where there is a book or staff already")
    demo.set_defaults(run=_demo)
    staff = commands.add_parser("staff", help="add somebody who may sign in; asks for the password")
    staff.add_argument("username")
    staff.add_argument("--name")
    staff.add_argument("--role", action="append", default=[], help="may be repeated; default administrator")
    staff.add_argument("--password-from-stdin", action="store_true")
    staff.set_defaults(run=_staff)
    serve = commands.add_parser("serve", help="the web server, with a worker beside it")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--no-worker", action="store_true", help="when `recoup worker` runs by itself")
    serve.set_defaults(run=_serve)
    commands.add_parser("worker", help="the background jobs and the nightly run").set_defaults(run=_worker)


def migrate() -> None:
    """Brings the database of the data folder up to date, and takes in the rulebooks of this release."""
    from django.core.management import call_command

    from recoup.policy.operations import adopt_shipped

    call_command("migrate", verbosity=0, interactive=False)
    for name in adopt_shipped(at=instant()).drafted:
        print(f"recoup: this release ships other rules for {name}; a draft of them waits for review", file=sys.stderr)


def _init(_: argparse.Namespace) -> int:
    from django.conf import settings

    migrate()
    print(f"data folder: {settings.RECOUP_HOME}")
    return DONE


def _demo(args: argparse.Namespace) -> int:
    from django.conf import settings

    from recoup.casework.queries.listing import any_debt, any_staff
    from recoup.demo import build

    migrate()
    if args.if_empty and (any_debt() or any_staff()):
        return DONE
    if any_debt():
        print("recoup: the data folder holds a book already; the demonstration book was not added", file=sys.stderr)
        return REFUSED
    today = args.date or working_day()
    report = build(settings.RECOUP_HOME, seed=args.seed, today=today, at=instant(), progress=progress_line)
    show(report, as_json=args.json)
    return DONE


def _staff(args: argparse.Namespace) -> int:
    from recoup.people.models import Role
    from recoup.people.operations import hire

    roles = args.role or [Role.ADMINISTRATOR.value]
    unknown = [role for role in roles if role not in Role.values]
    if unknown:
        return unusable(f"unknown role {unknown[0]}; known: {', '.join(Role.values)}")
    migrate()
    password = sys.stdin.readline().rstrip("\n") if args.password_from_stdin else getpass.getpass("Password: ")
    try:
        hire(
            args.username,
            name=args.name or args.username,
            roles=roles,
            branch=None,
            password=password,
            by=None,
            at=instant(),
        )
    except ValueError as refusal:
        return unusable(str(refusal))
    print(f"{args.username} may sign in")
    return DONE


def _serve(args: argparse.Namespace) -> int:
    from granian import Granian
    from granian.constants import Interfaces

    migrate()
    worker = (
        None if args.no_worker else subprocess.Popen([sys.executable, "-m", "recoup.project.commandline", "worker"])
    )
    print(f"Recoup is at http://{args.host}:{args.port}", file=sys.stderr)
    try:
        Granian(
            "recoup.project.wsgi:application",
            address=args.host,
            port=args.port,
            interface=Interfaces.WSGI,
            blocking_threads=4,
            log_access=False,
        ).serve()
    finally:
        if worker is not None:
            worker.terminate()
            worker.wait(timeout=20)
    return DONE


def _worker(_: argparse.Namespace) -> int:
    from django.core.management import call_command

    migrate()
    stopped = threading.Event()
    nightly = threading.Thread(target=_run_days, args=(stopped,), daemon=True)
    nightly.start()
    try:
        call_command("db_worker", verbosity=1)
    finally:
        stopped.set()
    return DONE


def _run_days(stopped: threading.Event) -> None:
    """Runs each day once it has begun, also the days that passed while nothing ran."""
    import logging

    from django.db import close_old_connections

    from recoup.casework.operations import run_day
    from recoup.casework.queries.listing import day_is_run

    while not stopped.wait(60):
        close_old_connections()
        try:
            today = working_day()
            if not day_is_run(today):
                run_day(today, at=instant())
        except Exception:
            logging.getLogger("recoup.day").exception("the day's run was cut off; it is tried again in a minute")
