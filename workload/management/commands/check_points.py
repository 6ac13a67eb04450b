"""Hold the ledger against the facts."""

from django.core.management.base import BaseCommand, CommandError

from peerload.staff.management import services
from peerload.staff.models import Organisation
from workload import actions


class Command(BaseCommand):
    help = "Compare the points in the ledger with the facts, as of one moment; exit 1 if any differ."

    def add_arguments(self, parser):
        parser.add_argument("--mend", action="store_true", help="count again what differs")
        services.add_argument(parser, help="one service; default: all")

    def handle(self, *, mend: bool, organisation: str | None, **options):
        found = [services.chosen(organisation)] if organisation else Organisation.objects.order_by("code")
        left = [difference for service in found for difference in self.checked(service, mend)]
        if left:
            raise CommandError(
                f"{len(left)} {'units differ' if len(left) > 1 else 'unit differs'}. --mend counts them again."
            )

    def checked(self, service: Organisation, mend: bool) -> list[actions.Difference]:
        """Print what differs in a service, mend it if asked; return what still differs."""
        found = actions.check(service)
        for difference in found:
            self.stdout.write(str(difference))
        if mend and found:
            actions.mend(service, found)
            self.stdout.write(f"{service.code}: {len(found)} counted again.")
            return actions.check(service)
        if not found:
            self.stdout.write(f"{service.code}: the ledger says what the facts say.")
        return found
