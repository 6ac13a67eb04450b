"""
The reports as the service manager reads them: every team's month, each sent report by worker, month by month.

A report that is not sent yet has no figures here: a page says that it is not sent, how late it is, and who sends it. A
sent report is shown as it was sent, so no page recalculates anything. No page names a person supported.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from caseload.rules import percent
from peerload import pdf
from peerload.audit import actions as audit
from peerload.core import dates
from peerload.core.folding import fold
from peerload.core.formats import format_month
from peerload.staff import access
from peerload.staff import queries as staff
from peerload.staff.models import Organisation, Team
from peerload.staff.roles import Capability
from workload import exports, rules
from workload import queries as ledger
from workload.models import TeamReport
from workload.months import queries
from workload.months import rules as months
from workload.months.views import month_asked

from . import team_month
from .team_month import months_beside, worker_rows


class TeamMonthLine(NamedTuple):
    """
    One team's month: the report with its sums, or, while it is not sent, how many workers it is about.

    :param is_led: whether one who leads the team is at work today
    """

    team: Team
    workers: int
    report: TeamReport | None
    sums: queries.ReportSums
    is_led: bool

    @property
    def percent(self) -> Decimal | None:
        return percent(self.report.points, self.report.limit) if self.report else None


def teams_month(organisation: Organisation, month: date, on: date) -> tuple[list[TeamMonthLine], int]:
    """
    Return the teams that have a month to report, and how many workers are in no team.

    First stand late reports and teams without one at work who leads them, each in order of name. The number of queries
    does not depend on how many teams there are.
    """
    reports = {report.team_id: report for report in _reports(organisation, [month])}
    sums = queries.report_sums([report.pk for report in reports.values()])
    last = dates.month_end(month)
    listed = {team: found.workers for (team, __), found in ledger.listed_by_team(organisation, [last]).items()}
    teams = Team.objects.filter(organisation=organisation, pk__in=reports.keys() | listed.keys() - {None})
    leaders = staff.leaders_of([team.pk for team in teams], on)
    is_late = months.deadline(month, on, ledger.working(organisation)).is_late
    found = []
    for team in teams.order_by("name", "pk"):
        report = reports.get(team.pk)
        of_report = sums.get(report.pk, queries.ReportSums()) if report else queries.ReportSums()
        workers = of_report.workers if report else listed[team.pk]
        found.append(TeamMonthLine(team, workers, report, of_report, leaders[team.pk].is_led))
    found.sort(key=lambda row: months.place_in_list(is_late=is_late and row.report is None, is_led=row.is_led))
    return found, listed.get(None, 0)


def _reports(organisation: Organisation, of_months: Sequence[date]) -> QuerySet[TeamReport]:
    found = TeamReport.objects.filter(organisation=organisation, month__in=of_months)
    return found.select_related("sent_by")


@access.requires(Capability.SEE_TOTALS)
@require_GET
def reports(request: access.MemberRequest) -> HttpResponse:
    """Show which teams have sent the report of a month; of one team, ``?team=``, the report itself."""
    if request.GET.get("team"):
        return _report(request)
    month = month_asked(request)
    rows, in_no_team = teams_month(request.organisation, month, request.on)
    reports = [row.report for row in rows if row.report]
    points, limit = _sum(report.points for report in reports), _sum(report.limit for report in reports)
    context = {
        "rows": rows,
        "in_no_team": in_no_team,
        "month": month,
        "slug": f"{month:%Y-%m}",
        "months_there": months_beside(month, request.on),
        "deadline": _deadline(request, month),
        "is_over": request.on > dates.month_end(month),
        "sent": len(reports),
        "unsent": len(rows) - len(reports),
        "points": points,
        "limit": limit,
        "percent": percent(points, limit),
    }
    return render(request, "workload/months/teams_month.html", context)


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, rules.NOTHING)


def _deadline(request: access.MemberRequest, month: date) -> months.Deadline:
    return months.deadline(month, request.on, ledger.working(request.organisation))


# One team's report ---------------------------------------------------------------------------------------------------------


def team_read(request: access.MemberRequest) -> Team:
    """
    Return the team of the service that is asked about.

    :raises Http404: if there is none
    """
    asked = request.GET.get("team", "")
    if not asked.isdecimal():
        raise Http404
    return get_object_or_404(Team, organisation=request.organisation, pk=asked)


def _sent(request: access.MemberRequest, team: Team, month: date) -> team_month.TeamMonth | None:
    """Return a report as it was sent, None while it is not."""
    report = queries.report_of(team, month)
    if report is None:
        return None
    lines = queries.worker_months_sent(request.organisation, month, today=request.on, team_ids=[team.pk])
    return team_month.TeamMonth(
        team=team,
        month=month,
        lines=lines,
        report=report,
        sums=team_month.summed(lines, report),
        deadline=_deadline(request, month),
        actions=[],
        assumptions=queries.assumptions_in([line.record.pk for line in lines if line.record], report),
    )


def _report(request: access.MemberRequest) -> HttpResponse:
    team, month = team_read(request), month_asked(request)
    found = _sent(request, team, month)
    lines = found.lines if found else []
    context = {
        "found": found,
        "team": team,
        "month": month,
        "slug": f"{month:%Y-%m}",
        "months_there": months_beside(month, request.on),
        "deadline": _deadline(request, month),
        "is_over": request.on > dates.month_end(month),
        "leaders": staff.leaders_of([team.pk], request.on)[team.pk],
        "places": staff.places_in(team, request.on),
        "may_record": True,
        "admins": staff.admins_of(request.organisation),
        "totals": [line.figures.total for line in lines],
        "spread": [line.figures for line in lines if not line.figures.away_since],
        "away": sum(bool(line.figures.away_since) for line in lines),
        "not_agreed": found.missing if found else [],
        "assumptions": found.assumptions if found else [],
        "questions": queries.questions_of(found.report) if found and found.report else [],
        "may_ask": True,
    }
    return render(request, "workload/months/team_report.html", context)


# Month by month ------------------------------------------------------------------------------------------------------------


@access.requires(Capability.SEE_TOTALS)
@require_GET
def reports_by_month(request: access.MemberRequest) -> HttpResponse:
    """Show twelve months of every team, or of one, ``?team=``: the sums of the reports that were sent (W21)."""
    asked = team_month.twelve_months(request.on)
    if request.GET.get("team"):
        team = team_read(request)
        found = queries.sums_sent(request.organisation, asked, team_ids=[team.pk])
        whole = team_month.months_of_team(request, team, asked, found)
        context = {"team": team, "whole": whole, "charts": team_month.charts(whole), "only_sent": True}
        return render(request, "workload/months/team_months.html", context)
    teams = Team.objects.filter(organisation=request.organisation).order_by("name", "pk").values_list("pk", "name")
    found = queries.sums_sent(request.organisation, asked)
    page = reverse("team_month")
    of_month: dict[date, list[queries.TeamSum]] = {month: [] for month in asked}
    for (__, month), each in found.items():
        of_month[month].append(each)
    whole = [_whole(month, each) | {"beside": queries.beside_of_reports(each)} for month, each in of_month.items()]
    labels = [(month, format_month(month)) for month in asked]
    context = {
        "only_sent": True,
        "months": asked,
        "charts": team_month.charts(whole, of_reports=True),
        "whole": whole,
        "rows": [
            (
                key,
                name,
                _cells(
                    (f"{page}?team={key}&month={month:%Y-%m}", f": {name}, {label}", found.get((key, month)))
                    for month, label in labels
                ),
            )
            for key, name in teams
            if any((key, month) in found for month in asked)
        ],
    }
    return render(request, "workload/months/team_months.html", context)


BY_MONTH_COLUMNS = (
    "team", "month", "workers", "fte", "points", "limit", "percent", "over", "supervised",
    "high", "medium", "group", "parked", "people", "contacts_due", "contacts_in_time",
)  # fmt: skip


@access.requires(Capability.SEE_TOTALS)
@require_GET
def reports_by_month_export(request: access.MemberRequest, kind: str) -> HttpResponse:
    """Give twelve months of every team, or of one, as CSV or xlsx: the sums of the reports that were sent."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    asked = team_month.twelve_months(request.on)
    teams = Team.objects.filter(organisation=request.organisation).order_by("name", "pk")
    if request.GET.get("team"):
        teams = [team_read(request)]
    found = queries.sums_sent(request.organisation, asked, team_ids=[team.pk for team in teams])
    lines = [
        (team.name, f"{month:%Y-%m}", sums.workers, sums.fte, sums.points, sums.limit,
         percent(sums.points, sums.limit), sums.over, *_sent_cells(sums.sent))
        for team in teams
        for month in asked
        if (sums := found.get((team.pk, month)))
    ]  # fmt: skip
    audit.exported(request, f"months.{kind}", rows=len(lines))
    about = team_month.about_months(request, asked, teams[0].name if request.GET.get("team") else "")
    sums = exports.months_sums_row(BY_MONTH_COLUMNS, lines)
    return exports.response(kind, "month-by-month", BY_MONTH_COLUMNS, lines, about=about, sums=sums, sheet="months")


