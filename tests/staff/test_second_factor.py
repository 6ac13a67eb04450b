"""The second factor: before any page where the service requires one, counted like a password, never gone round."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from axes.models import AccessAttempt
from django.core.management import call_command
from django.urls import reverse

from peerload import settings as project
from peerload.audit.models import Entry
from peerload.core import clock
from peerload.notices.models import Message
from peerload.staff import actions
from peerload.staff.sign_in import invitation_url

from .conftest import PASSWORD


@pytest.fixture(autouse=True)
def required(settings):
    settings.MFA_REQUIRED = True


@pytest.fixture
def app(worker):
    """An authenticator app in the worker's hand: ``app()`` is the code of this moment."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(worker.user, secret)
    RecoveryCodes.activate(worker.user)

    def code() -> str:
        return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))

    return code


def sign_in(client, worker):
    return client.post(reverse("account_login"), {"login": worker.email, "password": PASSWORD})


def test_it_is_required_outside_the_demo_and_these_tests():
    assert (project.DEMO, project.TESTING, project.MFA_REQUIRED) == (False, True, False)


def test_a_member_without_one_is_led_to_setting_one_up_before_any_page(client, worker, password):
    assert sign_in(client, worker).status_code == 302

    assert client.get(reverse("people")).url == reverse("mfa_index")
    page = client.get(reverse("mfa_index"))
    assert page.status_code == 200
    assert "Before anything else" in page.content.decode()


def test_it_can_be_set_up_there_and_then(client, worker, password):
    sign_in(client, worker)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))

    assert page.status_code == 200
    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert client.get(reverse("account")).status_code == 200
    assert Authenticator.objects.filter(user=worker.user, type="recovery_codes").exists()


def test_to_change_it_later_the_password_is_asked_for_once_more(client, worker, password, app):
    with time_machine.travel("2026-11-12 09:00", tick=False) as traveller:
        sign_in(client, worker)
        client.post(reverse("mfa_authenticate"), {"code": app()})
        traveller.shift(timedelta(minutes=6))

        assert client.get(reverse("mfa_deactivate_totp")).url.startswith("/account/")
        assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
        assert client.get(reverse("mfa_deactivate_totp")).status_code == 200


def test_a_password_alone_opens_nothing(client, worker, password, app):
    response = sign_in(client, worker)

    assert response.url == reverse("mfa_authenticate")
    assert client.get(reverse("people")).url.startswith(reverse("account_login"))
    assert not Entry.objects.filter(what="signed_in").exists()


def test_the_code_of_the_moment_opens_the_site_once(client, worker, password, app):
    sign_in(client, worker)
    before, code = client.session.session_key, app()

    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert client.session.session_key != before
    assert client.get(reverse("account")).status_code == 200

    client.post(reverse("account_logout"))
    sign_in(client, worker)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_a_wrong_code_is_answered_in_plain_words_and_so_is_a_browser_without_script(client, worker, password, app):
    sign_in(client, worker)

    page = client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()

    assert "This code is wrong or too old." in page
    assert "A security key needs JavaScript." in page


def test_a_recovery_code_works_once(client, worker, password, app):
    code = Authenticator.objects.get(user=worker.user, type="recovery_codes").wrap().get_unused_codes()[0]

    for status in (302, 200):
        sign_in(client, worker)
        assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == status
        client.post(reverse("account_logout"))


def test_a_recovery_code_lets_somebody_in_and_confirms_nothing(client, worker, password, app):
    with time_machine.travel("2026-11-12 09:00", tick=False) as traveller:
        sign_in(client, worker)
        client.post(reverse("mfa_authenticate"), {"code": app()})
        traveller.shift(timedelta(minutes=6))
        codes = Authenticator.objects.get(user=worker.user, type="recovery_codes").wrap()
        before = codes.get_unused_codes()

        refused = client.post(reverse("mfa_reauthenticate"), {"code": before[0]})
        after = Authenticator.objects.get(user=worker.user, type="recovery_codes").wrap().get_unused_codes()
        confirmed = client.post(reverse("mfa_reauthenticate"), {"code": app()})

    assert "A recovery code is only for signing in" in refused.content.decode()
    assert after == before
    assert (refused.status_code, confirmed.status_code) == (200, 302)


def test_codes_are_counted_like_passwords(client, worker, password, app):
    sign_in(client, worker)

    answers = [client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code for _ in range(10)]

    assert answers == [200] * 9 + [429]
    sign_in(client, worker)
    assert "Too many tries" in client.post(reverse("mfa_authenticate"), {"code": app()}).content.decode()


def test_a_new_password_does_not_go_round_it(client, worker, app, settings):
    path = invitation_url(worker).removeprefix(settings.BASE_URL)
    client.post(client.get(path).url, {"password": PASSWORD})

    assert sign_in(client, worker).url == reverse("mfa_authenticate")


def test_an_invitation_signs_nobody_in(client, worker, admin):
    url = actions.invite(member_id=worker.pk, by=admin)
    client.post(client.get(url.removeprefix("http://localhost:8000")).url, {"password": PASSWORD})

    assert client.get(reverse("account")).status_code == 302


def test_who_has_lost_phone_and_codes_begins_anew_and_is_told(client, worker, password, app):
    call_command("invite", worker.email, "--new-second-step", stdout=StringIO())

    sign_in(client, worker)
    assert client.get(reverse("people")).url == reverse("mfa_index")
    assert {"account", "invitation"} == set(Message.objects.filter(to=worker.email).values_list("kind", flat=True))


def test_no_code_is_written_down_where_tries_are_counted(client, worker, password, app):
    sign_in(client, worker)
    client.post(reverse("mfa_authenticate"), {"code": "123987"})

    assert "123987" not in AccessAttempt.objects.get().post_data


@pytest.mark.parametrize("page", ["mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_add_webauthn"])
def test_a_browser_just_signed_in_is_asked_again_before_it_shows_or_adds_a_second_factor(
    client, worker, password, app, page
):
    Authenticator.objects.update(created_at=clock.now() - timedelta(days=1))
    sign_in(client, worker)
    client.post(reverse("mfa_authenticate"), {"code": app()})
    assert client.get(reverse("account")).status_code == 200

    answer = client.get(reverse(page))

    assert answer.status_code == 302 and "reauthenticate" in answer.url
