"""
Leaving: notice, its steps, whom each person goes to, and the end of sign-in.

People are locked first, then the leaving. Sign-in ends by the last day itself (`peerload.staff.sign_in`); closing follows
from the timetable, and waits while anybody is still theirs.
"""

import logging
from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from django.db import IntegrityError, transaction

from peerload.staff import actions as staff
from peerload.staff.enums import Role
from peerload.staff.models import Member, Organisation

from ..actions import Given, Refused, hand_over_many, history, lock_people, said
from ..models import Client, Handover, Leaving, LeavingStep
from ..waiting.actions import Hold, hold, stay, wait_sooner
from ..waiting.queries import waiting_from
from . import queries, rules
from .rules import Owner

logger = logging.getLogger(__name__)


class LeavingAlready(Refused):
    """Their notice is written down already."""


class BeforeNotice(Refused):
    """Nobody's last day lies before their notice."""

    field = "last_day"


class CannotLeave(Refused):
    """The last admin stays until there is another; one's own notice is written down by somebody else."""


class NotLeaving(Refused):
    """The leaving is withdrawn or closed."""


class NobodyChosen(Refused):
    """There is nobody to hand over."""


class MovedMeanwhile(Refused):
    """Somebody else has handed one of them over since the page was shown."""


@transaction.atomic
def give_notice(*, member: Member, notice_on: date, last_day: date, by: Member, today: date) -> Leaving:
    """
    Write down that somebody leaves, with the steps of the checklist, each with its owner and day.

    :raises LeavingAlready, BeforeNotice, CannotLeave: see there
    """
    if member.pk == by.pk:
        raise CannotLeave("Your own notice is written down by somebody else.")
    _must_follow(notice_on, last_day)
    if member.role == Role.ADMIN:
        try:
            staff.refuse_last_admin(member)
        except staff.Refused as refusal:
            raise CannotLeave(str(refusal)) from refusal
    with history(by, "notice"):
        try:
            with transaction.atomic():
                leaving = Leaving.objects.create(
                    organisation_id=member.organisation_id, member=member, notice_on=notice_on, last_day=last_day, by=by
                )
        except IntegrityError as error:
            raise LeavingAlready(f"The notice of {member.name} is written down already.") from error
        owners = {Owner.LEADER: _leader(member, today) or by, Owner.LEAVER: member}
        LeavingStep.objects.bulk_create(
            LeavingStep(leaving=leaving, kind=step.kind, owner=owners[step.owner], due_on=_due_on(leaving, step.kind))
            for step in rules.STEPS
        )
        staff.open_or_close_sign_in(member.user)
    return leaving


@transaction.atomic
def change_last_day(*, leaving_id: int, last_day: date, by: Member, today: date) -> Leaving:
    """
    Change the last day; steps not done move with it, handovers planned stay on their day. Who is to wait does so no later.

    :raises NotLeaving, BeforeNotice: see there
    """
    theirs = _lock_theirs(leaving_id, today)
    leaving = _locked(leaving_id)
    _must_follow(leaving.notice_on, last_day)
    with history(by, "another last day"):
        leaving.last_day = last_day
        leaving.save(update_fields=["last_day"])
        for step in leaving.steps.filter(done_on=None):
            step.due_on = _due_on(leaving, step.kind)
            step.save(update_fields=["due_on"])
        after = rules.moves_on(last_day, today)
        wait_sooner(client_ids=theirs, giver=leaving.member, on=after, by=by, today=today)
        staff.open_or_close_sign_in(leaving.member.user)
    return leaving


@transaction.atomic
def withdraw(*, leaving_id: int, by: Member, today: date) -> Leaving:
    """
    Withdraw a notice: they stay, and so does whoever was to wait; whom they have handed over stays handed over.

    :raises NotLeaving: if it was withdrawn or closed meanwhile
    """
    theirs = _lock_theirs(leaving_id, today)
    leaving = _locked(leaving_id)
    with history(by, "notice withdrawn"):
        leaving.withdrawn_on = today
        leaving.save(update_fields=["withdrawn_on"])
        stay(client_ids=theirs, giver=leaving.member, by=by, today=today)
        staff.open_or_close_sign_in(leaving.member.user)
    return leaving


