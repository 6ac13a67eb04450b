"""Teams and their workers: who works there, what their people wait for, who came back."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery

from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.core.periods import lasts_half_open
from peerload.staff.models import Member, MemberQuerySet, Organisation, Post, Team, TeamIds, in_teams

from .. import rules
from ..enums import ContactPreference, MovedOn, ParkedOutcome, Tier
from ..models import Allocation, Client, ClientQuerySet, PleaseDont, Referral, TierPeriod, held_on
from .in_touch import asks_for_decision, outcome_of
from .settings import cadence_of


class ToLookAt(NamedTuple):
    """A person of a team whose allocation has to be reviewed, and their worker."""

    uid: UUID
    name: str
    worker: str
    review_on: date
    team_id: int


def to_look_at_in(team_ids: Collection[int], on: date) -> list[ToLookAt]:
    """Return the people of teams whose allocation has to be reviewed, whichever worker supports them."""
    asked = Allocation.objects.on(on).filter(closed_on=None, review_on__lte=on)
    asked = asked.filter(any_of("client", Client.objects.filter(team__in=team_ids).values("pk")))
    asked = asked.exclude(client__tier=Tier.INACTIVE).order_by("review_on", "client__name_key", "pk")
    columns = ("client__uid", "client__name", "worker__name", "review_on", "client__team")
    return [ToLookAt(*row) for row in asked.values_list(*columns)]


def workers_of_teams(member: Member, on: date) -> list[Member]:
    """Return the workers who support people of the teams a member leads, and those with a post there, in order of name."""
    return _workers_of_teams(member.pk, member.organisation_id, on)


@compile_once
def _workers_of_teams(member_id: int, organisation_id: int, on: date) -> MemberQuerySet:
    return those_of_teams(Member(pk=member_id, organisation_id=organisation_id), on).named()


def those_of_teams(member: Member, on: date) -> MemberQuerySet:
    """Return the workers that `workers_of_teams` lists, in no order, for use in a larger query."""
    theirs = those_in_teams(Team.objects.led_by(member, on).values("pk"), on)
    return theirs.filter(organisation_id=member.organisation_id)


def those_in_teams(team_ids: TeamIds, on: date) -> MemberQuerySet:
    """Return the workers who support people of teams, and those with a post there, in no order."""
    hold = Allocation.objects.on(on).filter(in_teams("client__team", team_ids)).values("worker")
    theirs = hold.union(Member.objects.of_teams(team_ids, on).values("pk"), all=True)
    return Member.objects.filter(any_of("pk", theirs))


def team_of(worker: Member, on: date) -> int | None:
    """Return the team of a worker's post that day, else of their profile; a leaver's people stay in the team until they move."""
    post = Post.objects.written_for(on).filter(worker=worker).first()
    return (post.team_id if post else None) or worker.home_team_id


def allocated_lately(worker_ids: Collection[int], on: date) -> dict[int, int]:
    """Return how many people each worker was newly allocated in the 28 days up to a day, by member; none is left out."""
    begun = Allocation.objects.counted().filter(
        worker__in=worker_ids, starts_on__gt=on - rules.LATELY, starts_on__lte=on
    )
    return dict(begun.order_by().values_list("worker").annotate(Count("pk")))


def gone_over(worker: Member, on: date) -> list[Allocation]:
    """Return the open allocations that took a worker over the limit, with the reason, latest first."""
    held = Allocation.objects.on(on).filter(worker=worker).exclude(over_reason="")
    return list(held.select_related("by").order_by("-starts_on", "-pk"))


class ToDecide(NamedTuple):
    """People of a member's teams that they have to decide about; those of `decided_to_close` have ``close_decided_on``."""

    without_worker: list[Client]
    asked_for_support: list[Client]
    to_review: list[Client]
    asked_not: list[Client]
    decided_to_close: list[Client]


@compile_once
def _to_decide(member_id: int, organisation_id: int, on: date, parked_by: date) -> ClientQuerySet:
    led = Team.objects.led_by(Member(pk=member_id, organisation_id=organisation_id), on)
    agreed = PleaseDont.objects.standing().filter(client=OuterRef("pk"), agreed_on__isnull=False)
    theirs = Allocation.objects.on(on).filter(client__team__in=led, organisation=organisation_id)
    closing = theirs.filter(closed_on=None, close_decided_on__isnull=False)
    # Who is in post is found once for each worker, not for each person.
    workers = Member.objects.filter(any_of("pk", theirs.values("worker")))
    supported = held_on(on).filter(any_of("worker", workers.in_post(on).values("pk")))
    asked = Q(tier=Tier.PARKED) & (Q(support_wanted_on__isnull=False) | Q(parked_on__lte=parked_by))
    asks_not = Q(contact_preference=ContactPreference.PLEASE_DONT) & ~Exists(agreed)
    here = Q(tier=None) | ~Q(tier=Tier.INACTIVE)
    people = Client.objects.filter(here, team__in=led, organisation_id=organisation_id)
    people = people.filter(asked | asks_not | ~Exists(supported) | Q(any_of("pk", closing.values("client"))))
    decided = held_on(on).filter(closed_on=None).values("close_decided_on")[:1]
    return (
        people.with_worker(on)
        .annotate(asks_not=asks_not, close_decided_on=Subquery(decided))  # type: ignore[no-redef]  # declared on `Client`
        .order_by("name_key", "pk")
    )


