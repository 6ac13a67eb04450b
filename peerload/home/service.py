"""
The service manager's first page: what needs them, each line with the teams it is about; what the teams carry on any day.

Everything is counts by team. Each line is one statement, asked of every team or of one, and a page asks only what it shows. No
name of a person supported is on any of these pages.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from caseload.cover import queries as cover
from caseload.leaving import queries as leaving
from caseload.queries.settings import boundary_of, cadence_of
from caseload.queries.teams import teams_with_somebody
from caseload.rules import Mix, percent
from caseload.waiting import queries as waiting
from peerload.audit import actions as audit
from peerload.core import dates
from peerload.notices.queries import news
from peerload.staff import access
from peerload.staff import queries as staff
from peerload.staff.models import Organisation, Team
from peerload.staff.roles import Capability
from peerload.ui.asked import day_asked
from peerload.ui.templatetags.ui import plural, short_day
from workload import exports, queries, rules
from workload.capacity.overview import Sums, for_day, over_boundary, overview, summed
from workload.months import queries as months
from workload.months.rules import before, deadline
from workload.months.service_months import team_read
from workload.months.team_month import twelve_months

IN_NO_TEAM = "In no team"

# What needs the service manager ----------------------------------------------------------------------------------------


class Count(NamedTuple):
    """How many there are in one team, and what else is to be said of them."""

    number: int
    says: str = ""


class Asked(NamedTuple):
    """What is asked: of a service, on a day, of every team or of these."""

    organisation: Organisation
    on: date
    team_ids: Collection[int] | None = None


Counts = Mapping[int | None, Count]  # by team; None: in no team


class Kind(NamedTuple):
    """Something the service manager has to know; ``what`` is how one and how many are called."""

    slug: str
    icon: str
    is_urgent: bool
    what: str
    means: str
    gather: Callable[[Asked], Counts]


class Alarm(NamedTuple):
    """A kind with its counts by team."""

    kind: Kind
    teams: Counts

    @property
    def number(self) -> int:
        return sum(count.number for count in self.teams.values())


def _statutory(asked: Asked) -> Counts:
    alone = cover.statutory_alone(asked.organisation, asked.on, today=asked.on, team_ids=asked.team_ids)
    return {team: Count(number) for team, number in Counter(team for _, team, _ in alone).items()}


def _uncovered(asked: Asked) -> Counts:
    found = cover.uncovered_by_team(asked.organisation, asked.on, team_ids=asked.team_ids)
    return {
        team: Count(each.people, f"{each.statutory} statutory" * bool(each.statutory)) for team, each in found.items()
    }


def _waiting(asked: Asked) -> Counts:
    found = waiting.counts(asked.organisation, asked.on, today=asked.on, team_ids=asked.team_ids)
    return {team: Count(each.waiting, f"{each.late} past their day" * bool(each.late)) for team, each in found.items()}


def _not_led(asked: Asked) -> Counts:
    keys = asked.team_ids
    if keys is None:
        keys = Team.objects.filter(organisation=asked.organisation).values_list("pk", flat=True)
    leaders = staff.leaders_of(list(keys), asked.on)
    to_lead = teams_with_somebody([team for team, found in leaders.items() if not found.is_led], asked.on)
    left = cover.nobody_leads(asked.organisation, asked.on) if to_lead else []
    people: Counter[int | None] = Counter()
    for each in left:
        people[each.team_id] += each.nobody
    return {
        team: Count(1, f"{plural(people[team], 'person has,people have')} no one covering" if people[team] else "")
        for team in to_lead
    }


def _away(asked: Asked) -> Counts:
    found = cover.long_absences_by_team(asked.organisation, asked.on, team_ids=asked.team_ids)
    return {team: Count(number) for team, number in found.items()}


def _late(asked: Asked) -> Counts:
    found: dict[int | None, list[date]] = {}
    for each in months.late_reports(asked.organisation, asked.on, team_ids=asked.team_ids):
        found.setdefault(each.team_id, []).append(each.month)
    return {team: Count(len(late), _said_late(late, asked.on)) for team, late in found.items()}


def _said_late(late: Collection[date], on: date) -> str:
    """Say which reports are late, the oldest first, each by how many days."""
    said = (f"{month:%B} {plural((on - rules.report_due_on(month)).days, 'day')} late" for month in late)
    return ", ".join(said)


def _leaving(asked: Asked) -> Counts:
    found = leaving.leavers_by_team(asked.organisation, asked.on, team_ids=asked.team_ids)
    return {
        team: Count(
            each.workers,
            f"last day {short_day(each.last_day, asked.on)}, {plural(each.people, 'person,people')} still to hand over",
        )
        for team, each in found.items()
    }


def _over_limit(asked: Asked) -> Counts:
    """As reported: the last month each team has sent of the two before today's."""
    asked_months = before(dates.month_start(asked.on), 2)
    found: dict[int | None, Count] = {}
    sent = months.sums_sent(asked.organisation, asked_months, team_ids=asked.team_ids)
    for (team, month), each in sorted(sent.items(), key=lambda row: row[0][1]):
        found.pop(team, None)
        if each.points > each.limit:
            found[team] = Count(1, f"{percent(each.points, each.limit)}% in {month:%B}")
    return found


