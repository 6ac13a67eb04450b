"""A worker's month as PDF, CSV or xlsx: people appear by reference only, and the download is logged."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from peerload import pdf
from peerload.audit import actions as audit
from peerload.core.formats import format_day, format_month
from peerload.staff import access
from peerload.staff.roles import Capability
from peerload.ui.templatetags.ui import points, tier_words
from workload import exports
from workload.enums import Element, Enough, Flag
from workload.months.queries import AgreementSide, SeenRecord
from workload.months.views import FoundMonth

from ..points.lines import ElementKinds

COLUMNS = ("element", "kind", "reference", "points", "since", "through", "why it ends")


@access.requires(Capability.SEE_OWN_POINTS)
@require_GET
def record_export(request: access.MemberRequest, uid: UUID, month: str, kind: str) -> HttpResponse:
    """Return a month as PDF, CSV or xlsx: people appear by reference only, and the download is logged."""
    if kind not in {"pdf", "csv", "xlsx"}:
        raise Http404
    seen = FoundMonth(request, uid, month).seen()
    name = f"record-{seen.month:%Y-%m}"
    lines = [line for part in seen.elements for each in part.kinds for line in each.lines]
    audit.exported(request, f"record.{kind}", rows=len(lines))
    if kind == "pdf":
        return exports.pdf_response(name, pdf.record(pdf_contents(seen)))
    rows = [
        (part.label, each.label, line.ref, line.points, line.since, line.until, line.why)
        for part in seen.elements
        for each in part.kinds
        for line in each.lines
    ]
    corrections = [
        (_("Correction"), format_month(each.month), "", each.points, None, None, each.reason)
        for each in seen.corrections
    ]
    if kind == "csv":
        notes = [(_("Note"), each.heading, "", None, None, None, each.words) for each in notes_of(seen)]
        return exports.csv_response(name, COLUMNS, [*rows, *corrections, *notes])
    # Corrections are beside the total, so they are not among the lines that are added up.
    subtotal = exports.sums_row(COLUMNS, element=_("Subtotal"), points=seen.figures.subtotal) if rows else ()
    sheets = {"month": exports.DownloadFacts(facts(seen)), "lines": exports.DownloadTable(COLUMNS, rows, subtotal)}
    if corrections:
        sheets["corrections"] = exports.DownloadTable(COLUMNS, corrections)
    team = seen.team.name if seen.team else ""
    about = exports.about(request, _("Workload record"), format_month(seen.month), team=team)
    return exports.workbook_response(name, sheets, about)


def facts(seen: SeenRecord) -> list[tuple]:
    """Return the month's figures by the name of their column."""
    f = seen.figures
    rows = [
        ("worker", seen.worker.name),
        ("month", f"{seen.month:%Y-%m}"),
        ("as_at", seen.as_at),
        ("record", seen.status.label),
        ("fte", f.fte),
        ("stable", f.stable),
        ("extras", f.extras),
        ("cases", f.cases),
        ("subtotal", f.subtotal),
        ("weight", f.weight),
        ("decided", f.decided or None),
        ("total", f.total),
        ("mark", f.mark),
        ("limit", f.limit),
        ("band", f.band.label),
        ("peak", f.peak),
        ("peak_on", f.peak_on),
        ("adjustment", seen.worker_month.adjusted or None),
        ("supervision_held_on", seen.worker_month.held_on),
        ("next_supervision_on", seen.worker_month.next_on),
    ]
    rows += [(str(row.tier), row.people) for row in seen.mix]
    rows += [
        (
            f"agreed_by_{side.value}",
            f"{given.member.name}, {format_day(localtime(given.at).date())} {localtime(given.at):%H:%M}",
        )
        for side, given in seen.agreements.items()
    ]
    return rows + [(each.heading, each.words) for each in notes_of(seen)]


