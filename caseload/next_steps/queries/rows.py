"""A next step as a row on a screen, and which rows are silent or meet at the same time."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from ...enums import ContactPreference, NextStepKind, NextStepState, Place, ResponsibleAs, Tier
from ...models import (
    Allocation,
    NextStepQuerySet,
    Referral,
)
from .. import rules


class NextStepRow(NamedTuple):
    """A standing promise or appointment, with its person and why the member is responsible, as a row on a screen."""

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
    contact_how: str
    contact_preference: str
    absent: str  # the worker who is away, where the member covers
    responsible: bool  # while the person waits for a worker
    state: NextStepState = NextStepState.AHEAD
    days_late: int = 0
    meets: bool = False  # the member has something else at that time

    @property
    def short_name(self) -> str:
        """As `Client.short_name`."""
        return self.called or self.name

    @property
    def please_dont(self) -> bool:
        """As `Client.please_dont`."""
        return self.contact_preference == ContactPreference.PLEASE_DONT

    @property
    def covered(self) -> bool:
        return bool(self.absent)

    @property
    def responsible_as(self) -> ResponsibleAs:
        if self.absent:
            return ResponsibleAs.COVER
        return ResponsibleAs.RESPONSIBLE if self.responsible else ResponsibleAs.WORKER

    @property
    def is_appointment(self) -> bool:
        return self.kind == NextStepKind.APPOINTMENT

    @property
    def where(self) -> str:
        """In words: where they meet."""
        return words_of_place(self.place, self.place_words)

    @property
    def label(self) -> str:
        """What tells it from the others of a page to somebody who hears it."""
        return f"{self.name}, {self.what or self.kind_label}"

    @property
    def kind_label(self) -> str:
        """What it is: a promise or an appointment."""
        return str(NextStepKind(self.kind).label)

    @property
    def span(self) -> rules.Hours:
        """The hours an appointment takes."""
        return rules.Hours(self.starts_at or time.min, self.minutes or 0)

    @property
    def ends_at(self) -> time:
        """When an appointment ends, on the clock."""
        return (datetime.combine(self.due_on, self.span.starts_at) + timedelta(minutes=self.span.minutes)).time()

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


PERSON = ("pk", "uid", "name", "called", "name_key", "contact_how", "contact_preference")
COLUMNS = (*NextStepRow._fields[: NextStepRow._fields.index("person_pk")], *(f"client__{name}" for name in PERSON))


def as_on(step: NextStepRow, today: date) -> NextStepRow:
    """Return the row with what is true of it on a day: to come, today or late."""
    return step._replace(state=rules.state(step.due_on, today), days_late=rules.days_late(step.due_on, today))


def not_silent(steps: NextStepQuerySet, today: date) -> NextStepQuerySet:
    """Leave out the steps of silent people, as `rules.is_silent`."""
    waits = Referral.objects.standing().filter(client=OuterRef("client"), referred_on__lte=today)
    closed = Allocation.objects.on(today).filter(client=OuterRef("client"), closed_on__isnull=False)
    moved_on = Q(client__tier=Tier.INACTIVE, client__tier__isnull=False) | Q(Exists(closed))
    steps = steps.exclude(client__contact_preference=ContactPreference.PLEASE_DONT)
    return steps.filter(~moved_on | Q(Exists(waits)))


def meeting(
    steps: Iterable[NextStepRow], taken: Mapping[date, Iterable[rules.Hours]] = MappingProxyType({})
) -> set[int]:
    """
    Return which appointments have something else at the same time: one another, or hours that are taken.

    :param taken: hours of sessions and groups, by day
    """
    appointments = [step for step in steps if step.is_appointment]
    found = set()
    for n, step in enumerate(appointments):
        others = [
            other
            for other in appointments[n + 1 :]
            if other.due_on == step.due_on and rules.meet(step.span, other.span)
        ]
        found |= {each.pk for each in (step, *others) if others}
        if any(rules.meet(step.span, span) for span in taken.get(step.due_on, ())):
            found.add(step.pk)
    return found
