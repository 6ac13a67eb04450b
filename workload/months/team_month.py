"""A team's month: every worker's figures and record, what is missing and who must act, and the report by the 15th."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from caseload.enums import CASELOAD_TIERS
from caseload.rules import Mix, percent
from peerload import pdf
from peerload.audit import actions as audit
from peerload.core import dates
from peerload.core.formats import format_month, format_number, month_name
from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.models import Organisation, Team
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage
from peerload.ui.templatetags.ui import tier_words
from workload import exports
from workload import queries as ledger
from workload.models import KEPT, Assumption, TeamReport
from workload.months import actions, queries
from workload.months import rules as months
from workload.months.forms import SendForm
from workload.months.views import led, month_asked, month_page


class TeamMonthSums(NamedTuple):
    """The sums of the rows, as on the page and in the PDF."""

    workers: int
    fte: Decimal
    points: Decimal
    limit: Decimal
    percent: Decimal | None
    over: int
    agreed: int
    supervised: int


def summed(rows: Sequence[queries.WorkerMonth], report: TeamReport | None = None) -> TeamMonthSums:
    """Return the sums of workers' months; for a sent report, those that were sent."""
    fte = sum((row.figures.fte for row in rows), Decimal(0))
    held = sum((row.figures.total for row in rows), Decimal(0))
    limit = sum((row.figures.limit for row in rows), Decimal(0))
    if report:
        fte, held, limit = report.fte, report.points, report.limit
    return TeamMonthSums(
        workers=len(rows),
        fte=fte,
        points=held,
        limit=limit,
        percent=percent(held, limit),
        over=sum(row.is_over for row in rows),
        agreed=sum(row.status in KEPT for row in rows),
        supervised=sum(row.held_on is not None for row in rows),
    )


class TeamMonth(NamedTuple):
    """Everything that the page, the files and the PDF of a team's month say."""

    team: Team
    month: date
    lines: list[queries.WorkerMonth]
    report: TeamReport | None
    sums: TeamMonthSums
    deadline: months.Deadline
    actions: list
    assumptions: list[Assumption]

    @property
    def sent_on(self) -> date | None:
        return self.report.sent_on if self.report else None

    @property
    def missing(self) -> list[queries.WorkerMonth]:
        return [line for line in self.lines if line.turns]

    @property
    def unsupervised(self) -> list[queries.WorkerMonth]:
        return [line for line in self.lines if not line.held_on]


def month_of_team(organisation: Organisation, team: Team, month: date, on: date) -> TeamMonth:
    lines = queries.worker_months(organisation, month, today=on, team_ids=[team.pk])
    report = queries.report_of(team, month)
    return TeamMonth(
        team=team,
        month=month,
        lines=lines,
        report=report,
        sums=summed(lines, report),
        deadline=months.deadline(month, on, ledger.working(organisation)),
        actions=list(queries.open_actions_of_team([team.pk])),
        assumptions=queries.assumptions_in([line.record.pk for line in lines if line.record], report),
    )


@access.requires(Capability.LEAD_TEAM)
@require_GET
def team_month(request: access.MemberRequest) -> HttpResponse:
    """Show the month of a team to those who lead it."""
    team, month = led(request), month_asked(request)
    found = month_of_team(request.organisation, team, month, request.on)
    context = {
        "found": found,
        "team": team,
        "teams": list(Team.objects.led_by(request.member, request.on).order_by("name", "pk")),
        "month": month,
        "slug": f"{month:%Y-%m}",
        "months_there": months_beside(month, request.on),
        "totals": [line.figures.total for line in found.lines],
        "spread": [line.figures for line in found.lines if not line.figures.away_since],
        "away": sum(bool(line.figures.away_since) for line in found.lines),
        "is_over": request.on > dates.month_end(month),
        "open_actions": found.actions,
        "assumptions": found.assumptions,
        "questions": queries.questions_of(found.report) if found.report else [],
        "to_agree": queries.waiting_for(request.member, found.lines),
    }
    return render(request, "workload/months/team_month.html", context)


