"""Tables of staff, roles, branches, absences and audit."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may be in a branch; a person may hold several."""

    RELATIONSHIP_MANAGER = "relationship_manager", _("Relationship manager")
    RISK_MANAGER = "risk_manager", _("Risk manager")
    BRANCH_MANAGER = "branch_manager", _("Branch manager")
    COLLECTOR = "collector", _("Collector")
    LEGAL = "legal", _("Legal officer")
    COMPLIANCE = "compliance", _("Compliance officer")
    ADMINISTRATOR = "administrator", _("Administrator")


class Branch(models.Model):
    """A place of business with staff and debts of its own."""

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=160)

    def __str__(self) -> str:
        return self.name


class Roster(BaseUserManager["Staff"]):
    """How staff are created: always with a hashed password, or none that works."""

    def hire(self, username: str, *, name: str, password: str | None = None, **fields: Any) -> Staff:
        """A saved member of staff; without a password nobody can sign in as them."""
        staff = self.model(username=username, name=name, **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff


class Staff(AbstractBaseUser):
    """Somebody who signs in. ``username`` is also the code by which files name them."""

    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT, related_name="staff")
    language = models.CharField(max_length=10, default="en")
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    cases_max = models.PositiveIntegerField(default=80)
    single_keys = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = Roster()

    def __str__(self) -> str:
        return self.name

    @property
    def initial(self) -> str:
        """The first letter or character of the name, for the round mark beside it."""
        return self.name[:1].upper()


class StaffRole(models.Model):
    """One role of one person."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=30, choices=Role.choices)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["staff", "role"], name="one_row_per_role")]


class Absence(models.Model):
    """Dates on which somebody takes no work: ``starts_on <= date < ends_on``."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ends_on__gt=models.F("starts_on")), name="absence_has_days"),
        ]


class AuditEntry(models.Model):
    """One append-only line: who read or wrote what, when and for what purpose."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_ref = models.CharField(max_length=200)
    purpose = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_ref"], name="audit_by_subject")]
