"""Signing in, in a real browser: words kept over an expired sign-in, a second factor set up and used, with and without script."""

import re

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from peerload.audit.models import Entry
from peerload.staff.models import Absence
from tests import factories

from .conftest import faults, in_the_way

PASSWORD = "harbour lantern seventeen"
KIND = "Leave with her family"  # of the list of the service


@pytest.fixture(autouse=True)
def passwords(settings, worker, manager, team, admin):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for member in (worker, manager, admin):
        member.user.set_password(PASSWORD)
        member.user.save()


def sign_in(page, member):
    page.get_by_label("Your email").fill(member.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def half_an_hour_passes():
    """Put back the clock of every sign-in."""
    for row in Session.objects.all():
        session = row.get_session_store_class()(row.session_key)
        session["seen"] -= 31 * 60
        session.save()


def test_what_was_written_while_the_sign_in_ran_out_is_sent_after_signing_in_again(page_as, manager, worker):
    factories.LeaveKindFactory(organisation=worker.organisation, name=KIND)
    page = page_as(None, java_script_enabled=False)
    page.goto(reverse("absence_add"))
    sign_in(page, manager)
    page.get_by_label("Who").select_option(label="Mere Paki")
    page.get_by_label("Kind").select_option(label=KIND)
    half_an_hour_passes()
    page.get_by_role("button", name="Record the absence").click()
    expect(page.get_by_role("heading", name="You were signed out meanwhile")).to_be_visible()

    page.get_by_role("link", name="Sign in again").click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.locator("[data-passkeys]")).to_be_hidden()  # a passkey needs a script
    sign_in(page, manager)
    expect(page.get_by_label("Kind")).to_have_value(KIND)
    page.get_by_role("button", name="Send what I wrote").click()

    expect(page.get_by_text("The absence is recorded.")).to_be_visible()
    assert Absence.objects.get().kind == KIND


def test_with_a_script_the_words_stay_on_the_page_until_the_same_member_is_back(page_as, manager, worker):
    factories.LeaveKindFactory(organisation=worker.organisation, name=KIND)
    page = page_as(None)
    page.goto(reverse("absence_add"))
    sign_in(page, manager)
    page.get_by_label("Who").select_option(label="Mere Paki")
    page.get_by_label("Kind").select_option(label=KIND)
    half_an_hour_passes()
    page.get_by_role("button", name="Record the absence").click()
    expect(page.get_by_text("You are signed out. Your words are still on this page.")).to_be_visible()
    assert not faults(page)

    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in another window").click()
    sign_in(opened.value, manager)
    expect(opened.value.get_by_role("navigation", name="Main")).to_be_visible()
    page.get_by_role("button", name="Send now").click()

    expect(page.get_by_text("The absence is recorded.")).to_be_visible()
    assert Absence.objects.get().kind == KIND


def test_the_pages_of_an_expired_sign_in_are_for_everybody(page_as, manager, worker):
    factories.LeaveKindFactory(organisation=worker.organisation, name=KIND)
    page = page_as(None)
    page.route(re.compile(r"/(unsent|answers)\.js$"), lambda route: route.abort())
    page.goto(reverse("absence_add"))
    assert not faults(page)
    sign_in(page, manager)
    page.get_by_label("Kind").select_option(label=KIND)
    page.wait_for_load_state("networkidle")  # nothing of the page asks, and so saves its session, any more
    half_an_hour_passes()
    page.get_by_role("button", name="Record the absence").click()
    expect(page.get_by_role("heading", name="You were signed out meanwhile")).to_be_visible()
    page.wait_for_load_state("networkidle")  # its style sheets are there, too
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
    app = page.get_by_role("link", name="Open it in the app on this phone").get_attribute("href")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the letters").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    secret = page.locator(".pl-secret").inner_text()
    assert app.startswith("otpauth://totp/") and f"secret={secret}" in app
    assert page.evaluate("navigator.clipboard.readText()") == secret
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    page.get_by_label("The six figures it shows").fill(code)
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_text("Your authenticator app is set up.")).to_be_visible()

    page.goto(reverse("account"))
    expect(page.get_by_role("heading", name="Mere Paki")).to_be_visible()


def a_device(page):
    """Give a browser a device whose lock knows its owner."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    added = devices.send(
        "WebAuthn.addVirtualAuthenticator", {"options": {**device, "automaticPresenceSimulation": True}}
    )
    return devices, added["authenticatorId"]


def make_a_passkey(page):
    page.get_by_role("link", name="Make a passkey").click()
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url(lambda url: "/add/" not in url)


def sign_out(page):
    page.goto(reverse("account"))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_security_key_is_added_and_opens_the_site(page_as, worker, settings):
    settings.MFA_REQUIRED = True
    page = page_as(None)
    a_device(page)
    page.goto(reverse("account"))
    sign_in(page, worker)
    page.get_by_role("link", name="Make a passkey").click()
    page.get_by_label("A name for it").fill("My key")
    page.get_by_label("Sign in with it alone").uncheck()
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    sign_out(page)

    page.goto(reverse("account"))
    sign_in(page, worker)
    page.get_by_role("button", name="Use a security key").click()

    expect(page.get_by_role("heading", name="Mere Paki")).to_be_visible()
    assert not page.strangers


OF_THE_DEVICE = 1  # taps: its own question, a face, a finger or a PIN; the device of this test answers it by itself


def test_a_passkey_signs_in_with_two_taps_and_after_the_idle_time_too(page_as, worker, settings):
    """One tap is on our page; the second is the device's, which no page can count, and is added to it."""
    settings.MFA_REQUIRED = True
    page = page_as(None)
    devices, device = a_device(page)
    page.goto(reverse("account"))
    sign_in(page, worker)
    assert not faults(page)
    make_a_passkey(page)
    sign_out(page)

    page.goto(reverse("my_sessions"))
    assert not faults(page)
    expect(page.get_by_text("You have used a passkey on this device.")).to_be_visible()
    expect(page.get_by_text("The passkey did not work just now.")).to_be_hidden()
    taps = 0
    page.get_by_role("button", name="Sign in with a passkey").click()
    taps += 1
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    assert (taps, taps + OF_THE_DEVICE) == (1, 2)
    assert page.url.endswith(reverse("my_sessions"))
    last = Entry.objects.filter(what=Entry.What.SIGNED_IN).latest("at")
    assert (last.subject, last.member) == ("passkey", worker)

    half_an_hour_passes()
    page.goto(reverse("my_sessions"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    assert not page.strangers

    sign_out(page)
    devices.send("WebAuthn.clearCredentials", {"authenticatorId": device})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The passkey did not work just now.")).to_be_visible()
    assert not faults(page)


PHONE_BROWSER = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
)


def test_a_passkey_is_offered_once_on_a_phone(page_as, worker):
    page = page_as(None, user_agent=PHONE_BROWSER)
    a_device(page)
    page.goto(reverse("account"))
    sign_in(page, worker)
    expect(page.get_by_role("heading", name="Sign in with this phone from now on?")).to_be_visible()
    assert not faults(page)
    page.get_by_role("button", name="Not on this phone").click()
    expect(page.get_by_role("heading", name="Mere Paki")).to_be_visible()
    sign_out(page)
    page.goto(reverse("account"))
    sign_in(page, worker)
    expect(page.get_by_role("heading", name="Mere Paki")).to_be_visible()


def test_a_passkey_is_made_from_the_offer(page_as, worker):
    page = page_as(None, user_agent=PHONE_BROWSER)
    a_device(page)
    page.goto(reverse("account"))
    sign_in(page, worker)
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_label("A name for it")).to_have_value("My phone")
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


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