KINDS = (
    Kind(
        "statutory", "person-exclamation", True,
        "person with statutory status has no one covering,people with statutory status have no one covering",
        "They have no worker, or their worker is away or has left and no one covers. The law asks for a worker "
        "at once. "
        "Ring the team manager.",
        _statutory,
    ),
    Kind(
        "not-led", "person-exclamation", True,
        "team has no manager or deputy at work,teams have no manager or deputy at work",
        "No one can choose who covers, agree a record or send the report. Ask an admin to name a deputy, who can "
        "act at once.",
        _not_led,
    ),
    Kind(
        "no-one-covering", "person-dash", True,
        "person has no one covering,people have no one covering",
        "Their worker is away. The team manager chooses who covers.",
        _uncovered,
    ),
    Kind(
        "without-a-worker", "person-plus", False,
        "person is without a worker,people are without a worker",
        "They wait for a worker, or their worker has left. The team manager sees who they are, who is "
        "responsible, and by when.",
        _waiting,
    ),
    Kind(
        "over-eight-weeks", "calendar-x", False,
        "absence is over eight weeks,absences are over eight weeks",
        "The team manager talks with you about who takes over the people meanwhile.",
        _away,
    ),
    Kind(
        "late-reports", "clock-history", False,
        "report is late,reports are late",
        "The team manager sends the report, even if records are still open.",
        _late,
    ),
    Kind(
        "leaving", "box-arrow-right", False,
        "worker is leaving,workers are leaving",
        "Each person they support needs another worker before the last day. The team manager hands them over.",
        _leaving,
    ),
    Kind(
        "over-limit", "arrow-up-circle", False,
        "team was over its limit in its last report,teams were over their limit in their last report",
        "The report has the workers over the limit and the reasons.",
        _over_limit,
    ),
)  # fmt: skip
BY_SLUG = {kind.slug: kind for kind in KINDS}


def alarms(asked: Asked) -> list[Alarm]:
    """Return what needs the service manager on a day, the most urgent first; what there is none of is left out."""
    found = [Alarm(kind, kind.gather(asked)) for kind in KINDS]
    return [alarm for alarm in found if alarm.number]


class TeamLine(NamedTuple):
    """A team in a list, with what is counted there."""

    key: int | None
    name: str
    count: Count | None
    leaders: staff.Leaders


def _lines(organisation: Organisation, on: date, counts: Counts | None = None) -> list[TeamLine]:
    """Return the teams in order of name, or those something is counted in; who is in no team stands last."""
    teams = Team.objects.filter(organisation=organisation).order_by("name", "pk").values_list("pk", "name")
    if counts is not None:
        teams = teams.filter(pk__in=[key for key in counts if key])
    rows: list[tuple[int | None, str]] = list(teams)
    leaders = staff.leaders_of([key for key, _ in rows], on)
    if counts and counts.get(None):
        rows.append((None, IN_NO_TEAM))
    return [TeamLine(key, name, counts and counts.get(key), leaders.get(key, staff.Leaders())) for key, name in rows]