def _sent_cells(found: queries.SentBeside | None) -> tuple:
    if found is None:
        return (None,) * 8
    people = (*found.people, found.people.total) if found.people else (None,) * 5
    return (found.supervised, *people, *(found.contacts or (None, None)))


def _cells(found: Iterable[tuple[str, str, queries.TeamSum | None]]) -> SafeString:
    """
    Return a team's cells, drawn without a template: 250 teams have 3,000. Each leads to the report of its month.

    :param found: by month the address of the report, of which team and month it is, and its sums
    """
    sent = (
        format_html(
            '<a href="{}">{}<span class="visually-hidden">{}</span></a>{}',
            address,
            gettext("report") if (share := percent(sums.points, sums.limit)) is None else share,
            which,
            format_html('<span class="pl-sub">{}</span>', gettext("%(over)s over") % {"over": sums.over})
            if sums.over
            else "",
        )
        if sums
        else mark_safe('<span class="pl-soft">–</span>')  # noqa: S308  (a constant)
        for address, which, sums in found
    )
    return format_html_join("", '<td class="pl-r">{}</td>', ((each,) for each in sent))


def _whole(month: date, found: Sequence[queries.TeamSum]) -> dict:
    """Return the sum of the reports of a month, as the chart takes it."""
    if not found:
        return team_month.month_sum(month, None)
    points, limit = _sum(each.points for each in found), _sum(each.limit for each in found)
    note = ngettext("%(count)s report", "%(count)s reports", len(found)) % {"count": len(found)}
    share = percent(points, limit)
    return {"month": month, "total": points, "limit": limit, "percent": share, "kept": True, "note": note}


