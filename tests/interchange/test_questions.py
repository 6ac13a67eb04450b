"""What a spreadsheet program has changed, and what may mean two things, is asked about: each kind once, with its places."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from caseload.models import Client, Contact, TierPeriod
from peerload.interchange import actions, files, parse, tasks, uploads
from peerload.interchange.errors import FileRefused
from peerload.interchange.models import Upload
from peerload.interchange.preview import preview
from peerload.interchange.questions import KINDS, parse_answers
from peerload.staff.models import Organisation
from tests import factories
from tests.shared import shared

from .sheets import MERE, opened, small, text, zipped

FILES = Path(__file__).parent / "files"
DAMAGED = FILES / "damaged.xlsx"
PEOPLE = "ref,name,phone\nH1,Jamie Leota,021 555 0101\n"

# What is wrong with damaged.xlsx, as the notes in its sheet say: which question it is, or refused.
WRONG = {
    ("people", 2, "name"): "refused",  # a formula as a name, without a value
    ("people", 4, "name"): "letters",  # a letter lost by an old encoding
    ("people", 5, "phone"): "zeros",  # a phone that lost its leading 0
    ("people", 7, "ref"): "codes",  # the same ref in small letters
    ("people", 8, "team"): "merged",  # merged with the one above
}


@pytest.fixture(autouse=True)
def today_is(on):
    on(date(2026, 11, 12))


def places(found: parse.Read) -> dict[str, list[tuple[int, str]]]:
    """Return what is asked about a file, by kind, with rows and columns."""
    return {q.kind: [(place.row, place.column) for place in q.places] for q in found.asked.questions()}


def of_csv(content: bytes, name: str = "people.csv", **answers: str) -> parse.Read:
    return parse.read(files.open_bytes(content, name), answers)


def of_book(*rows, sheet: str = "people", merge: str = "", **answers: str) -> parse.Read:
    return parse.read(files.open_bytes(book(*rows, sheet=sheet, merge=merge)), answers)


def book(*rows, sheet: str = "people", merge: str = "") -> bytes:
    """Return a workbook of one sheet; a cell that is a pair is a formula with the value it shows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as made:
        page = made.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for index, cell in enumerate(row):
                if isinstance(cell, tuple):
                    page.write_formula(number, index, cell[0], None, cell[1])
                else:
                    page.write(number, index, cell)
        if merge:
            page.merge_range(merge, rows[1][1])
    return out.getvalue()


def names(found: parse.Read) -> list[str]:
    return [row.values["name"] for row in found.tables["people"].rows]


# A damaged workbook ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_each_fault_of_a_damaged_workbook_is_asked_about_or_refused_with_its_place():
    plan = preview(files.open_path(DAMAGED))

    found = {(place.sheet, place.row, place.column): q.kind for q in plan.questions for place in q.places}
    found |= {(fault.sheet, fault.row, fault.column): "refused" for fault in plan.faults}
    assert found == WRONG
    assert Client.objects.count() == 0


@pytest.mark.django_db
def test_the_command_names_them_all_at_once_and_saves_nothing(capsys):
    with pytest.raises(SystemExit) as left:
        call_command("import_service", str(DAMAGED))

    said = capsys.readouterr()
    assert (left.value.code, said.out, Organisation.objects.count()) == (1, "", 0)
    for sheet, row, column in WRONG:
        assert f"{sheet}, row {row}, column {column}: " in said.err
    for kind in set(WRONG.values()) - {"refused"}:
        assert f"--accept {kind}" in said.err


@shared(dated=True)
def kowhai(db):
    name = "Kōwhai Peer Support"
    return factories.OrganisationFactory(code=name, name=name)


@pytest.fixture
def browser(kowhai, signed_in):
    return signed_in(factories.MemberFactory(organisation=kowhai, name="Sam Ito", role="admin"))


def upload(browser, content: bytes, name: str) -> str:
    """Upload a file; return the address of its page."""
    return browser.post(reverse("import"), {"file": SimpleUploadedFile(name, content)}).url


def test_the_page_names_them_all_at_once_too(browser):
    page = browser.get(upload(browser, DAMAGED.read_bytes(), "damaged.xlsx")).content.decode()

    assert "holds the formula" in page and "and no value" in page
    for question in Upload.objects.get().questions:
        assert question["says"] in page
    for words in ("K?whai Rangi", "perhaps &quot;0211234567&quot;", "beside &quot;K005&quot;", "row 7"):
        assert words in page
    assert "Import this file" not in page and not Client.objects.exists()


