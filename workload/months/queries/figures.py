"""The figures of a month: current ones, and those of a kept record."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Self

from caseload.queries.settings import boundary_of
from caseload.rules import Boundary, Mix
from peerload.core import dates
from peerload.staff.enums import Role
from peerload.staff.models import Absence, Organisation
from workload import queries
from workload import rules as points
from workload.enums import Band, Flag, RecordStatus
from workload.models import PEOPLE, MonthlyRecord, Scheme

from .. import rules

MONTHS_BACK = 60  # so far back a run of months above the limit is followed


class Figures(NamedTuple):
    """
    A worker's month as at its last day: points, mark and limit of their FTE, the peak, people by tier, absence.

    Of an imported record only the total is certain; unknown figures are ``None``.
    """

    stable: Decimal | None
    extras: Decimal | None
    cases: Decimal | None
    weight: Decimal | None
    total: Decimal
    mark: Decimal
    limit: Decimal
    fte: Decimal
    peak: Decimal | None
    peak_on: date | None
    flag: Flag
    people: Mix | None
    boundary: Boundary | None
    away_since: date | None
    expected_back: date | None
    decided: Decimal = points.NOTHING  # of the total, what another manager decided beyond lines and weight

    @property
    def band(self) -> Band:
        return points.band(self.total, self.mark, self.limit)

    @property
    def subtotal(self) -> Decimal | None:
        return None if self.weight is None else self.total - self.weight - self.decided

    @classmethod
    def of(
        cls,
        total: points.Total,
        peak: points.Peak | None,
        absence: Absence | None,
        flag: Flag,
        mix: Mix,
        most: Boundary,
    ) -> Self:
        """Return what the facts say now: the total with its elements and bounds, and the people against the boundary."""
        return cls(
            stable=total.stable,
            extras=total.extras,
            cases=total.cases,
            weight=total.weight,
            total=total.total,
            mark=total.mark,
            limit=total.limit,
            fte=total.fte,
            peak=peak.total if peak else None,
            peak_on=peak.on if peak else None,
            flag=flag,
            people=mix,
            boundary=most,
            away_since=absence.starts_on if absence else None,
            expected_back=absence.expected_back if absence else None,
        )


def figures(
    organisation: Organisation,
    month: date,
    workers: Sequence[queries.Listed],
    *,
    schemes: Sequence[points.Scheme] | None = None,
    peaks: bool = True,
) -> dict[int, Figures]:
    """
    Return the month's figures by what the facts say now, by member.

    :param workers: as listed on the month's last day
    :param peaks: whether the peak is asked for, which looks at every line of the month
    """
    last = dates.month_end(month)
    schemes = schemes or queries.schemes(organisation.pk)
    keys = [worker.member_id for worker in workers]
    totals = queries.totals_on(organisation, last, workers, scheme=points.scheme_on(schemes, last))
    runs = months_over(organisation, month, {k for k, t in totals.items() if t.total > t.limit}, schemes)
    highest = peaks_of(organisation, month, workers, schemes) if peaks else {}
    people = queries.mix_on(keys, last)
    away = queries.absences_on(keys, last)
    full_time = boundary_of(organisation)
    found = {}
    for worker in workers:
        key = worker.member_id
        flag = rules.flag(runs.get(key, 0), organisation.consecutive_over)
        boundary = full_time.times(worker.fte)
        found[key] = Figures.of(totals[key], highest.get(key), away.get(key), flag, people[key], boundary)
    return found


def flag_at(record: MonthlyRecord, total: Decimal, schemes: Sequence[points.Scheme]) -> Flag:
    """Return what a record asks for with another total than the one counted."""
    above = {record.worker_id} if total > record.limit else set()
    runs = months_over(record.organisation, record.month, above, schemes)
    return rules.flag(runs.get(record.worker_id, 0), record.organisation.consecutive_over)


def peaks_of(
    organisation: Organisation, month: date, workers: Sequence[queries.Listed], schemes: Sequence[points.Scheme]
) -> dict[int, points.Peak]:
    """Return each worker's highest total over the days of the month they are listed on (R38)."""
    last = dates.month_end(month)
    keys = [worker.member_id for worker in workers]
    lines: dict[int, list[points.Line]] = defaultdict(list)
    for line in queries.lines_between(keys, month, last):
        lines[line.worker].append(line)
    facts = queries.gather_workers(organisation, keys)
    found = {}
    for worker in workers:
        known = facts[worker.member_id]
        # A member who is no peer worker is listed from their first work on, whatever their post.
        since = month if worker.role == Role.PEER_WORKER else max(month, known.first_work_on or month)
        peak = rules.peak(lines[worker.member_id], known.duties, schemes, since, last)
        if peak:
            found[worker.member_id] = peak
    return found


def months_over(
    organisation: Organisation, month: date, over: Collection[int], schemes: Sequence[points.Scheme]
) -> dict[int, int]:
    """
    Return how many months in a row lie above the limit, the month itself among them (R46).

    :param over: the workers who are above it in that month
    """
    if not over:
        return {}
    months = rules.before(month, MONTHS_BACK)
    history = _history(organisation, months, over, schemes)
    runs = {}
    for worker in over:
        earlier = (history.get((worker, each)) for each in months)
        runs[worker] = rules.months_over([True, *(past and past.is_over for past in earlier)])
    return runs


