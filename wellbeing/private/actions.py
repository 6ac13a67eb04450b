"""
Private documents: writing, sharing a plan and taking it back; and agreements of worker and manager about the work.

None of it has a history, on purpose: earlier versions are not kept. The author is locked first, then their row.
"""

import json
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from caseload.actions import EditedMeanwhile, Refused
from peerload.core.sealing import seal
from peerload.notices import actions as notices_actions
from peerload.staff.models import Member, Organisation
from peerload.staff.roles import ROLES, Capability

from ..enums import DocumentKind
from ..models import Adjustment, PrivateDocument
from . import notices, queries, rules


class NothingWritten(Refused):
    """An empty page is not kept."""


class NotYourLeader(Refused):
    """A plan is shared with the member's team manager, and with no one else."""

    field = "reader"


class NotYoursToAgree(Refused):
    """Only the worker and those who lead their team agree."""


class EndedAlready(Refused):
    """What has ended is not changed any more."""


class ChangeWaits(Refused):
    """An agreement has one change at a time."""


class ReviewBefore(Refused):
    """The review lies before the first day."""

    field = "review_on"


# For oneself -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def write(
    *,
    author: Member,
    kind: str,
    words: Mapping[str, str],
    on: date,
    today: date,
    uid: UUID | None = None,
    version: int | None = None,
) -> PrivateDocument:
    """
    Save a member's own document, sealed for them.

    :param words: by the headings of `rules.HEADINGS`
    :param on: the day of a note; a Wellness Action Plan counts as reviewed today, whenever it was begun
    :param uid: of the document to change; None begins a new one, except for a plan, of which each member has one
    :param version: of the document the form was filled from, 0 for a new one
    :raises NothingWritten: if the page is empty
    :raises EditedMeanwhile: if the document has changed since
    :raises PrivateDocument.DoesNotExist: if the author has no such document, or has deleted it
    """
    if not any(text.strip() for text in words.values()):
        raise NothingWritten(_("There is nothing to save yet. Write a few words under one of the headings."))
    _locked(author)
    document = _standing(author, kind, uid)
    if document and document.version != version:
        raise EditedMeanwhile(document)
    document = document or PrivateDocument(author=author, kind=kind, written_on=on, version=0)
    if kind != DocumentKind.WELLNESS_PLAN:
        document.written_on = on
    document.looked_at_on = today
    document.sealed = seal(json.dumps({key: words[key] for key in rules.HEADINGS[kind]}), owner=author.uid)
    document.version += 1
    document.save()
    return document


def _locked(author: Member) -> None:
    Member.objects.select_for_update(of=("self",)).get(pk=author.pk)


def _standing(author: Member, kind: str, uid: UUID | None) -> PrivateDocument | None:
    if uid:
        return queries.own(author).get(uid=uid, kind=kind)
    return queries.plan_of(author) if kind == DocumentKind.WELLNESS_PLAN else None


def keep_as_it_is(*, author: Member, today: date) -> None:
    """Record that a Wellness Action Plan was reviewed and stays as it is."""
    _plan(author).update(looked_at_on=today)


def delete(*, author: Member, uid: UUID) -> None:
    """Delete a member's own document; no copy is left."""
    PrivateDocument.objects.filter(author=author, uid=uid).delete()


@transaction.atomic
def share(*, author: Member, reader: Member, today: date) -> None:
    """
    Let a member who leads the author's team read the Wellness Action Plan as it is, until it is taken back.

    :raises NotYourLeader: if the reader is not the worker's team manager
    """
    _locked(author)
    if reader not in queries.may_share_with(author, today):
        raise NotYourLeader(
            _("%(reader)s does not lead your team now, so you cannot share it with them.") % {"reader": reader.name}
        )
    _plan(author).update(shared_with=reader, shared_on=today)


def take_back(*, author: Member) -> None:
    """End the sharing: only the author can read the plan from now on."""
    _plan(author).update(shared_with=None, shared_on=None)


def _plan(author: Member) -> QuerySet[PrivateDocument]:
    return PrivateDocument.objects.filter(author=author, kind=DocumentKind.WELLNESS_PLAN)


# Agreed between two ----------------------------------------------------------------------------------------------------


@transaction.atomic
def write_adjustment(
    *,
    worker: Member,
    by: Member,
    text: str,
    starts_on: date,
    review_on: date | None,
    today: date,
    uid: UUID | None = None,
    version: int | None = None,
) -> Adjustment:
    """
    Write or change an agreement about a worker's work; the writer agrees to it, the other one is asked.

    An agreement stays in force, in its words, until both agree to the change.

    :param by: the worker, or a member who leads their team
    :param uid: of the agreement to change; None begins a new one
    :raises NotYoursToAgree: if the member is neither the worker nor leads their team
    :raises ReviewBefore: if the review lies before the first day
    :raises EndedAlready: if the agreement has ended
    :raises ChangeWaits: if another change waits for an answer
    :raises EditedMeanwhile: if the agreement has changed since
    """
    _locked(worker)
    _must_have_a_say(worker, by, today)
    if review_on and review_on < starts_on:
        raise ReviewBefore(_("The day to talk about it again is before the first day. Choose a later day."))
    found = _to_write(worker, uid, version)
    found.organisation_id = worker.organisation_id
    found.sealed = seal(text, owner=worker.uid)
    found.starts_on, found.review_on, found.written_by = starts_on, review_on, by
    found.worker_agreed_on = found.agreed_by = found.agreed_on = None
    found.version += 1
    _agreed(found, by, today)
    found.save()
    asked = queries.may_share_with(worker, today) if by == worker else [worker]
    subject = notices.of_adjustment(found.pk)
    notices_actions.notify(recipients=asked, kind=notices.ADJUSTMENT_ASKED, subject=subject, anchor_on=today)
    return found


