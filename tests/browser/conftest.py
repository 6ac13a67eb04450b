"""A real browser before the real site: ``page_as(worker)`` is a page somebody is signed in on."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client as Session

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's sync API runs an event loop in this thread

BACK_END = "allauth.account.auth_backends.AuthenticationBackend"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
AXE_COLOURS = {"runOnly": ["color-contrast"]}
ENOUGH = 150_000  # bytes of a first load


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the Chromium of the machine, without its sandbox only where root runs the tests."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    quiet = [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium, "args": [*quiet, *sandbox]}


@pytest.fixture
def open_pages(browser):
    """Contexts opened in a test, closed at its end."""
    opened = []
    yield opened
    for context in opened:
        context.close()


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
        page.set_default_timeout(10_000)
        page.strangers = []
        page.on("request", lambda request: _note_stranger(page, request, live_server.url))
        page.on("pageerror", lambda error: page.strangers.append(f"script: {error}"))
        return page

    return open_page


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


def faults(page, rules=AXE_RULES) -> list[str]:
    """Return what axe finds on a page, and whatever it asked a third party for."""
    results = Axe().run(page, options=rules).response
    found = [
        f"{violation['id']}: {node['html'][:160]}" for violation in results["violations"] for node in violation["nodes"]
    ]
    return found + page.strangers
