"""The calendar of a team by week and month: leave, sessions, groups, closure days, appointments as counts alone."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, time
from typing import Any, NamedTuple

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET

from caseload.groups.queries import meetings_by_worker
from caseload.models import Group
from caseload.next_steps.queries import appointments_by_worker
from peerload.core.periods import lasts_half_open
from peerload.core.translation import LazyText
from peerload.staff import access
from peerload.staff.models import Absence, Member, Organisation, Post, Team
from peerload.staff.queries import workers_led_by
from peerload.staff.roles import Capability
from peerload.ui.asked import day_within
from wellbeing.enums import SessionKind
from wellbeing.leave.queries import ShutDay, shut_days
from wellbeing.models import LeaveRequest, Session
from wellbeing.sessions.queries import team_on

from .calendar_days import MONTH, WEEK, CalendarSpan, last_away, span_of

# Who sees how much of a calendar ---------------------------------------------------------------------------------------


class CalendarReader(NamedTuple):
    """A member who looks at a team's calendar: whether they lead that team, and which groups and workers they may open."""

    member: Member
    leads: bool
    groups: frozenset[int]
    led: frozenset[int]  # whose absences, leave and sessions the reader may open

    def sees_all_of(self, key: int) -> bool:
        """Return whether the kinds of leave and sessions, and the appointments, of a member are shown to the reader."""
        return self.leads or key == self.member.pk

    def page_of_absence(self, absence: Absence) -> str:
        """Return where an absence is read; "" where the reader may not."""
        if absence.worker_id == self.member.pk:
            return reverse("leave")
        return reverse("away", args=[absence.pk]) if absence.worker_id in self.led else ""

    def page_of_request(self, leave: LeaveRequest) -> str:
        """Return where a request for leave is read; "" where the reader may not."""
        may = leave.worker_id == self.member.pk or leave.worker_id in self.led
        return reverse("leave_request", args=[leave.uid]) if may else ""

    def page_of_session(self, session: Session) -> str:
        """Return where a session is read: among the reader's own, or among those of their team; "" where the reader may not."""
        if self.member.pk and self.member.pk in (session.worker_id, session.with_member_id):
            return reverse("my_sessions")
        return f"{reverse('team_sessions')}#w-{session.worker.uid}" if session.worker_id in self.led else ""


class DayEntry(NamedTuple):
    """Something of a member on a day: in words, in a letter for a month, what it is for the look, and where it is read."""

    what: str  # away, asked, session, group or appointments
    words: str
    letter: str
    at: time | None = None
    url: str = ""  # "" where the reader may not open it

    @property
    def order(self) -> tuple[bool, time, str]:
        """Put whole days first, then hours, then the rest."""
        return self.what not in ("away", "asked"), self.at or time.max, self.words


class CalendarDay(NamedTuple):
    """A day of the page, and whether the service is shut on it."""

    on: date
    is_today: bool
    shut: ShutDay | None

    @property
    def is_closed(self) -> bool:
        """Whether it is a weekend, or the service is shut."""
        return self.shut is not None or self.on.weekday() >= 5

    def look(self, what: str) -> str:
        """
        Return the classes of a cell of this day.

        :param what: the class of what is on it; "" where nothing colours it
        """
        return f"{'is-today ' if self.is_today else ''}{what or ('is-shut' if self.is_closed else '')}"

    @property
    def shut_words(self) -> str:
        """Say why the service is shut; "" where it is open."""
        if self.shut is None:
            return ""
        return _("public holiday") if self.shut.is_holiday else self.shut.label or _("closed")


class CalendarCell(NamedTuple):
    """A member's day."""

    day: CalendarDay
    entries: list[DayEntry]

    @property
    def is_away(self) -> bool:
        return any(each.what == "away" for each in self.entries)

    @property
    def is_asked(self) -> bool:
        return any(each.what == "asked" for each in self.entries)

    @property
    def look(self) -> str:
        """The classes of its cell."""
        return self.day.look("is-away" if self.is_away else "is-asked" if self.is_asked else "")


class MemberDays(NamedTuple):
    """A member with each of the days."""

    member: Member
    role: str  # manager or deputy of the team; "" for others
    cells: list[CalendarCell]


# One team ----------------------------------------------------------------------------------------------------------------


