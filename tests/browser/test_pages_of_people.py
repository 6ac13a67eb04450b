"""Every page about people, on a phone and a desk, light or dark: nothing in the way of anybody, and light to load."""

import gzip
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from caseload.models import Client
from peerload.core.folding import fold
from peerload.staff.models import Post
from tests.browser.conftest import DESK, ENOUGH, PAPER, cut_off, faults, in_the_way
from tests.browser.scene import TODAY, full_day, thursday
from tests.factories import ConsentFactory, ContactFactory, GoalFactory, MemberFactory, NextStepFactory
from workload import actions as work

WORKERS = {
    "My day": "/",
    "my points": "/points/",
    "people": "/people/",
    "nobody found": "/people/?q=zz",
    "a person": "/people/{tane}/",
    "a person who is closing": "/people/{pita}/",
    "log, whom": "/log/",
    "search": "/search/?q=ta",
    "pages to open": "/search/",
    "my calendar": "/me/calendar/",
    "log a contact": "/people/{tane}/contact/",
    "change a person": "/people/{tane}/edit/",
    "keep in touch": "/people/{jamie}/keep-in-touch/",
    "change support": "/people/{jamie}/support/",
    "support again": "/people/{paora}/support-again/",
    "decide to close": "/people/{jamie}/decide-to-close/",
    "withdraw the decision": "/people/{pita}/withdraw-decision/",
    "close": "/people/{jamie}/close/",
    "for me": "/mine/",
    "a plan for me": "/mine/add/wellness_plan/",
    "agreed about my work": "/my-adjustments/",
}
MANAGERS = {
    "My day": "/",
    "my team": "/team/",
    "workers needed": "/team/workers-needed/",
    "people": "/people/",
    "somebody not in touch": "/people/{moana}/",
    "somebody new": "/people/add/",
    "allocate": "/people/{whetu}/allocate/",
    "who waits": "/waiting/",
    "who is responsible for somebody who waits": "/people/{whetu}/waiting/",
    "agree to please don't": "/people/{gareth}/please-dont/",
    "hand over": "/people/{jamie}/hand-over/",
    "not in touch now": "/people/{tane}/not-in-touch/",
    "back to a worker": "/people/{moana}/support-again/",
    "agreed with my team": "/team/adjustments/",
}


HIGHEST = 2560  # pixels of a full day on a phone 390 wide


@pytest.fixture
def uids(worker, manager, teammate, today):
    """Random uids by first name, for addresses."""
    thursday(worker, manager)
    return {fold(person.name).split(" ")[0]: person.uid for person in Client.objects.all()}


@pytest.mark.parametrize(("who", "pages"), [("worker", WORKERS), ("manager", MANAGERS)], ids=["worker", "manager"])
def test_nothing_is_in_anybodys_way(page_as, request, uids, who, pages):
    page = page_as(request.getfixturevalue(who))
    assert in_the_way(page, {name: url.format(**uids) for name, url in pages.items()}) == {}


NEEDED = 2_000  # pixels on a phone, within which lies what a worker needs of a person
TOPS = (
    "() => [...document.querySelectorAll('main h1, main h2')].map(each => Math.round(each.getBoundingClientRect().top))"
)
BOTTOM = "each => each.getBoundingClientRect().bottom + window.scrollY"


@pytest.fixture
def jamie(worker, uids):
    """Somebody whose page has everything."""
    jamie = Client.objects.get(uid=uids["jamie"])
    Client.objects.filter(pk=jamie.pk).update(
        called="Jay",
        pronouns="they/them",
        language="Samoan",
        interpreter="Samoan, by phone",
        phone="021 555 0101",
        contact_how="Text first. No voicemail. After 3 pm.",
        contact_note="Shares the phone with family: ask before saying where you call from.",
        worry_helps="Sit with me and keep it quiet.",
        worry_call="My sister Sina, 021 555 0188.",
    )
    ContactFactory(client=jamie, on=TODAY, attempt=True, author=worker)
    ConsentFactory(client=jamie)
    for words in ("A place of my own, with a door I can shut.", "To cook for my kids on Sundays again."):
        GoalFactory(client=jamie, words=words)
    NextStepFactory(client=jamie, due_on=TODAY, appointment=True)
    NextStepFactory(client=jamie, due_on=TODAY + timedelta(days=4), what="Ask the course adviser for a day")
    return jamie