# Taking it along --------------------------------------------------------------------------------------------------------

WORKER_COLUMNS = (
    "team", "worker", "month", "fte", "stable", "extras", "cases", "weight", "decided", "total", "mark", "limit", "band",
    "peak", "peak_on", "flag", "reason", "causes", "adjustment", "record", "two_figures", "who_must_act",
    "supervision_held_on", "next_supervision_on", "away_since", "expected_back", "sent_on", "assumed", "assumption_holds",
)  # fmt: skip
TEAM_COLUMNS = (
    "team", "month", "workers", "fte", "points", "limit", "percent", "over", "agreed", "supervised", "sent_on", "late_since",
    "note",
)  # fmt: skip


@access.requires(Capability.SEE_TOTALS)
@require_GET
def reports_export(request: access.MemberRequest, kind: str) -> HttpResponse:
    """
    Return the reports sent of a month as CSV or xlsx, a line a worker, or a line a team, ``?by=team``; of one team also
    as PDF.

    They name no person supported; the download is logged.

    :raises Http404: if the team's report is not sent
    """
    month, one = month_asked(request), bool(request.GET.get("team"))
    if kind not in ({"pdf", "csv", "xlsx"} if one else {"csv", "xlsx"}):
        raise Http404
    name = f"report-{month:%Y-%m}"
    if one:
        found = _sent(request, team_read(request), month)
        if found is None:
            raise Http404
        audit.exported(request, f"report.{kind}", rows=len(found.lines))
        if kind == "pdf":
            return exports.pdf_response(name, pdf.team_report(team_month.pdf_contents(request, found)))
        return team_month.workers_response(request, kind, WORKER_COLUMNS, found)
    by_team = request.GET.get("by") == "team"
    teams, __ = teams_month(request.organisation, month, request.on)
    sheets = {
        "teams": exports.DownloadTable(TEAM_COLUMNS, _team_rows(request, teams, month), _teams_sums_row(teams, month))
    }
    if not (kind == "csv" and by_team):
        lines = queries.worker_months_sent(request.organisation, month, today=request.on)
        lines.sort(key=lambda line: fold(line.team_name))
        assumptions = queries.assumptions_sent([line.record.pk for line in lines if line.record])
        rows = worker_rows(WORKER_COLUMNS, lines, assumptions)
        sheets = {"workers": exports.DownloadTable(WORKER_COLUMNS, rows, _workers_sums_row(teams, month)), **sheets}
    first = next(iter(sheets.values()))
    audit.exported(request, f"report.{kind}", rows=len(first.rows))
    if kind == "csv":
        return exports.csv_response(name, first.header, first.rows)
    return exports.workbook_response(
        name, sheets, exports.about(request, gettext("Team reports sent"), format_month(month))
    )


