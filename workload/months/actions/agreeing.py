"""Submitting a record, completing it, and agreeing to it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from caseload.actions import history
from peerload.core import clock
from peerload.core.formats import format_day, format_list, format_number
from peerload.notices.actions import notify
from peerload.staff.models import Member, Organisation
from workload import rules as points
from workload.enums import RecordStatus, Side
from workload.models import Agreement, Assumption, MonthlyRecord
from workload.notice_subjects import of_worker
from workload.notices import RECORD_ASSUMED, RECORD_DECIDED, RECORD_DISAGREED, RECORD_OTHER_MANAGER

from .. import queries, rules
from ..rules import RecordTransition
from .following import reopen
from .record_steps import (
    _write_figures,
    clear_agreements,
    is_current,
    keeps_opened,
    lines_to_keep,
    must_be_counted,
    must_be_open,
    must_be_over,
    notify_about,
    open_record,
    save_record,
)
from .refusals import (
    ManagerIsThere,
    NeedsMore,
    NotYourPartOfRecord,
    OpenedAgain,
    RecordContradiction,
    RecordStepRefused,
    WorkerIsThere,
)


@keeps_opened
def submit(*, worker: Member, month: date, by: Member, version: int, today: date, agree: bool = False) -> MonthlyRecord:
    """
    Submit a month: from now on it keeps its lines, until a fact changes (W19, R40).

    :param agree: whether the worker agrees to it at once
    :raises NotYourPartOfRecord: if it is not the worker
    :raises NotOver: if the month is not over
    :raises RecordStepRefused: if it is submitted already
    :raises NeedsMore: if it cannot be agreed to yet
    :raises Kept: if the record is agreed, provisional or reported
    :raises RecordChangedMeanwhile: if the record has changed since the page was opened
    :raises NotListed: if the worker is not counted on the month's last day
    """
    record, place, schemes = open_record(worker, month, by, version=version, today=today, step=RecordTransition.SUBMIT)
    if not place.own:
        raise NotYourPartOfRecord(
            _("%(worker)s submits this record. While they are not at work you can complete it.")
            % {"worker": worker.name}
        )
    must_be_over(month, today)
    _step(record, RecordTransition.SUBMIT)
    _complete(worker.organisation, record, schemes, by=by, today=today)
    save_record(record, by, "submitted")
    if agree:
        _agree(record, by, Side.WORKER)
    return record


def _step(record: MonthlyRecord, step: RecordTransition) -> None:
    """
    Take a step of 4D.

    :raises Kept: if the record does not change any more
    :raises RecordStepRefused: if it is not where the step begins
    """
    reached = rules.after(RecordStatus(record.status), step)
    if reached is None:
        must_be_open(record)
        raise RecordStepRefused(
            _("This record is %(status)s. Look at it again before you go on.")
            % {"status": RecordStatus(record.status).label}
        )
    record.status = reached


def _complete(
    organisation: Organisation, record: MonthlyRecord, schemes: Sequence[points.Scheme], *, by: Member, today: date
) -> None:
    """Write current figures and lines; those in a report that was sent stay as they were sent."""
    if record.report_id is None:
        _write_figures(organisation, record, schemes)
        lines_to_keep(organisation, record, schemes)
    record.completed_by, record.completed_on = by, today


@keeps_opened
def complete(*, worker: Member, month: date, by: Member, version: int, today: date, assumptions: str) -> MonthlyRecord:
    """
    Complete the record of a worker who is away: it is provisional, and later corrections are adjustments (W23).

    :param assumptions: what was assumed and why; the worker is asked whether it holds once they are back
    :raises NotYourPartOfRecord: if it is not the manager's side
    :raises WorkerIsThere: if the worker is neither away nor gone
    :raises NeedsMore: if it is above the limit without a reason, or no words say what was assumed
    :raises BeingCounted: if points are being recounted
    :raises NotOver: if the month is not over, or has not begun
    :raises RecordStepRefused: if the record's state does not allow this step
    :raises Kept: if the record is agreed, provisional or reported
    :raises RecordChangedMeanwhile: if the record has changed since the page was opened
    :raises NotListed: if the worker is not counted on the month's last day
    """
    record, place, schemes = open_record(
        worker, month, by, version=version, today=today, step=RecordTransition.COMPLETE
    )
    if place.side != Side.MANAGER:
        raise NotYourPartOfRecord(_("Only the team manager can complete the record of a worker who is not at work."))
    must_be_over(month, today)
    if not assumptions.strip():
        raise NeedsMore(_("Write what you assumed, and why. The worker reads it once they are back."))
    if not queries.away_among([worker.pk], today):
        raise WorkerIsThere(
            _("%(worker)s is not away, so they submit the record themselves.") % {"worker": worker.name}
        )
    _step(record, RecordTransition.COMPLETE)
    must_be_counted(worker.organisation)
    _complete(worker.organisation, record, schemes, by=by, today=today)
    _must_be_whole(record)
    if record.report_id:
        _step(record, RecordTransition.REPORT)
    save_record(record, by, "completed while the worker is away")
    Assumption.objects.create(record=record, text=assumptions.strip(), by=by, at=clock.now())
    subject = of_worker(worker.pk, month)
    notify(recipients=[worker], kind=RECORD_ASSUMED, subject=subject, anchor_on=today)
    return record


def _must_be_whole(record: MonthlyRecord) -> None:
    """
    Refuse what a month above the limit still asks for (W18).

    :raises NeedsMore: names it
    """
    missing = rules.lacking(
        record.flag, reason=record.reason, causes=record.causes, actions=record.actions.count() if record.pk else 0
    )
    if missing:
        words = _("This month is above the limit. Before anyone agrees, write down %(missing)s.")
        raise NeedsMore(words % {"missing": format_list(each.words for each in missing)})


@keeps_opened
def agree(
    *,
    worker: Member,
    month: date,
    by: Member,
    version: int,
    today: date,
    total: Decimal | None = None,
    reason: str = "",
) -> MonthlyRecord:
    """
    Agree to a submitted record for the member's side; with both sides it is agreed for good (R41).

    Another manager, asked because the two do not agree, decides by this which figure counts (R42, R144).
    :param total: the figure another manager decides; without it the counted one
    :param reason: why another manager decides so
    :raises NotYourPartOfRecord: if the member has no side, or another manager is to decide
    :raises RecordStepRefused: if it is not submitted, or this side has agreed already
    :raises NeedsMore: if a month above the limit has no reason or review, or a decision no reason
    :raises BeingCounted: if points are being recounted
    :raises RecordContradiction: if the figure is neither of the two
    :raises Kept: if the record is agreed, provisional or reported
    :raises RecordChangedMeanwhile: if the record has changed since the page was opened
    :raises OpenedAgain: if the facts have changed, so that the record is a draft again; it stays one
    :raises NotListed: if the worker is not counted on the month's last day
    """
    record, place, schemes = open_record(
        worker, month, by, version=version, today=today, step=RecordTransition.BOTH_AGREE
    )
    must_be_open(record)
    decides = _is_to_decide(record, place, total)
    if record.report_id is None:
        _must_be_current(record, worker.organisation, schemes, today)
    if decides:
        _decide(record, by, record.counted if total is None else total, reason, schemes, today)
    if place.other and not place.leads:
        record.other_manager = by  # who does it while the manager who was asked is away
    with history(by, "agreed"):
        record.save()  # its version stays, so that both may agree at the same moment
    return _agree(record, by, place.side)


def _must_be_current(
    record: MonthlyRecord, organisation: Organisation, schemes: Sequence[points.Scheme], today: date
) -> None:
    """
    Open a record again that differs from the facts; it stays open although the agreement is refused.

    Only this check finds a changed boundary, or a fact saved while the record was being submitted.
    """
    must_be_counted(organisation)
    if not is_current(organisation, record, schemes):
        reopen(record, today)
        raise OpenedAgain(record, _("The facts behind this record have changed. Read it again, then submit it."))


def _is_to_decide(record: MonthlyRecord, place: queries.PartInRecord, total: Decimal | None) -> bool:
    """Return whether a member decides between the two figures of a submitted record (R42)."""
    if record.status == RecordStatus.DRAFT:
        raise RecordStepRefused(_("This record is not submitted yet."))
    decides = record.status == RecordStatus.NOT_AGREED and place.side == Side.MANAGER and bool(record.other_manager_id)
    if decides and not place.other:
        raise NotYourPartOfRecord(
            _("%(other_manager)s has been asked to decide this record.") % {"other_manager": record.other_manager.name}
        )
    if not decides and total is not None:
        raise NotYourPartOfRecord(
            _("Another manager decides between the two figures. Agree to the figure that is counted.")
        )
    return decides


def _decide(
    record: MonthlyRecord, by: Member, total: Decimal, reason: str, schemes: Sequence[points.Scheme], today: date
) -> None:
    """
    Record another manager's decision: the counted figure, or the one of the side that does not agree (R42).

    Where the month's report is sent its total stays as it was sent; the difference becomes an adjustment of a later
    month. A side that had agreed to another figure is asked again.
    """
    if rules.stored(total) not in (record.counted, record.disagreed_total):
        raise RecordContradiction(
            _("Choose one of the two figures: %(counted)s or %(disagreed_total)s.")
            % {"counted": format_number(record.counted), "disagreed_total": format_number(record.disagreed_total)}
        )
    if rules.waits_for_explanation(record.month, explained=bool(record.explanation), today=today):
        until = {"until": format_day(rules.other_manager_until(record.month))}
        raise NeedsMore(
            _("The counted figure is not explained yet. You can decide once it is, or after %(until)s.") % until
        )
    if not reason.strip():
        raise NeedsMore(_("Write why you decide so. The worker and the team manager read it."))
    record.decided_by, record.decided_total, record.decision_reason = by, rules.stored(total), reason.strip()
    if record.report_id is None:
        record.total = record.decided_total
        record.flag = queries.flag_at(record, record.total, schemes)
    for given in record.agreements.exclude(side=Side.MANAGER).exclude(total=record.decided_total):
        with history(by, "another figure was decided"):
            given.delete()
    notify_about(record, RECORD_DECIDED, _both(record, today, besides=by), today)


def _agree(record: MonthlyRecord, by: Member, side: Side) -> MonthlyRecord:
    _must_be_whole(record)
    given = record.agreements.filter(side=side).select_related("member").first()
    if given:
        words = (
            _("You have agreed to this record already.")
            if given.member_id == by.pk
            else _("%(name)s has agreed to this record already.")
        )
        raise RecordStepRefused(words % {"name": given.member.name})
    total = record.total if record.decided_total is None else record.decided_total
    Agreement.objects.create(record=record, member=by, side=side, total=total, at=clock.now())
    agreed = list(record.agreements.values_list("side", flat=True))
    reached = rules.status_with(record.status, agreed, is_in_report=record.report_id is not None)
    if reached != record.status:
        record.status = reached
        with history(by, "agreed by both"):
            record.save(update_fields=["status"])
    return record


@keeps_opened
def disagree(
    *,
    worker: Member,
    month: date,
    by: Member,
    version: int,
    today: date,
    total: Decimal,
    note: str,
    other_manager: Member | None,
) -> MonthlyRecord:
    """
    Record that the member does not agree: both figures and the note stay, and another manager decides (R42).

    :param total: the points they consider right, 0 or more
    :param other_manager: who decides; ``None`` only where there is no other: then the two have to talk again and agree
    :raises NotYourPartOfRecord: if the member has no side
    :raises RecordStepRefused: if it is not submitted
    :raises NeedsMore: if no note says why
    :raises Kept: if the record is agreed, provisional or reported
    :raises RecordChangedMeanwhile: if the record has changed since the page was opened
    :raises NotListed: if the worker is not counted on the month's last day
    """
    record, __, __ = open_record(worker, month, by, version=version, today=today, step=RecordTransition.DISAGREE)
    if not note.strip():
        raise NeedsMore(_("Say in a sentence what you see differently. The other manager reads it."))
    _step(record, RecordTransition.DISAGREE)
    _name_other(record, other_manager, besides=by.pk, on=today)
    clear_agreements(record, by, "not agreed")
    record.disagreed_by, record.disagreed_total, record.disagreement = by, rules.stored(total), note.strip()
    record.explained_by, record.explanation = None, ""
    save_record(record, by, "not agreed")
    notify_about(record, RECORD_DISAGREED, _both(record, today, besides=by), today)
    notify_about(record, RECORD_OTHER_MANAGER, filter(None, [other_manager]), today)
    return record


def _name_other(record: MonthlyRecord, other: Member | None, *, besides: int | None, on: date) -> None:
    offers = queries.deciders if record.status == RecordStatus.NOT_AGREED else queries.other_managers
    offered: list[Member | None] = list(offers(record.worker, record.team, on=on, besides=besides))
    if other not in (offered or [None]):
        raise NotYourPartOfRecord(_("Choose a manager who leads a team here and is neither of you two."))
    record.other_manager = other


@keeps_opened
def ask_other_manager(
    *, worker: Member, month: date, by: Member, version: int, today: date, other_manager: Member
) -> MonthlyRecord:
    """
    Ask another manager to agree while the worker's own cannot: away, none named, or the worker themself (W24, R41, R45).

    Where the two do not agree, this replaces the manager asked to decide.

    :raises RecordStepRefused: if the manager's side has agreed already
    :raises ManagerIsThere: if one who leads the team is there
    :raises NotYourPartOfRecord: if the other leads nothing, or is the worker
    :raises Kept: if the record is agreed, provisional or reported
    :raises RecordChangedMeanwhile: if the record has changed since the page was opened
    :raises NotListed: if the worker is not counted on the month's last day
    """
    record, __, __ = open_record(worker, month, by, version=version, today=today)
    must_be_open(record)
    given = record.agreements.filter(side=Side.MANAGER).select_related("member").first()
    if given:
        raise RecordStepRefused(_("%(member)s has agreed for the manager already.") % {"member": given.member.name})
    there = queries.leaders_there(record.team, worker, today)
    if there and record.status != RecordStatus.NOT_AGREED:
        names = format_list(leader.name for leader in there)
        raise ManagerIsThere(
            _("%(names)s can agree to this record. You can ask another manager only if no one in the team can agree.")
            % {"names": names}
        )
    _name_other(record, other_manager, besides=record.disagreed_by_id, on=today)
    save_record(record, by, "another manager asked")
    notify_about(record, RECORD_OTHER_MANAGER, [other_manager], today)
    return record


def _both(record: MonthlyRecord, on: date, *, besides: Member) -> list[Member]:
    people = [record.worker, *queries.leaders_of(record.team, on)]
    return [member for member in people if member.pk != besides.pk]
