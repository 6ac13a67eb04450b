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
from caseload.rules import percent
from peerload import pdf
from peerload.audit import actions as audit
from peerload.core import dates
from peerload.staff import access, concurrency
from peerload.staff.models import Organisation, Team
from peerload.staff.roles import Capability
from peerload.ui.templatetags.ui import short_day
from workload import exports
from workload import queries as ledger
from workload.enums import RecordStatus, Side
from workload.models import KEPT, TeamReport
from workload.months import actions, queries
from workload.months import rules as months
from workload.months.forms import SendForm
from workload.months.views import address, led, month_asked, month_page


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

    @property
    def is_over(self) -> bool:
        return self.row.figures.total > self.row.figures.limit

    @property
    def reasons(self) -> list[str]:
        """What the record says of a total over the limit, as the report reads it: the reason, and what is behind it."""
        record = self.row.record
        return [words for words in record.words_in_report if words.strip()] if record and self.is_over else []


STATES = {
    RecordStatus.DRAFT: "not submitted",
    RecordStatus.SUBMITTED: "submitted",
    RecordStatus.PROVISIONAL: "provisional",
    RecordStatus.AGREED: "agreed",
    RecordStatus.NOT_AGREED: "not agreed",
    RecordStatus.REPORTED: "agreed, reported",
}


def state_of(row: queries.Row) -> str:
    """Say where a record is; one that was reported before both agreed says so (R41)."""
    if row.is_reported and row.status != RecordStatus.REPORTED:
        return "reported, not yet agreed"
    if row.status == RecordStatus.REPORTED and row.record.imported:
        return RecordStatus.REPORTED.label
    if row.status == RecordStatus.REPORTED and len(row.agreed) < len(Side):
        return "provisional, reported"
    if row.status == RecordStatus.NOT_AGREED and row.record.decided_by_id and Side.MANAGER in row.agreed:
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
        months.Turn.WORKER_TO_AGREE: f"{row.name} still has to agree",
        months.Turn.MANAGER: "the manager still has to agree",
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
        percent=percent(held, limit),
        over=sum(line.is_over for line in lines),
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


@access.requires(Capability.LEAD_TEAM)
@require_GET
def team_month(request):
    """Show the month of a team to those who lead it."""
    team, month = led(request), month_asked(request)
    found = month_of_team(request.organisation, team, month, request.on)
    context = {
        "found": found,
        "team": team,
        "teams": list(Team.objects.led_by(request.member).order_by("name", "pk")),
        "month": month,
        "slug": f"{month:%Y-%m}",
        "months_there": months_beside(month, request.on),
        "totals": [line.row.figures.total for line in found.lines],
        "spread": [line.row.figures for line in found.lines if not line.row.figures.away_since],
        "away": sum(bool(line.row.figures.away_since) for line in found.lines),
        "is_over": request.on > dates.month_end(month),
        "open_actions": found.actions,
    }
    return render(request, "workload/months/team_month.html", context)


def months_beside(month: date, on: date) -> list[date]:
    """Return the months before and after that can be looked at."""
    after = months.first_of(month)
    return [months.before(month, 1)[0], *([after] if after <= on else [])]


# Sending -----------------------------------------------------------------------------------------------------------------


@access.requires(Capability.LEAD_TEAM)
@concurrency.creates
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
                messages.success(request, f"The report for {month:%B} is sent. It does not change any more.")
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
        return render(request, "workload/months/team_month_send.html", context)


# Month by month ------------------------------------------------------------------------------------------------------------


@access.requires(Capability.LEAD_TEAM)
@require_GET
def team_months(request):
    """Show twelve months of a team: sums alone (W21)."""
    team, asked = led(request), twelve_months(request.on)
    found = queries.team_sums(request.organisation, asked, team_ids=[team.pk])
    context = {"team": team, "whole": [month_sum(month, found.get((team.pk, month))) for month in asked]}
    return render(request, "workload/months/team_months.html", context)


MONTH_COLUMNS = ("month", "workers", "points", "limit", "percent", "over", "reported")


@access.requires(Capability.LEAD_TEAM)
@require_GET
def team_months_export(request, kind: str):
    """Give twelve months of a team as CSV or xlsx: sums alone; who took them is written down."""
    team, asked = led(request), twelve_months(request.on)
    found = queries.team_sums(request.organisation, asked, team_ids=[team.pk])
    return months_response(request, kind, [month_sum(month, found.get((team.pk, month))) for month in asked])


