"""Next steps with people: of one person, and of everyone a member sees to. Every function takes the day."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core import dates
from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.core.formats import format_weekday
from peerload.core.periods import lasts_half_open
from peerload.core.translation import LazyText
from peerload.staff.models import Absence, ClosureDay, Member, Organisation, Post
from peerload.staff.rules import hours_on

from ..enums import ContactPreference, NextStepKind, NextStepState, Place, SeenToAs, Tier, Weekday
from ..models import (
    Allocation,
    Client,
    ClientQuerySet,
    Cover,
    Group,
    GroupFacilitator,
    NextStep,
    NextStepQuerySet,
    Referral,
)
from ..signals import engagements_asked
from . import rules

SURE = "sure"  # the field of a form that was asked about, and is meant all the same
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
    meets: bool = False  # the member has something else at that time

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


def seen_to_by(member: Member, first: date, last: date, today: date) -> list[Step]:
    """
    Return the standing next steps from a day through another that a member sees to today, in order of day and hour.

    They are those of the people the member supports, covers (``absent`` names the worker) or is responsible for while
    they wait. Late ones are among them where the first day is today or before. Silent people are left out (R91). It is
    one statement.
    """
    found = _seen_to_by(member.pk, ALWAYS if first <= today else first, last, today)
    steps = [_on(Step(*row), today) for row in found]
    at_once = meeting(steps)
    return sorted((step._replace(meets=step.pk in at_once) for step in steps), key=Step.in_order)


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


class Ended(NamedTuple):
    """A promise or an appointment that was kept, not kept or called off."""

    kind: str
    what: str
    due_on: date
    ended_as: str
    ended_on: date
    ended_by: str


class OfPerson(NamedTuple):
    """A person's next steps: those that stand, in order of day and hour; those that ended, the latest first."""

    steps: list[Step]
    ended: list[Ended]
    silent: bool = False  # nobody is reminded of them

    @property
    def next(self) -> Step | None:
        return self.steps[0] if self.steps else None


def of_person(person: Client, today: date) -> OfPerson:
    """Return the next steps of a person, whether or not anybody is reminded of them; one statement."""
    steps, ended, silent = [], [], False
    for *row, ended_as, ended_on, ended_by, tier, preference, closed, waits in _of_person(person.pk, today):
        step = Step(*row)
        if ended_as:
            ended.append(Ended(step.kind, step.what, step.due_on, ended_as, ended_on, ended_by))
            continue
        silent = rules.is_silent(rules.PersonStanding(tier, preference, closed, waits))
        steps.append(_on(step, today))
    at_once = meeting(steps)
    steps = [step._replace(meets=step.pk in at_once) for step in steps]
    return OfPerson(sorted(steps, key=Step.in_order), ended, silent)


@compile_once
def _of_person(client_id: int, today: date) -> QuerySet[NextStep, tuple[Any, ...]]:
    back = Referral.objects.standing().filter(client=OuterRef("client"), referred_on__lte=today)
    closed = Allocation.objects.on(today).filter(client=OuterRef("client"), closed_on__isnull=False)
    found = NextStep.objects.filter(client=client_id).annotate(
        absent=Value(""),
        waits=Value(False),
        by=Coalesce("ended_by__name", Value("")),
        closed=Exists(closed),
        back=Exists(back),
    )
    ended = ("ended_as", "ended_on", "by", "client__tier", "client__contact_preference", "closed", "back")
    return found.order_by("-ended_on", "-pk").values_list(*COLUMNS, "absent", "waits", *ended)


def is_silent(client_id: int, today: date) -> bool:
    """Return whether nobody is reminded of a person's next steps (R91)."""
    found = _as_they_stand(client_id, today)
    return not found or rules.is_silent(rules.PersonStanding(*found[0]))


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


AHEAD = timedelta(days=14)  # within which lies whatever is for the next working day


