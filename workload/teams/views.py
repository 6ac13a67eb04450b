"""
The service manager's first page, the page of one team, and the figures of every team as a file.

Everything is counts by team: no name of a person supported is on any of these pages.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from caseload.drop_ins import queries as drop_in_queries
from caseload.waiting import queries as waiting
from peerload.audit import actions as audit
from peerload.core import dates
from peerload.core.formats import format_day
from peerload.notices.queries import news
from peerload.staff import access
from peerload.staff import queries as staff
from peerload.staff.models import Organisation
from peerload.staff.roles import Capability
from peerload.ui.asked import day_asked
from workload import exports, queries
from workload.capacity.overview import OverviewSums, for_day, overview, summed
from workload.months import queries as months
from workload.months.rules import before, deadline, place_in_list
from workload.months.service_months import team_read
from workload.months.team_month import twelve_months

from .attention import BY_SLUG, Alarm, Count, Counts, CountScope, alarms
from .sums import TeamBrief, TeamLine, TeamRow, named_teams, sum_of, sums_of, teams_overview


class TeamInList(NamedTuple):
    """A team in a list, with its counts."""

    key: int | None
    name: str
    count: Count
    leaders: staff.Leaders


def _lines(organisation: Organisation, on: date, counts: Counts) -> list[TeamInList]:
    """Return the teams with a count in order of name; people in no team come last."""
    teams = [each for each in named_teams(organisation, counts) if each[0] in counts]
    leaders = staff.leaders_of([key for key, __ in teams if key], on)
    return [TeamInList(key, name, counts[key], leaders.get(key, staff.Leaders())) for key, name in teams]


@access.requires(Capability.SEE_TOTALS)
@require_GET
def every_team(request: access.MemberRequest) -> HttpResponse:
    """Show what needs the service manager today, and the teams; one team, ``?team=``; what they carry on a day, ``?on=``."""
    if request.GET.get("team"):
        return _team(request)
    if request.GET.get("on"):
        return _carried(request)
    month = before(dates.month_start(request.on), 1)[0]
    found = alarms(CountScope(request.organisation, request.on))
    sent = months.teams_that_sent(request.organisation, month)
    context = {
        "on": request.on,
        "news": news(request.member, request.on),
        "alarms": found,
        **_teams(request, found, sent),
        "to_decide": months.to_decide(request.member, request.on),
        "month": month,
        "day": "",
        "deadline": deadline(month, request.on, queries.working(request.organisation)),
        "sum": drop_in_queries.of_service(request.organisation, request.on),
    }
    return render(request, "workload/teams/teams.html", context)


ROWS = 20  # teams with all their figures on the first page; of a larger service those with something to see to


def _teams(request: access.MemberRequest, found: Sequence[Alarm], sent: Collection[int | None]) -> dict:
    """
    Return the teams: those that need the service manager with all their figures, the others of a large service in brief.

    First stand teams with a late report, then those without one at work who leads them.
    """
    organisation, on = request.organisation, request.on
    listed = queries.teamed(organisation, on)
    held = queries.held_by_team(organisation, on, listed)
    late = next((alarm.teams for alarm in found if alarm.kind.slug == "late-reports"), {})
    not_led = next((alarm.teams for alarm in found if alarm.kind.slug == "not-led"), {})
    by_kind = [alarm.lines_by_team() for alarm in found]
    nothing = queries.TeamHeld()
    briefs = [
        TeamBrief(key, name, held.get(key, nothing), [lines[key] for lines in by_kind if key in lines])
        for key, name in named_teams(organisation, held)
    ]
    briefs.sort(key=lambda team: place_in_list(is_late=team.key in late, is_led=team.key not in not_led))
    are_few, said_above = len(briefs) <= ROWS, len(briefs) == 1 and bool(briefs[0].lines)
    if said_above:  # the lines above the table are of this team alone
        briefs = [briefs[0]._replace(lines=[])]
    shown = briefs if are_few else [team for team in briefs if team.lines][:ROWS]
    keys = [team.key for team in shown]
    sums = sums_of(organisation, on, listed, held, today=on, teams=None if are_few else keys)
    rest = [team for team in briefs if team.key not in set(keys)]
    return {
        "rows": _rows(organisation, on, shown, sums, sent),
        "said_above": said_above,
        "whole": TeamLine(None, _("Service"), sum_of(sums.values(), organisation), ()) if are_few else None,
        "held": _sum_held(held.values()),
        "need_too": [team for team in rest if team.lines],
        "quiet": [team for team in rest if not team.lines],
    }


def _rows(
    organisation: Organisation,
    on: date,
    teams: Sequence[TeamBrief],
    sums: Mapping[int | None, OverviewSums],
    sent: Collection[int | None],
) -> list[TeamLine]:
    """Return teams with their sums, their leaders and their report."""
    leaders, none = staff.leaders_of([team.key for team in teams if team.key], on), sum_of([], organisation)
    return [
        TeamLine(
            team.key,
            team.name,
            sums.get(team.key, none),
            team.lines,
            leaders.get(team.key) if team.key else None,
            team.key in sent,
        )
        for team in teams
    ]


@access.requires(Capability.SEE_TOTALS)
@require_GET
def attention(request: access.MemberRequest, kind: str) -> HttpResponse:
    """Show which teams have something for the service manager to do today, how much, and who manages each."""
    if kind not in BY_SLUG:
        raise Http404
    found = Alarm(BY_SLUG[kind], BY_SLUG[kind].gather(CountScope(request.organisation, request.on)))
    rows = _lines(request.organisation, request.on, found.teams)
    return render(request, "workload/teams/attention.html", {"alarm": found, "rows": rows})


def _team(request: access.MemberRequest) -> HttpResponse:
    """Show one team: what needs the service manager there, its sums, its reports and who manages it."""
    team, on = team_read(request), day_asked(request)
    found = overview(request.organisation, on, today=request.on, team_ids=[team.pk])
    asked_months = twelve_months(request.on)
    sent = months.sums_sent(request.organisation, asked_months, team_ids=[team.pk])
    context = {
        "on": on,
        "team": team,
        "sums": summed(found, request.organisation),
        "sum": drop_in_queries.of_team(team, on),
        "alarms": alarms(CountScope(request.organisation, request.on, [team.pk])),
        "leaders": staff.leaders_of([team.pk], request.on)[team.pk],
        "places": staff.places_in(team, request.on),
        "may_record": True,
        "admins": staff.admins_of(request.organisation),
        "reports": [sent[team.pk, month] for month in reversed(asked_months) if (team.pk, month) in sent],
        "month": asked_months[-1],
        "is_sent": (team.pk, asked_months[-1]) in sent or not found,
        "deadline": deadline(asked_months[-1], request.on, queries.working(request.organisation)),
    }
    return render(request, "workload/teams/seen.html", context)


class Carried(NamedTuple):
    """A team's points on a day, and how many of its workers are away."""

    key: int | None
    name: str
    held: queries.TeamHeld
    away: int


