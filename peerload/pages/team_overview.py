"""Who carries what in a team on any day. In order of name, never of load."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from caseload import queries as caseload
from caseload import rules as caseload_rules
from caseload.cover import queries as cover
from caseload.cover.rules import Due
from caseload.enums import CASELOAD_TIERS, Duty
from caseload.leaving.queries import gone_by, under_way
from caseload.moves.queries import count_proposed_to
from caseload.waiting import queries as waiting
from peerload.audit import actions as audit
from peerload.notices.queries import news
from peerload.prepared import prepared
from peerload.staff import access
from peerload.staff import rules as staff_rules
from peerload.staff.models import Absence, Member, Organisation, Team
from peerload.staff.roles import Capability
from wellbeing.plans.queries import plan_rows, proposed_to
from wellbeing.plans.rules import team_sums
from wellbeing.queries import planned
from workload import exports, queries, rules
from workload.months import queries as months

from .ahead import AHEAD, team_steps
from .deciding import to_decide
from .points import day_asked


class Away(NamedTuple):
    """Somebody is away that day."""

    since: date
    expected_back: date | None
    band: str

    @classmethod
    def of(cls, absence: Absence, on: date) -> "Away":
        days = staff_rules.days_away(absence.starts_on, absence.expected_back, on)
        return cls(absence.starts_on, absence.expected_back, staff_rules.absence_band(days).label)


class Row(NamedTuple):
    """One worker on a day."""

    worker: queries.Listed
    total: rules.Total
    people: caseload_rules.Mix
    boundary: caseload_rules.Boundary
    over: list["Over"]
    contacts_over: int
    away: Away | None


class Over(NamedTuple):
    """A tier, or ``total``, with more people than the boundary: a guide, not a target."""

    tier: str
    people: int
    boundary: Decimal


class Sums(NamedTuple):
    """What several workers hold and support together; the boundary is that of their summed FTE (gap 16)."""

    workers: int
    fte: Decimal
    points: rules.TeamTotal
    over_limit: int
    people: caseload_rules.Mix
    boundary: caseload_rules.Boundary
    over: list[Over]
    contacts_over: int
    away: int

    @property
    def mix_rows(self) -> list[dict]:
        return [
            {"tier": tier, "people": people, "boundary": boundary}
            for tier, people, boundary in zip(CASELOAD_TIERS, self.people, self.boundary, strict=True)
        ]


@access.requires(Capability.LEAD_TEAM)
@require_GET
def team(request):
    """Show a manager or deputy one of their teams on a day."""
    on, teams = day_asked(request), teams_led(request)
    chosen = team_asked(request, teams)
    if chosen is None:
        return render(request, "pages/team_none.html", {"on": on, "news": news(request.member, request.on)})
    # Nobody finds out only by looking that one of their other teams has people with nobody today.
    led = [chosen, *(each for each in teams if each != chosen)] if on == request.on else [chosen]
    found = overview(request.organisation, on, today=request.on, team_ids=[chosen.pk])
    sums = summed(found, request.organisation)
    schemes = queries.schemes(request.organisation.pk)
    ahead = queries.foreseen(request.organisation, on, on + AHEAD, team_ids=[chosen.pk])
    to_look_at = caseload.to_look_at_in([chosen.pk], on) if on == request.on else []
    told = news(request.member, on, team_id=chosen.pk) if on == request.on else None
    deciding = to_decide(request.member, on) if on == request.on else None
    listed = len(to_look_at) + len(told or ()) + (deciding.names if deciding else 0)
    if listed:
        audit.listed(request, "team", listed)
    context = {
        "on": on,
        "team": chosen,
        "teams": teams,
        "rows": found,
        "totals": [row.total.total for row in found],
        "sums": sums,
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
            caseload.cadence(request.organisation),
            plan_rows(request.organisation.pk),
        ),
        "to_agree": proposed_to(request.member, on) if on == request.on else [],
        "open_months": _open_months(request, chosen) if on == request.on else [],
        "open_actions": months.open_actions_of_team([chosen.pk], besides=request.member) if on == request.on else [],
        "to_decide": months.to_decide(request.member),
    }
    return render(request, "pages/team.html", context)


def _waiting(request, on: date, teams: Sequence[Team]) -> list[tuple[Team, waiting.Counts]]:
    """Return how many of each of these teams wait that day; a team of which nobody does is left out."""
    found = waiting.counts(request.organisation, on, today=request.on, team_ids=[team.pk for team in teams])
    return [(team, found[team.pk]) for team in teams if team.pk in found]


def _while_away(request, on: date, teams: Sequence[Team]) -> dict:
    """
    Return who is away that day while people of the teams have nobody, who soon will be, and the absences that ask for something.

    What is to be done is asked of today alone.
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


def _is_talk(due: Sequence[Due]) -> bool:
    """Return whether talking with the service manager is among what is to be done."""
    return any(each.kind == Duty.SERVICE_MANAGER for each in due)


def _open_months(request, team: Team) -> list[months.OpenMonth]:
    """Return the months whose report is not sent, the oldest first."""
    return months.open_months(request.organisation, request.on, team_ids=[team.pk]).get(team.pk, [])


