"""A monthly record on its way: written, submitted, agreed by two, or completed for somebody who is away (4D)."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import NamedTuple

from django.db import transaction

from caseload.actions import Refused, history
from peerload.core import clock, dates
from peerload.core.formats import format_day, format_number
from peerload.notices.actions import owe
from peerload.staff.models import Member, Organisation, Team
from workload import queries as ledger
from workload import rules as points
from workload.enums import RecordStatus, Side
from workload.models import KEPT, Agreement, MonthlyRecord, RecordLine, RemedialAction
from workload.notices import RECORD_CHANGED, RECORD_DECIDED, RECORD_DISAGREED, RECORD_OTHER_MANAGER, of_record

from .. import queries, rules
from ..rules import Step


class NotListed(Refused):
    """The worker is not counted on the month's last day."""


class NotYours(Refused):
    """Somebody else's part in a record."""


class NotOver(Refused):
    """The month is not over, or has not begun."""


class Kept(Refused):
    """The record is agreed, provisional or reported: it stays as it is."""


class NotNow(Refused):
    """The record is not where this step begins."""


class NeedsMore(Refused):
    """Something is to be written before anybody agrees."""


class ManagerIsThere(Refused):
    """Another manager agrees only while the worker's own cannot."""


class WorkerIsThere(Refused):
    """A manager completes a record only while the worker is away."""


class BeingCounted(Refused):
    """Points are being counted anew, so nothing is kept for good."""


class ChangedMeanwhile(Refused):
    """Somebody, or a fact, has changed the record since the page was opened."""

    def __init__(self, record: MonthlyRecord):
        super().__init__(
            "This record has changed since you opened it. It is shown here as it is now. What you typed is still in the form."
        )
        self.record = record


class OpenedAgain(ChangedMeanwhile):
    """The facts say something else than the record did, so it is a draft again; it stays one though the step is refused."""

    def __init__(self, record: MonthlyRecord, words: str):
        super().__init__(record)
        self.args = (words,)


class Contradiction(Refused):
    """Days or words that contradict each other."""


def keeps_opened(action):
    """
    Run a step with a record in one transaction, which keeps a record that was opened again though the step is refused.

    Anything else that is refused leaves no trace.
    """

    @wraps(action)
    def run(**given):
        with transaction.atomic():
            try:
                return action(**given)
            except OpenedAgain as refusal:
                opened = refusal
        raise opened

    return run


class Opened(NamedTuple):
    """A record, locked, and what the one who opened it is to it."""

    record: MonthlyRecord
    place: queries.Place
    schemes: Sequence[points.Scheme]


# Opening ----------------------------------------------------------------------------------------------------------------


def _open(worker: Member, month: date, by: Member, *, version: int, today: date, step: Step | None = None) -> Opened:
    """
    Lock a worker's record of a month, made first where nobody has written in it yet.

    :param version: of the record the page showed, 0 where there was none
    :param step: what is about to be done with it, where that is more than writing in it
    :raises NotOver: if the month has not begun
    :raises NotListed: if the worker is not counted on its last day
    :raises NotYours: if the member has no part in it
    :raises ChangedMeanwhile: if it is not the version that the page showed
    :raises OpenedAgain: if it was brought in as submitted with another total than the facts say, and the step needs it submitted
    """
    if month > today:
        raise NotOver(f"{month:%B %Y} has not begun yet.")
    organisation = worker.organisation
    schemes = ledger.schemes(organisation.pk)
    existing = MonthlyRecord.objects.filter(worker=worker, month=month).select_related("team").first()
    team = queries.team_of(worker, month, existing)
    place = queries.place(by, worker, team, existing, on=today)
    if place.side is None:
        raise NotYours("Only the worker and their manager can change this record.")
    if existing is None:
        _begin(organisation, worker, month, schemes)
    record = (
        MonthlyRecord.objects.select_for_update(of=("self",), no_key=True)
        .select_related("worker", "team", "report")
        .get(worker=worker, month=month)
    )
    # One just begun has version 1 until somebody has saved it: of two who saw none, the second sees what the first wrote.
    if record.version != (version or 1) or (record.imported and not version):
        raise ChangedMeanwhile(record)
    if not queries.has_figures(record):
        record.team = team
    if record.imported and not record.is_kept:
        _take_over(organisation, record, schemes, by=by, step=step)
    return Opened(record, place, schemes)


