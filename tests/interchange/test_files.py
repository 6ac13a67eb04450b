"""A file is what it holds, not what it is called; what cannot be read, or was made to do harm, is refused in words."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from peerload.interchange import cell_text, export, parse
from peerload.interchange import files as opening
from peerload.interchange.errors import FileRefused
from peerload.interchange.sheets import SHEET

from .sheets import small, text, zipped

PEOPLE = "ref,name\nH1,Jamie Leota\n"


def tables(**files: bytes) -> parse.Read:
    return parse.read(opening.open_bytes(zipped({f"{name}.csv": content for name, content in files.items()})))


def faults_of(people: bytes) -> list[tuple]:
    """Return what is wrong with a sheet of people, rows and columns."""
    return [(f.row, f.column, f.says) for f in tables(people=people).faults if f.sheet == "people"]


# CSV -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "row", "column", "words"),
    [
        (b"\xff\xfer\x00e", 0, "", "damaged UTF-16"),
        (b"ref,name\nH1,Jos\xe9 \x81\n", 2, "", "neither UTF-8 nor Windows-1252"),
        (b"ref,name\nH1,\xe5\xb1\x81\xff\n", 2, "", "neither UTF-8 nor Windows-1252"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256)), 3, "", "neither UTF-8 nor Windows-1252"),
        (b"ref,name\nH1,Ja\x00mie\n", 2, "name", "NUL"),
        (b'ref,name\nH1,"Jamie\n', 2, "", "cannot be read as CSV"),
        (b"ref,name\nH1,Jamie,Leota\n", 2, "", "3 cells, the header has 2"),
        (b"ref,name\nH1\n", 2, "", "1 cell, the header has 2"),
        (b"ref,full name\nH1,Jamie\n", 1, "full name", "no column of this name"),
        (b"ref,name,Name\nH1,Jamie,Leota\n", 1, "name", "there twice"),
        (b"ref,phone\nH1,1\n", 1, "name", "This column is missing"),
        (b"ref,name,\nH1,Jamie,here\n", 1, "number 3", "has no name"),
        (b"," * 1_000_000 + b"\n", 1, "", "longer than 200,000 characters"),
        (b"a," * 1_000_000 + b"\n", 1, "", "longer than 200,000 characters"),
        (b"a," * 300 + b"\n", 1, "", "301 columns"),
    ],
    ids=[
        "half a letter", "a byte of no letter", "East Asian", "a picture", "NUL", "an open quotation", "a cell too many",
        "a cell too few", "renamed", "twice", "missing", "unnamed", "a million commas", "a million columns", "three hundred",
    ],
)  # fmt: skip
def test_a_csv_file_that_cannot_be_read_says_where_and_why(content, row, column, words):
    found = faults_of(content)

    assert (row, column) in [(r, c) for r, c, _ in found]
    assert any(words in says for _, _, says in found)


@pytest.mark.parametrize(
    "content",
    [
        PEOPLE.encode(),
        PEOPLE.encode("utf-8-sig"),
        PEOPLE.replace("\n", "\r\n").encode(),
        b"name,ref\nJamie Leota,H1\n",
        b"ref,name\n\n,\nH1,Jamie Leota\n\n",
    ],
    ids=["plain", "with a byte order mark", "CR LF", "columns in another order", "empty rows"],
)
def test_a_csv_file_may_be_written_in_several_ways(content):
    found = tables(people=content)

    assert [row.values["name"] for row in found.tables["people"].rows] == ["Jamie Leota"]
    assert [fault for fault in found.faults if fault.sheet == "people"] == []


def test_a_quoted_line_break_stays_in_its_cell():
    found = tables(people=b'ref,name,contact_note\nH1,Jamie,"after 3 pm\nno voicemail"\nH2,,\n')

    assert found.tables["people"].rows[0].values["contact_note"] == "after 3 pm\nno voicemail"
    assert [(f.row, f.column) for f in found.faults if f.sheet == "people"] == [(3, "name")]


def test_a_sheet_without_rows_is_a_sheet():
    assert tables(people=b"ref,name\n").tables["people"].rows == []


def test_a_missing_sheet_is_missed_only_where_it_must_be_there():
    assert [fault.sheet for fault in tables(people=PEOPLE.encode()).missing] == ["service", "staff"]


def test_an_unknown_file_is_refused_and_a_readme_passed_over():
    found = opening.open_bytes(zipped({"people.csv": PEOPLE.encode(), "pepole.csv": b"ref\n", "README.md": b"# Ours"}))

    assert [(fault.sheet, fault.row) for fault in found.faults] == [("pepole", 0)]


def test_text_is_kept_to_the_letter():
    name = "Tāne “Ōrupe” 👩🏽‍🌾 <script>alert(1)</script> {{7*7}}"
    rows = [{"ref": "007", "name": name, "phone": "'+64 21 555 0101"}]

    values = tables(people=text(rows)).tables["people"].rows[0].values

    assert (values["ref"], values["name"], values["phone"]) == ("007", name, "+64 21 555 0101")


# What is no such file ---------------------------------------------------------------------------------------------------


def book(epoch=None, **pages) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    if epoch:
        made.epoch = epoch
    for name, rows in pages.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def xlsx(**parts: bytes) -> bytes:
    """Return a workbook with parts added or replaced."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:  # with a table of strings, as Excel writes it
        made.add_worksheet("people").write_row(0, 0, ["ref", "name"])
    with zipfile.ZipFile(out) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zipped(files | {name.replace("__", "/").replace("_xml", ".xml"): part for name, part in parts.items()})


