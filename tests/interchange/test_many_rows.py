"""Hundreds of thousands of rows come in and go out in little memory."""

import tracemalloc
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from caseload.models import Contact
from peerload.interchange import actions, files, queries
from peerload.interchange.comparison.rows import NewRow, UnchangedRow
from peerload.interchange.parse import SheetRow
from peerload.interchange.preview import preview
from peerload.interchange.rows import PackedRows, PackedValues, Values, places
from peerload.interchange.sheets import SHEET
from tests import factories

from .sheets import MERE, opened, small, text, zipped

WHERE = places(("ref", "on", "note", "recorded_at"))
AT = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


def row(number: int) -> SheetRow:
    return SheetRow(number, Values(WHERE, (f"H{number}", date(2026, 11, 2), "Of the summer", AT)))


@pytest.mark.parametrize("count", [0, 1, 999, 1_000, 1_001, 2_500])
def test_packed_rows_come_back_as_they_were(count):
    rows = [row(number) for number in range(count)]

    assert PackedValues(SheetRow, WHERE, rows) == rows
    assert len(PackedValues(SheetRow, WHERE, rows)) == count
    assert [*PackedValues(SheetRow, WHERE, rows).made_by(NewRow)] == [NewRow(*each) for each in rows]
    assert PackedRows((n, ["a", str(n)]) for n in range(count)) == [(n, ["a", str(n)]) for n in range(count)]


def test_other_rows_take_the_place_of_packed_ones():
    rows = PackedValues(SheetRow, WHERE, map(row, range(1_500)))

    rows.replace({0: row(7_000), 1_400: row(7_001)})

    assert [each.number for each in rows] == [7_000, *range(1, 1_400), 7_001, *range(1_401, 1_500)]


def test_values_are_never_changed_but_made_anew():
    values = row(1).values

    assert values | {"note": "New"} == {**values, "note": "New"}
    assert values["note"] == "Of the summer"
    assert values | {"more": 1} == {**values, "more": 1}
    assert values.cells == ("H1", date(2026, 11, 2), "Of the summer", AT)
    with pytest.raises(TypeError):
        values["note"] = "New"


def test_contacts_of_a_new_service_stay_packed_and_nobody_can_change_them(on, db):
    on(date(2026, 11, 12))
    contacts = [{"ref": "H1", "email": MERE, "on": "2026-11-02", "reached": "no"}]

    plan = preview(opened(small(people=[{"ref": "H1", "name": "Jamie Leota"}], contacts=contacts)))

    assert isinstance(plan.service.of("contacts"), PackedValues)
    with pytest.raises(AttributeError):
        next(iter(plan.service.of("contacts"))).values = {}


def test_a_large_file_is_packed_away_row_by_row_as_it_is_opened():
    lines = (f"H{n},{MERE},2026-11-02,no,Rang {n} times" for n in range(20_000))
    content = "\n".join(["ref,email,on,reached,note", *lines]).encode()

    tracemalloc.start()
    try:
        found = files.open_bytes(content, "contacts.csv")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(found.tables["contacts"].rows) == 20_000
    assert most < 3 * len(content)  # its text once, and the rows packed


PEOPLE = 1_000


@pytest.fixture
def large():
    """A service as a zip: a person, a tier, an allocation and two contacts, a thousand times."""
    refs = [f"P{number:06}" for number in range(PEOPLE)]
    days = ("2026-11-02", "2026-11-09")
    sheets = small(
        people=[{"ref": ref, "name": f"Person {ref}"} for ref in refs],
        tiers=[{"ref": ref, "tier": "high", "from": "2026-02-02"} for ref in refs],
        allocations=[{"ref": ref, "email": MERE, "from": "2026-02-02"} for ref in refs],
        contacts=[{"ref": ref, "email": MERE, "on": on, "reached": "no"} for ref in refs for on in days],
    )
    return zipped({f"{name}.csv": text(rows) for name, rows in sheets.items()})


def most_held(work) -> int:
    """Return the most bytes that Python held at a time while something was done."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.django_db
def test_a_row_of_a_service_takes_a_few_hundred_bytes_while_it_comes_in(on, large):
    on(date(2026, 11, 12))
    rows = 5 * PEOPLE
    preview(opened(small()))  # what is made once

    first = most_held(lambda: preview(files.open_bytes(large)))
    actions.bring_in(files.open_bytes(large))
    again = most_held(lambda: preview(files.open_bytes(large)))

    assert first < 480 * rows  # measured: 424
    assert again < 950 * rows  # measured: 800, with what is stored beside it


@pytest.mark.django_db
def test_an_export_leaves_its_rows_with_the_server_until_it_comes_to_them():
    organisation = factories.MemberFactory().organisation

    with queries.as_of_one_moment():
        rows = queries.rows_to_write(SHEET["staff"], organisation)
        next(rows)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_cursors")
            during = cursor.fetchone()
        rows.close()

    assert during == (1,)
    assert connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]


# The same contacts again ---------------------------------------------------------------------------------------------------


JAMIE: dict = {"people": [{"ref": "H1", "name": "Jamie Leota"}], "tiers": [], "allocations": []}
CALL = {"ref": "H1", "email": MERE, "on": "2026-11-02", "reached": "no"}
WRITTEN = "2026-11-02T08:30:00Z"


@pytest.mark.parametrize(
    ("first", "again", "expected"),
    [
        ([CALL], [CALL], {"unchanged": 1}),
        ([CALL, CALL], [CALL, CALL], {"unchanged": 2}),
        ([CALL], [CALL, CALL], {"unchanged": 1, "new": 1}),
        ([CALL, CALL], [CALL], {"unchanged": 1}),
        ([CALL | {"recorded_at": WRITTEN}], [CALL | {"recorded_at": WRITTEN}], {"unchanged": 1}),
        ([CALL | {"recorded_at": WRITTEN}], [CALL], {"unchanged": 1}),
        ([CALL | {"recorded_at": WRITTEN}] * 2, [CALL | {"recorded_at": WRITTEN}, CALL], {"unchanged": 2}),
        ([CALL | {"note": "Rang"}], [CALL | {"note": "Rang twice"}], {"new": 1}),
    ],
)
def test_the_nth_equal_contact_of_a_file_is_the_nth_that_is_stored(on, db, first, again, expected):
    on(date(2026, 11, 12))
    actions.bring_in(opened(small(**JAMIE, contacts=first)))

    found = preview(opened(small(**JAMIE, contacts=again))).counts["contacts"]

    assert {state: count for state, count in found.items() if count} == expected


def test_contacts_that_are_stored_already_stay_packed(on, db):
    on(date(2026, 11, 12))
    sheets = small(**JAMIE, contacts=[CALL, CALL | {"note": "Rang twice"}])
    actions.bring_in(opened(sheets))

    rows = preview(opened(sheets)).service.of("contacts")

    assert [type(row) for row in rows] == [UnchangedRow] * 2
    assert {row.known.pk for row in rows} == set(Contact.objects.values_list("pk", flat=True))
    with pytest.raises(AttributeError):
        next(iter(rows)).values = {}
