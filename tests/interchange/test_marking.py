"""Equal faults stand together; a refused file can be downloaded with its faults marked, and comes in once they are corrected."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from peerload.core import clock
from peerload.interchange import actions, files, marking, parse, uploads
from peerload.interchange.errors import Fault, grouped, rows_in_words
from peerload.interchange.field_types import Text
from peerload.interchange.models import Upload
from peerload.interchange.preview import preview
from peerload.interchange.sheets import REMARKS, SHEETS, WORDS_ABOUT_PEOPLE
from tests import factories

from .sheets import opened, small, text, zipped

pytestmark = pytest.mark.usefixtures("today")

TODAY = date(2026, 11, 12)


# Equal faults together --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], ""),
        ([4], "row 4"),
        ([4, 4], "row 4"),
        ([4, 5], "rows 4 and 5"),
        ([9, 7, 8], "rows 7 to 9"),
        ([4, 7, *range(9, 32)], "rows 4, 7 and 9 to 31"),
        ([4, 7, *range(9, 32), *range(40, 64, 2)], "rows 4, 7, 9 to 31, 40, 42, 44, 46, 48 and 7 more"),
    ],
    ids=["none", "one", "one twice", "two", "a run", "runs", "more than are named"],
)
def test_rows_are_said_as_a_person_would(rows, words):
    assert rows_in_words(rows) == words


@given(st.lists(st.integers(1, 60)))
def test_every_row_is_named_or_counted(rows):
    found = 0
    for word in rows_in_words(rows).removeprefix("rows ").removeprefix("row ").replace(" and ", ", ").split(", "):
        first, _, last = word.partition(" to ")
        if word:
            found += int(word.split()[0]) if "more" in word else int(last or first) - int(first) + 1
    assert found == len(set(rows))


def test_faults_of_a_column_that_differ_only_in_what_the_cell_holds_are_one_group():
    says = "is not a date written as YYYY-MM-DD."
    faults = [Fault("people", n, "from", f'"{n}.3.26" {says}') for n in (2, 3, 5)] + [Fault("people", 2, "ref", says)]

    first, second = grouped(faults)

    assert (
        first.line()
        == f'people, rows 2, 3 and 5, column from: "2.3.26" {says} The other rows are wrong in the same way.'
    )
    assert second.line() == f"people, row 2, column ref: {says}"


@pytest.mark.django_db
def test_a_command_says_equal_faults_once_or_each_when_asked_to(tmp_path, capsys):
    people = [{"ref": f"H{n}", "name": ""} for n in range(300)]
    (tmp_path / "x.zip").write_bytes(zipped({f"{n}.csv": text(rows) for n, rows in small(people=people).items()}))

    with pytest.raises(SystemExit):
        call_command("import_service", str(tmp_path / "x.zip"))
    together = capsys.readouterr().err
    with pytest.raises(SystemExit):
        call_command("import_service", str(tmp_path / "x.zip"), "--all-faults")
    each = capsys.readouterr().err

    assert "people, rows 2 to 301, column name: This cell is empty. Fill it in." in together
    assert "people, row 301, column name: This cell is empty. Fill it in." in each
    assert each.count("This cell is empty") == 300 and together.count("This cell is empty") == 1


# The file given back ----------------------------------------------------------------------------------------------------

WRONG = {
    "people": [
        {"ref": "H1", "name": "Jamie Leota", "phone": "021 555 010", "statutory": "perhaps"},
        {"ref": "", "name": "Ofa Ward", "phone": "", "statutory": "no"},
    ],
    "tiers": [{"ref": "H1", "tier": "hihg", "from": "05.13.01"}],
    "allocations": [],
}


def as_workbook(sheets: dict[str, list[dict]]) -> bytes:
    """Return sheets as an uploader's own workbook, with a page of their own and a wide column."""
    book = openpyxl.Workbook()
    book.active.title, book.active["A1"] = "read me", "Ours: ask Sam before you change this"
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        columns = list(dict.fromkeys(column for row in rows for column in row)) or ["ref", "email", "from"]
        page.append(columns)
        for row in rows:
            page.append([row.get(column) or None for column in columns])
        page.column_dimensions["A"].width = 33
    return saved(book)


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_zip(sheets: dict[str, list[dict]]) -> bytes:
    return zipped(
        {f"{name}.csv": text(rows or [{"ref": "", "email": "", "from": ""}]) for name, rows in sheets.items()}
    )


