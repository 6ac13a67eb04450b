"""Every page of a month and of one's weeks, on a phone and a desk, light or dark: nothing is in the way, and light to load."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import ENOUGH, PAPER, cut_off, in_the_way
from tests.browser.scene import october
from tests.browser.test_pages_of_people import on_the_wire
from wellbeing.plans.rules.templates import PUBLISHED

WORKERS = {
    "my records": "/records/",
    "my record, agreed by me": "/records/{mere}/2026-10/",
    "my record, reported": "/records/{mere}/2026-09/",
    "my month so far": "/records/{mere}/2026-11/",
    "in my words": "/records/{mere}/2026-10/words/",
    "above the limit": "/records/{mere}/2026-10/reason/",
    "supervision": "/records/{mere}/2026-10/supervision/",
    "what will be done": "/records/{mere}/2026-10/actions/",
    "not agreed": "/records/{mere}/2026-10/not-agreed/",
    "another manager": "/records/{mere}/2026-10/another-manager/",
    "my weeks": "/my-weeks/",
    "a plan to write": "/my-weeks/edit/?from=as_published",
    "time outside contacts": "/my-weeks/time/",
    "a study going on": "/my-weeks/study/",
    "what a study found": "/my-weeks/study/{study}/",
}
MANAGERS = {
    "a record to agree to": "/records/{mere}/2026-10/",
    "a record of somebody away": "/records/{tom}/2026-10/",
    "a record agreed": "/records/{hana}/2026-10/",
    "the report": "/team/month/",
    "the report sent": "/team/month/?month=2026-09",
    "send the report": "/team/month/send/",
    "month by month": "/team/month/by-month/",
    "plan templates": "/plan-templates/",
    "a plan template": "/plan-templates/add/",
    "how long work takes": "/team/time/",
}
OTHER_MANAGERS = {"a record to decide": "/records/{sione}/2026-10/"}
SERVICE_MANAGERS = {
    "every team's report": "/team/month/",
    "every team, month by month": "/team/month/by-month/",
    "a worker's points in a report": "/team/month/points/{mere}/2026-09/",
}


@pytest.fixture
def uids(worker, teammate, manager, other_manager, other_team, today, transactional_db):
    """Random uids by first name, for addresses."""
    factories.TimePlanFactory(worker=worker, grid=PUBLISHED.grid)
    study = factories.StudyEntryFactory(study__worker=worker).study
    factories.TimeEntryFactory(worker=worker)
    members = october(worker, teammate, manager, other_manager)
    return {name: member.uid for name, member in members.items()} | {"study": study.uid}


def test_nothing_is_in_the_way_of_a_month(page_as, worker, manager, other_manager, service_manager, uids):
    found = {}
    for member, pages in (
        (worker, WORKERS),
        (manager, MANAGERS),
        (other_manager, OTHER_MANAGERS),
        (service_manager, SERVICE_MANAGERS),
    ):
        found |= in_the_way(page_as(member), {name: url.format(**uids) for name, url in pages.items()})
    assert not found


def test_the_charts_by_month_are_whole_in_print(page_as, manager, service_manager, uids):
    cut = {}
    for member in (manager, service_manager):
        page = page_as(member, viewport=PAPER)
        page.emulate_media(media="print", reduced_motion="reduce")
        page.goto("/team/month/by-month/")
        charts = page.locator("main figure svg:has(text)").locator("visible=true")
        expect(charts).to_have_count(4)
        cut[member.role] = cut_off(page)
    assert {who: found for who, found in cut.items() if found} == {}


@pytest.mark.parametrize("url", ["/records/{mere}/2026-10/", "/team/month/", "/my-weeks/edit/"])
def test_a_first_load_of_a_month_is_light(page_as, manager, uids, url):
    page = page_as(manager)
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(url.format(**uids), wait_until="networkidle")
    sizes = {answer.url: on_the_wire(answer) for answer in answers}
    assert len(sizes) > 4
    assert sum(sizes.values()) < ENOUGH, sizes