def _lock_theirs(leaving_id: int, today: date) -> list[int]:
    """Lock whoever is, or will be, the leaver's, so that what is planned for them can change; return their primary keys."""
    member_id = Leaving.objects.values_list("member", flat=True).get(pk=leaving_id)
    theirs = list(queries.still_theirs(member_id, today).values_list("client", flat=True))
    lock_people(theirs)
    return theirs


@transaction.atomic
def settle_step(*, step_id: int, done: bool, by: Member, today: date) -> LeavingStep:
    """
    Tick a step, or take the tick back; ticking it twice keeps the first day.

    :raises NotLeaving: if the leaving is withdrawn or closed
    """
    step = _locked_step(step_id)
    if done != bool(step.done_on):
        step.done_on, step.done_by = (today, by) if done else (None, None)
        with history(by, "checklist"):
            step.save(update_fields=["done_on", "done_by"])
    return step


@transaction.atomic
def change_step(*, step_id: int, owner: Member, due_on: date, by: Member) -> LeavingStep:
    """
    Name somebody else for a step, or another day.

    :raises NotLeaving: if the leaving is withdrawn or closed
    """
    step = _locked_step(step_id)
    step.owner, step.due_on = owner, due_on
    with history(by, "checklist"):
        step.save(update_fields=["owner", "due_on"])
    return step


# People ----------------------------------------------------------------------------------------------------------------


class Words(NamedTuple):
    """What was written about one person on the list; ``None`` stays as it stands."""

    note: str | None = None
    told: bool | None = None


@transaction.atomic
def keep(
    *,
    leaving_id: int,
    words: Mapping[int, Words],
    receivers: Mapping[int, Member | None] | None = None,
    by: Member,
    today: date,
) -> None:
    """
    Keep notes, who has been told, and whom each is meant to go to, for as many people at once as the list has.

    :param words: by the primary key of the person
    :param receivers: the same way; left out where whoever writes does not choose them
    :raises NotLeaving: if it was withdrawn or closed meanwhile
    """
    lock_people({*words, *(receivers or ())})
    leaving = _locked(leaving_id)
    with history(by, "handover list"):
        _keep(leaving, words, receivers or {}, by=by, today=today)


@transaction.atomic
def hand_over_all(
    *,
    leaving_id: int,
    receivers: Mapping[int, Member],
    words: Mapping[int, Words],
    on: date,
    by: Member,
    today: date,
    waits: Mapping[int, Hold] = MappingProxyType({}),
) -> int:
    """
    Hand everybody chosen over from a day on, or let them wait: all of them or nobody. Return how many are handed over.

    Whoever was handed over just so already, or waits from that day, by the same press sent twice, is passed by. The note goes
    on to the receiver as the first thing to do, and stays with whoever waits as what is to be done.

    :param receivers: by the primary key of the person
    :param waits: the same way, for whom nobody has room now
    :raises NobodyChosen, NotLeaving: see there
    :raises MovedMeanwhile: if one of them is not the leaver's any more on that day
    :raises Refused: whatever `caseload.actions.hand_over` and `caseload.waiting.actions.hold` are refused for; the sentence
        says of whom
    """
    if not receivers and not waits:
        raise NobodyChosen("Choose for at least one person who supports them next.")
    people = lock_people({*receivers, *waits})
    leaving = _locked(leaving_id)
    written = {each.client_id: each for each in leaving.handovers.filter(client__in=list(receivers))}
    wanted = {key: worker for key, worker in receivers.items() if not _is_moved(written.get(key), worker, on)}
    left = waits.keys() - waiting_from(waits, on)
    with history(by, "handed over"):
        if wanted or left:
            _keep(leaving, words, {**wanted, **dict.fromkeys(left)}, by=by, today=today)
            _must_be_the_leavers(leaving, {*wanted, *left}, people)
            notes = dict(leaving.handovers.filter(client__in=[*wanted, *left]).values_list("client", "note"))
            common = {"giver": leaving.member, "on": on, "by": by, "today": today}
            common["purpose"] = f"{leaving.member.name} is leaving"
            given = {key: Given(worker, notes.get(key, "")) for key, worker in wanted.items()}
            hand_over_many(given=given, **common)
            leaving.handovers.filter(client__in=list(wanted)).update(moved_on=on)
            hold(holds={key: waits[key]._replace(action=notes.get(key) or waits[key].action) for key in left}, **common)
    return len(receivers)