def with_a_name() -> bytes:
    """Return the damaged workbook with words in place of the formula, which nothing but a person can mend."""
    made = openpyxl.load_workbook(DAMAGED)
    made["people"]["B2"] = "Mere Paki"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


ANSWERS = {"letters": "yes", "zeros": "add", "codes": "apart", "merged": "fill"}


@pytest.mark.django_db
@pytest.mark.parametrize("unsaid", [None, *ANSWERS])
def test_nothing_comes_in_before_every_question_is_answered(unsaid, tmp_path, capsys):
    path = tmp_path / "service.xlsx"
    path.write_bytes(with_a_name())
    given = [f"--accept={kind}={code}" for kind, code in ANSWERS.items() if kind != unsaid]

    if unsaid:
        with pytest.raises(SystemExit):
            call_command("import_service", str(path), *given)
        said = capsys.readouterr().err
        assert said.count("To be answered") == 1 and f"--accept {unsaid}" in said
        assert not Client.objects.exists()
        return
    call_command("import_service", str(path), *given)
    people = {person.ref: person for person in Client.objects.all()}
    assert (people["K002"].name, people["K004"].phone) == ("Hone Leading", "0211234567")
    assert people["K006"].team.name == "North" and people["k005"].name == "Ina Moala twice"
    call_command("import_service", str(path), *given)
    assert "people: 0 new, 0 changed, 7 unchanged" in capsys.readouterr().out


def test_they_are_answered_on_the_page_and_then_it_comes_in(browser):
    page = upload(browser, with_a_name(), "service.xlsx")
    shown = " ".join(browser.get(page).content.decode().split())
    assert 'type="checkbox" name="letters" value="yes"' in shown and 'type="radio" name="merged" value="fill"' in shown
    confirm = reverse("import_confirm", args=[Upload.objects.get().uid])

    some = {kind: code for kind, code in ANSWERS.items() if kind != "merged"}
    assert "Answer this first: One cell is empty" in browser.post(confirm, some, follow=True).content.decode()
    assert uploads.bring_in_next() is None

    changed = " ".join(browser.post(confirm, ANSWERS, follow=True).content.decode().split())
    assert "The preview now uses your answers" in changed  # the zeros are put back, which it did not show before
    assert 'value="add" id="zeros-add" required checked' in changed and not Client.objects.exists()
    browser.post(confirm, ANSWERS)
    tasks.bring_in()
    assert Client.objects.get(ref="K004").phone == "0211234567"
    assert Upload.objects.get().questions is None


def test_the_values_that_formulas_show_come_in_from_libreoffice():
    found = parse.read(files.open_path(FILES / "damaged.ods"))

    asked = {(place.sheet, place.row, place.column): q.kind for q in found.asked.questions() for place in q.places}
    assert asked == {place: kind for place, kind in WRONG.items() if kind != "codes"} | {
        ("people", 2, "name"): "formulas"
    }
    assert found.faults == [] and names(found)[0] == "MERE PAKI"


# Words and numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        (("=UPPER(C2)", "JAMIE"), "formulas", "JAMIE"),
        ("K?whai", "letters", "K?whai"),
        ("?rupe T", "letters", "?rupe T"),
        ("K\ufffdwhai", "letters", "K\ufffdwhai"),
        ("MÄ\x81ori", "garbled", "MÄ\x81ori"),
        ("Renée Māori Ã©", "garbled", "Renée Māori Ã©"),
        ("Jamie\nLeota", "signs", "Jamie Leota"),
        ("Jamie \r\n\tLeota", "signs", "Jamie Leota"),
        ("Jamie\u00a0Leota", "signs", "Jamie Leota"),
        ("Ja\u200bmie", "signs", "Jamie"),
        ("Ja\u200dmie", "signs", "Jamie"),
        (True, "types", "TRUE"),
        (date(2026, 4, 3), "types", "2026-04-03"),
        (64215550101123, "scientific", "64215550101123"),
        ("6.42E+10", "scientific", "6.42E+10"),
    ],
    ids=repr,
)
def test_damage_in_a_name_is_asked_about(cell, kind, value):
    found = of_book(["ref", "name", "phone"], ["H1", cell, "x"])

    assert places(found) == {kind: [(2, "name")]}
    assert names(found) == [value]


