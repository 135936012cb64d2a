"""Tables of cases, their teams and work lists, and of the day's runs."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from recoup.book.models import Creditor, Debtor
from recoup.people.models import Branch
from recoup.policy.models import RulebookVersion, UnderPolicy


class TeamRole(models.TextChoices):
    """What somebody does on a case. The five voices are the roles of a squad."""

    RELATIONSHIP_MANAGER = "relationship_manager", _("Relationship manager")
    RISK_MANAGER = "risk_manager", _("Risk manager")
    BRANCH_MANAGER = "branch_manager", _("Branch manager")
    LEAD_VOICE = "lead_voice", _("Lead voice")
    SECOND_VOICE = "second_voice", _("Second voice")
    RECORDER = "recorder", _("Recorder")
    NUMBERS = "numbers", _("Numbers")
    SAFETY_AND_LAW = "safety_and_law", _("Safety and law")
    LEGAL_LEAD = "legal_lead", _("Legal lead")
    SPECIALIST = "specialist", _("Specialist")


class Case(models.Model):
    """The collection of all overdue debts of one debtor to one creditor; open until all of them are cured."""

    ref = models.CharField(max_length=200, unique=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="cases", db_index=False)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT, related_name="cases", db_index=False)
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="cases", db_index=False)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    closed_why = models.CharField(max_length=20, blank=True)
    stage = models.CharField(max_length=20)
    stage_rank = models.PositiveSmallIntegerField()
    stage_since = models.DateField()
    cause_code = models.CharField(max_length=10, default="UNK")
    route = models.CharField(max_length=20, default="team")
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="cases_led", db_index=False
    )
    lead_since = models.DateField(null=True)
    team_for = models.CharField(max_length=60, blank=True)
    #: The version and the rule of the team table by which the team was last decided.
    team_version = models.ForeignKey(
        RulebookVersion, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    team_rule = models.PositiveSmallIntegerField(null=True)
    last_touched_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["debtor"], condition=Q(closed_on__isnull=True), name="one_open_case"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["debtor", "opened_on"], name="cases_by_debtor"),
            models.Index(
                fields=["branch", "stage_rank", "id"], name="open_cases_by_branch", condition=Q(closed_on__isnull=True)
            ),
            models.Index(fields=["lead", "id"], name="open_cases_by_lead", condition=Q(closed_on__isnull=True)),
            models.Index(fields=["stage_rank", "id"], name="open_cases_by_stage", condition=Q(closed_on__isnull=True)),
            models.Index(fields=["opened_on"], name="cases_by_opening"),
            models.Index(fields=["closed_on"], name="cases_by_closing", condition=Q(closed_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.ref


class CaseStage(UnderPolicy):
    """A case's time on one stage: ``entered_on <= date < left_on``. ``run_on`` is the day's run that saw it, by the
    ladder of ``policy_version``; a creditor's own ladder has none.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="stages", db_index=False)
    stage = models.CharField(max_length=20)
    rank = models.PositiveSmallIntegerField()
    entered_on = models.DateField()
    left_on = models.DateField(null=True)
    why = models.CharField(max_length=10)
    run_on = models.DateField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "entered_on", "rank"], name="one_stage_entry_per_day"),
        ]


class TeamMember(UnderPolicy):
    """Somebody on a case in a role; empty ``left_on`` while they are on it. ``policy_version`` is the team table's."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="team", db_index=False)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="team_seats", db_index=False
    )
    role = models.CharField(max_length=30, choices=TeamRole.choices)
    joined_on = models.DateField()
    left_on = models.DateField(null=True)
    why = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "role"], condition=Q(left_on__isnull=True), name="one_person_per_role"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["case", "joined_on"], name="team_by_case"),
            models.Index(fields=["staff", "case"], name="team_by_staff", condition=Q(left_on__isnull=True)),
            models.Index(fields=["left_on"], name="team_by_leaving", condition=Q(left_on__isnull=False)),
        ]


class Note(models.Model):
    """Something a colleague wrote down on a case; corrected by another note, never changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    key = models.CharField(max_length=80, unique=True)


class WorkItem(UnderPolicy):
    """A case on its leading person's list: why this one and why now. Rewritten by each day's run.

    ``policy_version`` and ``rule`` say which row of which priority table gave the reason.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="work_item")
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="work_items", db_index=False
    )
    branch = models.ForeignKey(Branch, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    listed_on = models.DateField()
    priority = models.BigIntegerField()
    reason = models.CharField(max_length=40)
    rule = models.PositiveSmallIntegerField(null=True)
    reason_facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    overdue_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    other_currencies = models.BooleanField(default=False)
    oldest_on = models.DateField()
    bucket = models.CharField(max_length=20)
    bucket_rank = models.PositiveSmallIntegerField()
    bucket_version = models.ForeignKey(
        RulebookVersion, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    stopped_by = models.CharField(max_length=30, blank=True)
    holds_version = models.ForeignKey(
        RulebookVersion, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    set_aside_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["staff", "-priority", "case"], name="work_by_staff"),
            models.Index(fields=["branch", "-priority", "case"], name="work_by_branch"),
        ]


class CapacityAlert(models.Model):
    """Cases of a branch that lack somebody in a role because nobody there has room; one line a role and day."""

    branch = models.ForeignKey(Branch, null=True, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=30, choices=TeamRole.choices)
    on = models.DateField()
    cases = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Coalesce("branch", 0), "role", "on", name="one_alert_per_day"),
        ]


class DayRun(models.Model):
    """The day's run for one date; ``finished_at`` is empty until it is through.

    Runs take turns at the first row: its ``turn_of`` names the run that had the last one.
    """

    on = models.DateField(unique=True)
    turn_of = models.CharField(max_length=32, default="")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    report = models.JSONField(default=dict, encoder=DjangoJSONEncoder)


class BranchDay(models.Model):
    """A branch's figures at the end of one day's run in one currency, so that boards need not read the book."""

    branch = models.ForeignKey(Branch, null=True, on_delete=models.CASCADE, related_name="days")
    on = models.DateField()
    currency = models.CharField(max_length=3)
    figures = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Coalesce("branch", 0), "on", "currency", name="one_line_per_branch_day"),
        ]
