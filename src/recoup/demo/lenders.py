"""Who lends in the demonstration book: eight creditors of two branches, with what each is owed."""

from __future__ import annotations

from dataclasses import dataclass

HUBIN, HARBOUR = "hubin", "harbour"


@dataclass(frozen=True, slots=True)
class Product:
    """What one creditor offers under one kind of debt. Amounts are whole units of the currency, rates yearly."""

    kind: str
    debts: int
    currency: str
    amount_from: int
    amount_to: int
    rates: tuple[str, ...] = ()
    months: tuple[int, ...] = (12,)
    #: How it is repaid: annuity, balloon (interest, then all), invoices, quarterly bills or card statements.
    shape: str = "annuity"
    round_to: int = 1
    #: What is sold, or what a loan is for.
    goods: tuple[str, ...] = ()

    @property
    def step_minor(self) -> int:
        """The smallest sum in use: in Taiwan nobody pays cents though the currency has them."""
        return 100 if self.currency == "TWD" else 1


@dataclass(frozen=True, slots=True)
class TermsRule:
    """The creditor's terms for one kind of debt; ``accruals`` name rules of the house rulebook."""

    kind: str
    grace_days: int = 0
    tolerance_minor: int = 0
    payment_order: str = "fees,interest,principal"
    accruals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lender:
    """A creditor, its place and language, the branch that collects for it and its products."""

    code: str
    name: str
    country: str
    time_zone: str
    language: str
    branch: str
    products: tuple[Product, ...]
    terms: tuple[TermsRule, ...] = ()
    relationship_managers: tuple[str, ...] = ()
    firms_share: float = 0.0
    debtor_countries: tuple[str, ...] = ()
    #: Towns that its debtors live in; empty: anywhere in their country.
    towns: tuple[str, ...] = ()

    @property
    def countries(self) -> tuple[str, ...]:
        """Where its debtors live; its own country unless it says otherwise."""
        return self.debtor_countries or (self.country,)


_CONSUMER_GOODS_HANS = ("手机", "笔记本电脑", "空调", "冰箱", "电动自行车", "驾校培训", "口腔治疗", "洗碗机")
_CONSUMER_GOODS_HANT = ("手機", "筆記型電腦", "冷氣機", "機車", "健身課程", "語言課程", "沙發")
_TRADE_GOODS_HANS = ("包装纸箱", "五金件", "灯具", "厨房设备", "劳保用品", "面料")
_LOAN_PURPOSES_HANS = ("装修", "购车", "经营周转", "教育", "医疗")

