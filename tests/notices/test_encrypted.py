"""What EMAIL_URL asks for is what happens: no password and no link goes over the wire in clear where it asks for TLS."""

import base64

import pytest
from django.core.mail import send_mail
from django.core.management import CommandError, call_command

from peerload.notices import actions, mail
from tests.shared import shared

from . import certificates
from .post_office import PostOffice

pytestmark = pytest.mark.django_db

PASSWORD = "vault-of-harbour"
LINK = "https://peerload.example/welcome/MQ/c9k2-secret/"


@pytest.fixture(autouse=True)
def by_smtp(settings):
    settings.EMAIL_BACKEND = "peerload.notices.mail.Backend"
    settings.DEFAULT_FROM_EMAIL = "peerload <noreply@peerload.example>"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return certificates.make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate, monkeypatch):
    """The context of a server whose certificate this machine trusts."""
    path, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return context


@shared(dated=True)
def invitation(worker):
    return actions.queue_message(
        to=worker.email, kind="invitation", subject="Your invitation", body=LINK, recipient=worker
    )


def asked(office: PostOffice, scheme: str = "smtp", query: str = "") -> str:
    return f"{scheme}://office:{PASSWORD}@127.0.0.1:{office.port}{query}"


def in_clear(office: PostOffice) -> bytes:
    """Return what an eavesdropper could read."""
    return b"".join(office.clear)


LOGIN = b"AUTH PLAIN " + base64.b64encode(f"\0office\0{PASSWORD}".encode())


@pytest.mark.parametrize(("scheme", "query"), [("smtp", "?tls=1"), ("smtp+tls", ""), ("smtp", "?tls=1&timeout=5")])
def test_where_starttls_is_asked_for_and_offered_password_and_link_are_encrypted(
    settings, trusted, invitation, scheme, query
):
    with PostOffice(starttls=trusted) as office:
        settings.EMAIL_URL = asked(office, scheme, query)
        assert actions.drain() == 1

    assert [sent["Subject"] for sent in office.mail] == ["Your invitation"]
    assert [login.strip() for login in office.logins] == [LOGIN]
    assert b"STARTTLS" in in_clear(office).upper()
    assert b"AUTH" not in in_clear(office) and LINK.encode() not in in_clear(office)


@pytest.mark.parametrize(("scheme", "query"), [("smtps", ""), ("smtp", "?ssl=1")])
def test_where_tls_is_spoken_from_the_start_nothing_is_in_clear(settings, trusted, invitation, scheme, query):
    with PostOffice(tls=trusted) as office:
        settings.EMAIL_URL = asked(office, scheme, query)
        assert actions.drain() == 1

    assert office.mail and [login.strip() for login in office.logins] == [LOGIN]
    assert in_clear(office) == b""


def test_where_starttls_is_asked_for_and_not_offered_nothing_is_sent_and_the_messages_page_says_why(
    settings, invitation, signed_in, admin, today
):
    with PostOffice() as office:
        settings.EMAIL_URL = asked(office, query="?tls=1")
        assert actions.drain() == 0

    assert not office.mail and not office.logins
    assert b"AUTH" not in in_clear(office) and b"MAIL" not in in_clear(office)
    why = "Nothing was sent: 127.0.0.1 does not offer STARTTLS, which EMAIL_URL asks for."
    assert why in signed_in(admin).get("/settings/messages/").content.decode()
    assert why in signed_in(admin).get(f"/settings/messages/{invitation.message_id}/").content.decode()
    invitation.refresh_from_db()
    assert invitation.state == "waiting", "it is sent once the server or the setting is put right"


def test_a_certificate_that_nobody_vouches_for_gets_no_password(settings, certificate, invitation):
    _, context = certificate
    with PostOffice(starttls=context) as office:
        settings.EMAIL_URL = asked(office, query="?tls=1")
        assert actions.drain() == 0

    assert not office.logins and b"AUTH" not in in_clear(office)
    invitation.refresh_from_db()
    assert "CERTIFICATE_VERIFY_FAILED" in invitation.error


def test_djangos_own_ways_to_mail_go_by_the_same_address(settings, trusted):
    with PostOffice(starttls=trusted) as office:
        settings.EMAIL_URL = asked(office, query="?tls=1")
        send_mail("Hello", "A mail.", None, ["somebody@example.org"])

    assert len(office.logins) == 1 and b"AUTH" not in in_clear(office)


