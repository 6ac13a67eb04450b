"""Which private documents a member may read, and their words. Every function takes the reader; only `words_of` and
`text_of` unseal.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from caseload.leaving.queries import leaders_of
from peerload.audit.models import Entry
from peerload.core.arrays import any_of
from peerload.core.sealing import Unreadable, unseal
from peerload.staff.models import Member
from peerload.staff.queries import workers_led_by

from ..enums import DocumentKind
from ..models import Adjustment, PrivateDocument
from . import rules

# One's own -------------------------------------------------------------------------------------------------------------


def own(member: Member) -> QuerySet[PrivateDocument]:
    """Return a member's own documents, the latest first."""
    return (
        PrivateDocument.objects.filter(author=member)
        .select_related("author__organisation", "shared_with")
        .order_by("-written_on", "-pk")
    )


def plan_of(member: Member) -> PrivateDocument | None:
    """Return a member's Wellness Action Plan."""
    return own(member).filter(kind=DocumentKind.WELLNESS_PLAN).first()


def words_of(document: PrivateDocument) -> Mapping[str, str] | None:
    """Return a document's words by heading, in the order of `rules.HEADINGS`; None if no key here opens it."""
    try:
        found = json.loads(unseal(document.sealed, owner=document.sealed_for))
    except Unreadable:
        return None
    return {key: found.get(key, "") for key in rules.HEADINGS[document.kind]}


def headed(document: PrivateDocument) -> list[tuple[str, str]] | None:
    """Return heading and words of a document for reading, without empty ones; None if no key here opens it."""
    words = words_of(document)
    if words is None:
        return None
    return [(label, words[key]) for key, label in rules.HEADINGS[document.kind].items() if words[key]]


# Shared ----------------------------------------------------------------------------------------------------------------


def may_share_with(author: Member, on: date) -> list[Member]:
    """Return who leads a member's team: a plan can be shared with no one else."""
    return [leader for leader in leaders_of(author, on) if leader.pk != author.pk]


def shared_with(reader: Member, on: date) -> QuerySet[PrivateDocument]:
    """Return the plans a member may read: shared with them, of people they lead on the day."""
    shared = PrivateDocument.objects.filter(
        kind=DocumentKind.WELLNESS_PLAN, shared_with=reader, author__in=workers_led_by(reader, on)
    )
    return shared.select_related("author").order_by("author__name_key", "pk")


def reads(document: PrivateDocument, on: date) -> bool:
    """Return whether a document is shared with a member who may still read it."""
    reader = document.shared_with
    return bool(reader and reader.active and shared_with(reader, on).filter(pk=document.pk).exists())


class Reading(NamedTuple):
    """A member's reading of a plan on a local day."""

    name: str
    on: date


def readings(document: PrivateDocument) -> list[Reading]:
    """Return who read a plan on which days, the latest first."""
    found = Entry.objects.filter(what=Entry.What.READ_SHARED, subject=str(document.uid)).order_by("-at")
    zone = ZoneInfo(document.author.organisation.timezone)
    read = (Reading(name, at.astimezone(zone).date()) for name, at in found.values_list("member__name", "at")[:100])
    return list(dict.fromkeys(read))


# Reviews -----------------------------------------------------------------------------------------------


class Start(NamedTuple):
    """A member who has no Wellness Action Plan, and their first day."""

    member_id: int
    begins_on: date


def newcomers(organisation_id: int, on: date) -> list[Start]:
    """Return who is in their first week, by their first post, and has no plan yet."""
    return [each for each in without_plan(organisation_id, on) if rules.in_first_week(each.begins_on, on)]


def without_plan(organisation_id: int, on: date) -> list[Start]:
    """Return the members who have begun work and have no plan."""
    has_plan = PrivateDocument.objects.filter(author=OuterRef("pk"), kind=DocumentKind.WELLNESS_PLAN)
    members = Member.objects.active().filter(~Exists(has_plan), organisation=organisation_id)
    begun = members.annotate(begins_on=Min("posts__starts_on")).filter(begins_on__lte=on)
    return [Start(*row) for row in begun.order_by("pk").values_list("pk", "begins_on")]


def plans_last_looked_at(organisation_id: int, until: date) -> list[tuple[int, date]]:
    """Return author and day of the plans of active members last reviewed on a day or before."""
    plans = PrivateDocument.objects.filter(
        kind=DocumentKind.WELLNESS_PLAN,
        author__organisation=organisation_id,
        author__active=True,
        looked_at_on__lte=until,
    )
    return list(plans.order_by("pk").values_list("author", "looked_at_on"))


# Adjustments -----------------------------------------------------------------------------------------------------------


def of_worker(worker: Member) -> QuerySet[Adjustment]:
    """Return the agreements about a worker's own work, those in force first."""
    return _in_order(Adjustment.objects.filter(worker=worker))


def of_team(leader: Member, on: date) -> QuerySet[Adjustment]:
    """Return the agreements about the work of everyone a member leads on a day, except their own."""
    led = workers_led_by(leader, on).exclude(pk=leader.pk)
    return _in_order(Adjustment.objects.filter(worker__in=led))


def seen_by(member: Member, on: date, uid: UUID) -> Adjustment | None:
    """Return an agreement that is the member's own, or of a worker they lead on the day."""
    led = workers_led_by(member, on).order_by().values("pk")
    return _in_order(Adjustment.objects.filter(Q(worker=member) | Q(any_of("worker", led)), uid=uid)).first()


def _in_order(found: QuerySet[Adjustment]) -> QuerySet[Adjustment]:
    rows = found.select_related("worker", "agreed_by", "written_by")
    return rows.order_by(F("ended_on").desc(nulls_first=True), "worker__name_key", "-starts_on", "-pk")


def text_of(adjustment: Adjustment) -> str | None:
    """Return the text of an agreement; None if no key here opens it."""
    try:
        return unseal(adjustment.sealed, owner=adjustment.sealed_for)
    except Unreadable:
        return None


def to_review(organisation_id: int, on: date) -> list[Adjustment]:
    """Return the agreements due for review on a day or before that have not ended."""
    due = Adjustment.objects.filter(
        organisation=organisation_id,
        ended_on=None,
        review_on__lte=on,
        worker_agreed_on__isnull=False,
        agreed_on__isnull=False,
        worker__active=True,
    )
    return list(due.select_related("worker").order_by("pk"))
