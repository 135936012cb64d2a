"""Values of FEEL and what its operators do with them: one door to the modules that say so.

``kinds`` has the classes, ``calendar`` and ``written`` days and times, ``comparing`` equality and order, ``arithmetic``
the operators, ``conformance`` types.
"""

from __future__ import annotations

from recoup.tables.feel.arithmetic import ARITHMETIC, add, divide, multiply, opposite, power, subtract
from recoup.tables.feel.comparing import among, both, either, equal, in_range, negated, ordered, same
from recoup.tables.feel.conformance import coerced, conforms, is_instance
from recoup.tables.feel.kinds import (
    DAY_TYPES,
    DURATION_TYPES,
    EXACT,
    KINDS,
    LIST_RESULT_MAX,
    NUMBER_TYPES,
    ORDERINGS,
    TEXT_RESULT_MAX,
    DateAndTime,
    Day,
    Facts,
    FarDate,
    FeelFunction,
    FeelRange,
    FeelTime,
    LongDuration,
    Months,
    Value,
    exactly,
    kind_of,
    plain_number,
    whole,
)
from recoup.tables.feel.written import date_and_time_from, date_from, duration_from, time_from

__all__ = [
    "ARITHMETIC", "DAY_TYPES", "DURATION_TYPES", "EXACT", "KINDS", "LIST_RESULT_MAX", "NUMBER_TYPES", "ORDERINGS",
    "TEXT_RESULT_MAX", "DateAndTime", "Day", "Facts", "FarDate", "FeelFunction", "FeelRange", "FeelTime",
    "LongDuration", "Months", "Value", "add", "among", "both", "coerced", "conforms", "date_and_time_from",
    "date_from", "divide", "duration_from", "either", "equal", "exactly", "in_range", "is_instance", "kind_of",
    "multiply", "negated", "opposite", "ordered", "plain_number", "power", "same", "subtract", "time_from", "whole",
]  # fmt: skip
