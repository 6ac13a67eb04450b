"""Compare the ledger with the facts."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from peerload.core.commands import TranslatedCommand
from peerload.staff.management import services
from peerload.staff.models import Organisation
from workload import actions


class Command(TranslatedCommand):
    help = gettext_lazy("Compare the points in the ledger with the facts, as of one moment; exit 1 if any differ.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", "--mend", action="store_true", help=_("count again what differs"))
        services.add_argument(parser, help=_("one service; default: all"))

    def handle(self, *, fix: bool, organisation: str | None, **options: Any) -> None:
        found = [services.chosen(organisation)] if organisation else Organisation.objects.order_by("code")
        left = [difference for service in found for difference in self.checked(service, fix)]
        if left:
            words = ngettext(
                "%(count)s unit differs. --fix counts them again.",
                "%(count)s units differ. --fix counts them again.",
                len(left),
            )
            raise CommandError(words % {"count": len(left)})

    def checked(self, service: Organisation, fix: bool) -> list[actions.Difference]:
        """Print what differs in a service, count it again if asked; return what still differs."""
        found = actions.check(service)
        for difference in found:
            self.stdout.write(str(difference))
        if fix and found:
            actions.fix(service, found)
            self.stdout.write(_("%(code)s: %(count)s counted again.") % {"code": service.code, "count": len(found)})
            return actions.check(service)
        if not found:
            self.stdout.write(_("%(code)s: the ledger says what the facts say.") % {"code": service.code})
        return found
