"""Next steps with people: of one person, and of everyone a member sees to. Every function takes the day."""

from collections.abc import Collection, Iterable
from datetime import date, time
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.staff.models import Member

from ..enums import ContactPreference, NextStepKind, NextStepState, Place, SeenToAs, Tier
from ..models import Allocation, Client, Cover, NextStep, NextStepQuerySet, Referral
from . import rules

ALWAYS = date(1, 1, 1)  # from when late ones are looked for


class Step(NamedTuple):
    """A standing promise or appointment, with its person and why the member sees to it, as a row on a screen."""

    pk: int
    uid: UUID
    kind: str
    what: str
    due_on: date
    starts_at: time | None
    minutes: int | None
    place: str
    place_words: str
    with_others: str
    times_moved: int
    version: int
    person_pk: int
    person_uid: UUID
    name: str
    called: str
    name_key: str
    absent: str  # the worker who is away, where the member covers
    responsible: bool  # while the person waits for a worker
    state: NextStepState = NextStepState.AHEAD
    days_late: int = 0

    @property
    def short_name(self) -> str:
        """As `Client.short_name`."""
        return self.called or self.name

    @property
    def covered(self) -> bool:
        return bool(self.absent)

    @property
    def seen_to_as(self) -> SeenToAs:
        if self.absent:
            return SeenToAs.COVER
        return SeenToAs.RESPONSIBLE if self.responsible else SeenToAs.WORKER

    @property
    def is_appointment(self) -> bool:
        return self.kind == NextStepKind.APPOINTMENT

    @property
    def where(self) -> str:
        """In words: where they meet."""
        return words_of_place(self.place, self.place_words)

    @property
    def late(self) -> bool:
        return self.state == NextStepState.LATE

    def in_order(self) -> tuple[date, time, str, int]:
        """Order next steps by their day, promises of the day before its hours, then by name."""
        return self.due_on, self.starts_at or time.min, self.name_key, self.pk


def words_of_place(place: str, words: str) -> str:
    """Say where an appointment is: the kind of place, and the words written for it."""
    label = str(Place(place).label) if place else ""
    return f"{label}: {words}" if label and words else label or words


def seen_to_by(member: Member, first: date, last: date, today: date) -> list[Step]:
    """
    Return the standing next steps from a day through another that a member sees to today, in order of day and hour.

    They are those of the people the member supports, covers (``absent`` names the worker) or is responsible for while
    they wait. Late ones are among them where the first day is today or before. Silent people are left out (R91). It is
    one statement.
    """
    found = _seen_to_by(member.pk, ALWAYS if first <= today else first, last, today)
    steps = [Step(*row) for row in found]
    return sorted((_on(step, today) for step in steps), key=Step.in_order)


def _on(step: Step, today: date) -> Step:
    return step._replace(state=rules.state(step.due_on, today), days_late=rules.days_late(step.due_on, today))


@compile_once
def _seen_to_by(member_id: int, first: date, last: date, today: date) -> QuerySet[NextStep, tuple[Any, ...]]:
    supports = Allocation.objects.on(today).filter(worker=member_id)
    covers = Cover.objects.holding(today).filter(worker=member_id)
    waits = Referral.objects.standing().filter(owner=member_id, referred_on__lte=today)
    in_post = Member.objects.in_post(today).values("pk")
    waits = waits.exclude(
        Exists(Allocation.objects.on(today).filter(client=OuterRef("client"), closed_on=None, worker__in=in_post))
    )
    mine = supports.values("client").union(covers.values("client"), waits.values("client"), all=True)
    standing = _not_silent(NextStep.objects.standing().filter(any_of("client", mine)), today)
    theirs = covers.filter(client=OuterRef("client")).values("absence__worker__name")[:1]
    standing = standing.filter(due_on__gte=first, due_on__lte=last).annotate(
        absent=Coalesce(Subquery(theirs), Value("")), waits=~Exists(supports.filter(client=OuterRef("client")))
    )
    return standing.values_list(*COLUMNS, "absent", "waits")


PERSON = ("pk", "uid", "name", "called", "name_key")
COLUMNS = (*Step._fields[: Step._fields.index("person_pk")], *(f"client__{name}" for name in PERSON))