def marked(content: bytes):
    found = files.open_bytes(content)
    return openpyxl.load_workbook(io.BytesIO(marking.marked(content, found, preview(found).faults)))


def is_marked(cell) -> bool:
    return cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb.endswith(marking.COLOUR)


@pytest.mark.django_db
@pytest.mark.parametrize("made", [as_workbook, as_zip])
def test_a_refused_file_comes_back_with_its_cells_marked_and_the_reasons_at_the_end_of_the_row(made):
    book = marked(made(small(**WRONG)))

    people, tiers = book["people"], book["tiers"]
    header = [cell.value for cell in people[1]]
    statutory, end = header.index("statutory") + 1, header.index(REMARKS) + 1
    assert end == len(header)
    found = {cell.coordinate for row in people.iter_rows() for cell in row if is_marked(cell)}
    assert found == {people.cell(2, statutory).coordinate, "A3"}
    assert people.cell(2, end).value == 'statutory: "perhaps" is neither yes nor no.'
    assert "neither yes nor no" in people.cell(2, statutory).comment.text
    assert "cell is empty" in people.cell(3, end).value and "cell is empty" in people["A3"].comment.text
    assert (people["C2"].value, people["B2"].value) == ("021 555 010", "Jamie Leota")
    assert is_marked(tiers["B2"]) and is_marked(tiers["C2"]) and not is_marked(tiers["A2"])
    assert [cell.value for cell in book[REMARKS][1]] == ["sheet", "rows", "column", REMARKS]
    assert ("people", "row 3", "ref") in [tuple(cell.value for cell in row[:3]) for row in book[REMARKS].iter_rows()]


@pytest.mark.django_db
def test_what_is_the_uploaders_own_in_a_workbook_stays():
    book = marked(as_workbook(small(**WRONG)))

    assert book["read me"]["A1"].value.startswith("Ours")
    assert book["people"].column_dimensions["A"].width == 33


@pytest.mark.django_db
@pytest.mark.parametrize("made", [as_workbook, as_zip])
def test_a_marked_workbook_comes_in_once_it_is_corrected(made):
    book = marked(made(small(**WRONG)))
    book["people"]["D2"], book["people"]["A3"] = "no", "H2"
    again = marked(saved(book))  # half corrected, it is marked anew
    assert not any(is_marked(cell) for row in again["people"].iter_rows() for cell in row)
    assert again["people"]["E2"].value is None and is_marked(again["tiers"]["B2"])
    again["tiers"]["B2"], again["tiers"]["C2"] = "high", date(2026, 1, 5)

    plan = actions.bring_in(files.open_bytes(saved(again)))

    assert plan.counts["people"]["new"] == 2 and plan.counts["tiers"]["new"] == 1


def test_a_row_that_holds_only_the_reason_is_no_row():
    found = files.open_bytes(b"ref,name,What is wrong\nH1,Jo,\n,,Empty.\n", "people.csv").tables["people"]

    assert (found.header, found.rows) == (["ref", "name"], [(2, ["H1", "Jo"])])


def test_a_column_that_is_missing_is_said_where_the_columns_are():
    content = as_workbook({"people": [{"name": "Jamie Leota"}]})
    found = files.open_bytes(content)

    book = openpyxl.load_workbook(io.BytesIO(marking.marked(content, found, parse.read(found).faults)))

    assert book["people"]["B1"].value == REMARKS and book["people"]["B1"].comment.text == "This column is missing."


