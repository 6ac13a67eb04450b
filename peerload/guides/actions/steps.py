"""Dated steps of a guide, and what becomes of a signed one: it is ended, goes on, or is not begun anew."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core.sealing import seal
from peerload.notices import actions as notices_actions
from peerload.staff.actions import Refused, history
from peerload.staff.models import Member, Organisation

from .. import notices, queries
from ..enums import Flow, GuideSide
from ..models import Guide, GuideStep
from .filling import EndDayMissing, NotYourPart, locked, open_for


class NotAnOwner(Refused):
    """A step belongs to one of the two."""

    field = "owner"


class StepChanged(Refused):
    """The step is done or removed already, or the guide has none."""


@transaction.atomic
def add_step(*, guide: Guide, what: str, owner: Member, due_on: date, by: Member, today: date) -> GuideStep:
    """
    Write down a dated step of a guide; signatures that were given before are cleared (R196).

    :raises Signed: if all sides have signed
    :raises StepChanged: if the guide has no steps
    :raises NotAnOwner: if the owner is neither of the two
    :raises Guide.DoesNotExist: if the member may not read the guide any more
    """
    found = _writable(guide, by, today)
    if not found.content.steps:
        raise StepChanged(_("This guide has no steps."))
    if owner not in queries.owners_of(found, today):
        raise NotAnOwner(_("Choose one of you for this step."))
    step = GuideStep.objects.create(guide=found, sealed=seal(what, owner=found.uid), owner=owner, due_on=due_on, by=by)
    _clear_signatures(found, by)
    return step


def _writable(guide: Guide, by: Member, today: date) -> Guide:
    found, side = open_for(guide, by, today)
    if found.flow == Flow.OWN and side != GuideSide.WORKER:
        raise NotYourPart(_("You have nothing to write in this part."))
    return found


def _clear_signatures(guide: Guide, by: Member) -> None:
    with history(by):
        guide.signatures.all().delete()
        guide.version += 1
        guide.save()


@transaction.atomic
def remove_step(*, guide: Guide, step: UUID, by: Member, today: date) -> None:
    """
    Remove a dated step, while the guide is not signed; removed already, there is nothing to do.

    :raises Signed: if all sides have signed
    :raises Guide.DoesNotExist: if the member may not read the guide any more
    """
    found = _writable(guide, by, today)
    row = found.steps.filter(uid=step).first()
    if row:
        row.delete()
        _clear_signatures(found, by)


@transaction.atomic
def tick_step(*, guide: Guide, step: UUID, done: bool, by: Member, today: date) -> GuideStep:
    """
    Say that a dated step is done, or that it is not after all; either of the two may, also once it is signed.

    :raises GuideStep.DoesNotExist: if it is removed
    :raises NotYourPart: if the guide is another's, shared to be read
    :raises Guide.DoesNotExist: if the member may not read the guide any more
    """
    found = locked(guide)
    if queries.seen_by(by, today, found.uid) is None:
        raise Guide.DoesNotExist
    if found.flow == Flow.OWN and queries.side_of(found, by) != GuideSide.WORKER:
        raise NotYourPart(_("Only the worker says what is done in this guide."))
    row = found.steps.get(uid=step)
    if done != bool(row.done_on):
        row.done_on = today if done else None
        row.save()
    return row


# Once it is signed ------------------------------------------------------------------------------------------------------


@transaction.atomic
def put_away(*, guide: Guide, by: Member, today: date) -> Guide:
    """
    End a signed guide, or say that none is begun anew after it: no reminder comes of it any more (R198).

    :raises NotYourPart: if it is not signed, or another's own
    :raises Guide.DoesNotExist: if the member may not read the guide any more
    """
    found = _of_those_told(guide, by, today)
    if found.ended_on is None:
        found.ended_on = today
        with history(by):
            found.save()
        notices_actions.cancel(subjects=[notices.of_guide(found.pk)], kinds=[notices.AGAIN])
    return found


@transaction.atomic
def extend(*, guide: Guide, until: date, by: Member, today: date) -> Guide:
    """
    Let a guide that ends on a day go on until another; the other side is told (R198).

    :raises NotYourPart: if it is not signed, or does not end on a day
    :raises EndDayMissing: if the day has passed, or is not later than before
    :raises Guide.DoesNotExist: if the member may not read the guide any more
    """
    found = _of_those_told(guide, by, today)
    if not found.content.ends or found.period_until is None:
        raise NotYourPart(_("This guide does not end on a day."))
    if until <= max(found.period_until, today):
        raise EndDayMissing(_("Choose a day after today, and later than its last day."))
    found.period_until, found.ended_on = until, None
    with history(by):
        found.save()
    told = (
        [] if found.is_of_leaders else queries.leaders_of(found.worker, today) if by == found.about else [found.worker]
    )
    notices_actions.notify(recipients=told, kind=notices.EXTENDED, subject=notices.of_guide(found.pk), anchor_on=until)
    return found


def _of_those_told(guide: Guide, by: Member, today: date) -> Guide:
    """Lock a signed guide for one of those who are reminded of it."""
    found = locked(guide)
    if queries.seen_by(by, today, found.uid) is None:
        raise Guide.DoesNotExist
    if found.signed_on is None or by not in notices.told_again(found, today):
        raise NotYourPart(_("Only those who are reminded of it can do this, once it is signed."))
    return found


@transaction.atomic
def put_away_first(*, worker: Member, by: Member, today: date) -> None:
    """Put away the proposal of a first guide about a worker, for all who read it: it does not come back (R197)."""
    if worker in queries.led_by(by, today):
        notices_actions.put_away(kind=notices.FIRST, subject=notices.of_first(worker.pk))


# The timetable --------------------------------------------------------------------------------------------------------


def sweep(organisation: Organisation, on: date) -> int:
    """
    End the sharing with readers who no longer lead the worker; notify of guides due again, of first ones and of dated steps.

    Return how many notices are new.
    """
    over = [guide.pk for guide in queries.shared_with_readers(organisation.pk) if not queries.reads(guide, on)]
    for guide in Guide.objects.select_for_update(of=("self",)).filter(pk__in=over).order_by("pk"):
        guide.shared_with = guide.shared_on = None
        guide.save()
    lines = [
        notices_actions.NewNotice(recipient.pk, notices.AGAIN, notices.of_guide(guide.pk), day)
        for guide, day in queries.due_again(organisation.pk, on)
        for recipient in notices.told_again(guide, on)
    ]
    lines += [
        notices_actions.NewNotice(recipient.pk, notices.STEP, notices.of_step(step.pk), step.due_on)
        for step in queries.steps_soon(organisation.pk, on)
        for recipient in notices.told_of_step(step, on)
    ]
    lines += [
        notices_actions.NewNotice(leader.pk, notices.FIRST, notices.of_first(worker.pk), day)
        for worker, __, day in queries.first_guides(organisation, on)
        for leader in queries.leaders_of(worker, on)
    ]
    return notices_actions.notify_each(organisation.pk, lines) if lines else 0
