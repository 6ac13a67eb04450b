"""Hold the ledger against the facts."""

from django.core.management.base import BaseCommand, CommandError

from peerload.staff.models import Organisation
from workload import actions


class Command(BaseCommand):
    help = "Compare the points in the ledger with the facts, as of one moment; exit 1 if any differ."

    def add_arguments(self, parser):
        parser.add_argument("--mend", action="store_true", help="count anew what differs")
        parser.add_argument("--organisation", metavar="CODE", help="one service; default: all")

    def handle(self, *, mend: bool, organisation: str | None, **options):
        services = Organisation.objects.order_by("code")
        if organisation:
            services = services.filter(code=organisation)
            if not services:
                raise CommandError(f"There is no service with the code {organisation}.")
        left = [difference for service in services for difference in self.checked(service, mend)]
        if left:
            raise CommandError(
                f"{len(left)} {'units differ' if len(left) > 1 else 'unit differs'}. --mend counts them anew."
            )

    def checked(self, service: Organisation, mend: bool) -> list[actions.Difference]:
        """Print what differs in a service, mend it if asked; return what still differs."""
        found = actions.check(service)
        for difference in found:
            self.stdout.write(str(difference))
        if mend and found:
            actions.mend(service, found)
            self.stdout.write(f"{service.code}: {len(found)} counted anew.")
            return actions.check(service)
        if not found:
            self.stdout.write(f"{service.code}: the ledger says what the facts say.")
        return found
