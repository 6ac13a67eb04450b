"""A person's support as their page shows it: now, what is due, who acts while their worker is away or they wait."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from caseload import rules as caseload_rules
from caseload.cover.queries import cover_of
from caseload.enums import Tier
from caseload.keeping_in_touch import keeping_in_touch
from caseload.models import Allocation, Client, Contact, Referral, TierPeriod
from caseload.queries.held import with_worker_since
from caseload.queries.in_touch import next_due
from caseload.queries.person import last_active_tier, last_worker, may_undo_not_in_touch
from caseload.queries.settings import cadence_of
from caseload.waiting.rules import Wait
from peerload.core import dates
from peerload.core.compile_once import compile_once
from peerload.staff import access
from peerload.staff.leaving.queries import gone_by
from peerload.staff.models import Member, Organisation
from workload import queries as workload
from workload import rules
from workload.models import Activity, PointLine


def support_of(
    request: access.MemberRequest,
    found: Client,
    allocation: Allocation | None,
    allocations: Sequence[Allocation],
    contacts: Sequence[Contact],
    tiers: Sequence[TierPeriod],
    activities: Sequence[Activity],
) -> dict[str, Any]:
    """Return the section about a person's support now, and the next contact."""
    on, every = request.on, cadence_of(request.organisation)
    with_since = with_worker_since(allocation, allocations) if allocation else None
    prompted = allocation is None or allocation.closed_on is None
    return {
        "allocation": allocation,
        "with_since": with_since,
        "with_you": allocation is not None and allocation.worker_id == request.member.pk,
        "new": allocation is not None and is_told(allocation, with_since, on),
        "due": next_due(found.six_weeks_from, on, every) if prompted else None,
        "touch": keeping_in_touch(found, contacts, tiers, on, every) if prompted else None,
        "last_tier": last_active_tier(found) if found.tier == Tier.PARKED else None,
        "points": points_of(found, allocation, on),
        "under_way": workload.work_under_way(request.organisation, activities, on),
        "first_met": min((tier.starts_on for tier in tiers), default=None),
        "window_ends": window_ends(allocation, request.organisation),
    }


def who_acts(
    request: access.MemberRequest, found: Client, referral: Referral | None, *, leader: bool
) -> dict[str, Any]:
    """Return who covers, who is responsible while a person waits, and whether they still work here."""
    cover = cover_of(found.pk, request.on)
    gone = not_here(
        [*([cover.worker, cover.absence.worker] if cover else []), referral.owner if referral else None], request.on
    )
    return {
        "cover": cover,
        "covers": bool(cover and cover.worker_id == request.member.pk),
        "absent_left": bool(cover and cover.absence.worker_id in gone),
        "cover_gone": bool(cover and cover.worker_id in gone),
        "referral": referral,
        "owner_gone": bool(referral and referral.owner_id in gone),
        "days_late": wait_of(found, referral, gone).days_late(request.on) if referral else 0,
        "is_responsible": leader or bool(referral and referral.owner_id == request.member.pk),
    }


def may_undo_that(found: Client, tiers: Iterable[TierPeriod], member: Member, on: date, *, leader: bool) -> bool:
    """Return whether 24 weeks made a person not in touch and the member may undo it: leading the team, or as the last worker."""
    held = next((tier for tier in tiers if dates.contains(tier.starts_on, tier.ends_before, on)), None)
    if found.goes_on_in or held is None or held.tier != Tier.INACTIVE or not held.automatic:
        return False
    return leader or may_undo_not_in_touch(member, found, on)


class EndedByTime(NamedTuple):
    """
    How 24 weeks made a person not in touch: since when, their last worker, and until when that worker can undo it.

    ``until`` is None where the last worker has left.
    """

    since: date
    worker: str
    until: date | None


def ended_by_time(found: Client, on: date, request: access.MemberRequest) -> EndedByTime:
    """Return the section about a person who is not in touch after 24 weeks."""
    last = last_worker(found, on)
    if last is None:
        return EndedByTime(found.tier_from, "", None)
    has_left = bool(not_here([last.worker], on))
    until = None if has_left else last.closed_on + timedelta(weeks=request.organisation.undo_weeks)
    return EndedByTime(found.tier_from, last.worker.name, until)


def is_told(allocation: Allocation, with_since: date, on: date) -> bool:
    """Return whether a person is new with their worker, and the allocation has terms."""
    said = allocation.purpose or allocation.first_action or allocation.review_on or allocation.note
    return bool(said) and caseload_rules.is_new(with_since, on)


def window_ends(allocation: Allocation | None, organisation: Organisation) -> date | None:
    """Return the last day on which points count after a decision to close."""
    if allocation is None or allocation.close_decided_on is None:
        return None
    scheme = rules.scheme_on(workload.schemes(organisation.pk), allocation.close_decided_on)
    return rules.closing_ends_before(allocation.close_decided_on, scheme) - dates.DAY


def wait_of(found: Client, referral: Referral, gone: Collection[int] = ()) -> Wait:
    """
    Return the facts about a person's referral for the rules of waiting.

    :param gone: members who do not work here any more, so that no one is responsible where one of them was
    """
    owned = referral.owner_id is not None and referral.owner_id not in gone
    return Wait(found.statutory, owned, referral.due_on, referral.referred_on)


def not_here(members: Iterable[Member | None], on: date) -> set[int]:
    """Return the keys of those members whose sign-in is closed or whose last day has passed."""
    named = [member for member in members if member]
    return {member.pk for member in named if not member.active} | (gone_by(on, named) if named else set())


def points_of(found: Client, allocation: Allocation | None, on: date) -> Decimal | None:
    """Return the points of a person for their worker that day, their family's case included."""
    if allocation is None:
        return None
    return sum(_points(found.organisation_id, on, allocation.worker_id, found.pk, found.family_id), rules.NOTHING)


@compile_once
def _points(
    organisation_id: int, on: date, worker_id: int, client_id: int, family_id: int
) -> QuerySet[PointLine, Decimal]:
    lines = PointLine.objects.of(organisation_id).on(on).filter(worker=worker_id)
    return lines.filter(Q(client=client_id) | Q(family=family_id)).values_list("points", flat=True)