def _carried(request: access.MemberRequest) -> HttpResponse:
    on = day_asked(request)
    listed = queries.teamed(request.organisation, on)
    held = queries.held_by_team(request.organisation, on, listed)
    away = queries.away_by_team(request.organisation, on, listed)
    rows = [
        Carried(key, name, held.get(key, queries.TeamHeld()), away.get(key, 0))
        for key, name in named_teams(request.organisation, held)
    ]
    context = {"on": on, "rows": rows, "whole": _sum_held(held.values()), "away": sum(away.values())}
    return render(request, "workload/teams/carry.html", context)


def _sum_held(held: Iterable[queries.TeamHeld]) -> queries.TeamHeld:
    return sum(held, queries.TeamHeld())


TEAM_COLUMNS = (
    "team", "workers", "fte", "points", "limit", "percent", "over", "high", "medium", "group", "parked", "people", "boundary",
    "contacts_over_7_days", "without_worker", "without_worker_past_their_day",
    "statutory_with_nobody", "away", "drop_ins_people_28_days", "drop_ins_hours_28_days",
)  # fmt: skip


@access.requires(Capability.SEE_TOTALS)
@require_GET
def export(request: access.MemberRequest, kind: str) -> HttpResponse:
    """Return the figures of every team on a day as CSV or xlsx, without names of people; the download is logged."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    on = day_asked(request)
    rows, whole = teams_overview(request.organisation, on, today=request.on)
    lines = [_team_line(row) for row in rows]
    audit.exported(request, f"team.{kind}", rows=len(lines))
    sums = _team_line(_all_teams(rows, whole)) if rows else ()
    about, columns = (
        exports.about(request, _("What every team carries"), format_day(on)),
        for_day(TEAM_COLUMNS, on, request.on),
    )
    return exports.response(kind, f"points-{on:%Y-%m-%d}", columns, lines, about=about, sums=sums, sheet="teams")


def _all_teams(rows: Sequence[TeamRow], whole: OverviewSums) -> TeamRow:
    """Return the row of the whole service, below those of its teams."""
    waits = waiting.WaitingCounts(
        waiting=sum(row.waiting.waiting for row in rows), late=sum(row.waiting.late for row in rows)
    )
    drop_ins = drop_in_queries.whole([row.drop_ins for row in rows])
    return TeamRow(_("Service"), whole, waits, drop_ins, sum(row.statutory for row in rows))


def _team_line(row: TeamRow) -> tuple:
    sums = row.sums
    return (
        row.name, sums.workers, sums.fte, sums.points.points, sums.points.limit, sums.points.percent, sums.over_limit,
        *sums.people, sums.people.total, sums.boundary.total, sums.contacts_over, row.waiting.waiting, row.waiting.late,
        row.statutory, sums.away, row.drop_ins.people, row.drop_ins.hours,
    )  # fmt: skip
