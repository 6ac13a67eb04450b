"""Record whether a student of the worker holds a person, or the worker does again (R6)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core.formats import format_day
from peerload.staff.models import Member

from ..models import Allocation, Client, TemporaryMove
from . import tiers
from .allocations import Terms, begin, current, end_before, must_be_unplanned, must_be_unreported
from .locking import Refused, history, lock_person


class HeldThatWay(Refused):
    """A student holds the person already, or the worker does."""


class FirstDecide(Refused):
    """Something else about the allocation has to be decided first."""


@transaction.atomic
def mark_held_by_student(*, client_id: int, student: bool, on: date, by: Member, today: date) -> Allocation:
    """
    Record that from a day on a student of the worker holds a person, or the worker does again (R6).

    While a student holds them, the worker stays the one who supports them and no points are counted. From the first day
    of the allocation on it is a correction. From a later day on a new allocation begins, so that points before it stay
    as they were; a worker who takes a person back is newly allocated, as after any transfer (R26).

    :raises NotSupported: if the person has no worker that day
    :raises HeldThatWay: if it is so already
    :raises FirstDecide: if support is closing, or they come back to another worker on a day
    :raises PlannedAlready: if another allocation is planned after that day
    :raises MonthReported: if that month, or a later one, is reported for the worker
    """
    person = lock_person(client_id)
    held = current(person, on)
    worker = held.worker
    _must_be_held_otherwise(person, held, student, on)
    _must_be_decided(person, held)
    must_be_unplanned(person, on)
    must_be_unreported(
        [worker.pk],
        on,
        _("The report for %(month)s is sent. For %(person)s this change can begin on %(day)s or later."),
        person,
    )
    with history(by, "held by a student" if student else "held by the worker again"):
        if held.starts_on == on:
            held.student_held = student
            held.save(update_fields=["student_held"])
        else:
            kept = {name: getattr(held, name) for name in ("purpose", "first_action", "review_on", "note")}
            end_before(held, on)
            held = begin(person, worker, on, by=by, today=today, terms=Terms(**kept), student_held=student)
    tiers.finish(person, today=today, workers=[worker])
    return held


def _must_be_held_otherwise(person: Client, held: Allocation, student: bool, on: date) -> None:
    if held.student_held == student:
        words = (
            _("A student of %(worker)s supports %(person)s already on %(day)s.")
            if student
            else _("%(worker)s supports %(person)s already on %(day)s.")
        )
        raise HeldThatWay(words % {"worker": held.worker.name, "person": person.name, "day": format_day(on)})


def _must_be_decided(person: Client, held: Allocation) -> None:
    if held.close_decided_on:
        raise FirstDecide(
            _("There is a decision to close support for %(person)s. Withdraw the decision first, or close.")
            % {"person": person.name}
        )
    if TemporaryMove.objects.standing().filter(client=person).exists():
        raise FirstDecide(
            _("%(person)s is with %(worker)s only until a set day. First confirm whether they come back or stay.")
            % {"person": person.name, "worker": held.worker.name}
        )
