"""``not`` and ``is``. Source: OMG DMN 1.5, chapters 10.3.4.2 and 10.3.4.11."""

from __future__ import annotations

from recoup.tables.feel.comparing import negated, same
from recoup.tables.feel.functions.signatures import builtin

FUNCTIONS = (
    builtin("not", ("negand: boolean", negated)),
    builtin("is", ("value1: any, value2: any", same)),
)
