"""Notices about a worker's absence: what has to be done, who covers, who may come back, who has no cover."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from peerload.core import clock
from peerload.core.formats import format_day
from peerload.notices.kinds import FirstPageLine, Reader, keys_of, matching
from peerload.notices.models import Notice
from peerload.staff.enums import Role
from peerload.staff.models import Absence, Team

from ..cover import leading
from ..cover import queries as cover
from ..cover.rules import DutyDue
from ..enums import AbsenceNews, Duty
from ..models import Allocation, Client, Cover, TemporaryMove
from .lines import from_later, team_name

ABSENCES = [
    (
        AbsenceNews.SERVICE_MANAGER,
        Duty.SERVICE_MANAGER,
        ngettext_lazy(
            "%(count)d absence takes more than eight weeks. Talk with the service manager",
            "%(count)d absences take more than eight weeks. Talk with the service manager",
            "count",
        ),
    ),
    (
        AbsenceNews.OVER_8_WEEKS,
        Duty.SERVICE_MANAGER,
        ngettext_lazy(
            "%(count)d unplanned absence takes more than eight weeks. The team manager should talk with you",
            "%(count)d unplanned absences take more than eight weeks. The team managers should talk with you",
            "count",
        ),
    ),
    (
        AbsenceNews.LEAVER_STEPS,
        Duty.LEAVER_STEPS,
        ngettext_lazy(
            "%(count)d planned absence takes more than eight weeks. Everyone needs another worker before it begins",
            "%(count)d planned absences take more than eight weeks. Everyone needs another worker before they begin",
            "count",
        ),
    ),
    (
        AbsenceNews.COVER_PLAN,
        Duty.COVER_PLAN,
        ngettext_lazy(
            "%(count)d absence in your team has no plan for who covers",
            "%(count)d absences in your team have no plan for who covers",
            "count",
        ),
    ),
    (
        AbsenceNews.WEEKLY_REVIEW,
        Duty.WEEKLY_REVIEW,
        ngettext_lazy(
            "%(count)d weekly check of new messages for an absent worker is due",
            "%(count)d weekly checks of new messages for absent workers are due",
            "count",
        ),
    ),
]
DUTY_OF: dict[str, Duty] = {kind: duty for kind, duty, __ in ABSENCES}


def still_proposed(notices: list[Notice]) -> set[int]:
    """Return the notices about moves that no one has decided about and whose return is still proposed on that day."""
    return matching(notices, TemporaryMove.objects.standing(), "until")


def still_alone(notices: list[Notice]) -> set[int]:
    """Return the notices about people with statutory status who still have no one responsible, for the same reason."""
    organisation = notices[0].organisation
    on = clock.today(organisation)
    alone = {(client_id, since) for client_id, __, since in cover.statutory_alone(organisation, on, today=on)}
    return {notice.pk for notice in notices if (notice.key, notice.anchor_on) in alone}


def still_covered(notices: list[Notice]) -> set[int]:
    """Return the notices about covers in force from that day on, now or later, of people whose support is not closed by then."""
    on = clock.today(notices[0].organisation)
    covers = Cover.objects.filter(pk__in=keys_of(notices))
    holding = set()
    for day in {max(notice.anchor_on, on) for notice in notices}:
        supported = Allocation.objects.on(day).filter(closed_on=None).values("client")
        found = covers.holding(day).filter(client__in=supported)
        holding |= {(key, starts_on, day) for key, starts_on in found.values_list("pk", "starts_on")}
    return {notice.pk for notice in notices if (notice.key, notice.anchor_on, max(notice.anchor_on, on)) in holding}


def still_without_leader(notices: list[Notice]) -> set[int]:
    """Return the notices about absences with duties still due that day, while no one who leads the team is here."""
    organisation = notices[0].organisation
    on = clock.today(organisation)
    keys = {each.absence_id for each in cover.nobody_leads(organisation, on)}
    found = cover.open_duties(Absence.objects.filter(pk__in=keys).select_related("organisation"), on)
    due = {(pk, each.by) for pk, duties in found.items() for each in duties}
    return {notice.pk for notice in notices if (notice.key, notice.anchor_on) in due}


def still_not_led(notices: list[Notice]) -> set[int]:
    """
    Return the notices about teams that no one at work leads since the same day.

    Not those whose reader is told the same with the people it leaves without cover: once is enough.
    """
    organisation = notices[0].organisation
    on = clock.today(organisation)
    since, said = leading.not_led_since(organisation, on), _told_with_people(notices, on)
    return {
        notice.pk
        for notice in notices
        if since.get(notice.key) == notice.anchor_on and (notice.recipient_id, notice.key) not in said
    }


def _told_with_people(notices: list[Notice], on: date) -> set[tuple[int, int | None]]:
    """Return who of the readers is told that no one leads which team because people there have no cover: (reader, team)."""
    team_of = {each.absence_id: each.team_id for each in cover.nobody_leads(notices[0].organisation, on)}
    if not team_of:
        return set()
    readers = {notice.recipient_id for notice in notices}
    told = list(Notice.objects.filter(kind=AbsenceNews.NO_DEPUTY, cancelled_at=None, recipient__in=readers))
    true = still_without_leader(told) if told else set()
    return {(notice.recipient_id, team_of[notice.key]) for notice in told if notice.pk in true}


def still_no_service_manager(notices: list[Notice]) -> set[int]:
    """Return the notices that no service manager is at work since the same day."""
    organisation = notices[0].organisation
    since = leading.no_service_manager_since(organisation, clock.today(organisation))
    return {notice.pk for notice in notices if notice.anchor_on == since}


def still_to_do(notices: list[Notice]) -> set[int]:
    """Return the notices about duties of absences still due on that day and not ticked."""
    on = clock.today(notices[0].organisation)
    absences = Absence.objects.filter(pk__in=keys_of(notices)).select_related("organisation")
    found = cover.open_duties(cover.of_who_is_staff(absences, on), on)
    return {
        notice.pk for notice in notices if DutyDue(notice.anchor_on, DUTY_OF[notice.kind]) in found.get(notice.key, [])
    }


def covers_ahead(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about covers from a later day on; current ones have a section of their own."""
    return from_later(
        notices,
        reader,
        lambda count: ngettext(
            "%(count)d person is covered by you while their worker is away",
            "%(count)d people are covered by you while their worker is away",
            count,
        ),
    )


