"""Files that leave peerload open in a spreadsheet as what they say, explain themselves, and run nothing."""

import ast
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from django.conf import settings

from workload import columns, exports
from workload.columns import CellKind
from workload.enums import Band

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
HEADER = ("worker", "month", "peak_on", "points", "limit", "percent", "band", "note")
ABOUT = exports.AboutFile(
    title="Team report",
    service="Harbourside Peer Support",
    period="October 2026",
    made_by="Ana Whitford",
    made_on=date(2026, 11, 9),
    team="Harbourside",
    note="October was heavy.",
)
ROWS = [
    ("Caro Vickers", "2026-10", date(2026, 10, 26), Decimal("1108.5"), 100, Decimal("108.0"), Band.OVER, None),
    ("Mere Paki", "2026-10", None, Decimal("93.25"), 100, Decimal("93.3"), Band.LIMITED, "a\nb" * 300),
]
SUMS = ("Team", "2026-10", None, Decimal("1201.75"), 200, Decimal("600.9"), None, None)


def made(header=HEADER, rows=ROWS, sums=SUMS, **sheets) -> bytes:
    table = exports.DownloadTable(header, rows, sums)
    return exports.as_workbook({"workers": table, **sheets}, ABOUT)


def opened(workbook: bytes, **options):
    return openpyxl.load_workbook(io.BytesIO(workbook), **options)


def values(sheet) -> list[tuple]:
    return list(sheet.iter_rows(values_only=True))


def headers() -> set[tuple[str, str]]:
    """Return each column of each download, with its module: of a constant that ends in COLUMNS, where files are made."""
    found = set()
    for folder in ("workload", "peerload/home"):
        for path in (settings.BASE_DIR / folder).rglob("*.py"):
            source = path.read_text()
            for node in ast.parse(source).body if "import exports" in source or path.name == "tables.py" else ():
                names = [each.id for each in getattr(node, "targets", ()) if isinstance(each, ast.Name)]
                if any(name.endswith("COLUMNS") for name in names) and isinstance(node.value, ast.Tuple):
                    found |= {(Path(path).stem, each.value) for each in node.value.elts}
    return found


def test_every_column_of_every_download_has_a_heading_a_kind_and_a_meaning():
    found = {name for __, name in headers()}

    assert {"supervised", "fte_short", "why it ends", "who_must_act"} <= found  # one of each file
    assert not found - columns.MEANINGS.keys()
    for name, column in columns.MEANINGS.items():
        assert str(column.heading) and str(column.means).endswith("."), name
        assert "_" not in str(column.heading), name


def test_no_two_columns_of_a_file_have_the_same_heading():
    for module in {module for module, __ in headers()}:
        headings = [str(columns.MEANINGS[name].heading) for stem, name in headers() if stem == module]
        assert len(headings) == len(set(headings)), module