@access.requires(Capability.SEE_TOTALS)
@require_GET
def every_team(request):
    """Show what needs the service manager today, and the teams; one team, ``?team=``; what they carry on a day, ``?on=``."""
    if request.GET.get("team"):
        return _team(request)
    if request.GET.get("on"):
        return _carried(request)
    month = before(dates.month_start(request.on), 1)[0]
    context = {
        "on": request.on,
        "news": news(request.member, request.on),
        "alarms": alarms(Asked(request.organisation, request.on)),
        "rows": _lines(request.organisation, request.on),
        "sent": {team for team, _ in months.sums_sent(request.organisation, [month])},
        "month": month,
        "deadline": deadline(month, request.on, queries.working(request.organisation)),
    }
    return render(request, "home/teams.html", context)


@access.requires(Capability.SEE_TOTALS)
@require_GET
def attention(request, kind: str):
    """Show in which teams something needs the service manager today, how many there are, and who manages each."""
    if kind not in BY_SLUG:
        raise Http404
    found = Alarm(BY_SLUG[kind], BY_SLUG[kind].gather(Asked(request.organisation, request.on)))
    rows = _lines(request.organisation, request.on, found.teams)
    return render(request, "home/team_attention.html", {"alarm": found, "rows": rows})


def _team(request):
    """Show one team: what needs the service manager there, its sums, its reports and who manages it."""
    team, on = team_read(request), day_asked(request)
    found = overview(request.organisation, on, today=request.on, team_ids=[team.pk])
    asked_months = twelve_months(request.on)
    sent = months.sums_sent(request.organisation, asked_months, team_ids=[team.pk])
    context = {
        "on": on,
        "team": team,
        "sums": summed(found, request.organisation),
        "alarms": alarms(Asked(request.organisation, request.on, [team.pk])),
        "leaders": staff.leaders_of([team.pk], request.on)[team.pk],
        "admins": staff.admins_of(request.organisation),
        "reports": [sent[team.pk, month] for month in reversed(asked_months) if (team.pk, month) in sent],
        "month": asked_months[-1],
        "is_sent": (team.pk, asked_months[-1]) in sent or not found,
        "deadline": deadline(asked_months[-1], request.on, queries.working(request.organisation)),
    }
    return render(request, "home/team_seen.html", context)


# Points of the teams on a day ---------------------------------------------------------------------------------------------


class Carried(NamedTuple):
    """What one team holds on a day, and how many of its workers are away."""

    key: int | None
    name: str
    held: queries.TeamHeld
    away: int


def _carried(request):
    on = day_asked(request)
    listed = queries.teamed(request.organisation, on)
    held = queries.held_by_team(request.organisation, on, listed)
    away = queries.away_by_team(request.organisation, on, listed)
    rows = [
        Carried(key, name, held.get(key, queries.TeamHeld()), away.get(key, 0))
        for key, name in _named(request.organisation, held)
    ]
    context = {"on": on, "rows": rows, "whole": _sum_held(held.values()), "away": sum(away.values())}
    return render(request, "home/teams_carry.html", context)


def _sum_held(held: Iterable[queries.TeamHeld]) -> queries.TeamHeld:
    return sum(held, queries.TeamHeld())


def _named(organisation: Organisation, *found: Collection[int | None]) -> list[tuple[int | None, str]]:
    """Return the teams by key and name in order of name; ``In no team`` last, where anything was found in none."""
    teams = list(Team.objects.filter(organisation=organisation).order_by("name", "pk").values_list("pk", "name"))
    return [*teams, (None, IN_NO_TEAM)] if any(None in each for each in found) else teams


class TeamRow(NamedTuple):
    """One team without a name in it."""

    name: str
    sums: Sums
    waiting: waiting.Counts
    statutory: int  # who have nobody: without a worker, or theirs is away or has left and nobody covers


