"""Why the debtors of the demonstration book fall behind: one cause each, by what they owe. Codes are the house's."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

_PEOPLE = (
    "ABT-1:14 ABT-2:18 OPS-1:17 OPS-2:5 OPS-3:8 OPS-5:4 ABP-3:9 WIL-1:8 WIL-2:4 PRT-1:4 PRT-2:4 DSP-1:3 DSP-2:1"
    " ABT-5:2 ABP-2:2 ABP-4:1 STP-1:1 STP-3:1 STP-4:1 STP-5:1 WIL-3:1 PRT-4:1 BOTH-1:1"
)
_LENT_PRIVATELY = "ABT-3:18 ABP-1:14 ABT-2:14 ABP-3:12 DSP-4:9 WIL-4:6 WIL-1:9 ABT-4:9 PRT-2:4 OPS-1:4 STP-1:1 BOTH-1:2"
_OWNERS = "DSP-3:38 OPS-1:20 WIL-2:12 OPS-5:11 ABT-2:7 OPS-2:4 PRT-2:3 DSP-1:3 ABP-2:3 STP-1:1"
_FIRMS = "ABT-3:38 ABT-4:22 DSP-1:12 ABP-1:10 OPS-4:6 WIL-1:6 OPS-1:4 STP-3:2"
_WEIGHTS = {
    "card": _PEOPLE,
    "loan": _PEOPLE,
    "consumer_finance": _PEOPLE,
    "private_loan": _LENT_PRIVATELY,
    "property_fee": _OWNERS,
    "sales_contract": _FIRMS,
}


class StopRule(NamedTuple):
    """Contact stops for a reason so many days after arrears began, for a time or (None) without end."""

    reason: str
    after_days: int
    for_days: int | None


class PauseRule(NamedTuple):
    """Ageing pauses by agreement so many days after arrears began, and for how long."""

    after_days: int
    for_days: int
    share: float


#: What a cause leads to: contact barred.
STOPS = {
    "STP-1": StopRule("death", 24, None),
    "STP-3": StopRule("bankruptcy", 40, None),
    "STP-4": StopRule("attorney", 30, None),
    "STP-5": StopRule("cease_notice", 18, None),
    "DSP-1": StopRule("dispute_open", 12, 30),
    "DSP-2": StopRule("dispute_open", 8, 60),
    "DSP-4": StopRule("dispute_open", 25, 45),
    "PRT-4": StopRule("mental_health_crisis", 9, 60),
}
#: What a cause leads to: a standstill agreed with the debtor, for a share of them.
PAUSES = {
    "PRT-1": PauseRule(14, 60, 0.9),
    "PRT-2": PauseRule(14, 30, 0.7),
    "ABT-1": PauseRule(26, 45, 0.35),
    "DSP-1": PauseRule(12, 30, 0.6),
    "DSP-3": PauseRule(30, 21, 0.3),
    "ABT-4": PauseRule(20, 30, 0.3),
    "ABP-1": PauseRule(40, 60, 0.3),
}
#: Days after a case was opened before anybody can have found its cause.
DAYS_TO_FIND = 6


def cause_of(rng: Random, kind: str) -> str:
    """The code of a cause that suits a kind of debt."""
    rows = [row.split(":") for row in _WEIGHTS[kind].split()]
    return rng.choices([code for code, _ in rows], [int(weight) for _, weight in rows])[0]
