"""What the months of teams come to: as sent, or by the facts while a month is open."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, F, Q, Sum

from caseload.rules import Mix
from peerload.core import dates
from peerload.staff.models import Member, Organisation, Team
from workload import queries
from workload import rules as points
from workload.models import KEPT, MonthlyRecord, TeamReport

from ..rules import months_from
from .figures import Past, limits_of


class InTime(NamedTuple):
    """How many contacts of keeping in touch were due, and how many of them were made in time (R150)."""

    due: int = 0
    made: int = 0


class SentBeside(NamedTuple):
    """What a report says beside its points; None: it does not say."""

    people: Mix | None
    contacts: InTime | None
    supervised: int


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
    sent: SentBeside | None = None


def team_sums(
    organisation: Organisation,
    months: Sequence[date],
    *,
    team_ids: Collection[int],
    schemes: Sequence[points.Scheme] | None = None,
) -> dict[tuple[int, date], TeamSum]:
    """Return sums by team and month; months without a listed worker of the team are left out."""
    schemes = schemes or queries.schemes(organisation.pk)
    found = sums_sent(organisation, months, team_ids=team_ids)
    unsent = sorted({month for month in months for team in team_ids if (team, month) not in found})
    if not unsent:
        return found
    for (team, month), held in _held_by_team(organisation, unsent, team_ids, schemes).items():
        if team is not None and (team, month) not in found:
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
    """Return the sums as sent by team and month, of all teams or of these, in two statements."""
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
            SentBeside(of_report.people, contacts_sent(report), of_report.supervised),
        )
    return found


def teams_that_sent(organisation: Organisation, month: date) -> set[int]:
    """Return the teams whose report of a month is sent."""
    return set(TeamReport.objects.filter(organisation=organisation, month=month).values_list("team", flat=True))


def points_sent(
    organisation: Organisation, months: Sequence[date], *, team_ids: Collection[int] | None = None
) -> list[tuple[int, date, Decimal, Decimal]]:
    """Return team, month, points and limit as sent, the oldest month first, of all teams or of these."""
    sent = TeamReport.objects.filter(organisation=organisation, month__in=months)
    if team_ids is not None:
        sent = sent.filter(team_id__in=team_ids)
    return list(sent.order_by("month", "team").values_list("team", "month", "points", "limit"))


def contacts_sent(report: TeamReport) -> InTime | None:
    """Return the contacts a report counted; nothing where it was sent before they were."""
    if report.contacts_due is None or report.contacts_in_time is None:
        return None
    return InTime(report.contacts_due, report.contacts_in_time)


def _held_by_team(
    organisation: Organisation, months: Sequence[date], team_ids: Collection[int], schemes: Sequence[points.Scheme]
) -> dict[tuple[int | None, date], list[tuple[Past, Decimal]]]:
    """Return what each listed worker held in months not sent, with their FTE, by team and month: as its record shows it."""
    listed = queries.listed_on(organisation, [dates.month_end(month) for month in months], team_ids=team_ids)
    totals = queries.totals_on_days(listed, schemes)
    workers = {worker.member_id for worker in listed}
    shown = MonthlyRecord.objects.with_figures().filter(worker_id__in=workers, month__in=months)
    records = {(record.worker_id, record.month): record for record in shown}
    found: dict[tuple[int | None, date], list[tuple[Past, Decimal]]] = defaultdict(list)
    for worker in listed:
        month, total = dates.month_start(worker.on), totals[worker.member_id, worker.on]
        past, fte = Past(total.total, total.mark, total.limit, False), worker.fte
        if record := records.get((worker.member_id, month)):
            past, fte = Past(record.total, *limits_of(record, schemes, past), record.is_kept), record.fte or fte
        found[worker.team_id, month].append((past, fte))
    return found


class ReportSums(NamedTuple):
    """What the records of a report that was sent come to."""

    workers: int = 0
    over: int = 0
    agreed: int = 0
    supervised: int = 0
    people: Mix | None = None  # None where a record does not say: one that was imported


def report_sums(report_ids: Collection[int]) -> dict[int, ReportSums]:
    """Return what the records of reports come to, by report, in one pass over the records."""
    sums = MonthlyRecord.objects.filter(report__in=report_ids).values_list("report_id").order_by()
    found = sums.annotate(
        Count("pk"),
        over=Count("pk", filter=Q(total__gt=F("limit"))),
        agreed=Count("pk", filter=Q(status__in=KEPT)),
        supervised=Count("pk", filter=Q(supervision_held_on__isnull=False)),
        say_people=Count("pk", filter=Q(**{f"{tier}__isnull": False for tier in Mix._fields})),
        **{f"people_{tier}": Sum(tier) for tier in Mix._fields},
    )
    return {
        report: ReportSums(workers, over, agreed, supervised, Mix(*people) if say_people == workers else None)
        for report, workers, over, agreed, supervised, say_people, *people in found
    }


class ReportDue(NamedTuple):
    """A month whose report a member has to send: by when, and the working day to do it by."""

    month: date
    due_on: date
    aim_on: date


def reports_due(member: Member, first: date, last: date, *, on: date) -> list[ReportDue]:
    """Return the months due from a day through another of which a team the member leads today has not sent the report."""
    teams = set(Team.objects.led_by(member, on).values_list("pk", flat=True))
    if not teams:
        return []
    organisation = member.organisation
    months = [dates.month_start(dates.month_start(month) - dates.DAY) for month in months_from(first, last)]
    sent = defaultdict(set)
    for month, team in TeamReport.objects.filter(team__in=teams, month__in=months).values_list("month", "team"):
        sent[month].add(team)
    working, begins = queries.working(organisation), organisation.records_from or date.min
    due = [
        ReportDue(month, points.report_due_on(month), points.report_aim_on(month, working))
        for month in months
        if month >= begins and sent[month] < teams
    ]
    return [each for each in due if first <= each.due_on <= last]


def report_of(team: Team, month: date) -> TeamReport | None:
    """Return a team's report of a month, if it was sent."""
    return TeamReport.objects.filter(team=team, month=month).select_related("sent_by").first()
