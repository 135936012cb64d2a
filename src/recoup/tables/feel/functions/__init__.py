"""The built-in functions of FEEL. Source: OMG DMN 1.5, chapter 10.3.4.

Arguments of other types than a function takes give null, as the standard says. ``now`` and ``today`` are left out on
purpose: a decision must give the same answer again, so its day is a fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from recoup.tables.feel.functions import contexts, conversion, days, lists, logic, numbers, ranges, strings
from recoup.tables.feel.functions.conversion import number_from, string_from
from recoup.tables.feel.functions.signatures import Builtin

__all__ = ["BUILTINS", "CLOCKS", "CONDITIONS", "Builtin", "number_from", "string_from"]

#: Every function that an expression may call, by its FEEL name.
BUILTINS: Mapping[str, Builtin] = MappingProxyType(
    {
        each.name: each
        for module in (logic, conversion, strings, lists, numbers, days, ranges, contexts)
        for each in module.FUNCTIONS
    }
)
#: Functions of the standard that read a clock.
CLOCKS = frozenset({"now", "today"})
#: Functions whose answer is a condition: alone in a unary test they decide it.
CONDITIONS = frozenset(
    {
        "not", "is", "contains", "starts with", "ends with", "matches", "list contains", "all", "any", "odd", "even",
        *(each.name for each in ranges.FUNCTIONS if each.name != "range"),
    }
)  # fmt: skip