def recipients(
    organisation: Organisation, on: date, *, step_ids: Collection[int] | None = None
) -> dict[int, tuple[int, date]]:
    """
    Return who is told today of steps that are for the next working day: by step, the member and the day (R93).

    It is the member who sees to it on its day; the manager of the person's team where that member is away.

    :param step_ids: only these, where not all steps of the service are asked about
    """
    closures = frozenset(ClosureDay.objects.filter(organisation=organisation).values_list("on", flat=True))
    steps = NextStep.objects.standing().filter(organisation=organisation, due_on__gt=on, due_on__lte=on + AHEAD)
    steps = _not_silent(steps if step_ids is None else steps.filter(pk__in=step_ids), on)
    by_day: dict[date, dict[int, tuple[int, int | None]]] = {}
    for pk, due_on, client, manager in steps.values_list("pk", "due_on", "client", "client__team__manager"):
        if rules.is_eve(due_on, on, organisation.region, closures):
            by_day.setdefault(due_on, {})[pk] = client, manager
    found = {}
    for day, asked in by_day.items():
        seen = who_sees_to({client for client, __ in asked.values()}, day)
        members = {each.member_id for each in seen.values()}
        away = set(Absence.objects.on(day).filter(worker__in=members).values_list("worker", flat=True))
        for pk, (client, manager) in asked.items():
            if client in seen:
                told = seen[client].member_id
                told = manager if told in away else told
                if told:
                    found[pk] = told, day
    return found


def subject(step_id: int) -> str:
    """Return the subject of notices about a next step."""
    return f"next_step:{step_id}"


# What is asked about ---------------------------------------------------------------------------------------------------


class Wanted(NamedTuple):
    """When an appointment is wanted: a day, an hour, and how long."""

    due_on: date
    starts_at: time
    minutes: int

    @property
    def span(self) -> rules.Hours:
        return rules.Hours(self.starts_at, self.minutes)

    @property
    def sure(self) -> str:
        """What a form carries that was asked about, and is meant all the same."""
        return f"{self.due_on:%Y-%m-%d} {self.starts_at:%H:%M} {self.minutes}"


def questions(person: Client, wanted: Wanted, reader: Member, today: date, *, besides: int | None = None) -> list[str]:
    """
    Return what speaks against an appointment, each as a sentence: it is asked about, never refused (R94).

    The worker is away or does not work that day, the service is shut, or the worker has something else at that time.

    :param besides: the primary key of the step that is moved
    """
    found = []
    closures = ClosureDay.objects.filter(organisation=person.organisation_id, on=wanted.due_on)
    if dates.is_shut(wanted.due_on, reader.organisation.region, frozenset(closures.values_list("on", flat=True))):
        found.append(_("The service is shut on %(day)s.") % {"day": format_weekday(wanted.due_on)})
    seen = who_sees_to([person.pk], wanted.due_on).get(person.pk)
    if seen is None:
        return found
    if seen.seen_to_as == SeenToAs.COVER:
        found.append(
            _("Their worker is away that day. %(cover)s covers, and sees to this appointment.") % {"cover": seen.name}
        )
    words = {"worker": seen.name, "day": format_weekday(wanted.due_on)}
    found += [str(sentence) % words for sentence in _against_the_day(seen.member_id, wanted.due_on)]
    found += _at_once(seen, wanted, reader, today, besides)
    return found


def _against_the_day(worker_id: int, on: date) -> list[LazyText]:
    """Return why a worker may not be there on a day."""
    found: list[LazyText] = []
    if Absence.objects.on(on).filter(worker=worker_id).exists():
        found.append(gettext_lazy("%(worker)s is away on %(day)s."))
    post = Post.objects.on(on).filter(worker=worker_id).first()
    if post is None:
        if Post.objects.filter(worker=worker_id).exists():
            found.append(gettext_lazy("%(worker)s is in no post on %(day)s."))
    elif not hours_on(on.weekday(), post.weekly_hours or FULL_TIME, post.day_hours):
        found.append(gettext_lazy("%(worker)s does not work on %(day)s."))
    return found


FULL_TIME = Decimal(40)


def _at_once(seen: SeesTo, wanted: Wanted, reader: Member, today: date, besides: int | None) -> list[str]:
    """Return what else a worker has at that time; another person is named to those who may see them."""
    taken = [(rules.Hours(*span), _("a session")) for span in engagements(seen.member_id, wanted.due_on)]
    taken += [
        (rules.Hours(starts_at, minutes), name) for starts_at, minutes, name in _meeting(seen.member_id, wanted.due_on)
    ]
    taken += _appointments(seen.member_id, wanted.due_on, Client.objects.visible_to(reader, today), besides)
    words = {"worker": seen.name, "day": format_weekday(wanted.due_on)}
    return [
        _("%(worker)s has %(what)s at the same time.") % (words | {"what": what})
        for what in rules.at_once(wanted.span, taken)
    ]


def engagements(worker_id: int, on: date) -> list[tuple[time, int]]:
    """Return the hours of a day that a worker's sessions take, as the app above knows them."""
    answers = engagements_asked.send(Member, worker_id=worker_id, on=on)
    return [span for __, spans in answers for span in spans]


