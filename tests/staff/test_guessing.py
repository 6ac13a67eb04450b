"""Defences against guessing: passwords, many accounts from one address, and answers that give nothing away."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from peerload.notices.models import Message
from peerload.staff import throttle

from .conftest import PASSWORD
from .test_sign_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.4"


class TestAPassword:
    @pytest.mark.parametrize(
        "guessable",
        [
            "123456789012", "aaaaaaaaaaaa", "abcdefghijkl", "qwertyuiop12", "asdfghjkl123", "abcabcabcabc",
            "password2026!", "Password2026!!", "P4ssw0rd2026", "iloveyou1234", "letmein12345", "Welcome2026!!",
            "Harbourside1", "Harbourside2026!", "h4rbourside2026", "HARBOURSIDE-2026",
            "MerePaki2026", "merepakimerepaki", "Mērē Pākī 2026", "mere.paki@2026",
            "peerload12345", "Peerload2026!", "kiaora kiaora",
        ],
    )  # fmt: skip
    def test_that_is_easy_to_guess_is_refused_with_what_to_choose(self, worker, team, guessable):
        with pytest.raises(ValidationError, match="Choose four or more words that do not belong together"):
            validate_password(guessable, worker.user)

    @pytest.mark.parametrize(
        "good",
        [
            PASSWORD,
            "tide-lantern-eleven-moss",
            "quiet kettle on friday",
            "x9#Kq2!vLm4z",
            "he waka eke noa tonu 7",
        ],
    )
    def test_that_is_hard_to_guess_is_taken(self, worker, team, good):
        validate_password(good, worker.user)

    def test_of_another_teams_name_is_as_easy(self, worker, other_team):
        with pytest.raises(ValidationError, match="easy to guess"):
            validate_password("Northcote2026!!", worker.user)

    def test_as_long_as_it_may_be_is_looked_at_in_no_time(self, worker):
        validate_password("aZ9 tide lantern " * 7, worker.user)

    def test_is_looked_at_wherever_it_is_chosen(self, client, worker):
        worker.user.password = make_password(PASSWORD)
        worker.user.save()
        sign_in(client, worker.email)
        said = {"oldpassword": PASSWORD, "password1": "Harbourside2026!", "password2": "Harbourside2026!"}
        page = client.post(reverse("account_change_password"), said).content.decode()
        assert "This password is easy to guess" in page
        worker.user.refresh_from_db()
        assert worker.user.check_password(PASSWORD)


def spray(accounts: int, address: str = OFFICE) -> list[int]:
    """Try one wrong password for each of many accounts; return the answers."""
    return [
        sign_in(Client(), f"guess{n}@service.example", "wrong words here", REMOTE_ADDR=address).status_code
        for n in range(accounts)
    ]


class TestManyAccountsFromOneAddress:
    @pytest.fixture(autouse=True)
    def known(self, worker, teammate):
        for member in (worker, teammate):
            member.user.password = make_password(PASSWORD)
            member.user.save()

    def test_one_wrong_password_each_for_25_accounts_is_slowed(self, worker):
        with time_machine.travel("2026-11-12 09:00", tick=False) as traveller:
            answers = spray(25)
            assert answers == [200] * throttle.MOST_ACCOUNTS + [429] * 5
            refused = sign_in(Client(), worker.email, REMOTE_ADDR=OFFICE)
            assert refused.status_code == 429, "even with the right one: nobody learns that it is"
            assert "quarter of an hour" in refused.content.decode()

            assert sign_in(Client(), worker.email, REMOTE_ADDR=ELSEWHERE).status_code == 302, "nobody else is"
            traveller.shift(timedelta(minutes=16))
            assert sign_in(Client(), worker.email, REMOTE_ADDR=OFFICE).status_code == 302

    def test_those_who_have_signed_in_there_before_go_on_working(self, worker, teammate):
        with time_machine.travel("2026-11-12 09:00", tick=False):
            assert sign_in(Client(), worker.email, REMOTE_ADDR=OFFICE).status_code == 302
            spray(25)
            assert sign_in(Client(), worker.email, REMOTE_ADDR=OFFICE).status_code == 302
            assert sign_in(Client(), teammate.email, REMOTE_ADDR=OFFICE).status_code == 429
            wrong = [sign_in(Client(), worker.email, "wrong words", REMOTE_ADDR=OFFICE).status_code for _ in range(10)]
            assert wrong[-1] == 429, "their own ten tries hold as ever"

    def test_an_office_in_which_twenty_people_mistype_is_not_slowed(self, worker):
        with time_machine.travel("2026-11-12 09:00", tick=False):
            spray(throttle.MOST_ACCOUNTS)
            assert sign_in(Client(), worker.email, REMOTE_ADDR=OFFICE).status_code == 302


WHAT = re.compile(r'^(SELECT|INSERT|UPDATE|DELETE)\b.*?\b(?:FROM|INTO|UPDATE)?\s"(\w+)"')


def statements(email: str) -> list[tuple[str, str]]:
    """Return the database queries of a request for a new password."""
    with CaptureQueriesContext(connection) as asked:
        Client(REMOTE_ADDR=ELSEWHERE).post(reverse("account_reset_password"), {"email": email})
    return [found.groups() for each in asked if (found := WHAT.search(each["sql"]))]


class TestANewPassword:
    def test_takes_the_same_work_for_a_known_and_an_unknown_email_and_for_the_fourth_time(self, worker):
        known = statements(worker.email)
        assert ("INSERT", "notices_message") in known
        assert statements("nobody@else.example") == known
        assert statements(worker.email) == statements(worker.email) == known
        assert statements(worker.email) == known, "no mail is sent for this one"
        assert Message.objects.filter(to=worker.email).count() == 3
        assert Message.objects.count() == 3

    def test_renders_the_same_mail_either_way(self, worker, monkeypatch):
        from peerload.staff.adapters import AccountAdapter

        written = []
        real = AccountAdapter.send_mail
        monkeypatch.setattr(AccountAdapter, "send_mail", lambda *given: written.append(given[2]) or real(*given))
        statements(worker.email)
        statements("nobody@else.example")
        assert written == [worker.email, "nobody@else.example"]


def test_a_wrong_password_takes_the_same_work_for_a_known_and_an_unknown_email(worker, monkeypatch):
    from django.contrib.auth.hashers import Argon2PasswordHasher

    hashed = []
    real = Argon2PasswordHasher.encode
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *given: hashed.append(1) or real(*given))
    monkeypatch.setattr(Argon2PasswordHasher, "verify", lambda *given: hashed.append(1) or False)
    worker.user.password = "argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$aGFzaA"
    worker.user.save()
    counts = []
    for email in (worker.email, "nobody@else.example"):
        hashed.clear()
        sign_in(Client(), email, "wrong words here")
        counts.append(len(hashed))
    assert counts == [1, 1]
