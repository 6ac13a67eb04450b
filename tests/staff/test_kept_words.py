"""Typed words are never lost: not when the sign-in has expired, not when the page was older than the sign-in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from peerload.staff.models import Absence
from tests import factories
from tests.shared import shared

OURS = {"HTTP_ORIGIN": "http://testserver"}


@shared(dated=True)
def typed(worker):
    return {"worker": worker.pk, "starts_on": "2026-11-12", "kind": "leave with family", "csrfmiddlewaretoken": "stale"}


@pytest.fixture
def strict():
    """A browser that is asked for its token, as in life."""
    return Client(enforce_csrf_checks=True)


def sign_in(client, member):
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")


def token(page) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]


def hidden(page) -> dict:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.content.decode()))


@pytest.fixture
def expired_page(strict, manager, team, typed):
    """The page after a form was sent forty minutes after the last use."""
    with time_machine.travel("2026-11-12 09:00", tick=False) as traveller:
        sign_in(strict, manager)
        form = strict.get(reverse("absence_add"))
        traveller.shift(timedelta(minutes=40))
        yield strict.post(reverse("absence_add"), typed | {"csrfmiddlewaretoken": token(form)}, **OURS)


def again(page) -> dict:
    """What the form of the page sends."""
    return hidden(page) | {"kind": "leave with family", "csrfmiddlewaretoken": token(page)}


def way_back(page) -> str:
    return re.search(r"next=(/?[\w%/]+)", page.content.decode())[1].replace("%2F", "/")


def test_an_expired_sign_in_says_so_and_keeps_the_words(expired_page):
    assert expired_page.status_code == 401
    assert "What you wrote is not lost" in expired_page.content.decode()
    assert not Absence.objects.exists()


def test_after_signing_in_again_the_words_are_sent_with_one_press(strict, expired_page, manager, typed):
    factories.LeaveKindFactory(organisation=manager.organisation, name="leave with family")
    sign_in(strict, manager)
    page = strict.get(way_back(expired_page))
    assert "leave with family" in page.content.decode()

    answer = strict.post(reverse("absence_add"), again(page), **OURS)

    assert answer.status_code == 302
    assert Absence.objects.get().kind == "leave with family"
    assert strict.get(way_back(expired_page)).status_code == 404


def test_words_that_wait_are_sealed_for_their_author(expired_page):
    [session] = Session.objects.all()
    assert "leave with family" not in str(session.get_decoded())


def test_words_no_key_opens_are_not_there_any_more(strict, expired_page, manager, settings):
    settings.PRIVATE_KEYS = ["another-key-" * 4]
    sign_in(strict, manager)
    assert strict.get(way_back(expired_page)).status_code == 404


def test_somebody_else_signing_in_there_never_sees_them(strict, expired_page, manager, other_manager):
    sign_in(strict, other_manager)
    assert strict.get(way_back(expired_page)).status_code == 404

    sign_in(strict, manager)
    assert strict.get(way_back(expired_page)).status_code == 404


def test_the_words_can_be_thrown_away(strict, expired_page, manager):
    sign_in(strict, manager)
    page = strict.get(way_back(expired_page))

    assert strict.post(way_back(expired_page), {"csrfmiddlewaretoken": token(page)}, **OURS).status_code == 302
    assert strict.get(way_back(expired_page)).status_code == 404


def test_where_nobody_was_signed_in_the_words_stay_on_the_page(client, worker, typed):
    page = client.post(reverse("absence_add"), typed)

    assert page.status_code == 401
    assert "leave with family" in page.content.decode()
    assert "kept" not in client.session


def test_a_page_older_than_the_sign_in_is_offered_again(strict, manager, team, typed):
    sign_in(strict, manager)

    page = strict.post(reverse("absence_add"), typed, **OURS)
    assert page.status_code == 403
    assert "leave with family" in page.content.decode()
    assert not Absence.objects.exists()

    answer = strict.post(reverse("absence_add"), again(page), **OURS)
    assert answer.status_code == 302
    assert Absence.objects.count() == 1


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None], ids=["elsewhere", "null", "silent"])
def test_a_form_from_elsewhere_is_never_offered(strict, manager, typed, origin):
    sign_in(strict, manager)

    page = strict.post(reverse("absence_add"), typed, **({"HTTP_ORIGIN": origin} if origin else {}))

    assert page.status_code == 403
    assert "leave with family" not in page.content.decode()


def test_a_password_is_never_kept(strict, manager):
    sign_in(strict, manager)

    page = strict.post(
        reverse("account_change_password"), {"oldpassword": "the old words here", "password1": "x y"}, **OURS
    )

    assert page.status_code == 403
    assert "the old words" not in page.content.decode()


def test_what_was_typed_is_never_markup(strict, manager, typed):
    sign_in(strict, manager)

    page = strict.post(reverse("absence_add"), typed | {"kind": "</textarea><script>alert(1)</script> x"}, **OURS)

    assert "<script>alert" not in page.content.decode()


def test_a_part_of_a_page_asked_for_by_script_leads_to_the_sign_in_as_a_whole(client, db):
    answer = client.get(reverse("absences"), HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://testserver/away/?x=1")

    assert answer.headers["HX-Redirect"] == "/account/login/?next=%2Faway%2F"


KEEPS = {"X-Peerload-Keeps-Words": "1"}


def test_a_page_that_keeps_its_words_is_told_where_any_form_leads(signed_in, manager, typed):
    mine = signed_in(manager)
    saved = mine.post(reverse("absence_add"), typed, headers=KEEPS)

    assert (saved.status_code, saved.json()) == (200, {"next": reverse("away", args=[Absence.objects.get().pk])})
    assert Absence.objects.count() == 1
    refused = mine.post(reverse("absence_add"), typed | {"worker": ""}, headers=KEEPS)
    assert refused.status_code == 422
    assert mine.get(reverse("kept", args=["none"]), headers=KEEPS).status_code == 404


def test_the_cookies_of_an_answer_arrive_with_it(signed_in, manager):
    saved = signed_in(manager).post(reverse("light_or_dark"), {"theme": "dark"}, headers=KEEPS)
    assert saved.json()["next"]
    assert saved.cookies["theme"].value == "dark"


def test_a_fresh_token_says_whose_it_is(signed_in, worker, admin):
    assert signed_in(worker).get(reverse("form_token")).json()["by"] == str(worker.uid)
    assert signed_in(admin).get(reverse("form_token")).json()["by"] == str(admin.uid)


def test_nobody_signed_out_gets_a_token(client, db):
    assert client.get(reverse("form_token")).status_code == 302