def months_beside(month: date, on: date) -> list[date]:
    """Return the months before and after that have a page."""
    after = months.first_of(month)
    return [months.before(month, 1)[0], *([after] if after <= on else [])]


# Sending -----------------------------------------------------------------------------------------------------------------


@access.requires(Capability.LEAD_TEAM)
@concurrency.creates
class Send(FormPage):
    """Send a team's month: the page lists first what is still missing, which does not prevent sending."""

    form_class = SendForm
    template_name = "workload/months/team_month_send.html"

    @cached_property
    def team(self) -> Team:
        return led(self.request)

    @cached_property
    def month(self) -> date:
        return month_asked(self.request)

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return month_page(self.team, self.month), f"{self.team.name}, {month_name(self.month)}"

    def act(self, data: dict[str, Any]) -> str:
        actions.send(team=self.team, month=self.month, by=self.request.member, today=self.on, **data)
        words = _("The report for %(month)s is sent. It does not change any more.")
        return words % {"month": month_name(self.month)}

    def context(self, form: SendForm) -> dict[str, Any]:
        found = month_of_team(self.request.organisation, self.team, self.month, self.on)
        return super().context(form) | {"found": found, "month": self.month, "slug": f"{self.month:%Y-%m}"}


# Month by month ------------------------------------------------------------------------------------------------------------


@access.requires(Capability.LEAD_TEAM)
@require_GET
def team_months(request: access.MemberRequest) -> HttpResponse:
    """Show twelve months of a team: sums alone (W21)."""
    team, asked = led(request), twelve_months(request.on)
    found = queries.team_sums(request.organisation, asked, team_ids=[team.pk])
    whole = months_of_team(request, team, asked, found)
    context = {"team": team, "whole": whole, "charts": charts(whole)}
    return render(request, "workload/months/team_months.html", context)


def months_of_team(
    request: access.MemberRequest, team: Team, asked: Sequence[date], found: Mapping[tuple[int, date], queries.TeamSum]
) -> list[dict]:
    """Return months of a team as charts and files take them: what it held, and what is counted beside points."""
    sums = {month: found[team.pk, month] for month in asked if (team.pk, month) in found}
    beside = queries.months_beside_points(request.organisation, team.pk, sums, today=request.on)
    return [month_sum(month, sums.get(month)) | {"beside": beside.get(month)} for month in asked]


class MonthsChart(NamedTuple):
    """A chart of counts month by month, as `month_bars` takes it."""

    key: str
    heading: LazyText
    lead: LazyText
    parts: Sequence[LazyText]
    under: LazyText
    months: list[dict]


HELD = gettext_lazy("held"), gettext_lazy("not held or not recorded")


def charts(whole: Sequence[dict], *, of_reports: bool = False) -> list[MonthsChart]:
    """
    Return the charts beside points: people by support, contacts made in time, supervision held.

    :param of_reports: whether only reports that were sent are counted, of every team
    """
    found: list[tuple[date, queries.MonthBeside | None]] = [(each["month"], each["beside"]) for each in whole]
    people = [{"month": month, **_people(each.people if each else None)} for month, each in found]
    contacts = [{"month": month, **_in_time(each.contacts if each else None)} for month, each in found]
    left_out = _("Reports that do not say are left out.")
    tiers = [tier_words(tier) for tier in CASELOAD_TIERS]
    return [
        MonthsChart(
            "people",
            _("People by support"),
            _("At each month’s end, by the records of the reports.") + f" {left_out}"
            if of_reports
            else _("At each month’s end, of the workers of the team."),
            tiers,
            _("under each bar: people in all"),
            people,
        ),
        MonthsChart(
            "contacts",
            _("Contacts made in time"),
            _("Contacts of keeping in touch that were due in the month. One is in time by its due day.")
            + (f" {left_out}" if of_reports else ""),
            [_("made in time"), _("late or not made")],
            _("under each bar: made in time, of those due"),
            contacts,
        ),
        _supervision_chart(found),
    ]


