"""Signing in: by invitation, with throttling kept in the database, links of one use, and a sign-in that ends."""

import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from peerload.audit.models import Entry
from peerload.notices.models import Message
from peerload.staff import actions
from peerload.staff.models import Member, Organisation, User
from tests import factories

from .conftest import PASSWORD

WRONG = "The email or the password is wrong"


def sign_in(client, email, password=PASSWORD, then="", **extra):
    address = reverse("account_login") + (f"?next={then}" if then else "")
    return client.post(address, {"login": email, "password": password}, **extra)


def link_of(message) -> str:
    """Return the path of the link in a mail."""
    return re.search(r"http://localhost:8000(\S+)", message.body)[1]


def test_somebody_signs_in_and_it_is_written_down(client, worker, password, today):
    response = sign_in(client, worker.email.upper())

    assert (response.status_code, response.url) == (302, "/")
    entry = Entry.objects.get(what="signed_in")
    assert (entry.member, entry.organisation, entry.address) == (worker, worker.organisation, "127.0.0.1")


def test_passwords_are_kept_as_argon2():
    from peerload import settings

    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    assert make_password(PASSWORD).startswith("argon2$argon2id$")


def test_the_session_has_a_new_number_after_signing_in(client, worker, password):
    client.get(reverse("light_or_dark"))
    session = client.session
    session["something"] = 1
    session.save()
    before = session.session_key

    sign_in(client, worker.email)

    assert client.session.session_key != before
    stale = Client()
    stale.cookies["sessionid"] = before
    assert stale.get("/me/").status_code == 302


@pytest.mark.parametrize("known", [True, False], ids=["known email", "unknown email"])
def test_a_refusal_says_the_same_of_known_and_unknown(client, worker, password, known):
    response = sign_in(client, worker.email if known else "nobody@else.example", "wrong words here")

    assert response.status_code == 200
    assert WRONG in response.content.decode()
    assert Entry.objects.get(what="sign_in_failed").member == (worker if known else None)


def test_somebody_whose_sign_in_is_closed_reads_the_same_words(client, worker, password):
    worker.user.is_active = False
    worker.user.save()

    assert WRONG in sign_in(client, worker.email).content.decode()


@pytest.mark.parametrize("known", [True, False], ids=["known email", "unknown email"])
def test_after_ten_wrong_tries_the_account_is_closed_to_that_address_for_a_quarter_of_an_hour(
    client, worker, password, known
):
    email = worker.email if known else "nobody@else.example"
    with time_machine.travel("2026-11-12 09:00", tick=False) as traveller:
        answers = [sign_in(client, email, "wrong words here").status_code for _ in range(10)]
        assert answers == [200] * 9 + [429]
        assert sign_in(client, email).status_code == 429
        assert sign_in(client, email.upper()).status_code == 429

        traveller.shift(timedelta(minutes=16))
        assert sign_in(client, email).status_code == (302 if known else 200)


def test_an_enemy_elsewhere_locks_nobody_out(client, worker, password):
    for _ in range(11):
        sign_in(client, worker.email, "wrong words here", REMOTE_ADDR="203.0.113.7")

    assert sign_in(client, worker.email, REMOTE_ADDR="198.51.100.4").status_code == 302


def test_an_address_in_a_header_is_not_believed_without_a_proxy_of_ours(client, worker, password):
    for number in range(10):
        sign_in(client, worker.email, "wrong words here", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")

    assert sign_in(client, worker.email).status_code == 429


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example/",
        "https:evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "///evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "http://localhost:8000@evil.example",
        "http://testserver/me/",
        " /\tevil",
        "//evil%E3%80%82example",
    ],
)
def test_signing_in_leads_nowhere_but_to_a_page_of_ours(client, worker, password, elsewhere):
    response = sign_in(client, worker.email, then=elsewhere)

    assert response.status_code == 302
    assert response.url.startswith("/") and not response.url.startswith(("//", "/\\"))


def test_signing_in_leads_back_to_the_page_wanted(client, worker, password):
    assert sign_in(client, worker.email, then="/me/").url == "/me/"


# The sign-in ends --------------------------------------------------------------------------------------------------------


def signed_in_at_nine(client, worker):
    sign_in(client, worker.email)
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize(("minutes", "status"), [(30, 200), (31, 302)], ids=["half an hour", "a minute more"])
def test_half_an_hour_without_use_ends_it(client, worker, password, minutes, status):
    with time_machine.travel("2026-11-12 09:00", tick=False) as traveller:
        signed_in_at_nine(client, worker)
        traveller.shift(timedelta(minutes=minutes))
        assert client.get("/me/").status_code == status


def test_use_keeps_it_open_but_not_longer_than_twelve_hours(client, worker, password):
    with time_machine.travel("2026-11-12 09:00", tick=False) as traveller:
        signed_in_at_nine(client, worker)
        for _ in range(36):
            traveller.shift(timedelta(minutes=20))
            assert client.get("/me/").status_code == 200
        traveller.shift(timedelta(minutes=2))
        assert client.get("/me/").status_code == 302


