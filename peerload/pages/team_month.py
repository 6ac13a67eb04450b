"""A team's month: every worker's figures and record, what is missing and who must act, and the report by the 15th."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET
from django.views.generic import View

from caseload.actions import Refused
from peerload import dates, papers
from peerload.audit import actions as audit
from peerload.staff import access
from peerload.staff.models import Organisation, Team
from peerload.staff.roles import Capability
from workload import exports, rules
from workload import queries as ledger
from workload.enums import RecordStatus, Side
from workload.models import KEPT, TeamReport
from workload.months import actions, queries
from workload.months import rules as months
from workload.months.forms import SendForm
from workload.months.views import address, led, month_asked, month_page

from .templatetags.look import short_day


class Line(NamedTuple):
    """One worker's month, with where the record is and whose turn it is."""

    on: date
    row: queries.Row
    url: str
    state: str
    turns: list[months.Turn]
    says: str  # what is missing and who must act; empty where nothing is
    can_remind: bool
    away: str

    @property
    def held_on(self) -> date | None:
        return self.row.supervision.held_on

    @property
    def next_on(self) -> date | None:
        """The next supervision; none where a day has gone by without a word whether it was held."""
        next_on = self.row.supervision.next_on
        return None if self.row.supervision.is_unconfirmed(self.on) else next_on


STATES = {
    RecordStatus.DRAFT: "not submitted",
    RecordStatus.SUBMITTED: "submitted",
    RecordStatus.PROVISIONAL: "provisional",
    RecordStatus.AGREED: "agreed",
    RecordStatus.NOT_AGREED: "not agreed",
    RecordStatus.REPORTED: "agreed, reported",
}


def state_of(row: queries.Row) -> str:
    """Say where a record is; one that was reported before both agreed says so (gap 41)."""
    if row.is_reported and row.status != RecordStatus.REPORTED:
        return "reported, not yet agreed"
    if row.status == RecordStatus.REPORTED and row.record.imported:
        return RecordStatus.REPORTED.label
    if row.status == RecordStatus.REPORTED and len(row.agreed) < len(Side):
        return "provisional, reported"
    if row.status == RecordStatus.NOT_AGREED and row.record.decided_by_id:
        return "decided by another manager"
    if row.status == RecordStatus.SUBMITTED and row.agreed:
        return f"agreed by the {next(iter(row.agreed)).label}"
    return STATES[row.status]


def lines_of(rows: Sequence[queries.Row], month: date, on: date) -> list[Line]:
    """Return the rows with whose turn it is: on the manager's side of the page as their own, on others' by name."""
    away = queries.away_among([row.member_id for row in rows], on)
    found = []
    for row in rows:
        other = row.record.other_manager if row.record else None
        turns = months.must_act(
            row.status, row.agreed, worker_is_away=row.member_id in away, has_other_manager=other is not None
        )
        if on <= dates.month_end(month):
            turns = []
        remind = bool({months.Turn.WORKER, months.Turn.WORKER_TO_AGREE, months.Turn.OTHER_MANAGER} & set(turns))
        found.append(
            Line(
                # What a sent report says of the next one it says as of the day it was sent.
                on=row.record.report.sent_on if row.is_reported else on,
                row=row,
                url=address(row, month),
                state=state_of(row),
                turns=turns,
                says=_says(row, turns, other),
                can_remind=remind and not (row.member_id in away and months.Turn.OTHER_MANAGER not in turns),
                away=_away(row, on),
            )
        )
    return found


def _says(row: queries.Row, turns: Sequence[months.Turn], other) -> str:
    words = {
        months.Turn.WORKER: f"{row.name} has not submitted it",
        months.Turn.MANAGER_FOR_WORKER: f"{row.name} is not at work: the manager completes it",
        months.Turn.WORKER_TO_AGREE: f"{row.name} has still to agree",
        months.Turn.MANAGER: "the manager has still to agree",
        months.Turn.OTHER_MANAGER: f"{other.name if other else ''} decides",
    }
    return "; ".join(words[turn] for turn in turns)