def _begin(organisation: Organisation, worker: Member, month: date, schemes: Sequence[points.Scheme]) -> None:
    listed, found = _now(organisation, worker, month, schemes)
    row = MonthlyRecord(
        organisation=organisation,
        worker=worker,
        month=month,
        team_id=listed.team_id,
        imported=False,
        **queries.as_columns(found),
    )
    MonthlyRecord.objects.bulk_create([row], ignore_conflicts=True)


def _now(
    organisation: Organisation, worker: Member, month: date, schemes: Sequence[points.Scheme]
) -> tuple[ledger.Listed, queries.Figures]:
    """
    Return a worker's month by the facts as they are now.

    :raises NotListed: if the worker is not counted on its last day
    """
    listed = ledger.listed(organisation, dates.month_end(month), worker_ids=[worker.pk])
    if not listed:
        raise NotListed(
            f"{worker.name} is not in post on {format_day(dates.month_end(month))}, so there is no record for {month:%B %Y}."
        )
    return listed[0], queries.figures(organisation, month, listed, schemes=schemes)[worker.pk]


def _take_over(
    organisation: Organisation,
    record: MonthlyRecord,
    schemes: Sequence[points.Scheme],
    *,
    by: Member,
    step: Step | None,
) -> None:
    """Make a record that was brought in one of peerload's own: with the facts' lines, and open if these say another total."""
    brought, was = record.total, record.status
    _settle(organisation, record, schemes)
    record.imported = False
    record.status = rules.brought_in_as(RecordStatus(was), brought, record.total)
    if record.status != RecordStatus.DRAFT:
        _keep_lines(organisation, record, schemes)
        return
    record.scheme = None
    if was != RecordStatus.DRAFT:
        record.completed_by = record.completed_on = None
        if step and rules.after(record.status, step) is None:
            _save(record, by, "opened: the facts give another total than the sheet")
            raise OpenedAgain(
                record,
                f"The sheet says {format_number(brought)} points, but the records here give {format_number(record.total)}. "
                "The record is a draft again. Check it, then submit it.",
            )


def _settle(organisation: Organisation, record: MonthlyRecord, schemes: Sequence[points.Scheme]) -> None:
    """Write into a record what the facts say now."""
    listed, found = _now(organisation, record.worker, record.month, schemes)
    for name, value in queries.as_columns(found).items():
        setattr(record, name, value)
    record.team_id = listed.team_id
    record.scheme = queries.scheme_row_on(organisation.pk, record.as_at)


def _keep_lines(organisation: Organisation, record: MonthlyRecord, schemes: Sequence[points.Scheme]) -> None:
    """Store the lines a record stands on, its adjustments among them, in place of any it had."""
    lines = queries.lines_of([record.worker_id], record.month, schemes)[record.worker_id]
    added = queries.adjustments(organisation, record.month, [record.worker_id], schemes).get(record.worker_id, [])
    keep_lines(record, lines, added)


def keep_lines(record: MonthlyRecord, lines: list[RecordLine], added: list[queries.Adjustment]) -> None:
    """Store lines and adjustments with a record, in place of any it had; the caller saves the record."""
    record.lines.all().delete()
    adjusting = [
        RecordLine(
            label=f"Adjustment for {each.for_month:%B %Y}"[:120],
            points=each.points,
            for_month=each.for_month,
            reason=explained(each),
        )
        for each in added
    ]
    for line in [*lines, *adjusting]:
        line.record = record
    RecordLine.objects.bulk_create([*lines, *adjusting])
    record.adjustment = sum((each.points for each in added), Decimal(0))


def explained(each: queries.Adjustment) -> str:
    """Say what an adjustment comes from."""
    kept, now = format_number(each.kept), format_number(each.today)
    if each.decided:
        return f"{kept} points were kept; with what another manager decided it is {now}"
    return f"{kept} points were kept; by the facts as they are now it is {now}"


def _save(record: MonthlyRecord, by: Member | None, reason: str) -> None:
    record.version += 1
    with history(by, reason):
        record.save()


def _must_be_open(record: MonthlyRecord) -> None:
    """
    Refuse to change what is agreed, provisional or reported; one in a sent report may still be written in until both agree.

    :raises Kept: says so
    """
    if record.status in KEPT:
        raise Kept(
            f"This record is {RecordStatus(record.status).label} and stays as it is. "
            "A correction becomes a line in the next month’s record."
        )