@access.requires(Capability.SUPPORT_PEOPLE)
@require_GET
def of_team(request: access.MemberRequest) -> HttpResponse:
    """Show the calendar of a team to its workers and to who leads it."""
    member, on = request.member, request.on
    led = access.teams_led(request)
    own = team_on(member, on)
    teams = [
        *led,
        *Team.objects.filter(pk=own, organisation=request.organisation).exclude(pk__in=[team.pk for team in led]),
    ]
    chosen = access.team_asked(request, teams)
    span = _span_asked(request)
    context = _frame(request, span) | {"teams": teams, "team": chosen}
    if chosen is None:
        return render(request, "home/team_calendar/none.html", context)
    groups = Group.objects.visible_to(member, on).values_list("pk", flat=True)
    workers_led = workers_led_by(member, on).values_list("pk", flat=True) if led else ()
    reader = CalendarReader(member, chosen in led, frozenset(groups), frozenset(workers_led))
    days = _days(request.organisation, span, on)
    rows = _rows(chosen, span, days, reader, on)
    context |= {
        "leads": reader.leads,
        "same_team": f"&team={chosen.pk}" if len(teams) > 1 else "",
        "rows": rows,
        "days": days,
        "listed": [(day, _listed(rows, n)) for n, day in enumerate(days)],
        "listed_row": "home/team_calendar/entry.html",
        "letters": LETTERS,
    }
    return render(request, "home/team_calendar/team.html", context)


def _span_asked(request: access.MemberRequest) -> CalendarSpan:
    """Return the week or the month asked for, as ``?week=2026-11-30`` or ``?month=2026-12``; this week if neither is."""
    today = request.on
    if text := request.GET.get("month"):
        return span_of(day_within(f"{text}-01", today) or today, MONTH)
    return span_of(day_within(request.GET.get("week", ""), today) or today, WEEK)


def _frame(request: access.MemberRequest, span: CalendarSpan) -> dict[str, Any]:
    """Return what the head of a calendar page takes: the days, and the ways to others."""
    today = request.on
    return {
        "on": today,
        "teams": [],
        "team": None,
        "same_team": "",
        "span": span,
        "is_month": span.by == MONTH,
        "beside": "visually-hidden" if span.by == MONTH else "pl-sub",
        "ways": [way for way in _ways(span, today) if way.query],
    }


class CalendarWay(NamedTuple):
    """A way to other days of a calendar: a link, and how it looks."""

    label: str
    query: str
    look: str = "btn-secondary"


def _ways(span: CalendarSpan, today: date) -> list[CalendarWay]:
    """Return the ways to the days before and after, to today's, and to the month of a week or the other way round."""
    is_month, is_now = span.by == MONTH, span.first <= today <= span.last
    near = today if is_now else span.first
    return [
        CalendarWay(_("Month before") if is_month else _("Week before"), _query(span.before, span.by, today)),
        CalendarWay(_("This month") if is_month else _("This week"), "" if is_now else _query(today, span.by, today)),
        CalendarWay(_("Next month") if is_month else _("Next week"), _query(span.after, span.by, today)),
        CalendarWay(_("By week") if is_month else _("By month"), _query(near, _other(span.by), today), "btn-link"),
    ]


def _other(by: str) -> str:
    return WEEK if by == MONTH else MONTH


def _query(day: date, by: str, today: date) -> str:
    """Return the part of an address that asks for a week or month; "" for one out of reach."""
    first = span_of(day, by).first
    if day_within(f"{first:%Y-%m-%d}", today) is None:
        return ""
    return f"month={first:%Y-%m}" if by == MONTH else f"week={first:%Y-%m-%d}"


def _days(organisation: Organisation, span: CalendarSpan, today: date) -> list[CalendarDay]:
    shut = {day.on: day for day in shut_days(organisation, span.first, span.last)}
    return [CalendarDay(day, day == today, shut.get(day)) for day in span.days]


def _listed(rows: Iterable[MemberDays], n: int) -> list[tuple[str, DayEntry]]:
    """Return what all members have on one of the days, with their names: those away first, then by the hour."""
    entries = [(row.member.name, each) for row in rows for each in row.cells[n].entries]
    return sorted(entries, key=lambda each: each[1].order)


class CalendarLetter(NamedTuple):
    """What a letter stands for in the narrow cells of a month."""

    what: str
    letter: LazyText
    words: LazyText


AWAY = CalendarLetter("away", pgettext_lazy("away, as a letter", "A"), gettext_lazy("away"))
ASKED = CalendarLetter("asked", pgettext_lazy("leave asked for, as a letter", "?"), gettext_lazy("leave asked for"))
SESSION = CalendarLetter("session", pgettext_lazy("session, as a letter", "S"), gettext_lazy("session"))
GROUP = CalendarLetter("group", pgettext_lazy("group, as a letter", "G"), gettext_lazy("group"))
LETTERS = (AWAY, ASKED, SESSION, GROUP)


