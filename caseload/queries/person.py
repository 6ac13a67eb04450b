"""One person: who supports them, and what has been written about them since they came."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery

from peerload.core import dates
from peerload.core.compile_once import compile_once
from peerload.staff.models import Member, PeriodQuerySet

from ..enums import ACTIVE_TIERS, Tier
from ..models import (
    Allocation,
    AllocationQuerySet,
    AllocationReview,
    Client,
    ClientQuerySet,
    CloseDecision,
    CloseDecisionQuerySet,
    Contact,
    ContactQuerySet,
    Cover,
    Merge,
    PleaseDont,
    TierPeriod,
)


def supported_before(person: Client, on: date) -> dict[int, date]:
    """Return who supported a person before a day, with the last day they did, by member."""
    ended = Allocation.objects.filter(client=person, ends_before__lte=on)
    last = ended.order_by().values_list("worker").annotate(Max("ends_before"))
    return {worker: dates.last_day(ends_before) for worker, ends_before in last}


def supported_before_all(client_ids: Collection[int], on: date) -> dict[tuple[int, int], date]:
    """Return who supported which of these people before a day, with the last day they did, by (person, member)."""
    ended = Allocation.objects.filter(client__in=client_ids, ends_before__lte=on).order_by()
    last = ended.values_list("client", "worker").annotate(Max("ends_before"))
    return {(client, worker): dates.last_day(ends_before) for client, worker, ends_before in last}


def person_seen_by(member: Member, on: date, uid: UUID) -> Client | None:
    """
    Return a person a member may see that day.

    ``goes_on_in`` is the record they go on in, by its random uid, where the record was merged; ``worker_left`` says
    that the worker who holds them is not in post. ``was_merged`` and ``asked_not_once`` say whether another record was
    ever made one with this one, and whether they ever asked not to be contacted: of most people a page asks neither.
    """
    found = _person_seen_by(uid, member.pk, member.organisation_id, on) if member.active else []
    return found[0] if found else None


@compile_once
def _person_seen_by(uid: UUID, member_id: int, organisation_id: int, on: date) -> ClientQuerySet:
    member = Member(pk=member_id, organisation_id=organisation_id)
    people = Client.objects.visible_to(member, on).filter(uid=uid).with_worker(on)
    goes_on_in = Merge.objects.standing().filter(absorbed=OuterRef("pk")).values("kept__uid")[:1]
    people = people.annotate(  # type: ignore[no-redef]  # declared on `Client`
        goes_on_in=Subquery(goes_on_in),
        was_merged=Exists(Merge.objects.filter(kept=OuterRef("pk"))),
        asked_not_once=Exists(PleaseDont.objects.filter(client=OuterRef("pk"))),
    )
    return people.select_related("family", "team", "organisation")


def allocation_on(person: Client, on: date) -> Allocation | None:
    """Return who supports a person that day."""
    return Allocation.objects.on(on).filter(client=person).select_related("worker").first()


def last_worker(person: Client, on: date) -> Allocation | None:
    """Return the allocation that the sweep ended, of a person who is not in touch because of that."""
    ended = Allocation.objects.ended_by_time(on).filter(client=person).select_related("worker")
    return ended.order_by("-starts_on").first()


def may_undo_not_in_touch(member: Member, person: Client, on: date) -> bool:
    """Return whether a member may undo "not in touch", as the last worker or while covering for them (R54)."""
    ended = Allocation.objects.ended_by_time(on).filter(client=person, worker=member)
    return ended.exists() or Cover.objects.of_ended_by_time(on).filter(client=person, worker=member).exists()


def arranged(person: Client, on: date) -> Allocation | None:
    """Return the next planned allocation of a person, None where there is none."""
    later = Allocation.objects.filter(client=person, starts_on__gt=on, closed_on=None).select_related("worker")
    return later.order_by("starts_on").first()


@compile_once
def contacts_of(client_id: int) -> ContactQuerySet:
    """Return all contacts and attempts with a person, voided ones too, newest first; ``group_name`` of those at a group."""
    contacts = Contact.objects.filter(client=client_id).select_related("author", "voided_by")
    group_name = F("attendance__session__group__name")
    contacts = contacts.annotate(group_name=group_name)  # type: ignore[no-redef]  # declared on `Contact`
    return contacts.order_by("-on", "-recorded_at", "-pk")


@compile_once
def tiers_of(client_id: int) -> PeriodQuerySet[TierPeriod]:
    """Return the tiers of a person, newest first."""
    return TierPeriod.objects.filter(client=client_id).select_related("by").order_by("-starts_on")


@compile_once
def allocations_of(client_id: int) -> AllocationQuerySet:
    """Return the allocations of a person, newest first."""
    return Allocation.objects.filter(client=client_id).select_related("worker", "by").order_by("-starts_on")


def last_active_tier(person: Client) -> Tier | None:
    """Return the last support a person had before keeping in touch."""
    found = _last_active_tier(person.pk)
    return Tier(found[0]) if found else None


@compile_once
def _last_active_tier(client_id: int) -> QuerySet[TierPeriod, str]:
    tiers = TierPeriod.objects.filter(client=client_id, tier__in=ACTIVE_TIERS).order_by("-starts_on")
    return tiers.values_list("tier", flat=True)[:1]


@compile_once
def decisions_of(client_id: int) -> CloseDecisionQuerySet:
    """Return every decision to close the support of a person, withdrawn ones too (R23), in the order they were made."""
    decisions = CloseDecision.objects.filter(allocation__client=client_id).select_related("by", "withdrawn_by")
    return decisions.order_by("allocation", "pk")


@compile_once
def reviews_of(client_id: int) -> QuerySet[AllocationReview]:
    """Return every review of a person's allocations (W25), in order."""
    reviews = AllocationReview.objects.filter(allocation__client=client_id).select_related("by")
    return reviews.order_by("allocation", "pk")
