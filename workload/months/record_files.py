"""A worker's month as PDF, CSV or xlsx: people appear by reference only, and the download is logged."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from peerload import pdf
from peerload.audit import actions as audit
from peerload.core.formats import format_month
from peerload.staff import access
from peerload.staff.roles import Capability
from peerload.ui.templatetags.ui import day as in_words
from peerload.ui.templatetags.ui import points, tier_words
from workload import exports
from workload.enums import Element, Enough, Flag, Side
from workload.months.views import Found

from ..points.lines import ElementKinds
from .record import Sheet, SideWords, decided_words, sides

COLUMNS = ("element", "kind", "reference", "points", "since", "through", "why it ends")


@access.requires(Capability.SEE_OWN_POINTS)
@require_GET
def record_export(request: access.MemberRequest, uid: UUID, month: str, kind: str) -> HttpResponse:
    """Return a month as PDF, CSV or xlsx: people appear by reference only, and the download is logged."""
    if kind not in {"pdf", "csv", "xlsx"}:
        raise Http404
    sheet = Sheet(request, Found(request, uid, month))
    name = f"record-{sheet.month:%Y-%m}"
    lines = [line for part in sheet.parts for each in part.kinds for line in each.lines]
    audit.exported(request, f"record.{kind}", rows=len(lines))
    if kind == "pdf":
        return exports.pdf_response(name, pdf.record(pdf_contents(sheet)))
    rows = [
        (part.label, each.label, line.ref, line.points, line.since, line.until, line.why)
        for part in sheet.parts
        for each in part.kinds
        for line in each.lines
    ]
    rows += [
        ("Correction", format_month(each["month"]), "", each["points"], None, None, each["reason"])
        for each in sheet.adjustments
    ]
    if kind == "csv":
        return exports.response(kind, name, COLUMNS, rows)
    return exports.workbook_response(name, {"month": (("what", "value"), summary(sheet)), "lines": (COLUMNS, rows)})


def summary(sheet: Sheet) -> list[tuple]:
    """Return the month's figures as rows of name and value."""
    f = sheet.figures
    rows = [
        ("worker", sheet.worker.name),
        ("month", f"{sheet.month:%Y-%m}"),
        ("as at", sheet.as_at),
        ("record", sheet.status.label),
        ("FTE", f.fte),
        ("stable", f.stable),
        ("extra responsibilities", f.extras),
        ("cases", f.cases),
        ("workload weight", f.weight),
        ("total", f.total),
        ("mark", f.mark),
        ("limit", f.limit),
        ("band", f.band.label),
        ("peak", f.peak),
        ("peak on", f.peak_on),
        ("decided by another manager", f.decided or None),
        ("corrections of earlier months", sheet.adjusted or None),
        ("supervision held on", sheet.worker_month.held_on),
        ("next supervision on", sheet.worker_month.next_on),
    ]
    rows += [(f"people: {tier_words(row['tier'])}", row["people"]) for row in sheet.mix()]
    rows += [
        (f"{side.label} agreed", f"{given.member.name}, {localtime(given.at):%d %B %Y %H:%M}")
        for side, given in sheet.agreements.items()
    ]
    return rows


def pdf_contents(sheet: Sheet) -> pdf.Record:
    """Return the month as it is printed."""
    f, own = sheet.figures, sheet.record
    return pdf.Record(
        service=sheet.organisation.name,
        team=sheet.found.team.name if sheet.found.team else "",
        worker=sheet.worker.name,
        month=sheet.month,
        status=sheet.status.label,
        as_at=sheet.as_at,
        total=f.total,
        mark=f.mark,
        limit=f.limit,
        band=f.band.label,
        fte=f.fte,
        scheme=scheme_name(sheet),
        elements=[_element(part) for part in sheet.parts],
        subtotal=f.subtotal,
        weight=f.weight,
        adjustments=[pdf.Adjustment(**each) for each in sheet.adjustments],
        peak=f.peak,
        peak_on=f.peak_on,
        flag=FLAGS[f.flag],
        mix=[
            pdf.Tier(label=tier_words(row["tier"]).capitalize(), people=row["people"], boundary=row["boundary"])
            for row in sheet.mix()
        ],
        away=_("Away since %(day)s.") % {"day": in_words(f.away_since)} if f.away_since else "",
        decided=decided_words(sheet),
        supervision_held_on=sheet.worker_month.held_on,
        next_supervision_on=sheet.worker_month.next_on,
        comment=own.comment if own else "",
        enough=Enough(own.enough).label if own and own.enough else "",
        would_help=own.would_help if own else "",
        reason=own.reason if own else "",
        causes=own.causes if own else "",
        actions=[
            pdf.Action(what=each.what, owner=each.owner.name, due_on=each.due_on, done_on=each.done_on)
            for each in sheet.actions
        ],
        agreements=[_signature(sheet, side, words) for side, words in zip(Side, sides(sheet), strict=True)],
        printed_on=sheet.on,
        printed_by=sheet.member.name,
    )


FLAGS = {
    Flag.NONE: "",
    Flag.REASON: gettext_lazy("One month above the limit. Write the reason."),
    Flag.REVIEW: gettext_lazy(
        "Above the limit for more than one month in a row. Write a workload review with actions."
    ),
}


def scheme_name(sheet: Sheet) -> str:
    """Name the version the month was counted by."""
    if sheet.record and sheet.record.scheme:
        return _("%(scheme)s, from %(day)s") % {
            "scheme": sheet.record.scheme.name,
            "day": in_words(sheet.record.scheme.starts_on),
        }
    return sheet.scheme.name


def _element(part: ElementKinds) -> pdf.Element:
    lines = []
    for kind in part.kinds:
        if part.element != Element.CASE or kind.lines[0].points != kind.points / len(kind.lines):
            for row in kind.lines:
                lines.append(
                    pdf.Line(label=kind.label, points=row.points, since=row.since, until=row.until, reason=row.ref)
                )
            continue
        refs = ", ".join(row.ref for row in kind.lines if row.ref)
        label = (
            f"{kind.label}: {len(kind.lines)} × {points(kind.lines[0].points)}" if len(kind.lines) > 1 else kind.label
        )
        lines.append(pdf.Line(label=label, points=kind.points, reason=refs))
    return pdf.Element(label=part.label, points=part.points, lines=lines)


def _signature(sheet: Sheet, side: Side, words: SideWords) -> pdf.Agreement:
    given = words.agreement
    if given is None:
        return pdf.Agreement(side=side.label, name=words.name, words="" if sheet.is_open else words.says)
    at = localtime(given.at)
    return pdf.Agreement(side=side.label, name=words.name, at=at, total=given.total)