def _rows(
    team: Team, span: CalendarSpan, days: list[CalendarDay], reader: CalendarReader, today: date
) -> list[MemberDays]:
    """Return a row for each member of a team and for who leads it; the number of statements does not grow with them."""
    members = members_of(team, span)
    keys = [member.pk for member in members]
    found: dict[int, dict[date, list[DayEntry]]] = {key: defaultdict(list) for key in keys}
    for key, day, entry in (
        *_leave(keys, span, reader, today),
        *_sessions(keys, span, reader),
        *_groups(keys, span, reader),
        *_appointments(keys if reader.leads else [reader.member.pk], span, today),
    ):
        if key in found:
            found[key][day].append(entry)
    roles = {team.deputy_id: _("deputy"), team.manager_id: _("manager")}
    return [
        MemberDays(
            member,
            roles.get(member.pk, ""),
            [CalendarCell(day, sorted(found[member.pk][day.on], key=lambda each: each.order)) for day in days],
        )
        for member in members
    ]


def members_of(team: Team, span: CalendarSpan) -> list[Member]:
    """Return who works in a team at the beginning or the end of some days, and who manages it or deputises, by name."""
    there = {key for key in (team.manager_id, team.deputy_id) if key}
    for day in (span.first, span.last):  # looked up by key: with both in one condition all members would be read
        there |= set(Member.objects.of_teams([team.pk], day).values_list("pk", flat=True))
    return list(Member.objects.active().staying(span.first).filter(pk__in=there).named())


Found = Iterable[tuple[int, date, DayEntry]]


def _leave(keys: Collection[int], span: CalendarSpan, reader: CalendarReader, today: date) -> Found:
    """Yield the days on which members are away or have asked to be; the kind only to who may see it."""
    absences = Absence.objects.filter(worker__in=keys, starts_on__lte=span.last)
    for absence in absences.filter(lasts_half_open(span.first)):
        kind = absence.kind if reader.sees_all_of(absence.worker_id) else ""
        words = _("away (%(kind)s)") % {"kind": kind} if kind else _("away")
        last = last_away(absence.ends_before, absence.expected_back, today)
        entry = DayEntry("away", words, str(AWAY.letter), url=reader.page_of_absence(absence))
        for day in _within(span, absence.starts_on, last):
            yield absence.worker_id, day, entry
    asked = LeaveRequest.objects.asked().filter(worker__in=keys, absence=None)
    for leave in asked.filter(starts_on__lte=span.last, ends_before__gt=span.first):
        if reader.sees_all_of(leave.worker_id):
            entry = DayEntry("asked", str(ASKED.words), str(ASKED.letter), url=reader.page_of_request(leave))
            for day in _within(span, leave.starts_on, leave.last_day):
                yield leave.worker_id, day, entry


def _within(span: CalendarSpan, first: date, last: date | None) -> list[date]:
    return [day for day in span.days if first <= day and (last is None or day <= last)]


def _sessions(keys: Collection[int], span: CalendarSpan, reader: CalendarReader) -> Found:
    """Yield the sessions of members, on the day they are planned or were held; of which kind only to who may see it."""
    days = (span.first, span.last)
    mine = Q(worker__in=keys) | Q(with_member__in=keys)
    found = Session.objects.filter(mine, missed_on=None)
    found = found.filter(Q(held_on__range=days) | Q(held_on=None, planned_on__range=days))
    for session in found.select_related("worker").order_by("planned_on", "pk"):
        at = session.starts_at if session.held_on in (None, session.planned_on) else None
        both = {session.worker_id, session.with_member_id}
        sees = reader.leads or reader.member.pk in both
        what = SessionKind(session.kind).label if sees else _("session")
        entry = DayEntry("session", _timed(at, what), str(SESSION.letter), at, reader.page_of_session(session))
        for key in both - {None}:
            yield key, session.held_on or session.planned_on, entry


def _groups(keys: Collection[int], span: CalendarSpan, reader: CalendarReader) -> Found:
    """Yield the meetings of the groups that members facilitate, moved ones on their new day, without those called off."""
    for key, meetings in meetings_by_worker(keys, span.first, span.last).items():
        for group, meeting in meetings:
            seen = group.pk in reader.groups
            what, url = (group.name, group.get_absolute_url()) if seen else (_("group"), "")
            entry = DayEntry("group", _timed(meeting.starts_at, what), str(GROUP.letter), meeting.starts_at, url)
            yield key, meeting.on, entry