LENDERS: tuple[Lender, ...] = (
    Lender(
        code="CHENGHU",
        name="澄湖银行",
        country="CN",
        time_zone="Asia/Shanghai",
        language="zh-hans",
        branch=HUBIN,
        relationship_managers=("lin", "chen", "xu"),
        towns=("浙江省杭州市", "浙江省绍兴市"),
        products=(
            Product("card", 420, "CNY", 5_000, 60_000, shape="statements", round_to=1_000),
            Product(
                "loan",
                300,
                "CNY",
                30_000,
                300_000,
                ("0.0435", "0.0525", "0.068"),
                (24, 36, 36, 60),
                round_to=1_000,
                goods=_LOAN_PURPOSES_HANS,
            ),
            Product(
                "consumer_finance",
                250,
                "CNY",
                2_000,
                18_000,
                ("0.129", "0.156", "0.18"),
                (6, 12, 12, 18, 24),
                round_to=100,
                goods=_CONSUMER_GOODS_HANS,
            ),
        ),
        terms=(
            TermsRule("card", grace_days=3),
            TermsRule("loan", payment_order="interest,principal,fees"),
            TermsRule("consumer_finance", grace_days=3, accruals=("late_fee_fixed",)),
        ),
    ),
    Lender(
        code="JINYUAN",
        name="锦原里物业服务",
        country="CN",
        time_zone="Asia/Shanghai",
        language="zh-hans",
        branch=HUBIN,
        relationship_managers=("xu", "gao"),
        towns=("浙江省杭州市",),
        firms_share=0.06,
        products=(Product("property_fee", 270, "CNY", 0, 0, shape="quarterly"),),
        terms=(
            TermsRule("property_fee", 15, 10_000, "principal,interest,fees", accruals=("property_late_charge_daily",)),
        ),
    ),
    Lender(
        code="OUNAN",
        name="瓯南信诚借贷",
        country="CN",
        time_zone="Asia/Shanghai",
        language="zh-hans",
        branch=HUBIN,
        relationship_managers=("gao", "chen"),
        towns=("浙江省温州市",),
        firms_share=0.1,
        products=(
            Product("private_loan", 140, "CNY", 20_000, 500_000, ("0.1", "0.12", "0.135"), (12, 24), "balloon", 10_000),
        ),
        terms=(TermsRule("private_loan", payment_order="interest,principal,fees"),),
    ),
    Lender(
        code="TONGDA",
        name="同达商贸",
        country="CN",
        time_zone="Asia/Shanghai",
        language="zh-hans",
        branch=HUBIN,
        relationship_managers=("chen",),
        towns=("浙江省温州市", "浙江省杭州市"),
        firms_share=0.85,
        products=(
            Product(
                "sales_contract", 120, "CNY", 8_000, 160_000, shape="invoices", round_to=10, goods=_TRADE_GOODS_HANS
            ),
        ),
        terms=(TermsRule("sales_contract", grace_days=5, tolerance_minor=5_000),),
    ),
    Lender(
        code="FUHO",
        name="福和消費金融",
        country="TW",
        time_zone="Asia/Taipei",
        language="zh-hant",
        branch=HARBOUR,
        relationship_managers=("tsai", "ho"),
        products=(
            Product(
                "consumer_finance",
                130,
                "TWD",
                20_000,
                180_000,
                ("0.1", "0.13", "0.155"),
                (12, 18, 24),
                "annuity",
                1_000,
                _CONSUMER_GOODS_HANT,
            ),
            Product("card", 60, "TWD", 30_000, 150_000, ("0.0988", "0.148"), (12, 24), "annuity", 1_000),
        ),
        terms=(TermsRule("consumer_finance", grace_days=2), TermsRule("card", tolerance_minor=10_000)),
    ),
    Lender(
        code="TSINGYU",
        name="青嶼信貸",
        country="HK",
        time_zone="Asia/Hong_Kong",
        language="zh-hant",
        branch=HARBOUR,
        relationship_managers=("ho",),
        debtor_countries=("HK", "HK", "HK", "HK", "GB"),
        products=(
            Product("loan", 110, "HKD", 20_000, 400_000, ("0.06", "0.09", "0.18"), (12, 24, 36), "annuity", 1_000),
        ),
        terms=(TermsRule("loan", grace_days=1),),
    ),
    Lender(
        code="CALDER",
        name="Calder Vale Finance",
        country="GB",
        time_zone="Europe/London",
        language="en",
        branch=HARBOUR,
        relationship_managers=("priya",),
        products=(
            Product("loan", 90, "GBP", 1_500, 18_000, ("0.069", "0.099", "0.149"), (24, 36, 48), "annuity", 100),
            Product("private_loan", 20, "GBP", 4_000, 40_000, ("0.08", "0.1"), (12, 18), "balloon", 500),
        ),
        terms=(TermsRule("loan", grace_days=3, payment_order="interest,principal,fees"),),
    ),
    Lender(
        code="NORTHGATE",
        name="Northgate Supply Co.",
        country="US",
        time_zone="America/New_York",
        language="en",
        branch=HARBOUR,
        relationship_managers=("priya", "owen"),
        firms_share=0.7,
        products=(
            Product(
                "sales_contract",
                60,
                "USD",
                900,
                26_000,
                shape="invoices",
                goods=("Timber", "Oven parts", "Packaging", "Hand tools", "Workwear"),
            ),
            Product(
                "consumer_finance",
                30,
                "USD",
                600,
                4_800,
                ("0.119", "0.169"),
                (12, 18),
                "annuity",
                50,
                ("Sofa", "Laptop", "Refrigerator", "Dental work"),
            ),
        ),
        terms=(TermsRule("sales_contract", grace_days=5, tolerance_minor=500),),
    ),
)