def _is_moved(handover: Handover | None, worker: Member, on: date) -> bool:
    return handover is not None and handover.moved_on == on and handover.to_id == worker.pk


def _must_be_the_leavers(leaving: Leaving, wanted: Collection[int], people: Mapping[int, Client]) -> None:
    moved = leaving.handovers.filter(client__in=list(wanted)).exclude(moved_on=None).select_related("to")
    first = moved.order_by("client__name_key").first()
    if first:
        raise MovedMeanwhile(
            f"{people[first.client_id].name} is handed over from {said(first.moved_on)} on already. Look at the list again."
        )


def _keep(
    leaving: Leaving,
    words: Mapping[int, Words],
    receivers: Mapping[int, Member | None],
    *,
    by: Member,
    today: date,
) -> None:
    written = {each.client_id: each for each in leaving.handovers.all()}
    for key in sorted({*words, *receivers}):
        row = written.get(key) or Handover(leaving=leaving, client_id=key)
        before = (row.to_id, row.note, row.told_on)
        said_now = words.get(key, Words())
        if said_now.note is not None:
            row.note = said_now.note
        if said_now.told is not None and said_now.told != bool(row.told_on):
            row.told_on, row.told_by = (today, by) if said_now.told else (None, None)
        if key in receivers and row.moved_on is None:
            row.to = receivers[key]
        if before != (row.to_id, row.note, row.told_on):
            row.save()


# The end ---------------------------------------------------------------------------------------------------------------


def close_those_gone(organisation: Organisation, on: date) -> int:
    """
    End the sign-in of those whose last day has passed, and close those to whom nobody belongs any more. Return how many closed.

    Who still supports somebody, leads a team or is the only admin stays on the page of their team until that is settled.
    """
    gone = Leaving.objects.gone(on).filter(organisation=organisation).order_by("pk")
    return sum(_close(pk, on) for pk in list(gone.values_list("pk", flat=True)))


@transaction.atomic
def _close(leaving_id: int, on: date) -> bool:
    leaving = Leaving.objects.gone(on).filter(pk=leaving_id).select_related("member__user")
    leaving = leaving.select_for_update(of=("self",), no_key=True).first()
    if leaving is None:
        return False
    try:
        with transaction.atomic():
            staff.close_leaver(member_id=leaving.member_id, last_day=leaving.last_day, on=on)
            leaving.closed_on = on
            leaving.save(update_fields=["closed_on"])
    except staff.StillNeeded as refusal:
        logger.info("leaving %d stays open: %s", leaving.pk, type(refusal).__name__)
        staff.open_or_close_sign_in(leaving.member.user)
        return False
    return True


def _locked(leaving_id: int) -> Leaving:
    leavings = Leaving.objects.select_related("member__user", "organisation")
    leaving = leavings.select_for_update(of=("self",), no_key=True).get(pk=leaving_id)
    if leaving.withdrawn_on:
        raise NotLeaving(f"The notice of {leaving.member.name} was withdrawn on {said(leaving.withdrawn_on)}.")
    if leaving.closed_on:
        raise NotLeaving(f"{leaving.member.name} has left; that was closed on {said(leaving.closed_on)}.")
    return leaving


def _locked_step(step_id: int) -> LeavingStep:
    step = LeavingStep.objects.get(pk=step_id)
    _locked(step.leaving_id)
    step.refresh_from_db()
    return step


def _must_follow(notice_on: date, last_day: date) -> None:
    if last_day < notice_on:
        raise BeforeNotice(f"The last day lies before the notice, which was given on {said(notice_on)}.")


def _due_on(leaving: Leaving, kind: str) -> date:
    organisation = leaving.organisation
    closures = queries.closures(organisation)
    return rules.due_on(
        kind, leaving.last_day, notice_on=leaving.notice_on, region=organisation.region, closures=closures
    )


def _leader(member: Member, on: date) -> Member | None:
    """Return who leads the team somebody works in, where that is somebody else."""
    return next((leader for leader in queries.leaders_of(member, on) if leader.pk != member.pk), None)