def must_be_over(month: date, today: date) -> None:
    if today <= dates.month_end(month):
        raise NotOver(f"{month:%B} is not over. It can be submitted from {format_day(rules.first_of(month))} on.")


def must_be_counted(organisation: Organisation) -> None:
    """
    Refuse to keep figures for good while the ledger is between two states.

    :raises BeingCounted: says so
    """
    if Organisation.objects.filter(pk=organisation.pk, recount_from__isnull=False).exists():
        raise BeingCounted("Points are being counted again. Try again in a few minutes.")


def _clear_agreements(record: MonthlyRecord, by: Member | None, reason: str) -> None:
    with history(by, reason):
        for agreement in record.agreements.all():
            agreement.delete()


def _clear_for_words(record: MonthlyRecord, by: Member, reason: str) -> None:
    """
    Clear the agreements because words or actions changed (R41), except that of another manager who decided.

    They decided a figure, which words do not change; `reopen` undoes the decision when a fact changes.
    """
    given = record.agreements.all() if record.decided_by_id is None else record.agreements.exclude(side=Side.MANAGER)
    with history(by, reason):
        for agreement in given:
            agreement.delete()


# Writing ----------------------------------------------------------------------------------------------------------------


@keeps_opened
def write_words(
    *, worker: Member, month: date, by: Member, version: int, today: date, comment: str, enough: str, would_help: str
) -> MonthlyRecord:
    """
    Keep what a worker says of their month: any change clears the agreements (R41), but not another manager's decision.

    It may be written before the month is over.

    :raises NotYours: if it is not the worker
    :raises Kept, ChangedMeanwhile, NotListed, NotOver: see there
    """
    record, place, _ = _open(worker, month, by, version=version, today=today)
    if not place.own:
        raise NotYours(f"These are {worker.name}’s own words.")
    _must_be_open(record)
    return _write(record, by, comment=comment.strip(), enough=enough, would_help=would_help.strip())


@keeps_opened
def write_reason(
    *, worker: Member, month: date, by: Member, version: int, today: date, reason: str, causes: str
) -> MonthlyRecord:
    """
    Keep why a month lies above the limit, and what is behind it: by the worker or the manager (W18).

    :raises NotYours, Kept, ChangedMeanwhile, NotListed, NotOver: see there
    """
    record, _, _ = _open(worker, month, by, version=version, today=today)
    _must_be_open(record)
    return _write(record, by, reason=reason.strip(), causes=causes.strip())


def _write(record: MonthlyRecord, by: Member, **words: str) -> MonthlyRecord:
    if any(getattr(record, name) != value for name, value in words.items()):
        for name, value in words.items():
            setattr(record, name, value)
        _clear_for_words(record, by, "the words changed")
    _save(record, by, "written")
    return record


@keeps_opened
def note_supervision(
    *, worker: Member, month: date, by: Member, version: int, today: date, held_on: date | None, next_on: date | None
) -> MonthlyRecord:
    """
    Write down when supervision was held for a month, and when it is next (W22); no agreement is about that.

    :raises Contradiction: if it was held on a day to come, before the month, or the next lies before it
    :raises Kept: if the report has been sent
    :raises NotYours, ChangedMeanwhile, NotListed, NotOver: see there
    """
    record, _, _ = _open(worker, month, by, version=version, today=today)
    if record.report_id:
        raise Kept("The team’s report has been sent with what was written here; it stays as it is.")
    if held_on and held_on > today:
        raise Contradiction(f"{format_day(held_on)} has not come yet. Write it as the next supervision.")
    if held_on and held_on < month:
        raise Contradiction(f"{format_day(held_on)} is before {month:%B %Y}. Write it in an earlier record.")
    if next_on and next_on <= (held_on or month):
        raise Contradiction("The next supervision has to be after the last one.")
    record.supervision_held_on, record.next_supervision_on = held_on, next_on
    _save(record, by, "supervision")
    return record


# Submitting and completing -----------------------------------------------------------------------------------------------


