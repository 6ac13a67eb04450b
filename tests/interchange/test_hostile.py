"""Files made to do harm, or damaged on their way: each ends in a sentence, in little time and memory."""

import io
import tracemalloc
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from peerload.core import dates
from peerload.interchange import damage, files, marking, parse, uploads, workbooks
from peerload.interchange.errors import MOST_FAULTS, Fault
from peerload.interchange.field_types import Region, UnreadableCell
from peerload.interchange.models import Upload
from peerload.interchange.preview import preview
from tests import factories

from . import ods
from .sheets import small, text

FIRST = "xl/worksheets/sheet1.xml"
ROW = b'<row r="2"><c r="A2" t="inlineStr"><is><t>H1</t></is></c></row>'
A_FAULT = [Fault("people", 2, "name", "This cell is empty. Fill it in.")]
PAGE = {
    "rows": uploads.ROWS_AT_ONCE,
    "cells": uploads.CELLS_AT_ONCE,
    "characters": uploads.CHARACTERS_AT_ONCE,
    "empty": uploads.EMPTY_AT_ONCE,
}


def book(*, rows: bytes = ROW, after: bytes = b"", other: bytes = b"", **parts: bytes) -> bytes:
    """Return a workbook whose sheet people holds rows of one's own, and XML after them; ``other`` is a sheet read me."""
    made = openpyxl.Workbook()
    made.active.title = "people"
    made.active.append(["ref", "name"])
    made.create_sheet("read me")
    out, plain = io.BytesIO(), io.BytesIO()
    made.save(plain)
    with zipfile.ZipFile(plain) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in archive.namelist():
            said = archive.read(name)
            if name == FIRST:
                said = said.replace(b"</sheetData>", rows + b"</sheetData>" + after)
            elif name == "xl/worksheets/sheet2.xml" and other:
                said = said.replace(b"<sheetData></sheetData>", b"<sheetData>" + other + b"</sheetData>")
                assert other in said
            changed.writestr(name, parts.get(name, said))
    assert out.tell() < 100_000
    return out.getvalue()


def workbook(*rows: list) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.active.title = "people"
    for row in rows:
        made.active.append(row)
    made.save(out)
    return out.getvalue()


def faults_of(content: bytes, name: str = "people.csv") -> list[Fault]:
    return parse.read(files.open_bytes(content, name)).faults


def refusal_of(content: bytes, name: str = "") -> str:
    with pytest.raises(files.FileRefused) as refused:
        files.open_bytes(content, name)
    return str(refused.value)


# How much there is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [b"1000000000000000", b"1e15", b"1048577"])
def test_a_row_below_the_last_of_a_sheet_is_refused_before_the_rows_above_it_are_made(number):
    rows = b'<row r="' + number + b'"><c t="inlineStr"><is><t>H1</t></is></c></row>'
    (fault,) = files.open_bytes(book(rows=rows)).faults
    assert "below the last one that a sheet can have" in fault.says


def test_a_page_leaves_a_row_far_below_to_the_worker():
    rows = b'<row r="900000"><c t="inlineStr"><is><t>H1</t></is></c></row>'
    with pytest.raises(files.TooMuch):
        files.open_bytes(book(rows=rows), "", files.Allowance(**PAGE))


LOUD = ods.cell("x" * 1000)


@pytest.mark.parametrize(
    "content",
    [
        text([{"ref": f"H{n}", "name": ""} for n in range(uploads.ROWS_AT_ONCE + 1)]),
        ods.document(ods.table("people", ods.row(["ref", "name"]) + (
            '<table:table-row table:number-rows-repeated="299000">' + ods.cell("H1") + "</table:table-row>"
        ))),
        ods.document(ods.table("nothing known", ods.row(["ref", "name"]) + (
            '<table:table-row table:number-rows-repeated="299000">' + ods.cell("H1") + "</table:table-row>"
        ))),
        ods.document(ods.table("people", ods.row(["ref", "name"]) + (
            '<table:table-row table:number-rows-repeated="4000">' + LOUD + "</table:table-row>"
        ))),
    ],
    ids=["csv", "repeated rows", "repeated rows of a sheet not known", "long cells"],
)  # fmt: skip
def test_a_page_leaves_a_small_file_of_many_rows_to_the_worker(content):
    with pytest.raises(files.TooMuch):
        files.open_bytes(content, "people.csv", files.Allowance(**PAGE))


def test_what_is_more_than_any_service_has_is_refused_in_a_sentence():
    twice = '<table:table-row table:number-rows-repeated="299000">' + ods.cell("x" * 2000) + "</table:table-row>"
    assert "more than 3,000,000 rows" in refusal_of(ods.document(ods.table("people", ods.row(["ref", "name"]) + twice)))


def test_a_cell_that_no_spreadsheet_program_could_hold_is_refused():
    rows = b'<row r="2"><c r="A2" t="inlineStr"><is><t>' + b"x" * 40_000 + b"</t></is></c></row>"
    (fault,) = files.open_bytes(book(rows=rows)).faults
    assert (fault.row, fault.column) == (2, "A") and "holds 40,000 characters" in fault.says


def test_the_first_faults_are_kept_and_the_others_counted():
    rows = b"ref,name\n" + b"".join(b"H%d,\n" % n for n in range(MOST_FAULTS + 7))
    faults = faults_of(rows)
    assert (len(faults), faults.more) == (MOST_FAULTS, 7)
    assert faults.listed()[-1].says.startswith("There are 7 more faults, which are not listed.")


@pytest.mark.django_db
def test_rows_whose_faults_are_not_listed_are_counted_as_refused(on):
    rows = text([{"ref": f"H{n}", "name": ""} for n in range(MOST_FAULTS + 7)])
    plan = preview(files.open_bytes(rows, "people.csv"), organisation=factories.OrganisationFactory())
    assert plan.counts["people"]["refused"] == MOST_FAULTS + 7 and len(plan.faults) == MOST_FAULTS + 1


