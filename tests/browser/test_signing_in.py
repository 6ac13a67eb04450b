"""Signing in, in a real browser: words kept over an expired sign-in, a second factor set up and used, with and without script."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from peerload.staff.models import Absence
from tests import factories

from .conftest import faults, in_the_way

PASSWORD = "harbour lantern seventeen"


@pytest.fixture(autouse=True)
def passwords(settings, worker, manager, team, admin):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for member in (worker, manager, admin):
        member.user.set_password(PASSWORD)
        member.user.save()


def sign_in(page, member):
    page.get_by_label("Your email").fill(member.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def half_an_hour_passes():
    """Put back the clock of every sign-in."""
    for row in Session.objects.all():
        session = row.get_session_store_class()(row.session_key)
        session["seen"] -= 31 * 60
        session.save()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_what_was_written_while_the_sign_in_ran_out_is_sent_after_signing_in_again(page_as, manager, worker, script):
    page = page_as(None, java_script_enabled=script)
    page.goto(reverse("absence_add"))
    sign_in(page, manager)
    page.get_by_label("Who").select_option(label="Mere Paki")
    page.get_by_label("Kind").fill("leave with her family")
    half_an_hour_passes()
    page.get_by_role("button", name="Record the absence").click()
    expect(page.get_by_role("heading", name="You were signed out meanwhile")).to_be_visible()

    page.get_by_role("link", name="Sign in again").click()
    sign_in(page, manager)
    expect(page.get_by_label("Kind")).to_have_value("leave with her family")
    page.get_by_role("button", name="Send what I wrote").click()

    expect(page.get_by_text("The absence is recorded.")).to_be_visible()
    assert Absence.objects.get().kind == "leave with her family"


def test_the_pages_of_an_expired_sign_in_are_for_everybody(page_as, manager, worker):
    page = page_as(None)
    page.goto(reverse("absence_add"))
    assert not faults(page)
    sign_in(page, manager)
    page.get_by_label("Kind").fill("leave with her family")
    half_an_hour_passes()
    page.get_by_role("button", name="Record the absence").click()
    assert not faults(page)
    page.get_by_role("link", name="Sign in again").click()
    sign_in(page, manager)
    assert not faults(page)


def test_an_app_is_set_up_and_asked_for(page_as, worker, settings):
    settings.MFA_REQUIRED = True
    page = page_as(None)
    page.goto(reverse("account"))
    sign_in(page, worker)
    expect(page.get_by_text("Before anything else")).to_be_visible()
    page.get_by_role("link", name="Set it up").click()
    assert not faults(page)
    secret = page.locator(".pl-secret").inner_text()
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    page.get_by_label("The six figures it shows").fill(code)
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_text("Your authenticator app is set up.")).to_be_visible()

    page.goto(reverse("account"))
    expect(page.get_by_role("heading", name="Mere Paki")).to_be_visible()


def test_a_security_key_is_added_and_opens_the_site(page_as, worker, settings):
    settings.MFA_REQUIRED = True
    page = page_as(None)
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": {**key, "automaticPresenceSimulation": True}})
    page.goto(reverse("account"))
    sign_in(page, worker)
    page.get_by_role("link", name="Add a key").click()
    page.get_by_label("Name").fill("My key")
    page.get_by_role("button", name="Add this key").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto(reverse("account"))
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: reverse("account") not in url)

    page.goto(reverse("account"))
    sign_in(page, worker)
    page.get_by_role("button", name="Use a security key").click()

    expect(page.get_by_role("heading", name="Mere Paki")).to_be_visible()
    assert not page.strangers


PAGES = {
    "admin": [
        "settings",
        "staff",
        "staff_add",
        "teams",
        "team_add",
        "closures",
        "service",
        "scheme",
        "account",
        "mfa_index",
    ],
    "manager": ["absences", "absence_add", "help", "who_sees_what", "light_or_dark", "account_change_password"],
}


@pytest.mark.parametrize("who", PAGES)
def test_the_pages_of_staff_keep_nobody_out(page_as, request, worker, who):
    factories.AbsenceFactory(worker=worker)
    factories.ClosureDayFactory(organisation=worker.organisation)
    page = page_as(request.getfixturevalue(who))
    assert in_the_way(page, {name: reverse(name) for name in PAGES[who]}, summaries=0) == {}
