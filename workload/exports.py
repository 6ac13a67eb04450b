"""Tables and PDFs as files. They leave peerload, so they hold no name of a person supported."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import xlsxwriter
from django.http import HttpResponse
from xlsxwriter.worksheet import Worksheet

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


class DownloadTable(NamedTuple):
    """
    A table to download: names of columns in code words, rows, and a row of sums, which only a workbook shows.

    A workbook is for people: it says columns and choices in words. CSV is for programs: it says them as code words.
    """

    header: Sequence[str]
    rows: Iterable[Sequence]
    sums: Sequence = ()


def sums_row(header: Sequence[str], **values: Any) -> tuple:
    """Return a row of sums: each value below its column of the header, the other cells empty."""
    return tuple(values.get(name) for name in header)


def as_workbook(sheets: Mapping[str, tuple]) -> bytes:
    """
    Return tables as the sheets of one workbook, in their order, ready to be read.

    Columns are wide enough and can be filtered, and the first row stays in sight. Words are written as words, whatever they
    begin with.

    :param sheets: a `DownloadTable`, or its parts, by name; names are ours: at most 31 letters, none of ``[]:*?/\\``
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        plain, bold = ({"": book.add_format(look), "day": book.add_format(look | DAY)} for look in ({}, {"bold": True}))
        for name, parts in sheets.items():
            table = DownloadTable(*parts)
            rows = list(table.rows)
            page = book.add_worksheet(name)
            page.freeze_panes(1, 1)
            page.set_landscape()
            page.fit_to_pages(1, 0)
            page.repeat_rows(0)
            _write_row(page, 0, [in_words(title) for title in table.header], bold)
            for number, row in enumerate(rows, start=1):
                _write_row(page, number, row, plain)
            if table.sums:
                _write_row(page, len(rows) + 1, table.sums, bold)
            if table.header:
                page.autofilter(0, 0, len(rows), len(table.header) - 1)
            page.autofit(WIDEST)
    return file.getvalue()


DAY = {"num_format": "yyyy-mm-dd"}
WIDEST = 420  # pixels, for a note; the cell shows the rest when it is chosen
WORDS = {"fte": "FTE", "adjustment": "Correction"}  # where the words are others than the column of a CSV file


def in_words(title: str) -> str:
    """Return the name of a column as people read it: ``peak_on`` is Peak on."""
    return WORDS.get(title) or title.replace("_", " ").capitalize().replace("Fte", "FTE").replace(" fte", " FTE")


def _write_row(page: Worksheet, number: int, row: Sequence, looks: Mapping) -> None:
    for column, value in enumerate(row):
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            page.write_number(number, column, value, looks[""])
        elif isinstance(value, date):
            page.write_datetime(number, column, value, looks["day"])
        elif value is not None:
            page.write_string(number, column, str(getattr(value, "label", value)), looks[""])


def response(
    kind: str,
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence],
    *,
    sums: Sequence = (),
    sheet: str = "points",
) -> HttpResponse:
    """
    Return a download; ``kind`` is csv or xlsx, which names its one sheet.

    :param sums: the last row of a workbook; CSV has none, so that a program does not count it in
    """
    if kind == "csv":
        return _download(as_csv(header, rows), f"{name}.csv", "text/csv; charset=utf-8")
    return workbook_response(name, {sheet: DownloadTable(header, rows, sums)})


def workbook_response(name: str, sheets: Mapping[str, tuple]) -> HttpResponse:
    """Return a workbook of several sheets as a download (`as_workbook`)."""
    return _download(as_workbook(sheets), f"{name}.xlsx", XLSX)


def pdf_response(name: str, pdf: bytes) -> HttpResponse:
    """Return a PDF as a download; other people see a file's name, so it holds a uid or a month, and no one's name."""
    return _download(pdf, f"{name}.pdf", "application/pdf")


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
