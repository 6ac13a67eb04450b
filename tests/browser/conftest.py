"""A real browser before the real site: ``page_as(worker)`` is a page on which that member is signed in."""

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Mapping

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.db import connection
from django.test import Client as Session
from playwright.sync_api import Page, expect

from peerload.local import browser as chromium
from tests.browser.scene import parked
from tests.browser.senses import NARROW, for_eyes, for_hands
from tests.long import covering
from tests.shared import sharing

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's sync API runs an event loop in this thread

BACK_END = "allauth.account.auth_backends.AuthenticationBackend"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
SIZES = {"phone": PHONE, "desk": DESK}
THEMES = ("light", "dark")
PAPER = {"width": 680, "height": 960}  # A4 less the margins of app.css, in pixels
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CLOSE_SHEETS = "document.querySelectorAll('details.pl-log--sheet[open]').forEach(each => { each.open = false })"
ENOUGH = 150_000  # bytes of a first load
PATIENCE = 20_000  # milliseconds to wait for what has to come: a machine with other work is slower

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the browser of the machine, without its sandbox only where root runs the tests."""
    quiet = [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium.find(), "args": [*quiet, *sandbox]}


@pytest.fixture(scope="session")
def no_connection(django_db_setup, django_db_blocker):
    """
    Close the connection to the database before the event loop of the browser runs.

    In a loop Django opens another one; the first would stay, and the database be ours alone at the end of no test any more.
    """
    sharing.change_to([], django_db_blocker)
    if not connection.in_atomic_block:
        connection.close()


@pytest.fixture(scope="session")
def playwright(no_connection, playwright):
    return playwright


@pytest.fixture
def open_pages(browser):
    """Contexts opened in a test, closed at its end; then nobody asks the site, and its connections to the database end too."""
    opened = []
    yield opened
    for context in opened:
        context.close()
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(1)


@pytest.fixture
def page_as(browser, live_server, open_pages, transactional_db):
    """
    Return a page somebody is signed in on: ``page_as(worker)``, ``page_as(worker, viewport=DESK, color_scheme="dark")``.

    Addresses are relative to the site; what goes anywhere else fails the test.
    """

    def open_page(member, *, viewport=None, **options):
        context = browser.new_context(base_url=live_server.url, viewport=viewport or PHONE, **options)
        open_pages.append(context)
        if member is not None:
            context.add_cookies([session_cookie(member, live_server.url)])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.strangers = []
        page.on("request", lambda request: _note_stranger(page, request, live_server.url))
        page.on("pageerror", lambda error: page.strangers.append(f"script: {error}"))
        return page

    return open_page


class Signal:
    """
    The signal of the phones: ``signal.lose(page.context)``, ``signal.find(page.context)``.

    The site itself answers nobody meanwhile. A browser that is told to be without a network tells its pages so, and asks all
    the same for what it does by itself: a service worker sends what waits as soon as it waits.
    """

    def __init__(self, site):
        self._site, self._connected, self._lost = site, set(), False
        self._accepts = site.verify_request
        site.verify_request = self._verify

    def _verify(self, request, address) -> bool:
        self._connected.add(request)
        return not self._lost and self._accepts(request, address)

    def lose(self, context) -> None:
        context.set_offline(True)
        self._lost = True
        while self._connected:
            with contextlib.suppress(OSError):  # it has ended
                self._connected.pop().shutdown(socket.SHUT_RDWR)

    def find(self, context) -> None:
        self._lost = False
        context.set_offline(False)

    def end(self) -> None:
        self._site.verify_request = self._accepts


@pytest.fixture
def signal(live_server):
    signal = Signal(live_server.thread.httpd)
    yield signal
    signal.end()


def session_cookie(member, url: str) -> dict:
    """Return the cookie of a new session of a member."""
    session = Session()
    session.force_login(member.user, backend=BACK_END)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": session.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }


def _note_stranger(page, request, home: str) -> None:
    if not request.url.startswith((home, "data:", "blob:")):
        page.strangers.append(request.url)


def strangers(page) -> list[str]:
    """Return whatever a page asked a third party for."""
    return page.strangers


def faults(page) -> list[str]:
    """Return what axe finds on a page, and whatever it asked a third party for."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    asked = {**AXE_RULES, "resultTypes": ["violations"]}
    violations = page.evaluate("asked => axe.run(asked).then(results => results.violations)", asked)
    found = [f"{violation['id']}: {node['html'][:160]}" for violation in violations for node in violation["nodes"]]
    return found + strangers(page)


def cut_off(page) -> list[str]:
    """Return the cells whose words are wider than they are, and the words of charts that leave the page at a side."""
    return page.evaluate(
        """() => {
            const shown = kind => [...document.querySelectorAll(kind)].filter(found => found.checkVisibility());
            const wide = document.documentElement.clientWidth;
            const beyond = box => box.width && (box.left < 0 || box.right > wide);
            return [
                ...shown('main td, main th').filter(cell => cell.scrollWidth > cell.clientWidth),
                ...shown('main svg text').filter(words => beyond(words.getBoundingClientRect())),
            ].map(found => found.textContent.trim());
        }"""
    )


def in_the_way(page, pages: Mapping[str, str], *, summaries=2, until="load") -> dict[str, list[str]]:
    """
    Return what is in anybody's way on each of these pages, by their names; nothing of a page that is as it should be.

    Each is looked at on a phone and on a desk, in one theme each, and judged by axe in one of these looks; some pages in both
    themes, in a long run all of them in every look. Targets are measured on a phone, scrolling sideways at 320 pixels.

    :param summaries: so many of a page's first details are opened before it is looked at
    :param until: when a page is there: "load", or "networkidle" where it fetches parts of itself
    """
    looks = covering([(name, size, theme) for name in pages for size in SIZES for theme in THEMES], _kinds_of_looks)
    judged = covering(looks, lambda look: (look[0], look[1:]))
    found = {}
    for name, url in pages.items():
        found[name] = _open(page, url, summaries, until)
        for look in filter(lambda look: look[0] == name, looks):
            troubles = _troubles(page, *look[1:], judge=faults if look in judged else strangers)
            found[name] += [f"{', '.join(look[1:])}: {trouble}" for trouble in troubles]
    return {name: troubles for name, troubles in found.items() if troubles}


def _kinds_of_looks(look: tuple[str, str, str]):
    name, size, theme = look
    yield name, size
    yield size, theme


def _open(page, url: str, summaries: int, until: str) -> list[str]:
    # What moves is still: a colour half way to another would be read as it stands.
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(PHONE)
    response = page.goto(url, wait_until=until)
    for summary in page.locator("main summary").all()[:summaries]:
        page.evaluate(CLOSE_SHEETS)  # one that is open lies above the rest of a phone's page
        summary.click()
    small = for_hands(page)
    page.set_viewport_size(NARROW)
    return small + for_eyes(page) + ([] if response.status == 200 else [f"status {response.status}"])


def _troubles(page, size: str, theme: str, judge: Callable[[Page], list[str]]) -> list[str]:
    page.set_viewport_size(SIZES[size])
    page.emulate_media(color_scheme=theme)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return judge(page) + ([f"{wide} pixels too wide"] if wide > 0 else [])


@pytest.fixture
def salote(worker, today):
    """Kept in touch with; the next contact was due three days ago."""
    return parked(worker, "Salote Fifita", due_in=-3, contacts=1)
