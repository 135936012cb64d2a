"""Rows of parties and of collateral against what is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from recoup.book.imports.book_rows import Chunk
from recoup.book.imports.known import KnownDebt, Memory, day
from recoup.book.imports.payment_rows import DebtFinder
from recoup.book.imports.tables import find_by, insert
from recoup.book.operations.bulk import change
from recoup.domain.money import decimal_text
from recoup.portfolio.fields import BadValue, amount_reader
from recoup.portfolio.lines import CollateralLine, PartyLine, ReadRow, Reject
from recoup.portfolio.reasons import COLLATERAL_DIFFERS, RowRefused, because

_CONTACTS = ("phone", "email", "address", "id_number")
_PARTIES = "SELECT id, debt_id, role, name, phone, email, address, id_number FROM book_party WHERE debt_id"
_COLLATERAL = "SELECT debt_id, kind, CAST(valued_on AS TEXT), value_minor FROM book_collateral WHERE debt_id"


class OtherRows:
    """Decides one chunk of rows that belong to debts in the book and carry no money of theirs."""

    def __init__(self, rows: Sequence[ReadRow | Reject], memory: Memory, branches: dict[int, str]) -> None:
        """Reads from the database what the rows name."""
        lines = [row.line for row in rows if isinstance(row, ReadRow)]
        named = {(line.creditor, line.debt_ref) for line in lines if isinstance(line, PartyLine | CollateralLine)}
        self.finder = DebtFinder(named, memory, branches)
        self.chunk = Chunk()
        self._touched: dict[int, KnownDebt] = {}
        self.load([debt.id for debt in self.finder.debts.values() if debt.id is not None])

    def load(self, debt_ids: list[int]) -> None:
        """Reads what is known of these debts."""
        raise NotImplementedError

    def decide(self, rows: Iterable[ReadRow | Reject]) -> Chunk:
        """What is to become of the rows."""
        for row in rows:
            self.chunk.rows += 1
            if isinstance(row, Reject):
                self.chunk.rejects.append(row)
                continue
            try:
                self.chunk.repeated += self._take(row.line)
            except RowRefused as refused:
                self.chunk.rejects.append(Reject(row.number, row.cells, refused.column, refused.reason))
            else:
                self.chunk.accepted += 1
        self.chunk.touched = list(self._touched.values())
        return self.chunk

    def _take(self, line: Any) -> bool:
        debt = self.finder.debt(line.creditor, line.debt_ref)
        repeats = self.take(debt, line)
        self._touched[id(debt)] = debt
        return repeats

    def take(self, debt: KnownDebt, line: Any) -> bool:
        """Takes one row or raises RowRefused; whether it is known already."""
        raise NotImplementedError

    def write(self) -> None:
        """Writes what the rows brought."""
        raise NotImplementedError


class PartyRows(OtherRows):
    """Parties: one for each debt, role and name; contacts follow the latest file that gives them."""

    def load(self, debt_ids: list[int]) -> None:
        """Reads the parties of these debts."""
        self.known: dict[tuple[int | None, str, str], tuple[int | None, tuple[str, ...]]] = {
            (row[1], row[2], row[3]): (row[0], tuple(row[4:8])) for row in find_by(_PARTIES, debt_ids)
        }
        self.changed: set[tuple[int | None, str, str]] = set()

    def take(self, debt: KnownDebt, line: PartyLine) -> bool:
        """Takes one party; an empty cell says nothing about a party that is known."""
        key = (debt.id, line.role, line.name)
        row_id, before = self.known.get(key, (None, ("",) * len(_CONTACTS)))
        said = tuple(getattr(line, name) for name in _CONTACTS)
        after = tuple(new or old for new, old in zip(said, before, strict=True))
        if key in self.known and after == before:
            return True
        self.known[key] = (row_id, after)
        self.changed.add(key)
        return False

    def write(self) -> None:
        """Adds new parties and updates the contacts of known ones."""
        changed = [(key, *self.known[key]) for key in sorted(self.changed, key=str)]
        insert(
            "book_party", ("debt_id", "role", "name", *_CONTACTS), [(*k, *c) for k, row_id, c in changed if not row_id]
        )
        change("book_party", _CONTACTS, [(*contacts, row_id) for _, row_id, contacts in changed if row_id])


class CollateralRows(OtherRows):
    """Collateral: one value for each debt, kind and day."""

    def load(self, debt_ids: list[int]) -> None:
        """Reads the collateral of these debts."""
        self.known = {(row[0], row[1], day(row[2])): row[3] for row in find_by(_COLLATERAL, debt_ids)}
        self.fresh: list[tuple[Any, ...]] = []

    def take(self, debt: KnownDebt, line: CollateralLine) -> bool:
        """Takes one value, in the debt's currency."""
        try:
            value = amount_reader(debt.currency)(line.value)
        except BadValue as bad:
            raise RowRefused("value", bad.reason) from None
        key = (debt.id, line.kind, line.valued_on)
        known = self.known.get(key)
        if known is not None and known != value:
            raise RowRefused("value", because(COLLATERAL_DIFFERS, known=decimal_text(known, debt.currency)))
        if known is None:
            self.known[key] = value
            self.fresh.append((debt.id, line.kind, line.valued_on.isoformat(), value))
        return known is not None

    def write(self) -> None:
        """Adds what is new."""
        insert("book_collateral", ("debt_id", "kind", "valued_on", "value_minor"), self.fresh)
