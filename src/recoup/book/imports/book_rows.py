"""Rows of a book against what is known: which are new, which repeat, which contradict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from recoup.book.imports.known import (
    Key,
    KnownDebt,
    KnownDebtor,
    KnownPosting,
    Memory,
    find_debtors,
    find_debts,
    find_instalments,
    find_referred,
    find_snapshots,
)
from recoup.domain.money import decimal_text
from recoup.portfolio.fields import email_is_doubtful
from recoup.portfolio.lines import DebtColumns, Instalment, PaymentLine, ReadRow, Reject, SnapshotLine
from recoup.portfolio.reasons import (
    HAS_SCHEDULE,
    HAS_SNAPSHOTS,
    INSTALMENT_DIFFERS,
    OTHER_CURRENCY,
    OTHER_DEBTOR,
    OTHER_KIND,
    PAYMENT_DIFFERS,
    SNAPSHOT_DIFFERS,
    Reason,
    RowRefused,
    because,
)

SCHEDULE, SNAPSHOT = "schedule", "snapshot"


@dataclass(slots=True)
class Chunk:
    """What came of some rows: what is to be written, and the counts of the report.

    ``touched`` are the debts of accepted rows; ``postponed`` rows are decided in a second reading.
    """

    rows: int = 0
    accepted: int = 0
    repeated: int = 0
    payments: int = 0
    postponed: int = 0
    rejects: list[Reject] = field(default_factory=list)
    touched: list[KnownDebt] = field(default_factory=list)
    instalments: list[tuple[KnownDebt, Instalment]] = field(default_factory=list)
    snapshots: list[tuple[KnownDebt, SnapshotLine]] = field(default_factory=list)
    paid: list[tuple[KnownDebt, PaymentLine]] = field(default_factory=list)
    undone: list[tuple[KnownDebt, PaymentLine, KnownPosting]] = field(default_factory=list)
    doubtful: dict[str, int] = field(default_factory=dict)


class BookRows:
    """Decides the rows of one chunk, in order; each accepted row is known to those after it."""

    def __init__(self, rows: Sequence[ReadRow | Reject], memory: Memory, branches: dict[int, str]) -> None:
        """Reads from the database what the rows name."""
        read = [row for row in rows if isinstance(row, ReadRow)]
        said = {id(row.debt): row.debt for row in read if row.debt is not None}
        memory.look_up({debt.creditor for debt in said.values()})
        self.debts = find_debts(memory, {(debt.creditor, debt.debt_ref) for debt in said.values()}, branches)
        self.debtors: dict[Key, KnownDebtor] = {(d.creditor, d.ref): d for d in _debtors(self.debts.values())}
        others = {(debt.creditor, debt.debtor_ref) for debt in said.values()} - set(self.debtors)
        self.debtors |= find_debtors(memory, others)
        self._load_lines(read, memory)
        self.chunk = Chunk()
        self._touched: dict[int, KnownDebt] = {}
        self._said: DebtColumns | None = None
        self._debt: KnownDebt | None = None

    def _load_lines(self, read: list[ReadRow], memory: Memory) -> None:
        numbers, dates, refs = set(), set(), set()
        for row in read:
            refs.update([(payment.creditor, payment.ref) for payment in row.payments])
            debt = self.debts.get((row.debt.creditor, row.debt.debt_ref)) if row.debt else None
            if debt is None or debt.id is None:
                continue
            if isinstance(row.line, Instalment):
                numbers.add((debt.id, row.line.number))
            elif isinstance(row.line, SnapshotLine):
                dates.add((debt.id, row.line.as_of.isoformat()))
        stored = {debt.id: key for key, debt in self.debts.items()}
        self.lines: dict[tuple[Key, str], Instalment | SnapshotLine] = {}
        self.lines.update({(stored[i], number): line for (i, number), line in find_instalments(numbers).items()})
        self.lines.update({(stored[i], as_of): line for (i, as_of), line in find_snapshots(dates).items()})
        self.payments = find_referred(memory, refs)

    def decide(self, rows: Iterable[ReadRow | Reject]) -> Chunk:
        """What is to become of the rows."""
        chunk = self.chunk
        for row in rows:
            chunk.rows += 1
            if isinstance(row, Reject):
                chunk.rejects.append(row)
                continue
            try:
                chunk.repeated += self._take(row)
            except RowRefused as refused:
                chunk.rejects.append(Reject(row.number, row.cells, refused.column, refused.reason))
            else:
                chunk.accepted += 1
        chunk.touched = list(self._touched.values())
        return chunk

    def _take(self, row: ReadRow) -> bool:
        """Takes one row as a whole or raises RowRefused; whether it brought nothing new."""
        said, line = row.debt, row.line
        if said is None or not isinstance(line, Instalment | SnapshotLine):
            raise TypeError("a row of a book has a debt and a line")
        key = (said.creditor, said.debt_ref)
        debt = self._debt if said is self._said else self.debts.get(key)
        if debt is not None and said is not self._said:
            _check_same(debt, said)
        is_new = self._is_new(debt, key, line)
        paid = [payment for payment in row.payments if self._is_new_payment(payment)]
        if said is not self._said or debt is None:
            debt = self._learn(debt, said, SCHEDULE if isinstance(line, Instalment) else SNAPSHOT)
            self._said, self._debt = said, debt
        self._keep(debt, key, line if is_new else None, paid)
        self.chunk.payments += len(row.payments)
        return not is_new and not paid

    def _is_new(self, debt: KnownDebt | None, key: Key, line: Instalment | SnapshotLine) -> bool:
        if debt is None:
            return True
        if isinstance(line, Instalment):
            if debt.source != SCHEDULE:
                raise RowRefused("due_on", because(HAS_SNAPSHOTS))
            known = self.lines.get((key, line.number))
        else:
            if debt.source != SNAPSHOT:
                raise RowRefused("as_of", because(HAS_SCHEDULE))
            known = self.lines.get((key, line.as_of.isoformat()))
        if known is not None and known != line:
            raise RowRefused(*_difference(known, debt.currency))
        return known is None

    def _is_new_payment(self, payment: PaymentLine) -> bool:
        known = self.payments.get((payment.creditor, payment.ref))
        if known is not None and known != as_known(payment, known.id):
            raise RowRefused("payment_ref", because(PAYMENT_DIFFERS, ref=payment.ref, known=described(known, payment)))
        return known is None

    def _learn(self, debt: KnownDebt | None, said: DebtColumns, source: str) -> KnownDebt:
        key = (said.creditor, said.debtor_ref)
        debtor = self.debtors.get(key)
        if debtor is None:
            debtor = self.debtors[key] = KnownDebtor(said.creditor, said.debtor_ref)
        if debt is None:
            debt = KnownDebt(said.creditor, said.debt_ref, debtor, said.kind, said.currency, source)
            self.debts[said.creditor, said.debt_ref] = debt
        debtor.learn(said)
        debt.learn(said)
        self._count_doubtful(said)
        self._touched[id(debt)] = debt
        return debt

    def _keep(self, debt: KnownDebt, key: Key, line: Instalment | SnapshotLine | None, paid: list[PaymentLine]) -> None:
        if isinstance(line, Instalment):
            self.lines[key, line.number] = line
            self.chunk.instalments.append((debt, line))
        elif line is not None:
            self.lines[key, line.as_of.isoformat()] = line
            self.chunk.snapshots.append((debt, line))
        for payment in paid:
            self.payments[payment.creditor, payment.ref] = as_known(payment)
            self.chunk.paid.append((debt, payment))
        debt.has_new_lines |= line is not None or bool(paid)

    def _count_doubtful(self, said: DebtColumns) -> None:
        for column, doubtful in (("phone", said.phone_doubtful), ("email", email_is_doubtful(said.email))):
            if doubtful:
                self.chunk.doubtful[column] = self.chunk.doubtful.get(column, 0) + 1


def _debtors(debts: Iterable[KnownDebt]) -> Iterable[KnownDebtor]:
    return (debt.debtor for debt in debts)


def _check_same(debt: KnownDebt, said: DebtColumns) -> None:
    if debt.debtor.ref != said.debtor_ref:
        raise RowRefused("debtor_ref", because(OTHER_DEBTOR, known=debt.debtor.ref))
    if debt.kind != said.kind:
        raise RowRefused("kind", because(OTHER_KIND, known=debt.kind))
    if debt.currency != said.currency:
        raise RowRefused("currency", because(OTHER_CURRENCY, known=debt.currency))


def _difference(known: Instalment | SnapshotLine, currency: str) -> tuple[str, Reason]:
    amounts = (known.principal_minor, known.interest_minor, known.fees_minor)
    parts = " + ".join(decimal_text(minor, currency) for minor in amounts)
    if isinstance(known, Instalment):
        text = f"{known.due_on.isoformat()}, {parts}"
        return "instalment_no", because(INSTALMENT_DIFFERS, number=known.number, known=text)
    text = f"{parts}, {known.days_overdue}"
    return "as_of", because(SNAPSHOT_DIFFERS, as_of=known.as_of.isoformat(), known=text)


def as_known(payment: PaymentLine, row_id: int | None = None) -> KnownPosting:
    """A payment as it is (or will be) stored, to be compared with what is stored."""
    return KnownPosting(
        payment.debt_ref, "payment", payment.paid_on, payment.amount_minor or 0, payment.method, None, row_id
    )


def described(known: KnownPosting, payment: PaymentLine) -> str:
    """A stored line in a few words."""
    return f"{known.kind} {known.dated_on.isoformat()} {decimal_text(known.amount_minor, payment.currency)}"
