"""The people a worker supports, each as a row: who has to be contacted, who is new, whose allocation has to be reviewed."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.staff.models import Member, Post

from .. import keys, rules
from ..enums import ContactPreference, ContactState, ParkedOutcome, Tier
from ..models import Allocation, AllocationQuerySet, Cover
from .in_touch import ContactDue, Tried, known_of, last_entry, next_due
from .settings import cadence_of


class SupportedPerson(NamedTuple):
    """A person a worker supports, with the fields of a row on a screen."""

    pk: int
    uid: UUID
    name: str
    called: str
    name_key: str
    search_key: str
    tier: str | None
    contact_preference: str
    contact_how: str
    parked_on: date | None
    six_weeks_from: date | None
    last_contact_on: date | None
    contacts_since_parked: int
    longest_gap: int
    support_wanted_on: date | None
    last_reached_on: date | None
    since: date  # with this worker
    student_held: bool
    closed_on: date | None
    close_decided_on: date | None
    review_on: date | None
    tried: Tried | None
    due: ContactDue | None = None
    outcome: ParkedOutcome | None = None
    covered: bool = False  # covered while their worker, the subject of ``since``, is away
    absent: str = ""  # the name of that worker

    @property
    def short_name(self) -> str:
        """As `Client.short_name`."""
        return self.called or self.name

    @property
    def please_dont(self) -> bool:
        return self.contact_preference == ContactPreference.PLEASE_DONT

    @property
    def quiet_since(self) -> date:
        """The last day they were reached, or since when they are with this worker."""
        return self.last_reached_on or self.since

    def quiet_first(self) -> tuple[date, str]:
        """Order the people by the time without contact, longest first, then by name."""
        return self.quiet_since, self.name_key


def held_by(worker: Member, on: date) -> list[SupportedPerson]:
    """Return everyone a worker supports that day, longest without contact first, in one query."""
    return sorted(_people(_held(worker.pk, on), worker, on), key=SupportedPerson.quiet_first)


@compile_once
def _held(worker_id: int, on: date) -> QuerySet[Allocation, tuple[Any, ...]]:
    return _rows(Allocation.objects.on(on).filter(worker=worker_id))


def held_in_cover(worker: Member, on: date) -> list[SupportedPerson]:
    """Return everyone a worker covers that day, in one query; ``since`` says since when they are with the worker away."""
    return _people(_held_in_cover(worker.pk, on), worker, on)


@compile_once
def _held_in_cover(worker_id: int, on: date) -> QuerySet[Allocation, tuple[Any, ...]]:
    covers = Cover.objects.holding(on).filter(worker=worker_id)
    return _rows(Allocation.objects.on(on).filter(any_of("client", covers.values("client"))))


def _people(rows: Iterable[tuple], worker: Member, on: date) -> list[SupportedPerson]:
    every = cadence_of(worker.organisation)
    return [_with_due(_as_held(row), on, every) for row in rows]


def _as_held(row: tuple) -> SupportedPerson:
    *columns, entry = row
    return SupportedPerson(*columns, Tried.of(entry))  # type: ignore[call-arg]  # as many as `_rows` reads


def _rows(allocations: QuerySet[Allocation]) -> QuerySet[Allocation, tuple[Any, ...]]:
    held = allocations.exclude(client__tier=Tier.INACTIVE).annotate(since=first_day_with())
    # the fields before ``since`` are columns of the client
    columns = (f"client__{column}" for column in SupportedPerson._fields[: SupportedPerson._fields.index("since")])
    own = ("since", "student_held", "closed_on", "close_decided_on", "review_on")
    return held.values_list(*columns, *own, last_entry("client"))


def _with_due(person: SupportedPerson, on: date, every: rules.Cadence) -> SupportedPerson:
    known = known_of(person)
    if known is None or person.closed_on:
        return person  # nothing is due any more once support is closed, whatever is left of the day
    return person._replace(due=next_due(person.six_weeks_from, on, every), outcome=rules.outcome(known, on, every))


def new_with(worker: Member, people: Iterable[SupportedPerson], on: date) -> list[Allocation]:
    """
    Return a worker's new people, as the allocations a member wrote here, latest first, with their terms.

    :param people: those the worker supports that day; there is no query where none of them is new
    """
    new = {person.pk: person.since for person in people if rules.is_new(person.since, on)}
    if not new:
        return []
    return [each for each in _begun_from(min(new.values()), worker.pk, on) if each.client_id in new]


@compile_once
def _begun_from(first: date, worker_id: int, on: date) -> AllocationQuerySet:
    theirs = Allocation.objects.on(on).filter(worker=worker_id, starts_on__gte=first).exclude(by=None)
    return theirs.select_related("client", "by").order_by("-starts_on", "client__name_key", "pk")


def first_day_with() -> Subquery:
    """
    Return since when the person of an allocation is with its worker without a day between, as a column of a query.

    An allocation is in several parts where only the student mark changed; as `with_worker_since` says of rows read already.
    """
    same = {"client": OuterRef("client"), "worker": OuterRef("worker")}
    goes_on = Allocation.objects.filter(**same, ends_before=OuterRef("starts_on"))
    begins = Allocation.objects.filter(**same, starts_on__lte=OuterRef("starts_on")).filter(~Exists(goes_on))
    return Subquery(begins.order_by("-starts_on").values("starts_on")[:1])


def with_worker_since(allocation: Allocation, allocations: Iterable[Allocation]) -> date:
    """Return since when a person is with the worker of an allocation: a change of the student mark makes no one new."""
    whose = (allocation.client_id, allocation.worker_id)
    earlier = [(each.starts_on, each.ends_before) for each in allocations if (each.client_id, each.worker_id) == whose]
    return rules.first_day_with(allocation.starts_on, earlier)


def to_look_at(people: Iterable[SupportedPerson], on: date) -> list[SupportedPerson]:
    """Return the people whose allocation has to be reviewed by a day, the most overdue first (W25)."""
    asked = [person for person in people if person.review_on and person.review_on <= on and not person.closed_on]
    return sorted(asked, key=lambda person: (person.review_on, person.name_key))


def quiet_for_long(people: Iterable[SupportedPerson], on: date, days: rules.QuietFrom) -> list[SupportedPerson]:
    """
    Return the people who are quiet for long, in the order of `rules.quiet_order`, then by name (R115).

    Silent people are left out (R57), and those whose support is closed.
    """
    quiet = [
        person
        for person in people
        if rules.is_quiet(person.tier, person.quiet_since, on, days) and not person.please_dont and not person.closed_on
    ]
    return sorted(quiet, key=_quiet_order)


def _quiet_order(person: SupportedPerson) -> tuple:
    order = rules.quiet_order(person.tier or "", person.last_reached_on is not None, person.quiet_since)
    return *order, person.name_key


def first_day_of(posts: Iterable[Post], on: date) -> date | None:
    """Return the day on which the worker of some posts, in order of their days, began (`rules.first_day_of_worker`, R117)."""
    return rules.first_day_of_worker(((post.starts_on, post.ends_before) for post in posts), on)


def due_to_worker(people: Iterable[SupportedPerson], on: date, first_day: date | None) -> list[SupportedPerson]:
    """Return a worker's people with their contacts as they are due to that worker (`rules.state_for_worker`, R116)."""
    if first_day is None:
        return list(people)
    return [person._replace(due=_due_to_worker(person.due, on, first_day)) for person in people]