def to_decide(member: Member, on: date) -> ToDecide:
    """
    Return the people of a member's teams to decide about, by one query, in order of name.

    Who waits for a worker, who asked for support while kept in touch with, whose 24 weeks a manager decides on, who asked
    not to be contacted without agreement yet (R57), and those it was decided to close. People whose worker has left, or
    is in no post any more, have no worker; ``worker_left`` says so.

    :param member: a manager or deputy; their teams are asked about
    """
    every = cadence_of(member.organisation)
    days = rules.sweep_days(on, every)
    people = _to_decide(member.pk, member.organisation_id, on, days.parked_by)
    outcomes = {person.pk: outcome_of(person, on, every) for person in people}
    return ToDecide(
        [person for person in people if person.worker_id is None or person.worker_left],
        [person for person in people if outcomes[person.pk] == ParkedOutcome.REACTIVATE],
        [person for person in people if asks_for_decision(person, outcomes[person.pk])],
        [person for person in people if person.asks_not],
        [person for person in people if person.close_decided_on],
    )


def not_in_touch_spells(
    organisation: Organisation, on: date, *, team_ids: Collection[int] | None = None
) -> dict[int | None, list[tuple[date, date | None, int]]]:
    """
    Return by team of today how often people became "not in touch", as `rules.came_back` takes it.

    Of all teams of the service, or of these.

    A person who died, or whose record was merged, cannot come back and is left out.
    """
    theirs = TierPeriod.objects.filter(client=OuterRef("client"))
    said_already = theirs.filter(tier=Tier.INACTIVE, ends_before=OuterRef("starts_on"))
    since = theirs.filter(starts_on__gte=OuterRef("starts_on"), starts_on__lte=on)
    again = since.exclude(tier=Tier.INACTIVE).order_by("starts_on").values("starts_on")
    never = since.filter(moved_on__in=[MovedOn.DIED, MovedOn.DUPLICATE])
    spells = (
        TierPeriod.objects.filter(~Exists(said_already), organisation=organisation, tier=Tier.INACTIVE)
        .filter(starts_on__gt=on - rules.LOOKED_BACK, starts_on__lte=on)
        .annotate(back_on=Subquery(again[:1]))
        .filter(Q(back_on__isnull=False) | ~Exists(never))
    )
    if team_ids is not None:
        spells = spells.filter(any_of("client", Client.objects.filter(team__in=team_ids).values("pk")))
    found = defaultdict(list)
    for team, *spell in spells.values_list("client__team", "starts_on", "back_on").annotate(Count("pk")).order_by():
        found[team].append(tuple(spell))
    return found


def teams_with_somebody(team_ids: Collection[int], on: date) -> list[int]:
    """Return the teams that have staff on a day or people: an empty team needs no lead."""
    if not team_ids:
        return []
    posts = Post.objects.on(on).filter(worker__active=True)
    elsewhere = posts.filter(worker=OuterRef("pk")).exclude(team=None)
    at_home = Member.objects.active().filter(~Exists(elsewhere), home_team=OuterRef("pk"))
    people = Client.objects.filter(Q(tier=None) | ~Q(tier=Tier.INACTIVE), team=OuterRef("pk"))
    back = Referral.objects.standing().filter(client__team=OuterRef("pk"))
    staffed = Exists(posts.filter(team=OuterRef("pk"))) | Exists(at_home)
    found = Team.objects.filter(staffed | Exists(people) | Exists(back), pk__in=team_ids)
    return list(found.order_by("pk").values_list("pk", flat=True))


def supported_by(worker_ids: Collection[int], on: date) -> dict[int, int]:
    """Return how many people each of these members supports from a day on; members who support no one are left out."""
    held = Allocation.objects.filter(lasts_half_open(on), worker__in=worker_ids)
    return dict(held.order_by().values_list("worker").annotate(Count("pk")))


def first_allocation_of(worker_id: int) -> date | None:
    """Return the first day of a member's first allocation."""
    return Allocation.objects.filter(worker=worker_id).aggregate(first=Min("starts_on"))["first"]