def test_of_merged_cells_the_first_is_marked():
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(small())))
    book["people"].merge_cells("B2:B3")

    page = openpyxl.load_workbook(io.BytesIO(marking._in_place(saved(book), [Fault("people", 3, "name", "Merged.")])))

    assert is_marked(page["people"]["B2"]) and page["people"]["B2"].comment.text == "Merged."


def test_a_file_of_which_nothing_was_read_is_not_given_back():
    assert marking.marked(b"x", files.OpenedFile({}, []), [Fault("", 0, "", "Damaged.")]) is None


# In the browser ---------------------------------------------------------------------------------------------------------


def brought_in():
    return actions.bring_in(opened(small())).organisation


MADE_ONCE = {"service": (brought_in, TODAY)}


@pytest.fixture
def refused(sam):
    return uploads.take_in(member=sam, file_name="November.zip", content=as_zip(small(**WRONG)))


def test_the_marked_workbook_is_downloaded_by_the_uploader_alone(service, sam, refused, signed_in):
    url = reverse("import_marked", args=[refused.uid])
    assert url in signed_in(sam).get(reverse("import_upload", args=[refused.uid])).content.decode()

    answer = signed_in(sam).get(url)

    assert 'filename="November marked.xlsx"' in answer["Content-Disposition"]
    assert REMARKS in openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames
    other = factories.MemberFactory(organisation=service, name="Ria Tane", role="admin")
    assert signed_in(other).get(url).status_code == 404


def test_the_marked_workbook_is_kept_for_an_hour(sam, refused, signed_in, monkeypatch):
    later = clock.now() + uploads.KEPT + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    page = signed_in(sam).get(reverse("import_marked", args=[refused.uid]), follow=True).content.decode()
    uploads.forget_old()

    assert "kept for an hour" in page and "faults marked" not in page
    assert Upload.objects.get().marked is None


def test_the_words_of_a_refused_file_are_kept_for_an_hour(sam, refused, signed_in, monkeypatch):
    assert refused.faults
    Upload.objects.update(notes=['people, row 1: "Jamie Leota" was passed over.'], questions=[])
    uploads.forget_old()
    assert Upload.objects.get().faults == refused.faults
    later = clock.now() + uploads.KEPT + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    uploads.forget_old()

    upload = Upload.objects.get()
    assert (upload.faults, upload.notes, upload.questions) == ([], [], None)
    for page in ("import_upload", "import_progress"):
        shown = signed_in(sam).get(reverse(page, args=[refused.uid]), follow=True).content.decode()
        assert "This file was refused" in shown and "imported" not in shown


def test_the_page_shows_a_hundred_kinds_of_faults_and_all_when_asked(sam, signed_in):
    names = {f"C{n}": "x" for n in range(130)}
    upload = uploads.take_in(
        member=sam, file_name="x.zip", content=as_zip(small(people=[{"ref": "H1", "name": "Jo", **names}]))
    )
    url = reverse("import_upload", args=[upload.uid])

    some, every = (signed_in(sam).get(url + more).content.decode() for more in ("", "?all=1"))

    assert "Show all 130" in some and "C129" not in some
    assert "C129" in every and "Show all" not in every


def test_a_changed_row_shows_what_was_and_what_will_be(service, sam, signed_in):
    people = [{"ref": "H1", "name": "Jamie Leota-Ward", "phone": "021 555 010", "contact_note": "Text first"}]
    rows = [*small()["service"], {"key": "inactive_weeks", "value": "20"}]
    actions.bring_in(opened(small(people=[people[0] | {"contact_note": "Ring twice", "name": "Jamie Leota"}])))
    upload = uploads.take_in(member=sam, file_name="x.zip", content=as_zip(small(people=people, service=rows)))

    assert upload.preview["people"] == [
        [
            2,
            "changed",
            "ref H1",
            [["name", "Jamie Leota", "Jamie Leota-Ward"], ["contact_note", "other words", "Text first"]],
        ]
    ]
    assert upload.preview["service"] == [[5, "changed", "key inactive_weeks", [["value", "24", "20"]]]]
    page = signed_in(sam).get(reverse("import_upload", args=[upload.uid])).content.decode()
    assert "<b>Jamie Leota-Ward</b>" in page and "Ring twice" not in page