def may_return(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about people who may come back to their worker; the team page has a section of its own."""
    if reader.leads:
        return []
    people = Client.objects.visible_to(reader.member, reader.on)
    moves = TemporaryMove.objects.filter(pk__in=keys_of(notices), client__in=people).select_related("client")
    url = reverse("returns")
    return [
        FirstPageLine(
            move.client.name, url, _("May move back to their worker. Decide who moves back"), "arrow-return-right"
        )
        for move in moves.order_by("pk")
    ]


def teams_not_led(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about teams without a lead at work for admins; the service manager's page has an alarm of its own."""
    if reader.member.role == Role.SERVICE_MANAGER:
        return []
    words = _("No one at work leads this team since %(day)s. Choose who acts")
    names = dict(Team.objects.filter(pk__in=keys_of(notices)).values_list("pk", "name"))
    return [
        FirstPageLine(
            names[notice.key], reverse("absences"), words % {"day": format_day(notice.anchor_on)}, "person-exclamation"
        )
        for notice in notices
    ]


def no_service_manager(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return the line that no service manager is at work, for admins."""
    words = _("No one with this role is at work since %(day)s. Give the role to another member until one is back")
    day = format_day(notices[0].anchor_on)
    return [FirstPageLine(_("Service manager"), reverse("staff"), words % {"day": day}, "person-exclamation")]


def duties(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about duties while a worker is away; the team page has a section of its own."""
    if reader.leads:
        return []
    absences = Absence.objects.filter(pk__in=keys_of(notices)).select_related("worker__home_team")
    if reader.member.role == Role.SERVICE_MANAGER:
        words = _("A worker is away for more than eight weeks. The team manager should talk with you")
        url = reverse("team_attention", args=["over-eight-weeks"])
        return [FirstPageLine(team_name(each.worker), url, words, "calendar-x") for each in absences]
    seen = cover.absences_seen_by(reader.member, reader.on).filter(pk__in=absences).select_related("worker")
    to_do = sorted({str(DUTY_OF[notice.kind].label) for notice in notices})
    words = _("Is away. To do: %(duties)s") % {"duties": "; ".join(to_do)}
    return [FirstPageLine(each.worker.name, reverse("away", args=[each.pk]), words, "calendar-x") for each in seen]
