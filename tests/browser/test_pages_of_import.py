"""Bringing a service in, in a browser: nothing is in the way, and the page says by itself when it is done."""

import pytest
from playwright.sync_api import expect

from peerload import clock
from peerload.interchange import tasks, uploads
from peerload.interchange.models import Upload
from tests.browser.conftest import in_the_way
from tests.interchange.sheets import small, text, zipped


def content(organisation, **changes) -> bytes:
    service = {"name": organisation.name, "timezone": organisation.timezone, "region": organisation.region}
    rows = [{"key": key, "value": value} for key, value in service.items()]
    return zipped({f"{name}.csv": text(rows) for name, rows in small(service=rows, **changes).items()})


@pytest.fixture
def pages(organisation, admin, today) -> dict[str, str]:
    """Addresses of an import in every state."""
    wrong = content(organisation, contacts=[{"ref": "H9", "on": "12/11/2026", "reached": "perhaps"}])
    looked_at = uploads.take_in(member=admin, file_name="November.zip", content=content(organisation))
    refused = uploads.take_in(member=admin, file_name="wrong.zip", content=wrong)
    found = {"begin": "/settings/import/"}
    for name, uid in (("preview", looked_at.uid), ("refused", refused.uid)):
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


def test_the_page_says_by_itself_when_a_file_is_in(page_as, organisation, admin, today, monkeypatch):
    monkeypatch.setattr(uploads, "READ_AT_ONCE", 0)  # as large files are, it is read by the worker
    page = page_as(admin)
    page.goto("/settings/import/")
    file = {"name": "November.zip", "mimeType": "application/zip", "buffer": content(organisation)}
    page.get_by_label("Workbook or zip").set_input_files(file)
    page.get_by_role("button", name="See what it would change").click()
    expect(page.get_by_role("status")).to_contain_text("Waiting to be read")
    tasks.bring_in()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    expect(page.get_by_text("ref H1, name Jamie Leota")).to_be_visible()
    page.get_by_role("button", name="Yes, bring it in").click()
    expect(page.get_by_role("status")).to_contain_text("Waiting for its turn")

    tasks.bring_in()

    expect(page.get_by_text("brought in")).to_be_visible()
    assert page.strangers == []
