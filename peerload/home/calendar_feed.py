"""A member's calendar: what it has, the address where calendars read it, and one appointment as a file."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_safe

from caseload.cover.queries import covered_by
from caseload.enums import NextStepKind
from caseload.groups import queries as groups
from caseload.models import Client, NextStep
from caseload.next_steps import queries as next_steps
from caseload.queries.held import due_days, held_by
from peerload.audit import actions as audit
from peerload.core import clock, dates
from peerload.staff import access, actions
from peerload.staff import queries as staff
from peerload.staff.models import Absence, CalendarLink, Member
from peerload.staff.roles import Capability
from wellbeing.sessions import queries as sessions
from workload.months import queries as months

from .ical import CalendarEntry, write_calendar

BACK = timedelta(days=28)
AHEAD = timedelta(days=182)
WAIT = "60"  # seconds a calendar is asked to wait where it reads too often


# What a calendar has -----------------------------------------------------------------------------------------------------


def entries_of(member: Member, today: date) -> list[CalendarEntry]:
    """Return a member's calendar of the last four weeks and the next six months: times and kinds, no names."""
    first, last = today - BACK, today + AHEAD
    absences = staff.absences_within(member, first, last)
    return [
        *_next_steps(member, first, last, today),
        *_sessions(member, first, last),
        *_groups(member, first, last),
        *_contacts(member, absences, last, today),
        *(_absence(member, each, today) for each in absences),
        *_reports(member, first, last, today),
    ]


def _next_steps(member: Member, first: date, last: date, today: date) -> list[CalendarEntry]:
    """Return the appointments that a member is responsible for, and for each day how many promises are due."""
    found, promises = [], dict[date, int]()
    for step in next_steps.steps_of_member(member, first, last, today):
        if step.due_on < first:
            continue
        if step.is_appointment:
            found.append(appointment(step))
        else:
            promises[step.due_on] = promises.get(step.due_on, 0) + 1
    return found + [
        _whole_day(member, f"promises {day}", day, ngettext("Promise due", "%(count)s promises due", n) % {"count": n})
        for day, n in promises.items()
    ]


def appointment(step: NextStep | next_steps.NextStepRow) -> CalendarEntry:
    """Return an appointment as an entry: when it is, and no more."""
    return CalendarEntry(
        uuid5(step.uid, "appointment"),
        _("Appointment"),
        step.due_on,
        at=step.starts_at,
        minutes=step.minutes or 0,
        moved=step.times_moved,
    )


def _sessions(member: Member, first: date, last: date) -> list[CalendarEntry]:
    found = sessions.in_calendar(member, first, last)
    return [
        CalendarEntry(
            uuid5(each.uid, "session"), _("Session"), each.on, at=each.at, minutes=each.minutes, moved=each.moved
        )
        for each in found
    ]


def _groups(member: Member, first: date, last: date) -> list[CalendarEntry]:
    return [_meeting(each) for each in groups.facilitated_meetings(member, first, last)]


def _meeting(each: groups.GroupDay) -> CalendarEntry:
    """Return a meeting as an entry; one that stands for a usual day keeps the uid of that day."""
    group, meeting = each
    uid = uuid5(group.uid, meeting.key)
    return CalendarEntry(
        uid, _("Group"), meeting.on, at=meeting.starts_at, minutes=meeting.minutes, moved=meeting.version
    )


def _contacts(member: Member, absences: list[Absence], last: date, today: date) -> list[CalendarEntry]:
    """Return for each day how many contacts are due with people a member supports or covers; what is late is due today."""
    people = [*held_by(member, today), *(person for each in covered_by(member, today) for person in each.people)]
    away = [(each.starts_on, _known_back(each, today)) for each in absences]
    return [
        _whole_day(member, f"contacts {day}", day, ngettext("Contact due", "%(count)s contacts due", n) % {"count": n})
        for day, n in due_days(people, today).items()
        if day <= last and not any(dates.contains(*period, day) for period in away)
    ]


def _absence(member: Member, absence: Absence, today: date) -> CalendarEntry:
    uid = uuid5(member.uid, f"absence {absence.pk}")
    return CalendarEntry(uid, _("Away"), absence.starts_on, ends_before=_back(absence, today))


def _known_back(absence: Absence, today: date) -> date | None:
    """Return the day a member is back; None while no one knows it, or the day expected has passed."""
    expected = absence.expected_back if absence.expected_back and absence.expected_back > today else None
    return absence.ends_before or expected


def _back(absence: Absence, today: date) -> date:
    """Return the day a member is back, as far as known: past the expected day they are still away."""
    if absence.ends_before:
        return absence.ends_before
    return max(absence.expected_back or today, today + dates.DAY, absence.starts_on + dates.DAY)


def _reports(member: Member, first: date, last: date, today: date) -> list[CalendarEntry]:
    """Return the 15ths on which a report of a member's teams is due and not sent, and the working day to do it by."""
    found = []
    for due in months.reports_due(member, first, last, on=today):
        found.append(_whole_day(member, f"report {due.month}", due.due_on, _("Report due")))
        if due.aim_on != due.due_on:
            words = _("Last working day for the report")
            found.append(_whole_day(member, f"report {due.month} aim", due.aim_on, words))
    return found


def _whole_day(member: Member, what: str, day: date, words: str) -> CalendarEntry:
    return CalendarEntry(uuid5(member.uid, what), words, day, busy=False)


# Reading it --------------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def calendar_feed(request: access.Request, secret: str) -> HttpResponse:
    """
    Answer a calendar that has the secret address of a member; it has no sign-in.

    An address that ended, and one of a member who may not sign in any more, answer as one that never was.
    """
    link = actions.link_of(secret)
    if link is None:
        raise Http404
    member, now = link.member, clock.now()
    if not actions.count_reading(link, now):
        return HttpResponse(status=429, headers={"Retry-After": WAIT})
    audit.calendar_read(request, member, since=midnight(member))
    entries = entries_of(member, clock.today(member.organisation))
    return _answer(entries, member, now, link)


def midnight(member: Member) -> datetime:
    """Return when today began where the member's service is."""
    return clock.local_now(member.organisation).replace(hour=0, minute=0, second=0, microsecond=0)


@access.requires(Capability.SUPPORT_PEOPLE)
@require_GET
def appointment_file(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Give one appointment as a file for the calendar of the one who asks; without a name, too."""
    people = Client.objects.visible_to(request.member, request.on)
    standing = NextStep.objects.standing().filter(kind=NextStepKind.APPOINTMENT, client__in=people)
    step = get_object_or_404(standing, uid=uid)
    audit.exported(request, "appointment", appointments=1)
    link = CalendarLink.objects.filter(member=request.member).first()
    answer = _answer([appointment(step)], request.member, clock.now(), link)
    answer["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    answer["Cache-Control"] = "no-store"
    return answer


def _answer(entries: list[CalendarEntry], member: Member, now: datetime, link: CalendarLink | None) -> HttpResponse:
    alarm = link.alarm if link else ""
    file = write_calendar(entries, zone=member.organisation.timezone, name=_("Work"), now=now, alarm=alarm)
    return HttpResponse(
        file,
        content_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "private", "Content-Disposition": 'inline; filename="calendar.ics"'},
    )