def test_a_dry_run_says_what_was_and_what_will_be(service, tmp_path, capsys):
    people = [{"ref": "H1", "name": "Jamie Leota-Ward", "phone": "021 555 0111"}]
    (tmp_path / "x.zip").write_bytes(as_zip(small(people=people)))

    call_command("import_service", str(tmp_path / "x.zip"), "--dry-run")

    lines = capsys.readouterr().out.splitlines()
    assert "people, row 2, ref H1: name is Jamie Leota, would be Jamie Leota-Ward" in lines
    assert "people, row 2, ref H1: phone is empty, would be 021 555 0111" in lines


def test_what_is_asked_about_is_marked_too_until_it_is_answered(service, sam, signed_in):
    people = [{"ref": "H1", "name": "Jamie K?whai"}, {"ref": "H2", "name": "Ofa Ward"}]
    upload = uploads.take_in(member=sam, file_name="x.xlsx", content=as_workbook(small(people=people)))
    url = reverse("import_marked", args=[upload.uid])
    assert (upload.state, upload.faults) == ("looked_at", [])
    assert url in signed_in(sam).get(reverse("import_upload", args=[upload.uid])).content.decode()

    page = openpyxl.load_workbook(io.BytesIO(signed_in(sam).get(url).content))["people"]

    assert is_marked(page["B2"]) and not is_marked(page["B3"])
    uploads.let_go(uid=upload.uid, member=sam)
    assert Upload.objects.get().marked is None


# Words about people -----------------------------------------------------------------------------------------------------

PLAIN_WORDS = {
    ("service", "value"): "a setting",
    ("service", "key"): "a setting",
    ("staff", "name"): "a name",
    ("people", "ref"): "a code",
    ("people", "name"): "a name",
    ("people", "phone"): "a number",
    ("people", "called"): "a name",
    ("people", "pronouns"): "what every page says of them",
    ("people", "language"): "what every page says of them",
    ("people", "interpreter"): "what every page says of them",
    ("waiting", "referred_by"): "a service or a role",
    ("waiting_changes", "referred_by"): "a service or a role",
    ("closures", "label"): "a day of the service",
    ("leave_kinds", "kind"): "a kind of leave of the service",
    ("plan_rows", "row"): "a code",
    ("plan_rows", "label"): "a row of every plan",
    ("plans", "activity"): "a code",
    ("plan_templates", "name"): "a plan of the service",
    ("plan_versions", "template"): "a plan of the service",
    ("sessions", "with_name"): "a name",
    ("sessions", "place"): "a room or a link",
    ("groups", "place"): "a room or a link",
    ("group_meetings", "place"): "where one meeting is",
    ("time_logged", "activity"): "a code",
    ("scheme_versions", "name"): "a version of the scheme",
    ("scheme_rows", "kind"): "a code",
    ("scheme_rows", "label"): "a row of the scheme",
    ("scheme_rows", "one_of"): "a code",
    ("scheme_rows", "tier"): "a code",
    ("record_lines", "kind"): "a code",
    ("record_lines", "label"): "a row of the scheme",
    ("record_lines", "reason"): "why the scheme counts it so",
}


def test_every_column_of_free_words_is_known_to_be_about_people_or_not():
    columns = {
        (sheet.name, column.name)
        for sheet in SHEETS
        for column in sheet.columns
        if type(column.kind) is Text and column.name not in ("ref", "other", "absorbed")
    }
    assert columns - WORDS_ABOUT_PEOPLE - PLAIN_WORDS.keys() == set(), "say in WORDS_ABOUT_PEOPLE or here what it is"
    assert WORDS_ABOUT_PEOPLE.isdisjoint(PLAIN_WORDS)
    assert WORDS_ABOUT_PEOPLE <= {(sheet.name, column.name) for sheet in SHEETS for column in sheet.columns}