def team_sums(organisation: Organisation, on: date, *, today: date, contacts: bool = True) -> dict[int | None, Sums]:
    """
    Return the sums of every team with a worker listed on a day, by team; the whole service is `sum_of` them.

    :param contacts: whether overdue contacts are counted, which on a day gone by looks at every contact before it
    """
    listed = queries.teamed(organisation, on)
    held = queries.held_by_team(organisation, on, listed)
    people = queries.mix_by_team(organisation, on, listed)
    away = queries.away_by_team(organisation, on, listed)
    every, full_time = cadence_of(organisation), boundary_of(organisation)
    late = queries.contacts_over_by_team(organisation, on, listed, today=today, every=every) if contacts else {}
    found = {}
    for team, has in held.items():
        mix, boundary = people.get(team, Mix()), full_time.times(has.fte)
        over = over_boundary(mix, boundary)
        late_here, away_here = late.get(team, 0), away.get(team, 0)
        found[team] = Sums(has.workers, has.fte, has.total, has.over_limit, mix, boundary, over, late_here, away_here)
    return found


def sum_of(sums: Collection[Sums], organisation: Organisation) -> Sums:
    """Return several teams' sums as one; its boundary is that of the summed FTE (R16)."""
    points = sum((each.points.points for each in sums), rules.NOTHING)
    limit = sum((each.points.limit for each in sums), rules.NOTHING)
    fte = sum((each.fte for each in sums), Decimal(0))
    people = Mix(*map(sum, zip(*(each.people for each in sums), strict=True))) if sums else Mix()
    boundary = boundary_of(organisation).times(fte)
    return Sums(
        workers=sum(each.workers for each in sums),
        fte=fte,
        points=rules.TeamTotal(points, limit, percent(points, limit)),
        over_limit=sum(each.over_limit for each in sums),
        people=people,
        boundary=boundary,
        over=over_boundary(people, boundary),
        contacts_over=sum(each.contacts_over for each in sums),
        away=sum(each.away for each in sums),
    )


def teams_overview(organisation: Organisation, on: date, *, today: date) -> tuple[list[TeamRow], Sums]:
    """Return every team's sums in order of name, and those of the service; who is in no team stands last."""
    sums = team_sums(organisation, on, today=today)
    waits = waiting.counts(organisation, on, today=today)
    alone = Counter(team for _, team, _ in cover.statutory_alone(organisation, on, today=today))
    nothing, nobody_waits = sum_of([], organisation), waiting.Counts()
    rows = [
        TeamRow(name, sums.get(key, nothing), waits.get(key, nobody_waits), alone[key])
        for key, name in _named(organisation, sums, waits, alone)
    ]
    return rows, sum_of(sums.values(), organisation)


# Taking it along -------------------------------------------------------------------------------------------------------

TEAM_COLUMNS = (
    "team", "workers", "fte", "points", "limit", "percent", "over", "high", "medium", "group", "parked", "people", "boundary",
    "contacts_over_7_days", "without_worker", "without_worker_past_their_day",
    "statutory_with_nobody", "away",
)  # fmt: skip


@access.requires(Capability.SEE_TOTALS)
@require_GET
def export(request, kind: str):
    """Give the figures of every team on a day as CSV or xlsx, without the name of anybody; who took it is written down."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    on = day_asked(request)
    rows, whole = teams_overview(request.organisation, on, today=request.on)
    lines = [_team_line(row) for row in rows]
    audit.exported(request, f"team.{kind}", rows=len(lines))
    sums = _team_line(_all_teams(rows, whole)) if rows else ()
    return exports.response(kind, f"points-{on:%Y-%m-%d}", for_day(TEAM_COLUMNS, on, request.on), lines, sums=sums)


def _all_teams(rows: Sequence[TeamRow], whole: Sums) -> TeamRow:
    """Return the row of the whole service, below those of its teams."""
    waits = waiting.Counts(waiting=sum(row.waiting.waiting for row in rows), late=sum(row.waiting.late for row in rows))
    return TeamRow("Service", whole, waits, sum(row.statutory for row in rows))


def _team_line(row: TeamRow) -> tuple:
    sums = row.sums
    return (
        row.name, sums.workers, sums.fte, sums.points.points, sums.points.limit, sums.points.percent, sums.over_limit,
        *sums.people, sums.people.total, sums.boundary.total, sums.contacts_over, row.waiting.waiting, row.waiting.late,
        row.statutory, sums.away,
    )  # fmt: skip