@keeps_opened
def submit(*, worker: Member, month: date, by: Member, version: int, today: date, agree: bool = False) -> MonthlyRecord:
    """
    Submit a month: from now on it keeps the lines it stands on, until a fact changes (W19, R40).

    :param agree: whether the worker agrees to it at once
    :raises NotYours: if it is not the worker
    :raises NotOver: if the month is not over
    :raises NotNow: if it is submitted already
    :raises NeedsMore: if it cannot be agreed to yet
    :raises Kept, ChangedMeanwhile, NotListed: see there
    """
    record, place, schemes = _open(worker, month, by, version=version, today=today, step=Step.SUBMIT)
    if not place.own:
        raise NotYours(f"{worker.name} submits this record. While they are not at work you can complete it.")
    must_be_over(month, today)
    _step(record, Step.SUBMIT)
    _complete(worker.organisation, record, schemes, by=by, today=today)
    _save(record, by, "submitted")
    if agree:
        _agree(record, by, Side.WORKER)
    return record


def _step(record: MonthlyRecord, step: Step) -> None:
    """
    Take a step of 4D.

    :raises Kept: if the record does not change any more
    :raises NotNow: if it is not where the step begins
    """
    reached = rules.after(RecordStatus(record.status), step)
    if reached is None:
        _must_be_open(record)
        raise NotNow(f"This record is {RecordStatus(record.status).label}. Look at it again before you go on.")
    record.status = reached


def _complete(
    organisation: Organisation, record: MonthlyRecord, schemes: Sequence[points.Scheme], *, by: Member, today: date
) -> None:
    """Write figures and lines as of now; those of a report that was sent stay as they were sent."""
    if record.report_id is None:
        _settle(organisation, record, schemes)
        _keep_lines(organisation, record, schemes)
    record.completed_by, record.completed_on = by, today


@keeps_opened
def complete(*, worker: Member, month: date, by: Member, version: int, today: date) -> MonthlyRecord:
    """
    Complete the record of a worker who is away: it is provisional, and what they know better on return is adjusted later (W23).

    :raises NotYours: if it is not the manager's side
    :raises WorkerIsThere: if the worker is neither away nor gone
    :raises NeedsMore: if it is above the limit and nobody has said why, so far as it is known
    :raises BeingCounted: if points are being counted anew
    :raises NotOver, NotNow, Kept, ChangedMeanwhile, NotListed: see there
    """
    record, place, schemes = _open(worker, month, by, version=version, today=today, step=Step.COMPLETE)
    if place.side != Side.MANAGER:
        raise NotYours("Only the team manager can complete the record of a worker who is not at work.")
    must_be_over(month, today)
    if not queries.away_among([worker.pk], today):
        raise WorkerIsThere(f"{worker.name} is not away, so they submit the record themselves.")
    _step(record, Step.COMPLETE)
    must_be_counted(worker.organisation)
    _complete(worker.organisation, record, schemes, by=by, today=today)
    _must_be_whole(record)
    if record.report_id:
        _step(record, Step.REPORT)
    _save(record, by, "completed while the worker is away")
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
        raise NeedsMore(f"This month is above the limit. Before anybody agrees, write down {' and '.join(missing)}.")


# Agreeing ----------------------------------------------------------------------------------------------------------------


@keeps_opened
def agree(
    *, worker: Member, month: date, by: Member, version: int, today: date, total: Decimal | None = None
) -> MonthlyRecord:
    """
    Agree to a submitted record for one's own side; with both sides it is agreed for good (R41).

    Another manager who was asked because the two do not agree decides by this which of the two figures stands (R42).

    One that does not say what the facts say is opened again, which stays so though the agreement is refused. Nothing but this
    tells of a changed boundary, or of a fact that was being saved while the record was submitted.

    :param total: the figure another manager decides; without it the one that was counted
    :raises NotYours: if the member has no side, or another manager is to decide
    :raises NotNow: if it is not submitted, or this side has agreed already
    :raises NeedsMore: if a month above the limit has no reason, or no review with an action
    :raises BeingCounted: if points are being counted anew
    :raises Contradiction: if the figure is neither of the two
    :raises Kept, ChangedMeanwhile, OpenedAgain, NotListed: see there
    """
    record, place, schemes = _open(worker, month, by, version=version, today=today, step=Step.BOTH_AGREE)
    _must_be_open(record)
    if record.status == RecordStatus.DRAFT:
        raise NotNow("This record is not submitted yet.")
    decides = record.status == RecordStatus.NOT_AGREED and place.side == Side.MANAGER and record.other_manager_id
    if decides and record.other_manager_id != by.pk:
        raise NotYours(f"{record.other_manager.name} has been asked to decide this record.")
    if record.report_id is None:
        must_be_counted(worker.organisation)
        if not is_current(worker.organisation, record, schemes):
            reopen(record, today)
            raise OpenedAgain(record, "The facts behind this record have changed. Read it again, then submit it.")
    if decides:
        _decide(record, by, record.counted if total is None else total, schemes, today)
    elif total is not None:
        raise NotYours("Another manager decides between the two figures. Agree to the figure that is counted.")
    with history(by, "agreed"):
        record.save()  # of one brought in; its version stays, so that both may agree at the same moment
    _agree(record, by, place.side)
    return record


