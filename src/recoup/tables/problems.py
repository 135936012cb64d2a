"""What is wrong with a model, and where: one shape for the reader, the checker and both engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

#: ``refused``: Recoup does not support it; ``error``: it is wrong; ``warning``: it runs, but somebody should look.
Severity: TypeAlias = Literal["refused", "error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a model.

    ``code`` names its sort in kebab-case (``gap``, ``overlap``, ``dead-rule``, ``unknown-fact``, ``unsupported`` …),
    ``line`` counts from 1 in the file (0: not known), ``construct`` is the piece of text or XML that is meant,
    ``table`` and ``rule`` (from 1) say which row of which table; ``example`` gives facts that show the problem.
    """

    code: str
    severity: Severity
    message: str
    file: str
    line: int = 0
    construct: str = ""
    table: str = ""
    rule: int | None = None
    example: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        where = f" in {self.table!r}" if self.table else ""
        row = f", rule {self.rule}" if self.rule is not None else ""
        return f"{place}: {self.message}{where}{row}" + (f" ({self.construct})" if self.construct else "")


class ModelError(ValueError):
    """A model that cannot be loaded; ``problems`` says why, each with file, line and construct."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))

    @property
    def refused(self) -> bool:
        """Whether the model is only beyond what Recoup supports, not wrong in itself."""
        return all(problem.severity == "refused" for problem in self.problems)
