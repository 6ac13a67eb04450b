"""Bringing a service in and taking it out, in a browser: nothing is in the way, and pages say by themselves when it is done."""

import pytest
from playwright.sync_api import expect

from peerload.core import clock
from peerload.interchange import tasks, uploads
from peerload.interchange.models import Upload
from tests import factories
from tests.browser.conftest import faults, in_the_way
from tests.interchange.sheets import small, text, zipped


def content(organisation, **changes) -> bytes:
    service = {"name": organisation.name, "timezone": organisation.timezone, "region": organisation.region}
    rows = [{"key": key, "value": value} for key, value in service.items()]
    return zipped({f"{name}.csv": text(rows) for name, rows in small(service=rows, **changes).items()})


@pytest.fixture
def pages(organisation, admin, today) -> dict[str, str]:
    """Addresses of an import in every state."""
    wrong = content(organisation, contacts=[{"ref": "H9", "on": "12/11/26", "reached": "perhaps"}])
    looked_at = uploads.take_in(member=admin, file_name="November.zip", content=content(organisation))
    refused = uploads.take_in(member=admin, file_name="wrong.zip", content=wrong)
    people = [
        {"ref": "H1", "name": "K?whai Rangi", "phone": "021 555 0101"},
        {"ref": "H2", "name": "Ofa\nWard", "phone": "215550102"},
    ]
    contacts = [{"ref": "H1", "on": day, "reached": "no"} for day in ("3/4/2026", "1/2/2026", "25/4/2026")]
    asking = {"people": b"Our people\n" + text(people), "contacts": text(contacts).replace(b",", b";")}
    plain = {name: text(rows) for name, rows in small(service=[]).items() if name not in ("service", *asking)}
    zips = {
        "asks": zipped({f"{name}.csv": rows for name, rows in (plain | asking).items()}),
        "asks first": zipped(
            {f"{name}.csv": rows.replace(b"H2,", b"h2,") for name, rows in plain.items()} | {"people.csv": text(people)}
        ),
    }
    found = {"begin": "/settings/import/"}
    taken = {
        name: uploads.take_in(member=admin, file_name="service.zip", content=file).uid for name, file in zips.items()
    }
    for name, uid in (taken | {"preview": looked_at.uid, "refused": refused.uid}).items():
        found[name] = f"/settings/import/{uid}/"
    for state in ("reading", "running", "done", "let_go"):
        upload = Upload.objects.create(
            organisation=organisation, member=admin, file_name="x.zip", state=state, done_rows=2, all_rows=9,
            counts=looked_at.counts, created_at=clock.now(),
        )  # fmt: skip
        found[state] = f"/settings/import/{upload.uid}/"
    return found


def test_nothing_is_in_the_way_of_an_import(page_as, admin, pages):
    assert in_the_way(page_as(admin), pages, summaries=0) == {}


@pytest.fixture
def exports(organisation, admin, manager, today) -> dict[str, str]:
    """Addresses of exports in every state, asked for by the admin and by another."""
    other = factories.MemberFactory(organisation=organisation, name="Ria Tane", role="admin")
    decided = {"decided_by": manager, "decided_at": clock.now()}
    ready = {
        "ready_at": clock.now(),
        "file_name": "harbourside-2026-11-12.zip",
        "counts": {"people": 2, "contacts": 900},
    }
    states = {
        "asked": {"member": admin},
        "asked by another": {"member": other},
        "running": {"member": admin, "state": "running", "done_rows": 300, "all_rows": 900},
        "ready": {"member": admin, "state": "ready", **ready, **decided},
        "refused": {"member": admin, "state": "refused", **decided},
        "failed": {"member": admin, "state": "failed", "failure": "This service is too large to be exported here."},
    }
    made = {name: factories.ExportFactory(**how) for name, how in states.items()}
    return {"exports": "/settings/export/"} | {name: f"/exports/{each.uid}/" for name, each in made.items()}


def test_nothing_is_in_the_way_of_an_export(page_as, admin, exports):
    assert in_the_way(page_as(admin), exports, summaries=0) == {}


def test_an_admin_confirms_who_they_are_asks_and_downloads(page_as, admin, manager, team, today):
    for each in (admin, manager):
        each.user.set_password("wide river at night")
        each.user.save()
    page = page_as(admin)
    page.goto("/settings/export/")
    page.get_by_role("link", name="Export the service").click()
    page.get_by_label("Your password").fill("wide river at night")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Why do you export the service?").fill("We move to another system")
    assert faults(page) == []
    page.get_by_label("With what is written about people").check()
    page.get_by_role("button", name="Ask for the export").click()
    expect(page.get_by_role("status")).to_contain_text("a manager or another admin confirms it first")

    theirs = page_as(manager)
    theirs.goto("/team/")
    theirs.get_by_role("link", name="Sam Ito asks to export the service", exact=True).click()
    theirs.get_by_role("button", name="Confirm this export").click()
    theirs.get_by_label("Your password").fill("wide river at night")
    theirs.get_by_role("button", name="Continue").click()
    assert faults(theirs) == []
    theirs.get_by_role("button", name="Confirm this export").click()
    expect(theirs.get_by_text("You have confirmed this export.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("Waiting for its turn")
    tasks.make_export()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(f"{today.isoformat()}.xlsx")
    assert page.strangers == [] and theirs.strangers == []


def test_the_page_says_by_itself_when_a_file_is_in(page_as, organisation, admin, today, monkeypatch):
    monkeypatch.setattr(uploads, "READ_AT_ONCE", 0)  # as large files are, it is read by the worker
    page = page_as(admin)
    page.goto("/settings/import/")
    file = {"name": "November.zip", "mimeType": "application/zip", "buffer": content(organisation)}
    page.get_by_label("Workbook, CSV or zip").set_input_files(file)
    page.get_by_role("button", name="See what it would change").click()
    expect(page.get_by_role("status")).to_contain_text("Waiting to be read")
    tasks.bring_in()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    expect(page.get_by_text("ref H1, name Jamie Leota")).to_be_visible()
    page.get_by_role("button", name="Import this file").click()
    expect(page.get_by_role("status")).to_contain_text("Waiting for its turn")

    tasks.bring_in()

    expect(page.get_by_text("imported", exact=True)).to_be_visible()
    assert page.strangers == []
