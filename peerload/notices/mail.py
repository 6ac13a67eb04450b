"""
The mail connection, as EMAIL_URL describes it.

``smtp://user:password@host:port?tls=1`` begins in clear and asks for STARTTLS before it authenticates; where the server
does not offer that, nothing is sent. ``smtps://`` is encrypted from the first byte. ``timeout=`` is in seconds, for
every answer.
"""

import ssl
from email.utils import parseaddr
from smtplib import SMTPNotSupportedError
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from .models import Message

TIMEOUT = 30  # seconds, unless EMAIL_URL sets another number
LONGEST_TIMEOUT = 300
EXAMPLE = "smtp://user:password@mail.example.org:587?tls=1"
SCHEMES: dict[str, dict[str, bool]] = {"smtp": {}, "smtp+tls": {"use_tls": True}, "smtps": {"use_ssl": True}}
SWITCHES = {"tls": "use_tls", "ssl": "use_ssl"}


class NotEncrypted(Exception):
    """The mail server does not offer the encryption that EMAIL_URL asks for; neither password nor mail was sent."""


def can_send() -> bool:
    """Return whether mail leaves here at all; without EMAIL_URL it stays in the outbox."""
    return bool(settings.EMAIL_URL)


def connection_settings(url: str) -> dict[str, Any]:
    """
    Return what Django's backend needs to reach the server that EMAIL_URL names.

    :raises ImproperlyConfigured: if something in the address means nothing or contradicts the rest; no password is repeated
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused(_("its port is not a number, or its host is not a name.")) from None
    if parts.scheme not in SCHEMES or not host:
        raise _refused(_("it has to begin with smtp://, smtp+tls:// or smtps:// and name a host."))
    if parts.path not in {"", "/"} or parts.fragment:
        raise _refused(
            _("after the port, only ?tls=1 may follow. In a password, write / as %2F, # as %23 and ? as %3F.")
        )
    if bool(parts.username) != bool(parts.password):
        raise _refused(_("it has to name both a user and a password, or neither."))
    found = {"use_tls": False, "use_ssl": False, **SCHEMES[parts.scheme], "timeout": TIMEOUT}
    found |= _said_in_query(parts.query, found)
    if found["use_tls"] and found["use_ssl"]:
        raise _refused(_("it asks for STARTTLS (tls=1) and for TLS from the start (ssl=1 or smtps://). Choose one."))
    return {
        "host": host,
        "port": port or (465 if found["use_ssl"] else 587 if found["use_tls"] else 25),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        **found,
    }


def _said_in_query(query: str, scheme: dict[str, Any]) -> dict[str, Any]:
    said = parse_qsl(query, keep_blank_values=True)
    if len(dict(said)) < len(said):
        raise _refused(_("something stands twice after the question mark."))
    found: dict[str, Any] = {}
    for name, value in said:
        if name in SWITCHES:
            if value not in {"0", "1"}:
                raise _refused(_("%(name)s has to be 1 or 0.") % {"name": name})
            if value == "0" and scheme[SWITCHES[name]]:
                raise _refused(_("%(name)s=0 contradicts how it begins.") % {"name": name})
            found[SWITCHES[name]] = value == "1" or scheme[SWITCHES[name]]
        elif name == "timeout":
            if not (value.isascii() and value.isdigit() and 0 < int(value) <= LONGEST_TIMEOUT):
                raise _refused(
                    _("timeout has to be a number of seconds from 1 to %(most)s.") % {"most": LONGEST_TIMEOUT}
                )
            found["timeout"] = int(value)
        else:
            raise _refused(
                _("%(name)r means nothing there. Only tls, ssl and timeout may follow the question mark.")
                % {"name": name}
            )
    return found


def _refused(why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        _("EMAIL_URL cannot be used: %(why)s An example: %(example)s") % {"why": why, "example": EXAMPLE}
    )


class Backend(EmailBackend):
    """Django's SMTP backend, connected as EMAIL_URL describes."""

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        if not settings.EMAIL_URL:
            raise ImproperlyConfigured(
                _("EMAIL_URL is not set, so no mail can be sent. An example: %(example)s") % {"example": EXAMPLE}
            )
        super().__init__(fail_silently=fail_silently, **connection_settings(settings.EMAIL_URL))

    def open(self) -> bool | None:
        try:
            return super().open()
        except SMTPNotSupportedError as error:
            begun = self._partial_connection  # type: ignore[attr-defined]  # Django has it, its stubs do not
            encrypted = isinstance(begun.sock, ssl.SSLSocket)
            self.close()
            if encrypted or not self.use_tls:
                raise
            raise NotEncrypted(
                _(
                    "Nothing was sent: %(host)s does not offer STARTTLS, which EMAIL_URL asks for. "
                    "Use smtps:// if the server speaks TLS from the start."
                )
                % {"host": self.host}
            ) from error


def send_by_smtp(message: Message) -> None:
    """Send one message to its one address; every exception means it was not accepted."""
    send(message.to, message.subject, message.body, message_id=message_id(message))


def send(to: str, subject: str, body: str, *, message_id: str) -> None:
    """Hand one mail to the mail server that EMAIL_URL names."""
    mail = EmailMessage(
        subject,
        body,
        settings.DEFAULT_FROM_EMAIL,
        [to],
        connection=import_string(settings.EMAIL_BACKEND)(),
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    )
    mail.send()


def message_id(message: Message) -> str:
    """Return the Message-ID, the same however often it is sent."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{message.message_id}@{domain}>"
