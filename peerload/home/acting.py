"""What waits for a manager who is away, on the first page of who acts in their place: named to act, or the deputy."""

from collections.abc import Sequence
from typing import NamedTuple

from django.urls import reverse

from caseload.temporary_moves.queries import count_proposed_in
from peerload.staff import access
from peerload.staff import queries as staff
from peerload.staff.models import Absence, ActingManager, Team
from wellbeing.leave.queries import to_answer, waiting_for
from wellbeing.plans.queries import proposed_to
from workload import queries, rules
from workload.teams.attention import AttentionLine

from . import attention_lines
from .attention import OfReader, gather
from .attention_lines import TeamPlace


class ActingCard(NamedTuple):
    """A team in which the reader acts: whose place they take, and what waits there."""

    team: Team
    absent: str
    url: str
    lines: Sequence[AttentionLine]


class InPlaceOf(NamedTuple):
    """A team the reader leads because another is away, whose name this is: named to act, or as deputy of its manager."""

    team: Team
    absent: str


def rows_of(request: access.MemberRequest) -> list[ActingManager]:
    """Return in which teams the reader acts today; a member who was never named is not asked about."""
    return staff.acting_now(request.member, request.on) if request.member.was_named_to_act else []


def places_of(request: access.MemberRequest) -> list[InPlaceOf]:
    """Return in whose place the reader leads a team today; a member who leads none is not asked about."""
    if not access.leads(request.member):
        return []
    found = {
        (row.team_id, row.absence.worker_id): InPlaceOf(row.team, row.absence.worker.name) for row in rows_of(request)
    }
    away = Absence.objects.on(request.on).filter(organisation=request.organisation).values("worker")
    for team in Team.objects.filter(deputy=request.member, manager__in=away).select_related("manager"):
        found.setdefault((team.pk, team.manager_id or 0), InPlaceOf(team, team.manager.name if team.manager else ""))
    return sorted(found.values(), key=lambda each: (each.team.name, each.team.pk))


def cards(request: access.MemberRequest) -> list[ActingCard]:
    """Return what waits in each team in which the reader acts today: as its team page has it, with what waits for its leader."""
    places = places_of(request)
    if not places:
        return []
    teams = {place.team.pk: place.team for place in places}
    scheme = rules.scheme_on(queries.schemes(request.organisation.pk), request.on)
    found = gather(request.member, list(teams.values()), request.on, today=request.on, scheme=scheme)
    cards = []
    for team, absent in places:
        url = f"{reverse('team')}?team={team.pk}"
        here = found.of(team.pk, first=False)._replace(mine=_for_its_leader(request, team))
        cards.append(ActingCard(team, absent, url, attention_lines.lines(here, TeamPlace(team, url, True))))
    return cards


def _for_its_leader(request: access.MemberRequest, team: Team) -> OfReader:
    """
    Return what waits for who leads one team: plans to agree, people who move back, and leave to answer.

    People to decide about and monthly records stand on My day already, for all who lead a team.
    """
    member, on = request.member, request.on
    return OfReader(
        returns=count_proposed_in(team, on),
        plans=proposed_to(member, on, team_ids=[team.pk]),
        leave=to_answer(waiting_for(member, on, team_ids=[team.pk]), member, on),
    )
