"""What every step with a monthly record shares: lock it, check that the step is allowed, take its figures and save it."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import NamedTuple, ParamSpec, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from caseload.actions import history
from peerload.core import dates
from peerload.core.formats import format_day, format_month, format_number, month_name
from peerload.notices.actions import notify
from peerload.staff.models import Member, Organisation
from workload import queries as ledger
from workload import rules as points
from workload.enums import RecordStatus, Side
from workload.models import KEPT, MonthlyRecord, RecordLine
from workload.notice_subjects import of_record

from .. import queries, rules
from ..rules import RecordTransition
from .refusals import BeingCounted, Kept, NotListed, NotOver, NotYourPartOfRecord, OpenedAgain, RecordChangedMeanwhile

P = ParamSpec("P")
R = TypeVar("R")


def keeps_opened(action: Callable[P, R]) -> Callable[P, R]:
    """
    Run a step with a record in one transaction. If it is refused because the record was opened again, the opening is
    kept.

    Anything else that is refused leaves no trace.
    """

    @wraps(action)
    def run(*args: P.args, **given: P.kwargs) -> R:
        with transaction.atomic():
            try:
                return action(*args, **given)
            except OpenedAgain as refusal:
                opened = refusal
        raise opened

    return run


class OpenedRecord(NamedTuple):
    """A locked record, and the part of the member who opened it."""

    record: MonthlyRecord
    place: queries.PartInRecord
    schemes: Sequence[points.Scheme]


def open_record(
    worker: Member, month: date, by: Member, *, version: int, today: date, step: RecordTransition | None = None
) -> OpenedRecord:
    """
    Lock a worker's record of a month, and create it first where there is none.

    :param version: of the record the page showed, 0 where there was none
    :param step: the step to be taken, where that is more than writing
    :raises NotOver: if the month has not begun
    :raises NotListed: if the worker is not counted on its last day
    :raises NotYourPartOfRecord: if the member has no part in it
    :raises RecordChangedMeanwhile: if it is not the version that the page showed
    :raises OpenedAgain:
        "if it was imported as submitted with another total than the facts give, and the step needs it submitted
    """
    if month > today:
        raise NotOver(_("%(month)s has not begun yet.") % {"month": format_month(month)})
    organisation = worker.organisation
    schemes = ledger.schemes(organisation.pk)
    existing = MonthlyRecord.objects.filter(worker=worker, month=month).select_related("team").first()
    team = queries.team_of(worker, month, existing)
    place = queries.place(by, worker, team, existing, on=today)
    if place.side is None:
        raise NotYourPartOfRecord(_("Only the worker and their manager can change this record."))
    if existing is None:
        _begin(organisation, worker, month, schemes)
    record = (
        MonthlyRecord.objects.select_for_update(of=("self",), no_key=True)
        .select_related("worker", "team", "report")
        .get(worker=worker, month=month)
    )
    # A new record has version 1 until it is saved: of two members who saw none, the second sees what the first wrote.
    if record.version != (version or 1) or (record.imported and not version):
        raise RecordChangedMeanwhile(record)
    if not queries.has_figures(record):
        record.team = team
    if record.imported and not record.is_kept:
        take_over(organisation, record, schemes, by=by, step=step)
    return OpenedRecord(record, place, schemes)


def _begin(organisation: Organisation, worker: Member, month: date, schemes: Sequence[points.Scheme]) -> None:
    listed, found = figures_now(organisation, worker, month, schemes)
    row = MonthlyRecord(
        organisation=organisation,
        worker=worker,
        month=month,
        team_id=listed.team_id,
        imported=False,
        **queries.as_columns(found),
    )
    MonthlyRecord.objects.bulk_create([row], ignore_conflicts=True)


def figures_now(
    organisation: Organisation, worker: Member, month: date, schemes: Sequence[points.Scheme]
) -> tuple[ledger.Listed, queries.Figures]:
    """
    Return a worker's month by the facts as they are now.

    :raises NotListed: if the worker is not counted on its last day
    """
    listed = ledger.listed(organisation, dates.month_end(month), worker_ids=[worker.pk])
    if not listed:
        raise NotListed(
            _("%(worker)s is not in post on %(day)s, so there is no record for %(month)s.")
            % {"worker": worker.name, "day": format_day(dates.month_end(month)), "month": format_month(month)}
        )
    return listed[0], queries.figures(organisation, month, listed, schemes=schemes)[worker.pk]


def take_over(
    organisation: Organisation,
    record: MonthlyRecord,
    schemes: Sequence[points.Scheme],
    *,
    by: Member,
    step: RecordTransition | None,
) -> None:
    """
    Turn an imported record into one of peerload's own: with the facts' lines, and open if they give another total.
    """
    brought, was = record.total, record.status
    _write_figures(organisation, record, schemes)
    record.imported = False
    record.status = rules.brought_in_as(RecordStatus(was), brought, record.total)
    if record.status != RecordStatus.DRAFT:
        lines_to_keep(organisation, record, schemes)
        return
    record.scheme = None
    if was != RecordStatus.DRAFT:
        record.completed_by = record.completed_on = None
        if step and rules.after(record.status, step) is None:
            save_record(record, by, "opened: the facts give another total than the sheet")
            raise OpenedAgain(
                record,
                _(
                    "The sheet says %(brought)s points, but the records here give %(total)s. "
                    "The record is a draft again. Check it, then submit it."
                )
                % {"brought": format_number(brought), "total": format_number(record.total)},
            )


def _write_figures(organisation: Organisation, record: MonthlyRecord, schemes: Sequence[points.Scheme]) -> None:
    """Write the figures of the facts as they are now into a record."""
    listed, found = figures_now(organisation, record.worker, record.month, schemes)
    for name, value in queries.as_columns(found).items():
        setattr(record, name, value)
    record.team_id = listed.team_id
    record.scheme = queries.scheme_row_on(organisation.pk, record.as_at)


def lines_to_keep(organisation: Organisation, record: MonthlyRecord, schemes: Sequence[points.Scheme]) -> None:
    """Store a record's lines, its adjustments among them, in place of earlier ones."""
    lines = queries.lines_of([record.worker_id], record.month, schemes)[record.worker_id]
    added = queries.adjustments(organisation, record.month, [record.worker_id], schemes).get(record.worker_id, [])
    keep_lines(record, lines, added)


