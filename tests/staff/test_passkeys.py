"""Passkeys: who is offered one, what a wrong one is answered, how tries are counted. With real ones: tests/browser."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.urls import reverse

from peerload.audit.models import Entry

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36"}
PASSWORD = "harbour lantern seventeen"
WRONG = [
    {},
    [],
    "x",
    {"id": "AA", "rawId": "AA", "type": "public-key"},
    {
        "id": "AA",
        "rawId": "AA",
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA", "userHandle": "MQ"},
    },
]


@pytest.fixture(autouse=True)
def password(settings, worker):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    worker.user.set_password(PASSWORD)
    worker.user.save()


def sign_in(client, worker, headers=PHONE, host="localhost", to="/me/"):
    words = {"login": worker.email, "password": PASSWORD, "next": to}
    return client.post(reverse("account_login"), words, headers={**headers, "Host": host})


def test_it_is_offered_on_a_phone_before_the_page_that_was_asked_for(client, worker):
    answer = sign_in(client, worker)
    assert answer.url == f"{reverse('passkey_offer')}?next=%2Fme%2F"
    assert 'name="next" value="/me/"' in client.get(answer.url).content.decode()
    later = client.post(reverse("passkey_offer"), {"next": "/me/"})
    assert (later.url, later.cookies["passkey"].value, later.cookies["passkey"]["httponly"]) == (
        "/me/",
        "answered",
        True,
    )


@pytest.mark.parametrize(
    ("headers", "host"), [({}, "localhost"), (PHONE, "127.0.0.1"), (PHONE, "testserver"), (PHONE, "[::1]:8000")]
)
def test_it_is_not_offered_on_a_computer_or_where_no_browser_makes_one(client, worker, headers, host):
    assert sign_in(client, worker, headers, host).url == "/me/"


@pytest.mark.parametrize("remembered", ["here", "answered"])
def test_it_is_not_offered_twice_on_a_device(client, worker, remembered):
    client.cookies["passkey"] = remembered
    assert sign_in(client, worker).url == "/me/"


def test_who_has_no_second_factor_is_led_to_it_first(client, worker, settings):
    settings.MFA_REQUIRED = True
    assert sign_in(client, worker).url == "/me/"
    page = client.get(reverse("mfa_index"), headers={"Host": "localhost"}).content.decode()
    assert page.index("Passkeys and security keys") < page.index("Authenticator app")


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_the_offer_leads_to_pages_of_ours_alone(signed_in, worker, elsewhere):
    assert signed_in(worker).post(reverse("passkey_offer"), {"next": elsewhere}).url == "/"


@pytest.mark.parametrize("credential", WRONG, ids=range(len(WRONG)))
def test_what_is_no_passkey_opens_nothing_and_is_in_the_audit(client, worker, credential):
    Authenticator.objects.create(user=worker.user, type="totp", data={"secret": "x"})
    client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(credential)})

    assert answer.url == reverse("account_login")
    assert client.get("/me/").status_code == 302
    if credential:
        assert Entry.objects.get().what == Entry.What.SIGN_IN_FAILED


def test_after_ten_wrong_ones_an_address_waits(client, worker):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(WRONG[-1])})
    client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(WRONG[-1])})

    page = client.get(reverse("account_login")).content.decode()
    assert "Too many tries. Wait a quarter of an hour, then try again." in page
    assert sign_in(client, worker, {}).url == "/me/"  # a password still does


@pytest.mark.parametrize(("remembered", "leads"), [("here", True), ("answered", False), ("", False)])
def test_the_sign_in_page_leads_with_it_where_one_was_used(client, db, remembered, leads):
    client.cookies["passkey"] = remembered
    page = client.get(reverse("account_login")).content.decode()
    assert (page.index("Sign in with a passkey") < page.index("Your email")) == leads
