"""Logging time, and taking it back. It is the worker's own: no history, and what is removed is gone."""

from datetime import date
from uuid import UUID, uuid5

from django.db import transaction

from caseload.actions import Refused
from peerload.staff.models import Member

from ..enums import PlanActivity
from ..models import TimeEntry
from . import rules


class NotThatDay(Refused):
    """Time is logged for today or yesterday alone."""


@transaction.atomic
def log(
    *, worker: Member, activity: PlanActivity, minutes: int, on: date, submission_id: UUID, today: date
) -> TimeEntry:
    """
    Log time outside contacts; the same button of the same page again gives the first entry back.

    :raises NotThatDay: see there
    """
    if on not in rules.open_days(today):
        raise NotThatDay("Time is logged for today or yesterday. What is further back can stay as it is.")
    words = {"on": on, "activity": activity, "minutes": minutes}
    first, _ = TimeEntry.objects.get_or_create(
        worker=worker,
        submission_id=of_button(submission_id, *words.values()),
        defaults={"organisation_id": worker.organisation_id, **words},
    )
    return first


def of_button(submission_id: UUID, *words) -> UUID:
    """Return what one button of a page submits: twice the same is one entry, another button of that page is another."""
    return uuid5(submission_id, " ".join(map(str, words)))


@transaction.atomic
def remove(*, worker: Member, entry_id: int) -> None:
    """Remove one of a worker's own entries; nothing of it is left."""
    TimeEntry.objects.filter(worker=worker, pk=entry_id).delete()
