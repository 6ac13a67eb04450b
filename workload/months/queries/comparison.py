"""A worker's month beside the month before: what differs, so that a manager reads that first."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseload.enums import CASELOAD_TIERS
from peerload.core.translation import LazyText
from peerload.ui.templatetags.ui import points, tier_words
from workload import rules as weights
from workload.models import MonthlyRecord, RecordLine

from ...points.lines import NAMED, SeenNames
from .. import rules
from ..rules import Change
from .figures import Figures, has_figures
from .lines import lines_of
from .seen_record import SeenRecord
from .worker_month import WorkerMonth, worker_months

CHANGES: dict[Change, LazyText] = {
    Change.NEW: gettext_lazy("New"),
    Change.ENDED: gettext_lazy("Ended"),
    Change.CHANGED: gettext_lazy("Changed"),
}


class DifferenceRow(NamedTuple):
    """Work of one kind that differs in the same way, with the people it is about."""

    change: Change
    label: str
    pieces: int
    before: Decimal
    now: Decimal
    names: list[str]

    @property
    def heading(self) -> LazyText:
        return CHANGES[self.change]

    @property
    def points(self) -> Decimal:
        return self.now - self.before

    @property
    def people(self) -> str:
        """Name the people, of many the first few."""
        more = len(self.names) - NAMED
        named = ", ".join(self.names[:NAMED])
        return _("%(names)s and %(count)s more") % {"names": named, "count": more} if more > 0 else named


class FactThatDiffers(NamedTuple):
    """A fact of the month beside its points, as it was and as it is."""

    label: LazyText
    before: str
    now: str


class Comparison(NamedTuple):
    """
    A month beside the month before.

    :param figures: of the month before; None where the worker has no record of it
    :param has_lines: whether the lines of both months are known: only the total of an imported record is
    """

    month: date
    figures: Figures | None
    has_lines: bool
    rows: list[DifferenceRow]
    same: list[DifferenceRow]
    facts: list[FactThatDiffers]


def compared(seen: SeenRecord) -> Comparison:
    """Return what differs between a worker's month and the month before, for the reader of the month (R141)."""
    month = rules.before(seen.month, 1)[0]
    found = worker_months(
        seen.organisation, month, today=seen.today, worker_ids=[seen.worker.pk], schemes=seen.schemes, peaks=False
    )
    before = found[0] if found else None
    if before is None:
        return Comparison(month, None, False, [], [], [])
    lines = [_lines(each, seen, of) for each, of in ((before.record, month), (seen.record, seen.month))]
    rows = _rows(lines, seen) if None not in lines else []
    return Comparison(
        month,
        before.figures,
        None not in lines,
        [row for row in rows if row.change != Change.SAME],
        [row for row in rows if row.change == Change.SAME],
        _facts(before, seen.worker_month),
    )


def _lines(record: MonthlyRecord | None, seen: SeenRecord, month: date) -> list[RecordLine] | None:
    """Return the lines a month counts; None where only a total was imported."""
    if record is None or not has_figures(record):
        return lines_of([seen.worker.pk], month, seen.schemes)[seen.worker.pk]
    return None if record.imported else [line for line in record.lines.all() if line.for_month is None]


def _rows(months: list[list[RecordLine] | None], seen: SeenRecord) -> list[DifferenceRow]:
    before, now = ([_work(line) for line in lines or ()] for lines in months)
    found = rules.differences(before, now)
    people = {each.work.client_id for each in found if each.work.client_id}
    families = {each.work.family_id for each in found if each.work.family_id}
    names = SeenNames.of(seen.reader, people, families, on=seen.today, own=seen.place.own)
    return list(_grouped(found, names))


def _work(line: RecordLine) -> rules.CountedWork:
    return rules.CountedWork(line.element, line.code, line.label, line.points, line.client_id, line.family_id)


def _grouped(found: Iterable[rules.MonthDifference], names: SeenNames) -> Iterable[DifferenceRow]:
    """Return one row for work of one kind that differs in the same way."""

    def alike(each: rules.MonthDifference) -> tuple:
        return each.change, each.work.element, each.work.code, each.work.label, each.before, each.now

    for (change, __, __, label, __, __), group in groupby(sorted(found, key=_order), key=alike):
        same = list(group)
        about = {names.name(e.work.client_id, e.work.family_id) for e in same if e.work.client_id or e.work.family_id}
        yield DifferenceRow(
            change,
            label,
            len(same),
            sum((each.before for each in same), weights.NOTHING),
            sum((each.now for each in same), weights.NOTHING),
            sorted(about),
        )


def _order(each: rules.MonthDifference) -> tuple:
    return list(Change).index(each.change), each.work.element, each.work.code, each.work.label, each.before, each.now


def _facts(before: WorkerMonth, now: WorkerMonth) -> list[FactThatDiffers]:
    """Return the facts beside the points that differ: post, people by kind of support, supervision, absence."""
    yes, no = _("yes"), _("no")
    pairs: list[tuple[LazyText, str, str]] = [
        (_("FTE"), points(before.figures.fte), points(now.figures.fte)),
        (_("Team"), before.team_name or "", now.team_name or ""),
    ]
    if before.figures.people and now.figures.people:
        pairs += [
            (tier_words(tier).capitalize(), str(was), str(is_now))
            for tier, was, is_now in zip(CASELOAD_TIERS, before.figures.people, now.figures.people, strict=True)
        ]
    pairs += [
        (_("Supervision held"), yes if before.held_on else no, yes if now.held_on else no),
        (_("Away on the last day"), yes if before.figures.away_since else no, yes if now.figures.away_since else no),
    ]
    return [FactThatDiffers(*pair) for pair in pairs if pair[1] != pair[2]]