# Patterns that took long for long texts ---------------------------------------------------------------------------------


def test_a_long_run_of_spaces_is_read_at_once():
    assert damage.without_signs("a" + " " * 200_000 + "?b") == "a" + " " * 200_000 + "?b"
    assert damage.without_signs("a \t b\u00a0c  d") == "a b c  d"
    assert damage.made_visible("a \n b  c") == "a [line break] b  c"


@pytest.mark.parametrize("column", ["name", "phone"])
def test_the_length_of_a_cell_is_looked_at_before_its_letters(column):
    long = "a" + " " * 120_000 + "?b"
    row = {"ref": "H1", "name": "Isa"} | {column: long}
    faults = faults_of(text([row]))
    assert [(fault.column, "characters; at most" in fault.says) for fault in faults] == [(column, True)]


def test_a_date_of_many_spaces_is_too_long_for_a_date():
    (fault,) = faults_of(b"ref,tier,from\nH1,high,1" + b" " * 100_000 + b"may x\n", "tiers.csv")
    assert fault.column == "from" and "at most 200 fit" in fault.says


def test_words_of_merged_cells_that_are_none_are_passed_over_at_once():
    after = b"<!--" + b"<mergeCell " * 20_000 + b"-->"
    assert workbooks._look_at_part(FIRST, b"<worksheet>" + after + b"</worksheet>").spans == []
    found = workbooks._look_at_part(
        FIRST, b"<mergeCells><mergeCell ref='A2:A3'/><x:mergeCell  ref=\"B2:C2\" /></mergeCells>"
    )
    assert [tuple(span) for span in found.spans] == [(2, 3, 0, 0), (2, 2, 1, 2)]


@pytest.mark.parametrize("encoding", ["utf-16", "cp037"])
def test_a_sheet_in_letters_that_the_checks_do_not_read_is_refused(encoding):
    said = f'<?xml version="1.0" encoding="{encoding}"?><worksheet/>'
    content = said.encode("utf-16") if encoding == "utf-16" else said.encode()
    with pytest.raises(files.FileRefused, match="not written in UTF-8"):
        workbooks._look_at_part(FIRST, content)


# The marked workbook ----------------------------------------------------------------------------------------------------

FAR = b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
ALL = b'ref="A2:XFD1048576"'


@pytest.mark.parametrize(
    "more",
    [
        {"other": FAR},
        {"after": b"<mergeCells><mergeCell " + ALL + b"/></mergeCells>"},
        {"after": b'<mergeCells><mergeCell\n ref="&#65;2:XFD1048576"/></mergeCells>'},
        {"after": b"<hyperlinks><hyperlink " + ALL + b" location='A1'/></hyperlinks>"},
    ],
    ids=["two cells far apart", "merged", "merged, written oddly", "a link"],
)
def test_a_workbook_that_says_it_is_vast_is_marked_in_little_memory(more):
    content = book(**more)
    tracemalloc.start()
    given_back = marking.marked(content, files.open_bytes(content), A_FAULT)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50_000_000
    assert openpyxl.load_workbook(io.BytesIO(given_back))["people"]["C2"].value.startswith("name: This cell is empty")


# Files that were damaged ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_file_that_was_damaged_on_its_way_is_said_to_be(method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("people.csv", text(small()["people"]) * 50)
    content = bytearray(out.getvalue())
    start = 30 + len("people.csv")
    for at in range(start + 12, start + 40):
        content[at] ^= 0x5A
    assert refusal_of(bytes(content)).startswith("The file is damaged.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"ref,name,fo\x00o\nH1,Isa,x\n", "people.csv"),
        ("ref,name,fo\x00o\nH1,Isa,x\n".encode("utf-16"), "people.csv"),
        (workbook(["ref", "name", "fo_x0000_o"], ["H1", "Isa", "x"]), "people.xlsx"),
    ],
    ids=["csv", "utf-16", "xlsx"],
)
def test_a_column_whose_name_holds_a_nul_is_named_without_it(signed_in, content, name):
    sam = factories.MemberFactory(name="Sam Ito", role="admin")
    browser = signed_in(sam)
    page = browser.get(browser.post(reverse("import"), {"file": SimpleUploadedFile(name, content)}).url, follow=True)
    assert page.status_code == 200 and "fo o" in page.content.decode()
    assert Upload.objects.get().state == Upload.State.REFUSED


@pytest.mark.parametrize("region", ["__class__", "date", "country_holidays", "HolidayBase", "NZ-__class__", "os"])
def test_a_name_of_the_library_of_holidays_is_no_region(region):
    with pytest.raises(UnreadableCell, match="is not a region such as NZ"):
        Region().read(region)
    with pytest.raises(ValueError, match="not a region whose public holidays are known"):
        dates.public_holidays(region, 2026)


@pytest.mark.parametrize("region", ["NZ", "NZ-AUK", "GB-ENG", "AU-NSW"])
def test_the_regions_that_there_are_are_known(region):
    assert Region().read(region) == region


@pytest.mark.django_db
def test_a_small_file_of_many_rows_waits_for_the_worker(signed_in):
    browser = signed_in(factories.MemberFactory(name="Sam Ito", role="admin"))
    rows = text([{"ref": f"H{n}", "name": ""} for n in range(uploads.ROWS_AT_ONCE + 1)])
    page = browser.post(reverse("import"), {"file": SimpleUploadedFile("people.csv", rows)}, follow=True)
    assert "Waiting to be read" in page.content.decode()
    assert Upload.objects.get().state == Upload.State.TO_READ