def _away(row: queries.Row, on: date) -> str:
    """Say since when somebody was away on the month's last day, and until when."""
    figures = row.figures
    if not figures.away_since:
        return ""
    back = f", expected back {short_day(figures.expected_back, on)}" if figures.expected_back else ""
    return f"away since {short_day(figures.away_since, on)}{back}"


class Sums(NamedTuple):
    """What the rows come to, as on the page and on paper."""

    workers: int
    fte: Decimal
    points: Decimal
    limit: Decimal
    percent: Decimal | None
    over: int
    agreed: int
    supervised: int


def summed(lines: Sequence[Line], report: TeamReport | None = None) -> Sums:
    """Return the sums of rows; of a report that was sent those that were sent."""
    rows = [line.row for line in lines]
    fte = sum((row.figures.fte for row in rows), Decimal(0))
    held = sum((row.figures.total for row in rows), Decimal(0))
    limit = sum((row.figures.limit for row in rows), Decimal(0))
    if report:
        fte, held, limit = report.fte, report.points, report.limit
    return Sums(
        workers=len(rows),
        fte=fte,
        points=held,
        limit=limit,
        percent=rules.percent(held, limit),
        over=sum(row.figures.total > row.figures.limit for row in rows),
        agreed=sum(row.status in KEPT for row in rows),
        supervised=sum(line.held_on is not None for line in lines),
    )


class Month(NamedTuple):
    """Everything the page, the file and the paper of a team's month say."""

    team: Team
    month: date
    lines: list[Line]
    report: TeamReport | None
    sums: Sums
    deadline: months.Deadline
    actions: list

    @property
    def sent_on(self) -> date | None:
        return self.report.sent_on if self.report else None

    @property
    def missing(self) -> list[Line]:
        return [line for line in self.lines if line.says]

    @property
    def unsupervised(self) -> list[Line]:
        return [line for line in self.lines if not line.held_on]


def month_of_team(organisation: Organisation, team: Team, month: date, on: date) -> Month:
    schemes = ledger.schemes(organisation.pk)
    rows = queries.month_rows(organisation, month, team_ids=[team.pk], schemes=schemes)
    lines, report = lines_of(rows, month, on), queries.report_of(team, month)
    return Month(
        team=team,
        month=month,
        lines=lines,
        report=report,
        sums=summed(lines, report),
        deadline=months.deadline(month, on, ledger.working(organisation)),
        actions=list(queries.open_actions_of_team([team.pk])),
    )


@access.requires(Capability.LEAD_TEAM, Capability.SEE_TOTALS)
@require_GET
def team_month(request):
    """Show the month of a team to whoever leads it; to a service manager that of every team, without a name in it."""
    if access.may(request.member, Capability.SEE_TOTALS):
        return _teams_month(request)
    team, month = led(request), month_asked(request)
    found = month_of_team(request.organisation, team, month, request.on)
    context = {
        "found": found,
        "team": team,
        "teams": list(Team.objects.led_by(request.member).order_by("name", "pk")),
        "month": month,
        "slug": f"{month:%Y-%m}",
        "months_there": _there(month, request.on),
        "totals": [line.row.figures.total for line in found.lines],
        "spread": [line.row.figures for line in found.lines if not line.row.figures.away_since],
        "away": sum(bool(line.row.figures.away_since) for line in found.lines),
        "is_over": request.on > dates.month_end(month),
        "open_actions": found.actions,
    }
    return render(request, "pages/team_month.html", context)


def _there(month: date, on: date) -> list[date]:
    """Return the months before and after that can be looked at."""
    after = months.first_of(month)
    return [months.before(month, 1)[0], *([after] if after <= on else [])]


# Sending -----------------------------------------------------------------------------------------------------------------


@access.requires(Capability.LEAD_TEAM)
class Send(View):
    """Send a team's month: what is still missing is said first, and does not hold it up."""

    def get(self, request):
        return self.page(request, SendForm())

    def post(self, request):
        team, month = led(request), month_asked(request)
        form = SendForm(request.POST)
        if form.is_valid():
            try:
                actions.send(team=team, month=month, by=request.member, today=request.on, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"The report for {month:%B} is sent. Nothing of it changes any more.")
                return redirect(month_page(team, month))
        return self.page(request, form)

    def page(self, request, form):
        team, month = led(request), month_asked(request)
        found = month_of_team(request.organisation, team, month, request.on)
        context = {
            "form": form,
            "found": found,
            "month": month,
            "slug": f"{month:%Y-%m}",
            "back_url": month_page(team, month),
            "back_label": f"{team.name}, {month:%B}",
        }
        return render(request, "pages/team_month_send.html", context)