class TestAWorkbook:
    def test_holds_its_sheets_in_order_then_what_it_is_and_what_its_columns_mean(self):
        book = opened(made(more=exports.DownloadFacts([("total", Decimal("92.5")), ("As read", "x")])))

        assert book.sheetnames == ["workers", "more", "About this file", "What the columns mean"]
        assert values(book["more"]) == [("What", "Value"), ("Total", 92.5), ("As read", "x")]

    def test_says_what_it_is_and_hands_the_managers_note_on(self):
        said = dict(row[:2] for row in values(opened(made())["About this file"]))

        assert said["Service"] == "Harbourside Peer Support" and said["Team"] == "Harbourside"
        assert said["Made"] == "on 9 November 2026 by Ana Whitford"
        assert said["The team manager’s note"] == "October was heavy."
        assert said["Names"].endswith("free text are as people wrote them; they were asked to name no one.")

    def test_says_what_each_column_means(self):
        means = values(opened(made())["What the columns mean"])

        assert [row[1] for row in means[1:]] == [str(columns.MEANINGS[name].heading) for name in HEADER]
        assert means[6] == ("workers", "Percent of the limit", "Points held, of the limit.", "percent")
        assert all(all(row) for row in means)

    def test_has_plain_headings_that_stay_in_sight_and_a_filter(self):
        book = opened(made())
        sheet = book["workers"]

        assert [cell.value for cell in sheet[1]][1:4] == ["Month", "Peak on", "Points"]
        assert sheet.auto_filter.ref == "A1:H3"  # the sums stay where they are when it is sorted
        assert {page.freeze_panes for page in book} == {"B2"}
        assert sheet["A1"].font.bold and sheet["A4"].font.bold and not sheet["A2"].font.bold

    def test_has_cells_of_the_kind_of_their_column(self):
        sheet = opened(made())["workers"]

        assert [cell.value for cell in sheet[2]][:7] == [
            "Caro Vickers", datetime(2026, 10, 1), datetime(2026, 10, 26),
            1108.5, 100, 1.08, "over",
        ]  # fmt: skip
        assert [sheet.cell(2, n).number_format for n in (2, 3, 4, 6)] == [
            "mmm yyyy", "yyyy-mm-dd", "#,##0.0##", "0.0%",
        ]  # fmt: skip

    def test_is_wide_enough_for_its_numbers_and_not_too_wide_for_a_note(self):
        sheet = opened(made())["workers"]

        assert sheet.column_dimensions["D"].width >= len("1,201.75")  # what does not fit is shown as ####
        assert sheet.column_dimensions["C"].width >= len("2026-10-26")
        assert sheet.column_dimensions["H"].width <= 60 and sheet["H3"].alignment.wrap_text

    def test_adds_up_what_a_filter_leaves_where_that_is_the_sum_on_the_page(self):
        formulas, shown = opened(made())["workers"], opened(made(), data_only=True)["workers"]

        assert formulas["D4"].value == "=SUBTOTAL(109,D2:D3)"
        assert formulas["F4"].value == '=IF(E4=0,"",ROUND(D4/E4,3))'
        assert [shown[cell].value for cell in ("D4", "E4", "F4")] == [1201.75, 200, 6.009]

    def test_keeps_a_sum_that_the_rows_do_not_come_to_as_the_page_says_it(self):
        sums = ("Team", None, None, 1300, 200, None, None, None)

        sheet = opened(made(sums=sums))["workers"]

        assert (sheet["D4"].value, sheet["E4"].value) == (1300, "=SUBTOTAL(109,E2:E3)")

    def test_of_no_rows_has_no_formula(self):
        assert [row[:1] for row in values(opened(made(rows=[]))["workers"])] == [("Worker",), ("Team",)]

    @pytest.mark.parametrize("typed", FORMULAS)
    def test_words_are_words_in_every_sheet(self, typed):
        rows = [(typed, *ROWS[0][1:])]
        book = opened(made(rows=rows, more=exports.DownloadFacts([("worker", typed)])))

        assert book["workers"]["A2"].data_type == "s" and book["more"]["B2"].data_type == "s"

    def test_says_its_title_to_who_opens_it(self):
        properties = opened(made()).properties

        assert properties.title == "Team report Harbourside October 2026"
        assert properties.creator == "Harbourside Peer Support"

    def test_is_whole_and_takes_nothing_from_elsewhere(self):
        """A spreadsheet warns of broken XML, macros and links to other files."""
        with zipfile.ZipFile(io.BytesIO(made())) as archive:
            assert archive.testzip() is None
            for name in archive.namelist():
                ElementTree.fromstring(archive.read(name))
                assert not any(word in name for word in ("vba", "externalLink", "macro")), name

    def test_the_same_contents_are_the_same_bytes(self):
        assert made() == made()


@pytest.mark.parametrize(
    ("kind", "value", "typed"),
    [
        (CellKind.MONTH, "2026-10", date(2026, 10, 1)),
        (CellKind.PERCENT, Decimal("87.4"), Decimal("0.874")),
        (CellKind.DAY, date(2026, 3, 2), date(2026, 3, 2)),
        (CellKind.WORDS, Band.LIMITED, "little room"),
        (CellKind.WORDS, 3, Decimal(3)),
        (CellKind.POINTS, None, None),
    ],
)
def test_a_cell_holds_what_its_column_says(kind, value, typed):
    from workload.workbooks import _typed

    assert _typed(kind, value) == typed


def test_csv_keeps_code_words_and_has_no_row_of_sums():
    answer = exports.response(
        "csv", "points", ("peak_on", "band"), [(None, Band.LIMITED)], about=ABOUT, sums=("Team", None)
    )

    assert answer.content.decode("utf-8-sig") == "peak_on,band\r\n,limited\r\n"


@pytest.mark.parametrize("typed", FORMULAS)
def test_a_word_in_csv_never_begins_a_formula(typed):
    cell = exports.as_csv(("note",), [(typed,)]).decode("utf-8-sig").split("\r\n", 1)[1]

    assert cell.lstrip('"').startswith("'")


def test_a_day_in_csv_is_written_as_everywhere():
    assert b"2026-03-02" in exports.as_csv(("since",), [(date(2026, 3, 2),)])


@pytest.mark.parametrize(
    ("answer", "kind", "name"),
    [
        (lambda: exports.response("csv", "points", ("a",), [], about=ABOUT), "text/csv; charset=utf-8", "points.csv"),
        (lambda: exports.response("xlsx", "points", ("team",), [], about=ABOUT), exports.XLSX, "points.xlsx"),
        (lambda: exports.pdf_response("record-2026-10", b"%PDF-1.7"), "application/pdf", "record-2026-10.pdf"),
    ],
    ids=["csv", "xlsx", "pdf"],
)
def test_a_file_is_taken_along_and_kept_nowhere_on_the_way(answer, kind, name):
    answer = answer()

    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Cache-Control"] == "no-store"
