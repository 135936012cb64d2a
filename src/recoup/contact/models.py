"""Tables of stops and of attempts to reach a debtor; attempts are append-only in the database itself."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from recoup.book.models import Debt, Debtor


class StopReason(models.TextChoices):
    """Why contact is barred."""

    BANKRUPTCY = "bankruptcy", _("Bankruptcy or debt review")
    CEASE_NOTICE = "cease_notice", _("Asked us to stop contact")
    ATTORNEY = "attorney", _("A lawyer or adviser was appointed")
    DISPUTE_OPEN = "dispute_open", _("The debt is disputed")
    MORATORIUM = "moratorium", _("Moratorium")
    MENTAL_HEALTH_CRISIS = "mental_health_crisis", _("Mental-health crisis")
    DEATH = "death", _("The debtor has died")
    MILITARY = "military", _("Military service")
    PLAN_IN_FORCE = "plan_in_force", _("A repayment plan is kept")
    LEGAL_HOLD = "legal_hold", _("Legal hold")


class Channel(models.TextChoices):
    """How somebody is reached."""

    CALL = "call", _("Call")
    VOICEMAIL = "voicemail", _("Voicemail")
    SMS = "sms", _("Text message")
    EMAIL = "email", _("E-mail")
    MESSAGE = "message", _("In-app message")
    LETTER = "letter", _("Letter")
    VISIT = "visit", _("Visit")


class Stop(models.Model):
    """Contact with a debtor is barred on ``starts_on <= date < ends_on``. It never pauses ageing by itself."""

    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT, related_name="stops")
    debt = models.ForeignKey(Debt, null=True, blank=True, on_delete=models.PROTECT, related_name="stops")
    reason = models.CharField(max_length=30, choices=StopReason.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    proof = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")),
                name="stop_has_days",
            ),
        ]


class Attempt(models.Model):
    """One append-only record of an attempt to reach somebody about a debtor's debts, or of a debtor reaching us."""

    class Direction(models.TextChoices):
        OUT = "out", _("By us")
        IN = "in", _("By the debtor")

    class Person(models.TextChoices):
        DEBTOR = "debtor", _("The debtor")
        GUARANTOR = "guarantor", _("A guarantor")
        THIRD_PARTY = "third_party", _("Somebody else")
        NOBODY = "nobody", _("Nobody")

    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    debt = models.ForeignKey(Debt, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    channel = models.CharField(max_length=12, choices=Channel.choices)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    person = models.CharField(max_length=12, choices=Person.choices)
    connected = models.BooleanField()
    conversation = models.BooleanField()
    said = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    key = models.CharField(max_length=80, unique=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["debtor", "at"], name="attempts_by_debtor")]