def months_response(request, kind: str, sums: list[dict]):
    """
    Return sums of months as a download.

    :param sums: what `month_sum` returns, the oldest first; a month nobody has figures of has empty cells
    :raises Http404: if it is asked for as anything but CSV or xlsx
    """
    if kind not in {"csv", "xlsx"}:
        raise Http404
    audit.exported(request, f"months.{kind}", rows=len(sums))
    lines = [
        (
            f"{each['month']:%Y-%m}",
            *(each.get(name) for name in ("workers", "total", "limit", "percent", "over")),
            None if each["total"] is None else "yes" if each["kept"] else "no",
        )
        for each in sums
    ]
    return exports.response(kind, "month-by-month", MONTH_COLUMNS, lines, sheet="months")


def twelve_months(on: date) -> list[date]:
    """Return the twelve months up to and with the one to report now, the oldest first."""
    this = months.before(dates.month_start(on), 1)[0]
    return list(reversed([this, *months.before(this, 11)]))


def month_sum(month: date, found: queries.TeamSum | None) -> dict:
    """Return what a team held in a month, as the chart and the list take it."""
    if found is None:
        return {"month": month, "total": None, "limit": None, "percent": None, "kept": False, "note": ""}
    return {
        "month": month,
        "total": found.points,
        "limit": found.limit,
        "percent": percent(found.points, found.limit),
        "kept": found.report is not None,
        "note": "",
        "workers": found.workers,
        "over": found.over,
    }


# Taking it along --------------------------------------------------------------------------------------------------------

WORKER_COLUMNS = (
    "worker", "team", "month", "fte", "stable", "extras", "cases", "weight", "decided", "total", "mark", "limit", "band",
    "peak", "peak_on", "flag", "adjustment", "record", "supervision_held_on", "next_supervision_on", "away_since",
    "expected_back", "open_actions", "who_must_act",
)  # fmt: skip


@access.requires(Capability.LEAD_TEAM)
@require_GET
def team_month_export(request, kind: str):
    """Give the month as PDF, CSV or xlsx, without the name of anybody supported; who took it is written down."""
    if kind not in {"pdf", "csv", "xlsx"}:
        raise Http404
    month = month_asked(request)
    name = f"report-{month:%Y-%m}"
    found = month_of_team(request.organisation, led(request), month, request.on)
    audit.exported(request, f"report.{kind}", rows=len(found.lines))
    if kind == "pdf":
        return exports.pdf_response(name, pdf.team_report(paper(request, found)))
    rows = [_worker_row(line, month) for line in found.lines]
    return exports.response(kind, name, WORKER_COLUMNS, rows, sums=team_sums_row(WORKER_COLUMNS, found))


def team_sums_row(header: Sequence[str], found: Month) -> tuple:
    """Return the row of a workbook that says what the workers of a team come to."""
    sums = found.sums
    return exports.sums_row(
        header,
        worker="Team",
        team=found.team.name,
        month=f"{found.month:%Y-%m}",
        fte=sums.fte,
        total=sums.points,
        limit=sums.limit,
    )


def _worker_row(line: Line, month: date) -> tuple:
    row, f = line.row, line.row.figures
    return (
        row.name, row.team_name, f"{month:%Y-%m}", f.fte, f.stable, f.extras, f.cases, f.weight,
        f.decided or None, f.total, f.mark, f.limit, f.band, f.peak, f.peak_on, f.flag,
        row.adjusted or None, line.state, line.held_on, line.next_on,
        f.away_since, f.expected_back, row.open_actions or None, line.says or None,
    )  # fmt: skip


def paper(request, found: Month) -> pdf.TeamReport:
    """Return the month as it is printed."""
    report = found.report
    return pdf.TeamReport(
        service=request.organisation.name,
        team=found.team.name,
        month=found.month,
        due_on=found.deadline.due_on,
        sent_by=report.sent_by.name if report else request.member.name,
        sent_at=localtime(report.sent_at) if report else None,
        note=report.note if report else "",
        rows=[
            pdf.WorkerRow(
                worker=line.row.name,
                fte=line.row.figures.fte,
                stable=line.row.figures.stable,
                extras=line.row.figures.extras,
                cases=line.row.figures.cases,
                weight=line.row.figures.weight,
                decided=line.row.figures.decided or None,
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
        reasons=[
            pdf.Reason(worker=line.row.name, words="\n".join(line.reasons)) for line in found.lines if line.reasons
        ],
        fte=found.sums.fte,
        points=found.sums.points,
        limit=found.sums.limit,
        percent=found.sums.percent,
        missing=[pdf.Missing(what=f"Record of {line.row.name}", who=line.says) for line in found.missing],
        actions=[
            pdf.Action(what=each.what, owner=each.owner.name, due_on=each.due_on, worker=each.record.worker.name)
            for each in found.actions
        ],
        printed_on=request.on,
        printed_by=request.member.name,
    )
