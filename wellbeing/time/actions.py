"""Logging time, a study of two weeks, and deleting either. It is the worker's own: no history, and no copy after deletion."""

from datetime import date
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from caseload.actions import Refused
from peerload.core.formats import format_day
from peerload.staff.models import Member

from ..enums import StudyKind
from ..models import StudyEntry, TimeEntry, TimeStudy
from . import queries, rules


class NotThatDay(Refused):
    """Time is logged for today or yesterday only, and in a study for one of its days."""


class NoStudyNow(Refused):
    """There is no study that goes on."""


class BadStart(Refused):
    """A study begins today or later, and no two share a day."""

    field = "starts_on"


@transaction.atomic
def log(*, worker: Member, activity: str, minutes: int, on: date, submission_id: UUID, today: date) -> TimeEntry:
    """
    Log time outside contacts; the same button of the same page again gives the first entry back.

    :param activity: the code of a row of the service's plans
    :raises NotThatDay: if the day is neither today nor yesterday, or not a day of the study
    """
    if on not in rules.open_days(today):
        raise NotThatDay(_("You can log time for today or yesterday only."))
    words = {"on": on, "activity": activity, "minutes": minutes}
    first, __ = TimeEntry.objects.get_or_create(
        worker=worker,
        submission_id=of_button(submission_id, *words.values()),
        defaults={"organisation_id": worker.organisation_id, **words},
    )
    return first


def of_button(submission_id: UUID, *words: object) -> UUID:
    """Return what one button of a page submits: twice the same is one entry, another button of that page is another."""
    return uuid5(submission_id, " ".join(map(str, words)))


@transaction.atomic
def remove(*, worker: Member, entry_id: int) -> None:
    """Delete one of a worker's own entries; no copy is left."""
    TimeEntry.objects.filter(worker=worker, pk=entry_id).delete()


# A study ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(*, worker: Member, starts_on: date, today: date) -> TimeStudy:
    """
    Begin a study of two weeks from a day on.

    :raises BadStart: if it would begin before today, or overlap another study
    """
    Member.objects.locked().get(pk=worker.pk)
    if starts_on < today:
        raise BadStart(_("That day has passed. Choose today or a later day."))
    last = rules.last_day(starts_on)
    for other in queries.studies(worker):
        ends = rules.last_day(other.starts_on, other.ended_on)
        if other.starts_on <= last and ends >= starts_on:
            raise BadStart(
                _("You have a study until %(day)s. Begin another on a day after that.") % {"day": format_day(ends)}
            )
    return TimeStudy.objects.create(organisation_id=worker.organisation_id, worker=worker, starts_on=starts_on)


@transaction.atomic
def stop(*, worker: Member, today: date) -> TimeStudy | None:
    """
    End the current study with today, and return it; one that has not begun is deleted, which returns None.

    :raises NoStudyNow: if there is none
    """
    study = _current(worker, today)
    if study.starts_on > today:
        study.delete()
        return None
    study.ended_on = today
    study.save(update_fields=["ended_on"])
    return study


@transaction.atomic
def delete(*, worker: Member, study_id: int) -> None:
    """Delete a study with all its entries; contacts and other records stay."""
    Member.objects.locked().get(pk=worker.pk)
    TimeStudy.objects.filter(worker=worker, pk=study_id).delete()


@transaction.atomic
def measure(*, worker: Member, kind: StudyKind, minutes: int, on: date, submission_id: UUID, today: date) -> StudyEntry:
    """
    Write down a piece of work in the study that goes on; the same button of the same page again gives the first back.

    :raises NoStudyNow: if there is none
    :raises NotThatDay: if it is not one of the study's, or further back than yesterday
    """
    study = _current(worker, today)
    if on not in rules.open_days(today) or on < study.starts_on:
        raise NotThatDay(
            _("Your study began on %(day)s. You can add work of today or yesterday only.")
            % {"day": format_day(study.starts_on)}
        )
    words = {"on": on, "kind": kind, "minutes": minutes}
    mark = of_button(submission_id, *words.values())
    return StudyEntry.objects.get_or_create(study=study, submission_id=mark, defaults=words)[0]


@transaction.atomic
def remove_piece(*, worker: Member, entry_id: int) -> None:
    """Delete an entry of one of a worker's own studies."""
    StudyEntry.objects.filter(study__worker=worker, pk=entry_id).delete()


def _current(worker: Member, today: date) -> TimeStudy:
    Member.objects.locked().get(pk=worker.pk)
    study = queries.current(worker, today)
    if study is None:
        raise NoStudyNow(_("You have no study now."))
    return study
