# ruff: noqa: E501
"""Whatever contradicts itself is refused, naming sheet, row and column; nothing of the file is saved."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import models

from caseload.models import Client
from peerload.interchange import actions, sheets
from peerload.interchange.errors import FileRefused
from peerload.interchange.preview import preview
from peerload.staff.models import Organisation

from .sheets import MERE, SERVICE, TOM, opened, small, text, with_rows

TODAY = date(2026, 11, 12)

REFUSED = {
    "two tiers of one person on one day": ("tiers", {"ref": "H1", "tier": "group", "from": "2026-01-05"}, 4, "from", "there already"),
    "an unknown tier": ("tiers", {"ref": "H1", "tier": "fringe", "from": "2026-02-05"}, 4, "tier", "not one of"),
    "parking that lies ahead": ("tiers", {"ref": "H1", "tier": "parked", "from": "2026-11-13"}, 4, "from", "in the future"),
    "a tier of nobody": ("tiers", {"ref": "H9", "tier": "high", "from": "2026-02-05"}, 4, "ref", "not in the sheet people"),
    "a day that is none": ("tiers", {"ref": "H1", "tier": "high", "from": "2026-02-30"}, 4, "from", "YYYY-MM-DD"),
    "a day written the other way": ("tiers", {"ref": "H1", "tier": "high", "from": "12/11/26"}, 4, "from", "YYYY-MM-DD"),
    "a day in the year 1": ("tiers", {"ref": "H1", "tier": "high", "from": "0001-01-01"}, 4, "from", "outside the years"),
    "an allocation without a tier": ("people+allocations", {"ref": "H3", "email": MERE, "from": "2026-02-02"}, 4, "ref", "no row in the sheet tiers"),
    "an allocation to nobody": ("allocations", {"ref": "H1", "email": "no@harbourside.example", "from": "2026-02-02"}, 4, "email", "not in the sheet staff"),
    "an allocation that ends as it begins": ("allocations", {"ref": "H1", "email": TOM, "from": "2026-02-02", "until": "2026-02-02"}, 4, "until", "does not lie after"),
    "a decision before the allocation": ("allocations", {"ref": "H1", "email": TOM, "from": "2026-02-02", "close_decided_on": "2026-02-01"}, 4, "close_decided_on", "lies before"),
    "a closing before the decision": ("allocations", {"ref": "H1", "email": TOM, "from": "2026-02-02", "close_decided_on": "2026-03-02", "closed_on": "2026-03-01"}, 4, "closed_on", "lies before"),
    "a decision that lies ahead": ("allocations", {"ref": "H1", "email": TOM, "from": "2026-02-02", "close_decided_on": "2026-11-13"}, 4, "close_decided_on", "in the future"),
    "a closing that lies ahead": ("allocations", {"ref": "H1", "email": TOM, "from": "2026-02-02", "closed_on": "2026-11-13"}, 4, "closed_on", "in the future"),
    "a contact that lies ahead": ("contacts", {"ref": "H1", "on": "2026-11-13", "reached": "no"}, 2, "on", "in the future"),
    "a reached contact without an outcome": ("contacts", {"ref": "H1", "on": "2026-11-02", "reached": "yes"}, 2, "outcome", "Fill in the outcome"),
    "an agreement to no note": ("contacts", {"ref": "H1", "on": "2026-11-02", "reached": "no", "written_with": "Jamie"}, 2, "written_with", "no note"),
    "supervision led by peers": ("sessions", {"email": MERE, "kind": "supervision", "planned_on": "2026-11-20", "with_name": "Whaea Ngaire", "led_by": "peers"}, 2, "led_by", "Only reflective practice"),
    "a promise of nothing": ("next_steps", {"ref": "H1", "kind": "promise", "due_on": "2026-11-20", "made_on": "2026-11-02"}, 2, "what", "what was promised"),
    "a promise at an hour": ("next_steps", {"ref": "H1", "kind": "promise", "what": "Ring", "due_on": "2026-11-20", "made_on": "2026-11-02", "time": "14:30"}, 2, "time", "A promise has none"),
    "an appointment at no hour": ("next_steps", {"ref": "H1", "kind": "appointment", "due_on": "2026-11-20", "made_on": "2026-11-02", "minutes": "30", "place": "phone"}, 2, "time", "Fill this in"),
    "a next step made ahead": ("next_steps", {"ref": "H1", "kind": "promise", "what": "Ring", "due_on": "2026-11-20", "made_on": "2026-11-13"}, 2, "made_on", "in the future"),
    "a next step ended on no day": ("next_steps", {"ref": "H1", "kind": "promise", "what": "Ring", "due_on": "2026-11-20", "made_on": "2026-11-02", "ended_as": "kept"}, 2, "ended_on", "filled in together"),
    "a next step that stands, ended by somebody": ("next_steps", {"ref": "H1", "kind": "promise", "what": "Ring", "due_on": "2026-11-20", "made_on": "2026-11-02", "ended_by": MERE}, 2, "ended_by", "has not ended"),
    "a goal without words": ("goals", {"ref": "H1", "from": "2026-11-02", "words": ""}, 2, "words", "cell is empty"),
    "a goal since a day ahead": ("goals", {"ref": "H1", "from": "2026-11-13", "words": "A job"}, 2, "from", "in the future"),
    "a goal reached before it began": ("goals", {"ref": "H1", "from": "2026-11-02", "words": "A job", "ended_as": "reached", "ended_on": "2026-11-01"}, 2, "ended_on", "lies before"),
    "a goal reached on no day": ("goals", {"ref": "H1", "from": "2026-11-02", "words": "A job", "ended_as": "reached"}, 2, "ended_on", "filled in together"),
    "a goal that stands, ended by somebody": ("goals", {"ref": "H1", "from": "2026-11-02", "words": "A job", "ended_by": MERE}, 2, "ended_by", "neither reached nor let go"),
    "a consent about nobody": ("consents", {"ref": "H1", "name": "", "relation": "sister", "about": "Housing", "consented_on": "2026-11-02"}, 2, "name", "cell is empty"),
    "a consent about nothing": ("consents", {"ref": "H1", "name": "Sina", "relation": "sister", "about": "", "consented_on": "2026-11-02"}, 2, "about", "cell is empty"),
    "a consent given ahead": ("consents", {"ref": "H1", "name": "Sina", "relation": "sister", "about": "Housing", "consented_on": "2026-11-13"}, 2, "consented_on", "in the future"),
    "a consent withdrawn before it was given": ("consents", {"ref": "H1", "name": "Sina", "relation": "sister", "about": "Housing", "consented_on": "2026-11-02", "withdrawn_on": "2026-11-01"}, 2, "withdrawn_on", "lies before"),
    "a consent that holds, withdrawn by somebody": ("consents", {"ref": "H1", "name": "Sina", "relation": "sister", "about": "Housing", "consented_on": "2026-11-02", "withdrawn_by": MERE}, 2, "withdrawn_by", "not withdrawn"),
    "an attempt with an outcome": ("contacts", {"ref": "H1", "on": "2026-11-02", "reached": "no", "outcome": "other"}, 2, "outcome", "Leave the outcome empty"),
    "a contact of two days": ("contacts", {"ref": "H1", "on": "2026-11-02", "reached": "no", "minutes": "2880"}, 2, "minutes", "not between"),
    "half a minute": ("contacts", {"ref": "H1", "on": "2026-11-02", "reached": "no", "minutes": "2.5"}, 2, "minutes", "whole number"),
    "a contact by nobody known": ("contacts", {"ref": "H1", "email": "no@harbourside.example", "on": "2026-11-02", "reached": "no"}, 2, "email", "not in the sheet staff"),
    "a note with a NUL": ("contacts", {"ref": "H1", "on": "2026-11-02", "reached": "no", "note": "a\x00b"}, 2, "note", "NUL"),
    "a note that is too long": ("contacts", {"ref": "H1", "on": "2026-11-02", "reached": "no", "note": "a" * 8001}, 2, "note", "at most 8000"),
    "neither yes nor no": ("contacts", {"ref": "H1", "on": "2026-11-02", "reached": "maybe"}, 2, "reached", "neither yes nor no"),
    "an unknown kind of activity": ("activities", {"ref": "H1", "kind": "gardening", "from": "2026-02-02"}, 2, "kind", "not one of"),
    "an activity that ends before it begins": ("activities", {"ref": "H1", "kind": "court", "from": "2026-02-02", "finished_on": "2026-02-01"}, 2, "finished_on", "lies before"),
    "an unknown responsibility": ("responsibilities", {"email": MERE, "kind": "gardening", "from": "2026-02-02"}, 2, "kind", "not one of"),
    "a quantity where none is counted": ("responsibilities", {"email": MERE, "kind": "group_work", "from": "2026-02-02", "quantity": "2"}, 2, "quantity", "counts once"),
    "a responsibility of nobody": ("responsibilities", {"email": "", "kind": "group_work", "from": "2026-02-02"}, 2, "email", "cell is empty"),
    "no FTE at all": ("posts", {"email": MERE, "from": "2026-02-02", "fte": "0"}, 2, "fte", "not above 0"),
    "more FTE than there is": ("posts", {"email": MERE, "from": "2026-02-02", "fte": "1.501"}, 2, "fte", "at most 1.5"),
    "an FTE that is no number": ("posts", {"email": MERE, "from": "2026-02-02", "fte": "NaN"}, 2, "fte", "not a number"),
    "an FTE with a comma that may divide thousands": ("posts", {"email": MERE, "from": "2026-02-02", "fte": "1,250"}, 2, "fte", "decimal point"),
    "a post of an unknown team": ("posts", {"email": MERE, "from": "2026-02-02", "fte": "1", "team": "Northcote"}, 2, "team", "not in the sheet teams"),
    "a post that ends before it begins": ("posts", {"email": MERE, "from": "2026-02-02", "until": "2026-02-01", "fte": "1"}, 2, "until", "lies before"),
    "a return before leaving": ("absences", {"email": MERE, "from": "2026-02-02", "back_on": "2026-02-02"}, 2, "back_on", "does not lie after"),
    "a person twice": ("people", {"ref": "H1", "name": "Somebody else"}, 4, "ref", "there already"),
    "a person without a name": ("people", {"ref": "H3", "name": " "}, 4, "name", "cell is empty"),
    "a person of an unknown team": ("people", {"ref": "H3", "name": "Isa Kumar", "team": "Northcote"}, 4, "team", "not in the sheet teams"),
    "somebody twice, in capitals": ("staff", {"email": " MERE@Harbourside.example ", "name": "Mere", "role": "admin"}, 5, "email", "there already"),
    "an unknown role": ("staff", {"email": "sam@harbourside.example", "name": "Sam", "role": "boss"}, 5, "role", "not one of"),
    "a team led by nobody": ("teams", {"team": "Northcote", "manager": "no@harbourside.example"}, 3, "manager", "not in the sheet staff"),
    "a fifth week": ("plans", {"email": MERE, "week": "5", "activity": "groups", "hours": "3"}, 2, "week", "not between"),
    "an unknown activity of a plan": ("plans", {"email": MERE, "week": "1", "activity": "naps", "hours": "3"}, 2, "activity", "is not in the sheet plan_rows, and is not one of"),
    "a month that is none": ("records", {"email": MERE, "month": "2026-13", "total": "80"}, 2, "month", "YYYY-MM"),
    "a negative total": ("records", {"email": MERE, "month": "2026-10", "total": "-1"}, 2, "total", "not between"),
    "an unknown setting": ("service", {"key": "colour", "value": "blue"}, 5, "key", "no setting"),
    "a setting twice": ("service", {"key": "timezone", "value": "UTC"}, 5, "key", "there already"),
    "an anchor that is no Monday": ("service", {"key": "cycle_anchor", "value": "2026-11-03"}, 5, "value", "not a Monday"),
    "a mark above the limit": ("service", {"key": "mark", "value": "101"}, 5, "value", "above the limit"),
    "a switch that is neither on nor off": ("service", {"key": "workload_weight", "value": "maybe"}, 5, "value", "neither on nor off"),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("sheet", "row", "number", "column", "words"), list(REFUSED.values()), ids=list(REFUSED))
def test_a_fault_is_named_with_sheet_row_and_column_and_nothing_is_saved(on, sheet, row, number, column, words):
    on(TODAY)
    first, _, sheet = sheet.rpartition("+")
    changes = {"people": [*small()["people"], {"ref": "H3", "name": "Isa Kumar"}]} if first else {}

    with pytest.raises(FileRefused) as refused:
        actions.bring_in(with_rows(sheet, row, **changes))

    faults = [(fault.sheet, fault.row, fault.column) for fault in refused.value.faults]
    assert faults == [(sheet, number, column)]
    assert words in refused.value.faults[0].says
    assert not Organisation.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("timezone", "Mars/Base", "not a time zone"),
        ("timezone", "", "missing"),
        ("region", "NZ-XXX", "not a region"),
        ("region", "Atlantis", "not a region"),
        ("region", "", "missing"),
        ("name", "", "missing"),
    ],
)
def test_a_service_has_a_name_a_zone_and_a_region_that_exist(on, key, value, words):
    on(TODAY)
    rows = [{"key": k, "value": v} for k, v in (SERVICE | {key: value}).items()]

    plan = preview(opened(small(service=rows)))

    assert [words in str(fault) for fault in plan.faults] == [True]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["looked_after", "protection_plan", "placed_far"])
@pytest.mark.parametrize(
    ("finished", "begun", "refused"),
    [
        ("2026-03-01", "2026-03-01", True),
        ("2026-03-01", "2026-03-02", False),
        ("", "2026-03-02", True),
    ],
    ids=["on its last day", "the day after", "while it goes on"],
)
def test_what_is_one_at_a_time_does_not_overlap(on, kind, finished, begun, refused):
    on(TODAY)
    first = {"ref": "H1", "kind": kind, "from": "2026-02-02", "finished_on": finished}
    second = {"ref": "H1", "kind": kind, "from": begun, "finished_on": ""}

    plan = preview(with_rows("activities", first, second))

    assert [(f.row, f.column) for f in plan.faults] == ([(3, "from")] if refused else [])


@pytest.mark.django_db
def test_court_may_run_twice_at_once(on):
    on(TODAY)
    rows = [{"ref": "H1", "kind": "court", "from": day, "finished_on": ""} for day in ("2026-02-02", "2026-03-02")]

    assert preview(with_rows("activities", *rows)).faults == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("back_on", "refused"),
    [("2026-03-09", False), ("2026-03-10", True), ("", True)],
    ids=["back", "a day late", "not back"],
)
def test_somebody_is_away_once_at_a_time(on, back_on, refused):
    on(TODAY)
    first = {"email": MERE, "from": "2026-03-02", "expected_back": "2026-03-09", "back_on": back_on}
    second = {"email": MERE, "from": "2026-03-09", "expected_back": "", "back_on": ""}

    plan = preview(with_rows("absences", first, second))

    assert [(f.row, f.column) for f in plan.faults] == ([(3, "from")] if refused else [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("until", "refused"),
    [("2026-03-02", False), ("2026-03-03", True), ("2026-02-20", False)],
    ids=["as the next begins", "a day later", "before"],
)
def test_an_allocation_ends_no_later_than_the_next_begins(on, until, refused):
    on(TODAY)
    rows = [
        {"ref": "H1", "email": MERE, "from": "2026-01-05", "until": until},
        {"ref": "H1", "email": TOM, "from": "2026-03-02", "until": ""},
    ]

    plan = preview(opened(small(allocations=rows)))

    assert [(f.row, f.column) for f in plan.faults] == ([(2, "until")] if refused else [])


@pytest.mark.django_db
def test_every_fault_is_named_not_only_the_first(on):
    on(TODAY)
    rows = [
        {"ref": "H1", "on": "2026-11-13", "reached": "perhaps"},
        {"ref": "H7", "on": "yesterday", "reached": "no"},
        {"ref": "H1", "on": "2026-11-13", "reached": "no"},
    ]

    plan = preview(with_rows("contacts", *rows))

    assert [(f.row, f.column) for f in plan.faults] == [(2, "reached"), (3, "on"), (3, "ref"), (4, "on")]
    assert plan.counts["contacts"] == {"new": 0, "changed": 0, "unchanged": 0, "refused": 3}


@pytest.mark.django_db
def test_a_fault_in_the_last_row_saves_nothing(on, capsys, tmp_path):
    on(TODAY)
    contacts = [{"ref": "H1", "on": "2026-11-02", "reached": "no"}] * 50 + [
        {"ref": "H1", "on": "soon", "reached": "no"}
    ]
    for name, rows in small(contacts=contacts).items():
        (tmp_path / f"{name}.csv").write_bytes(text(rows))

    with pytest.raises(SystemExit) as left:
        call_command("import_service", str(tmp_path))

    out, err = capsys.readouterr()
    assert left.value.code == 1
    assert err.splitlines()[0] == 'contacts, row 52, column on: "soon" is not a date written as YYYY-MM-DD.'
    assert "Traceback" not in err and out == ""
    assert not Client.objects.exists() and not Organisation.objects.exists()


def test_lengths_are_those_of_the_models():
    """A text that passes the door fits into its column."""
    for sheet, column, model, field in [
        ("people", "contact_note", Client, "contact_note"),
        ("people", "phone", Client, "phone"),
        ("service", "value", Organisation, "name"),
    ]:
        longest = sheets.SHEET[sheet].column(column).kind.longest
        assert longest >= model._meta.get_field(field).max_length
    assert isinstance(Client._meta.get_field("contact_note"), models.TextField)
