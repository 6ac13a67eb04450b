"""One service, written in as many ways as programs write it: the same rows come in, and what was passed over is said."""

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command

from caseload.models import Client
from peerload.interchange import actions, demo_data, parse
from peerload.interchange import files as opening
from peerload.interchange.errors import FileRefused
from peerload.interchange.preview import preview

from .ods import document, ods, row, table
from .sheets import opened, small, text, zipped

FILES = Path(__file__).parent / "files"
FROM_LIBREOFFICE = {
    "harbourside.xlsx": {},
    "harbourside.ods": {},
    "harbourside-utf8.zip": {},
    "harbourside-utf16.zip": {"encoding": "yes", "separators": "yes"},
    "harbourside-windows1252.zip": {"separators": "yes", "dates": "month_first"},
}


def values(found: parse.Read) -> dict[str, list[dict]]:
    return {name: [row.values for row in table.rows] for name, table in found.tables.items()}


def people(content: bytes, name: str = "") -> tuple[list[str], opening.OpenedFile, parse.Read]:
    """Return the names that a file of people has, and what was found on the way."""
    found = opening.open_bytes(content, name)
    read = parse.read(found)
    table = read.tables.get("people")
    return [row.values["name"] for row in table.rows] if table else [], found, read


@pytest.mark.parametrize("name", FROM_LIBREOFFICE)
def test_what_libreoffice_writes_has_the_same_rows(name):
    plain = parse.read(opening.open_path(demo_data.HARBOURSIDE))

    found = parse.read(opening.open_path(FILES / name))

    assert (found.faults, found.missing) == ([], [])
    assert values(found) == values(plain)
    assert {q.kind for q in found.asked.questions()} == set(FROM_LIBREOFFICE[name])


@pytest.mark.django_db
def test_a_service_that_is_there_is_not_changed_by_the_same_from_libreoffice(on, tmp_path, capsys):
    on(date(2026, 11, 20))
    organisation = actions.bring_in(opening.open_path(demo_data.HARBOURSIDE)).organisation

    for name, answers in FROM_LIBREOFFICE.items():
        plan = preview(opening.open_path(FILES / name), organisation=organisation, answers=answers)
        assert (plan.to_write, plan.faults, plan.unanswered) == (0, [], []), name


# CSV -------------------------------------------------------------------------------------------------------------------

NAMES = ["Renée – “Zoë” Müller", "Tāne Ōrupe"]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"], ids=["commas", "semicolons", "tabs", "bars"])
@pytest.mark.parametrize(
    ("codec", "mark", "is_asked"),
    [
        ("utf-8", b"", False),
        ("utf-8", b"\xef\xbb\xbf", False),
        ("utf-16-le", b"\xff\xfe", True),
        ("utf-16-be", b"\xfe\xff", True),
        ("utf-16-le", b"", True),
        ("utf-16-be", b"", True),
        ("cp1252", b"", True),
    ],
    ids=["UTF-8", "UTF-8 marked", "UTF-16 LE marked", "UTF-16 BE marked", "UTF-16 LE", "UTF-16 BE", "Windows-1252"],
)
def test_encodings_and_separators_are_recognised_and_asked_about_with_the_files_own_words(codec, mark, is_asked, sign):
    written = NAMES[:1] if codec == "cp1252" else NAMES
    lines = [["ref", "name", "phone"], *([f"H{n}", name, "021 555 0101"] for n, name in enumerate(written, 1))]
    content = mark + "\r\n".join(sign.join(line) for line in lines).encode(codec)

    names, _, read = people(content, "people.csv")

    assert names == written and read.faults == []
    asked = {q.kind: q.places[0].text for q in read.asked.questions()}
    assert set(asked) == ({"encoding"} if is_asked else set()) | ({"separators"} if sign != "," else set())
    assert not is_asked or "Renée" in asked["encoding"]
    assert sign == "," or "ref name phone" in asked["separators"]


def test_a_separator_that_the_file_says_itself_is_no_question():
    names, _, read = people(b"sep=;\r\nref;name\r\nH1;Jamie\r\nH2;\r\n", "people.csv")

    assert (names, read.asked.questions()) == (["Jamie"], ())
    assert [(fault.row, fault.column) for fault in read.faults] == [(4, "name")]  # the line of the file


def test_a_decimal_comma_comes_with_semicolons():
    content = b"email;from;fte\nmere@harbourside.example;2026-01-05;0,8\n"

    found = parse.read(opening.open_bytes(content, "posts.csv"))

    assert str(found.tables["posts"].rows[0].values["fte"]) == "0.8"


