"""Versions of the scheme in a browser: nothing is in the way, the sums come by themselves, publishing says how far it is."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import DESK, in_the_way
from workload import actions as workload
from workload.schemes import actions

RECENTLY = date(2026, 11, 20)


@pytest.fixture
def draft(organisation, admin, worker, teammate, stranger, today):
    """A draft with lighter groups and heavier allocations; one worker crosses the mark by it."""
    workload.create_scheme(organisation, "peer")
    for each, people in ((worker, 27), (teammate, 31), (stranger, 12)):
        factories.ResponsibilityFactory(worker=each)
        with factories.refreshed_at_once():
            for n in range(people):
                factories.ClientFactory(supported_by=each, since=RECENTLY if n < people // 8 else factories.LONG_AGO)
    workload.rebuild(organisation.pk)
    draft = actions.begin_draft(organisation=organisation, by=admin, on=today)
    for code, points in (("group_work", 4), ("new", 2)):
        weight = draft.weights.get(code=code)
        actions.change_weight(weight_id=weight.pk, version=draft.version, fields={"points": points})
        draft.refresh_from_db()
    return draft


@pytest.fixture
def pages(draft) -> dict[str, str]:
    weight = draft.weights.get(code="group_work")
    first = draft.organisation.schemes.published().get()
    return {
        "versions": "/settings/scheme/",
        "version": f"/settings/scheme/versions/{first.pk}/",
        "draft": "/settings/scheme/draft/",
        "settings": "/settings/scheme/draft/settings/",
        "row": f"/settings/scheme/draft/rows/{weight.pk}/",
        "kind": "/settings/scheme/draft/add/case/",
        "effect": "/settings/scheme/draft/effect/",
    }


def test_nothing_is_in_the_way_of_a_draft(page_as, admin, pages):
    assert in_the_way(page_as(admin), pages, summaries=0, until="networkidle") == {}


def test_a_draft_is_looked_at_and_published(page_as, organisation, admin, worker, draft):
    page = page_as(admin, viewport=DESK)
    page.goto("/settings/scheme/draft/")
    expect(page.get_by_text("workers’ totals change")).to_be_visible()
    page.get_by_role("link", name="See it for every worker").click()
    page.get_by_text("Group work −1, Newly allocated +3").first.click()
    expect(page.get_by_text("Newly allocated: 3 lines, 3 points, then 6").first).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Publish from 1 December 2026").click()
    expect(page.get_by_role("heading", name="Points are being counted again")).to_be_visible()

    workload.recount(organisation)

    expect(page.get_by_text("All points are counted.")).to_be_visible()
    assert page.strangers == []


def test_without_scripts_a_row_is_changed_and_the_effect_is_a_link(page_as, admin, draft):
    page = page_as(admin, java_script_enabled=False)
    page.goto("/settings/scheme/draft/")
    page.get_by_role("link", name="Mentoring").click()
    page.get_by_label("Points", exact=True).fill("6")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Mentoring: 6 points, was 5.")).to_be_visible()

    page.get_by_role("link", name="See it for every worker").click()

    expect(page.get_by_role("heading", name="Every worker")).to_be_visible()
