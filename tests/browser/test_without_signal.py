"""
Without a signal: every form keeps its words and sends them once; an answer outlives its tab and the browser; a calm page.

What is kept on the phone is read here, in the browser's own stores: ids and moments, no name and no word.
"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from caseload.models import Client, Contact
from peerload.local import browser as chromium
from tests.browser.conftest import PHONE, faults, session_cookie
from tests.browser.scene import october, parked
from wellbeing.models import PrivateDocument, TimePlan
from workload.models import MonthlyRecord

WORDS = "It was a hard week. Tuesday was good."
ANSWER = "Reached: no further support needed now"
WAITS = "1 answer waits for a signal on this phone."
READY = "() => navigator.serviceWorker.ready.then(found => found.active.state === 'activated')"
ROWS = """async () => {
    if (!(await indexedDB.databases()).length) return [];
    const base = await new Promise(done => {
        const opening = indexedDB.open('peerload-answers');
        opening.onsuccess = () => done(opening.result);
    });
    const asked = base.transaction('peerload-answers').objectStore('peerload-answers').getAll();
    const rows = await new Promise(done => { asked.onsuccess = () => done(asked.result); });
    base.close();
    return rows;
}"""
EMPTIED = """async () => {
    for (let times = 0; times < 400; times++) {
        if (!(await indexedDB.databases()).length) return true;
        await new Promise(done => setTimeout(done, 50));
    }
}"""
STORED = """async () => {
    const shelves = await Promise.all((await caches.keys()).map(name => caches.open(name)));
    const urls = await Promise.all(shelves.map(shelf => shelf.keys()));
    return {
        cached: urls.flat().map(one => new URL(one.url).pathname).sort(),
        stores: (await indexedDB.databases()).length,
        local: localStorage.length,
    };
}"""


@pytest.fixture(scope="module")
def launch_args(browser_type_launch_args):
    """The whole Chromium, which people have: here it is the browser that keeps things and does them by itself."""
    return {**browser_type_launch_args, "executable_path": chromium.whole()}


@pytest.fixture(scope="module")
def browser(browser_type, launch_args):
    with browser_type.launch(**launch_args) as browser:
        yield browser


def contacts(person):
    """The contacts logged in the browser; those of the scene have no submission."""
    return Contact.objects.filter(client=person, submission_id__isnull=False)


def open_first_page(page):
    """Open My day, and wait until the phone has what it needs without a signal."""
    page.goto("/")
    page.wait_for_function(READY)


def tap_without_signal(page, signal, name, told=WAITS):
    signal.lose(page.context)
    page.locator("details.pl-log summary", has_text=f"a contact with {name}").first.click()
    page.get_by_role("button", name=ANSWER).first.click()
    expect(page.get_by_text(told)).to_be_visible()


# Words -------------------------------------------------------------------------------------------------------------------


def months_words(request):
    get = request.getfixturevalue
    october(get("worker"), get("teammate"), get("manager"), get("other_manager"))
    kept = MonthlyRecord.objects.filter(worker=get("worker"), comment=WORDS)
    return reverse("record_words", args=[get("worker").uid, "2026-10"]), "comment", "", kept


def debrief(request):
    return reverse("mine_add", args=["debrief"]), "", "", PrivateDocument.objects.all()


def plan(request):
    return f"{reverse('plan_edit')}?from=as_published", None, "Keep as a draft", TimePlan.objects.all()


def how_to_contact(request):
    person = request.getfixturevalue("salote")
    return reverse("person_edit", args=[person.uid]), "contact_how", "", Client.objects.filter(contact_how=WORDS)


@pytest.mark.parametrize("form", [months_words, debrief, plan, how_to_contact], ids=lambda form: form.__name__)
def test_what_is_typed_is_saved_once_when_the_signal_is_back(page_as, signal, worker, today, request, form):
    url, field, press, kept = form(request)
    before = kept.count()
    page = page_as(worker)
    page.goto(url)
    if field is not None:
        page.locator(f"main [name='{field}']" if field else "main textarea").first.fill(WORDS)
    main = page.locator("main form[method=post]").last
    button = main.get_by_role("button", name=press) if press else main.locator("button.btn-primary").first
    signal.lose(page.context)
    button.click()
    expect(page.get_by_text("No signal. Your words are still on this page")).to_be_visible()
    assert kept.count() == before

    signal.find(page.context)
    page.wait_for_url(lambda now: not now.endswith(url))

    assert kept.count() == before + 1
    assert not page.strangers


# An answer -----------------------------------------------------------------------------------------------------------------


def test_an_answer_outlives_its_tab_and_the_browser_and_is_one_contact(
    browser_type, launch_args, tmp_path, live_server, signal, worker, salote, transactional_db
):
    def phone():
        return browser_type.launch_persistent_context(tmp_path, base_url=live_server.url, viewport=PHONE, **launch_args)

    with phone() as context:
        context.add_cookies([session_cookie(worker, live_server.url)])
        page = context.new_page()
        open_first_page(page)
        tap_without_signal(page, signal, "Salote Fifita")
        [kept] = page.evaluate(ROWS)
        context.clear_cookies()  # a sign-in ends with the browser; until then the phone may send it by itself
        page.close(run_before_unload=False)
        other = context.new_page()
        other.goto("/people/")
        expect(other.get_by_role("heading", name="No signal just now")).to_be_visible()
    assert set(kept) == {"id", "person", "answer", "at", "by"}
    assert (kept["person"], kept["by"], kept["answer"]) == (str(salote.uid), str(worker.uid), "no_support_needed")
    assert not contacts(salote).exists()

    with phone() as context:
        signal.find(context)
        page = context.new_page()
        page.goto("/")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert not contacts(salote).exists()
        context.add_cookies([session_cookie(worker, live_server.url)])
        page.goto("/")
        expect(page.get_by_text("1 answer that waited is saved.")).to_be_visible()
        page.get_by_role("link", name="Show this page again").click()
        expect(page.get_by_text("Contact with Salote Fifita logged.")).to_be_visible()
        assert page.evaluate(STORED)["stores"] == 0
    assert contacts(salote).count() == 1


def test_a_page_that_stays_open_and_the_phone_send_one_contact(page_as, signal, worker, salote):
    page = page_as(worker)
    open_first_page(page)
    tap_without_signal(page, signal, "Salote Fifita")
    signal.find(page.context)
    expect(page.get_by_text("Contact with Salote Fifita logged.")).to_be_visible()
    page.goto("/")
    expect(page.locator("#waits")).to_have_count(0)
    assert page.evaluate(ROWS) == []
    assert contacts(salote).count() == 1


def test_the_phone_sends_it_by_itself_with_no_page_open(page_as, signal, worker, salote, live_server):
    page = page_as(worker)
    open_first_page(page)
    context = page.context
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)  # so that nothing is sent before the phone is asked to
    tap_without_signal(page, signal, "Salote Fifita")
    page.close(run_before_unload=False)
    signal.find(context)
    calm = context.new_page()
    devices, found = context.new_cdp_session(calm), []
    devices.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    calm.goto(reverse("without_signal"))  # a page without a script
    devices.send("ServiceWorker.enable")
    assert len(calm.evaluate(ROWS)) == 1 and not contacts(salote).exists()

    context.add_cookies([session_cookie(worker, live_server.url)])
    asked = {"origin": live_server.url, "tag": "peerload-answers", "lastChance": False}
    devices.send("ServiceWorker.dispatchSyncEvent", asked | {"registrationId": found[-1]["registrationId"]})

    assert calm.evaluate(EMPTIED)
    assert contacts(salote).get().author == worker


def test_another_member_neither_sends_nor_sees_it(page_as, signal, worker, manager, salote, live_server):
    parked(manager, "Ruby Review", due_in=-7)
    page = page_as(worker)
    open_first_page(page)
    tap_without_signal(page, signal, "Salote Fifita")
    context = page.context
    context.clear_cookies()
    page.close(run_before_unload=False)
    signal.find(context)
    context.add_cookies([session_cookie(manager, live_server.url)])

    page = context.new_page()
    page.goto("/")
    page.reload()
    page.wait_for_function(READY)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(500)
    expect(page.locator("#waits")).to_have_count(0)
    assert len(page.evaluate(ROWS)) == 1
    assert not contacts(salote).exists()

    page.goto(reverse("account"))
    page.evaluate(
        "() => { navigator.serviceWorker.getRegistration = () => new Promise(() => {}) }"
    )  # it does not answer
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.add_cookies([session_cookie(worker, live_server.url)])
    page.goto("/")
    expect(page.get_by_text("1 answer that waited is saved.")).to_be_visible()
    assert contacts(salote).get().author == worker


def test_signing_out_asks_first_and_then_empties_it(page_as, signal, worker, teammate, salote):
    page = page_as(worker)
    page.goto(reverse("account"))
    first_page = page.context.new_page()
    open_first_page(first_page)
    salote.allocations.update(worker=teammate)  # so that the answer still waits when there is a signal
    tap_without_signal(first_page, signal, "Salote Fifita")
    first_page.close(run_before_unload=False)

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("Signing out deletes it.")).to_be_visible()
    assert not faults(page)
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_text("Signing out deletes it.")).to_be_hidden()
    assert len(page.evaluate(ROWS)) == 1
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Delete and sign out").click()
    expect(page.get_by_text("No signal: you are still signed in here, and nothing is deleted.")).to_be_visible()
    assert len(page.evaluate(ROWS)) == 1

    signal.find(page.context)
    page.goto(reverse("account"))
    expect(page.get_by_text("An answer that waited could not be saved.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Delete and sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate(STORED)["stores"] == 0
    assert not contacts(salote).exists()


def test_an_answer_about_somebody_handed_over_says_so_and_can_be_deleted(page_as, signal, worker, teammate, salote):
    page = page_as(worker)
    open_first_page(page)
    tap_without_signal(page, signal, "Salote Fifita")
    context = page.context
    page.close(run_before_unload=False)
    salote.allocations.update(worker=teammate)
    signal.find(context)

    page = context.new_page()
    page.goto("/people/")
    expect(page.get_by_text("An answer that waited could not be saved.")).to_be_visible()
    page.get_by_role("button", name="Delete the answer").click()
    expect(page.locator("#waits")).to_have_count(0)
    assert page.evaluate(ROWS) == []
    assert not contacts(salote).exists()


def test_a_wrong_clock_on_the_phone_changes_nothing(page_as, signal, worker, salote):
    page = page_as(worker, service_workers="block")  # its clock is the machine's, and it may be the first to send
    page.clock.install(time="2031-01-01T05:00:00Z")
    page.goto("/")
    tap_without_signal(page, signal, "Salote Fifita", told="No signal.")
    page.clock.fast_forward(25 * 60_000)
    signal.find(page.context)
    expect(page.get_by_text("Contact with Salote Fifita logged.")).to_be_visible()

    contact = contacts(salote).get()
    waited = contact.recorded_at - contact.said_at
    assert timedelta(minutes=24) < waited < timedelta(minutes=27)


# The calm page, and the home screen ----------------------------------------------------------------------------------------


def test_the_phone_keeps_one_calm_page_and_nothing_about_anybody(page_as, signal, worker, salote):
    page = page_as(worker)
    open_first_page(page)
    page.goto(reverse("person", args=[salote.uid]))
    stored = page.evaluate(STORED)
    assert stored["cached"] == ["/static/home_screen/calm.css", reverse("without_signal")]
    assert (stored["stores"], stored["local"]) == (0, 0)

    signal.lose(page.context)
    page.goto("/people/")
    expect(page.get_by_role("heading", name="No signal just now")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"
    words = page.content()
    assert not [name for name in (worker.name, worker.organisation.name, salote.name) if name in words]
    signal.find(page.context)
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", name="People")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_calm_page_keeps_nobody_out(page_as, theme):
    page = page_as(None, color_scheme=theme)
    page.goto(reverse("without_signal"))
    assert not faults(page)


def test_it_can_be_put_on_the_home_screen(page_as, worker, today):
    page = page_as(worker)
    open_first_page(page)
    devices = page.context.new_cdp_session(page)
    errors = {error["errorId"] for error in devices.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert errors <= {"in-incognito"}
    manifest = devices.send("Page.getAppManifest")
    assert (manifest["errors"], worker.organisation.name in manifest["data"]) == ([], False)
