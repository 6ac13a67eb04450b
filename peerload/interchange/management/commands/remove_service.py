"""A whole service, removed."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.commands import TranslatedCommand
from peerload.interchange import removal
from peerload.staff.management import services

from .services import summary


class Command(TranslatedCommand):
    help = gettext_lazy(
        "Remove a service with everything in it. The command says what it will remove and asks first. It removes "
        "everything or nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code")
        services.add_yes(parser)

    def handle(self, *, code: str, yes: bool, **options: Any) -> None:
        service = services.chosen(code)
        self.stdout.write(
            _("This removes %(service)s: %(summary)s, with all of their history.")
            % {"service": service.name, "summary": summary(service)}
        )
        self.stdout.write(
            _("It also removes %(only_here)s sign-ins. Only a backup can restore them.")
            % {"only_here": removal.only_here(service)}
        )
        services.ask(_("Remove %(code)s?") % {"code": service.code}, service.code, yes=yes)
        try:
            with transaction.atomic():
                removal.remove(service)
        except removal.StillComesIn as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("%(code)s is removed.") % {"code": service.code})
