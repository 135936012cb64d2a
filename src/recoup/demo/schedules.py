"""Repayment schedules: what each shape of product makes due, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from recoup.demo.drafts import Due
from recoup.demo.lenders import Product
from recoup.demo.months import months_from
from recoup.domain.money import exponent


def schedule(rng: Random, product: Product, *, amount: int, rate: str, months: int, first_on: date) -> list[Due]:
    """The instalments of a debt of ``amount`` whole units of its currency; the first falls due on ``first_on``."""
    unit, step = 10 ** exponent(product.currency), product.step_minor
    return [
        Due(due.number, due.due_on, due.principal_minor * step, due.interest_minor * step)
        for due in _SHAPES[product.shape](rng, amount * unit // step, Decimal(rate or "0"), months, first_on)
    ]


def _annuity(_: Random, amount_minor: int, rate: Decimal, months: int, first_on: date) -> list[Due]:
    """Equal instalments; the last one takes up what rounding left."""
    monthly = rate / 12
    payment = _rounded(amount_minor * monthly / (1 - (1 + monthly) ** -months))
    dues, left = [], amount_minor
    for place in range(months):
        interest = _rounded(left * monthly)
        principal = left if place == months - 1 else payment - interest
        dues.append(Due(str(place + 1), months_from(first_on, place), principal, interest))
        left -= principal
    return dues


def _balloon(_: Random, amount_minor: int, rate: Decimal, months: int, first_on: date) -> list[Due]:
    """Interest every month and the whole principal with the last."""
    interest = _rounded(amount_minor * rate / 12)
    return [
        Due(str(place + 1), months_from(first_on, place), amount_minor if place == months - 1 else 0, interest)
        for place in range(months)
    ]


def _quarterly(_: Random, amount_minor: int, __: Decimal, months: int, first_on: date) -> list[Due]:
    """The same bill every third month."""
    return [Due(str(place + 1), months_from(first_on, 3 * place), amount_minor) for place in range(months // 3)]


def _invoices(rng: Random, amount_minor: int, _: Decimal, months: int, first_on: date) -> list[Due]:
    """Deliveries of unlike size, one invoice each month, about a third of the months without one."""
    places = [place for place in range(months) if place in (0, months - 1) or rng.random() < 0.68]
    return [
        Due(str(number), months_from(first_on, place), _rounded(amount_minor * Decimal(rng.randint(30, 160)) / 100))
        for number, place in enumerate(places, start=1)
    ]


def _rounded(minor: Decimal | int) -> int:
    return int(Decimal(minor).to_integral_value(rounding=ROUND_HALF_UP))


_SHAPES: dict[str, Callable[[Random, int, Decimal, int, date], list[Due]]] = {
    "annuity": _annuity,
    "balloon": _balloon,
    "quarterly": _quarterly,
    "invoices": _invoices,
}