def macros() -> bytes:
    content = xlsx()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zipped(files | {"xl/vbaProject.bin": b"Sub Auto_Open()"})


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">%s]><sst xmlns="x">&l9;</sst>""" % b"".join(
    b'<!ENTITY l%d "%s">' % (n, (b"&l%d;" % (n - 1) if n else b"&a;") * 10) for n in range(10)
)
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><sst xmlns="x">&f;</sst>"""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Excel"),
        (b"<html><table><tr><td>ref</td></tr></table></html>", "neither a workbook"),
        (b"", "neither a workbook"),
        (b"PK\x03\x04 and no more", "damaged"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}), "not a spreadsheet"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x"}), "made to do harm"),
        (zipped({"more.zip": zipped({"people.csv": b"ref"})}), "CSV files only"),
        (zipped({"../../people.csv": b"ref,name\n"}), "CSV files only"),
        (zipped({f"{n}.csv": b"" for n in range(501)}), "501 files"),
        (macros(), "macros"),
        (xlsx(xl__sharedStrings_xml=BOMB), "made to do harm"),
        (xlsx(xl__sharedStrings_xml=EXTERNAL), "made to do harm"),
        (xlsx(xl__workbook_xml=b"<workbook"), "made to do harm"),
        (xlsx(xl__worksheets__sheet1_xml=BOMB), "made to do harm"),
    ],
    ids=[
        "xls", "html", "nothing", "half a zip", "a letter in OpenDocument", "half an .ods", "a zip in a zip",
        "a path", "many files", "macros", "billion laughs", "a file of this machine", "a torn workbook", "laughs in a sheet",
    ],
)  # fmt: skip
def test_what_is_neither_workbook_nor_zip_of_csv_files_is_refused_in_words(content, words):
    with pytest.raises(FileRefused, match=words):
        opening.open_bytes(content)


def test_a_bomb_is_refused_before_it_is_opened():
    sheet = io.BytesIO()
    with zipfile.ZipFile(sheet, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"")
        archive.writestr("xl/workbook.xml", b"")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(310):
                part.write(b"<row><c><v>1</v></c></row>" * 40_000)
    assert len(sheet.getvalue()) < 3_000_000
    tracemalloc.start()

    with pytest.raises(FileRefused, match="larger than 50 MB"):
        opening.open_bytes(sheet.getvalue())

    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


SHEET_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>ref</t></is></c><c r="B1" t="inlineStr"><is><t>name</t></is></c></row>
%s</sheetData></worksheet>"""


def test_the_size_a_sheet_declares_is_not_believed():
    one = b'<row r="2"><c r="A2" t="inlineStr"><is><t>H1</t></is></c><c r="B2" t="inlineStr"><is><t>Jamie</t></is></c></row>'

    found = opening.open_bytes(xlsx(xl__worksheets__sheet1_xml=SHEET_XML % one))

    assert found.tables["people"].rows == [(2, ["H1", "Jamie"])]


def test_a_cell_far_to_the_right_is_named():
    far = b'<row r="2"><c r="XFD2" t="inlineStr"><is><t>H1</t></is></c></row>'

    found = opening.open_bytes(xlsx(xl__worksheets__sheet1_xml=SHEET_XML % far))

    assert [(fault.sheet, fault.row, fault.column) for fault in found.faults] == [("people", 2, "XFD")]


# Workbooks -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "epoch", [openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.MAC_EPOCH], ids=["1900", "1904"]
)
def test_real_dates_and_numbers_of_a_workbook_are_read(epoch):
    content = book(
        epoch,
        posts=[
            ["email", "from", "until", "fte", "weekly_hours", "duty"],
            ["mere@harbourside.example", date(2026, 1, 5), datetime(2026, 11, 12), 0.8, 32, True],
            ["tom@harbourside.example", "2026-01-05", None, "0.8", "32", "yes"],
        ],
        records=[["email", "month", "total"], ["mere@harbourside.example", date(2026, 10, 1), 83]],
    )

    read = parse.read(opening.open_bytes(content))

    mere, tom = (row.values for row in read.tables["posts"].rows)
    assert mere["from"] == tom["from"] == date(2026, 1, 5)
    assert mere["until"] == date(2026, 11, 12)
    assert (mere["fte"], mere["weekly_hours"], mere["duty"]) == (tom["fte"], tom["weekly_hours"], tom["duty"])
    assert read.tables["records"].rows[0].values["month"] == date(2026, 10, 1)


