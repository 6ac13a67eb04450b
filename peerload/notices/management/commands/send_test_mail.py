"""Try the mail settings: ``manage.py send_test_mail ADDRESS`` sends one mail now and says what the mail server answered."""

import uuid
from email.utils import parseaddr
from smtplib import SMTPException

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from peerload.notices import actions, mail

BODY = f"""This mail was sent by hand, to try the mail settings of {settings.BASE_URL}.

Nothing is to be done about it."""


class Command(BaseCommand):
    help = "Send one mail now, past the outbox, and say whether the mail server took it and over which connection."
    requires_system_checks = []  # a wrong setting is told by trying it

    def add_arguments(self, parser):
        parser.add_argument("address", help="who receives it")

    def handle(self, *, address: str, **options):
        try:
            validate_email(address)
        except ValidationError:
            raise CommandError(f"{address!r} is not an email address.") from None
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        try:
            if not settings.EMAIL_URL:
                raise ImproperlyConfigured(f"EMAIL_URL is not set, so no mail can be sent. An example: {mail.EXAMPLE}")
            to = mail.connection_settings(settings.EMAIL_URL)
            mail.send(
                address, "A test mail from peerload", BODY, message_id=f"<{uuid.uuid4()}@{domain or 'localhost'}>"
            )
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        except (OSError, SMTPException, mail.NotEncrypted) as error:
            raise CommandError(f"The mail was not sent. {actions.said(error)}") from error
        how = "encrypted (STARTTLS)" if to["use_tls"] else "encrypted (TLS)" if to["use_ssl"] else "in clear"
        self.stdout.write(f"{to['host']}:{to['port']} took it, {how}. It is from {settings.DEFAULT_FROM_EMAIL}.")