# Every team, without names ---------------------------------------------------------------------------------------------


class TeamLine(NamedTuple):
    """One team's month, without a name in it; of those in no team only the sums, which nobody reports."""

    team_id: int | None
    name: str
    sums: Sums
    report: TeamReport | None
    missing: int


def teams_month(organisation: Organisation, month: date, on: date) -> list[TeamLine]:
    """Return every team's month in order of name; the number of queries does not depend on how many."""
    rows = queries.month_rows(organisation, month, peaks=False)
    reports = {report.team_id: report for report in TeamReport.objects.filter(organisation=organisation, month=month)}
    found = []
    teams = list(Team.objects.filter(organisation=organisation).order_by("name", "pk").values_list("pk", "name"))
    if any(row.team_id is None for row in rows):
        teams.append((None, "In no team"))
    lines = lines_of(rows, month, on)
    for key, name in teams:
        own = [line for line in lines if line.row.team_id == key]
        report = reports.get(key)
        if own or report:
            found.append(TeamLine(key, name, summed(own, report), report, sum(bool(line.says) for line in own)))
    return found


def _teams_month(request):
    month = month_asked(request)
    rows = teams_month(request.organisation, month, request.on)
    reports = [row.report for row in rows if row.team_id]
    context = {
        "rows": rows,
        "month": month,
        "slug": f"{month:%Y-%m}",
        "months_there": _there(month, request.on),
        "deadline": months.deadline(month, request.on, ledger.working(request.organisation)),
        "reports": len(reports),
        "sent": sum(report is not None for report in reports),
        "all_sent": all(reports),
        "points": sum((row.sums.points for row in rows), Decimal(0)),
        "limit": sum((row.sums.limit for row in rows), Decimal(0)),
    }
    context["percent"] = rules.percent(context["points"], context["limit"])
    return render(request, "pages/teams_month.html", context)


# Month by month ------------------------------------------------------------------------------------------------------------


@access.requires(Capability.LEAD_TEAM, Capability.SEE_TOTALS)
@require_GET
def team_months(request):
    """Show twelve months of a team, or to a service manager of every team: sums alone (W21)."""
    this = months.before(dates.month_start(request.on), 1)[0]
    asked = list(reversed([this, *months.before(this, 11)]))
    if access.may(request.member, Capability.SEE_TOTALS):
        teams = list(Team.objects.filter(organisation=request.organisation).order_by("name", "pk"))
        one = None
    else:
        one = led(request)
        teams = [one]
    found = queries.team_sums(request.organisation, asked, team_ids=[team.pk for team in teams])
    context = {
        "team": one,
        "months": asked,
        "whole": [_whole(month, [found.get((team.pk, month)) for team in teams]) for month in asked],
        "rows": [
            (team, [_cell(found.get((team.pk, month))) for month in asked])
            for team in teams
            if any((team.pk, month) in found for month in asked)
        ],
    }
    return render(request, "pages/team_months.html", context)


def _cell(found: queries.TeamSum | None) -> dict | None:
    return found and {"found": found, "percent": rules.percent(found.points, found.limit)}


def _whole(month: date, found: Sequence[queries.TeamSum | None]) -> dict:
    """Return the sum of teams in a month, as the chart takes it."""
    there = [each for each in found if each]
    if not there:
        return {"month": month, "total": None, "limit": None, "percent": None, "kept": False, "note": ""}
    held, limit = sum(each.points for each in there), sum(each.limit for each in there)
    sent = sum(each.report is not None for each in there)
    note = "" if sent in (0, len(there)) else f"{sent} of {len(there)} reports sent"
    return {
        "month": month,
        "total": held,
        "limit": limit,
        "percent": rules.percent(held, limit),
        "kept": sent == len(there),
        "note": note,
        "workers": sum(each.workers for each in there),
        "over": sum(each.over for each in there),
    }


