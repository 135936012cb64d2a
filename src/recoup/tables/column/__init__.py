"""A decision model as one SQL statement: exact, three-valued, null where FEEL is null, or refused.

``compile_columns`` writes it. A table's rule number is computed once, in a column of an inner select; outputs, defaults
and later tables follow from the number. What a database cannot do exactly is refused when the statement is written,
with file, line and construct: see ``numbers`` and ``quotients`` for what that means of figures.
"""

from __future__ import annotations

from recoup.tables.column.output import Output, assembled, flattened
from recoup.tables.column.source import SqlColumn
from recoup.tables.column.statement import Statement, compile_columns

__all__ = ["Output", "SqlColumn", "Statement", "assembled", "compile_columns", "flattened"]