def _supervision_chart(found: Sequence[tuple[date, queries.MonthBeside | None]]) -> MonthsChart:
    months_held = [
        {"month": month, **_shares(each and each.supervised, each.workers if each else 0)} for month, each in found
    ]
    return MonthsChart(
        "supervision",
        _("Supervision held"),
        _("Workers who had supervision in the month."),
        HELD,
        _("under each bar: had supervision, of all workers"),
        months_held,
    )


def _people(found: Mix | None) -> dict:
    return {"counts": found and [*found], "figure": found and format_number(found.total)}


def _in_time(found: queries.InTime | None) -> dict:
    return _shares(found.made, found.due) if found else _shares(None, 0)


def _shares(part: int | None, whole: int) -> dict:
    """Return a part and the rest of a whole as counts of a bar; none where there is nothing to count."""
    if part is None or not whole:
        return {"counts": None, "figure": None}
    return {"counts": [part, whole - part], "figure": f"{format_number(part)}/{format_number(whole)}"}


MONTH_COLUMNS = (
    "month", "workers", "points", "limit", "percent", "over", "reported", "high", "medium", "group", "parked", "people",
    "contacts_due", "contacts_in_time", "supervised",
)  # fmt: skip


@access.requires(Capability.LEAD_TEAM)
@require_GET
def team_months_export(request: access.MemberRequest, kind: str) -> HttpResponse:
    """Return twelve months of a team as CSV or xlsx: sums only; the download is logged."""
    team, asked = led(request), twelve_months(request.on)
    found = queries.team_sums(request.organisation, asked, team_ids=[team.pk])
    return months_response(request, kind, team, months_of_team(request, team, asked, found))


def months_response(request: access.MemberRequest, kind: str, team: Team, sums: list[dict]) -> HttpResponse:
    """
    Return sums of a team's months as a download.

    :param sums: what `months_of_team` returns, the oldest first; a month without figures has empty cells
    :raises Http404: if another format than CSV or xlsx is asked for
    """
    if kind not in {"csv", "xlsx"}:
        raise Http404
    audit.exported(request, f"months.{kind}", rows=len(sums))
    lines = [
        (
            f"{each['month']:%Y-%m}",
            *(each.get(name) for name in ("workers", "total", "limit", "percent", "over")),
            None if each["total"] is None else "yes" if each["kept"] else "no",
            *_beside_cells(each["beside"]),
        )
        for each in sums
    ]
    about = about_months(request, [each["month"] for each in sums], team.name)
    sums_row = exports.months_sums_row(MONTH_COLUMNS, lines)
    return exports.response(kind, "month-by-month", MONTH_COLUMNS, lines, about=about, sums=sums_row, sheet="months")


def _beside_cells(found: queries.MonthBeside | None) -> tuple:
    if found is None:
        return (None,) * 8
    people = (*found.people, found.people.total) if found.people else (None,) * 5
    return (*people, *(found.contacts or (None, None)), found.supervised)


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
    "expected_back", "open_actions", "who_must_act", "assumed", "assumption_holds",
)  # fmt: skip


@access.requires(Capability.LEAD_TEAM)
@require_GET
def team_month_export(request: access.MemberRequest, kind: str) -> HttpResponse:
    """Return the month as PDF, CSV or xlsx, without the names of people supported; the download is logged."""
    if kind not in {"pdf", "csv", "xlsx"}:
        raise Http404
    month = month_asked(request)
    name = f"report-{month:%Y-%m}"
    found = month_of_team(request.organisation, led(request), month, request.on)
    audit.exported(request, f"report.{kind}", rows=len(found.lines))
    if kind == "pdf":
        return exports.pdf_response(name, pdf.team_report(pdf_contents(request, found)))
    return workers_response(request, kind, WORKER_COLUMNS, found)


def workers_response(request: access.MemberRequest, kind: str, header: Sequence[str], found: TeamMonth) -> HttpResponse:
    """Return a team's month as CSV or xlsx, a line a worker, with the manager's note where it was sent."""
    return exports.response(
        kind,
        f"report-{found.month:%Y-%m}",
        header,
        worker_rows(header, found.lines, found.assumptions),
        about=exports.about(
            request,
            _("Team report"),
            format_month(found.month),
            team=found.team.name,
            note=found.report.note if found.report else "",
        ),
        sums=team_sums_row(header, found),
        sheet="workers",
    )


