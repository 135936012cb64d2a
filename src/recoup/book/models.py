"""Tables of the book. Postings and snapshots are append-only in the database itself; facts are derived from them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from recoup.domain import posting as postings
from recoup.people.models import Branch

#: ``next_change_on`` of a debt whose facts must be rebuilt whatever the day.
REBUILD_ON = date(1, 1, 1)


class DebtKind(models.TextChoices):
    """The six kinds of debt."""

    CARD = "card", _("Credit card")
    LOAN = "loan", _("Loan")
    CONSUMER_FINANCE = "consumer_finance", _("Consumer finance")
    PRIVATE_LOAN = "private_loan", _("Private loan")
    PROPERTY_FEE = "property_fee", _("Property fee")
    SALES_CONTRACT = "sales_contract", _("Sales contract")


class PostingKind(models.TextChoices):
    """The kinds of line on a debt."""

    DISBURSEMENT = postings.DISBURSEMENT, _("Disbursement")
    DUE = postings.DUE, _("Instalment")
    INTEREST = postings.INTEREST, _("Interest")
    FEE = postings.FEE, _("Fee")
    PAYMENT = postings.PAYMENT, _("Payment")
    REVERSAL = postings.REVERSAL, _("Reversal")
    ADJUSTMENT = postings.ADJUSTMENT, _("Adjustment")
    WRITE_OFF = postings.WRITE_OFF, _("Charge-off")


class Creditor(models.Model):
    """To whom money is owed; ``code`` is the text by which files name it."""

    code = models.CharField(max_length=160, unique=True)
    name = models.CharField(max_length=160)
    country = models.CharField(max_length=2, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    cases_opened = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class LadderStep(models.Model):
    """One step of a bucket or stage ladder, both ends included; without a creditor it is the house's own."""

    class ClockName(models.TextChoices):
        BUCKET = "bucket", _("Buckets")
        STAGE = "stage", _("Stages")

    creditor = models.ForeignKey(Creditor, null=True, blank=True, on_delete=models.CASCADE, related_name="ladder_steps")
    clock = models.CharField(max_length=10, choices=ClockName.choices)
    name = models.CharField(max_length=20)
    days_min = models.PositiveIntegerField()
    days_max = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Coalesce("creditor", 0), "clock", "days_min", name="one_step_per_day"),
        ]


class ProductTerms(models.Model):
    """How one creditor treats one kind of debt: order of covering, grace, tolerance, charges for lateness."""

    creditor = models.ForeignKey(Creditor, on_delete=models.CASCADE, related_name="terms")
    kind = models.CharField(max_length=20, choices=DebtKind.choices)
    payment_order = models.CharField(max_length=40, default=",".join(postings.DEFAULT_ORDER))
    grace_days = models.PositiveIntegerField(default=0)
    tolerance_minor = models.PositiveBigIntegerField(default=0)
    accruals = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["creditor", "kind"], name="one_terms_per_product")]


class Debtor(models.Model):
    """Who owes, as one creditor knows them: a person or a firm."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="debtors")
    ref = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    is_firm = models.BooleanField(default=False)
    phone = models.CharField(max_length=60, blank=True)
    phone_doubtful = models.BooleanField(default=False)
    email = models.CharField(max_length=254, blank=True)
    address = models.CharField(max_length=500, blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=80, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=20, blank=True)
    id_number = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["creditor", "ref"], name="debtor_ref_per_creditor")]
        indexes: ClassVar = [
            # The operator class lets PostgreSQL answer beginnings of names whatever the database's collation.
            models.Index(fields=["name"], name="debtor_by_name", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["id_number"], name="debtor_by_id_number", condition=~Q(id_number="")),
            models.Index(fields=["ref"], name="debtor_by_ref"),
        ]

    def __str__(self) -> str:
        return self.ref


class Debt(models.Model):
    """One obligation of one debtor to one creditor: the unit of ageing."""

    class Source(models.TextChoices):
        SCHEDULE = "schedule", _("Schedule")
        SNAPSHOT = "snapshot", _("Snapshot")

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="debts", db_index=False)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT, related_name="debts")
    ref = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=DebtKind.choices)
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=10, choices=Source.choices)
    opened_on = models.DateField(null=True, blank=True)
    annual_rate = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    contract_ref = models.CharField(max_length=120, blank=True)
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT, related_name="debts")
    relationship_manager = models.CharField(max_length=80, blank=True)
    particulars = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["creditor", "ref"], name="debt_ref_per_creditor")]
        indexes: ClassVar = [models.Index(fields=["ref"], name="debt_by_ref")]

    def __str__(self) -> str:
        return self.ref


class Party(models.Model):
    """Somebody else with a part in a debt: co-debtor, guarantor, owner or representative."""

    class PartyRole(models.TextChoices):
        CO_DEBTOR = "co_debtor", _("Co-debtor")
        GUARANTOR = "guarantor", _("Guarantor")
        OWNER = "owner", _("Owner")
        REPRESENTATIVE = "representative", _("Representative")

    debt = models.ForeignKey(Debt, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=20, choices=PartyRole.choices)
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=60, blank=True)
    email = models.CharField(max_length=254, blank=True)
    address = models.CharField(max_length=500, blank=True)
    id_number = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["debt", "role", "name"], name="party_once_per_role")]


class Collateral(models.Model):
    """Something of value that stands behind a debt; its value is in the debt's currency."""

    debt = models.ForeignKey(Debt, on_delete=models.PROTECT, related_name="collateral")
    kind = models.CharField(max_length=60)
    value_minor = models.BigIntegerField()
    valued_on = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["debt", "kind", "valued_on"], name="collateral_once")]


