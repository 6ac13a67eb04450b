"""
What pages and reports ask about months: figures live or as kept, whose turn it is, what corrected facts have changed.

The number of statements never depends on how many workers or months are asked about.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Sum

from caseload import queries as caseload
from caseload.rules import Boundary, Mix
from peerload.core import dates
from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.core.sql import rows
from peerload.staff.enums import Role
from peerload.staff.models import Member, Organisation, Team
from workload import queries
from workload import rules as points
from workload.enums import Band, Element, Flag, RecordStatus, Side
from workload.models import KEPT, PEOPLE, Agreement, MonthlyRecord, RecordLine, RemedialAction, Scheme, TeamReport

from ..signals import supervisions_asked
from . import rules

MONTHS_BACK = 60  # so far back a run of months above the limit is followed


# Figures of a month ----------------------------------------------------------------------------------------------------


class Figures(NamedTuple):
    """
    A worker's month as at its last day: points, mark and limit of their FTE, the peak, people by tier, absence.

    Of a record that was brought in only the total is known for certain; what nobody knows is ``None``.
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
    full_time = caseload.boundary(organisation)
    found = {}
    for worker in workers:
        key = worker.member_id
        total, peak, absence = totals[key], highest.get(key), away.get(key)
        found[key] = Figures(
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
            flag=rules.flag(runs.get(key, 0), organisation.consecutive_over),
            people=people[key],
            boundary=full_time.times(worker.fte),
            away_since=absence.starts_on if absence else None,
            expected_back=absence.expected_back if absence else None,
        )
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
        # Who is no peer worker is listed from their first work on, whatever their post says.
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
    """A worker's total of an earlier month: as kept, or by the facts while the month is open."""

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
    """Return workers' totals by member and month, for the months they are listed in or have a record kept of."""
    worker_ids = list(worker_ids)
    listed = queries.listed_on(organisation, [dates.month_end(each) for each in months], worker_ids=worker_ids)
    totals = queries.totals_on_days(listed, schemes)
    found = {
        (worker.member_id, dates.month_start(worker.on)): Past(total.total, total.mark, total.limit, False)
        for worker, total in ((worker, totals[worker.member_id, worker.on]) for worker in listed)
    }
    kept = MonthlyRecord.objects.kept().filter(worker_id__in=worker_ids, month__in=months)
    for record in kept:
        mark, limit = limits_of(record, schemes, found.get((record.worker_id, record.month)))
        found[record.worker_id, record.month] = Past(record.total, mark, limit, True)
    return found


def limits_of(
    record: MonthlyRecord, schemes: Sequence[points.Scheme], live: Past | None = None
) -> tuple[Decimal, Decimal]:
    """Return mark and limit of a record; of one brought in by the scheme of its last day and what is known of the FTE."""
    if record.limit is not None and record.mark is not None:
        return record.mark, record.limit
    if record.fte is None and live:
        return live.mark, live.limit
    scheme, fte = points.scheme_on(schemes, record.as_at), record.fte or Decimal(1)
    return scheme.mark * fte, scheme.limit * fte


def twelve_months(
    organisation: Organisation, month: date, worker_id: int, schemes: Sequence[points.Scheme], *, count: int = 12
) -> list[tuple[date, Past | None]]:
    """Return a worker's last twelve months, or so many, up to and with one, the oldest first."""
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


# Lines ------------------------------------------------------------------------------------------------------------------


def lines_of(worker_ids: Collection[int], month: date, schemes: Sequence[points.Scheme]) -> dict[int, list[RecordLine]]:
    """Return the lines that stand on a month's last day by worker, as a record would keep them; none of them is saved."""
    last = dates.month_end(month)
    found: dict[int, list[RecordLine]] = {worker: [] for worker in worker_ids}
    for line in queries.lines_on(worker_ids, last):
        found[line.worker].append(
            RecordLine(
                element=line.element,
                code=line.code,
                label=label_of(line, schemes, last),
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


def label_of(line: points.Line, schemes: Sequence[points.Scheme], on: date) -> str:
    """Name what a line is for: in the scheme's words, the stable element as its own row says."""
    if line.element == Element.STABLE and line.reason:
        return line.reason[:120]
    return points.label(line.code, schemes, on)[:120]


def counted(line: RecordLine) -> tuple:
    """Return what of a line two people agree to: when it will end is not among it, it stood on the month's last day."""
    held = rules.stored(line.points)
    return line.element, line.code, held, line.starts_on, line.client_id, line.family_id


class Adjustment(NamedTuple):
    """What corrected facts have changed in a month that is kept; it stands in the next open record (R43)."""

    for_month: date
    points: Decimal
    kept: Decimal
    today: Decimal
    decided: Decimal = points.NOTHING  # of it, what another manager decided beyond the facts


def adjustments(
    organisation: Organisation, month: date, worker_ids: Collection[int], schemes: Sequence[points.Scheme]
) -> dict[int, list[Adjustment]]:
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
    asked: dict[int, list[rules.Month]] = {}
    for worker in with_records:
        asked[worker] = rules.to_compare(_month(records.get((worker, m)), (worker, m) in there, m) for m in months)
    compared = [
        there[worker, each.month] for worker, found in asked.items() for each in found if (worker, each.month) in there
    ]
    totals = queries.totals_on_days(compared, schemes)
    adjusted = _adjusted(with_records, months)
    found: dict[int, list[Adjustment]] = {}
    for worker, earlier in asked.items():
        for each in reversed(earlier):
            total = totals.get((worker, dates.month_end(each.month)))
            decided = records[worker, each.month].decided_beyond
            today = (total.total if total else points.NOTHING) + decided
            change = rules.adjustment(each.kept, today, adjusted.get((worker, each.month), points.NOTHING))
            if change:
                found.setdefault(worker, []).append(
                    Adjustment(each.month, change, each.kept, rules.stored(today), decided)
                )
    return found


def _month(record: MonthlyRecord | None, is_listed: bool, month: date) -> rules.Month:
    kept = record.total if record and record.is_kept else None
    # One that was brought in and is not agreed yet is still open.
    return rules.Month(month, is_listed or bool(record), kept, bool(record and record.imported))


def _adjusted(worker_ids: Collection[int], months: Sequence[date]) -> dict[tuple[int, date], Decimal]:
    """Return what kept records hold as adjustment of a month, by member and month."""
    lines = RecordLine.objects.filter(
        record__in=MonthlyRecord.objects.kept().filter(worker_id__in=worker_ids), for_month__in=months
    )
    sums = lines.values_list("record__worker_id", "for_month").annotate(sum=Sum("points")).order_by()
    return {(worker, month): found for worker, month, found in sums}


# Records ----------------------------------------------------------------------------------------------------------------


class Place(NamedTuple):
    """What somebody is to a record. Nobody agrees for both sides: whose record it is never is the manager's side (R41)."""

    own: bool
    leads: bool  # manages or deputises for the record's team
    other: bool  # named to agree in place of the manager
    sees: bool
    follows: bool  # may open the worker's other months and their points too

    @property
    def side(self) -> Side | None:
        if self.own:
            return Side.WORKER
        return Side.MANAGER if self.leads or self.other else None


def place(member: Member, worker: Member, team: Team | None, record: MonthlyRecord | None, *, on: date) -> Place:
    """
    Return what a member is to a worker's record of a month.

    :param team: the worker's team on the month's last day, whose manager it is agreed with
    :param on: today: who leads the team the worker is in now may read it
    """
    own = member.pk == worker.pk
    leads = not own and team is not None and member.pk in (team.manager_id, team.deputy_id)
    other = not own and record is not None and record.other_manager_id == member.pk
    follows = own or leads or queries.workers_of(member, on).filter(pk=worker.pk).exists()
    return Place(own, leads, other, follows or other, follows)


def leaders_of(team: Team | None) -> list[Member]:
    """Return who manages a team and who deputises, as far as they are active."""
    keys = [key for key in (team.manager_id, team.deputy_id) if key] if team else []
    return list(Member.objects.active().filter(pk__in=keys).named())


def other_managers(worker: Member, team: Team | None, *, besides: int | None = None):
    """
    Return who may agree in place of a worker's manager: every other manager, and others who lead a team.

    :param besides: who does not agree to the record, and so does not decide it
    """
    not_they = [worker.pk, *filter(None, (besides, team and team.manager_id))]
    found = Member.objects.active().filter(organisation_id=worker.organisation_id).exclude(pk__in=not_they)
    leads = Exists(Team.objects.led_by_member(OuterRef("pk")))
    return found.filter(Q(role=Role.MANAGER) | Q(leads)).named()


def team_of(worker: Member, month: date, record: MonthlyRecord | None) -> Team | None:
    """Return the team whose manager a month is agreed with: the record's own, and while it is a draft as the facts say."""
    kept = record.team if record else None
    if kept and has_figures(record):
        return kept
    listed = queries.listed(worker.organisation, dates.month_end(month), worker_ids=[worker.pk])
    return Team.objects.filter(pk=listed[0].team_id).first() if listed else kept


def away_among(member_ids: Collection[int], on: date) -> set[int]:
    """Return who of some members cannot act on a day: away, or with us no longer (W23)."""
    there = Member.objects.at_work(on).filter(pk__in=member_ids)
    return set(member_ids) - set(there.values_list("pk", flat=True))


def asks_of(member: Member, on: date) -> list[MonthlyRecord]:
    """
    Return the records of past months that wait for the worker themself, the oldest first.

    One that nobody has begun comes as one that is not saved: a draft. Asked are the months since the service was first asked for
    any or the worker had one, but of earlier months than the last none whose report is sent.
    """
    last = rules.before(dates.month_start(on), 1)[0]
    records = {record.month: record for record in _records_until(member.pk, last)}
    asked = rules.months_from(min([*records, _asked_from(member.organisation, last)]), last)
    missing = _without_record(member, [month for month in asked if month not in records], last)
    found = [record for record in records.values() if _waits_for_worker(record, last)]
    found += [MonthlyRecord(worker=member, month=month, imported=False) for month in missing]
    return sorted(found, key=lambda record: record.month)


def _asked_from(organisation: Organisation, last: date) -> date:
    """Return the first month whose records and reports a service was asked for, or else the last month."""
    return dates.earliest(organisation.records_from, last)


def _without_record(member: Member, months: Sequence[date], last: date) -> list[date]:
    """Return the months in which a worker was listed, of those without a record; of earlier ones only where no report is sent."""
    if not months:
        return []
    days = [dates.month_end(month) for month in months]
    teams = {
        dates.month_start(each.on): each.team_id
        for each in queries.listed_on(member.organisation, days, worker_ids=[member.pk])
    }
    earlier = [month for month in teams if month < last]
    sent = queries.months_reported(set(teams.values()) - {None}, earlier) if earlier else set()
    return [month for month, team in teams.items() if (team, month) not in sent]


def _waits_for_worker(record: MonthlyRecord, last: date) -> bool:
    """Return whether a record waits to be submitted, or to be agreed to, by its worker."""
    if record.imported and not record.is_kept:
        found = month_rows(record.worker.organisation, record.month, worker_ids=[record.worker_id], peaks=False)
        record.status = found[0].status if found else record.status
    if record.month < last and record.status == RecordStatus.DRAFT and record.report_id:
        return False
    agreed = [Side(each.side) for each in record.agreements.all()]
    turns = rules.must_act(record.status, agreed, worker_is_away=False, has_other_manager=False)
    return bool({rules.Turn.WORKER, rules.Turn.WORKER_TO_AGREE} & set(turns))


@compile_once
def _records_until(worker_id: int, month: date):
    records = MonthlyRecord.objects.filter(worker=worker_id, month__lte=month)
    return records.select_related("worker__organisation").prefetch_related("agreements").order_by("month")


def to_decide(member: Member) -> list[MonthlyRecord]:
    """Return the records that wait for a member as another manager (R42, W24)."""
    return _to_decide(member.pk)


@compile_once
def _to_decide(member_id: int):
    waiting = MonthlyRecord.objects.filter(
        other_manager=member_id, status__in=(RecordStatus.SUBMITTED, RecordStatus.NOT_AGREED)
    )
    return waiting.exclude(agreements__side=Side.MANAGER).select_related("worker").order_by("month", "worker__name_key")


def open_actions(member: Member) -> list[RemedialAction]:
    """Return the remedial actions not done yet that concern a member: their own, and those about them (W18)."""
    return _open_actions(member.pk)


@compile_once
def _open_actions(member_id: int):
    about = MonthlyRecord.objects.filter(worker=member_id).values("pk")
    theirs = Q(owner=member_id) | Q(any_of("record", about))
    return (
        RemedialAction.objects.filter(theirs, done_on=None)
        .select_related("owner", "record", "record__worker")
        .order_by("due_on", "pk")
    )


def open_actions_of_team(team_ids: Collection[int], *, besides: Member | None = None):
    """Return the remedial actions not done yet out of records of teams, and a member's own out of any."""
    about = MonthlyRecord.objects.filter(team__in=team_ids).values("pk")
    theirs = Q(any_of("record", about)) | (Q(owner=besides) if besides else Q())
    return (
        RemedialAction.objects.filter(theirs, done_on=None)
        .select_related("owner", "record", "record__worker")
        .order_by("due_on", "pk")
    )


# Months whose report is not sent ---------------------------------------------------------------------------------------


class OpenMonth(NamedTuple):
    """A past month whose report a team has not sent, and of how many of its workers the record is not complete."""

    month: date
    deadline: rules.Deadline
    workers: int
    missing: int


def open_months(organisation: Organisation, on: date, *, team_ids: Collection[int]) -> dict[int, list[OpenMonth]]:
    """
    Return the months whose report teams have not sent, by team, the oldest first; in five statements at most.

    Asked are the months since the service was first asked for any, or a team had a record or a report. A month nobody of the team
    was listed in needs no report, nor one that was brought in as reported elsewhere.
    """
    last = rules.before(dates.month_start(on), 1)[0]
    begun = dict(rows(FIRST_MONTHS, {"teams": list(team_ids), "kept": list(KEPT)}))
    asked_from = _asked_from(organisation, last)
    first = {team: dates.earliest(begun.get(team), asked_from) for team in team_ids}
    months = rules.months_from(min([last, *first.values()]), last)
    sent = queries.months_reported(team_ids, months)
    asked = [
        month for month in months if any(day <= month and (team, month) not in sent for team, day in first.items())
    ]
    if not asked:
        return {}
    # Only teams that lack one of them are asked about: in most services few do.
    team_ids = [team for team, day in first.items() if any(day <= m and (team, m) not in sent for m in asked)]
    days = [dates.month_end(month) for month in asked]
    listed: dict[tuple[int, date], list[int]] = defaultdict(list)
    for day, team, worker in queries.keys_listed_on(organisation, days, team_ids=team_ids):
        month = dates.month_start(day)
        if first[team] <= month and (team, month) not in sent:
            listed[team, month].append(worker)
    workers = list({key for keys in listed.values() for key in keys})
    kept = {
        (worker, month): reported
        for worker, month, reported in rows(KEPT_RECORDS, {"workers": workers, "months": asked, "kept": list(KEPT)})
    }
    working = queries.working(organisation)
    found: dict[int, list[OpenMonth]] = defaultdict(list)
    for (team, month), keys in sorted(listed.items()):
        if any(kept.get((key, month)) for key in keys):
            continue
        missing = sum((key, month) not in kept for key in keys)
        found[team].append(OpenMonth(month, rules.deadline(month, on, working), len(keys), missing))
    return found


class LateReport(NamedTuple):
    """A month whose report a team has not sent although it was due."""

    team_id: int
    month: date


def late_reports(organisation: Organisation, on: date, *, team_ids: Collection[int] | None = None) -> list[LateReport]:
    """Return the open months whose report is late on a day, the oldest first, of all teams of a service or of these."""
    if team_ids is None:
        team_ids = list(Team.objects.filter(organisation=organisation).values_list("pk", flat=True))
    found = open_months(organisation, on, team_ids=team_ids)
    late = [LateReport(team, each.month) for team, open_ in found.items() for each in open_ if each.deadline.is_late]
    return sorted(late, key=lambda each: (each.month, each.team_id))


# With whether it was reported elsewhere, before there was peerload here.
KEPT_RECORDS = """
    SELECT worker_id, month, status = 'reported' AND report_id IS NULL FROM workload_monthlyrecord
     WHERE worker_id = ANY(%(workers)s) AND month = ANY(%(months)s::date[]) AND status = ANY(%(kept)s)
"""
FIRST_MONTHS = """
    SELECT team, min(month) FROM (
        SELECT team_id AS team, month FROM workload_teamreport WHERE team_id = ANY(%(teams)s)
        UNION ALL
        SELECT team_id, month FROM workload_monthlyrecord
         WHERE team_id = ANY(%(teams)s) AND NOT (imported AND status = ANY(%(kept)s))
    ) AS begun
     GROUP BY team
"""


# The team's month --------------------------------------------------------------------------------------------------------


Supervisions = Mapping[tuple[int, date], rules.Supervision]


def supervisions(worker_ids: Collection[int], months: Collection[date]) -> Supervisions:
    """Return what sessions say of supervision, by member and month."""
    answers = supervisions_asked.send(MonthlyRecord, worker_ids=worker_ids, months=months)
    return {key: found for _, answer in answers for key, found in answer.items()}


def supervision(record: MonthlyRecord | None, said: rules.Supervision | None) -> rules.Supervision:
    """
    Return what stands in a month's record: what was written by hand there, otherwise what the sessions say.

    One in a sent report stands as it was sent.

    :param said: by sessions, of `supervisions`
    """
    nothing = rules.Supervision()
    typed = rules.Supervision(record.supervision_held_on, record.next_supervision_on) if record else nothing
    if record and record.report_id:
        # One that was planned for a day gone by was not sent as the next one.
        return typed._replace(next_was_held=bool(typed.next_on and typed.next_on < record.report.sent_on))
    said = said or nothing
    held_on = typed.held_on or said.held_on
    following = (day for day in (typed.next_on, said.next_on) if day and not (held_on and day <= held_on))
    next_on = next(following, None)
    return rules.Supervision(held_on, next_on, said.next_was_held and next_on == said.next_on)


class Row(NamedTuple):
    """A worker's month in the team's overview; ``record`` is None before anybody has written anything."""

    member_id: int
    uid: object
    name: str
    email: str
    team_id: int | None
    team_name: str | None
    figures: Figures
    record: MonthlyRecord | None
    is_reported: bool
    adjusted: Decimal
    agreed: frozenset[Side]
    open_actions: int
    supervision: rules.Supervision

    @property
    def status(self) -> RecordStatus:
        return status_of(self.record, self.figures.total) if self.record else RecordStatus.DRAFT


def month_rows(
    organisation: Organisation,
    month: date,
    *,
    team_ids: Collection[int] | None = None,
    worker_ids: Collection[int] | None = None,
    schemes: Sequence[points.Scheme] | None = None,
    peaks: bool = True,
) -> list[Row]:
    """
    Return the month's rows in order of name: of a team whose report is sent as they were sent, of others as they are now.

    Who came into such a team later has a row only where they are asked about by ``worker_ids``.

    :param peaks: whether the peak of months still open is asked for
    """
    schemes = schemes or queries.schemes(organisation.pk)
    reports = TeamReport.objects.filter(organisation=organisation, month=month)
    if team_ids is not None:
        reports = reports.filter(team_id__in=team_ids)
    sent = set(reports.values_list("team_id", flat=True))
    listed: list[queries.Listed] = []
    if team_ids is None or set(team_ids) - sent:
        listed = queries.listed(organisation, dates.month_end(month), team_ids=team_ids, worker_ids=worker_ids)
        if worker_ids is None:
            listed = [worker for worker in listed if worker.team_id not in sent]
    records = _records(organisation, month, [worker.member_id for worker in listed], sent, worker_ids)
    in_report = [record for record in records.values() if record.report_id and record.report.team_id in sent]
    listed = [w for w in listed if not (w.member_id in records and records[w.member_id].report_id)]
    to_count = [w for w in listed if not has_figures(records.get(w.member_id))]
    live = figures(organisation, month, to_count, schemes=schemes, peaks=peaks) if to_count else {}
    added = adjustments(organisation, month, [w.member_id for w in to_count], schemes) if to_count else {}
    sessions = supervisions([w.member_id for w in listed], [month])
    found = []
    for worker in listed:
        record = records.get(worker.member_id)
        own = live.get(worker.member_id) or figures_of(record, schemes)
        change = sum((each.points for each in added.get(worker.member_id, ())), points.NOTHING)
        found.append(
            _row(
                worker.member_id,
                worker.uid,
                worker.name,
                worker.email,
                worker.team_id,
                worker.team_name,
                own,
                record,
                change,
                supervision(record, sessions.get((worker.member_id, month))),
            )
        )
    found += [_row_as_sent(record, schemes) for record in in_report]
    return _in_order_of_name(found)


def rows_sent(
    organisation: Organisation,
    month: date,
    *,
    team_ids: Collection[int] | None = None,
    schemes: Sequence[points.Scheme] | None = None,
) -> list[Row]:
    """Return the rows of the reports sent of a month in order of name, as they were sent, of all teams or of these."""
    reports = TeamReport.objects.filter(organisation=organisation, month=month)
    if team_ids is not None:
        reports = reports.filter(team_id__in=team_ids)
    sent = list(reports.values_list("team_id", flat=True))
    schemes = schemes or queries.schemes(organisation.pk)
    records = _records(organisation, month, [], sent, None).values()
    return _in_order_of_name([_row_as_sent(record, schemes) for record in records])


def _row_as_sent(record: MonthlyRecord, schemes: Sequence[points.Scheme]) -> Row:
    who, team = record.worker, record.team
    return _row(
        *(who.pk, who.uid, who.name, who.user.email, team.pk, team.name),
        *(figures_of(record, schemes), record, points.NOTHING, supervision(record, None)),
    )


def _in_order_of_name(found: Iterable[Row]) -> list[Row]:
    found = list(found)
    order = dict(Member.objects.filter(pk__in=[row.member_id for row in found]).values_list("pk", "name_key"))
    return sorted(found, key=lambda row: (order[row.member_id], row.email))


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
    """Return whether a record's own figures are shown: from submitted on, and those of one brought in and kept."""
    return record is not None and (record.is_kept or (record.status != RecordStatus.DRAFT and not record.imported))


def _records(organisation, month, listed_ids, sent, worker_ids) -> dict[int, MonthlyRecord]:
    wanted = Q(worker_id__in=listed_ids)
    if sent:
        wanted |= Q(report__team_id__in=sent)
    found = (
        MonthlyRecord.objects.filter(wanted, organisation=organisation, month=month)
        .select_related("worker__user", "team", "other_manager", "report")
        .prefetch_related("agreements", Prefetch("actions", RemedialAction.objects.filter(done_on=None), "undone"))
    )
    if worker_ids is not None:
        found = found.filter(worker_id__in=worker_ids)
    return {record.worker_id: record for record in found}


def _row(member_id, uid, name, email, team_id, team_name, own, record, change, held) -> Row:
    kept = record.adjustment if record and has_figures(record) else change
    agreed = frozenset(Side(each.side) for each in record.agreements.all()) if record else frozenset()
    undone = len(record.undone) if record else 0
    reported = bool(record and record.report_id)
    return Row(member_id, uid, name, email, team_id, team_name, own, record, reported, kept, agreed, undone, held)


class TeamSum(NamedTuple):
    """What a team held in a month, of what its posts allow: as sent, or by the facts while the month is open."""

    month: date
    team_id: int
    points: Decimal
    limit: Decimal
    fte: Decimal
    workers: int
    over: int
    report: TeamReport | None


def team_sums(
    organisation: Organisation,
    months: Sequence[date],
    *,
    team_ids: Collection[int],
    schemes: Sequence[points.Scheme] | None = None,
) -> dict[tuple[int, date], TeamSum]:
    """Return sums by team and month; a month nobody of the team is listed in is left out."""
    schemes = schemes or queries.schemes(organisation.pk)
    found = sums_sent(organisation, months, team_ids=team_ids)
    unsent = sorted({month for month in months for team in team_ids if (team, month) not in found})
    if not unsent:
        return found
    for (team, month), held in _held_by_team(organisation, unsent, team_ids, schemes).items():
        if (team, month) not in found:
            found[team, month] = TeamSum(
                month,
                team,
                points=sum((each.total for each, _ in held), points.NOTHING),
                limit=sum((each.limit for each, _ in held), points.NOTHING),
                fte=sum((fte for _, fte in held), points.NOTHING),
                workers=len(held),
                over=sum(each.is_over for each, _ in held),
                report=None,
            )
    return found


def sums_sent(
    organisation: Organisation, months: Sequence[date], *, team_ids: Collection[int] | None = None
) -> dict[tuple[int, date], TeamSum]:
    """Return what was sent of some months by team and month, of all teams or of these, in two statements."""
    reports = TeamReport.objects.filter(organisation=organisation, month__in=months)
    if team_ids is not None:
        reports = reports.filter(team_id__in=team_ids)
    reports = list(reports.select_related("sent_by"))
    sums = report_sums([report.pk for report in reports])
    found = {}
    for report in reports:
        of_report = sums.get(report.pk, ReportSums())
        found[report.team_id, report.month] = TeamSum(
            report.month,
            report.team_id,
            report.points,
            report.limit,
            report.fte,
            of_report.workers,
            of_report.over,
            report,
        )
    return found


def _held_by_team(
    organisation: Organisation, months: Sequence[date], team_ids: Collection[int], schemes: Sequence[points.Scheme]
) -> dict[tuple[int, date], list[tuple[Past, Decimal]]]:
    """Return what each listed worker held in months not sent, with their FTE, by team and month: as kept where it is."""
    listed = queries.listed_on(organisation, [dates.month_end(month) for month in months], team_ids=team_ids)
    totals = queries.totals_on_days(listed, schemes)
    workers = {worker.member_id for worker in listed}
    kept = MonthlyRecord.objects.kept().filter(worker_id__in=workers, month__in=months)
    records = {(record.worker_id, record.month): record for record in kept}
    found: dict[tuple[int, date], list[tuple[Past, Decimal]]] = defaultdict(list)
    for worker in listed:
        month, total = dates.month_start(worker.on), totals[worker.member_id, worker.on]
        past, fte = Past(total.total, total.mark, total.limit, False), worker.fte
        if record := records.get((worker.member_id, month)):
            past, fte = Past(record.total, *limits_of(record, schemes, past), True), record.fte or fte
        found[worker.team_id, month].append((past, fte))
    return found


class ReportSums(NamedTuple):
    """What the records of a report that was sent come to."""

    workers: int = 0
    over: int = 0
    agreed: int = 0
    supervised: int = 0


def report_sums(report_ids: Collection[int]) -> dict[int, ReportSums]:
    """Return what the records of reports come to, by report, in one pass over the records."""
    sums = MonthlyRecord.objects.filter(report__in=report_ids).values_list("report_id").order_by()
    found = sums.annotate(
        Count("pk"),
        over=Count("pk", filter=Q(total__gt=F("limit"))),
        agreed=Count("pk", filter=Q(status__in=KEPT)),
        supervised=Count("pk", filter=Q(supervision_held_on__isnull=False)),
    )
    return {report: ReportSums(*counts) for report, *counts in found}


def report_of(team: Team, month: date) -> TeamReport | None:
    """Return a team's report of a month, if it was sent."""
    return TeamReport.objects.filter(team=team, month=month).select_related("sent_by").first()


def agreements_of(record: MonthlyRecord) -> dict[Side, Agreement]:
    return {Side(each.side): each for each in record.agreements.select_related("member")}
