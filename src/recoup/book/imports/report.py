"""What came of an import, counted while it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from recoup.book.imports.book_rows import Chunk


class IdSet:
    """A set of the database's ids in one bit each: a million debts take 125 kB."""

    def __init__(self) -> None:
        self.bits = bytearray()
        self._count = 0

    def add(self, ids: Iterable[int]) -> None:
        """Adds ids."""
        for number in ids:
            place, bit = number >> 3, 1 << (number & 7)
            if place >= len(self.bits):
                self.bits.extend(bytes(place + 4096 - len(self.bits)))
            if not self.bits[place] & bit:
                self.bits[place] |= bit
                self._count += 1

    def __len__(self) -> int:
        return self._count

    @classmethod
    def union(cls, sets: Sequence[IdSet]) -> IdSet:
        """A set of what is in any of these."""
        both = cls()
        joined = 0
        for each in sets:
            joined |= int.from_bytes(each.bits, "little")
        both.bits = bytearray(joined.to_bytes((joined.bit_length() + 7) // 8, "little"))
        both._count = joined.bit_count()
        return both


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The figures of one import. ``rejects`` is the path of the first rejects file, None when nothing was rejected."""

    rows: int
    accepted: int
    repeated: int
    rejected: int
    rejects: str | None
    debts: int
    debtors: int
    payments: int
    warnings: list[str] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """Counts of one file."""

    rows: int = 0
    accepted: int = 0
    repeated: int = 0
    rejected: int = 0
    payments: int = 0
    postponed: int = 0
    doubtful: Counter[str] = field(default_factory=Counter)
    debts: IdSet = field(default_factory=IdSet)
    debtors: IdSet = field(default_factory=IdSet)

    def count(self, chunk: Chunk) -> None:
        """Adds what came of a chunk, once it is written."""
        self.rows += chunk.rows
        self.accepted += chunk.accepted
        self.repeated += chunk.repeated
        self.rejected += len(chunk.rejects)
        self.payments += chunk.payments
        self.postponed += chunk.postponed
        self.doubtful.update(chunk.doubtful)
        self.debts.add(debt.id for debt in chunk.touched if debt.id is not None)
        self.debtors.add(debt.debtor.id for debt in chunk.touched if debt.debtor.id is not None)

    def figures(self) -> dict[str, int]:
        """The counts by name."""
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "repeated": self.repeated,
            "rejected": self.rejected,
            "debts": len(self.debts),
            "debtors": len(self.debtors),
            "payments": self.payments,
        }

    def warnings(self, unused: Iterable[str]) -> list[str]:
        """What is odd about the file and does not keep it out."""
        found = []
        columns = ", ".join(unused)
        if columns:
            found.append(f"columns that nothing reads: {columns}")
        for column, times in sorted(self.doubtful.items()):
            found.append(f"{times} values of {column} look wrong and are kept as they are")
        return found
