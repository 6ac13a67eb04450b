"""Notices about who leaves, and what has to be done before."""

from django.urls import reverse
from django.utils.translation import gettext as _

from peerload.core import clock
from peerload.core.formats import format_day, format_short_day
from peerload.notices.actions import NewNotice
from peerload.notices.kinds import FirstPageLine, Reader, keys_of, matching
from peerload.notices.models import Notice
from peerload.staff.enums import Role
from peerload.staff.models import Leaving

from ..leaving import queries as leaving
from ..leaving.actions import lines_of_steps
from ..models import LeavingStep
from .lines import team_name


def still_leaving(notices: list[Notice]) -> set[int]:
    """Return the notices about leavings still in force, with the same last day."""
    return matching(notices, Leaving.objects.standing(), "last_day")


def still_with_nobody_to_go_to(notices: list[Notice]) -> set[int]:
    """Return the notices about leavings still in force, with the same last day, while a person has no receiver."""
    standing = Leaving.objects.standing().filter(pk__in=keys_of(notices))
    alone = leaving.with_nobody_to_go_to(list(standing), clock.today(notices[0].organisation))
    return {notice.pk for notice in notices if notice.key in alone} & still_leaving(notices)


def still_a_step(notices: list[Notice]) -> set[int]:
    """Return the notices about steps still due that day and not ticked, sent to the member they would go to today."""
    standing = Leaving.objects.standing().filter(steps__in=keys_of(notices)).values_list("pk", flat=True)
    due = set(lines_of_steps(list(standing), clock.today(notices[0].organisation)))
    return {n.pk for n in notices if NewNotice(n.recipient_id, n.kind, n.subject, n.anchor_on) in due}


def said_last_day(notices: list[Notice]) -> str:
    """Say which day is the last; of several, the first of them."""
    first = min(notice.anchor_on for notice in notices)
    words = _("The last day is %(day)s") if len(notices) == 1 else _("The first of them leaves on %(day)s")
    return words % {"day": format_short_day(first)}


def leavers(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """
    Return lines about colleagues who leave; the team page has a section of its own.

    A service manager, who has no checklist and reads no worker's name outside the reports, gets a link to the teams
    with a leaver.
    """
    if reader.leads:
        return []
    leavings = Leaving.objects.filter(pk__in=keys_of(notices)).select_related("member__home_team")
    above = reader.member.role == Role.SERVICE_MANAGER
    return [
        FirstPageLine(
            team_name(each.member) if above else each.member.name,
            reverse("team_attention", args=["leaving"]) if above else reverse("leaving", args=[each.member.uid]),
            (_("A worker is leaving. The last day is %(day)s") if above else _("Is leaving. The last day is %(day)s"))
            % {"day": format_day(each.last_day)},
            "person-dash",
        )
        for each in leavings.order_by("last_day", "pk")
    ]


def people_of_leavers(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about colleagues who leave and have people without a receiver."""
    people = _("Some of their people have no next worker yet")
    return [line._replace(words=f"{line.words}. {people}") for line in leavers(notices, reader)]


def steps_of_leavers(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about steps of a checklist that are due; the team page has a section of its own."""
    if reader.leads:
        return []
    steps = (
        LeavingStep.objects.filter(pk__in=keys_of(notices)).select_related("leaving__member").order_by("due_on", "pk")
    )
    return [
        FirstPageLine(
            step.text,
            reverse("leaving", args=[step.leaving.member.uid]),
            _due_before(step, reader),
            "person-dash",
        )
        for step in steps
    ]


def _due_before(step: LeavingStep, reader: Reader) -> str:
    leaver, day = step.leaving.member, format_day(step.due_on)
    if leaver.pk == reader.member.pk:
        return _("Due by %(day)s, before your last day") % {"day": day}
    return _("Due by %(day)s, before %(name)s leaves") % {"day": day, "name": leaver.name}
