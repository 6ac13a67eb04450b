"""Who leads a team on a day."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once

from .. import rules
from ..models import (
    Absence,
    ActingManager,
    Member,
    Team,
)


class Leader(NamedTuple):
    """Who manages a team, or deputises for its manager."""

    name: str
    email: str
    is_here: bool  # works here that day, can sign in and is not away


class Leaders(NamedTuple):
    """The manager and the deputy of a team and who acts in place of each while they are away, None where none is named."""

    manager: Leader | None = None
    deputy: Leader | None = None
    for_manager: Leader | None = None
    for_deputy: Leader | None = None

    @property
    def is_led(self) -> bool:
        """Return whether one of them is here to act."""
        return any(leader and leader.is_here for leader in self)


def leaders_of(team_ids: Collection[int], on: date) -> dict[int, Leaders]:
    """Return who leads each of these teams as of a day, in two statements."""
    teams = leader_keys(team_ids, on)
    keys = {key for leaders in teams.values() for key in leaders if key}
    found = {key: Leader(*leader) for key, *leader in _named_leaders(list(keys), on)}
    return {team: Leaders(*map(found.get, leaders)) for team, leaders in teams.items()}


@compile_once
def _named_leaders(keys: list[int], on: date) -> QuerySet[Member, tuple[Any, ...]]:
    here = Member.objects.at_work(on).filter(pk=OuterRef("pk"))
    leaders = Member.objects.filter(any_of("pk", keys)).annotate(is_here=Exists(here))
    return leaders.values_list("pk", "name", "user__email", "is_here")


class LeaderKeys(NamedTuple):
    """The same as `Leaders`, by primary key alone."""

    manager: int | None = None
    deputy: int | None = None
    for_manager: int | None = None
    for_deputy: int | None = None

    @property
    def acting(self) -> list[int]:
        return [key for key in (self.for_manager, self.for_deputy) if key]

    @property
    def in_order(self) -> list[int]:
        """Those there are, each once: who is asked first stands first, and who acts before the one whose place they take."""
        found = (self.for_manager, self.manager, self.for_deputy, self.deputy)
        return list(dict.fromkeys(key for key in found if key))


def leader_keys(team_ids: Collection[int], on: date) -> dict[int, LeaderKeys]:
    """Return who leads each of these teams on a day, by primary key, in one statement; every team has an entry."""
    found = {key: LeaderKeys(*leaders) for key, *leaders in _leader_keys(list(team_ids), on)}
    return {key: LeaderKeys() for key in team_ids} | found


@compile_once
def _leader_keys(team_ids: list[int], on: date) -> QuerySet[Team, tuple[Any, ...]]:
    acting = ActingManager.objects.on(on).filter(team=OuterRef("pk"))
    in_place_of = {
        f"for_{whose}": Subquery(acting.filter(absence__worker=OuterRef(whose)).values("member")[:1])
        for whose in ("manager", "deputy")
    }
    return Team.objects.filter(any_of("pk", team_ids)).annotate(**in_place_of).values_list("pk", *LeaderKeys._fields)


def leader_keys_of(team: Team | None, on: date) -> LeaderKeys:
    """Return who leads a team on a day, by primary key; no one leads where there is no team."""
    return leader_keys([team.pk], on)[team.pk] if team else LeaderKeys()


def members_leading(team_ids: Collection[int], on: date) -> dict[int, list[Member]]:
    """Return the active members who lead each of these teams on a day, who is asked first in front, in two statements."""
    teams = leader_keys(team_ids, on)
    keys = {key for leaders in teams.values() for key in leaders.in_order}
    found = Member.objects.active().in_bulk(keys) if keys else {}
    return {pk: [found[key] for key in leaders.in_order if key in found] for pk, leaders in teams.items()}


def members_leading_it(team: Team | None, on: date) -> list[Member]:
    """Return the active members who lead one team on a day, who is asked first in front; none where there is no team."""
    return members_leading([team.pk], on)[team.pk] if team else []


def told_for_teams(team_ids: Collection[int], on: date) -> dict[int, list[int]]:
    """Return who is told what each team's manager has to know on a day, by primary key (`rules.told_for_team`)."""
    teams = leader_keys(team_ids, on)
    keys = {key for leaders in teams.values() for key in leaders.in_order}
    known = Member.objects.active().filter(pk__in=keys, user__is_active=True)
    here = known.annotate(is_away=Exists(Absence.objects.on(on).filter(worker=OuterRef("pk"))))
    is_away = dict(here.values_list("pk", "is_away")) if keys else {}
    at_work = {key for key, away in is_away.items() if not away}
    return {
        team: rules.told_for_team(each.manager, each.deputy, each.acting, here=at_work, known=is_away)
        for team, each in teams.items()
    }
