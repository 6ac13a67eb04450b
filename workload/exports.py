"""Tables and papers as files. They leave peerload, so they hold no name of anybody supported."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse

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


def as_xlsx(header: Sequence[str], rows: Iterable[Sequence], sheet: str) -> bytes:
    """Return a table as a workbook; words are written as words, whatever they begin with."""
    return as_workbook({sheet: (header, rows)})


def as_workbook(sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence]]]) -> bytes:
    """
    Return tables as the sheets of one workbook, in their order; the first row of each stays in sight.

    :param sheets: header and rows by name; names are ours: at most 31 letters, none of ``[]:*?/\\``
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, (header, rows) in sheets.items():
            page = book.add_worksheet(name)
            page.freeze_panes(1, 0)
            for column, title in enumerate(header):
                page.write_string(0, column, title)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    _write(page, number, column, value, day)
    return file.getvalue()


def _write(page, number: int, column: int, value: object, day) -> None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        page.write_number(number, column, value)
    elif isinstance(value, date):
        page.write_datetime(number, column, value, day)
    elif value is not None:
        page.write_string(number, column, str(value))


def response(
    kind: str, name: str, header: Sequence[str], rows: Iterable[Sequence], *, sheet: str = "points"
) -> HttpResponse:
    """Return a download; ``kind`` is csv or xlsx, which names its one sheet."""
    if kind == "csv":
        return _download(as_csv(header, rows), f"{name}.csv", "text/csv; charset=utf-8")
    return workbook_response(name, {sheet: (header, rows)})


def workbook_response(name: str, sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence]]]) -> HttpResponse:
    """Return a workbook of several sheets as a download (`as_workbook`)."""
    return _download(as_workbook(sheets), f"{name}.xlsx", XLSX)


def pdf_response(name: str, paper: bytes) -> HttpResponse:
    """Return a PDF as a download; the name of a file is seen by others, so it holds a uid or a month, nobody's name."""
    return _download(paper, f"{name}.pdf", "application/pdf")


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