def _not_silent(steps: NextStepQuerySet, today: date) -> NextStepQuerySet:
    """Leave out the steps of silent people, as `rules.is_silent`."""
    waits = Referral.objects.standing().filter(client=OuterRef("client"), referred_on__lte=today)
    closed = Allocation.objects.on(today).filter(client=OuterRef("client"), closed_on__isnull=False)
    moved_on = Q(client__tier=Tier.INACTIVE, client__tier__isnull=False) | Q(Exists(closed))
    steps = steps.exclude(client__contact_preference=ContactPreference.PLEASE_DONT)
    return steps.filter(~moved_on | Q(Exists(waits)))


# Of one person ---------------------------------------------------------------------------------------------------------


class OfPerson(NamedTuple):
    """A person's next steps: those that stand, in order of day and hour, and whether nobody is reminded of them."""

    steps: list[Step]
    silent: bool

    @property
    def next(self) -> Step | None:
        return self.steps[0] if self.steps else None


def of_person(person: Client, today: date) -> OfPerson:
    """Return the standing next steps of a person, whether or not anybody is reminded of them."""
    steps = sorted((_on(Step(*row), today) for row in _standing_of(person.pk)), key=Step.in_order)
    return OfPerson(steps, bool(steps) and is_silent(person.pk, today))


@compile_once
def _standing_of(client_id: int) -> QuerySet[NextStep, tuple[Any, ...]]:
    standing = NextStep.objects.standing().filter(client=client_id)
    return standing.annotate(absent=Value(""), waits=Value(False)).values_list(*COLUMNS, "absent", "waits")


@compile_once
def ended_of(client_id: int) -> NextStepQuerySet:
    """Return a person's next steps that were kept, not kept or called off, the latest first."""
    ended = NextStep.objects.filter(client=client_id).exclude(ended_as="")
    return ended.select_related("ended_by", "author").order_by("-ended_on", "-pk")


def is_silent(client_id: int, today: date) -> bool:
    """Return whether nobody is reminded of a person's next steps (R91)."""
    found = _as_they_stand(client_id, today)
    return not found or rules.is_silent(rules.Standing(*found[0]))


@compile_once
def _as_they_stand(client_id: int, today: date) -> QuerySet[Client, tuple[Any, ...]]:
    waits = Referral.objects.standing().filter(client=OuterRef("pk"), referred_on__lte=today)
    closed = Allocation.objects.on(today).filter(client=OuterRef("pk"), closed_on__isnull=False)
    found = Client.objects.filter(pk=client_id).annotate(closed=Exists(closed), waits=Exists(waits))
    return found.values_list("tier", "contact_preference", "closed", "waits")


# Who sees to them ------------------------------------------------------------------------------------------------------


class SeesTo(NamedTuple):
    """Who sees to a person's next steps on a day, and why."""

    member_id: int
    name: str
    seen_to_as: SeenToAs


def who_sees_to(client_ids: Collection[int], on: date) -> dict[int, SeesTo]:
    """Return who sees to the next steps of people on a day, by person (R92); three statements for any number of people."""
    members: dict[int, str] = {}

    def taken(rows: Iterable[tuple[int, int, str]]) -> dict[int, int]:
        found = {}
        for client, member, name in rows:
            found[client] = member
            members[member] = name
        return found

    holds = Allocation.objects.on(on).filter(client__in=client_ids, closed_on=None)
    holds = holds.filter(worker__in=Member.objects.in_post(on).values("pk"))
    workers = taken(holds.values_list("client", "worker", "worker__name"))
    covering = Cover.objects.holding(on).filter(client__in=client_ids)
    covers = taken(covering.values_list("client", "worker", "worker__name"))
    waiting = Referral.objects.standing().filter(client__in=client_ids, owner__isnull=False, referred_on__lte=on)
    owners = taken(waiting.values_list("client", "owner", "owner__name"))
    found = {}
    for client in client_ids:
        seen = rules.sees_to(workers.get(client), covers.get(client), owners.get(client))
        if seen:
            found[client] = SeesTo(seen[0], members[seen[0]], seen[1])
    return found


def subject(step_id: int) -> str:
    """Return the subject of notices about a next step."""
    return f"next_step:{step_id}"
