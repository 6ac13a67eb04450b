"""Who is leaving, and who takes over each of their people. Every function takes the day."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.core.periods import lasts_half_open, sql_holds_half_open, sql_lasts_half_open
from peerload.core.sql import rows
from peerload.staff.models import ClosureDay, Leaving, Member, Organisation, Post, Team
from peerload.staff.queries import members_leading_it

from ..models import (
    Allocation,
    AllocationQuerySet,
    Client,
    ClientQuerySet,
    Group,
    GroupFacilitator,
    Handover,
    Referral,
    ReferralQuerySet,
)
from ..queries.teams import team_of, workers_of_teams
from . import rules


def closures(organisation: Organisation) -> frozenset[date]:
    """Return the days a service is shut."""
    return frozenset(ClosureDay.objects.filter(organisation=organisation).values_list("on", flat=True))


def may_leave(member: Member, on: date, *, anybody: bool) -> list[Member]:
    """
    Return the workers whose notice a member may record, in order of name.

    :param anybody: whether the member may record it for all staff of the service, not only for a team they lead
    """
    if anybody:
        everybody = Member.objects.active().not_leaving().filter(organisation=member.organisation_id)
        return list(everybody.exclude(pk=member.pk).named())
    leaving = set(
        Leaving.objects.standing().filter(organisation=member.organisation_id).values_list("member", flat=True)
    )
    return [each for each in led_by(member, on) if each.pk not in leaving | {member.pk}]


def led_by(member: Member, on: date) -> list[Member]:
    """Return the active workers of the teams a member leads, and the workers who support people of these teams."""
    return [worker for worker in workers_of_teams(member, on) if worker.active]


def leaders_of(worker: Member, on: date) -> list[Member]:
    """Return who leads a worker's team on a day: who acts, the manager and the deputy."""
    return members_leading_it(Team.objects.filter(pk=team_of(worker, on)).first(), on)


def still_theirs(worker_id: int, on: date) -> AllocationQuerySet:
    """Return the allocations that are, or will be, a worker's on a day or after it."""
    return Allocation.objects.filter(lasts_half_open(on), worker=worker_id, closed_on=None)


def with_nobody_to_go_to(leavings: Collection[Leaving], on: date) -> set[int]:
    """Return the primary keys of the leavings with a person who is not handed over and has no receiver named."""
    by_member = {leaving.member_id: leaving for leaving in leavings}
    named = Handover.objects.filter(leaving__in=leavings).exclude(to=None)
    named = set(named.values_list("leaving", "client"))
    held = Allocation.objects.filter(lasts_half_open(on), worker__in=by_member, closed_on=None)
    found = set()
    for worker, client, ends_before in held.values_list("worker", "client", "ends_before"):
        leaving = by_member[worker]
        stays = ends_before is None or ends_before > rules.moves_on(leaving.last_day, on)
        if stays and (leaving.pk, client) not in named:
            found.add(leaving.pk)
    return found


def waiting(leaving: Leaving) -> ReferralQuerySet:
    """Return the referrals of a leaver's people who wait, or will wait, since they left the worker."""
    theirs = Allocation.objects.filter(worker=leaving.member_id)
    on_that_day = theirs.filter(client=OuterRef("client"), ends_before=OuterRef("referred_on"))
    found = Referral.objects.standing().filter(
        any_of("client", theirs.values("client")), referred_on__gte=leaving.notice_on
    )
    return found.filter(Exists(on_that_day))


class LeavingUnderWay(NamedTuple):
    """
    A leaving, as the page of a team shows it.

    The team is that of the leaver; where the member leads another one, that of the people to hand over.
    """

    member: Member
    team_id: int | None
    last_day: date
    to_hand_over: int
    statutory: int  # of those
    open_steps: int
    late_steps: int
    gone: bool

    @property
    def is_urgent(self) -> bool:
        """Whether people still have a worker who is not here any more."""
        return self.gone and self.to_hand_over > 0


def under_way(member: Member, on: date) -> list[LeavingUnderWay]:
    """Return the leavings of workers a member leads, the nearest last day first."""
    standing = Leaving.objects.standing().filter(organisation=member.organisation_id)
    if not standing.exists():
        return []
    led = [worker.pk for worker in led_by(member, on)]
    found = standing.filter(member__in=led).select_related("member").prefetch_related("steps")
    leavings = list(found.order_by("last_day", "member__name_key"))
    posts = Post.objects.written_for(on).filter(worker__in=[each.member_id for each in leavings], team__isnull=False)
    teams = dict(posts.values_list("worker", "team")) if leavings else {}
    ours = set(Team.objects.led_by(member, on).values_list("pk", flat=True)) if leavings else set()
    return [_under_way(each, teams.get(each.member_id, each.member.home_team_id), ours, on) for each in leavings]


