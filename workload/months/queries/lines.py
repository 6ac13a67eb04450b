"""The lines of a month, and adjustments of the months before."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum
from django.utils.translation import gettext as _

from peerload.core import dates
from peerload.core.formats import format_number
from peerload.staff.models import Organisation
from workload import queries
from workload import rules as points
from workload.models import MonthlyRecord, RecordLine
from workload.rules import NOTHING

from .. import rules


def lines_of(worker_ids: Collection[int], month: date, schemes: Sequence[points.Scheme]) -> dict[int, list[RecordLine]]:
    """Return the lines of a month's last day by worker, as a record would keep them, unsaved."""
    last = dates.month_end(month)
    found: dict[int, list[RecordLine]] = {worker: [] for worker in worker_ids}
    for line in queries.lines_on(worker_ids, last):
        found[line.worker].append(
            RecordLine(
                element=line.element,
                code=line.code,
                label=points.line_label(line, schemes, last),
                points=line.points,
                starts_on=line.starts_on,
                ends_before=line.ends_before,
                client_id=line.person,
                family_id=line.family,
                source=line.source,
                reason=line.reason,
                ending=line.ending,
            )
        )
    return found


def counted(line: RecordLine) -> tuple:
    """Return the parts of a line that two people agree to: not its end, which does not matter on the month's last day."""
    held = rules.stored(line.points)
    return line.element, line.code, held, line.starts_on, line.client_id, line.family_id


class CorrectionDue(NamedTuple):
    """A correction of a kept month by changed facts; it is a line of the next open record (R43)."""

    for_month: date
    points: Decimal
    kept: Decimal
    today: Decimal
    decided: Decimal = NOTHING  # the part that another manager decided beyond the facts

    @property
    def words(self) -> str:
        """What it comes from."""
        kept, now = format_number(self.kept), format_number(self.today)
        if self.decided:
            words = _("%(kept)s points were kept; with what another manager decided it is %(now)s")
        else:
            words = _("The record has %(kept)s points. The facts now give %(now)s")
        return words % {"kept": kept, "now": now}


def adjustments(
    organisation: Organisation, month: date, worker_ids: Collection[int], schemes: Sequence[points.Scheme]
) -> dict[int, list[CorrectionDue]]:
    """
    Return the adjustment lines that open records of a month carry, by member, the oldest month first (R43, D10).

    Compared are the months kept since the last one still open, twelve back at most, with what the ledger says today.
    """
    months = rules.before(month, rules.BACK)
    records: dict[tuple[int, date], MonthlyRecord] = {
        (record.worker_id, record.month): record
        for record in MonthlyRecord.objects.filter(worker_id__in=worker_ids, month__in=months)
    }
    if not any(record.is_kept and not record.imported for record in records.values()):
        return {}
    with_records = {worker for worker, _ in records}
    listed = queries.listed_on(organisation, [dates.month_end(each) for each in months], worker_ids=with_records)
    there = {(worker.member_id, dates.month_start(worker.on)): worker for worker in listed}
    asked: dict[int, list[rules.EarlierMonth]] = {}
    for worker in with_records:
        asked[worker] = rules.to_compare(_month(records.get((worker, m)), (worker, m) in there, m) for m in months)
    compared = [
        there[worker, each.month] for worker, found in asked.items() for each in found if (worker, each.month) in there
    ]
    totals = queries.totals_on_days(compared, schemes)
    adjusted = _adjusted(with_records, months)
    found: dict[int, list[CorrectionDue]] = {}
    for worker, earlier in asked.items():
        for each in reversed(earlier):
            total = totals.get((worker, dates.month_end(each.month)))
            decided = records[worker, each.month].decided_beyond
            today = (total.total if total else points.NOTHING) + decided
            change = rules.adjustment(each.kept, today, adjusted.get((worker, each.month), points.NOTHING))
            if change:
                found.setdefault(worker, []).append(
                    CorrectionDue(each.month, change, each.kept, rules.stored(today), decided)
                )
    return found


def _month(record: MonthlyRecord | None, is_listed: bool, month: date) -> rules.EarlierMonth:
    kept = record.total if record and record.is_kept else None
    # One that was brought in and is not agreed yet is still open.
    return rules.EarlierMonth(month, is_listed or bool(record), kept, bool(record and record.imported))


def _adjusted(worker_ids: Collection[int], months: Sequence[date]) -> dict[tuple[int, date], Decimal]:
    """Return what kept records hold as adjustment of a month, by member and month."""
    lines = RecordLine.objects.filter(
        record__in=MonthlyRecord.objects.kept().filter(worker_id__in=worker_ids), for_month__in=months
    )
    sums = lines.values_list("record__worker_id", "for_month").annotate(sum=Sum("points")).order_by()
    return {(worker, month): found for worker, month, found in sums}
