"""Tables of rulebooks. All but drafts are append-only in the database: versions, texts, withdrawals, second looks."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

#: The scope of rules that hold for every creditor.
HOUSE = "house"


class Origin(models.TextChoices):
    """Where a draft or a version came from."""

    EDITED = "edited", _("Edited in the desk")
    UPLOADED = "uploaded", _("From a DMN file")
    SPREADSHEET = "spreadsheet", _("From a spreadsheet")
    RELEASE = "release", _("Shipped with Recoup")
    RETURN = "return", _("Going back")


class Rulebook(models.Model):
    """Rules under one name, such as ``house/team``, for the whole house or, by ``scope``, for one creditor."""

    name = models.CharField(max_length=120)
    scope = models.CharField(max_length=120, default=HOUSE)
    #: SHA-256 of the file as the latest release shipped it; empty when none ships it.
    shipped_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "scope"], name="one_rulebook_per_scope")]

    def __str__(self) -> str:
        return self.name if self.scope == HOUSE else f"{self.name} ({self.scope})"


class RuleDraft(models.Model):
    """A change to a rulebook on its way; its texts are in ``DraftText``, one a revision, the latest counts."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for a second person")
        REJECTED = "rejected", _("Sent back")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class DryRun(models.TextChoices):
        NONE = "", _("Not tried")
        RUNNING = "running", _("Being tried")
        DONE = "done", _("Tried")
        FAILED = "failed", _("Could not be tried")

    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="drafts")
    #: The published version that the draft knows; None where there was none.
    base = models.ForeignKey("RulebookVersion", null=True, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=20, choices=Origin.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    why = models.TextField(blank=True)
    key = models.CharField(max_length=80, unique=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    #: The warnings that whoever submitted had read, as ``{"key": ..., "message": ...}``.
    acknowledged = models.JSONField(default=list, blank=True)
    #: Why it was sent back or withdrawn, by whom, when.
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    dry_run = models.CharField(max_length=8, choices=DryRun.choices, default=DryRun.NONE, blank=True)
    #: The revision that was tried, always against the base; an edit or another base makes another revision.
    dry_run_revision = models.PositiveIntegerField(default=0)
    #: The day as of which the book was tried.
    dry_run_book_on = models.DateField(null=True)
    dry_run_at = models.DateTimeField(null=True)
    dry_run_figures = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    dry_run_failure = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["rulebook", "state"], name="drafts_by_state")]


class DraftText(models.Model):
    """What a draft said at one revision, and who wrote it. Two people who save the same revision meet here."""

    draft = models.ForeignKey(RuleDraft, on_delete=models.PROTECT, related_name="texts", db_index=False)
    revision = models.PositiveIntegerField()
    dmn = models.TextField()
    sha256 = models.CharField(max_length=64)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draft", "revision"], name="one_text_per_revision"),
        ]


def _other(first: str, second: str) -> models.Q:
    """Two people are not the same; nobody is not the same as anybody."""
    return models.Q(**{f"{second}__isnull": True}) | ~models.Q(**{first: models.F(second)})


class RulebookVersion(models.Model):
    """A published version: numbered from 1 in each rulebook, in force from its date until the next one's date.

    Append-only. Numbers and dates rise together, so of the versions not withdrawn the highest number whose date has
    come is in force. Rows with origin ``release`` are the first of a rulebook; those with origin ``return`` say an
    earlier version's content again.
    """

    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    dmn = models.TextField()
    #: The model's version (its meaning); ``sha256`` is of the text.
    content_hash = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    in_force_from = models.DateField()
    origin = models.CharField(max_length=20, choices=Origin.choices)
    why = models.TextField(blank=True)
    draft = models.OneToOneField(RuleDraft, null=True, on_delete=models.PROTECT, related_name="version")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    published_at = models.DateTimeField()
    acknowledged = models.JSONField(default=list, blank=True)
    dry_run_book_on = models.DateField(null=True)
    dry_run_at = models.DateTimeField(null=True)
    dry_run_figures = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    says_again = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rulebook", "number"], name="one_version_per_number"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="versions_count_from_one"),
            models.CheckConstraint(
                name="a_second_person_approved",
                condition=models.Q(origin="release", number=1, draft__isnull=True)
                | models.Q(origin="return", approved_by__isnull=False, undoes__isnull=False, says_again__isnull=False)
                | (
                    models.Q(draft__isnull=False, approved_by__isnull=False, submitted_by__isnull=False)
                    & _other("approved_by", "submitted_by")
                    & _other("approved_by", "edited_by")
                    & _other("approved_by", "proposed_by")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rulebook} {self.number}"


class Withdrawal(models.Model):
    """A published version was taken back before its date came. Append-only."""

    version = models.OneToOneField(RulebookVersion, on_delete=models.PROTECT, related_name="withdrawal")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.TextField()


class SecondLook(models.Model):
    """A second person saw that somebody went back to earlier rules alone. Append-only."""

    version = models.OneToOneField(RulebookVersion, on_delete=models.PROTECT, related_name="second_look")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class UnderPolicy(models.Model):
    """Mixed into models that hold a decision: the published version of the rules under which it was taken.

    None where the file that Recoup ships was used without the database having a version of it.
    """

    policy_version = models.ForeignKey(
        RulebookVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        abstract = True
