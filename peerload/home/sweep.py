"""
The sweep: the changes that come by time alone, step by step.

Every step is a transaction of its own, or several, and depends only on what is true on the day. So the sweep may run
late, twice, or side by side with another: unique keys hold, and running once for a day equals having run on every day
before.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction

from caseload.actions import refresh_waiting, sweeping
from caseload.actions.sweep_reminders import (
    find_reviews,
    find_statutory,
    find_windows,
    pass_on,
    remind,
    remind_of_waiting,
)
from caseload.cover.actions import notify_of_duties
from caseload.cover.leading import notify_of_missing_leads
from caseload.drop_ins.actions import forget_first_names
from caseload.duplicates.actions.finding import look_for_all
from caseload.leaving.actions import notify_of_steps
from caseload.models import SweepRun
from caseload.next_steps.actions import notify_of_next_steps
from caseload.temporary_moves.actions import propose_returns
from peerload.core import clock
from peerload.guides.actions import sweep as sweep_guides
from peerload.guides.checklists.actions import notify_of_steps as notify_of_checklists
from peerload.guides.surveys.actions import sweep as sweep_surveys
from peerload.staff.leaving.actions import close_those_gone
from peerload.staff.models import Organisation
from wellbeing.leave.actions import sweep as sweep_leave
from wellbeing.private.actions import sweep as sweep_documents
from wellbeing.sessions.actions import sweep as sweep_sessions
from workload.months.actions import notify_of_overdue_actions
from workload.months.actions.prompts import prompt


class SweepCounts(NamedTuple):
    """
    The new findings of a sweep; ``raised`` are the reminders that went to the manager too.

    ``record_prompts`` are lines, to workers and to those who lead their teams, about records and reports; ``waiting``
    are the stages reached by people whose next step is overdue while they wait; ``duty_notices`` are lines, to those
    who lead and to service managers, about duties while a worker is away.
    """

    reminders: int = 0
    raised: int = 0
    inactivated: int = 0
    to_review: int = 0
    window_notices: int = 0
    record_prompts: int = 0
    waiting: int = 0
    statutory: int = 0
    duty_notices: int = 0

    def plus(self, other: "SweepCounts") -> "SweepCounts":
        return SweepCounts(*map(sum, zip(self, other, strict=True)))


Run = Callable[[Organisation, date], object]


class SweepStep(NamedTuple):
    """One step, and the fields of `SweepCounts` that it returns figures for."""

    run: Run
    counts: tuple[str, ...] = ()


def in_one_transaction(step: Run) -> Run:
    """Return a step that is one transaction."""
    return transaction.atomic(step)


def locked(step: Run) -> Run:
    """Return a step that is one transaction, in which no other sweep of the service does the same."""

    @transaction.atomic
    def run(organisation: Organisation, on: date) -> object:
        sweeping.lock_sweep(organisation)
        return step(organisation, on)

    return run


def refresh_those_who_wait(organisation: Organisation, on: date) -> None:
    refresh_waiting(organisation.pk, on)


STEPS = (
    SweepStep(close_those_gone),  # before any reminder
    SweepStep(sweeping.roll),
    SweepStep(sweeping.inactivate, ("inactivated",)),
    SweepStep(remind, ("reminders", "raised")),
    SweepStep(find_reviews, ("to_review",)),
    SweepStep(find_windows, ("window_notices",)),
    SweepStep(refresh_those_who_wait),
    SweepStep(remind_of_waiting, ("waiting",)),
    SweepStep(find_statutory, ("statutory",)),
    SweepStep(locked(notify_of_duties), ("duty_notices",)),
    SweepStep(locked(notify_of_missing_leads)),
    SweepStep(pass_on),
    SweepStep(look_for_all),  # people imported by sheets are included
    SweepStep(propose_returns),
    SweepStep(locked(prompt), ("record_prompts",)),
    SweepStep(locked(notify_of_overdue_actions)),
    SweepStep(in_one_transaction(notify_of_steps)),
    SweepStep(in_one_transaction(notify_of_next_steps)),
    SweepStep(in_one_transaction(sweep_sessions)),
    SweepStep(in_one_transaction(sweep_leave)),
    SweepStep(in_one_transaction(sweep_documents)),
    SweepStep(in_one_transaction(sweep_guides)),
    SweepStep(in_one_transaction(sweep_surveys)),
    SweepStep(in_one_transaction(notify_of_checklists)),
    SweepStep(forget_first_names),
)


def sweep(organisation: Organisation, on: date) -> SweepCounts:
    """
    Bring an organisation up to a day, by hand or by the timetable; a second run finds nothing more.

    A day before the last one swept is swept as it is known now, and nothing is rolled back.

    :raises AnotherSweep: if another sweep of the organisation is under way; only a sweep that did every step is noted
    """
    found: dict[str, Any] = {}
    for step in STEPS:
        result = step.run(organisation, on)
        if step.counts:
            found |= zip(step.counts, result if isinstance(result, tuple) else (result,), strict=True)
    counts = SweepCounts(**found)
    _mark(organisation, on, counts)
    return counts


def _mark(organisation: Organisation, on: date, counts: SweepCounts) -> None:
    """Record the last day for which everything has been found; an earlier day changes nothing."""
    with transaction.atomic():
        run, _ = SweepRun.objects.select_for_update(of=("self",), no_key=True).get_or_create(
            organisation=organisation, defaults={"swept_on": on, "finished_at": clock.now()}
        )
        if run.swept_on <= on:
            before = SweepCounts(**run.counts) if run.counts and run.swept_on == on else SweepCounts()
            run.swept_on, run.finished_at, run.counts = on, clock.now(), counts.plus(before)._asdict()
            run.save()