def test_signs_that_nobody_sees_are_named_where_they_are_asked_about():
    (question,) = of_book(["ref", "name"], ["H1", "Ja\u200bmie \r\n\tLeota"]).asked.questions()

    assert question.places[0].text == '"Ja[U+200B]mie [line break][tab]Leota", as "Jamie Leota"'


@pytest.mark.parametrize(
    "name", ["Jamie Leota", "Tāne Ōrupe", "👩🏽‍🌾 Ofa", "क्‍ष", "Who?", "O’Connor", "CAFÉ – BAR", "1E5 ", "Ngã"], ids=repr
)
def test_a_name_as_people_have_it_is_no_question(name):
    assert places(of_book(["ref", "name"], ["H1", name])) == ({} if name != "1E5 " else {"scientific": [(2, "name")]})


def test_lines_and_questions_are_at_home_in_a_note():
    found = of_book(["ref", "name", "contact_note"], ["H1", "Jamie", "Call after 3?yes\nno voicemail\u200b"])

    assert places(found) == {}


def test_letters_are_put_right_where_that_is_the_answer():
    found = of_csv("ref,name\nH1,KÅ\x8dwhai MÄ\x81ori\n".encode(), garbled="mend")

    assert names(found) == ["Kōwhai Māori"]


@pytest.mark.parametrize(
    ("refs", "asked", "added"),
    [
        (["007", 8], [(3, "ref")], ["007", "008"]),
        (["007", "8"], [(3, "ref")], ["007", "008"]),
        (["H07", 8], [], ["H07", "8"]),
        (["0071", "12345"], [], ["0071", "12345"]),
        ([7, 8], [], ["7", "8"]),
    ],
    ids=["a number beside text", "text beside text", "codes with letters", "one that is longer", "numbers alone"],
)
def test_zeros_that_refs_have_lost_are_asked_about(refs, asked, added):
    rows = [["ref", "name"], *([ref, "Somebody"] for ref in refs)]

    assert places(of_book(*rows)) == ({"zeros": asked} if asked else {})
    assert [row.values["ref"] for row in of_book(*rows, zeros="add").tables["people"].rows] == added


@pytest.mark.parametrize(
    ("phone", "other", "asked"),
    [
        ("211234567", "021 555 0101", True),
        ("211234567", "+64 21 555 0101", False),
        ("0211234567", "021 555 0101", False),
        ("147", "021 555 0101", False),
    ],
    ids=["beside one with a 0", "beside one with a country", "none lost", "a short number"],
)
def test_a_phone_of_a_csv_file_may_have_lost_its_0(phone, other, asked):
    found = of_csv(f"ref,name,phone\nH1,Jamie,{phone}\nH2,Ofa,{other}\n".encode())

    assert places(found) == ({"zeros": [(2, "phone")]} if asked else {})


def test_a_formula_of_a_csv_file_is_asked_about_and_what_was_exported_is_not():
    found = of_csv(b"ref,name\nH1,=B9&C9\nH2,'=B9&C9\n")

    assert places(found) == {"formulas": [(2, "name")]}
    assert names(found) == ["=B9&C9", "=B9&C9"]


def test_a_formula_is_asked_about_in_any_column():
    found = of_book(["email", "from", "fte"], [MERE, "2026-01-05", ("=1-0.2", 0.8)], sheet="posts")

    assert places(found) == {"formulas": [(2, "fte")]}


@pytest.mark.parametrize(("answer", "names_read"), [("fill", ["Jamie", "Jamie"]), ("empty", ["Jamie"])])
def test_merged_cells_are_filled_or_left_empty(answer, names_read):
    found = of_book(["ref", "name"], ["H1", "Jamie"], ["H2", ""], merge="B2:B3", merged=answer)

    assert places(found) == {"merged": [(3, "name")]}
    assert names(found) == names_read


@pytest.mark.parametrize("answer", ["fill", "empty"])
def test_cells_merged_across_columns_are_filled_like_those_below(answer):
    rows = ["H1", "Jamie", "", "they"], ["H2", "", "", ""]
    found = of_book(["ref", "name", "called", "pronouns"], *rows, merge="B2:C3", merged=answer)

    assert places(found) == {"merged": [(2, "called"), (3, "name"), (3, "called")]}
    said = [(row.values["name"], row.values["called"], row.values["pronouns"]) for row in found.tables["people"].rows]
    filled = [("Jamie", "Jamie", "they"), ("Jamie", "Jamie", "")]
    assert said == (filled if answer == "fill" else [("Jamie", "", "they")])