class ImportRun(models.Model):
    """One reading of one file: what it was, who read it, and what came of it. Unfinished until ``finished_at``."""

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    file_kind = models.CharField(max_length=20)
    as_of = models.DateField(null=True)
    mapping = models.TextField(blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows_read = models.PositiveBigIntegerField(default=0)
    rows_total = models.PositiveBigIntegerField(null=True)
    report = models.JSONField(default=dict)
    failure = models.TextField(blank=True)
    rejects_file = models.CharField(max_length=255, blank=True)
    stored_file = models.CharField(max_length=255, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")


class Posting(models.Model):
    """One append-only line of money on a debt, in minor units of its currency. An instalment is a ``due`` line."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+", db_index=False)
    debt = models.ForeignKey(Debt, on_delete=models.PROTECT, related_name="postings")
    kind = models.CharField(max_length=12, choices=PostingKind.choices)
    dated_on = models.DateField()
    amount_minor = models.BigIntegerField()
    principal_minor = models.BigIntegerField(default=0)
    interest_minor = models.BigIntegerField(default=0)
    fees_minor = models.BigIntegerField(default=0)
    instalment_no = models.CharField(max_length=40, blank=True, default="")
    ref = models.CharField(max_length=120, blank=True, default="")
    reverses = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    method = models.CharField(max_length=40, blank=True, default="")
    rule = models.CharField(max_length=60, blank=True, default="")
    period = models.CharField(max_length=40, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["debt", "instalment_no"], condition=Q(kind="due"), name="instalment_once_per_debt"
            ),
            models.UniqueConstraint(fields=["creditor", "ref"], condition=~Q(ref=""), name="posting_ref_per_creditor"),
            models.UniqueConstraint(
                fields=["debt", "rule", "period"], condition=~Q(rule=""), name="charge_once_per_period"
            ),
            models.UniqueConstraint(fields=["reverses"], condition=Q(reverses__isnull=False), name="reversed_once"),
            models.CheckConstraint(
                condition=~Q(kind__in=["due", "payment", "fee", "interest", "reversal"]) | Q(amount_minor__gte=0),
                name="only_adjustments_are_negative",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["dated_on"], name="money_by_date", condition=Q(kind__in=["payment", "reversal"])),
        ]


class Snapshot(models.Model):
    """One append-only statement by a lender without a schedule of what is owed at the end of a day."""

    debt = models.ForeignKey(Debt, on_delete=models.PROTECT, related_name="snapshots", db_index=False)
    as_of = models.DateField()
    balance_principal_minor = models.BigIntegerField()
    balance_interest_minor = models.BigIntegerField()
    balance_fees_minor = models.BigIntegerField()
    days_overdue = models.PositiveIntegerField()
    past_due_minor = models.BigIntegerField(null=True)
    next_due_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["debt", "as_of"], name="snapshot_once_per_day")]


class Pause(models.Model):
    """Ageing of a debt stands still on ``starts_on <= date < ends_on``, by agreement or rule."""

    debt = models.ForeignKey(Debt, on_delete=models.PROTECT, related_name="pauses")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=models.F("starts_on")), name="pause_has_days"
            ),
        ]


class DebtFacts(models.Model):
    """What follows from a debt's postings dated up to ``derived_on``; it holds until ``next_change_on``.

    Days are not kept: they are the day less ``oldest_on``. ``next_change_on`` is REBUILD_ON when postings, pauses or
    ladders changed since, and empty when nothing will ever change by time alone.
    """

    debt = models.OneToOneField(Debt, primary_key=True, on_delete=models.PROTECT, related_name="facts")
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT, related_name="+", db_index=False)
    derived_on = models.DateField(null=True)
    owed_minor = models.BigIntegerField(default=0)
    past_due_minor = models.BigIntegerField(default=0)
    oldest_on = models.DateField(null=True)
    next_due_on = models.DateField(null=True)
    bucket_rank = models.PositiveSmallIntegerField(default=0)
    stage_rank = models.PositiveSmallIntegerField(default=0)
    last_paid_on = models.DateField(null=True)
    last_paid_minor = models.BigIntegerField(default=0)
    written_off = models.BooleanField(default=False)
    next_change_on = models.DateField(null=True, default=REBUILD_ON)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_change_on", "debt"], name="facts_by_change"),
            models.Index(fields=["derived_on", "debt"], name="facts_by_derivation"),
            models.Index(fields=["debtor", "stage_rank"], name="facts_by_debtor"),
            models.Index(fields=["bucket_rank", "debt"], name="facts_by_bucket"),
        ]


class FactsBasis(models.Model):
    """By which house ladders facts are derived: one row. All facts that are not marked for rebuilding stand on it.

    ``on`` is the day whose rules they are, ``ladders`` the lowest days of their steps. A run on whose day other ladders
    hold marks every debt and puts its own here, in one transaction.
    """

    key = models.PositiveSmallIntegerField(primary_key=True, default=1)
    on = models.DateField()
    ladders = models.TextField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(key=1), name="one_basis_of_facts")]