WHOLE = _("The reports sent")  # as the page calls its row of sums


def _workers_sums_row(teams: Sequence[TeamMonthLine], month: date) -> tuple:
    reports = [row.report for row in teams if row.report]
    if not reports:
        return ()
    return exports.sums_row(
        WORKER_COLUMNS,
        team=WHOLE,
        month=f"{month:%Y-%m}",
        fte=_sum(report.fte for report in reports),
        total=_sum(report.points for report in reports),
        limit=_sum(report.limit for report in reports),
    )


def _teams_sums_row(teams: Sequence[TeamMonthLine], month: date) -> tuple:
    sent = [row for row in teams if row.report]
    if not sent:
        return ()
    points, limit = _sum(row.report.points for row in sent), _sum(row.report.limit for row in sent)
    return exports.sums_row(
        TEAM_COLUMNS,
        team=WHOLE,
        month=f"{month:%Y-%m}",
        workers=sum(row.sums.workers for row in sent),
        fte=_sum(row.report.fte for row in sent),
        points=points,
        limit=limit,
        percent=percent(points, limit),
        over=sum(row.sums.over for row in sent),
        agreed=sum(row.sums.agreed for row in sent),
        supervised=sum(row.sums.supervised for row in sent),
    )


def _team_rows(request: access.MemberRequest, rows: Sequence[TeamMonthLine], month: date) -> list[tuple]:
    deadline = _deadline(request, month)
    late_since = deadline.due_on + dates.DAY if deadline.is_late else None
    return [_team_row(row, month, late_since) for row in rows]


def _team_row(row: TeamMonthLine, month: date, late_since: date | None) -> tuple:
    name, slug, report, sums = row.team.name, f"{month:%Y-%m}", row.report, row.sums
    if report is None:
        return (name, slug, row.workers, *[None] * 8, late_since, None)
    return (
        name, slug, sums.workers, report.fte, report.points, report.limit, row.percent, sums.over, sums.agreed,
        sums.supervised, report.sent_on, None, report.note or None,
    )  # fmt: skip
