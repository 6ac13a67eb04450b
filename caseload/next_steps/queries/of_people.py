"""The next steps of a member, of one person, and of those whose worker is away or leaves. Every function takes the day."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.core.periods import lasts_half_open
from peerload.staff.models import Absence, Member

from ...enums import NextStepState
from ...models import (
    Allocation,
    Client,
    ClientQuerySet,
    Cover,
    NextStep,
    NextStepQuerySet,
    Referral,
)
from .. import rules
from .rows import COLUMNS, NextStepRow, as_on, meeting, not_silent

ALWAYS = date(1, 1, 1)  # from when late ones are looked for


# Of a member ---------------------------------------------------------------------------------------------------------


def steps_of_member(member: Member, first: date, last: date, today: date) -> list[NextStepRow]:
    """
    Return the standing next steps from a day through another that a member is responsible for today, in order of day and hour.

    They are those of the people the member supports, covers (``absent`` names the worker) or is responsible for while
    they wait. Late ones are among them where the first day is today or before. Silent people are left out (R91). It is
    one statement.
    """
    found = _of_member(member.pk, ALWAYS if first <= today else first, last, today)
    steps = [as_on(NextStepRow(*row), today) for row in found]
    at_once = meeting(steps)
    return sorted((step._replace(meets=step.pk in at_once) for step in steps), key=NextStepRow.in_order)


@compile_once
def _of_member(member_id: int, first: date, last: date, today: date) -> QuerySet[NextStep, tuple[Any, ...]]:
    supports = Allocation.objects.on(today).filter(worker=member_id)
    covers = Cover.objects.holding(today).filter(worker=member_id)
    waits = Referral.objects.standing().filter(owner=member_id, referred_on__lte=today)
    in_post = Member.objects.in_post(today).values("pk")
    waits = waits.exclude(
        Exists(Allocation.objects.on(today).filter(client=OuterRef("client"), closed_on=None, worker__in=in_post))
    )
    mine = supports.values("client").union(covers.values("client"), waits.values("client"), all=True)
    standing = not_silent(NextStep.objects.standing().filter(any_of("client", mine)), today)
    theirs = covers.filter(client=OuterRef("client")).values("absence__worker__name")[:1]
    standing = standing.filter(due_on__gte=first, due_on__lte=last).annotate(
        absent=Coalesce(Subquery(theirs), Value("")), waits=~Exists(supports.filter(client=OuterRef("client")))
    )
    return standing.values_list(*COLUMNS, "absent", "waits")


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

    steps: list[NextStepRow]
    ended: list[Ended]
    silent: bool = False  # nobody is reminded of them

    @property
    def now(self) -> list[NextStepRow]:
        """What is late or for today, and at least the next one (R129)."""
        near = sum(step.state != NextStepState.AHEAD for step in self.steps)
        return self.steps[: max(near, 1)]

    @property
    def later(self) -> list[NextStepRow]:
        """The others, which a page folds."""
        return self.steps[len(self.now) :]


def of_person(person: Client, today: date) -> OfPerson:
    """Return the next steps of a person, whether or not anybody is reminded of them; one statement."""
    steps, ended, silent = [], [], False
    for *row, ended_as, ended_on, ended_by, tier, preference, closed, waits in _of_person(person.pk, today):
        step = NextStepRow(*row)
        if ended_as:
            ended.append(Ended(step.kind, step.what, step.due_on, ended_as, ended_on, ended_by))
            continue
        silent = rules.is_silent(rules.PersonStanding(tier, preference, closed, waits))
        steps.append(as_on(step, today))
    at_once = meeting(steps)
    steps = [step._replace(meets=step.pk in at_once) for step in steps]
    return OfPerson(sorted(steps, key=NextStepRow.in_order), ended, silent)


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


# Away, and leaving -----------------------------------------------------------------------------------------------------


class StepToCover(NamedTuple):
    """An appointment or promise in a worker's absence, and who covers its person that day."""

    step: NextStepRow
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
        StepToCover(as_on(NextStepRow(*row), today), cover)
        for *row, cover in rows.values_list(*COLUMNS, "absent", "waits", "cover")
    ]
    return sorted(found, key=lambda each: each.step.in_order())


def after(leaver: Member, last_day: date, people: ClientQuerySet, today: date) -> list[NextStepRow]:
    """Return the standing next steps after a leaver's last day with people who are theirs still, of those the reader sees."""
    steps = _of_people(_held_by(leaver.pk, max(last_day, today)), people, today).filter(due_on__gt=last_day)
    rows = steps.values_list(*COLUMNS, "absent", "waits")
    return sorted((as_on(NextStepRow(*row), today) for row in rows), key=NextStepRow.in_order)


def _held_by(worker_id: int, on: date) -> QuerySet[Allocation, Any]:
    return Allocation.objects.on(on).filter(worker=worker_id, closed_on=None).values("client")


def _of_people(theirs: QuerySet, people: ClientQuerySet, today: date) -> NextStepQuerySet:
    steps = NextStep.objects.standing().filter(any_of("client", theirs), client__in=people)
    return not_silent(steps, today).annotate(absent=Value(""), waits=Value(False))