def _appointments(keys: Collection[int], span: CalendarSpan, today: date) -> Found:
    for (key, day), count in appointments_by_worker(keys, span.first, span.last, today).items():
        words = ngettext("%(count)d appointment", "%(count)d appointments", count) % {"count": count}
        yield key, day, DayEntry("appointments", words, str(count))


def _timed(at: time | None, what: object) -> str:
    return f"{at:%H:%M} {what}" if at else str(what)


# Every team, in counts -----------------------------------------------------------------------------------------------


class TeamDay(NamedTuple):
    """How many of a team are away on a day, and how many sessions and group meetings it has; no names."""

    day: CalendarDay
    away: int
    sessions: int
    groups: int

    @property
    def look(self) -> str:
        """The classes of its cell."""
        return self.day.look("is-away" if self.away else "")

    @property
    def said(self) -> list[tuple[str, str]]:
        """Say how many there are of each, with what it is; nothing of what there is none of."""
        words = (
            (self.away, "away", _("%(n)d away")),
            (self.sessions, "session", ngettext("%(n)d session", "%(n)d sessions", self.sessions)),
            (self.groups, "group", ngettext("%(n)d group", "%(n)d groups", self.groups)),
        )
        return [(what, text % {"n": count}) for count, what, text in words if count]


class TeamDays(NamedTuple):
    """A team with its counts of each day."""

    team: Team
    members: int
    cells: list[TeamDay]


@access.requires(Capability.SEE_TOTALS)
@require_GET
def of_service(request: access.MemberRequest) -> HttpResponse:
    """Show a service manager every team in counts: who is away, sessions and groups; no name of anyone."""
    span = _span_asked(request)
    days = _days(request.organisation, span, request.on)
    rows = _team_rows(request.organisation, span, days, request.on)
    context = _frame(request, span) | {
        "rows": rows,
        "days": days,
        "listed": _by_day(days, rows),
        "listed_row": "home/team_calendar/counts.html",
    }
    return render(request, "home/team_calendar/service.html", context)


def _by_day(days: list[CalendarDay], rows: list[TeamDays]) -> list[tuple[CalendarDay, list[tuple[str, TeamDay]]]]:
    """Return the same day by day, for a phone: the teams with something on a day."""
    return [
        (day, [(row.team.name, row.cells[n]) for row in rows if any(row.cells[n][1:])]) for n, day in enumerate(days)
    ]


def _team_rows(organisation: Organisation, span: CalendarSpan, days: list[CalendarDay], today: date) -> list[TeamDays]:
    teams = list(Team.objects.filter(organisation=organisation).order_by("name", "pk"))
    team_of = _teams_of(organisation, span.first)
    keys = list(team_of)
    everything = CalendarReader(Member(), True, frozenset(), frozenset())
    counts: dict[int, Mapping[str, dict[date, set]]] = {
        team.pk: {what: defaultdict(set) for what in ("away", "session", "group")} for team in teams
    }
    for key, day, __ in _leave_days(keys, span, today):
        counts[team_of[key]]["away"][day].add(key)
    for n, (key, day, entry) in enumerate((*_sessions(keys, span, everything), *_groups(keys, span, everything))):
        if key in team_of:
            counts[team_of[key]][entry.what][day].add((entry.words, entry.at) if entry.what == "group" else n)
    sizes: dict[int, int] = defaultdict(int)
    for team in team_of.values():
        sizes[team] += 1
    return [
        TeamDays(
            team,
            sizes[team.pk],
            [TeamDay(day, *(len(counts[team.pk][what][day.on]) for what in WHAT)) for day in days],
        )
        for team in teams
    ]


WHAT = ("away", "session", "group")


def _leave_days(keys: Collection[int], span: CalendarSpan, today: date) -> Found:
    everything = CalendarReader(Member(), True, frozenset(), frozenset())
    return [each for each in _leave(keys, span, everything, today) if each[2].what == "away"]


def _teams_of(organisation: Organisation, on: date) -> dict[int, int]:
    """Return the team of each active member of a service on a day: that of their post, or else their home."""
    members = Member.objects.active().staying(on).filter(organisation=organisation)
    found = {key: home for key, home in members.values_list("pk", "home_team") if home}
    posts = Post.objects.written_for(on).filter(organisation=organisation, team__isnull=False)
    active = set(members.values_list("pk", flat=True))
    found |= {key: team for key, team in posts.values_list("worker", "team") if key in active}
    return found
