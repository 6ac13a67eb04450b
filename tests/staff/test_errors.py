"""When something is wrong: calm pages that need no database, and the headers of every answer."""

import os
import subprocess
import sys

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from peerload.staff import queries


@pytest.fixture
def resting(monkeypatch):
    """PostgreSQL does not answer."""

    def away(*args, **kwargs):
        raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr(queries, "absences_page", away)
    monkeypatch.setattr(queries, "may_record_away", away)


@pytest.fixture
def calm(client):
    client.raise_request_exception = False
    return client


def test_a_database_that_rests_gets_a_calm_page(calm, signed_in, manager, resting):
    response = signed_in(manager).get(reverse("absences"))

    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "Nothing you saved is lost" in response.content.decode()


def test_the_calm_page_keeps_what_was_typed_and_asks_no_database(calm, signed_in, manager, resting):
    signed_in(manager)
    response = calm.post(reverse("absence_add"), {"kind": "leave with family", "starts_on": "2026-11-12"})

    page = response.content.decode()
    assert response.status_code == 503
    assert "leave with family" in page and 'name="starts_on" value="2026-11-12"' in page
    assert f'action="{reverse("absence_add")}"' in page


def test_a_database_that_is_gone_altogether_gets_the_same_page(calm, signed_in, manager, monkeypatch):
    signed_in(manager)
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", lambda *args, **kwargs: (_ for _ in ()).throw(OperationalError("gone")))
        response = calm.get("/me/")

    assert response.status_code == 503
    assert "Nothing you saved is lost" in response.content.decode()


def test_a_fault_of_ours_gets_a_number_and_no_traceback(calm, signed_in, manager, monkeypatch):
    monkeypatch.setattr(queries, "absences_page", lambda *args: 1 / 0)

    response = signed_in(manager).get(reverse("absences"))

    assert response.status_code == 500
    assert "ZeroDivision" not in response.content.decode()


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.get("/me/", {"x": "a\x00b"}),
        lambda client: client.post("/away/add/", {"kind": "a\x00b"}),
        lambda client: client.post("/account/login/", {"login": "a\x00@b.example", "password": "x"}),
        lambda client: client.post("/account/login/", {"a\x00": "x"}),
        lambda client: client.get("/me/", HTTP_COOKIE='sessionid="a\\000b"'),
        lambda client: client.get("/help/", HTTP_HOST="evil.example"),
        lambda client: client.post("/away/add/", {f"field{number}": "x" for number in range(1001)}),
        lambda client: client.post("/away/add/", b"broken", content_type="multipart/form-data; boundary="),
    ],
    ids=["address", "field", "email", "name of a field", "cookie", "host", "1001 fields", "broken body"],
)
def test_what_no_form_of_ours_sends_is_refused_in_words(calm, signed_in, manager, ask):
    signed_in(manager)
    response = ask(calm)

    assert response.status_code == 400
    assert "did not understand" in response.content.decode()


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/me/", "/account/login/", "/nothing/here/", "/help/?x=%00", "/away/"])
def test_every_answer_has_the_headers(calm, signed_in, manager, resting, path):
    response = signed_in(manager).get(path)

    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert "no-store" in response.headers["Cache-Control"]
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert "camera=()" in response.headers["Permissions-Policy"]


def test_production_settings_are_without_a_warning():
    environment = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "DATABASE_URL", "REDIS_URL"}},
        "SECRET_KEY": "a long and random text that only this test knows 0123456789 abcdefghijklmnop",
        "PRIVATE_KEYS": "another long and random text that only this test knows",
        "PEERLOAD_BASE_URL": "https://peerload.example",
        "PEERLOAD_PROXY": "1",
        "ALLOWED_HOSTS": "peerload.example",
        "REDIS_URL": os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "INFO"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