def keep_lines(record: MonthlyRecord, lines: list[RecordLine], added: list[queries.CorrectionDue]) -> None:
    """Store lines and adjustments with a record, in place of any it had; the caller saves the record."""
    record.lines.all().delete()
    adjusting = [
        RecordLine(
            label=(_("Correction for %(month)s") % {"month": format_month(each.for_month)})[:120],
            points=each.points,
            for_month=each.for_month,
            reason=each.words,
        )
        for each in added
    ]
    for line in [*lines, *adjusting]:
        line.record = record
    RecordLine.objects.bulk_create([*lines, *adjusting])
    record.adjustment = sum((each.points for each in added), Decimal(0))


def save_record(record: MonthlyRecord, by: Member | None, reason: str) -> None:
    record.version += 1
    with history(by, reason):
        record.save()


def must_be_open(record: MonthlyRecord) -> None:
    """
    Refuse to change a record that is agreed, provisional or reported; one in a sent report is open until both agree.

    :raises Kept: if it is one of these
    """
    if record.status in KEPT:
        raise Kept(
            _("This record is %(status)s and stays as it is. A correction becomes a line in the next month’s record.")
            % {"status": RecordStatus(record.status).label}
        )


def must_be_over(month: date, today: date) -> None:
    if today <= dates.month_end(month):
        raise NotOver(
            _("%(month)s is not over. It can be submitted from %(day)s on.")
            % {"month": month_name(month), "day": format_day(rules.first_of(month))}
        )


def must_be_counted(organisation: Organisation) -> None:
    """
    Refuse to keep figures for good while the ledger is between two states.

    :raises BeingCounted: if the ledger is being recounted
    """
    if Organisation.objects.filter(pk=organisation.pk, recount_from__isnull=False).exists():
        raise BeingCounted(_("Points are being counted again. Try again in a few minutes."))


def clear_agreements(record: MonthlyRecord, by: Member | None, reason: str) -> None:
    with history(by, reason):
        for agreement in record.agreements.all():
            agreement.delete()


def clear_for_words(record: MonthlyRecord, by: Member, reason: str) -> None:
    """
    Clear the agreements because words or actions changed (R41), except that of another manager who decided.

    They decided a figure, which words do not change; `reopen` undoes the decision when a fact changes.
    """
    given = record.agreements.all() if record.decided_by_id is None else record.agreements.exclude(side=Side.MANAGER)
    with history(by, reason):
        for agreement in given:
            agreement.delete()


def notify_about(record: MonthlyRecord, kind: str, recipients: Collection[Member], on: date) -> None:
    notify(recipients=recipients, kind=kind, subject=of_record(record.pk), anchor_on=on)


def is_current(organisation: Organisation, record: MonthlyRecord, schemes: Sequence[points.Scheme]) -> bool:
    """Return whether a submitted record still agrees with the facts."""
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
    columns = figure_columns(record, found)
    return {name: value for name, value in columns.items() if name not in ("away_since", "expected_back")}


def figure_columns(record: MonthlyRecord, found: queries.Figures) -> dict:
    """Return figures by the facts as the columns of a record, with the total that another manager decided in it."""
    columns = queries.as_columns(found)
    if record.decided_total is None:
        return columns
    return columns | {"total": record.total, "flag": record.flag}