def test_a_persons_page_with_a_thumb_and_on_paper(page_as, worker, jamie):
    """How to contact somebody safely is two taps from My day, what helps one tap from there; all that is needed comes early."""
    page, taps = page_as(worker), 0
    page.goto("/")
    page.get_by_role("link", name="Search people, groups and pages").click()
    taps += 1
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("jamie")
    page.get_by_role("link", name="Jamie Leota", exact=True).click()
    taps += 1
    expect(page.get_by_role("heading", name="How to contact Jay safely")).to_be_in_viewport()
    expect(page.get_by_text("Text first. No voicemail. After 3 pm.")).to_be_in_viewport()
    assert taps == 2

    assert page.get_by_role("region", name="What you can do for Jay").evaluate(BOTTOM) <= NEEDED
    assert page.locator("h1").count() == 1
    tops = page.evaluate(TOPS)
    assert tops == sorted(tops), "it is heard in another order than it is seen"

    to_what_helps = page.get_by_role("link", name="If we are worried")
    expect(to_what_helps).to_be_in_viewport()
    to_what_helps.click()
    expect(page.get_by_role("heading", name="If we are worried")).to_be_in_viewport()
    expect(page.get_by_text("Sit with me and keep it quiet.")).to_be_in_viewport()

    page.set_viewport_size(PAPER)
    page.emulate_media(media="print", reduced_motion="reduce")
    for words in (
        "Jamie Leota",
        "021 555 0101",
        "My sister Sina, 021 555 0188.",
        "Talked about it.",
        "Ask the course adviser",
        "A place of my own",
    ):
        expect(page.locator("main").get_by_text(words).locator("visible=true").first).to_be_visible()
    for kind in ("button", "form", "nav", "summary", ".btn", "footer", "header"):
        assert page.locator(kind).locator("visible=true").count() == 0, kind
    assert cut_off(page) == []


def test_no_figure_is_cut_off_in_print(page_as, worker, teammate, manager, uids):
    """Limits follow FTE: 297.5 of 2.975 FTE, then 350 with a mark of 297.5; a worker's own are 97.5, 100 and 50."""
    work.create_scheme(worker.organisation)
    sione = MemberFactory(organisation=worker.organisation, name="Sione Latu", in_team=worker.home_team)
    page = page_as(manager, viewport=PAPER)
    page.emulate_media(media="print", reduced_motion="reduce")
    cut = {}
    for fte, more, limit in (("0.975", None, "297.5"), ("1", "0.5", "350")):
        Post.objects.filter(worker=sione).update(fte=fte)
        if more:
            half = MemberFactory(organisation=worker.organisation, name="Ruby Chen", in_team=worker.home_team)
            Post.objects.filter(worker=half).update(fte=more)
        page.goto("/team/")
        expect(page.locator("main svg text.s-strong", has_text=limit)).to_be_visible()
        cut[f"team of {limit}"] = cut_off(page)
        for member in (worker, half if more else sione):
            page.goto(f"/points/{member.uid}/")
            cut[f"{member.name}, team of {limit}"] = cut_off(page)

    assert {where: found for where, found in cut.items() if found} == {}


def test_a_first_load_of_a_full_day_is_light_and_the_day_is_a_few_screens(page_as, worker, teammate, manager, today):
    full_day(worker, teammate, manager)
    page = page_as(worker)
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/", wait_until="networkidle")
    sizes = {answer.url: on_the_wire(answer) for answer in answers}
    assert len(sizes) > 4
    assert sum(sizes.values()) < ENOUGH, sizes
    assert page.evaluate("document.documentElement.scrollHeight") <= HIGHEST
    expect(page.locator(".pl-day__today .pl-row__name").nth(2)).to_be_in_viewport()  # the first contacts, at once
    page.set_viewport_size(DESK)
    gaps = page.evaluate(SIDE_GAPS)
    assert len(gaps) == 2 and max(gaps) <= 32, "a gap stands in the side column where today is long"
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")
    assert page.evaluate(NOT_FOR_PAPER) == []
    expect(page.get_by_text("printed by Mere Paki")).to_be_visible()
    expect(page.get_by_role("link", name="Ataahua 8", exact=True)).to_be_visible()  # folded on a screen
    assert not cut_off(page)


SIDE_GAPS = """() => ['week', 'carry', 'mine'].map(name => document.querySelector(`.pl-day__${name}`).getBoundingClientRect())
    .map((box, n, all) => n ? box.top - all[n - 1].bottom : 0).slice(1)"""
NOT_FOR_PAPER = """() => [...document.querySelectorAll('nav, form, button, input, .btn, footer, .pl-top, .pl-messages')]
    .filter(found => found.checkVisibility()).map(found => found.outerHTML.slice(0, 80))"""


def on_the_wire(answer) -> int:
    """Return the bytes of an answer as the real server sends it: files compressed, pages as they are."""
    body = answer.body()
    return len(gzip.compress(body)) if "/static/" in answer.url else len(body)


def test_a_refused_form_is_read_first(page_as, worker, uids):
    page = page_as(worker)
    page.goto("/people/{jamie}/close/".format(**uids))
    page.get_by_role("button", name="Close").click()
    expect(page.locator("[role=alert]")).to_be_focused()
    assert not faults(page)
