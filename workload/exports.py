"""Tables as files. They leave peerload, so they hold no name of anybody supported."""

import csv
import io
from collections.abc import Iterable, Sequence
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
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for column, name in enumerate(header):
            page.write_string(0, column, name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write(page, number, column, value)
    return file.getvalue()


def _write(page, number: int, column: int, value: object) -> None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        page.write_number(number, column, value)
    elif value is not None:
        page.write_string(number, column, str(value))


def response(kind: str, name: str, header: Sequence[str], rows: Iterable[Sequence]) -> HttpResponse:
    """Return a download; ``kind`` is csv or xlsx."""
    if kind == "csv":
        answer = HttpResponse(as_csv(header, rows), content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(as_xlsx(header, rows, "points"), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer
