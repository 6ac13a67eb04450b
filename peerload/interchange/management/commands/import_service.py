"""A whole service from sheets, all or nothing."""

import sys
from functools import partial
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from peerload.interchange import actions, opening
from peerload.interchange.faults import Refused
from peerload.staff.management import services
from peerload.staff.models import Organisation


class Command(BaseCommand):
    help = "Bring a service in from a folder of CSV files, a zip of them, or a workbook. All or nothing."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and save nothing.")
        services.add_argument(parser)
        services.add_yes(parser)

    def handle(self, *, path, dry_run, organisation, yes, **options):
        try:
            opened = opening.open_path(path)
            asked = partial(self._ask, code=organisation, yes=yes)
            plan = self._look(opened, organisation) if dry_run else self._bring_in(opened, organisation, asked)
        except Refused as refused:
            for line in refused.lines():
                self.stderr.write(line)
            self.stderr.write("Nothing was saved.")
            sys.exit(1)
        for sheet, counts in plan.counts.items():
            said = ", ".join(f"{number} {state}" for state, number in counts.items() if number or state != "refused")
            self.stdout.write(f"{sheet}: {said}")
        if dry_run:
            self.stdout.write("Nothing was saved: this was a dry run.")

    def _ask(self, plan: actions.Plan, *, code: str | None, yes: bool):
        """Ask before a service is made that is named almost like another; one named with ``--organisation`` is there."""
        there = list(Organisation.objects.order_by("code"))
        if plan.organisation or not there:
            return
        if code:
            raise CommandError(services.unknown(code, there) + " Nothing was saved.")
        wanted = {plan.settings.get("code"), plan.settings.get("name")} - {None}
        if like := services.named_like(wanted, there):
            new = plan.settings["code"]
            services.ask(f"There is {services.codes(like)} already. Make {new} as well?", new, yes=yes)

    def _look(self, opened, code):
        plan = actions.look(opened, code=code)
        if plan.faults:
            raise Refused(plan.faults)
        self._ask(plan, code=code, yes=True)
        return plan

    def _bring_in(self, opened, code, asked):
        with tqdm(unit=" rows", file=sys.stderr, disable=None, leave=False) as bar:  # only in a terminal

            def progress(done, of):
                bar.total = of
                bar.update(done - bar.n)

            return actions.bring_in(opened, code=code, asked=asked, progress=progress)