def teams_led(request) -> list[Team]:
    """Return the teams the member leads, in order of name."""
    return _teams_led(request.member.pk, request.member.organisation_id)


@prepared
def _teams_led(member_id: int, organisation_id: int):
    return Team.objects.led_by(Member(pk=member_id, organisation_id=organisation_id)).order_by("name", "pk")


def team_asked(request, teams: Sequence[Team]) -> Team | None:
    """
    Return the team asked for, or the first.

    :raises Http404: if a team is asked for that the member does not lead
    """
    asked = request.GET.get("team")
    if not asked:
        return teams[0] if teams else None
    found = next((team for team in teams if str(team.pk) == asked), None)
    if found is None:
        raise Http404
    return found


def overview(organisation: Organisation, on: date, *, today: date, team_ids: Sequence[int] | None = None) -> list[Row]:
    """Return one row a worker listed that day, in order of name; the number of queries does not depend on how many."""
    workers = queries.listed(organisation, on, team_ids=team_ids)
    keys = [worker.member_id for worker in workers]
    totals = queries.totals_on(organisation, on, workers)
    people = queries.mix_on(keys, on)
    late = queries.contacts_over(keys, on, today=today, every=caseload.cadence(organisation))
    away = queries.absences_on(keys, on)
    left = gone_by(on, [absence.worker_id for absence in away.values()]) if away else set()
    full_time = caseload.boundary(organisation)
    found = []
    for worker in workers:
        key = worker.member_id
        boundary = full_time.times(worker.fte)
        gone = Away.of(away[key], on) if key in away and key not in left else None
        over = over_boundary(people[key], boundary)
        found.append(Row(worker, totals[key], people[key], boundary, over, late.get(key, 0), gone))
    return found


def over_boundary(people: caseload_rules.Mix, boundary: caseload_rules.Boundary) -> list[Over]:
    """Return the tiers above the boundary, and ``total`` where the whole is."""
    names = caseload_rules.over_boundary(people, boundary)
    return [Over(name, getattr(people, name), getattr(boundary, name)) for name in names]


def summed(found: Sequence[Row], organisation: Organisation) -> Sums:
    """Return what the rows come to together."""
    fte = sum((row.worker.fte for row in found), Decimal(0))
    people = caseload_rules.Mix(*(sum(column) for column in zip(*(row.people for row in found), strict=True)))
    boundary = caseload.boundary(organisation).times(fte)
    return Sums(
        workers=len(found),
        fte=fte,
        points=rules.team_total(row.total for row in found),
        over_limit=sum(row.total.total > row.total.limit for row in found),
        people=people,
        boundary=boundary,
        over=over_boundary(people, boundary),
        contacts_over=sum(row.contacts_over for row in found),
        away=sum(row.away is not None for row in found),
    )


def parked_needed(sums: Sums, organisation: Organisation) -> Decimal:
    """Return how many contacts a week the people kept in touch with need (gap 49)."""
    needed = caseload_rules.parked_contacts_a_week(sums.people.parked, caseload.cadence(organisation))
    return caseload_rules.rounded(needed, 1)


# Taking it along -------------------------------------------------------------------------------------------------------

WORKER_COLUMNS = (
    "worker", "team", "fte", "stable", "extras", "cases", "subtotal", "weight", "total", "mark", "limit", "band",
    "high", "medium", "group", "parked", "people", "boundary", "contacts_over_7_days", "away",
)  # fmt: skip


@access.requires(Capability.LEAD_TEAM)
@require_GET
def export(request, kind: str):
    """Give the page's figures as CSV or xlsx, without the name of anybody supported; who took it is written down."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    on, chosen = day_asked(request), team_asked(request, teams_led(request))
    if chosen is None:
        raise Http404
    found = overview(request.organisation, on, today=request.on, team_ids=[chosen.pk])
    audit.exported(request, f"team.{kind}", rows=len(found))
    lines, sums = [_worker_line(row) for row in found], _sums_line(chosen, summed(found, request.organisation))
    columns = for_day(WORKER_COLUMNS, on, request.on)
    return exports.response(kind, f"points-{on:%Y-%m-%d}", columns, lines, sums=sums)


def for_day(columns: Sequence[str], on: date, today: date) -> list[str]:
    """Return the columns as a file of a day has them: contacts of a coming day are overdue only if none is made before."""
    late = "contacts_over_7_days"
    return [f"{name}_if_none_is_made_before" if name == late and on > today else name for name in columns]


def _sums_line(team: Team, sums: Sums) -> tuple:
    return (
        "Team", team.name, sums.fte, *[None] * 5, sums.points.points, None, sums.points.limit, None,
        *sums.people, sums.people.total, sums.boundary.total, sums.contacts_over, sums.away,
    )  # fmt: skip


def _worker_line(row: Row) -> tuple:
    total = row.total
    return (
        row.worker.name, row.worker.team_name, row.worker.fte, total.stable, total.extras, total.cases, total.subtotal,
        total.weight, total.total, total.mark, total.limit, total.band, *row.people, row.people.total,
        row.boundary.total, row.contacts_over, row.away.band if row.away else None,
    )  # fmt: skip
