"""
Next steps with people are made, moved, ended, and reopened when they were ended by mistake.

Each action locks the person first, so that two taps are one and two members change one step after the other.
"""

from datetime import date, time
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from peerload.core.formats import format_day
from peerload.notices import actions as notices
from peerload.staff.models import Member, Organisation

from ..actions import Refused, contacts, history
from ..actions.locking import lock_person
from ..enums import News, NextStepEnd, NextStepKind
from ..models import Client, Contact, NextStep
from .queries import recipients, subject

WORDS = ("kind", "what", "due_on", "starts_at", "minutes", "place", "place_words", "with_others")
WHEN = ("due_on", "starts_at", "minutes", "place", "place_words")
OF_APPOINTMENT: dict[str, Any] = {
    "starts_at": None,
    "minutes": None,
    "place": "",
    "place_words": "",
    "with_others": "",
}


class NotWhole(Refused):
    """A promise says what; an appointment has an hour, a length and a place."""

    field = "what"


class StepDayHasPassed(Refused):
    """The day of a new or a moved next step lies ahead, or is today."""

    field = "due_on"


class SaidDifferently(Refused):
    """The same form was sent twice with other words."""


class StepEndedAlready(Refused):
    """It was kept, not kept or called off already."""


class ChangedMeanwhile(Refused):
    """Another member has changed it since the page was opened."""


class StandsStill(Refused):
    """It is planned just so already."""

    field = "due_on"


class NotEnded(Refused):
    """Only what was ended is opened again."""


class Made(NamedTuple):
    """A next step; ``repeated`` when the same submission had made it already."""

    step: NextStep
    repeated: bool


@transaction.atomic
def make(
    *,
    client_id: int,
    by: Member,
    today: date,
    kind: str,
    due_on: date,
    what: str = "",
    starts_at: time | None = None,
    minutes: int | None = None,
    place: str = "",
    place_words: str = "",
    with_others: str = "",
    contact: Contact | None = None,
    submission_id: UUID | None = None,
) -> Made:
    """
    Write down what was promised to a person by a day, or an appointment with them; the same submission makes it once.

    :param contact: the contact with which it was made
    :raises StepDayHasPassed: if the day has passed
    :raises NotWhole: if a promise does not say what, or an appointment lacks its hour, length or place
    :raises SaidDifferently: if the submission made one with other words
    """
    person = lock_person(client_id)
    words: dict[str, Any] = {"kind": kind, "what": what.strip(), "due_on": due_on}
    words |= {"starts_at": starts_at, "minutes": minutes}
    words |= {"place": place, "place_words": place_words.strip(), "with_others": with_others.strip()}
    if kind == NextStepKind.PROMISE:
        words |= OF_APPOINTMENT
    if first := _first(by, submission_id):
        return _again(first, person, words)
    _must_be_whole(words)
    _must_lie_ahead(due_on, today)
    words |= {"contact": contact, "made_on": today}
    return _written_once(person, words, by=by, submission_id=submission_id)


@transaction.atomic
def log_with_next_step(
    *, client_id: int, by: Member, today: date, next_step: dict[str, Any] | None, **words: Any
) -> contacts.LoggedContact:
    """
    Log a contact, and save the next step that was agreed with it: both, or neither; the same submission makes them once.

    :param next_step: the arguments of `make`; None where nothing was agreed
    :raises Refused: for what `caseload.actions.log_contact` and `make` raise
    """
    logged = contacts.log_contact(client_id=client_id, by=by, today=today, **words)
    if next_step:
        submission = words.get("submission_id")
        make(client_id=client_id, by=by, today=today, contact=logged.contact, submission_id=submission, **next_step)
    return logged


def _written_once(person: Client, words: dict[str, Any], *, by: Member, submission_id: UUID | None) -> Made:
    """Write a next step, unless the submission has just made one for another person, locked by another request."""
    written = {
        "organisation_id": person.organisation_id,
        "client": person,
        "author": by,
        "submission_id": submission_id,
    }
    try:
        with transaction.atomic(), history(by, "next step"):
            return Made(NextStep.objects.create(**written, **words), False)
    except IntegrityError as error:
        if _first(by, submission_id):
            raise SaidDifferently(_("This was saved already, for another person.")) from error
        raise


def _first(by: Member, submission_id: UUID | None) -> NextStep | None:
    return NextStep.objects.filter(author=by, submission_id=submission_id).first() if submission_id else None


def _again(first: NextStep, person: Client, words: dict[str, Any]) -> Made:
    same = first.client_id == person.pk and (
        first.times_moved or all(getattr(first, name) == value for name, value in words.items())
    )
    if not same:
        raise SaidDifferently(_("This was saved already, with other details. Nothing was changed."))
    return Made(first, True)


def _must_be_whole(words: dict[str, Any]) -> None:
    if words["kind"] == NextStepKind.PROMISE and not words["what"]:
        raise NotWhole(_("Write down what was promised."))
    if words["kind"] == NextStepKind.APPOINTMENT and not (
        words["starts_at"] is not None and words["minutes"] and words["place"]
    ):
        raise NotWhole(_("An appointment has an hour, a length and a place."))


def _must_lie_ahead(due_on: date, today: date) -> None:
    if due_on < today:
        raise StepDayHasPassed(_("%(day)s has passed. Choose today or a later day.") % {"day": format_day(due_on)})


