"""Tables and PDFs as files. They leave peerload, so they hold no name of a person supported."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from caseload.rules import percent
from peerload.staff.access import MemberRequest

from .workbooks import AboutFile, DownloadFacts, DownloadTable, as_workbook

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(header: Sequence[str], rows: Iterable[Sequence]) -> bytes:
    """Return a table as CSV that a spreadsheet opens without running anything in it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_SIGNS) else text


def sums_row(header: Sequence[str], **values: Any) -> tuple:
    """Return a row of sums: each value below its column of the header, the other cells empty."""
    return tuple(values.get(name) for name in header)


ADDED = ("points", "limit", "over", "contacts_due", "contacts_in_time", "supervised")


def months_sums_row(header: Sequence[str], lines: Sequence[Sequence]) -> tuple:
    """
    Return the row of sums below months: what happened in them adds up, and points of their limits.

    Workers and people do not: most of them are there month after month, and would be counted again in each.
    """
    columns = {name: [line[place] for line in lines] for place, name in enumerate(header)}
    added = {name: [value for value in columns[name] if value is not None] for name in ADDED}
    sums = {name: sum(values) for name, values in added.items() if values}
    if not sums:
        return ()
    share = percent(sums["points"], sums["limit"]) if "points" in sums else None
    return sums_row(header, **sums, percent=share, **{header[0]: _("All months")})


def about(request: MemberRequest, title: str, period: str, *, team: str = "", note: str = "") -> AboutFile:
    """Return what a file says about itself: its title, the day or month it describes, and who made it today."""
    return AboutFile(
        title=title,
        service=request.organisation.name,
        period=period,
        made_by=request.member.name,
        made_on=request.on,
        team=team,
        note=note,
    )


def response(
    kind: str,
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence],
    *,
    about: AboutFile,
    sums: Sequence = (),
    sheet: str = "points",
) -> HttpResponse:
    """
    Return a download; ``kind`` is csv or xlsx, which names its one sheet.

    :param about: what a workbook says about itself
    :param sums: the last row of a workbook; CSV has none, so that a program does not count it in
    """
    if kind == "csv":
        return csv_response(name, header, rows)
    return workbook_response(name, {sheet: DownloadTable(header, rows, sums)}, about)


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence]) -> HttpResponse:
    return _download(as_csv(header, rows), f"{name}.csv", "text/csv; charset=utf-8")


def workbook_response(name: str, sheets: Mapping[str, DownloadTable | DownloadFacts], about: AboutFile) -> HttpResponse:
    """Return a workbook of several sheets as a download (`as_workbook`)."""
    return _download(as_workbook(sheets, about), f"{name}.xlsx", XLSX)


def pdf_response(name: str, pdf: bytes) -> HttpResponse:
    """Return a PDF as a download; other people see a file's name, so it holds a uid or a month, and no one's name."""
    return _download(pdf, f"{name}.pdf", "application/pdf")


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
