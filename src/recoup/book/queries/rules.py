"""The rules that debts live by on a day: ladders, terms and charges, from the rulebooks in force and creditors' own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from recoup.book.models import FactsBasis, LadderStep, ProductTerms
from recoup.domain.accrual import AccrualRule
from recoup.domain.ladder import Ladder, Step
from recoup.domain.posting import DEFAULT_ORDER, Terms
from recoup.policy.queries import InForce, all_in_force, in_force
from recoup.policy.reading import loaded_text
from recoup.policy.shipped import shipped_texts
from recoup.rulebooks import Rules, once_a_model
from recoup.rulebooks.codes import Answer, answers_by_code
from recoup.rulebooks.ladders import LADDERS, ladder_of

CHARGES = "house/charges"
_DAY = timedelta(days=1)
_HOUSE_TERMS = Terms(DEFAULT_ORDER)
#: The day before all versions: what holds then is a rulebook's first version, or the file that Recoup ships.
_FIRST_DAY = date.min

#: Rulebooks by name that are tried in place of those in force.
Tried = Mapping[str, Rules]


@dataclass(frozen=True, slots=True)
class Treatment:
    """How each creditor treats its products on a day: ladders, terms and charges for lateness, read once for a run.

    ``versions`` are those of the house's ladders, by clock, ``since`` the days from which they hold; None where no
    published version gave them, and for a rulebook's first.
    """

    on: date
    ladders: Mapping[tuple[int | None, str], Ladder]
    terms: Mapping[tuple[int, str], Terms]
    accruals: Mapping[tuple[int, str], tuple[str, ...]]
    versions: Mapping[str, int | None]
    since: Mapping[str, date | None]
    tried: Tried = field(default_factory=dict)
    _charges: dict[tuple[str, str], tuple[AccrualRule, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, on: date | None = None, tried: Tried | None = None) -> Treatment:
        """The treatment in force on the day; without one, that of the day by whose ladders the facts were derived.

        ``tried`` rulebooks stand in for those in force.
        """
        day = on or FactsBasis.objects.values_list("on", flat=True).first() or _FIRST_DAY
        given = _ladder_rules(day, tried or {})
        rows = list(ProductTerms.objects.all())
        chosen = [clock for clock, name in LADDERS.items() if name in (tried or {}) or is_chosen(given[clock])]
        own = _own_ladders(chosen)
        house: dict[tuple[int | None, str], Ladder] = {(None, clock): _ladder(rules) for clock, rules in given.items()}
        return cls(
            on=day,
            ladders={**house, **own},
            terms={(row.creditor_id, row.kind): _terms(row) for row in rows},
            accruals={(row.creditor_id, row.kind): tuple(row.accruals) for row in rows if row.accruals},
            versions={clock: None if (None, clock) in own else rules.version_id for clock, rules in given.items()},
            since={
                clock: None if (None, clock) in own else _since(rules, day, is_tried=name in (tried or {}))
                for (clock, name), rules in zip(LADDERS.items(), given.values(), strict=True)
            },
            tried=tried or {},
        )

    @property
    def basis(self) -> str:
        """The lowest days of the house's steps: facts derived under one basis have the same ranks."""
        house = (self.ladders[None, clock].steps for clock in sorted(LADDERS))
        return "|".join(",".join(str(step.days_min) for step in steps) for steps in house)

    def buckets(self, creditor_id: int | None) -> Ladder:
        """The creditor's own buckets, or the house's."""
        return self.ladders.get((creditor_id, "bucket")) or self.ladders[None, "bucket"]

    def stages(self, creditor_id: int | None) -> Ladder:
        """The creditor's own stages, or the house's."""
        return self.ladders.get((creditor_id, "stage")) or self.ladders[None, "stage"]

    def version_of(self, clock: str, creditor_id: int) -> int | None:
        """The published version that gives a creditor's ladder; None for the creditor's own and for a shipped file."""
        return None if (creditor_id, clock) in self.ladders else self.versions[clock]

    def since_of(self, clock: str, creditor_id: int) -> date | None:
        """The day from which a creditor's ladder holds; None where it always did, as far as anybody knows."""
        return None if (creditor_id, clock) in self.ladders else self.since[clock]

    def terms_for(self, creditor_id: int, kind: str) -> Terms:
        """The product's terms, or the house's: fees, interest, principal, no grace, no tolerance."""
        return self.terms.get((creditor_id, kind)) or _HOUSE_TERMS

    def rules_for(self, creditor_id: int, kind: str, currency: str) -> list[AccrualRule]:
        """The charges for lateness that the product's terms name, in the debt's currency, version after version."""
        names = self.accruals.get((creditor_id, kind), ())
        return [rule for name in names for rule in self._charge(name, currency)]

    def _charge(self, name: str, currency: str) -> tuple[AccrualRule, ...]:
        if (name, currency) not in self._charges:
            found = []
            for starts_on, ends_on, rules in _charges_until(self.on, self.tried):
                answer = charges_of(rules).get(name)
                if answer is not None:
                    rule = AccrualRule.of(name, answer.values, currency)
                    found.append(rule.between(starts_on, ends_on))
            self._charges[name, currency] = tuple(found)
        return self._charges[name, currency]


