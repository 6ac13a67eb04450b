"""
Notice, last day and the end of sign-in.

Sign-in ends by the last day itself (`peerload.staff.sign_in`); closing follows from the timetable, and waits while anybody is
still theirs. What a notice means for people, and its checklist, are the caseload's (`caseload.leaving.actions`): it locks the
people first and calls these actions, so pages and commands call it, not these.
"""

import logging
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from peerload.core import events
from peerload.core.formats import format_day

from .. import actions as staff
from ..models import Leaving, Member, Organisation

logger = logging.getLogger(__name__)


class LeavingAlready(staff.Refused):
    """Their notice is recorded already."""


class BeforeNotice(staff.Refused):
    """The last day lies before the notice."""

    field = "last_day"


class CannotLeave(staff.Refused):
    """The last admin stays until there is another; another member records one's notice."""


class NotLeaving(staff.Refused):
    """The leaving is withdrawn or closed."""


@transaction.atomic
def give_notice(*, member: Member, notice_on: date, last_day: date, by: Member, today: date) -> Leaving:
    """
    Record a member's notice.

    :raises LeavingAlready: if a notice of theirs is under way
    :raises BeforeNotice: if the last day lies before the notice
    :raises CannotLeave: if it is the member's own, or if the service would have no admin
    """
    if member.pk == by.pk:
        raise CannotLeave(_("You cannot record your own notice. Ask your team manager or an admin."))
    _must_follow(notice_on, last_day)
    member = staff.lock_with_admins(member.pk)
    try:
        staff.refuse_change(member, today, last_day=last_day)
    except staff.Refused as refusal:
        raise CannotLeave(str(refusal)) from refusal
    with staff.history(by, reason="notice"):
        try:
            with transaction.atomic():
                leaving = Leaving.objects.create(
                    organisation_id=member.organisation_id, member=member, notice_on=notice_on, last_day=last_day, by=by
                )
        except IntegrityError as error:
            raise LeavingAlready(
                _("The notice of %(member)s is recorded already.") % {"member": member.name}
            ) from error
        _follow(leaving)
    return leaving


@transaction.atomic
def change_last_day(*, leaving_id: int, last_day: date, by: Member) -> Leaving:
    """
    Change the last day.

    :raises NotLeaving: if the notice was withdrawn or the leaving closed meanwhile
    :raises BeforeNotice: if the last day lies before the notice
    """
    leaving = lock(leaving_id)
    _must_follow(leaving.notice_on, last_day)
    leaving.last_day = last_day
    with staff.history(by, reason="another last day"):
        leaving.save(update_fields=["last_day"])
        _follow(leaving)
    return leaving


@transaction.atomic
def withdraw(*, leaving_id: int, by: Member, today: date) -> Leaving:
    """
    Withdraw a notice, so that the member stays.

    :raises NotLeaving: if it was withdrawn or closed meanwhile
    """
    leaving = lock(leaving_id)
    leaving.withdrawn_on = today
    with staff.history(by, reason="notice withdrawn"):
        leaving.save(update_fields=["withdrawn_on"])
        _follow(leaving)
    return leaving


def lock(leaving_id: int) -> Leaving:
    """
    Lock a leaving that is under way.

    :raises NotLeaving: if it was withdrawn or closed meanwhile
    """
    leavings = Leaving.objects.select_related("member__user", "organisation")
    leaving = leavings.select_for_update(of=("self",), no_key=True).get(pk=leaving_id)
    if leaving.withdrawn_on:
        raise NotLeaving(
            _("The notice of %(member)s was withdrawn on %(day)s.")
            % {"member": leaving.member.name, "day": format_day(leaving.withdrawn_on)}
        )
    if leaving.closed_on:
        raise NotLeaving(
            _("%(member)s has left. The checklist was closed on %(day)s.")
            % {"member": leaving.member.name, "day": format_day(leaving.closed_on)}
        )
    return leaving


def _must_follow(notice_on: date, last_day: date) -> None:
    if last_day < notice_on:
        raise BeforeNotice(
            _("The last day is before the notice, which was given on %(day)s. Choose that day or a later one.")
            % {"day": format_day(notice_on)}
        )


def _follow(leaving: Leaving) -> None:
    """Open or close the leaver's sign-in, and recount their points: the post ends with the last day of a notice."""
    staff.open_or_close_sign_in(leaving.member.user)
    events.send_facts_changed(leaving.organisation_id, workers=[leaving.member_id])


# The end ---------------------------------------------------------------------------------------------------------------


def close_those_gone(organisation: Organisation, on: date) -> int:
    """
    End the sign-in of leavers whose last day has passed, and close those without people, teams or duties. Return how
    many closed.

    A leaver who still supports people, leads a team or is the only admin stays on their team's page until that is
    resolved.
    """
    gone = Leaving.objects.gone(on).filter(organisation=organisation).order_by("pk")
    return sum(_close(pk, on) for pk in list(gone.values_list("pk", flat=True)))


@transaction.atomic
def _close(leaving_id: int, on: date) -> bool:
    found = Leaving.objects.gone(on).filter(pk=leaving_id).select_related("member__user")
    leaving = found.select_for_update(of=("self",), no_key=True).first()
    if leaving is None:
        return False
    try:
        with transaction.atomic():
            close_leaver(member_id=leaving.member_id, last_day=leaving.last_day, on=on)
            leaving.closed_on = on
            leaving.save(update_fields=["closed_on"])
    except staff.StillNeeded as refusal:
        logger.info("leaving %d stays open: %s", leaving.pk, type(refusal).__name__)
        staff.open_or_close_sign_in(leaving.member.user)
        return False
    return True


@transaction.atomic
def close_leaver(*, member_id: int, last_day: date, on: date) -> None:
    """
    Close a member who has left: sign-in and post end, their records stay (A03).

    :raises StillNeeded: if they support people, lead a team or are the last admin (R81)
    """
    member = staff.lock_with_admins(member_id)
    staff.refuse_change(member, on, active=False)
    with staff.history(None):
        member.active, member.closed_on = False, on
        member.save(update_fields=["active", "closed_on"])
        staff.open_or_close_sign_in(member.user)
        staff.end_posts(member, last_day)
        staff.end_link(member=member)