def about_months(request: access.MemberRequest, asked: Sequence[date], team: str = "") -> exports.AboutFile:
    """Return what a file of twelve months says about itself."""
    period = _("%(first)s to %(last)s") % {"first": format_month(asked[0]), "last": format_month(asked[-1])}
    return exports.about(request, _("Month by month"), period, team=team)


def team_sums_row(header: Sequence[str], found: TeamMonth) -> tuple:
    """Return the workbook's row with the sums of a team's workers."""
    sums = found.sums
    return exports.sums_row(
        header,
        worker=_("Team"),
        team=found.team.name,
        month=f"{found.month:%Y-%m}",
        fte=sums.fte,
        total=sums.points,
        limit=sums.limit,
    )


def worker_rows(
    header: Sequence[str], lines: Sequence[queries.WorkerMonth], assumptions: Sequence[Assumption]
) -> list[tuple]:
    """Return workers' rows: the columns the header names, out of all there are."""
    assumed = {each.record_id: each for each in assumptions}
    return [_worker_row(header, line, assumed.get(line.record.pk) if line.record else None) for line in lines]


def _worker_row(header: Sequence[str], found: queries.WorkerMonth, assumed: Assumption | None) -> tuple:
    figures, record = found.figures, found.record
    reason, causes = record.words_in_report if record and found.is_over else ("", "")
    cells = {
        "worker": found.name,
        "team": found.team_name,
        "month": f"{found.month:%Y-%m}",
        "decided": figures.decided or None,
        "reason": reason or None,
        "causes": causes or None,
        "adjustment": found.adjusted or None,
        "record": found.state,
        "supervision_held_on": found.held_on,
        "next_supervision_on": found.next_on,
        "open_actions": found.open_actions or None,
        "who_must_act": found.who_must_act or None,
        "two_figures": found.two_figures or None,
        "sent_on": record.report.sent_on if found.is_reported else None,
        "assumed": assumed.text if assumed else None,
        "assumption_holds": assumed.get_answer_display() if assumed and assumed.answer else None,
    }
    return tuple(cells[name] if name in cells else getattr(figures, name) for name in header)


def pdf_contents(request: access.MemberRequest, found: TeamMonth) -> pdf.PrintedReport:
    """Return what the PDF of a team's month prints."""
    report = found.report
    return pdf.PrintedReport(
        service=request.organisation.name,
        team=found.team.name,
        month=found.month,
        due_on=found.deadline.due_on,
        sent_by=report.sent_by.name if report else request.member.name,
        sent_at=localtime(report.sent_at) if report else None,
        note=report.note if report else "",
        rows=[_printed_worker(line) for line in found.lines],
        reasons=[
            pdf.OverReason(worker=line.name, words="\n".join(line.reasons)) for line in found.lines if line.reasons
        ],
        assumptions=[pdf.OverReason(worker=each.record.worker.name, words=each.text) for each in found.assumptions],
        fte=found.sums.fte,
        points=found.sums.points,
        limit=found.sums.limit,
        percent=found.sums.percent,
        missing=[
            pdf.Missing(what=_("Record of %(line)s") % {"line": line.name}, who=line.why_not_agreed)
            for line in found.missing
        ],
        actions=[
            pdf.Action(what=each.what, owner=each.owner.name, due_on=each.due_on, worker=each.record.worker.name)
            for each in found.actions
        ],
        printed_on=request.on,
        printed_by=request.member.name,
    )


def _printed_worker(line: queries.WorkerMonth) -> pdf.PrintedWorker:
    figures = line.figures
    return pdf.PrintedWorker(
        worker=line.name,
        fte=figures.fte,
        stable=figures.stable,
        extras=figures.extras,
        cases=figures.cases,
        weight=figures.weight,
        decided=figures.decided or None,
        total=figures.total,
        limit=figures.limit,
        band=figures.band.label,
        state=line.state,
        supervision_held_on=line.held_on,
        next_supervision_on=line.next_on,
        away=line.away,
    )
