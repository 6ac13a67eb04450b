"""Dated pieces of work with a person, and extra responsibilities of a worker."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from caseload.actions import Refused, history, lock_people
from peerload.core import dates, events
from peerload.core.formats import format_day
from peerload.staff.models import Member

from .. import queries, rules
from ..enums import Condition, CountedPer, Element, Window
from ..models import STATES, Activity, Responsibility

MOST = 1000  # people or cases named in one responsibility


class NotCounted(Refused):
    """The service's scheme has no such kind of work on that day."""


class WorkContradiction(Refused):
    """The days or details contradict each other, or other work."""


class AlreadyWritten(Refused):
    """The same kind of work with the same person begins on that day already."""


# Work with a person ----------------------------------------------------------------------------------------------------


@transaction.atomic
def start_activity(
    *,
    client_id: int,
    code: str,
    starts_on: date,
    by: Member,
    finished_on: date | None = None,
    minutes_each_way: int | None = None,
    first: bool | None = None,
) -> Activity:
    """
    Write down work with a person from a day on, which may lie ahead.

    :param finished_on: the last day it is true, or the day completed; empty while it goes on
    :raises NotCounted: if the scheme has no such kind of work on that day
    :raises AlreadyWritten: if the same kind of work with the same person begins on that day already
    :raises WorkContradiction: if days or details contradict each other or other work
    """
    person = lock_people([client_id])[client_id]
    weight = weight_of(person.organisation_id, code, starts_on, Element.CASE)
    activity = Activity(
        organisation_id=person.organisation_id,
        client=person,
        code=code,
        starts_on=starts_on,
        finished_on=finished_on,
        minutes_each_way=minutes_each_way,
        first=first,
        by=by,
    )
    _must_agree(activity, weight)
    activity.save()
    events.send_facts_changed(person.organisation_id, people=[client_id])
    return activity


@transaction.atomic
def finish_activity(*, activity_id: int, finished_on: date | None, by: Member) -> Activity:
    """
    Record the day a piece of work was finished, or that it goes on after all.

    :raises WorkContradiction: if it had not begun by then, or overlaps another of its kind
    """
    return change_activity(activity_id=activity_id, by=by, finished_on=finished_on)


@transaction.atomic
def change_activity(*, activity_id: int, by: Member, **fields: Any) -> Activity:
    """
    Correct the days and details of a piece of work.

    :param fields: ``starts_on``, ``finished_on``, ``minutes_each_way``, ``first``
    :raises NotCounted: if the scheme has no such kind of work on that day
    :raises AlreadyWritten: if the same kind of work with the same person begins on that day already
    :raises WorkContradiction: if days or details contradict each other or other work
    """
    activity = _locked(activity_id)
    for name, value in fields.items():
        if name not in {"starts_on", "finished_on", "minutes_each_way", "first"}:
            raise TypeError(f"A piece of work has no {name}.")
        setattr(activity, name, value)
    weight = weight_of(activity.organisation_id, activity.code, activity.starts_on, Element.CASE)
    _must_agree(activity, weight)
    with history(by, "changed"):
        activity.save()
    events.send_facts_changed(activity.organisation_id, people=[activity.client_id])
    return activity


@transaction.atomic
def remove_activity(*, activity_id: int, by: Member, reason: str) -> None:
    """Remove a piece of work that was recorded by mistake; the history keeps it."""
    activity = _locked(activity_id)
    with history(by, reason):
        activity.delete()
    events.send_facts_changed(activity.organisation_id, people=[activity.client_id])


def move_work(client_id: int, to_id: int, on: date) -> dict[str, list[int]]:
    """
    Give work under way to another record of the same person, as far as it does not say it already; return what moved, by table.

    Work finished before the day stays with the worker who held it then, and so do its points.
    """
    under_way = Activity.objects.filter(Q(finished_on=None) | Q(finished_on__gte=on), client=client_id)
    moved = []
    for activity in under_way.order_by("pk"):
        try:
            with transaction.atomic():
                Activity.objects.filter(pk=activity.pk).update(client=to_id)
        except IntegrityError:  # the other record has it: it ends with this one
            continue
        moved.append(activity.pk)
    return {Activity._meta.label_lower: moved}


def _locked(activity_id: int) -> Activity:
    lock_people([Activity.objects.values_list("client_id", flat=True).get(pk=activity_id)])
    return Activity.objects.get(pk=activity_id)