def _to_write(worker: Member, uid: UUID | None, version: int | None) -> Adjustment:
    """Return the row to write in: a new one, the one not agreed yet, or a change of the agreed one, which stays in force."""
    found = _standing_adjustment(worker, uid, version) if uid else Adjustment(worker=worker, version=0)
    if not found.is_agreed:
        return found
    if Adjustment.objects.filter(replaces=found).exists():
        raise ChangeWaits(_("A change of this already waits for an answer. Change that one, or remove it first."))
    return Adjustment(worker=worker, version=0, replaces=found)


@transaction.atomic
def agree(*, worker: Member, uid: UUID, by: Member, version: int | None, today: date) -> Adjustment:
    """
    Agree to an agreement; once both have, it is in force, and the one it replaces has ended.

    :raises NotYoursToAgree: if the member is neither the worker nor leads their team
    :raises EndedAlready: if the agreement has ended
    :raises EditedMeanwhile: if it has changed since it was read
    """
    _locked(worker)
    _must_have_a_say(worker, by, today)
    found = _standing_adjustment(worker, uid, version)
    _agreed(found, by, today)
    found.save()
    former = found.replaces
    if found.is_agreed and former and former.ended_on is None:
        _end(former, today)
    return found


@transaction.atomic
def end(*, worker: Member, uid: UUID, by: Member, version: int | None, today: date) -> bool:
    """
    End an agreement; one that both never agreed to is deleted. Return whether it is kept.

    :raises NotYoursToAgree: if the member is neither the worker nor leads their team
    :raises EndedAlready: if the agreement has ended
    :raises EditedMeanwhile: if it has changed since it was read
    """
    _locked(worker)
    _must_have_a_say(worker, by, today)
    found = _standing_adjustment(worker, uid, version)
    if not found.is_agreed:
        found.delete()
        return False
    _end(found, today)
    return True


def _end(found: Adjustment, today: date) -> None:
    found.ended_on = today
    found.version += 1
    found.save()


def _must_have_a_say(worker: Member, by: Member, today: date) -> None:
    if by != worker and by not in queries.may_share_with(worker, today):
        raise NotYoursToAgree(_("Only %(worker)s and their team manager can agree to this.") % {"worker": worker.name})


def _standing_adjustment(worker: Member, uid: UUID, version: int | None) -> Adjustment:
    found = Adjustment.objects.get(worker=worker, uid=uid)
    if found.ended_on:
        raise EndedAlready(_("This has ended, and stays as it was."))
    if found.version != version:
        raise EditedMeanwhile(found)
    return found


def _agreed(found: Adjustment, by: Member, today: date) -> None:
    if by.pk == found.worker_id:
        found.worker_agreed_on = found.worker_agreed_on or today
    else:
        found.agreed_by, found.agreed_on = by, today


# The timetable ---------------------------------------------------------------------------------------------------------


def sweep(organisation: Organisation, on: date) -> int:
    """End the sharing with readers who no longer lead the author, and notify of reviews due; return how much is new."""
    end_sharing(organisation, on)
    lines = [*_plans_to_look_at(organisation, on), *_adjustments_to_review(organisation, on)]
    return notices_actions.notify_each(organisation.pk, lines) if lines else 0


def end_sharing(organisation: Organisation, on: date) -> None:
    """End the sharing with readers who no longer lead the author's team; should they lead it again, it stays ended."""
    shared = PrivateDocument.objects.filter(author__organisation=organisation, shared_with__isnull=False)
    over = [document.pk for document in shared.select_related("shared_with") if not queries.reads(document, on)]
    PrivateDocument.objects.filter(pk__in=over, shared_with=F("shared_with")).update(shared_with=None, shared_on=None)


def _plans_to_look_at(organisation: Organisation, on: date) -> list[notices_actions.NewNotice]:
    write_for_themselves = {role for role, may in ROLES.items() if Capability.SEE_OWN_POINTS in may}
    members = set(
        Member.objects.filter(organisation=organisation, role__in=write_for_themselves).values_list("pk", flat=True)
    )
    first = [
        notices_actions.NewNotice(pk, notices.PLAN_FIRST, notices.of_member(pk), begins_on)
        for pk, begins_on in queries.newcomers(organisation.pk, on)
    ]
    again = [
        notices_actions.NewNotice(pk, notices.PLAN_AGAIN, notices.of_member(pk), rules.look_again_on(looked_at_on))
        for pk, looked_at_on in queries.plans_last_looked_at(organisation.pk, on)
        if rules.look_again_on(looked_at_on) <= on
    ]
    # An admin of the service sees that a line was sent: those without a plan get the same, so that it says nothing.
    alike = [
        notices_actions.NewNotice(pk, notices.PLAN_AGAIN, notices.of_member(pk), asked_on)
        for pk, begins_on in queries.without_plan(organisation.pk, on)
        if (asked_on := rules.asked_again_on(begins_on, on))
    ]
    return [line for line in [*first, *again, *alike] if line.recipient_id in members]


def _adjustments_to_review(organisation: Organisation, on: date) -> list[notices_actions.NewNotice]:
    return [
        notices_actions.NewNotice(
            recipient.pk, notices.ADJUSTMENT_REVIEW, notices.of_adjustment(found.pk), found.review_on
        )
        for found in queries.to_review(organisation.pk, on)
        for recipient in (found.worker, *queries.may_share_with(found.worker, on))
    ]