def shipped(name: str) -> Rules:
    """A rulebook as Recoup ships it; asks no database."""
    return InForce(name, None, 0, None, loaded_text(shipped_texts()[name], name=name))


def _ladder_rules(on: date, tried: Tried) -> dict[str, Rules]:
    found = {**all_in_force(list(LADDERS.values()), on), **tried}
    return {clock: found[name] for clock, name in LADDERS.items()}


def _since(rules: Rules, on: date, *, is_tried: bool) -> date | None:
    """Tried rules would hold from the day on which they are tried."""
    if is_tried:
        return on
    return rules.in_force_from if rules.number > 1 else None


@once_a_model
def _ladder(rules: Rules) -> Ladder:
    return ladder_of(rules.model)


@once_a_model
def charges_of(rules: Rules) -> dict[str, Answer]:
    """The charges for lateness that a rulebook has, by name."""
    return answers_by_code(rules, "Charge", "charge")


def shipped_charges() -> dict[str, Answer]:
    """The charges as Recoup ships them; asks no database."""
    return charges_of(shipped(CHARGES))


def charge_names(on: date | None = None) -> list[str]:
    """Names of the charges for lateness that a product may bear."""
    return list(charges_of(in_force(CHARGES, on or _FIRST_DAY)))


def _charges_until(on: date, tried: Tried) -> list[tuple[date | None, date | None, Rules]]:
    """The versions of the charges up to a day, earliest first, each with the days on which it holds: a charge follows
    the version in force on its own day.
    """
    found: list[tuple[date | None, date | None, Rules]] = []
    ends_on: date | None = None
    if CHARGES in tried:
        found.append((on, None, tried[CHARGES]))
        on, ends_on = on - _DAY, on
    while True:
        rules = in_force(CHARGES, on)
        # The first version also holds before its date.
        starts_on = rules.in_force_from
        starts_on = starts_on if rules.number > 1 and starts_on is not None and starts_on <= on else None
        found.append((starts_on, ends_on, rules))
        if starts_on is None:
            return found[::-1]
        on, ends_on = starts_on - _DAY, starts_on


def _terms(row: ProductTerms) -> Terms:
    return Terms(tuple(row.payment_order.split(",")), row.grace_days, row.tolerance_minor)


def is_chosen(rules: Rules) -> bool:
    """Whether somebody published a rulebook after its first version: steps that the house saved before hold no more."""
    return rules.number > 1


def _own_ladders(chosen: Collection[str]) -> dict[tuple[int | None, str], Ladder]:
    """Ladders that creditors saved, and the house's own by the clocks whose rulebook is not among the ``chosen``."""
    steps: defaultdict[tuple[int | None, str], list[Step]] = defaultdict(list)
    for row in LadderStep.objects.all():
        steps[row.creditor_id, row.clock].append(Step(row.name, row.days_min, row.days_max))
    return {key: Ladder.of(found) for key, found in steps.items() if key[0] is not None or key[1] not in chosen}


def ladders(on: date | None = None) -> Mapping[tuple[int | None, str], Ladder]:
    """Every ladder by creditor (None: the house) and clock, as it stands on a day, or as facts were last derived."""
    day = on or FactsBasis.objects.values_list("on", flat=True).first() or _FIRST_DAY
    given = _ladder_rules(day, {})
    house: dict[tuple[int | None, str], Ladder] = {(None, clock): _ladder(rules) for clock, rules in given.items()}
    return {**house, **_own_ladders([clock for clock, rules in given.items() if is_chosen(rules)])}


def ladder_steps(creditor_id: int | None, clock: str) -> list[LadderStep]:
    """A creditor's own steps, or the house's where ``creditor_id`` is None; empty when none were saved."""
    return list(LadderStep.objects.filter(creditor=creditor_id, clock=clock).order_by("days_min"))


def creditors_with_own_ladder() -> set[tuple[int | None, str]]:
    """Which creditor (None: the house) has saved its own steps, on which clock."""
    return set(LadderStep.objects.values_list("creditor_id", "clock").distinct())


def product_terms() -> list[ProductTerms]:
    """All terms by creditor and kind."""
    return list(ProductTerms.objects.select_related("creditor").order_by("creditor__name", "kind"))


def terms_by_id(terms_id: int) -> ProductTerms | None:
    """One product's terms."""
    return ProductTerms.objects.select_related("creditor").filter(pk=terms_id).first()
