"""The workbook to fill in: comes back as it went out, keeps what is typed, and its example is a service that comes in."""

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
from django.urls import reverse

from peerload.interchange import actions, files, filling, parse
from peerload.interchange.field_types import Choice, Day, Number, YesNo
from peerload.interchange.preview import preview
from peerload.interchange.sheets import README, SHEET
from peerload.interchange.sheets.settings import SETTINGS

from .sheets import opened, small

TODAY = date(2026, 11, 12)
SHEETS = [SHEET[name] for name, _ in filling.ORDER]


def book(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def empty():
    return filling.empty_workbook()


@pytest.fixture(scope="module")
def example():
    return filling.example_workbook(TODAY)


def test_the_empty_workbook_comes_back_as_it_went_out(empty):
    read = parse.read(files.open_bytes(empty))

    assert read.faults == []
    assert list(read.tables) == [name for name in SHEET if name in dict(filling.ORDER)]
    assert sum(len(table.rows) for table in read.tables.values()) == len(SETTINGS)


def test_the_first_sheet_says_in_which_order_to_fill_it_in_and_what_every_column_holds(empty):
    page = book(empty).worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]

    assert page.title == README
    assert [row[1] for row in rows if isinstance(row[0], int)] == book(empty).sheetnames[1:]
    said = {(row[1], row[2]) for row in rows if row[2] and row[4]}
    assert {(sheet.name, column.name) for sheet in SHEETS for column in sheet.columns} <= said
    assert {("service", setting.key) for setting in SETTINGS} <= said


def test_a_sheet_names_only_what_stands_in_a_sheet_before_it():
    order = [name for name, _ in filling.ORDER]
    for sheet in SHEETS:
        for column, named in sheet.refers_anywhere.items():
            known_later = (sheet.name, column) in {("teams", "manager"), ("teams", "deputy")}
            assert named == "families" or known_later or order.index(named) <= order.index(sheet.name)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_columns_keep_what_is_typed_and_offer_what_may_be_chosen(empty, sheet):
    page = book(empty)[sheet.name]
    offers = {next(iter(each.sqref.ranges)).min_col: each for each in page.data_validations.dataValidation}
    for index, column in enumerate(sheet.columns, 1):
        letter = openpyxl.utils.get_column_letter(index)
        kept = page.column_dimensions
        format = next(
            d for k, d in kept.items() if d.min <= index <= d.max and (k == letter or d.min < d.max)
        ).number_format
        kind = column.kind
        assert format == ("yyyy-mm-dd" if isinstance(kind, Day) else "General" if isinstance(kind, Number) else "@"), (
            column.name
        )
        assert offers[index].prompt == column.help[:255]
        words = (
            getattr(kind, "words", ()) if isinstance(kind, Choice) else ("yes", "no") if isinstance(kind, YesNo) else ()
        )
        if words:
            assert offers[index].formula1 == f'"{",".join(words)}"'


@pytest.mark.django_db
@pytest.mark.parametrize("day", [TODAY + timedelta(days=n) for n in (0, 2, 4, 20, 49)], ids=str)
def test_the_example_comes_in_without_a_fault_on_any_day(on, day):
    on(day)

    plan = actions.bring_in(files.open_bytes(filling.example_workbook(day)))

    assert plan.faults == [] and plan.organisation.code == "kowhai-example"
    assert all(plan.counts[name]["new"] for name, _ in filling.ORDER)
    again = preview(files.open_bytes(filling.example_workbook(day)), organisation=plan.organisation)
    assert (again.faults, again.to_write) == ([], 0)


@pytest.mark.django_db
def test_the_example_does_not_come_into_a_service_that_is_there(on):
    on(TODAY)
    service = actions.bring_in(opened(small())).organisation

    plan = preview(files.open_bytes(filling.example_workbook(TODAY)), organisation=service)

    assert "The file is for the service kowhai-example, not for Harbourside." in [fault.says for fault in plan.faults]


def test_references_and_numbers_of_the_example_are_text_and_its_days_are_days(example):
    people, tiers = book(example)["people"], book(example)["tiers"]

    assert people["A2"].value == "0101" and people["A2"].number_format == "@"
    assert tiers["C2"].is_date and tiers["C2"].number_format == "yyyy-mm-dd"
    words = " ".join(
        str(cell.value) for page in book(example) for row in page.iter_rows() for cell in row if cell.value
    )
    assert not re.search(r"@(?!example\.org)\w", words)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["import_workbook", "import_example"])
def test_an_admin_downloads_either(on, admin, signed_in, name):
    on(TODAY)
    page = signed_in(admin).get(reverse("import")).content.decode()
    assert f'href="{reverse(name)}"' in page

    answer = signed_in(admin).get(reverse(name))

    assert answer["X-Content-Type-Options"] == "nosniff" and "attachment" in answer["Content-Disposition"]
    assert book(answer.content).sheetnames[0] == README
