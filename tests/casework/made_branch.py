"""A branch with a few hundred debts in every situation that the day's run knows, the same from the same seed."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from django.db import transaction

from recoup.book.models import Creditor, Debt, Pause, Posting, Snapshot
from recoup.book.operations import mark_for_rebuild, save_ladder, set_terms, settle_facts
from recoup.casework.models import Case
from recoup.casework.operations import record_cause, run_day, write_note
from recoup.contact.models import Attempt, Stop
from recoup.domain.ladder import Step
from recoup.domain.posting import Terms
from recoup.people.models import Absence, Role, Staff
from tests.people_and_book import NOW, TODAY, House, creditor, debt, debtor, hired, house

DEBTORS = 100
#: Days before TODAY on which the branch was run while the book was made.
RUN_BEFORE = (12, 5)


def build(seed: int = 1, debtors: int = DEBTORS) -> House:
    """Makes the branch and runs two earlier days; TODAY is left to be run."""
    rng = Random(seed)
    with transaction.atomic():
        people = _people()
        harbour, north = creditor(), creditor("north/1", "North Finance")
        _rules(harbour, north, people)
        debts = [owed for number in range(debtors) for owed in _debts(number, rng, people, harbour, north)]
        while settle_facts():
            pass
    for back in RUN_BEFORE:
        run_day(TODAY - timedelta(days=back), at=NOW)
        with transaction.atomic():
            _later(debts, rng, people, back)
    return people


def _people() -> House:
    people = house()
    for number, branch in enumerate([people.riverside, people.riverside, people.hillside]):
        hired(f"c{number}", f"Collector {number}", branch, Role.COLLECTOR)
    hired("ning", "Ning", people.hillside, Role.RELATIONSHIP_MANAGER)
    # Hillside has no branch manager and little room: its squads stay incomplete and alerts are raised.
    Staff.objects.filter(branch=people.hillside).update(cases_max=12)
    Staff.objects.filter(branch=people.riverside).update(cases_max=30)
    Absence.objects.create(staff=people.lin, starts_on=TODAY, ends_on=TODAY + timedelta(days=2))
    return people


def _rules(harbour: Creditor, north: Creditor, people: House) -> None:
    fees = ["late_fee_fixed", "overdue_interest_daily"]
    set_terms(harbour, "loan", terms=Terms(), accruals=fees, by=people.mei, at=NOW)
    terms = Terms(("principal", "interest", "fees"), grace_days=3, tolerance_minor=500)
    set_terms(harbour, "card", terms=terms, accruals=[], by=people.mei, at=NOW)
    buckets = [Step("current", 0, 0), Step("M1", 1, 30), Step("rest", 31)]
    save_ladder(north, "bucket", buckets, by=people.mei, at=NOW)


def _debts(number: int, rng: Random, people: House, harbour: Creditor, north: Creditor) -> list[Debt]:
    of, branch = rng.choice([harbour, north]), rng.choice([people.riverside, people.hillside, None])
    owner = debtor(f"D-{number:03d}", f"Zhou {number}", of)
    found = []
    for place in range(rng.choice([1, 1, 2, 3])):
        kind = rng.choice(["loan", "loan", "card", "consumer_finance", "property_fee"])
        named = rng.choice(["", "lin", "Gao", "somebody else"])
        currency = rng.choice(["CNY", "CNY", "CNY", "JPY"])
        owed = debt(
            owner, f"L-{number:03d}-{place}", kind=kind, currency=currency, branch=branch, relationship_manager=named
        )
        _stated(owed, rng) if rng.random() < 0.25 else _scheduled(owed, rng)
        found.append(owed)
    if rng.random() < 0.1:
        starts_on = TODAY - timedelta(days=rng.randrange(30))
        only = rng.choice([None, found[0]])
        Stop.objects.create(debtor=owner, debt=only, reason="dispute_open", starts_on=starts_on)
    if rng.random() < 0.3:
        at = NOW - timedelta(days=rng.randrange(60))
        said = {"channel": "call", "direction": "out", "person": "debtor", "connected": True, "conversation": True}
        Attempt.objects.create(debtor=owner, at=at, recorded_at=at, key=f"A-{number}", **said)
    return found


def _stated(owed: Debt, rng: Random) -> None:
    days, principal = rng.choice([0, 0, 9, 70, 200]), rng.choice([-500, 0, 40_000, 900_000])
    as_of = TODAY - timedelta(days=rng.randrange(40))
    parts = {"balance_principal_minor": principal, "balance_interest_minor": 900, "balance_fees_minor": 50}
    Snapshot.objects.create(debt=owed, as_of=as_of, days_overdue=days, recorded_at=NOW, **parts)


def _scheduled(owed: Debt, rng: Random) -> None:
    first = TODAY - timedelta(days=rng.choice([2, 20, 40, 90, 250]))
    count = rng.randrange(2, 9)
    for number in range(count):
        _post(owed, "due", first + timedelta(days=30 * number), 110_000, number)
    for number in range(rng.choice([0, 1, 1, 2, count])):
        _post(owed, "payment", first + timedelta(days=30 * number + rng.randrange(12)), 110_000, number)
    if rng.random() < 0.15:
        starts_on = first + timedelta(days=rng.randrange(40))
        Pause.objects.create(debt=owed, starts_on=starts_on, ends_on=starts_on + timedelta(days=20), reason="agreed")


def _post(owed: Debt, kind: str, on: date, amount: int, number: int) -> Posting:
    parts = (
        {"principal_minor": 100_000, "interest_minor": 10_000, "instalment_no": str(number + 1)}
        if kind == "due"
        else {}
    )
    ref = "" if kind == "due" else f"{owed.ref}-{kind}-{number}"
    common = {"creditor": owed.creditor, "debt": owed, "recorded_at": NOW}
    return Posting.objects.create(kind=kind, dated_on=on, amount_minor=amount, ref=ref, **common, **parts)


def _later(debts: list[Debt], rng: Random, people: House, back: int) -> None:
    """What happens after a run: money comes in or back, late or backdated, causes are found, notes are written."""
    day = TODAY - timedelta(days=back)
    for place, owed in enumerate(rng.sample(debts, len(debts) // 4)):
        paid_on = day + timedelta(days=rng.choice([-30, -3, 1, 2, 4]))
        payment = _post(owed, "payment", paid_on, rng.choice([30_000, 110_000, 900_000]), 100 + back)
        if place % 5 == 0:
            common = {"creditor": owed.creditor, "debt": owed, "recorded_at": NOW, "amount_minor": payment.amount_minor}
            back_on = paid_on + timedelta(days=rng.randrange(6))
            Posting.objects.create(kind="reversal", dated_on=back_on, reverses=payment, **common)
        mark_for_rebuild([owed.pk])
    cases = list(Case.objects.filter(closed_on__isnull=True).order_by("pk"))
    for place, case in enumerate(rng.sample(cases, len(cases) // 6)):
        at = NOW - timedelta(days=back)
        record_cause(case, code=rng.choice(["PRT-1", "OPS-2", "WIL-1"]), evidence="said so", by=people.mei, at=at)
        write_note(case, text="spoke with them", key=f"N-{back}-{place}", by=people.mei, at=at)
