"""How many workers the people there are ask for, tier by tier: for a manager their team, for a service manager every team."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from caseload.enums import CASELOAD_TIERS, Tier
from caseload.queries.settings import boundary_of
from caseload.queries.teams import not_in_touch_spells
from caseload.rules import Boundary, CameBack, Mix, Needed, came_back, rounded, workers_needed
from caseload.waiting import queries as waiting
from peerload.audit import actions as audit
from peerload.core.formats import format_day
from peerload.staff import access
from peerload.staff.access import team_asked, teams_led
from peerload.staff.models import Organisation, Team
from peerload.staff.roles import Capability
from peerload.ui.asked import day_asked
from workload import exports, queries
from workload.capacity.overview import overview, summed


class TierNeed(NamedTuple):
    """One tier: its people, how many of them have no worker, the boundary of the FTE in post, and the FTE needed."""

    tier: Tier
    people: int
    waiting: int
    full_time: Decimal  # the boundary of one full-time worker
    boundary: Decimal
    needed: Decimal | None

    @property
    def above(self) -> Decimal:
        """How many more people there are than the boundary."""
        return self.people - self.boundary

    @property
    def tenths(self) -> Decimal | None:
        """The FTE needed with one decimal, half up."""
        return None if self.needed is None else rounded(self.needed, 1)


class TeamStaffing(NamedTuple):
    """The workers of a team, or of the service, and the people they support against the boundary of their FTE."""

    workers: int
    fte: Decimal
    people: Mix
    boundary: Boundary
    away: int


class Resource(NamedTuple):
    """What a team, or the service, has and what its people ask for. FTE needed are unrounded."""

    name: str
    sums: TeamStaffing
    waiting: Mix
    without_tier: int  # people in no tier, because it is not chosen yet
    full_time: Boundary
    came_back: CameBack

    @property
    def people(self) -> Mix:
        """All people: with and without a worker."""
        return Mix(*map(sum, zip(self.sums.people, self.waiting, strict=True)))

    @property
    def by_tier(self) -> Needed:
        return workers_needed(self.people, self.full_time)

    @property
    def tiers(self) -> list[TierNeed]:
        columns = self.people, self.waiting, self.full_time, self.sums.boundary, self.by_tier
        return list(map(TierNeed, CASELOAD_TIERS, *columns))

    @property
    def needed(self) -> Decimal:
        """The full-time workers needed in all, with one decimal (P14)."""
        return rounded(self.by_tier.most, 1)

    @property
    def gap(self) -> Decimal:
        """How many more full-time workers are needed than there are; below 0 for a surplus. It follows from the rounded
        figures.
        """
        return self.needed - self.sums.fte

    @property
    def distance(self) -> Decimal:
        """The gap, as a positive number."""
        return abs(self.gap)


def resources_of_team(team: Team, on: date, *, today: date) -> Resource:
    """Return what one team has and needs on a day."""
    organisation = team.organisation
    sums = summed(overview(organisation, on, today=today, team_ids=[team.pk]), organisation)
    staffed = TeamStaffing(sums.workers, sums.fte, sums.people, sums.boundary, sums.away)
    waits = waiting.counts(organisation, on, today=today, team_ids=[team.pk]).get(team.pk, waiting.WaitingCounts())
    spells = not_in_touch_spells(organisation, on, team_ids=[team.pk]).get(team.pk, [])
    return _resource(team.name, staffed, waits.tiers, organisation, came_back(spells, on))


def resources(organisation: Organisation, on: date, *, today: date) -> tuple[list[Resource], Resource]:
    """
    Return the workers each team has and needs on a day, in order of name, and the same for the service.

    The service is counted from its people and its FTE, not from the teams' needs: a whole is at most the sum of its
    parts.
    """
    staffed = _staffed(organisation, on)
    waits = {key: each.tiers for key, each in waiting.counts(organisation, on, today=today).items()}
    teams = list(Team.objects.filter(organisation=organisation).order_by("name", "pk").values_list("pk", "name"))
    spells = not_in_touch_spells(organisation, on)
    if waits.get(None) or spells.get(None) or None in staffed:
        teams.append((None, _("In no team")))
    nobody = _together([], organisation)
    rows = [
        _resource(name, staffed.get(key, nobody), waits.get(key, {}), organisation, came_back(spells.get(key, []), on))
        for key, name in teams
    ]
    everybody: dict[str | None, int] = {}
    for tiers in waits.values():
        for tier, count in tiers.items():
            everybody[tier] = everybody.get(tier, 0) + count
    back = CameBack(*map(sum, zip(*(row.came_back for row in rows), strict=True)))
    return rows, _resource(_("Service"), _together(staffed.values(), organisation), everybody, organisation, back)


def _staffed(organisation: Organisation, on: date) -> dict[int | None, TeamStaffing]:
    """Return what each team with a worker listed on a day has, each figure in one pass over its table."""
    listed = queries.teamed(organisation, on)
    people = queries.mix_by_team(organisation, on, listed)
    away = queries.away_by_team(organisation, on, listed)
    full_time = boundary_of(organisation)
    counted: dict[int | None, tuple[int, Decimal]] = {}
    for team, fte in zip(listed.teams, listed.ftes, strict=True):
        workers, sum_of_fte = counted.get(team, (0, Decimal(0)))
        counted[team] = workers + 1, sum_of_fte + fte
    return {
        team: TeamStaffing(workers, fte, people.get(team, Mix()), full_time.times(fte), away.get(team, 0))
        for team, (workers, fte) in counted.items()
    }


def _together(staffed: Collection[TeamStaffing], organisation: Organisation) -> TeamStaffing:
    """Return several teams as one; the boundary is that of the summed FTE (R16)."""
    fte = sum((each.fte for each in staffed), Decimal(0))
    people = Mix(*map(sum, zip(*(each.people for each in staffed), strict=True)))
    workers, away = sum(each.workers for each in staffed), sum(each.away for each in staffed)
    return TeamStaffing(workers, fte, people, boundary_of(organisation).times(fte), away)


def _resource(
    name: str, sums: TeamStaffing, waiting: Mapping[str | None, int], organisation: Organisation, back: CameBack
) -> Resource:
    in_tiers = Mix(*(waiting.get(tier, 0) for tier in CASELOAD_TIERS))
    return Resource(name, sums, in_tiers, waiting.get(None, 0), boundary_of(organisation), back)


def _asked(request: access.MemberRequest) -> tuple[date, list[Resource], Resource | None, Team | None]:
    """Return the day, the teams and their whole where every team may be seen; else the team asked for, alone."""
    on = day_asked(request)
    if access.may(request.member, Capability.SEE_TOTALS):
        rows, whole = resources(request.organisation, on, today=request.on)
        return on, rows, whole, None
    team = team_asked(request, teams_led(request))
    if team is None:
        return on, [], None, None
    return on, [], resources_of_team(team, on, today=request.on), team


@access.requires(Capability.LEAD_TEAM, Capability.SEE_TOTALS)
@require_GET
def resource_view(request: access.MemberRequest) -> HttpResponse:
    """Show how many workers the people supported need, without any name."""
    on, rows, whole, team = _asked(request)
    if whole is None:
        return render(request, "workload/team_none.html", {"on": on})
    context = {"on": on, "rows": rows, "whole": whole, "team": team, "teams": teams_led(request) if team else []}
    return render(request, "workload/capacity/workers_needed.html", context)


COLUMNS = ("team", "tier", "people", "without_worker", "boundary", "fte_in_post", "fte_needed", "fte_short")


@access.requires(Capability.LEAD_TEAM, Capability.SEE_TOTALS)
@require_GET
def resource_export(request: access.MemberRequest, kind: str) -> HttpResponse:
    """Return the figures as CSV or xlsx, a line a tier and one for all of them; the download is logged."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    on, rows, whole, team = _asked(request)
    if whole is None:
        raise Http404
    lines = [line for resource in [*rows, whole] for line in _lines(resource)]
    audit.exported(request, f"resources.{kind}", rows=len(lines))
    about = exports.about(request, _("Workers needed"), format_day(on), team=team.name if team else "")
    name = f"workers-needed-{on:%Y-%m-%d}"
    if kind == "csv":
        return exports.csv_response(name, COLUMNS, lines)
    return exports.workbook_response(name, _sheets(rows, whole), about)


def _sheets(rows: Sequence[Resource], whole: Resource) -> dict[str, exports.DownloadTable | exports.DownloadFacts]:
    """
    Return the sheets of the workbook, each with what is needed in all as its row of sums.

    Of several teams the tiers of the whole service have a sheet of their own, so that no filter takes them for a team's.
    """
    *tiers, total = _lines(whole)
    in_all = exports.DownloadTable(COLUMNS, tiers, total)
    if not rows:
        return {"workers needed": in_all}
    lines = [line for resource in rows for line in _lines(resource)]
    return {"workers needed": exports.DownloadTable(COLUMNS, lines, total), "whole service": in_all}


def _lines(found: Resource) -> list[tuple]:
    """Return a line a tier, with one decimal; the last has people, FTE in post, FTE needed in all and the shortage."""
    lines = [
        (found.name, each.tier.value, each.people, each.waiting, each.boundary, None, each.tenths, None)
        for each in found.tiers
    ]
    people, waiting, sums = found.people.total, found.waiting.total, found.sums
    return [*lines, (found.name, "all", people, waiting, sums.boundary.total, sums.fte, found.needed, found.gap)]
