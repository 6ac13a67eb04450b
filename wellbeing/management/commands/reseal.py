"""Seal everything private with the first of the private keys, so that the others can be dropped."""

from django.core.management.base import BaseCommand, CommandError

from wellbeing import sealing


class Command(BaseCommand):
    help = "Seal what is private with the first of PRIVATE_KEYS. Running it again changes no word."

    def handle(self, **options):
        done, unreadable = sealing.reseal()
        self.stdout.write(f"{done} sealed with the first key.")
        if unreadable:
            raise CommandError(f"{unreadable} cannot be opened by any key here and stay as they are.")