def _decide(record: MonthlyRecord, by: Member, total: Decimal, schemes: Sequence[points.Scheme], today: date) -> None:
    """
    Let the figure stand that another manager decides: the one counted, or the one of the side that does not agree (R42).

    Where the month's report is sent its total stays as it was sent; the difference becomes an adjustment of a later month.
    Who had agreed to another figure is asked again.
    """
    if rules.stored(total) not in (record.counted, record.disagreed_total):
        raise Contradiction(
            f"Choose one of the two figures: {format_number(record.counted)} or {format_number(record.disagreed_total)}."
        )
    record.decided_by, record.decided_total = by, rules.stored(total)
    if record.report_id is None:
        record.total = record.decided_total
        record.flag = queries.flag_at(record, record.total, schemes)
    for given in record.agreements.exclude(side=Side.MANAGER).exclude(total=record.decided_total):
        with history(by, "another figure was decided"):
            given.delete()
    _owe(record, RECORD_DECIDED, _both(record, besides=by), today)


def _agree(record: MonthlyRecord, by: Member, side: Side) -> None:
    _must_be_whole(record)
    given = record.agreements.filter(side=side).select_related("member").first()
    if given:
        who = "You have" if given.member_id == by.pk else f"{given.member.name} has"
        raise NotNow(f"{who} agreed to this record already.")
    total = record.total if record.decided_total is None else record.decided_total
    Agreement.objects.create(record=record, member=by, side=side, total=total, at=clock.now())
    agreed = list(record.agreements.values_list("side", flat=True))
    reached = rules.status_with(record.status, agreed, is_in_report=record.report_id is not None)
    if reached != record.status:
        record.status = reached
        with history(by, "agreed by both"):
            record.save(update_fields=["status"])


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
    Say that one does not agree: both figures and the note stay with the record, another manager decides (R42).

    :param total: the points that they would have written, 0 or more
    :param other_manager: who decides; ``None`` only where there is no other, then the two agree once they have talked again
    :raises NotYours: if the member has no side
    :raises NotNow: if it is not submitted
    :raises NeedsMore: if no note says why
    :raises Kept, ChangedMeanwhile, NotListed: see there
    """
    record, _, _ = _open(worker, month, by, version=version, today=today, step=Step.DISAGREE)
    if not note.strip():
        raise NeedsMore("Say in a sentence what you see differently. The other manager reads it.")
    _step(record, Step.DISAGREE)
    _name_other(record, other_manager, besides=by.pk)
    _clear_agreements(record, by, "not agreed")
    record.disagreed_by, record.disagreed_total, record.disagreement = by, rules.stored(total), note.strip()
    _save(record, by, "not agreed")
    _owe(record, RECORD_DISAGREED, _both(record, besides=by), today)
    _owe(record, RECORD_OTHER_MANAGER, filter(None, [other_manager]), today)
    return record


def _name_other(record: MonthlyRecord, other: Member | None, *, besides: int | None) -> None:
    if other not in (list(queries.other_managers(record.worker, record.team, besides=besides)) or [None]):
        raise NotYours("Choose a manager who leads a team here and is neither of you two.")
    record.other_manager = other


@keeps_opened
def ask_other_manager(
    *, worker: Member, month: date, by: Member, version: int, today: date, other_manager: Member
) -> MonthlyRecord:
    """
    Ask another manager to agree while the worker's own cannot: away, none named, or the worker themself (W24, R41, R45).

    Where the two do not agree somebody else is asked in place of the one who was to decide.

    :raises NotNow: if the manager's side has agreed already
    :raises ManagerIsThere: if the manager or the deputy is there
    :raises NotYours: if the other leads nothing, or is the worker
    :raises Kept, ChangedMeanwhile, NotListed: see there
    """
    record, _, _ = _open(worker, month, by, version=version, today=today)
    _must_be_open(record)
    given = record.agreements.filter(side=Side.MANAGER).select_related("member").first()
    if given:
        raise NotNow(f"{given.member.name} has agreed for the manager already.")
    there = leaders_there(record.team, worker, today)
    if there and record.status != RecordStatus.NOT_AGREED:
        names = " and ".join(leader.name for leader in there)
        raise ManagerIsThere(
            f"{names} can agree to this record. You can ask another manager only if no one in the team can agree."
        )
    _name_other(record, other_manager, besides=record.disagreed_by_id)
    _save(record, by, "another manager asked")
    _owe(record, RECORD_OTHER_MANAGER, [other_manager], today)
    return record


def leaders_there(team: Team | None, worker: Member, on: date) -> list[Member]:
    """Return who could agree for the manager's side on a day: the manager and the deputy, neither away nor the worker."""
    leaders = [leader for leader in queries.leaders_of(team) if leader.pk != worker.pk]
    away = queries.away_among([leader.pk for leader in leaders], on)
    return [leader for leader in leaders if leader.pk not in away]


