"""Rows of a payments file against what is known: payments in a first reading, what undoes them in a second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from recoup.book.imports.book_rows import Chunk, as_known, described
from recoup.book.imports.known import (
    Key,
    KnownDebt,
    KnownPosting,
    Memory,
    find_debts,
    find_referred,
    find_reversals,
    find_same_ref,
)
from recoup.domain.money import decimal_text
from recoup.portfolio.lines import PaymentLine, ReadRow, Reject
from recoup.portfolio.reasons import (
    AMBIGUOUS_DEBT,
    OTHER_CURRENCY,
    PAYMENT_DIFFERS,
    REVERSAL_OF_OTHER_AMOUNT,
    REVERSAL_OF_OTHER_DEBT,
    REVERSAL_TOO_EARLY,
    REVERSED_TWICE,
    UNKNOWN_CREDITOR,
    UNKNOWN_DEBT,
    UNKNOWN_PAYMENT,
    RowRefused,
    because,
)


class DebtFinder:
    """Finds the debt of a row that names its creditor, or leaves it out where the reference tells."""

    def __init__(self, named: Iterable[Key], memory: Memory, branches: dict[int, str]) -> None:
        """``named`` are creditors (perhaps empty) and debt references."""
        wanted = set(named)
        codes = {code for code, _ in wanted if code}
        self._owners: defaultdict[str, list[str]] = defaultdict(list)
        for ref, code in find_same_ref({ref for code, ref in wanted if not code}):
            self._owners[ref].append(code)
            codes.add(code)
        memory.look_up(codes)
        self._memory = memory
        keys = {(code, ref) for code, ref in wanted if code}
        keys |= {(code, ref) for ref, owners in self._owners.items() for code in owners}
        self.debts = find_debts(memory, keys, branches)

    def debt(self, creditor: str, ref: str) -> KnownDebt:
        """The one debt meant. Raises RowRefused when there is none, or more than one."""
        owners = [creditor] if creditor else self._owners.get(ref, [])
        if creditor and creditor not in self._memory.ids:
            raise RowRefused("creditor", because(UNKNOWN_CREDITOR, creditor=creditor))
        if len(owners) > 1:
            raise RowRefused("debt_ref", because(AMBIGUOUS_DEBT, ref=ref))
        debt = self.debts.get((owners[0], ref)) if owners else None
        if debt is None:
            raise RowRefused("debt_ref", because(UNKNOWN_DEBT, ref=ref))
        return debt


class PaymentRows:
    """Decides the payments of one chunk; rows that undo payments are left to the second reading."""

    def __init__(self, rows: Sequence[ReadRow | Reject], memory: Memory, branches: dict[int, str]) -> None:
        """Reads from the database what the rows name."""
        self.lines = [row.payments[0] for row in rows if isinstance(row, ReadRow)]
        self.finder = DebtFinder({(line.creditor, line.debt_ref) for line in self.lines}, memory, branches)
        self.known = find_referred(memory, {key for line in self.lines for key in self._refers_to(line)})
        self.chunk = Chunk()
        self._touched: dict[int, KnownDebt] = {}

    def _refers_to(self, line: PaymentLine) -> list[Key]:
        try:
            creditor = self.finder.debt(line.creditor, line.debt_ref).creditor
        except RowRefused:
            return []
        return [(creditor, ref) for ref in (line.ref, line.reverses) if ref]

    def decide(self, rows: Iterable[ReadRow | Reject]) -> Chunk:
        """What is to become of the rows."""
        for row in rows:
            if isinstance(row, Reject):
                self.chunk.rows += 1
                self.chunk.rejects.append(row)
            elif self._is_meant(row.payments[0]):
                self._decide(row)
            else:
                self.chunk.postponed += 1
        self.chunk.touched = list(self._touched.values())
        return self.chunk

    def _is_meant(self, line: PaymentLine) -> bool:
        return not line.reverses

    def _decide(self, row: ReadRow) -> None:
        self.chunk.rows += 1
        try:
            self.chunk.repeated += self._take(row.payments[0])
        except RowRefused as refused:
            self.chunk.rejects.append(Reject(row.number, row.cells, refused.column, refused.reason))
        else:
            self.chunk.accepted += 1

    def _take(self, line: PaymentLine) -> bool:
        """Takes one payment or raises RowRefused; whether it is known already."""
        debt = self._debt_of(line)
        known = self.known.get((debt.creditor, line.ref))
        if known is None:
            self.known[debt.creditor, line.ref] = as_known(line)
            self.chunk.paid.append((debt, line))
            debt.has_new_lines = True
        elif known != as_known(line, known.id):
            raise RowRefused("payment_ref", because(PAYMENT_DIFFERS, ref=line.ref, known=described(known, line)))
        self.chunk.payments += 1
        self._touched[id(debt)] = debt
        return known is not None

    def _debt_of(self, line: PaymentLine) -> KnownDebt:
        debt = self.finder.debt(line.creditor, line.debt_ref)
        if debt.currency != line.currency:
            raise RowRefused("currency", because(OTHER_CURRENCY, known=debt.currency))
        return debt


class ReversalRows(PaymentRows):
    """Decides the rows that undo payments; every payment of the file is stored by now."""

    def __init__(self, rows: Sequence[ReadRow | Reject], memory: Memory, branches: dict[int, str]) -> None:
        """Reads from the database what the rows name, also what undid the same payments before."""
        meant = [row for row in rows if isinstance(row, ReadRow) and row.payments[0].reverses]
        super().__init__(meant, memory, branches)
        self.undone = find_reversals([known.id for known in self.known.values() if known.id is not None])

    def decide(self, rows: Iterable[ReadRow | Reject]) -> Chunk:
        """What is to become of the rows; the others were counted in the first reading."""
        return super().decide(row for row in rows if isinstance(row, ReadRow))

    def _is_meant(self, line: PaymentLine) -> bool:
        return bool(line.reverses)

    def _take(self, line: PaymentLine) -> bool:
        debt = self._debt_of(line)
        payment = self._payment(debt, line)
        wanted = KnownPosting(
            line.debt_ref, "reversal", line.paid_on, payment.amount_minor, line.method, payment.id, None
        )
        known = self.known.get((debt.creditor, line.ref))
        if known is not None and known != wanted._replace(id=known.id):
            raise RowRefused("payment_ref", because(PAYMENT_DIFFERS, ref=line.ref, known=described(known, line)))
        if known is None:
            self._keep(debt, line, wanted)
        self._touched[id(debt)] = debt
        return known is not None

    def _keep(self, debt: KnownDebt, line: PaymentLine, wanted: KnownPosting) -> None:
        if wanted.reverses_id in self.undone or wanted.reverses_id is None:
            raise RowRefused("reverses", because(REVERSED_TWICE, ref=line.reverses))
        self.undone.add(wanted.reverses_id)
        self.known[debt.creditor, line.ref] = wanted
        self.chunk.undone.append((debt, line, wanted))
        debt.has_new_lines = True

    def _payment(self, debt: KnownDebt, line: PaymentLine) -> KnownPosting:
        known = self.known.get((debt.creditor, line.reverses))
        if known is None or known.kind != "payment":
            raise RowRefused("reverses", because(UNKNOWN_PAYMENT, ref=line.reverses))
        if known.debt_ref != debt.ref:
            raise RowRefused("debt_ref", because(REVERSAL_OF_OTHER_DEBT, ref=line.reverses))
        if line.amount_minor not in (None, known.amount_minor):
            amount = decimal_text(known.amount_minor, debt.currency)
            raise RowRefused("amount", because(REVERSAL_OF_OTHER_AMOUNT, ref=line.reverses, known=amount))
        if line.paid_on < known.dated_on:
            raise RowRefused(
                "paid_on", because(REVERSAL_TOO_EARLY, ref=line.reverses, known=known.dated_on.isoformat())
            )
        return known
