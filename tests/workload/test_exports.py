"""Files that leave peerload open in a spreadsheet as what they say, and run nothing."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from workload import exports
from workload.enums import Band

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


def opened(workbook: bytes) -> dict[str, list[tuple]]:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return {sheet.title: [tuple(cell.value for cell in row) for row in sheet.iter_rows()] for sheet in book}


def test_a_workbook_holds_its_sheets_in_order():
    made = exports.as_workbook(
        {
            "record": (("what", "points"), [("total", Decimal("92.5"))]),
            "lines": (("what",), []),
            "actions": (("by",), []),
        }
    )

    assert opened(made) == {
        "record": [("What", "Points"), ("total", 92.5)],
        "lines": [("What",)],
        "actions": [("By",)],
    }


def test_a_workbook_is_ready_to_be_read():
    rows = [("Caro Vickers", date(2026, 10, 26), Band.LIMITED)]
    made = exports.as_workbook(
        {"points": exports.DownloadTable(("worker", "peak_on", "band"), rows, ("Team", None, None))}
    )
    sheet = openpyxl.load_workbook(io.BytesIO(made))["points"]

    assert [cell.value for cell in sheet[1]] == ["Worker", "Peak on", "Band"]
    assert [cell.value for cell in sheet[2]][2] == "little room"
    assert ([cell.value for cell in sheet[3]], sheet["A3"].font.bold) == (["Team", None, None], True)
    assert sheet.auto_filter.ref == "A1:C2"  # the sums stay where they are when it is sorted
    assert sheet.column_dimensions["B"].width >= 10  # a date that does not fit is shown as ####


@pytest.mark.parametrize(
    ("column", "words"),
    [("fte", "FTE"), ("fte_in_post", "FTE in post"), ("peak_on", "Peak on"), ("adjustment", "Correction")],
)
def test_columns_of_a_workbook_are_named_in_words(column, words):
    assert exports.in_words(column) == words


def test_csv_keeps_code_words_and_has_no_row_of_sums():
    answer = exports.response("csv", "points", ("peak_on", "band"), [(None, Band.LIMITED)], sums=("Team", None))

    assert answer.content.decode("utf-8-sig") == "peak_on,band\r\n,limited\r\n"


@pytest.mark.parametrize("typed", FORMULAS)
def test_words_are_words_in_every_sheet(typed):
    book = openpyxl.load_workbook(
        io.BytesIO(exports.as_workbook({"one": (("note",), []), "two": (("note",), [(typed,)])}))
    )

    assert book["two"]["A2"].data_type == "s"


@pytest.mark.parametrize("typed", FORMULAS)
def test_a_word_in_csv_never_begins_a_formula(typed):
    cell = exports.as_csv(("note",), [(typed,)]).decode("utf-8-sig").split("\r\n", 1)[1]

    assert cell.lstrip('"').startswith("'")


def test_days_are_days_and_numbers_are_numbers():
    made = exports.as_workbook(
        {"points": (("since", "points", "away", "nothing"), [(date(2026, 3, 2), 15, True, None)])}
    )

    [_, (since, points, away, nothing)] = opened(made)["points"]
    assert (since.date(), points, away, nothing) == (date(2026, 3, 2), 15, "True", None)


def test_a_day_in_csv_is_written_as_everywhere():
    assert b"2026-03-02" in exports.as_csv(("since",), [(date(2026, 3, 2),)])


@pytest.mark.parametrize(
    ("answer", "kind", "name"),
    [
        (lambda: exports.response("csv", "points", ("a",), []), "text/csv; charset=utf-8", "points.csv"),
        (lambda: exports.response("xlsx", "points", ("a",), []), exports.XLSX, "points.xlsx"),
        (lambda: exports.workbook_response("month", {"record": (("a",), [])}), exports.XLSX, "month.xlsx"),
        (lambda: exports.pdf_response("record-2026-10", b"%PDF-1.7"), "application/pdf", "record-2026-10.pdf"),
    ],
    ids=["csv", "xlsx", "workbook", "pdf"],
)
def test_a_file_is_taken_along_and_kept_nowhere_on_the_way(answer, kind, name):
    answer = answer()

    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Cache-Control"] == "no-store"
