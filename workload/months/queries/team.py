"""The team's month: each worker's row, and the sums of teams."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, F, Prefetch, Q

from peerload.core import dates
from peerload.staff.models import Member, Organisation, Team
from workload import queries
from workload import rules as points
from workload.enums import RecordStatus, Side
from workload.models import KEPT, MonthlyRecord, RemedialAction, TeamReport

from ...signals import supervisions_asked
from .. import rules
from .figures import Figures, Past, figures, figures_of, has_figures, limits_of, status_of
from .lines import adjustments

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