@pytest.mark.parametrize(
    "name", ["people.csv", "People.CSV", "PEOPLE.txt", "harbourside-people.csv", "list.csv", "list.tsv", "people", ""]
)
def test_one_csv_file_is_known_by_its_name_or_by_its_columns(name):
    names, found, _ = people(b"ref,name\nH1,Jamie\n", name)

    assert names == ["Jamie"]
    assert bool(found.notes) == ("people" not in name.lower())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"colour,size\nred,9\n", "No sheet of peerload has the columns"),
        (b"team\nNorth\n", "The sheet with the columns"),
    ],
    ids=["of no sheet", "of several"],
)
def test_a_csv_file_that_says_in_no_way_which_sheet_it_is_is_asked_for_a_name(content, words):
    try:
        found = opening.open_bytes(content, "list.csv")
    except FileRefused as refused:
        assert words in str(refused) and "Name the file after its sheet" in str(refused)
    else:
        assert content.startswith(b"team") and set(found.tables) == {"teams"}


@pytest.mark.django_db
def test_one_csv_file_comes_into_the_service_that_is_there(on, tmp_path, capsys):
    on(date(2026, 11, 12))
    path = tmp_path / "people.csv"
    path.write_bytes(b"Ref,Name\nH3,Isa Kumar\n")
    with pytest.raises(SystemExit):
        call_command("import_service", str(path))
    assert "service: This sheet is missing." in capsys.readouterr().err

    actions.bring_in(opened(small()))
    call_command("import_service", str(path))

    assert "people: 1 new" in capsys.readouterr().out
    assert Client.objects.filter(ref="H3").exists()


@pytest.mark.django_db
def test_one_sheet_refers_to_what_is_there_and_not_to_anything_else(on):
    on(date(2026, 11, 12))
    organisation = actions.bring_in(opened(small())).organisation

    plan = preview(opening.open_bytes(b"ref,tier,from\nH1,high,2026-02-02\nH9,high,2026-02-02\n"))

    assert plan.organisation == organisation
    assert [(fault.sheet, fault.row, fault.column) for fault in plan.faults] == [("tiers", 3, "ref")]


# Sheets and columns ----------------------------------------------------------------------------------------------------


def book(**pages) -> bytes:
    made = openpyxl.Workbook()  # with a sheet of its own, that nobody uses
    made.active.title = "Sheet1"
    for name, rows in pages.items():
        page = made.create_sheet(name.replace("__", " "))
        for cells in rows:
            page.append(cells)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


ROWS = [["ref", "name", "contact_preference"], ["H1", "Jamie", "ok"]]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([["Ref", " NAME ", "Contact Preference"], ROWS[1]], []),
        ([["REF", "Name", "contact-preference"], ROWS[1]], []),
        (
            [["Our people in 2026"], *ROWS],
            ['people, row 1: "Our people in 2026" is above the names of the columns.'],
        ),
        ([["Our people"], ["as of", "May"], [], *ROWS], ['row 1: "Our people"', 'row 2: "as of May"']),
        ([[], *ROWS], []),
        ([[*ROWS[0], "", "Shoe size"], [*ROWS[1], "", ""]], ['The column "Shoe size" is empty.', "Column 4 is empty."]),
        ([["", *ROWS[0]], ["", *ROWS[1]]], ["people: Column 1 is empty. It was ignored."]),
    ],
    ids=[
        "capitals",
        "signs",
        "a title",
        "two lines of title",
        "an empty row",
        "empty columns at the end",
        "one before",
    ],
)
@pytest.mark.parametrize("way", ["xlsx", "ods", "csv"])
def test_headers_are_known_whatever_way_they_are_written_and_what_is_passed_over_is_said(rows, says, way):
    width = max(map(len, rows))
    content = {
        "xlsx": lambda: book(people=rows),
        "ods": lambda: ods({"Sheet1": [], "people": rows}),
        "csv": lambda: "\n".join(",".join([*cells, *[""] * (width - len(cells))]) for cells in rows).encode(),
    }[way]()

    names, found, read = people(content, "people.csv")

    assert (names, read.faults) == (["Jamie"], [])
    notes = [note for note in found.notes if "Sheet1" not in note]
    assert len(notes) == len(says) and all(any(each in note for note in notes) for each in says)
    assert way == "csv" or 'The sheet "Sheet1" is empty. It was ignored.' in found.notes