def _both(record: MonthlyRecord, *, besides: Member) -> list[Member]:
    people = [record.worker, *queries.leaders_of(record.team)]
    return [member for member in people if member.pk != besides.pk]


def _owe(record: MonthlyRecord, kind: str, recipients: Collection[Member], on: date) -> None:
    owe(recipients=recipients, kind=kind, subject=of_record(record.pk), anchor_on=on)


# Actions -----------------------------------------------------------------------------------------------------------------


@keeps_opened
def add_action(
    *, worker: Member, month: date, by: Member, version: int, today: date, what: str, owner: Member, due_on: date
) -> RemedialAction:
    """
    Write down what will be done about a month above the limit: whose it is and by when (W18).

    It clears the agreements, but not another manager's decision.

    :raises Contradiction: if nothing is said, or the day has passed
    :raises NotYours: if the owner has no part in the record
    :raises Kept, ChangedMeanwhile, NotListed, NotOver: see there
    """
    record, _, _ = _open(worker, month, by, version=version, today=today)
    _must_be_open(record)
    if not what.strip():
        raise Contradiction("Say what will be done.")
    if due_on < today:
        raise Contradiction(f"{format_day(due_on)} has passed. Choose a later day.")
    if owner not in owners(record):
        raise NotYours("Choose the worker, or a manager who agrees to the record.")
    _clear_for_words(record, by, "an action was added")
    _save(record, by, "an action was added")
    return RemedialAction.objects.create(record=record, what=what.strip()[:300], owner=owner, due_on=due_on, by=by)


def owners(record: MonthlyRecord) -> list[Member]:
    """Return the members an action of a record can belong to."""
    found = [record.worker, *queries.leaders_of(record.team)]
    if record.other_manager:
        found.append(record.other_manager)
    return list(dict.fromkeys(found))


TAKEN_BACK = "Another person has removed this action meanwhile."


@keeps_opened
def drop_action(*, action_id: int, by: Member, version: int, today: date) -> MonthlyRecord:
    """
    Take back an action from a record that nobody has completed yet; the history keeps it.

    :raises NotNow: if it is taken back already
    :raises Kept, NotYours, ChangedMeanwhile: see there
    """
    action = RemedialAction.objects.select_related("record__worker").filter(pk=action_id).first()
    if action is None:
        raise NotNow(TAKEN_BACK)
    record, _, _ = _open(action.record.worker, action.record.month, by, version=version, today=today)
    _must_be_open(record)
    with history(by, "taken back"):
        RemedialAction.objects.get(pk=action_id).delete()
    _clear_for_words(record, by, "an action was taken back")
    _save(record, by, "an action was taken back")
    return record


@transaction.atomic
def settle_action(*, action_id: int, by: Member, today: date, done: bool) -> RemedialAction:
    """
    Say that an action is done, or that it is not after all; a second tap on the same changes nothing (W18).

    :raises NotNow: if it has been taken back
    :raises NotYours: if it is neither theirs nor of a record they have a part in
    """
    action = (
        RemedialAction.objects.select_for_update(of=("self",), no_key=True)
        .select_related("record__worker", "record__team", "owner")
        .filter(pk=action_id)
        .first()
    )
    if action is None:
        raise NotNow(TAKEN_BACK)
    record = action.record
    place = queries.place(by, record.worker, queries.team_of(record.worker, record.month, record), record, on=today)
    if place.side is None and action.owner_id != by.pk:
        raise NotYours("Only the person who has to do an action, the worker or their manager can say that it is done.")
    if done != (action.done_on is not None):
        action.done_on = today if done else None
        with history(by, "done" if done else "not done after all"):
            action.save(update_fields=["done_on"])
    return action