class TestATestMail:
    def test_says_that_it_was_taken(self, settings, trusted, capsys):
        with PostOffice(starttls=trusted) as office:
            settings.EMAIL_URL = asked(office, query="?tls=1")
            call_command("send_test_mail", "ana@example.org")

        (sent,) = office.mail
        assert sent["To"] == "ana@example.org" and "noreply@peerload.example" in sent["From"]
        assert f"127.0.0.1:{office.port} took it, encrypted (STARTTLS)" in capsys.readouterr().out

    def test_says_why_it_could_not_be_sent(self, settings):
        with PostOffice() as office:
            settings.EMAIL_URL = asked(office, query="?tls=1")
            with pytest.raises(CommandError, match="does not offer STARTTLS"):
                call_command("send_test_mail", "ana@example.org")

    @pytest.mark.parametrize(("url", "why"), [("", "EMAIL_URL is not set"), ("nonsense", "EMAIL_URL cannot be used")])
    def test_says_what_is_wrong_with_the_setting(self, settings, url, why):
        settings.EMAIL_URL = url
        with pytest.raises(CommandError, match=why):
            call_command("send_test_mail", "ana@example.org")

    def test_wants_an_address(self, settings):
        settings.EMAIL_URL = "smtp://127.0.0.1:9"
        with pytest.raises(CommandError, match="not an email address"):
            call_command("send_test_mail", "ana")


def test_a_server_that_answers_nobody_holds_the_worker_for_one_timeout(settings, worker, monkeypatch):
    tried = []

    def hang(message):
        tried.append(message)
        raise TimeoutError("timed out")

    for n in range(3):
        actions.queue_message(to=worker.email, kind="account", subject=f"{n}", body="", recipient=worker)
    assert actions.drain(hang) == 0
    assert len(tried) == 1


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 25, "", "", False, False, 30)),
        ("smtp://mail.example?tls=1", ("mail.example", 587, "", "", True, False, 30)),
        ("smtp://ana:s@mail.example:587/?tls=1&timeout=9", ("mail.example", 587, "ana", "s", True, False, 9)),
        ("smtp://mail.example?ssl=1", ("mail.example", 465, "", "", False, True, 30)),
        ("smtp://mail.example:25?tls=0&ssl=0", ("mail.example", 25, "", "", False, False, 30)),
        ("smtp+tls://ana:p%40ss%2F@mail.example", ("mail.example", 587, "ana", "p@ss/", True, False, 30)),
        ("smtps://ana:secret@mail.example:4650?ssl=1", ("mail.example", 4650, "ana", "secret", False, True, 30)),
    ],
)
def test_the_address_of_the_post_office(url, expected):
    found = mail.connection_settings(url)
    names = ("host", "port", "username", "password", "use_tls", "use_ssl", "timeout")
    assert tuple(found[name] for name in names) == expected


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "has to begin with smtp"),
        ("mail.example:25", "has to begin with smtp"),
        ("http://mail.example", "has to begin with smtp"),
        ("smtp://", "name a host"),
        ("smtp://mail.example:port", "port is not a number"),
        ("smtp://mail.example:99999", "port is not a number"),
        ("smtp://mail.example?starttls=1", "'starttls' means nothing"),
        ("smtp://mail.example?tls", "tls has to be 1 or 0"),
        ("smtp://mail.example?tls=true", "tls has to be 1 or 0"),
        ("smtp://mail.example?tls=1&tls=0", "twice"),
        ("smtp://mail.example?tls=1&ssl=1", "Choose one"),
        ("smtps://mail.example?tls=1", "Choose one"),
        ("smtps://mail.example?ssl=0", "contradicts"),
        ("smtp+tls://mail.example?tls=0", "contradicts"),
        ("smtp://mail.example?timeout=0", "number of seconds"),
        ("smtp://mail.example?timeout=soon", "number of seconds"),
        ("smtp://mail.example/inbox", "only ?tls=1 may follow"),
        ("smtp://ana:pass#word@mail.example", "cannot be used"),
        ("smtp://ana@mail.example", "a user and a password, or neither"),
        ("smtp://:secret@mail.example", "a user and a password, or neither"),
    ],
)
def test_what_means_nothing_in_the_address_is_refused_and_no_password_repeated(url, why):
    with pytest.raises(mail.ImproperlyConfigured, match="EMAIL_URL cannot be used") as refused:
        mail.connection_settings(url)
    assert why in str(refused.value) and mail.EXAMPLE in str(refused.value)
    assert not {"secret", "pass#word", "pass"} & set(str(refused.value).replace(mail.EXAMPLE, "").split())
