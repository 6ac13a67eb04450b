"""A whole service, removed."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from peerload.interchange import removal
from peerload.staff.management import services

from .services import summary


class Command(BaseCommand):
    help = (
        "Remove a service with everything in it. The command says what it will remove and asks first. It removes "
        "everything or nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("code")
        services.add_yes(parser)

    def handle(self, *, code, yes, **options):
        service = services.chosen(code)
        self.stdout.write(f"{service.name} goes: {summary(service)}, with all of their history.")
        self.stdout.write(f"{removal.only_here(service)} sign-ins go with it. Only a backup can restore them.")
        services.ask(f"Remove {service.code}?", service.code, yes=yes)
        try:
            with transaction.atomic():
                removal.remove(service)
        except removal.StillComesIn as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{service.code} is removed.")
