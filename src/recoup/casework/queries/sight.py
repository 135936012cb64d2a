"""What of the book somebody may see. Every page takes its objects from here, so that what is not seen is not found.

A relationship manager or collector sees the debtors on whose team they are, those of their own branch whose debt names
them, and the open cases of their branch that nobody leads; leaders see their branch; legal and compliance see all.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from recoup.book.models import Debt, Debtor
from recoup.casework.models import Case, TeamMember
from recoup.people.permissions import Scope, Viewer


def cases_seen_by(viewer: Viewer) -> QuerySet[Case]:
    """Cases that somebody may see."""
    if viewer.scope == Scope.EVERYTHING:
        return Case.objects.all()
    if viewer.scope == Scope.BRANCH:
        return Case.objects.filter(branch=viewer.branch_id)
    if viewer.scope == Scope.NOTHING:
        return Case.objects.none()
    named = Debt.objects.filter(_own_debts(viewer), debtor=OuterRef("debtor"))
    return Case.objects.filter(Q(lead=viewer.staff_id) | Exists(_seats(viewer)) | _unled(viewer) | Exists(named))


def debtors_seen_by(viewer: Viewer) -> QuerySet[Debtor]:
    """Debtors that somebody may see."""
    if viewer.scope == Scope.EVERYTHING:
        return Debtor.objects.all()
    if viewer.scope == Scope.NOTHING:
        return Debtor.objects.none()
    cases = cases_seen_by(viewer).filter(debtor=OuterRef("pk"))
    debts = Debt.objects.filter(_own_debts(viewer), debtor=OuterRef("pk"))
    return Debtor.objects.filter(Exists(cases) | Exists(debts))


def debts_seen_by(viewer: Viewer) -> QuerySet[Debt]:
    """Debts that somebody may see: their own, and all debts of a debtor whose case they see."""
    if viewer.scope == Scope.EVERYTHING:
        return Debt.objects.all()
    if viewer.scope == Scope.NOTHING:
        return Debt.objects.none()
    cases = cases_seen_by(viewer).filter(debtor=OuterRef("debtor"))
    return Debt.objects.filter(Exists(cases) | _own_debts(viewer))


def _own_debts(viewer: Viewer) -> Q:
    if viewer.scope == Scope.BRANCH:
        return Q(branch=viewer.branch_id)
    return _of_branch(viewer) & Q(relationship_manager__in=[viewer.username, viewer.name])


def _seats(viewer: Viewer) -> QuerySet[TeamMember]:
    return TeamMember.objects.filter(case=OuterRef("pk"), staff=viewer.staff_id, left_on__isnull=True)


def _unled(viewer: Viewer) -> Q:
    return Q(lead__isnull=True, closed_on__isnull=True) & _of_branch(viewer)


def _of_branch(viewer: Viewer) -> Q:
    return Q(branch__isnull=True) if viewer.branch_id is None else Q(branch=viewer.branch_id)
