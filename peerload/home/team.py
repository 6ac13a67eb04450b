"""Who carries what in a team on any day. In order of name, never of load."""

from collections.abc import Sequence
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from caseload.cover import queries as cover
from caseload.cover.rules import DutyDue
from caseload.drop_ins import queries as drop_in_queries
from caseload.enums import Duty
from caseload.leaving.queries import under_way
from caseload.queries.settings import cadence_of
from caseload.queries.teams import to_look_at_in
from caseload.temporary_moves.queries import count_proposed_to
from caseload.to_decide import to_decide
from caseload.waiting import queries as waiting
from peerload.audit import actions as audit
from peerload.core.formats import format_day
from peerload.notices.queries import news
from peerload.staff import access
from peerload.staff.access import team_asked, teams_led
from peerload.staff.models import Team
from peerload.staff.roles import Capability
from peerload.ui.asked import day_asked
from wellbeing.plans.queries import plan_rows, proposed_to
from wellbeing.plans.rules.needs import team_sums
from wellbeing.queries import planned
from workload import exports, queries
from workload.capacity.overview import OverviewSums, WorkerRow, for_day, overview, parked_needed, summed
from workload.months import queries as months
from workload.points.ahead import AHEAD, team_steps


@access.requires(Capability.LEAD_TEAM)
@require_GET
def team(request: access.MemberRequest) -> HttpResponse:
    """Show a manager or deputy one of their teams on a day."""
    on, teams = day_asked(request), teams_led(request)
    chosen = team_asked(request, teams)
    if chosen is None:
        return render(request, "workload/team_none.html", {"on": on, "news": news(request.member, request.on)})
    # A manager should not have to open each of their other teams to find out that one has people without cover today.
    led = [chosen, *(each for each in teams if each != chosen)] if on == request.on else [chosen]
    found = overview(request.organisation, on, today=request.on, team_ids=[chosen.pk])
    sums = summed(found, request.organisation)
    schemes = queries.schemes(request.organisation.pk)
    ahead = queries.foreseen(request.organisation, on, on + AHEAD, team_ids=[chosen.pk])
    to_look_at = to_look_at_in([chosen.pk], on) if on == request.on else []
    told = news(request.member, on, team_id=chosen.pk) if on == request.on else None
    deciding = to_decide(request.member, on) if on == request.on else None
    listed = len(to_look_at) + len(told or ()) + (deciding.names if deciding else 0)
    if listed:
        audit.listed(request, "team", listed)
    context = {
        "on": on,
        "team": chosen,
        "leads_team": request.member.pk in (chosen.manager_id, chosen.deputy_id),
        "teams": teams,
        "rows": found,
        "totals": [row.total.total for row in found],
        "sums": sums,
        "sum": drop_in_queries.of_team(chosen, on),
        "steps": team_steps(ahead, schemes, on),
        "waiting": _waiting(request, on, led),
        "news": told,
        "deciding": deciding,
        "leavings": under_way(request.member, request.on) if on == request.on else [],
        "to_look_at": to_look_at,
        "returns": count_proposed_to(request.member, request.on) if on == request.on else 0,
        **_while_away(request, on, led),
        "parked_needed": parked_needed(sums, request.organisation),
        "planned": team_sums(
            planned([row.worker.member_id for row in found], on),
            sums.people,
            cadence_of(request.organisation),
            plan_rows(request.organisation.pk),
        ),
        "to_agree": proposed_to(request.member, on) if on == request.on else [],
        "open_months": _open_months(request, chosen) if on == request.on else [],
        "open_actions": months.open_actions_of_team([chosen.pk], besides=request.member) if on == request.on else [],
        "to_decide": months.to_decide(request.member),
    }
    return render(request, "home/team.html", context)


def _waiting(
    request: access.MemberRequest, on: date, teams: Sequence[Team]
) -> list[tuple[Team, waiting.WaitingCounts]]:
    """Return how many wait in each of these teams that day; a team with none is left out."""
    found = waiting.counts(request.organisation, on, today=request.on, team_ids=[team.pk for team in teams])
    return [(team, found[team.pk]) for team in teams if team.pk in found]


def _while_away(request: access.MemberRequest, on: date, teams: Sequence[Team]) -> dict:
    """
    Return the workers whose people in the teams no one covers, now and soon, and the absences with something to do.

    Things to do are shown for today only.
    """
    alone = cover.left_alone(request.organisation, on, team_ids=[team.pk for team in teams])
    now = [each for each in alone if each.starts_on <= on]
    asking = cover.asking(request.member, on) if on == request.on else []
    asked = {absence.pk: due for absence, due in asking}
    first = {each.absence_id for each in now}
    return {
        "alone": [
            (each, len(asked.get(each.absence_id, [])), _is_talk(asked.get(each.absence_id, []))) for each in now
        ],
        "alone_soon": [each for each in alone if each.starts_on > on],
        "asking": [(absence, due, _is_talk(due)) for absence, due in asking if absence.pk not in first],
    }


def _is_talk(due: Sequence[DutyDue]) -> bool:
    """Return whether talking with the service manager is among the things to do."""
    return any(each.kind == Duty.SERVICE_MANAGER for each in due)


def _open_months(request: access.MemberRequest, team: Team) -> list[months.OpenMonth]:
    """Return the months whose report is not sent, the oldest first."""
    return months.open_months(request.organisation, request.on, team_ids=[team.pk]).get(team.pk, [])


# Taking it along -------------------------------------------------------------------------------------------------------

WORKER_COLUMNS = (
    "worker", "team", "fte", "stable", "extras", "cases", "subtotal", "weight", "total", "mark", "limit", "band",
    "high", "medium", "group", "parked", "people", "boundary", "contacts_over_7_days", "away",
)  # fmt: skip


@access.requires(Capability.LEAD_TEAM)
@require_GET
def export(request: access.MemberRequest, kind: str) -> HttpResponse:
    """Return the page's figures as CSV or xlsx, without names of people supported; the download is logged."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    on, chosen = day_asked(request), team_asked(request, teams_led(request))
    if chosen is None:
        raise Http404
    found = overview(request.organisation, on, today=request.on, team_ids=[chosen.pk])
    audit.exported(request, f"team.{kind}", rows=len(found))
    lines, sums = [_worker_line(row) for row in found], _sums_line(chosen, summed(found, request.organisation))
    columns = for_day(WORKER_COLUMNS, on, request.on)
    about = exports.about(request, _("What the workers of a team carry"), format_day(on), team=chosen.name)
    return exports.response(kind, f"points-{on:%Y-%m-%d}", columns, lines, about=about, sums=sums, sheet="workers")


def _sums_line(team: Team, sums: OverviewSums) -> tuple:
    return (
        _("Team"), team.name, sums.fte, *[None] * 5, sums.points.points, None, sums.points.limit, None,
        *sums.people, sums.people.total, sums.boundary.total, sums.contacts_over, sums.away,
    )  # fmt: skip


def _worker_line(row: WorkerRow) -> tuple:
    total = row.total
    return (
        row.worker.name, row.worker.team_name, row.worker.fte, total.stable, total.extras, total.cases, total.subtotal,
        total.weight, total.total, total.mark, total.limit, total.band, *row.people, row.people.total,
        row.boundary.total, row.contacts_over, row.away.band if row.away else None,
    )  # fmt: skip
