"""The demonstration book as a whole: every debt of every creditor, the same from the same seed and day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from recoup.demo import names
from recoup.demo.bills import Payer, pay_bills
from recoup.demo.debtors import Debtors, at_home
from recoup.demo.drafts import DraftDebt, DraftDebtor
from recoup.demo.lenders import LENDERS, Lender, Product
from recoup.demo.months import months_from
from recoup.demo.particulars import particulars_of
from recoup.demo.places import phone_number
from recoup.demo.repayment import Habits, Repayment
from recoup.demo.schedules import schedule
from recoup.demo.statements import CardLife

_REF_HEADS = {
    "card": "CARD",
    "loan": "LOAN",
    "consumer_finance": "CF",
    "private_loan": "PL",
    "property_fee": "PF",
    "sales_contract": "SC",
}
_MONTHS_BACK = 24
#: Days before today on which the card statements closed last.
STATEMENT_DAYS_AGO = 3
#: Assumed: share of debts whose debtor at some point stops paying for good.
_STOPS = {"card": 0.02, "loan": 0.02, "consumer_finance": 0.035, "private_loan": 0.05}
#: Assumed: share of loans repaid at the end whose last and largest instalment does not come.
_LAST_FAILS = 0.3
_SLOW_SHARE, _STOPPING_SHARE = 0.07, 0.05


def book_of(seed: int, today: date, lenders: Sequence[Lender] = LENDERS) -> list[DraftDebt]:
    """All debts, creditor by creditor. Another ``today`` moves the dates and changes nothing else."""
    return [debt for lender in lenders for debt in debts_of(lender, seed, today)]


def debts_of(lender: Lender, seed: int, today: date) -> Iterator[DraftDebt]:
    """The debts of one creditor."""
    debtors = Debtors(lender)
    for product in lender.products:
        debtors.begin_product()
        for place in range(product.debts):
            rng = Random(f"{seed}/{lender.code}/{product.kind}/{place}")
            yield _debt(rng, lender, product, debtors.next_for(rng, product), place=place, today=today)


def _debt(rng: Random, lender: Lender, product: Product, debtor: DraftDebtor, *, place: int, today: date) -> DraftDebt:
    debt = DraftDebt(
        lender=lender,
        product=product,
        ref=f"{_REF_HEADS[product.kind]}-{place + 1:04d}",
        debtor=debtor,
        relationship_manager=rng.choice(lender.relationship_managers),
        opened_on=today,
    )
    _LIVES[product.shape](rng, debt, today)
    debt.particulars = particulars_of(rng, debt)
    if debt.particulars.get("vacant") == "no":
        debt.debtor = at_home(debtor, debt.particulars)
    if product.kind == "private_loan" or (product.kind == "loan" and rng.random() < 0.12):
        debt.guarantor = _guarantor(rng, debtor) if rng.random() < 0.75 else None
    if product.kind in ("loan", "private_loan", "sales_contract"):
        debt.contract_ref = f"{lender.code[:2]}-{_REF_HEADS[product.kind]}-{debt.opened_on:%Y%m}-{place + 1:03d}"
    return debt


def _guarantor(rng: Random, debtor: DraftDebtor) -> tuple[str, str]:
    return names.person(rng, debtor.language).written, phone_number(rng, debtor.contact.place)


def _amount(rng: Random, product: Product) -> int:
    # Many small debts and a few large ones, as in every book.
    share = rng.random() ** 2
    amount = product.amount_from + (product.amount_to - product.amount_from) * share
    return max(int(amount) // product.round_to, 1) * product.round_to


def _live_with_schedule(rng: Random, debt: DraftDebt, today: date) -> None:
    product = debt.product
    months, rate, amount = rng.choice(product.months), rng.choice(product.rates), _amount(rng, product)
    cycles = rng.randint(0, min(_MONTHS_BACK, months + 3))
    since_latest = rng.randint(0, 27)
    if debt.debtor.is_known:
        months, cycles, since_latest = 12, 10, 12
    first_on = months_from(today - timedelta(days=since_latest), 1 - cycles)
    debt.opened_on, debt.annual_rate = months_from(first_on, -1), rate
    debt.dues = schedule(rng, product, amount=amount, rate=rate, months=months, first_on=first_on)
    late_fee = any("late_fee_fixed" in terms.accruals for terms in debt.lender.terms if terms.kind == product.kind)
    habits = Habits(
        direct_debit=product.shape == "annuity" and rng.random() < 0.45,
        stops_at=cycles - 2 if debt.debtor.is_known else _stops_at(rng, product, cycles, months),
        late_fee_minor=6_000 if late_fee else 0,
        late_fee_after_days=5,
        may_charge_off=product.shape == "annuity",
        step_minor=product.step_minor,
    )
    repayment = Repayment(rng, habits, today)
    repayment.run(debt.dues, cycles)
    debt.paid, debt.written_off_on = repayment.paid, repayment.written_off_on
    _perhaps_overpay(rng, debt)


def _stops_at(rng: Random, product: Product, cycles: int, months: int) -> int | None:
    stops, back, last_fails = rng.random() < _STOPS[product.kind], rng.randint(1, 14), rng.random() < _LAST_FAILS
    if product.shape == "balloon" and cycles >= months and last_fails:
        return months - 1
    return max(cycles - back, 0) if stops and cycles else None


def _perhaps_overpay(rng: Random, debt: DraftDebt) -> None:
    """A few debtors pay more than is owed and are in credit."""
    chance, extra = rng.random(), rng.randint(1, 40)
    owed = sum(due.total_minor for due in debt.dues)
    kept = [paid for paid in debt.paid if paid.bounced_on is None]
    if chance < 0.12 and kept and debt.paid[-1].bounced_on is None and sum(paid.amount_minor for paid in kept) >= owed:
        debt.paid[-1] = replace(debt.paid[-1], amount_minor=debt.paid[-1].amount_minor + extra * 500)


def _live_with_statements(rng: Random, debt: DraftDebt, today: date) -> None:
    product = debt.product
    limit, months = _amount(rng, product), rng.randint(3, _MONTHS_BACK)
    stops = rng.random() < _STOPS[product.kind]
    back = rng.randint(1, 14)
    life = CardLife(
        rng,
        limit_minor=limit * 100,
        months=months,
        last_statement_on=today - timedelta(days=STATEMENT_DAYS_AGO),
        today=today,
        stops_at=max(months - back, 0) if stops else None,
    )
    life.run()
    debt.opened_on = months_from(life.statements[0].as_of, -rng.randint(1, 40)) - timedelta(days=rng.randint(0, 27))
    debt.statements, debt.paid, debt.written_off_on = life.statements, life.paid, life.written_off_on


def _live_with_bills(rng: Random, debt: DraftDebt, today: date) -> None:
    product = debt.product
    step = 3 if product.shape == "quarterly" else 1
    months = rng.choice((12, 24, 24, 24)) if step == 3 else rng.randint(3, _MONTHS_BACK)
    since_latest = 50 if debt.debtor.is_known else rng.randint(0, 30 * step - 3)
    first_on = months_from(today - timedelta(days=since_latest), step - months)
    amount = _quarter_bill(rng, debt) if step == 3 else _amount(rng, product)
    dues = schedule(rng, product, amount=amount, rate="", months=months, first_on=first_on)
    debt.opened_on, debt.dues = months_from(first_on, -step), dues
    places = [(due.due_on.year - first_on.year) * 12 + due.due_on.month - first_on.month for due in dues]
    ages = [since_latest + 30 * (months - step - place) for place in places]
    kind, back = rng.random(), rng.randint(1, 4)
    if debt.debtor.is_known:
        kind, back = 1.0, 2
    stops_at = max(len(dues) - back, 0) if kind > 1 - _STOPPING_SHARE else None
    debt.paid = pay_bills(rng, dues, ages, payer=Payer(slow=kind < _SLOW_SHARE, stops_at=stops_at), today=today)


def _quarter_bill(rng: Random, debt: DraftDebt) -> int:
    """Whole yuan for three months, from a flat's area and its monthly rate, kept as the debt's particulars."""
    area, rate = rng.randint(52, 168), rng.choice((180, 220, 260, 320))
    debt.particulars = {"area_sqm": str(area), "monthly_rate": f"{rate / 100:.2f}"}
    return area * rate * 3 // 100


_LIVES = {
    "annuity": _live_with_schedule,
    "balloon": _live_with_schedule,
    "statements": _live_with_statements,
    "quarterly": _live_with_bills,
    "invoices": _live_with_bills,
}
