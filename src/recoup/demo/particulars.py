"""What each kind of debt has that the others have not, made up to fit the debt."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from recoup.demo.drafts import DraftDebt
from recoup.demo.months import months_from

_MERCHANTS = {"zh-hans": "优品数码城", "zh-hant": "和暢家電", "en": "Larkfield Home"}
_BANKS = {"zh-hans": "尾号 {:04d} 的结算卡", "zh-hant": "末四碼 {:04d} 的帳戶", "en": "current, ending {:04d}"}


def particulars_of(rng: Random, debt: DraftDebt) -> dict[str, str]:
    """Columns of the debt's kind as text, as they stand in a file."""
    return _FOR_KIND[debt.product.kind](rng, debt)


def _card(rng: Random, debt: DraftDebt) -> dict[str, str]:
    closes_on = debt.statements[-1].as_of if debt.statements else debt.dues[0].due_on
    limit = max(debt.product.amount_from, 1_000) * rng.randint(1, 9)
    owed = max((shot.balance_principal_minor for shot in debt.statements), default=0) // 100
    return {
        "card_ending": f"{rng.randrange(10_000):04d}",
        "credit_limit": str(max(limit, (owed // 1_000 + 1) * 1_000)),
        "statement_day": str(closes_on.day),
    }


def _loan(rng: Random, debt: DraftDebt) -> dict[str, str]:
    goods = debt.product.goods
    return {
        "purpose": rng.choice(goods) if goods else "",
        "disbursed_on": debt.opened_on.isoformat(),
        "term_months": str(len(debt.dues)),
        "debit_bank": _BANKS[debt.lender.language].format(rng.randrange(10_000)),
    }


def _consumer_finance(rng: Random, debt: DraftDebt) -> dict[str, str]:
    return {
        "merchant": _MERCHANTS[debt.lender.language],
        "goods": rng.choice(debt.product.goods),
        "term_months": str(len(debt.dues)),
        "delivered": "no" if rng.random() < 0.03 else "yes",
    }


def _private_loan(rng: Random, debt: DraftDebt) -> dict[str, str]:
    last_due = debt.dues[-1].due_on
    return {
        "iou_on": debt.opened_on.isoformat(),
        "agreed_in_writing": "no" if rng.random() < 0.12 else "yes",
        "guarantee_ends_on": months_from(last_due, 6).isoformat(),
    }


def _property_fee(rng: Random, debt: DraftDebt) -> dict[str, str]:
    building, floor, door = rng.randint(1, 16), rng.randint(1, 18), rng.randint(1, 4)
    return {
        **debt.particulars,
        "building": f"{building}幢",
        "unit": f"{floor}{door:02d}室",
        "vacant": "yes" if rng.random() < 0.09 else "no",
    }


def _sales_contract(rng: Random, debt: DraftDebt) -> dict[str, str]:
    delivered_on: date = debt.opened_on + timedelta(days=rng.randint(1, 20))
    return {
        "invoice_no": f"{debt.lender.code[:2]}{rng.randrange(100_000, 999_999)}",
        "delivered_on": delivered_on.isoformat(),
        "goods": rng.choice(debt.product.goods),
        "retention_of_title": "yes" if rng.random() < 0.4 else "no",
    }


_FOR_KIND = {
    "card": _card,
    "loan": _loan,
    "consumer_finance": _consumer_finance,
    "private_loan": _private_loan,
    "property_fee": _property_fee,
    "sales_contract": _sales_contract,
}