def _meeting(worker_id: int, on: date) -> list[tuple[time, int, str]]:
    """Return the groups a worker facilitates that usually meet on a day, with the hour."""
    theirs = GroupFacilitator.objects.on(on).filter(group=OuterRef("pk"), worker=worker_id)
    weekday = Weekday.values[on.weekday()]
    groups = Group.objects.on(on).filter(Exists(theirs), weekday=weekday, starts_at__isnull=False)
    return list(groups.order_by("starts_at", "pk").values_list("starts_at", "minutes", "name"))


def _appointments(worker_id: int, on: date, seen: ClientQuerySet, besides: int | None) -> list[tuple[rules.Hours, str]]:
    people = Allocation.objects.on(on).filter(worker=worker_id, closed_on=None).values("client")
    covers = Cover.objects.holding(on).filter(worker=worker_id).values("client")
    theirs = NextStep.objects.standing().filter(
        any_of("client", people.union(covers, all=True)), kind=NextStepKind.APPOINTMENT, due_on=on
    )
    rows = theirs.exclude(pk=besides).annotate(  # type: ignore[no-redef]  # declared on `NextStep`
        seen=Exists(seen.filter(pk=OuterRef("client")))
    )
    return [
        (
            rules.Hours(row.starts_at, row.minutes),
            _("an appointment with %(name)s") % {"name": row.client.name} if row.seen else _("another appointment"),
        )
        for row in rows.select_related("client").order_by("starts_at", "pk")
    ]


def meeting(steps: Iterable[Step], taken: Mapping[date, Iterable[rules.Hours]] = MappingProxyType({})) -> set[int]:
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


# Away, and leaving -----------------------------------------------------------------------------------------------------


class StepToCover(NamedTuple):
    """An appointment or promise in a worker's absence, and who covers its person that day."""

    step: Step
    cover: str  # "" while no one covers


def to_cover(absence: Absence, people: ClientQuerySet, today: date) -> list[StepToCover]:
    """
    Return the standing next steps of an absent worker's people in the days of an absence, from today on.

    :param people: those the reader may see
    """
    first = max(absence.starts_on, today)
    steps = _of_people(_held_by(absence.worker_id, first), people, today).filter(due_on__gte=first)
    if end := absence.ends_before or absence.expected_back:
        steps = steps.filter(due_on__lt=end)
    covers = Cover.objects.filter(absence=absence, client=OuterRef("client"), starts_on__lte=OuterRef("due_on"))
    covers = covers.filter(lasts_half_open(OuterRef("due_on")))
    rows = steps.annotate(cover=Coalesce(Subquery(covers.values("worker__name")[:1]), Value("")))
    found = [
        StepToCover(_on(Step(*row), today), cover)
        for *row, cover in rows.values_list(*COLUMNS, "absent", "waits", "cover")
    ]
    return sorted(found, key=lambda each: each.step.in_order())


def after(leaver: Member, last_day: date, people: ClientQuerySet, today: date) -> list[Step]:
    """Return the standing next steps after a leaver's last day with people who are theirs still, of those the reader sees."""
    steps = _of_people(_held_by(leaver.pk, max(last_day, today)), people, today).filter(due_on__gt=last_day)
    rows = steps.values_list(*COLUMNS, "absent", "waits")
    return sorted((_on(Step(*row), today) for row in rows), key=Step.in_order)


def _held_by(worker_id: int, on: date) -> QuerySet[Allocation, Any]:
    return Allocation.objects.on(on).filter(worker=worker_id, closed_on=None).values("client")


def _of_people(theirs: QuerySet, people: ClientQuerySet, today: date) -> NextStepQuerySet:
    steps = NextStep.objects.standing().filter(any_of("client", theirs), client__in=people)
    return _not_silent(steps, today).annotate(absent=Value(""), waits=Value(False))


# Days offered ----------------------------------------------------------------------------------------------------------


class OfferedDay(NamedTuple):
    """A day offered as a button."""

    day: date
    words: str


def offered(due_on: date | None, on: date, region: str) -> list[OfferedDay]:
    """Return the days offered for a promise, or to move a step to."""

    def words(day: date) -> str:
        if day == on:
            return _("Today")
        return _("Tomorrow") if day == on + dates.DAY else format_weekday(day)

    found = rules.days_offered(due_on, on, lambda day: dates.is_working_day(day, region))
    return [OfferedDay(day, words(day)) for day in found]