# What the ledger tells ----------------------------------------------------------------------------------------------------


def is_current(organisation: Organisation, record: MonthlyRecord, schemes: Sequence[points.Scheme]) -> bool:
    """Return whether a submitted record still says what the facts say."""
    return record.pk not in changed(organisation, record.month, [record], schemes)


def changed(
    organisation: Organisation, month: date, records: Sequence[MonthlyRecord], schemes: Sequence[points.Scheme]
) -> set[int]:
    """Return which submitted records of a month no longer say what the facts say: figures, lines, adjustments."""
    workers = [record.worker_id for record in records]
    listed = ledger.listed(organisation, dates.month_end(month), worker_ids=workers)
    live = queries.figures(organisation, month, listed, schemes=schemes)
    lines = queries.lines_of(workers, month, schemes)
    added = queries.adjustments(organisation, month, workers, schemes)
    kept: dict[int, list[RecordLine]] = {record.pk: [] for record in records}
    for line in RecordLine.objects.filter(record__in=records):
        kept[line.record_id].append(line)
    differ = set()
    for record in records:
        found = live.get(record.worker_id)
        stands = [line for line in kept[record.pk] if line.for_month is None]
        adjusts = {(line.for_month, rules.stored(line.points)) for line in kept[record.pk] if line.for_month}
        if (
            found is None
            or any(getattr(record, name) != value for name, value in _agreed_on(record, found).items())
            or Counter(map(queries.counted, stands)) != Counter(map(queries.counted, lines[record.worker_id]))
            or adjusts != {(each.for_month, each.points) for each in added.get(record.worker_id, ())}
        ):
            differ.add(record.pk)
    return differ


def _agreed_on(record: MonthlyRecord, found: queries.Figures) -> dict:
    """Return the figures two people agree to: who is away today is not among them."""
    columns = settled_columns(record, found)
    return {name: value for name, value in columns.items() if name not in ("away_since", "expected_back")}


def settled_columns(record: MonthlyRecord, found: queries.Figures) -> dict:
    """Return figures by the facts as the columns of a record, with the total that another manager decided in it."""
    columns = queries.as_columns(found)
    if record.decided_total is None:
        return columns
    return columns | {"total": record.total, "flag": record.flag}


def follow(organisation_id: int, worker_ids: Collection[int] | None) -> None:
    """
    Open submitted records again where a fact they count has changed: agreements are cleared, the worker is told (D09).

    Called by the ledger after every change to it, and when the service's settings change, in the same transaction.

    :param worker_ids: whose lines may have changed; None for everybody's
    """
    waiting = MonthlyRecord.objects.open().filter(
        organisation_id=organisation_id, status__in=(RecordStatus.SUBMITTED, RecordStatus.NOT_AGREED)
    )
    if worker_ids is not None:
        waiting = waiting.filter(worker_id__in=worker_ids)
    records = list(waiting.select_for_update(of=("self",), no_key=True).select_related("worker", "team").order_by("pk"))
    if not records:
        return
    organisation = Organisation.objects.get(pk=organisation_id)
    schemes = ledger.schemes(organisation_id)
    on = clock.today(organisation)
    for month in sorted({record.month for record in records}):
        of_month = [record for record in records if record.month == month]
        differ = changed(organisation, month, of_month, schemes)
        for record in of_month:
            if record.pk in differ:
                reopen(record, on)


def reopen(record: MonthlyRecord, on: date) -> None:
    """Make a submitted record a draft again: agreements and lines are gone, the worker and those who had agreed are told."""
    agreed = Member.objects.filter(pk__in=record.agreements.values("member"))
    told = list(dict.fromkeys([record.worker, *agreed]))
    _clear_agreements(record, None, "a fact changed")
    record.lines.all().delete()
    if record.status == RecordStatus.NOT_AGREED:
        record.other_manager = None  # what they were to decide is gone
    record.status = rules.after(record.status, Step.CHANGE)
    record.completed_by = record.completed_on = None
    record.disagreed_by = record.disagreed_total = None
    record.disagreement = ""
    record.decided_by = record.decided_total = None
    record.adjustment = Decimal(0)
    record.scheme = None
    record.version += 1
    with history(None, "a fact changed"):
        record.save()
    _owe(record, RECORD_CHANGED, told, on)
