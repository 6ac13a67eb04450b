"""The post office: where mail goes, by EMAIL_URL."""

from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, get_connection

from .models import Message

TIMEOUT = 30  # seconds, for every answer of the server


def connection_settings(url: str) -> dict:
    """
    Return what Django's backend needs, from ``smtp://``, ``smtp+tls://`` (STARTTLS) or ``smtps://user:password@host:port``.

    :raises ImproperlyConfigured: if it is none of these
    """
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL is smtp://, smtp+tls:// or smtps://user:password@host:port.")
    return {
        "host": parts.hostname,
        "port": parts.port or ports[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtps",
        "timeout": TIMEOUT,
    }


def send_by_smtp(message: Message) -> None:
    """Send one message to its one address; every exception means it was not accepted."""
    connection = get_connection(settings.EMAIL_BACKEND, **connection_settings(settings.EMAIL_URL))
    mail = EmailMessage(
        message.subject,
        message.body,
        settings.DEFAULT_FROM_EMAIL,
        [message.to],
        connection=connection,
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"},
    )
    mail.send()


def message_id(message: Message) -> str:
    """Return the Message-ID, the same however often it is sent."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{message.message_id}@{domain}>"