def test_use_is_written_down_once_a_minute_at_most(client, worker, password):
    def writes():
        with CaptureQueriesContext(connection) as queries:
            client.get("/me/")
        return sum("UPDATE" in query["sql"] for query in queries)

    with time_machine.travel("2026-11-12 09:00", tick=False) as traveller:
        signed_in_at_nine(client, worker)
        traveller.shift(timedelta(seconds=50))
        assert writes() == 0
        traveller.shift(timedelta(seconds=20))
        assert writes() == 1


def test_signing_out_ends_the_session_on_the_server(client, worker, password):
    sign_in(client, worker.email)
    stolen = Client()
    stolen.cookies = client.cookies.__class__(client.cookies.output(header="", sep=";"))

    client.post(reverse("account_logout"))

    assert stolen.get("/me/").status_code == 302


def test_somebody_deactivated_is_out_on_the_next_request(client, worker, password, admin, today):
    sign_in(client, worker.email)

    actions.edit_member(
        member_id=worker.pk,
        by=admin,
        on=today,
        name=worker.name,
        role=worker.role,
        home_team=worker.home_team,
        active=False,
    )

    assert client.get("/me/").status_code == 302


def test_somebody_without_an_active_membership_gets_a_calm_page(signed_in, worker):
    Member.objects.filter(pk=worker.pk).update(active=False)

    response = signed_in(worker).get("/me/")

    assert response.status_code == 403
    assert "not part of a service here" in response.content.decode()


def test_a_changed_role_holds_on_the_next_request(signed_in, admin, worker, today):
    client = signed_in(admin)
    assert client.get(reverse("staff")).status_code == 200

    Member.objects.filter(pk=admin.pk).update(role="peer_worker")

    assert client.get(reverse("staff")).status_code == 404


def test_a_changed_password_ends_the_other_sessions(client, worker, password):
    sign_in(client, worker.email)
    other = Client()
    sign_in(other, worker.email)

    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "quite another harbour", "password2": "quite another harbour"},
    )

    assert response.status_code == 302
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302
    assert Message.objects.get(to=worker.email).subject == "Your peerload password was changed"


# Links of one use ---------------------------------------------------------------------------------------------------------


def choose(client, path, password=PASSWORD):
    return client.post(client.get(path).url, {"password": password})


def test_an_invitation_lets_somebody_choose_a_password_once(client, admin, worker):
    actions.invite(member_id=worker.pk, by=admin)
    path = link_of(Message.objects.get(to=worker.email))

    assert choose(client, path).url == "/"
    assert client.get("/me/").status_code == 200
    assert sign_in(Client(), worker.email).status_code == 302
    assert Client().get(path).status_code == 410


def test_who_chose_a_password_is_led_to_the_second_factor(client, admin, worker, settings):
    settings.MFA_REQUIRED = True
    actions.invite(member_id=worker.pk, by=admin)

    assert choose(client, link_of(Message.objects.get(to=worker.email))).url == "/"
    assert client.get("/").url == reverse("mfa_index")


def test_an_invitation_does_not_take_the_place_of_a_second_factor(client, admin, worker):
    Authenticator.objects.create(user=worker.user, type="totp", data={"secret": "x"})
    actions.invite(member_id=worker.pk, by=admin)

    assert choose(client, link_of(Message.objects.get(to=worker.email))).url == reverse("mfa_authenticate")
    assert client.get("/me/").status_code == 302


def test_an_invitation_works_for_three_days(client, admin, worker):
    with time_machine.travel("2026-11-12 09:00", tick=False) as traveller:
        actions.invite(member_id=worker.pk, by=admin)
        path = link_of(Message.objects.get(to=worker.email))
        traveller.shift(timedelta(hours=72))
        assert client.get(path).status_code == 302
        traveller.shift(timedelta(minutes=1))
        assert Client().get(path).status_code == 410


def test_another_invitation_kills_the_one_before(client, admin, worker):
    for _ in range(2):
        actions.invite(member_id=worker.pk, by=admin)
    first, second = Message.objects.filter(to=worker.email).order_by("pk")

    assert client.get(link_of(first)).status_code == 410
    assert client.get(link_of(second)).status_code == 302