# Taking it along --------------------------------------------------------------------------------------------------------

WORKER_COLUMNS = (
    "worker", "team", "month", "fte", "stable", "extras", "cases", "weight", "total", "mark", "limit", "band", "peak",
    "peak_on", "flag", "adjustment", "record", "supervision_held_on", "next_supervision_on", "away_since", "expected_back",
    "open_actions", "who_must_act",
)  # fmt: skip
TEAM_COLUMNS = (
    "team",
    "month",
    "workers",
    "fte",
    "points",
    "limit",
    "percent",
    "over",
    "agreed",
    "supervised",
    "sent_on",
)


@access.requires(Capability.LEAD_TEAM, Capability.SEE_TOTALS)
@require_GET
def team_month_export(request, kind: str):
    """Give the month as PDF, CSV or xlsx, without the name of anybody supported; who took it is written down."""
    whole_service = access.may(request.member, Capability.SEE_TOTALS)
    if kind not in ({"csv", "xlsx"} if whole_service else {"pdf", "csv", "xlsx"}):
        raise Http404
    month = month_asked(request)
    name = f"report-{month:%Y-%m}"
    if whole_service:
        rows = [_team_row(row, month) for row in teams_month(request.organisation, month, request.on)]
        audit.exported(request, f"report.{kind}", rows=len(rows))
        return exports.response(kind, name, TEAM_COLUMNS, rows)
    found = month_of_team(request.organisation, led(request), month, request.on)
    audit.exported(request, f"report.{kind}", rows=len(found.lines))
    if kind == "pdf":
        return exports.pdf_response(name, papers.team_report(paper(request, found)))
    return exports.response(kind, name, WORKER_COLUMNS, [_worker_row(line, month) for line in found.lines])


def _worker_row(line: Line, month: date) -> tuple:
    row, f = line.row, line.row.figures
    return (
        row.name, row.team_name, f"{month:%Y-%m}", f.fte, f.stable, f.extras, f.cases, f.weight, f.total, f.mark, f.limit,
        f.band.value, f.peak, f.peak_on, f.flag.value, row.adjusted or None, line.state, line.held_on, line.next_on,
        f.away_since, f.expected_back, row.open_actions or None, line.says or None,
    )  # fmt: skip


def _team_row(row: TeamLine, month: date) -> tuple:
    sums = row.sums
    return (
        row.name, f"{month:%Y-%m}", sums.workers, sums.fte, sums.points, sums.limit, sums.percent, sums.over, sums.agreed,
        sums.supervised, row.report.sent_on if row.report else None,
    )  # fmt: skip


def paper(request, found: Month) -> papers.TeamReport:
    """Return the month as it is printed."""
    report = found.report
    return papers.TeamReport(
        service=request.organisation.name,
        team=found.team.name,
        month=found.month,
        due_on=found.deadline.due_on,
        sent_by=report.sent_by.name if report else request.member.name,
        sent_at=localtime(report.sent_at) if report else None,
        note=report.note if report else "",
        rows=[
            papers.Row(
                worker=line.row.name,
                fte=line.row.figures.fte,
                stable=line.row.figures.stable,
                extras=line.row.figures.extras,
                cases=line.row.figures.cases,
                weight=line.row.figures.weight,
                total=line.row.figures.total,
                limit=line.row.figures.limit,
                band=line.row.figures.band.label,
                state=line.state,
                supervision_held_on=line.held_on,
                next_supervision_on=line.next_on,
                away=line.away,
            )
            for line in found.lines
        ],
        fte=found.sums.fte,
        points=found.sums.points,
        limit=found.sums.limit,
        percent=found.sums.percent,
        missing=[papers.Missing(what=f"Record of {line.row.name}", who=line.says) for line in found.missing],
        actions=[
            papers.Action(what=each.what, owner=each.owner.name, due_on=each.due_on, worker=each.record.worker.name)
            for each in found.actions
        ],
        printed_on=request.on,
        printed_by=request.member.name,
    )