class Past(NamedTuple):
    """A worker's total of an earlier month: as its record shows it, or by the facts while there is none."""

    total: Decimal
    mark: Decimal
    limit: Decimal
    is_kept: bool

    @property
    def is_over(self) -> bool:
        return self.total > self.limit

    @property
    def band(self) -> Band:
        return points.band(self.total, self.mark, self.limit)


def _history(
    organisation: Organisation, months: Sequence[date], worker_ids: Iterable[int], schemes: Sequence[points.Scheme]
) -> dict[tuple[int, date], Past]:
    """Return workers' totals by member and month, for the months they are listed in or have a record of."""
    worker_ids = list(worker_ids)
    listed = queries.listed_on(organisation, [dates.month_end(each) for each in months], worker_ids=worker_ids)
    totals = queries.totals_on_days(listed, schemes)
    found = {
        (worker.member_id, dates.month_start(worker.on)): Past(total.total, total.mark, total.limit, False)
        for worker, total in ((worker, totals[worker.member_id, worker.on]) for worker in listed)
    }
    shown = MonthlyRecord.objects.with_figures().filter(worker_id__in=worker_ids, month__in=months)
    for record in shown:
        mark, limit = limits_of(record, schemes, found.get((record.worker_id, record.month)))
        found[record.worker_id, record.month] = Past(record.total, mark, limit, record.is_kept)
    return found


def limits_of(
    record: MonthlyRecord, schemes: Sequence[points.Scheme], live: Past | None = None
) -> tuple[Decimal, Decimal]:
    """Return a record's mark and limit; for an imported one they follow from the scheme of its last day and the known FTE."""
    if record.limit is not None and record.mark is not None:
        return record.mark, record.limit
    if record.fte is None and live:
        return live.mark, live.limit
    scheme, fte = points.scheme_on(schemes, record.as_at), record.fte or Decimal(1)
    return scheme.mark * fte, scheme.limit * fte


def twelve_months(
    organisation: Organisation, month: date, worker_id: int, schemes: Sequence[points.Scheme], *, count: int = 12
) -> list[tuple[date, Past | None]]:
    """Return a worker's last twelve months, or so many, up to and including one, the oldest first."""
    months = [month, *rules.before(month, count - 1)]
    history = _history(organisation, months, [worker_id], schemes)
    return [(each, history.get((worker_id, each))) for each in reversed(months)]


def figures_of(record: MonthlyRecord, schemes: Sequence[points.Scheme]) -> Figures:
    """Return the figures a record was submitted, completed, reported or brought in with."""
    mark, limit = limits_of(record, schemes)
    fte = record.fte or Decimal(1)
    people = [getattr(record, tier) for tier in PEOPLE]
    boundary = [getattr(record, f"boundary_{tier}") for tier in PEOPLE]
    return Figures(
        stable=record.stable,
        extras=record.extras,
        cases=record.cases,
        weight=record.weight,
        total=record.total,
        mark=mark,
        limit=limit,
        fte=fte,
        peak=record.peak,
        peak_on=record.peak_on,
        flag=Flag(record.flag),
        people=None if None in people else Mix(*people),
        boundary=None if None in boundary else Boundary(*boundary),
        away_since=record.away_since,
        expected_back=record.expected_back,
        # One decided after the report was sent keeps the total that was sent: the difference is adjusted in a later month.
        decided=record.decided_beyond if record.total == record.decided_total else points.NOTHING,
    )


def as_columns(found: Figures) -> dict:
    """Return figures as the columns of a record."""
    columns = {name: getattr(found, name) for name in ("peak_on", "fte", "flag", "away_since", "expected_back")}
    for name in ("stable", "extras", "cases", "weight", "total", "mark", "limit", "peak"):
        value = getattr(found, name)
        columns[name] = None if value is None else rules.stored(value)
    for name, people, most in zip(PEOPLE, found.people or (None,) * 4, found.boundary or (None,) * 4, strict=True):
        columns |= {name: people, f"boundary_{name}": None if most is None else rules.stored(most)}
    return columns


def scheme_row_on(organisation_id: int, on: date) -> Scheme | None:
    """Return the published version in force on a day; the first also counts for the days before it."""
    published = Scheme.objects.published().filter(organisation_id=organisation_id)
    return published.filter(starts_on__lte=on).order_by("-starts_on").first() or published.order_by("starts_on").first()


def status_of(record: MonthlyRecord, counted: Decimal) -> RecordStatus:
    """
    Return where a record is, for pages and actions alike: an open one brought in with another total is a draft.

    :param counted: the month's total by the facts, asked about only where the record was brought in and is open
    """
    status = RecordStatus(record.status)
    if record.imported and not record.is_kept:
        return rules.brought_in_as(status, record.total, counted)
    return status


def has_figures(record: MonthlyRecord | None) -> bool:
    """Return whether a record's own figures are shown: from submitted on, and if it is imported and kept."""
    return record is not None and (record.is_kept or (record.status != RecordStatus.DRAFT and not record.imported))