AS_THEY_ARE = {"zeros": "keep", "letters": "yes", "scientific": "yes", "garbled": "keep"}


@pytest.mark.django_db
def test_what_is_stored_is_not_asked_about_when_it_comes_in_again():
    people = [
        {"ref": "H1", "name": "Jamie Leota", "phone": "021 555 010"},
        {"ref": "H2", "name": "Ofa W"},
        {"ref": "0012", "name": "K?whai Rest", "phone": "0215550101"},
        {"ref": "77", "name": "6E10", "phone": "215550102"},
        {"ref": "0345", "name": "MÄ\x81ori Ward"},
    ]
    contacts = [{"ref": "77", "email": MERE, "on": "2026-02-02", "reached": "no", "note": "K\ufffdwhai rang"}]
    file = opened(small(people=people, contacts=contacts))
    first = preview(file)
    assert {question.kind for question in first.questions} == AS_THEY_ARE.keys()
    organisation = actions.bring_in(file, answers=AS_THEY_ARE).organisation

    again = preview(file)
    more = preview(opened(small(people=[*people, {"ref": "78", "name": "T?ne"}], contacts=contacts)))

    assert organisation == again.organisation
    assert (again.questions, again.to_write) == ((), 0)
    new = len(people) + 2  # the header is row 1
    asked = {question.kind: [(place.row, place.column) for place in question.places] for question in more.questions}
    assert asked == {"zeros": [(new, "ref")], "letters": [(new, "name")]}


# Refs that are nearly the same -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_ref_that_differs_from_a_stored_one_only_by_case_is_asked_about():
    organisation = actions.bring_in(opened(small())).organisation
    tiers = [*small()["tiers"], {"ref": "h1", "tier": "medium", "from": "2026-02-02"}]
    file = opened(small(tiers=tiers))

    plan = preview(file, organisation=organisation)
    assert [(q.kind, *q.places[0]) for q in plan.questions] == [("codes", "tiers", 4, "ref", '"h1" beside "H1"')]
    assert [(fault.row, fault.column) for fault in plan.faults] == [(4, "ref")]  # as it stands nobody has it
    with pytest.raises(FileRefused, match="--accept codes=same"):
        actions.bring_in(file, organisation=organisation)
    actions.bring_in(file, organisation=organisation, answers={"codes": "same"})

    assert TierPeriod.objects.filter(client__ref="H1").count() == 2
    assert {person.ref for person in Client.objects.all()} == {"H1", "H2"}
    again = preview(file, organisation=organisation, answers={"codes": "same"})
    assert again.to_write == 0


def test_a_file_whose_faults_an_answer_may_take_away_waits_for_the_answer(kowhai, browser):
    sheets = small(service=[{"key": "name", "value": kowhai.name}, *small()["service"][1:]])
    sheets["tiers"][0]["ref"] = "h1"
    page = upload(browser, zipped({f"{name}.csv": text(rows) for name, rows in sheets.items()}), "service.zip")

    asked = browser.get(page).content.decode()
    assert "Some answers are needed first" in asked and "See it with these answers" in asked
    confirm = reverse("import_confirm", args=[Upload.objects.get().uid])
    assert "What would change" in browser.post(confirm, {"codes": "same"}, follow=True).content.decode()
    browser.post(confirm, {"codes": "same"})
    tasks.bring_in()
    assert TierPeriod.objects.filter(client__ref="H1").exists()


@pytest.mark.django_db
def test_the_same_ref_twice_in_a_file_is_one_person_twice_where_that_is_the_answer():
    file = opened(small(people=[*small()["people"], {"ref": "h 1", "name": "Jamie L"}]))

    with pytest.raises(FileRefused, match=r'people, row 4, column ref: "H1" is there already, in row 2'):
        actions.bring_in(file, answers={"codes": "same"})
    actions.bring_in(file, answers={"codes": "apart"})
    assert Client.objects.count() == 3


# Dates -----------------------------------------------------------------------------------------------------------------


def tiers(*days: str) -> bytes:
    rows = [f'H{number},high,"{day}"' for number, day in enumerate(days, 1)]
    return "\n".join(["ref,tier,from", *rows]).encode()