@pytest.mark.parametrize("uid", ["MQ", "%00", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk", "é", "x" * 500])
def test_an_invented_invitation_is_a_used_one(client, db, uid):
    assert client.get(f"/welcome/{uid}/choose/").status_code in {400, 410}


@pytest.mark.parametrize(
    "short", ["", "elevensigns", "x" * 129, "password1234"], ids=["none", "too short", "too long", "common"]
)
def test_a_bad_password_is_refused_in_words(client, admin, worker, short):
    actions.invite(member_id=worker.pk, by=admin)
    response = choose(client, link_of(Message.objects.get(to=worker.email)), short)

    assert response.status_code == 422
    worker.user.refresh_from_db()
    assert not worker.user.has_usable_password()


def test_a_forgotten_password_is_chosen_anew_by_a_link_of_our_own_address(client, worker, password):
    response = client.post(reverse("account_reset_password"), {"email": worker.email}, HTTP_HOST="127.0.0.1")
    message = Message.objects.get(to=worker.email)
    path = link_of(message)
    page = client.get(path)
    assert response.status_code == page.status_code == 302
    new = "another lantern by the sea"
    assert client.post(page.url, {"password1": new, "password2": new}).status_code == 302

    assert sign_in(client, worker.email, new).status_code == 302
    assert "does not work any more" in Client().get(path).content.decode()


def test_an_unknown_email_gets_the_same_answer_and_no_mail(client, worker, password):
    answers = [
        client.post(reverse("account_reset_password"), {"email": email}, follow=True).content
        for email in (worker.email, "nobody@else.example")
    ]

    assert answers[0] == answers[1]
    assert list(Message.objects.values_list("to", flat=True)) == [worker.email]


def test_nobodys_mail_is_filled_with_links(client, worker, password):
    for _ in range(6):
        client.post(reverse("account_reset_password"), {"email": worker.email})

    assert Message.objects.filter(to=worker.email).count() == 3


def test_nobody_signs_up(client, db):
    answer = client.post(
        reverse("account_signup"), {"email": "x@y.example", "password1": PASSWORD, "password2": PASSWORD}
    )

    assert answer.status_code == 200
    assert "by invitation" in answer.content.decode()


# The command ----------------------------------------------------------------------------------------------------------------


def invite(*arguments) -> str:
    out = StringIO()
    call_command("invite", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_makes_the_service_and_its_first_admin(client, db):
    out = invite("Sam@Harbourside.example", "--name", "Sam Ito", "--new-service", "harbourside")

    member = Member.objects.get()
    assert (member.name, member.role, member.email) == ("Sam Ito", "admin", "sam@harbourside.example")
    assert member.organisation.code == "harbourside"
    assert choose(client, re.search(r"http://localhost:8000(\S+)", out)[1]).status_code == 302
    assert Message.objects.get().kind == "invitation"


def test_the_command_invites_somebody_known_again(worker):
    invite(worker.email)

    assert Member.objects.get(pk=worker.pk).role == "peer_worker"
    assert Member.objects.filter(user=worker.user).count() == 1


def test_the_command_asks_which_service_where_there_are_several(organisation):
    factories.OrganisationFactory()

    with pytest.raises(CommandError, match="--organisation"):
        invite("sam@harbourside.example")


def test_what_is_mistyped_makes_nobody_and_no_service(worker):
    organisation = worker.organisation
    mistyped = {
        ("nonsense",): "nonsense is not an email address",
        ("typo@harbourside.example", "--new-second-step"): "No one in Harbourside Peer Support signs in with typo@",
        (
            "sam@harbourside.example",
            "--organisation",
            "Northcote",
        ): f"no service Northcote. There are: {organisation.code}",
        ("sam@harbourside.example", "--organisation", organisation.code.upper()): f"Did you mean {organisation.code}",
        ("sam@harbourside.example", "--new-service", "Hārbourside Peer support"): "Add --yes if that is what you want",
        ("sam@harbourside.example", "--new-service", organisation.code): "There is a service",
    }
    before = (Organisation.objects.count(), Member.objects.count(), User.objects.count())
    for words, says in mistyped.items():
        with pytest.raises(CommandError, match=re.escape(says)):
            invite(*words)

    assert (Organisation.objects.count(), Member.objects.count(), User.objects.count()) == before
    assert not Message.objects.exists()


def test_a_first_service_is_asked_for_in_so_many_words(db):
    with pytest.raises(CommandError, match="--new-service"):
        invite("sam@harbourside.example")

    assert not Organisation.objects.exists()


def test_another_service_of_almost_the_same_name_is_made_where_one_says_yes(organisation):
    invite("sam@harbourside.example", "--new-service", "Hārbourside Peer Support", "--yes")

    assert set(Organisation.objects.values_list("name", flat=True)) == {
        "Harbourside Peer Support",
        "Hārbourside Peer Support",
    }


def test_the_command_gives_somebody_known_another_role(worker):
    invite(worker.email, "--role", "admin")

    worker.refresh_from_db()
    assert worker.role == "admin"


def test_the_command_makes_a_service_where_there_is_none_with_its_scheme(db):
    invite("sam@harbourside.example", "--new-service")

    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.members.get().role) == ("Our service", "admin")
    assert organisation.schemes.get().weights.filter(code="case", tier="high", points=2, on=True).exists()