def test_numbers_in_columns_of_text_are_text():
    content = book(
        people=[["ref", "name", "phone"], [7, "Jamie Leota", 6421555], ["007", "Ofa Ward", "+64 21 555 0101"]]
    )

    rows = parse.read(opening.open_bytes(content)).tables["people"].rows

    assert [row.values["ref"] for row in rows] == ["7", "007"]
    assert [row.values["phone"] for row in rows] == ["6421555", "+64 21 555 0101"]


def test_a_number_is_no_date():
    content = book(tiers=[["ref", "tier", "from"], ["H1", "high", 46000]])

    assert [(f.row, f.column) for f in parse.read(opening.open_bytes(content)).faults if f.sheet == "tiers"] == [
        (2, "from")
    ]


@pytest.mark.parametrize("payload", ["+64", "-1", "@SUM(A1)", "＝1+1", "'quoted"])
def test_what_begins_as_formulas_do_is_words(payload):
    content = book(people=[["ref", "name"], ["H1", payload]])

    assert parse.read(opening.open_bytes(content)).tables["people"].rows[0].values["name"] == payload


def test_a_cell_that_shows_an_error_is_named():
    content = book(people=[["ref", "name"], ["H1", "#REF!"]])

    found = parse.read(opening.open_bytes(content))
    assert [(f.sheet, f.row, f.column) for f in found.faults] == [("people", 2, "name")]


def test_a_hidden_sheet_is_refused():
    made = openpyxl.load_workbook(io.BytesIO(book(people=[["ref", "name"]], tiers=[["ref", "tier", "from"]])))
    made["tiers"].sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)

    assert [fault.sheet for fault in opening.open_bytes(out.getvalue()).faults] == ["tiers"]


# Out and in again ------------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30) | st.sampled_from(
    [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "\tx",
        "\rx",
        "\nx",
        "'=1",
        "''=1",
        "'",
        "'x",
        "＝1",
        "_x000D_",
        "_x005F_",
        'a"b,c',
        "a\rb",
        "a\r\nb",
    ]
)


@given(WORDS)
def test_any_words_come_back_from_csv_without_outer_spaces_and_never_look_like_a_formula(words):
    note = {
        **dict.fromkeys(SHEET["people"].names, ""),
        "ref": "H1",
        "name": "x",
        "statutory": False,
        "contact_note": words,
    }

    content = export.csv_of(SHEET["people"], [note])
    read = tables(people=content).tables["people"]

    back = read.rows[0].values["contact_note"]
    assert back == words.strip()
    assert not cell_text.as_text(words)[:1] or cell_text.as_text(words)[0] not in "=+-@\t\r\n"


@pytest.mark.parametrize(
    "words",
    ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "＝1", "_x000D_", "_x0041_", "a\rb", "a\r\nb", " x ", "\x01"],
)
def test_words_come_back_from_a_workbook_without_outer_spaces(words):
    note = {
        **dict.fromkeys(SHEET["people"].names, ""),
        "ref": "H1",
        "name": "x",
        "statutory": False,
        "contact_note": words,
    }

    content = export.workbook({"people": [note]})

    back = parse.read(opening.open_bytes(content)).tables["people"].rows[0].values["contact_note"]
    assert back == words.strip()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet5.xml")


def test_a_folder_and_a_zip_are_read_alike(tmp_path):
    for name, rows in small().items():
        (tmp_path / f"{name}.csv").write_bytes(text(rows))
    packed = opening.open_bytes(zipped({f"small/{name}.csv": text(rows) for name, rows in small().items()}))

    assert opening.open_path(tmp_path) == packed


def test_an_operator_brings_in_more_rows_than_an_upload_may_have(tmp_path, monkeypatch):
    monkeypatch.setattr("peerload.interchange.text_tables.MOST_ROWS", 3)
    people = text([{"ref": f"H{n}", "name": "Jamie Leota"} for n in range(5)])
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "people.csv").write_bytes(people)
    (tmp_path / "service.zip").write_bytes(zipped({"people.csv": people}))

    for name in ("folder", "service.zip", "folder/people.csv"):
        assert len(opening.open_path(tmp_path / name).tables["people"].rows) == 5
    for content in (people, zipped({"people.csv": people})):
        found = opening.open_bytes(content, "people.csv")
        assert [str(fault) for fault in found.faults] == ["people, row 5: There are more than 3 rows."]


@pytest.mark.parametrize("name", ["nowhere", "nowhere.xlsx"])
def test_a_path_that_leads_nowhere_says_so(tmp_path, name):
    with pytest.raises(FileRefused, match="cannot be read"):
        opening.open_path(tmp_path / name)
