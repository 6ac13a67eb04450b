"""When staff are away."""

from copy import copy

from django.db import transaction

from peerload.core import clock

from .. import rules
from ..models import Absence, Member
from ..signals import absence_saved
from .recording import history, save_without_overlap


@transaction.atomic
def record_absence(*, worker_id: int, by: Member, **fields) -> Absence:
    """
    Record that somebody is or will be away.

    :raises Contradicts: if they are away on some of these days already
    """
    worker = Member.objects.select_related("organisation").get(pk=worker_id)
    absence = Absence(organisation=worker.organisation, worker=worker)
    return write_absence(absence, by, fields)


@transaction.atomic
def edit_absence(*, absence_id: int, by: Member | None, **fields) -> Absence:
    """
    Change an absence: the expected return, the day they are back.

    :raises Contradicts: if they are away on some of these days already
    """
    absences = Absence.objects.select_for_update(of=("self",), no_key=True).select_related("worker", "organisation")
    return write_absence(absences.get(pk=absence_id), by, fields)


def write_absence(absence: Absence, by: Member | None, fields: dict) -> Absence:
    """Save an absence with these fields; another band of the expected return counts from today."""
    before = copy(absence)
    for name, value in fields.items():
        setattr(absence, name, value)
    if rules.band_expected(absence.starts_on, absence.expected_back) != rules.band_expected(
        before.starts_on, before.expected_back
    ):
        absence.expected_since = clock.today(absence.organisation) if absence.expected_back else None
    with history(by):
        save_without_overlap(absence, f"{absence.worker.name} is recorded as away on some of these days already.")
        absence_saved.send(Absence, before=before, after=absence, by=by)
    return absence