def days_of(found: parse.Read) -> list[date]:
    return [row.values["from"] for row in found.tables["tiers"].rows]


def test_which_comes_first_is_asked_once_with_three_of_the_files_own_dates():
    found = of_csv(tiers("3/4/2026", "1/2/2026", "11/12/2025", "5/6/2025", "25/4/2026", "7/7/2026"), "tiers.csv")

    (question,) = found.asked.questions()
    assert question.says == (
        "4 dates may begin with the day or with the month. Such are 3/4/2026, 1/2/2026, 11/12/2025. "
        "25/4/2026 (tiers, row 6, column from) can only be read with the day first."
    )
    assert question.choices == (
        ("day_first", "The day comes first: 3/4/2026 is 3 April 2026."),
        ("month_first", "The month comes first: 3/4/2026 is 4 March 2026."),
    )
    assert [place.row for place in question.places] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("answer", "days", "refused"),
    [
        ("day_first", [date(2026, 4, 3), date(2026, 4, 25)], (4, "4/25/2026")),
        ("month_first", [date(2026, 3, 4), date(2026, 4, 25)], (3, "25/4/2026")),
    ],
)
def test_a_date_that_contradicts_the_answer_is_refused_in_its_row(answer, days, refused):
    found = of_csv(tiers("3/4/2026", "25/4/2026", "4/25/2026"), "tiers.csv", dates=answer)

    assert days_of(found) == days
    assert [(fault.row, fault.column) for fault in found.faults] == [(refused[0], "from")]
    assert refused[1] in found.faults[0].says


@pytest.mark.parametrize("day", ["25/4/2026", "25.4.2026", "4/25/2026", "2026/4/25", "25 April 2026", "Apr 25, 2026"])
def test_a_date_that_can_mean_one_day_only_is_no_question(day):
    found = of_csv(tiers(day), "tiers.csv")

    assert (days_of(found), places(found)) == ([date(2026, 4, 25)], {})


def test_moments_and_months_follow_the_same_answer():
    contacts = b"ref,on,reached,recorded_at\nH1,3/4/2026,no,3/4/2026 9:30\n"
    [found] = (row.values for row in of_csv(contacts, "contacts.csv", dates="month_first").tables["contacts"].rows)
    assert (found["on"], f"{found['recorded_at']:%Y-%m-%d %H:%M}") == (date(2026, 3, 4), "2026-03-04 09:30")

    records = b"email,month,total\nmere@harbourside.example,1/10/2026,83\n"
    found = of_csv(records, "records.csv", dates="day_first").tables["records"].rows[0].values
    assert found["month"] == date(2026, 10, 1)


@pytest.mark.django_db
def test_the_same_file_with_its_dates_written_otherwise_changes_nothing():
    contact = {"ref": "H1", "on": "2026-04-03", "reached": "no", "note": "No answer."}
    organisation = actions.bring_in(opened(small(contacts=[contact]))).organisation
    for written in ("3/4/2026", "03.04.2026", "3 April 2026", "2026/4/3", "Fri 3 Apr 2026"):
        again = opened(small(contacts=[contact | {"on": written}]))
        assert actions.bring_in(again, organisation=organisation, answers={"dates": "day_first"}).to_write == 0
    assert Contact.objects.count() == 1


# Answers ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "answers"),
    [
        ([], {}),
        (["formulas", "dates=day_first"], {"formulas": "yes", "dates": "day_first"}),
        (["signs=yes"], {"signs": "yes"}),
    ],
)
def test_an_answer_is_a_kind_and_where_there_is_a_choice_what_is_chosen(given, answers):
    assert parse_answers(given) == answers


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("dates", "Say dates=day_first or dates=month_first."),
        ("dates=today", "Say dates=day_first or dates=month_first."),
        ("formulas=no", "Say formulas."),
        ("formula", "There are: encoding, separators"),
    ],
)
def test_what_answers_nothing_is_told_so(given, says, tmp_path):
    with pytest.raises(CommandError, match=says):
        call_command("import_service", str(tmp_path), "--accept", given)


def test_every_kind_says_what_it_asks_and_what_a_yes_does():
    for kind in KINDS.values():
        assert all((kind.says % {"count": count}).endswith(".") for count in (1, 2))
        assert bool(kind.accepting) != bool(kind.choices)