def _under_way(leaving: Leaving, team_id: int | None, ours: Collection[int], on: date) -> LeavingUnderWay:
    steps = [step for step in leaving.steps.all() if step.done_on is None]
    theirs = list(
        still_theirs(leaving.member_id, rules.moves_on(leaving.last_day, on))
        .order_by("client__team", "pk")
        .values_list("client__statutory", "client__team")
    )
    statutory = [is_statutory for is_statutory, __ in theirs]
    if team_id not in ours:
        team_id = next((team for __, team in theirs if team in ours), None)
    return LeavingUnderWay(
        member=leaving.member,
        team_id=team_id,
        last_day=leaving.last_day,
        to_hand_over=len(statutory),
        statutory=sum(statutory),
        open_steps=len(steps),
        late_steps=sum(step.due_on < on for step in steps),
        gone=leaving.last_day < on,
    )


class Leavers(NamedTuple):
    """How many workers of a team are leaving, the nearest last day, and how many people are still to be handed over."""

    workers: int
    last_day: date
    people: int


def leavers_by_team(
    organisation: Organisation, on: date, *, team_ids: Collection[int] | None = None
) -> dict[int | None, Leavers]:
    """Return the leavings under way on a day, counted by the leaver's team, of all teams or of these."""
    narrowed = "" if team_ids is None else "AND coalesce(p.team_id, w.home_team_id) = ANY(%(teams)s)"
    asked = {"organisation": organisation.pk, "on": on, "teams": list(team_ids or ())}
    return {team: Leavers(*counts) for team, *counts in rows(LEAVERS.format(narrowed), asked)}


# The people a leaver still has on the day people are handed over from: `still_theirs`, `rules.moves_on`.
LEAVERS = f"""
SELECT coalesce(p.team_id, w.home_team_id), count(*), min(l.last_day), sum((
    SELECT count(*) FROM caseload_allocation a WHERE a.worker_id = l.member_id AND a.closed_on IS NULL
    AND {sql_lasts_half_open("a", "greatest(l.last_day + 1, %(on)s)")}))::int
FROM caseload_leaving l
JOIN staff_member w ON w.id = l.member_id
LEFT JOIN staff_post p ON p.worker_id = w.id AND {sql_holds_half_open("p")}
WHERE l.organisation_id = %(organisation)s AND l.withdrawn_on IS NULL AND l.closed_on IS NULL {{}}
GROUP BY 1
"""


class HandoverRow(NamedTuple):
    """A person on a leaver's list, with the notes for the next worker."""

    person: Client
    handover: Handover | None
    theirs: bool  # the leaver's on the day asked about, so still to be handed over
    waits: Referral | None = None


def people(leaving: Leaving, seen_by: Member, on: date, *, today: date) -> list[HandoverRow]:
    """
    Return the leaver's people on a day, those handed over, and those who wait, in order of name.

    :param seen_by: only those this member may see today: the leaver's own, or the people of the teams they lead
    """
    held = set(
        Allocation.objects.on(on).filter(worker=leaving.member_id, closed_on=None).values_list("client", flat=True)
    )
    written = {handover.client_id: handover for handover in leaving.handovers.select_related("to", "told_by")}
    moved = {key for key, handover in written.items() if handover.moved_on}
    waits = {referral.client_id: referral for referral in waiting(leaving).select_related("owner")}
    theirs = list(held | moved | waits.keys())
    return [
        HandoverRow(
            person, written.get(person.pk), person.pk in held, None if person.pk in held else waits.get(person.pk)
        )
        for person in _seen_of(theirs, seen_by.pk, seen_by.organisation_id, today)
    ]


@compile_once
def _seen_of(client_ids: list[int], member_id: int, organisation_id: int, today: date) -> ClientQuerySet:
    seen = Client.objects.visible_to(Member(pk=member_id, organisation_id=organisation_id), today)
    return seen.filter(any_of("pk", client_ids)).order_by("name_key", "pk")


class Besides(NamedTuple):
    """
    What a leaver has besides the people they support, on the day after their last one.

    Of each group that the reader may see, ``others`` says whether another member facilitates it.
    """

    groups: list[Group]
    more_groups: int
    waiting: int


def besides(leaving: Leaving, seen_by: Member, on: date, *, today: date) -> Besides:
    """
    Return what else a leaver has from a day on: groups to facilitate, and how many waiting people they are responsible
    for.
    """
    theirs = GroupFacilitator.objects.on(on).filter(group=OuterRef("pk"))
    groups = Group.objects.on(on).filter(Exists(theirs.filter(worker=leaving.member)))
    others = theirs.exclude(worker=leaving.member).filter(worker__in=Member.objects.active().staying(on))
    seen = groups.filter(pk__in=Group.objects.visible_to(seen_by, today)).annotate(others=Exists(others))
    seen = list(seen.order_by("name", "pk"))
    waiting = Referral.objects.standing().filter(owner=leaving.member).count()
    return Besides(seen, groups.count() - len(seen), waiting)