def _due_to_worker(due: ContactDue | None, on: date, first_day: date) -> ContactDue | None:
    if due is None or due.on >= first_day:
        return due
    state, days = rules.state_for_worker(due.on, on, first_day)
    return due._replace(state=state, days=days, before_first_day=True)


class ToContact(NamedTuple):
    """Contacts to make, in groups, the longest overdue first."""

    overdue: list[SupportedPerson]
    today: list[SupportedPerson]
    week: list[SupportedPerson]

    def __bool__(self) -> bool:
        return bool(self.overdue or self.today or self.week)


def contacts_to_make(people: Iterable[SupportedPerson]) -> ToContact:
    """Return the people to contact: overdue, today, within seven days. Who asked not to be contacted is left out (R57)."""
    found = ToContact([], [], [])
    prompted = (person for person in people if person.due and not person.please_dont)
    for person in sorted(prompted, key=lambda person: (person.due.on, person.name_key)):
        if person.due.state == ContactState.OVERDUE:
            found.overdue.append(person)
        elif person.due.state == ContactState.DUE:
            found.today.append(person)
        elif person.due.days <= rules.SOON_DAYS:
            found.week.append(person)
    return found


def due_days(people: Iterable[SupportedPerson], on: date) -> dict[date, int]:
    """Return on which days contacts are due, and how many; what is late is due today. Silent people are left out (R57)."""
    prompted = (person for person in people if person.due and not person.please_dont)
    return dict(sorted(Counter(max(person.due.on, on) for person in prompted).items()))


def named_like(people: Iterable[SupportedPerson], words: str) -> list[SupportedPerson]:
    """Return the people the words find, by name, reference or phone (`caseload.keys`)."""
    return [person for person in people if keys.finds(person.search_key, words)]
