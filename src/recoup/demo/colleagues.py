"""The people who work with the demonstration book: two branches and the house. Passwords are for trying it out."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from recoup.demo.lenders import HARBOUR, HUBIN

BRANCHES = {HUBIN: "湖滨营业部", HARBOUR: "海港營業部 Harbour"}


class Colleague(NamedTuple):
    """Somebody who may sign in; without a branch they serve the whole house."""

    username: str
    name: str
    roles: tuple[str, ...]
    branch: str
    language: str
    cases_max: int = 90

    @property
    def password(self) -> str:
        """Easy to guess on purpose: it protects made-up debts only."""
        return f"recoup-demo-{self.username}"


class AwayRule(NamedTuple):
    """An absence, in days before (negative) or after today."""

    username: str
    from_day: int
    days: int
    reason: str

    @property
    def length(self) -> timedelta:
        """How long they are away."""
        return timedelta(days=self.days)


_RM, _COLLECTOR = "relationship_manager", "collector"
COLLEAGUES = (
    Colleague("lin", "林晓雯", (_RM, _COLLECTOR), HUBIN, "zh-hans"),
    Colleague("chen", "陈立新", (_RM,), HUBIN, "zh-hans"),
    Colleague("xu", "徐佳怡", (_RM,), HUBIN, "zh-hans"),
    Colleague("gao", "高鹏", (_RM, _COLLECTOR), HUBIN, "zh-hans"),
    Colleague("qian", "钱雨桐", (_COLLECTOR,), HUBIN, "zh-hans", 60),
    Colleague("han", "韩卫东", ("risk_manager",), HUBIN, "zh-hans", 136),
    Colleague("mei", "梅若兰", ("branch_manager",), HUBIN, "zh-hans", 160),
    Colleague("ho", "何嘉欣", (_RM, _COLLECTOR), HARBOUR, "zh-hant"),
    Colleague("tsai", "蔡孟哲", (_RM, _COLLECTOR), HARBOUR, "zh-hant"),
    Colleague("priya", "Priya Nair", (_RM,), HARBOUR, "en"),
    Colleague("owen", "Owen Hartley", (_RM, _COLLECTOR), HARBOUR, "en"),
    Colleague("kwok", "郭志偉", ("risk_manager",), HARBOUR, "zh-hant", 120),
    Colleague("grace", "Grace Lam", ("branch_manager",), HARBOUR, "en", 120),
    Colleague("fang", "方正言", ("legal",), "", "zh-hans", 80),
    Colleague("shen", "沈静", ("compliance",), "", "zh-hans", 120),
    Colleague("tao", "陶然", ("administrator",), "", "zh-hans"),
)
AWAY = (
    AwayRule("qian", -2, 6, "年假"),
    AwayRule("tsai", -40, 9, "家庭照顧假"),
    AwayRule("owen", 12, 5, "Annual leave"),
    AwayRule("han", -75, 4, "培训"),
)


def collectors_of(branch: str) -> tuple[str, ...]:
    """Who speaks with debtors for a branch, by username."""
    return tuple(each.username for each in COLLEAGUES if each.branch == branch and {_RM, _COLLECTOR} & set(each.roles))


def leaders_of(branch: str) -> tuple[str, str]:
    """The risk manager and the branch manager, by username."""
    found = {role: each.username for each in COLLEAGUES if each.branch == branch for role in each.roles}
    return found["risk_manager"], found["branch_manager"]
