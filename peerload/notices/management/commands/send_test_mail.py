"""Try the mail settings: ``manage.py send_test_mail ADDRESS`` sends one mail now and prints the mail server's answer."""

import uuid
from email.utils import parseaddr
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.commands import TranslatedCommand
from peerload.notices import actions, mail


class Command(TranslatedCommand):
    help = gettext_lazy(
        "Send one mail now, without the outbox. Say whether the mail server took it, and over which connection."
    )
    requires_system_checks = []  # a wrong setting is found by trying it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help=_("who receives it"))

    def handle(self, *, address: str, **options: Any) -> None:
        try:
            validate_email(address)
        except ValidationError:
            raise CommandError(_("%(address)r is not an email address.") % {"address": address}) from None
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        try:
            if not settings.EMAIL_URL:
                raise ImproperlyConfigured(
                    _("EMAIL_URL is not set, so no mail can be sent. An example: %(example)s")
                    % {"example": mail.EXAMPLE}
                )
            to = mail.connection_settings(settings.EMAIL_URL)
            mail.send(
                address, _("A test mail from peerload"), body(), message_id=f"<{uuid.uuid4()}@{domain or 'localhost'}>"
            )
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        except (OSError, SMTPException, mail.NotEncrypted) as error:
            raise CommandError(_("The mail was not sent. %(error)s") % {"error": actions.said(error)}) from error
        how = _("encrypted (STARTTLS)") if to["use_tls"] else _("encrypted (TLS)") if to["use_ssl"] else _("in clear")
        self.stdout.write(
            _("%(host)s:%(port)s took it, %(how)s. It is from %(sender)s.")
            % {"host": to["host"], "port": to["port"], "how": how, "sender": settings.DEFAULT_FROM_EMAIL}
        )


def body() -> str:
    """Return the text of the mail."""
    sent = _("This mail was sent by hand, to try the mail settings of %(url)s.") % {"url": settings.BASE_URL}
    return "\n\n".join([sent, _("You do not have to do anything.")])
