"""Do by hand what the timetable does: reminders, the outcome of 24 weeks, reviews, closing windows, prompts."""

import json
from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseload.actions import AnotherSweep
from peerload.core import clock
from peerload.core.commands import TranslatedCommand
from peerload.home.sweep import SweepCounts, sweep
from peerload.staff.management import services
from peerload.staff.models import Organisation


class Command(TranslatedCommand):
    help = gettext_lazy("Find what has come due, and print how much is new. Running it again prints zeros.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, help=_("the day, YYYY-MM-DD; default: each service's today")
        )
        services.add_argument(parser, help=_("one service; default: all, summed"))

    def handle(self, *, on: date | None, organisation: str | None, **options: Any) -> None:
        found = [services.chosen(organisation)] if organisation else Organisation.objects.order_by("pk")
        counts = SweepCounts()
        for service in found:
            try:
                counts = counts.plus(sweep(service, on or clock.today(service)))
            except AnotherSweep as busy:
                raise CommandError(_("%(busy)s Wait for it to end, then run this again.") % {"busy": busy}) from busy
        self.stdout.write(json.dumps(counts._asdict()))
