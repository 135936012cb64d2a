"""What is wrong with an expression, and where."""

from __future__ import annotations


class FeelError(ValueError):
    """An expression that cannot be read, at a line and column that count from 1; ``construct`` is what stands there."""

    def __init__(self, problem: str, *, text: str, offset: int, construct: str) -> None:
        """``offset`` is the place in ``text`` at which the construct begins."""
        before = text[:offset]
        self.problem = problem
        self.construct = construct
        self.line = before.count("\n") + 1
        self.column = offset - (before.rfind("\n") + 1) + 1
        where = f"line {self.line}, column {self.column}" if "\n" in text else f"column {self.column}"
        super().__init__(f"{where}: {problem}")


class UnsupportedFeel(FeelError):
    """FEEL, but not the part of FEEL that Recoup reads."""
