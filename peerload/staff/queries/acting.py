"""Who acts while a manager or deputy is away."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from peerload.core.arrays import any_of
from peerload.core.folding import fold
from peerload.core.periods import lasts_half_open

from ..models import (
    Absence,
    ActingManager,
    Member,
    MemberQuerySet,
    Post,
    Team,
)
from ..roles import MAY_LEAD
from .leading import Leader, Leaders, leader_keys, leaders_of
from .members import choice_labels


class LeaderPlace(NamedTuple):
    """The place of a manager or deputy who is or will be away, in one team, and who takes it."""

    absence: Absence
    team: Team
    on: date  # today, or the first day away where that is ahead
    leaders: Leaders  # of that day
    named: list[ActingManager]  # for that day and later ones, in order

    @property
    def is_of_manager(self) -> bool:
        return self.absence.worker_id == self.team.manager_id

    @property
    def acts(self) -> ActingManager | None:
        """Who is named for that day."""
        return next((row for row in self.named if row.starts_on <= self.on), None)

    @property
    def other(self) -> Leader | None:
        """The other lead of the team, who acts without being named, while they are at work."""
        leader = self.leaders.deputy if self.is_of_manager else self.leaders.manager
        return leader if leader and leader.is_here else None


def places_of(absences: Collection[Absence], on: date) -> list[LeaderPlace]:
    """Return the places of managers and deputies who are or will be away, by absence, then in order of the team's name."""
    workers = {absence.worker_id for absence in absences}
    teams = list(Team.objects.filter(Q(manager__in=workers) | Q(deputy__in=workers)).order_by("name", "pk"))
    named = defaultdict(list)
    for row in ActingManager.objects.filter(lasts_half_open(on), absence__in=absences).select_related("member"):
        named[row.absence_id, row.team_id].append(row)
    days = {max(on, absence.starts_on) for absence in absences}
    leaders = {day: leaders_of([team.pk for team in teams], day) for day in days} if teams else {}
    found = []
    for absence in absences:
        day = max(on, absence.starts_on)
        rows = [
            (team, sorted(named[absence.pk, team.pk], key=lambda row: row.starts_on))
            for team in teams
            if absence.worker_id in (team.manager_id, team.deputy_id)
        ]
        found += [LeaderPlace(absence, team, day, leaders[day][team.pk], acting) for team, acting in rows]
    return found


def places_in(team: Team, on: date) -> list[LeaderPlace]:
    """Return the places in a team whose holder is away on a day, or will be."""
    leaders = [key for key in (team.manager_id, team.deputy_id) if key]
    absences = Absence.objects.filter(lasts_half_open(on), worker__in=leaders).select_related("worker")
    return [each for each in places_of(list(absences.order_by("starts_on", "pk")), on) if each.team == team]


def may_act(absence: Absence, team: Team, on: date) -> MemberQuerySet:
    """Return who may be named to act in a team from a day on: who may lead, is at work that day, and does not lead it."""
    able = Member.objects.at_work(on).filter(organisation_id=team.organisation_id, role__in=MAY_LEAD)
    return able.exclude(pk__in=[key for key in (team.manager_id, team.deputy_id, absence.worker_id) if key])


class ActingCandidate(NamedTuple):
    """A member who may be named to act: where they work, and which teams they lead already."""

    uid: UUID
    label: str
    role: str
    team: str
    leads: tuple[str, ...]


MOST_OFFERED = 30


def acting_candidates(absence: Absence, team: Team, on: date, words: str = "") -> list[ActingCandidate]:
    """
    Return the members to choose from: those who lead another team first, then those who work in this one.

    :param words: only those whose name has these words, in whatever team
    """
    found = may_act(absence, team, on)
    for word in fold(words).split():
        found = found.filter(name_key__contains=word)
    leads = _teams_led_by_member(team.organisation_id, on)
    if not words:
        works = Member.objects.of_teams([team.pk], on).values("pk")
        found = found.filter(Q(pk__in=list(leads)) | Q(any_of("pk", works)))
    members = sorted(found.named()[: MOST_OFFERED * 4], key=lambda each: each.pk not in leads)[:MOST_OFFERED]
    labels, works_in = choice_labels(members), _team_names(members, on)
    return [
        ActingCandidate(
            each.uid, labels[each.pk], each.get_role_display(), works_in[each.pk], tuple(leads.get(each.pk, ()))
        )
        for each in members
    ]


def _team_names(members: Collection[Member], on: date) -> dict[int, str]:
    """Return the name of the team that each of these members works in on a day, "" where there is none."""
    posts = Post.objects.on(on).filter(worker=OuterRef("pk"))
    name = Coalesce(Subquery(posts.values("team__name")[:1]), F("home_team__name"), Value(""))
    found = Member.objects.filter(pk__in=[each.pk for each in members]).annotate(works_in=name)
    return dict(found.values_list("pk", "works_in"))


def _teams_led_by_member(organisation_id: int, on: date) -> dict[int, list[str]]:
    """Return the names of the teams that each member leads on a day, by member; who leads none is left out."""
    teams = dict(Team.objects.filter(organisation=organisation_id).order_by("name", "pk").values_list("pk", "name"))
    found = defaultdict(list)
    leaders = leader_keys(list(teams), on)
    for team, name in teams.items():
        for key in leaders[team].in_order:
            found[key].append(name)
    return found


def acting_now(member: Member, on: date) -> list[ActingManager]:
    """Return in which teams a member acts on a day, in order of the team's name."""
    rows = ActingManager.objects.on(on).filter(member=member)
    return list(rows.select_related("team", "absence__worker").order_by("team__name", "pk"))


def acting_in(team_ids: Collection[int], on: date) -> list[ActingManager]:
    """Return who acts in these teams on a day."""
    rows = ActingManager.objects.on(on).filter(team__in=team_ids)
    return list(rows.select_related("member", "team", "absence__worker").order_by("team__name", "starts_on", "pk"))


def acted_until(member_ids: Collection[int], on: date) -> set[tuple[int, int]]:
    """Return who of these members was named to act in which team and does not lead it on a day: (member, team)."""
    named = set(ActingManager.objects.filter(member__in=member_ids).values_list("member", "team"))
    leaders = leader_keys({team for __, team in named}, on) if named else {}
    return {(member, team) for member, team in named if member not in leaders[team].in_order}
