"""Made-up debtors of one creditor, some of whom owe more than once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import NamedTuple

from recoup.demo import names, places
from recoup.demo.causes import cause_of
from recoup.demo.drafts import DraftDebtor
from recoup.demo.lenders import Lender, Product
from recoup.demo.names import Name

#: The share of debts whose debtor owes the same creditor already under another product.
_OWES_AGAIN = 0.14
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class KnownPerson(NamedTuple):
    """Somebody whom the documentation speaks of, with their cause: late in every demonstration."""

    name: Name
    cause: str


#: The first debtor of these creditors under these products.
KNOWN_PEOPLE = {
    ("CHENGHU", "consumer_finance"): KnownPerson(Name("周雅琴", "zhou"), "ABT-2"),
    ("JINYUAN", "property_fee"): KnownPerson(Name("吴志远", "wu"), "DSP-3"),
}


@dataclass(slots=True)
class Debtors:
    """The debtors of one creditor so far."""

    lender: Lender
    known: list[DraftDebtor] = field(default_factory=list)
    _before: int = 0

    def begin_product(self) -> None:
        """From here on, debtors known so far may turn up again."""
        self._before = len(self.known)

    def next_for(self, rng: Random, product: Product) -> DraftDebtor:
        """The debtor of the next debt under this product."""
        person = KNOWN_PEOPLE.get((self.lender.code, product.kind)) if len(self.known) == self._before else None
        if self._before and rng.random() < _OWES_AGAIN and person is None:
            return self.known[rng.randrange(self._before)]
        debtor = self._new(rng, product, person)
        self.known.append(debtor)
        return debtor

    def _new(self, rng: Random, product: Product, person: KnownPerson | None) -> DraftDebtor:
        country = rng.choice(self.lender.countries)
        is_firm = rng.random() < self.lender.firms_share and person is None
        language = self.lender.language
        name = names.firm(rng, language, country=country) if is_firm else names.person(rng, language)
        name = person.name if person else name
        ref = f"{self.lender.code[:2]}{100_001 + len(self.known)}"
        mailbox = f"{name.spelled}.{ref[-4:]}"
        return DraftDebtor(
            ref=ref,
            name=name,
            is_firm=is_firm,
            contact=places.contact(rng, country, self.lender.towns, mailbox=mailbox, firm=is_firm),
            language=language,
            cause=person.cause if person else cause_of(rng, product.kind),
            is_known=person is not None,
            id_number=identity_number(rng) if country == "CN" and not is_firm and rng.random() < 0.4 else "",
        )


def at_home(debtor: DraftDebtor, flat: Mapping[str, str]) -> DraftDebtor:
    """The debtor living in the flat that they owe fees for."""
    address = f"{debtor.contact.place.town}青荷路66号锦原里{flat['building']}{flat['unit']}"
    return replace(debtor, contact=debtor.contact._replace(address=address))


def identity_number(rng: Random) -> str:
    """Shaped like a mainland identity number, with a check digit that is wrong: nobody has it."""
    born = f"{rng.randint(1955, 2003)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    digits = f"33019{rng.randint(0, 9)}{born}{rng.randint(0, 999):03d}"
    right = (12 - sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=True)) % 11) % 11
    return digits + "0123456789X"[(right + rng.randint(1, 9)) % 11]