@pytest.mark.parametrize("title", ["People", " people ", "PEOPLE"])
def test_sheets_are_known_whatever_way_they_are_written(title):
    assert people(book(**{title: ROWS}))[0] == ["Jamie"]
    assert people(ods({title: ROWS}))[0] == ["Jamie"]
    assert people(zipped({f"{title.strip()}.csv": b"ref,name\nH1,Jamie\n"}))[0] == ["Jamie"]


def test_a_sheet_of_two_names_is_there_twice():
    found = opening.open_bytes(book(people=ROWS, People_=ROWS))

    assert [(fault.sheet, "twice" in fault.says) for fault in found.faults] == [("people", True)]


def test_an_empty_sheet_is_passed_over_and_one_that_is_used_is_not():
    assert opening.open_bytes(book(people=ROWS, tiers=[])).notes == (
        "The sheet tiers is empty. It was ignored.",
        'The sheet "Sheet1" is empty. It was ignored.',
    )
    found = opening.open_bytes(book(people=ROWS, Shoes=[["size"], [9]]))
    assert [(fault.sheet, fault.row) for fault in found.faults] == [("Shoes", 0)]


@pytest.mark.django_db
def test_what_was_passed_over_is_said_by_the_command(on, tmp_path, capsys):
    on(date(2026, 11, 12))
    files = {f"{name}.csv": text(rows) for name, rows in small().items()}
    path = tmp_path / "service.zip"
    path.write_bytes(zipped(files | {"people.csv": b"Everybody\n" + files["people.csv"], "closures.csv": b""}))

    call_command("import_service", str(path))

    said = capsys.readouterr().out.splitlines()
    assert 'people, row 1: "Everybody" is above the names of the columns. It was ignored.' in said
    assert "The sheet closures is empty. It was ignored." in said


# OpenDocument ----------------------------------------------------------------------------------------------------------

HEADER = row(["ref", "name"])
JAMIE = row(["H1", "Jamie"])
OFA = 'O<text:span>fa<text:s text:c="2"/></text:span>W'


def held(words: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{more}><text:p>{words}</text:p></table:table-cell>'


def test_a_document_says_how_often_a_cell_is_there_and_only_what_is_there_counts():
    empty = '<table:table-cell table:number-columns-repeated="16382"/>'
    far = f'<table:table-row table:number-rows-repeated="1048500">{empty}</table:table-row>'
    wide = f"<table:table-row>{held('H2')}{held(OFA)}{empty}</table:table-row>"

    names, found, read = people(document(table("people", HEADER + JAMIE + wide + far)))

    assert (names, read.faults, found.faults) == (["Jamie", "Ofa  W"], [], [])


@pytest.mark.parametrize(
    ("cells", "row_says", "words"),
    [
        (held("x", ' table:number-columns-repeated="16384"'), "", "far to the right"),
        (held("x"), ' table:number-rows-repeated="99999999"', "more than 300,000 rows"),
        (held("x") * 100, ' table:number-rows-repeated="250000"', "20,000,000 cells"),
        (held('x<text:s text:c="99999999"/>y'), "", ""),
    ],
    ids=["columns", "rows", "cells", "spaces"],
)
def test_a_small_document_never_unfolds_to_something_monstrous(cells, row_says, words):
    content = document(table("people", f"{HEADER}<table:table-row{row_says}>{cells}</table:table-row>"))
    assert len(content) < 10_000

    try:
        _, found, read = people(content)
        says = " ".join(fault.says for fault in (*found.faults, *read.faults))
    except FileRefused as refused:
        says = str(refused)
    assert words in says


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def test_entities_of_a_document_are_refused():
    with zipfile.ZipFile(io.BytesIO(document(table("people", HEADER + JAMIE)))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["content.xml"] = files["content.xml"].replace(b"?>", f"?>{BOMB}".encode(), 1)

    with pytest.raises(FileRefused, match="made to do harm"):
        opening.open_bytes(zipped(files))


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"Basic/Standard/Module1.xml": b"Sub Main"}, "macros"),
        ({"META-INF/manifest.xml": b"<m:encryption-data/>"}, "password"),
    ],
)
def test_a_document_with_macros_or_a_password_is_refused(extra, words):
    with zipfile.ZipFile(io.BytesIO(ods({"people": ROWS}))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}

    with pytest.raises(FileRefused, match=words):
        opening.open_bytes(zipped(files | extra))
