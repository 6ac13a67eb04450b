"""The services there are."""

from django.core.management.base import BaseCommand

from peerload.interchange import removal
from peerload.staff.models import Organisation


class Command(BaseCommand):
    help = "List the services: code, name, and how much there is of each."

    def handle(self, **options):
        for service in Organisation.objects.order_by("code"):
            self.stdout.write(f"{service.code}: {service.name}, {summary(service)}")


def summary(service: Organisation) -> str:
    """Say how much there is of a service."""
    there = removal.counts(service)
    return (
        f"{there.staff} staff ({there.admins} admin{'' if there.admins == 1 else 's'}), "
        f"{there.people} people, {there.contacts} contacts"
    )