def _must_agree(activity: Activity, weight: rules.Weight) -> None:
    """Refuse days or details that contradict each other, the kind of work, or other work."""
    if activity.finished_on and activity.finished_on < activity.starts_on:
        raise WorkContradiction(
            _("It cannot be finished before it began on %(day)s.") % {"day": format_day(activity.starts_on)}
        )
    if activity.minutes_each_way is not None and weight.condition != Condition.MINUTES_OVER:
        raise WorkContradiction(
            _("Minutes of travel do not belong to %(weight)s. Leave them empty.") % {"weight": weight.label}
        )
    if activity.first is not None and weight.condition != Condition.FIRST:
        raise WorkContradiction(
            _("%(weight)s has no first one that counts more. Leave this empty.") % {"weight": weight.label}
        )
    others = Activity.objects.filter(client_id=activity.client_id, code=activity.code).exclude(pk=activity.pk)
    if others.filter(starts_on=activity.starts_on).exists():
        raise AlreadyWritten(
            _("%(weight)s from %(day)s is recorded already.")
            % {"weight": weight.label, "day": format_day(activity.starts_on)}
        )
    if activity.code in STATES:
        _must_not_overlap(activity, others, weight)


def _must_not_overlap(activity: Activity, others: Iterable[Activity], weight: rules.Weight) -> None:
    for other in others:
        last, others_last = activity.finished_on or dates.FOREVER, other.finished_on or dates.FOREVER
        if activity.starts_on <= others_last and other.starts_on <= last:
            words = (
                _("%(kind)s is written down from %(first)s through %(last)s already. End that entry first.")
                if other.finished_on
                else _("%(kind)s is written down from %(first)s and goes on already. End that entry first.")
            )
            raise WorkContradiction(
                words
                % {
                    "kind": weight.label,
                    "first": format_day(other.starts_on),
                    "last": format_day(other.finished_on),
                }
            )


# Responsibilities ------------------------------------------------------------------------------------------------------


@transaction.atomic
def take_on(
    *, worker: Member, code: str, starts_on: date, by: Member, until: date | None = None, quantity: int = 1
) -> Responsibility:
    """
    Write down an extra responsibility of a worker from a day on, which may lie ahead.

    :param until: its last day; empty while it goes on
    :param quantity: how many people or cases, for what counts each of them (R7)
    :raises NotCounted: if the scheme has no such kind of work on that day
    :raises WorkContradiction: if days or details contradict each other or other work
    """
    weight = weight_of(worker.organisation_id, code, starts_on, Element.EXTRA)
    if until and until < starts_on:
        raise WorkContradiction(_("The last day is before the first day, %(day)s.") % {"day": format_day(starts_on)})
    if until and weight.window != Window.NONE:
        raise WorkContradiction(
            _("%(weight)s has its own end, so leave the last day empty.") % {"weight": weight.label}
        )
    if quantity != 1 and weight.per != CountedPer.QUANTITY:
        raise WorkContradiction(_("%(weight)s counts once, so leave the number empty.") % {"weight": weight.label})
    if not 1 <= quantity <= MOST:
        raise WorkContradiction(_("Write a number from 1 to %(most)s.") % {"most": MOST})
    taken = Responsibility.objects.create(
        organisation_id=worker.organisation_id,
        worker=worker,
        code=code,
        starts_on=starts_on,
        ends_before=dates.day_after(until),
        quantity=quantity,
        by=by,
    )
    events.send_facts_changed(worker.organisation_id, workers=[worker.pk])
    return taken


@transaction.atomic
def put_down(*, responsibility_id: int, until: date | None, by: Member) -> Responsibility:
    """
    Record the last day of a responsibility, or that it goes on after all.

    :raises WorkContradiction: if it had not begun by then
    """
    held = Responsibility.objects.select_for_update(of=("self",), no_key=True).get(pk=responsibility_id)
    if until and until < held.starts_on:
        raise WorkContradiction(
            _("The last day is before the first day, %(day)s.") % {"day": format_day(held.starts_on)}
        )
    held.ends_before = dates.day_after(until)
    with history(by, "ended"):
        held.save(update_fields=["ends_before"])
    events.send_facts_changed(held.organisation_id, workers=[held.worker_id])
    return held


@transaction.atomic
def remove_responsibility(*, responsibility_id: int, by: Member, reason: str) -> None:
    """Remove a responsibility that was recorded by mistake; the history keeps it."""
    held = Responsibility.objects.select_for_update(of=("self",), no_key=True).get(pk=responsibility_id)
    with history(by, reason):
        held.delete()
    events.send_facts_changed(held.organisation_id, workers=[held.worker_id])


def weight_of(organisation_id: int, code: str, on: date, element: Element) -> rules.Weight:
    """
    Return what a kind of work weighs on a day.

    :raises NotCounted: if the scheme in force that day has no such kind, or has it switched off
    """
    weight = queries.scheme_of(organisation_id, on).by_code.get(code)
    if weight is None or weight.element != element or code in {"case", "new", "stable"}:
        raise NotCounted(_("This service does not count that kind of work. Ask an admin of the service."))
    return weight