def pdf_contents(seen: SeenRecord) -> pdf.Record:
    """Return what the PDF of a record prints."""
    f, own = seen.figures, seen.record
    return pdf.Record(
        service=seen.organisation.name,
        team=seen.team.name if seen.team else "",
        worker=seen.worker.name,
        month=seen.month,
        status=seen.status.label,
        as_at=seen.as_at,
        total=f.total,
        mark=f.mark,
        limit=f.limit,
        band=f.band.label,
        fte=f.fte,
        scheme=scheme_name(seen),
        elements=[_element(part) for part in seen.elements],
        subtotal=f.subtotal,
        weight=f.weight,
        adjustments=[pdf.PrintedCorrection(**each._asdict()) for each in seen.corrections],
        peak=f.peak,
        peak_on=f.peak_on,
        flag=FLAGS[f.flag],
        mix=[
            pdf.PrintedTier(label=tier_words(row.tier).capitalize(), people=row.people, boundary=row.boundary)
            for row in seen.mix
        ],
        away=_("Away since %(day)s.") % {"day": format_day(f.away_since)} if f.away_since else "",
        decided=seen.decided_words,
        supervision_held_on=seen.worker_month.held_on,
        next_supervision_on=seen.worker_month.next_on,
        comment=own.comment if own else "",
        enough=Enough(own.enough).label if own and own.enough else "",
        would_help=own.would_help if own else "",
        reason=own.reason if own else "",
        causes=own.causes if own else "",
        notes=notes_of(seen),
        actions=[
            pdf.Action(what=each.what, owner=each.owner.name, due_on=each.due_on, done_on=each.done_on)
            for each in seen.actions
        ],
        agreements=[_signature(side, seen) for side in seen.sides],
        printed_on=seen.today,
        printed_by=seen.reader.name,
    )


def notes_of(seen: SeenRecord) -> list[pdf.RecordNote]:
    """Return what stands in the record beside its figures: assumptions with their answer, both figures, the note."""
    found = []
    for each in seen.assumptions:
        words = [each.text, _("%(by)s, %(day)s") % {"by": each.by.name, "day": format_day(localtime(each.at).date())}]
        if each.answer:
            said = _("%(worker)s answered on %(day)s: %(answer)s. %(note)s") % {
                "worker": seen.worker.name,
                "day": format_day(each.answered_on),
                "answer": each.get_answer_display(),
                "note": each.answer_note,
            }
            words.append(said.strip())
        heading = _("Assumed about %(month)s while the worker was away") % {"month": format_month(each.record.month)}
        found.append(pdf.RecordNote(heading=heading, words="\n".join(words)))
    for figure in seen.explanations:
        if figure.words:
            heading = _("%(total)s points, %(name)s") % {"total": points(figure.total), "name": figure.name}
            found.append(pdf.RecordNote(heading=heading, words=figure.words))
    own = seen.record
    if own and own.decision_reason:
        found.append(pdf.RecordNote(heading=_("Why it was decided so"), words=own.decision_reason))
    if own and own.manager_note:
        found.append(pdf.RecordNote(heading=_("The manager’s note"), words=own.manager_note))
    return found


FLAGS = {
    Flag.NONE: "",
    Flag.REASON: gettext_lazy("One month above the limit. Write the reason."),
    Flag.REVIEW: gettext_lazy(
        "Above the limit for more than one month in a row. Write a workload review with actions."
    ),
}


def scheme_name(seen: SeenRecord) -> str:
    """Name the version the month was counted by."""
    if seen.record and seen.record.scheme:
        return _("%(scheme)s, from %(day)s") % {
            "scheme": seen.record.scheme.name,
            "day": format_day(seen.record.scheme.starts_on),
        }
    return seen.scheme.name


def _element(part: ElementKinds) -> pdf.PrintedElement:
    lines = []
    for kind in part.kinds:
        if part.element != Element.CASE or kind.lines[0].points != kind.points / len(kind.lines):
            for row in kind.lines:
                lines.append(
                    pdf.PrintedLine(
                        label=kind.label, points=row.points, since=row.since, until=row.until, reason=row.ref
                    )
                )
            continue
        refs = ", ".join(row.ref for row in kind.lines if row.ref)
        label = (
            f"{kind.label}: {len(kind.lines)} × {points(kind.lines[0].points)}" if len(kind.lines) > 1 else kind.label
        )
        lines.append(pdf.PrintedLine(label=label, points=kind.points, reason=refs))
    return pdf.PrintedElement(label=part.label, points=part.points, lines=lines)


def _signature(side: AgreementSide, seen: SeenRecord) -> pdf.Signature:
    given = side.agreement
    if given is None:
        return pdf.Signature(side=side.side.label, name=side.name, words="" if seen.is_open else side.says)
    return pdf.Signature(side=side.side.label, name=side.name, at=localtime(given.at), total=given.total)
