"""
Leave is asked for, changed or withdrawn by the worker, and agreed or answered by who leads the team.

Requests of one worker are taken one after another, behind a lock of their own: no row is locked before those of the absence.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from caseload.actions import Refused, history
from peerload.core import locks
from peerload.notices.actions import NewNotice, cancel, notify, notify_each
from peerload.staff import actions as staff
from peerload.staff.models import Absence, Member, Organisation

from ..enums import OPEN_LEAVE, LeaveState
from ..models import LeaveRequest
from . import notices, queries, rules


class LeaveDaysRefused(Refused):
    """The leave cannot have these days."""

    def __init__(self, sentence: str, field: str = "starts_on") -> None:
        super().__init__(sentence)
        self.field = field


class LeaveStepRefused(Refused):
    """The state of the request does not allow this step."""


class NotYoursToAnswer(Refused):
    """Another member answers this request."""


# The worker --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(
    *,
    worker: Member,
    starts_on: date,
    last_day: date,
    kind: str,
    words: str,
    today: date,
    absence_id: int | None = None,
) -> LeaveRequest:
    """
    Ask for leave; tell who answers.

    :param absence_id: an agreed absence of the worker, of which other days are asked for
    :raises LeaveDaysRefused: if the days have passed, or the worker is away or has asked for leave on one of them
    :raises LeaveStepRefused: if the absence is over, or another request about it waits for an answer
    """
    _one_after_another(worker)
    absence = _absence_ahead(worker, absence_id, today) if absence_id else None
    _must_be_free(worker, starts_on, last_day, today, absence=absence)
    request = LeaveRequest(
        organisation_id=worker.organisation_id,
        worker=worker,
        starts_on=starts_on,
        ends_before=last_day + rules.DAY,
        kind=kind,
        words=words.strip(),
        asked_on=today,
        absence=absence,
    )
    return _save_and_tell(request, worker, today, "leave asked for")


@transaction.atomic
def ask_to_call_off(*, worker: Member, absence_id: int, words: str, today: date) -> LeaveRequest:
    """
    Ask that an agreed absence does not take place.

    :raises LeaveStepRefused: if it has begun, or another request about it waits for an answer
    """
    _one_after_another(worker)
    absence = _absence_ahead(worker, absence_id, today)
    if absence.starts_on <= today:
        raise LeaveStepRefused(_("This leave has begun. Ask for another last day instead."))
    agreed = LeaveRequest.objects.filter(absence=absence, state=LeaveState.AGREED).last()
    until = absence.ends_before or absence.expected_back or absence.starts_on + rules.DAY
    if agreed and agreed.starts_on == absence.starts_on:
        until = agreed.ends_before
    request = LeaveRequest(
        organisation_id=worker.organisation_id,
        worker=worker,
        starts_on=absence.starts_on,
        ends_before=until,
        kind=absence.kind,
        words=words.strip(),
        calls_off=True,
        asked_on=today,
        absence=absence,
    )
    return _save_and_tell(request, worker, today, "leave to be called off")


@transaction.atomic
def change(
    *, leave_id: int, by: Member, starts_on: date, last_day: date, kind: str, words: str, today: date
) -> LeaveRequest:
    """
    Change a request until it is agreed; it waits for an answer again.

    :raises LeaveDaysRefused: if the days have passed, or the worker is away or has asked for leave on one of them
    :raises LeaveStepRefused: if it was agreed, declined or withdrawn
    """
    request = _own_open(leave_id, by)
    _must_be_free(by, starts_on, last_day, today, absence=request.absence, besides=request)
    request.starts_on, request.ends_before = starts_on, last_day + rules.DAY
    request.kind, request.words = kind, words.strip()
    request.state, request.asked_on = LeaveState.ASKED, today
    return _save_and_tell(request, by, today, "leave changed")


@transaction.atomic
def withdraw(*, leave_id: int, by: Member) -> LeaveRequest:
    """
    Withdraw a request.

    :raises LeaveStepRefused: if it was agreed, declined or withdrawn
    """
    request = _own_open(leave_id, by)
    request.state = LeaveState.WITHDRAWN
    with history(by, "leave withdrawn"):
        request.save()
    cancel(subjects=[notices.of_request(request.pk)])
    return request


def _one_after_another(worker: Member) -> None:
    locks.wait_for(locks.Lock.LEAVE, worker.pk)


def _absence_ahead(worker: Member, absence_id: int, today: date) -> Absence:
    absence = Absence.objects.get(pk=absence_id, worker=worker)
    end = absence.ends_before or absence.expected_back
    if end and end <= today:
        raise LeaveStepRefused(_("This leave is over."))
    if LeaveRequest.objects.open().filter(absence=absence).exists():
        raise LeaveStepRefused(_("You have asked for a change of this leave already. Change or withdraw that request."))
    return absence


def _must_be_free(
    worker: Member,
    first: date,
    last: date,
    today: date,
    *,
    absence: Absence | None = None,
    besides: LeaveRequest | None = None,
) -> None:
    refused = rules.refuse_days(first, last, today, begun_on=absence and absence.starts_on)
    if refused:
        field, sentence = refused
        raise LeaveDaysRefused(sentence, field)
    away = queries.spans_away(worker, besides=absence and absence.pk)
    asked = queries.spans_asked(worker, besides=besides and besides.pk)
    if sentence := rules.refuse_overlap(first, last, away, asked, today):
        raise LeaveDaysRefused(sentence)


def _own_open(leave_id: int, by: Member) -> LeaveRequest:
    _one_after_another(by)
    request = LeaveRequest.objects.select_related("absence").get(pk=leave_id, worker=by)
    if request.state not in OPEN_LEAVE:
        raise LeaveStepRefused(_("This request was answered or withdrawn already. Look at it again."))
    return request


def _save_and_tell(request: LeaveRequest, by: Member, today: date, reason: str) -> LeaveRequest:
    with history(by, reason):
        request.save()
    about = notices.of_request(request.pk)
    cancel(subjects=[about])
    who = queries.answering([request.worker], today)[request.worker_id]
    recipients = Member.objects.active().filter(pk__in=who.members)
    notify(recipients=recipients, kind=notices.ASKED, subject=about, anchor_on=request.asked_on)
    return request


@transaction.atomic
def sweep(organisation: Organisation, on: date) -> int:
    """
    Notify who answers each request on a day, where they were not asked before; return how many are new.

    While those who were asked are away others answer as well (R173).
    """
    asked = list(LeaveRequest.objects.asked().filter(organisation=organisation).select_related("worker"))
    who = queries.answering([each.worker for each in asked], on)
    lines = [
        NewNotice(key, notices.ASKED, notices.of_request(each.pk), each.asked_on)
        for each in asked
        for key in who[each.worker_id].members
    ]
    return notify_each(organisation.pk, lines) if lines else 0


# Who answers ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def agree(*, leave_id: int, by: Member, today: date, answer: str = "") -> LeaveRequest:
    """
    Agree to leave: the absence is recorded as planned, changes its days or is called off.

    :raises LeaveStepRefused: if the request does not wait for an answer, or the absence cannot be called off
    :raises LeaveDaysRefused: if the worker is recorded as away on some of the days by now
    :raises NotYoursToAnswer: if another member answers
    """
    request = _to_answer(leave_id, by, today)
    same = LeaveRequest.objects.filter(absence=request.absence_id, state=LeaveState.AGREED)
    earlier_agreed = list(same) if request.absence_id else []
    try:
        request.absence = _absence_agreed(request, by, today)
    except staff.Contradicts as refusal:
        raise LeaveDaysRefused(str(refusal)) from refusal
    for earlier in earlier_agreed:
        earlier.state = LeaveState.REPLACED
        with history(by, "leave replaced"):
            earlier.save(update_fields=["state"])
    return _answer(request, by, today, LeaveState.AGREED, answer, notices.AGREED)


def _absence_agreed(request: LeaveRequest, by: Member, today: date) -> Absence | None:
    """Bring about what was asked for; return the absence, None where it is called off."""
    absence = request.absence
    if request.calls_off:
        if absence is not None:
            staff.call_off_absence(absence_id=absence.pk, by=by, today=today)
        return None
    back = rules.back_on(request.last_day, queries.works_on(request.worker, request.starts_on))
    fields: dict[str, Any] = {
        "starts_on": request.starts_on,
        "expected_back": back,
        "ends_before": back,  # agreed to the day: they are back without another record of it
        "planned": True,
        "kind": request.kind,
    }
    if absence is not None:
        return staff.edit_absence(absence_id=absence.pk, by=by, today=today, **fields)
    return staff.record_absence(worker_id=request.worker_id, by=by, today=today, **fields)


@transaction.atomic
def ask_for_other_days(*, leave_id: int, by: Member, answer: str, today: date) -> LeaveRequest:
    """
    Ask the worker for other days, in a line; they may change the request.

    :raises LeaveStepRefused: if the request does not wait for an answer
    :raises NotYoursToAnswer: if another member answers
    """
    request = _to_answer(leave_id, by, today)
    return _answer(request, by, today, LeaveState.OTHER_DAYS, answer, notices.OTHER_DAYS)


@transaction.atomic
def decline(*, leave_id: int, by: Member, answer: str, today: date) -> LeaveRequest:
    """
    Decline a request, in a line.

    :raises LeaveStepRefused: if the request does not wait for an answer
    :raises NotYoursToAnswer: if another member answers
    """
    request = _to_answer(leave_id, by, today)
    return _answer(request, by, today, LeaveState.DECLINED, answer, notices.DECLINED)


def _to_answer(leave_id: int, by: Member, today: date) -> LeaveRequest:
    asked = LeaveRequest.objects.select_related("worker__organisation", "absence")
    _one_after_another(asked.get(pk=leave_id).worker)
    request = asked.get(pk=leave_id)
    if by.pk not in queries.answering([request.worker], today)[request.worker_id].members:
        raise NotYoursToAnswer(_("Another member answers this request."))
    if request.state != LeaveState.ASKED:
        raise LeaveStepRefused(_("This request does not wait for an answer now. It was answered or withdrawn."))
    return request


def _answer(request: LeaveRequest, by: Member, today: date, state: LeaveState, answer: str, told: str) -> LeaveRequest:
    request.state, request.answered_on, request.answered_by, request.answer = state, today, by, answer.strip()
    with history(by, f"leave {state.value}"):
        request.save()
    about = notices.of_request(request.pk)
    cancel(subjects=[about])
    notify(recipients=[request.worker], kind=told, subject=about, anchor_on=today)
    return request
