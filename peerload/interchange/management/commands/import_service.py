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

ROWS_NAMED = 10


class Command(BaseCommand):
    help = "Bring a service in from a folder of CSV files, a zip of them, or a workbook. All or nothing."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and save nothing.")
        parser.add_argument(
            "--all-faults", action="store_true", help="Name every fault in a line of its own, not equal ones together."
        )
        services.add_argument(parser)
        services.add_yes(parser)
        parser.add_argument(
            "--like-one-there",
            choices=("replace", "keep"),
            help="What becomes of contacts and responsibilities that are like one that is there: replace it, or keep both.",
        )

    def handle(self, *, path, dry_run, all_faults, organisation, yes, like_one_there, **options):
        try:
            opened = opening.open_path(path)
            if dry_run:
                plan = self._look(opened, organisation, like_one_there)
            else:
                asked = partial(self._ask, code=organisation, yes=yes, choice=like_one_there)
                plan = self._bring_in(opened, organisation, like_one_there, asked)
        except Refused as refused:
            for line in refused.lines(each=all_faults):
                self.stderr.write(line)
            self.stderr.write("Nothing was saved.")
            sys.exit(1)
        for sheet, counts in plan.counts.items():
            said = ", ".join(f"{number} {state}" for state, number in counts.items() if number or state != "refused")
            self.stdout.write(f"{sheet}: {said}")
        if dry_run:
            self.stdout.write("Nothing was saved: this was a dry run.")

    def _ask(self, plan: actions.Plan, *, code: str | None, yes: bool, choice: str | None):
        """Ask before a service is made that is named almost like another, and where rows are like some that are there."""
        there = list(Organisation.objects.order_by("code"))
        if plan.organisation is None and there:
            if code:
                raise CommandError(services.unknown(code, there) + " Nothing was saved.")
            wanted = {plan.settings.get("code"), plan.settings.get("name")} - {None}
            if like := services.named_like(wanted, there):
                new = plan.settings["code"]
                services.ask(f"There is {services.codes(like)} already. Make {new} as well?", new, yes=yes)
        if plan.service.alike and not choice:
            where = ", ".join(f"{name} row {row.number}" for name, row in plan.service.alike[:ROWS_NAMED])
            raise CommandError(
                f"{len(plan.service.alike)} new rows are like one that is there: {where}. Say what becomes of them with "
                "--like-one-there replace or --like-one-there keep. Nothing was saved."
            )

    def _look(self, opened, code, choice):
        plan = actions.look(opened, code=code, replace=choice == "replace")
        if plan.faults:
            raise Refused(plan.faults)
        self._ask(plan, code=code, yes=True, choice=choice)
        return plan

    def _bring_in(self, opened, code, choice, asked):
        with tqdm(unit=" rows", file=sys.stderr, disable=None, leave=False) as bar:  # only in a terminal

            def progress(done, of):
                bar.total = of
                bar.update(done - bar.n)

            return actions.bring_in(opened, code=code, replace=choice == "replace", asked=asked, progress=progress)