@transaction.atomic
def move(
    *,
    step_id: int,
    by: Member,
    today: date,
    version: int,
    due_on: date,
    starts_at: time | None = None,
    minutes: int | None = None,
    place: str = "",
    place_words: str = "",
    with_others: str | None = None,
) -> NextStep:
    """
    Move a next step to another day, hour or place, or change who else comes; how often its day was moved is counted.

    One that was not kept can be moved, too: it stands again.

    :param version: of the step as the page showed it
    :param with_others: None leaves who else comes as it is
    :raises StepDayHasPassed: if the new day has passed
    :raises StandsStill: if nothing is different
    :raises StepEndedAlready: if it was kept or called off
    :raises ChangedMeanwhile: if another member has changed it
    """
    step = _locked(step_id)
    if step.ended_as not in ("", NextStepEnd.NOT_KEPT):
        raise StepEndedAlready(_said_of(step))
    new: dict[str, Any] = {"due_on": due_on}
    if step.kind == NextStepKind.APPOINTMENT:
        new |= {"starts_at": starts_at or step.starts_at, "minutes": minutes or step.minutes}
        new |= {"place": place or step.place, "place_words": place_words.strip()}
        new |= {} if with_others is None else {"with_others": with_others.strip()}
    if not step.ended_as and all(getattr(step, name) == value for name, value in new.items()):
        return _moved_already(step, version)
    _must_be_as_shown(step, version)
    _must_lie_ahead(due_on, today)
    _replan(step, new)
    return _saved(step, by, "moved")


def _moved_already(step: NextStep, version: int) -> NextStep:
    """Return a step whose form was sent twice; refuse one that changes nothing."""
    if step.version != version + 1:
        raise StandsStill(_("It is planned for then already. Choose another day or hour."))
    return step


def _replan(step: NextStep, new: dict[str, Any]) -> None:
    """Give a step its new details: it stands again; another day or hour is counted, and is news."""
    if (new["due_on"], new.get("starts_at")) != (step.due_on, step.starts_at) or step.ended_as:
        step.times_moved += 1
        _tell_anew(step)
    for name, value in new.items():
        setattr(step, name, value)
    step.ended_as, step.ended_on, step.ended_by = "", None, None


@transaction.atomic
def end(*, step_id: int, by: Member, today: date, version: int, ended_as: str) -> NextStep:
    """
    Write down that a next step was kept, not kept or called off; the same again changes nothing.

    :raises StepEndedAlready: if it was ended in another way
    :raises ChangedMeanwhile: if another member has moved it
    """
    step = _locked(step_id)
    if step.ended_as == ended_as:
        return step
    if step.ended_as:
        raise StepEndedAlready(_said_of(step))
    _must_be_as_shown(step, version)
    step.ended_as, step.ended_on, step.ended_by = ended_as, today, by
    _tell_anew(step)
    return _saved(step, by, str(ended_as))


@transaction.atomic
def reopen(*, step_id: int, by: Member, version: int) -> NextStep:
    """
    Take back that a next step was ended: a wrong tap. It stands as before.

    :raises NotEnded: if it stands
    :raises ChangedMeanwhile: if another member has changed it
    """
    step = _locked(step_id)
    if not step.ended_as:
        raise NotEnded(_("This next step has not ended, so there is nothing to take back."))
    _must_be_as_shown(step, version)
    step.ended_as, step.ended_on, step.ended_by = "", None, None
    return _saved(step, by, "reopened")


def _locked(step_id: int) -> NextStep:
    """Return a step with its person locked; a merge may have moved it, so its person is looked up again."""
    lock_person(NextStep.objects.values_list("client_id", flat=True).get(pk=step_id))
    return NextStep.objects.select_related("client", "ended_by").get(pk=step_id)


def _must_be_as_shown(step: NextStep, version: int) -> None:
    if step.version != version:
        raise ChangedMeanwhile(
            _("It has been changed since you opened the page. It is now planned for %(day)s.")
            % {"day": format_day(step.due_on)}
        )


def _said_of(step: NextStep) -> str:
    words = {
        "end": NextStepEnd(step.ended_as).label.lower(),
        "day": format_day(step.ended_on),
        "name": step.ended_by.name if step.ended_by else "",
    }
    if step.ended_by:
        return _("%(name)s wrote down on %(day)s: %(end)s. Nothing was changed.") % words
    return _("It was written down on %(day)s: %(end)s. Nothing was changed.") % words


def _tell_anew(step: NextStep) -> None:
    """Cancel the notices about the day a step had before."""
    notices.cancel(subjects=[subject(step.pk)])


def _saved(step: NextStep, by: Member, reason: str) -> NextStep:
    step.version += 1
    with history(by, reason):
        step.save()
    return step


def notify_of_next_steps(organisation: Organisation, on: date) -> int:
    """
    Tell members how many appointments and promises are for the next working day (R93); return how many lines are new.

    It depends only on what is true on the day, so it may run late or twice.
    """
    told = recipients(organisation, on)
    lines = [
        notices.NewNotice(member, News.NEXT_STEP, subject(step), day) for step, (member, day) in sorted(told.items())
    ]
    return notices.notify_each(organisation.pk, lines) if lines else 0
