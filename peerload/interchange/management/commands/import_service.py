"""A whole service from sheets, all or nothing."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from tqdm import tqdm

from peerload.interchange import actions, opening
from peerload.interchange.faults import Refused

from . import _organisation


class Command(BaseCommand):
    help = "Bring a service in from a folder of CSV files, a zip of them, or a workbook. All or nothing."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and save nothing.")
        _organisation.add_argument(parser)

    def handle(self, *, path, dry_run, organisation, **options):
        try:
            opened = opening.open_path(path)
            plan = (self._look if dry_run else self._bring_in)(opened, organisation)
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

    def _look(self, opened, code):
        plan = actions.look(opened, code=code)
        if plan.faults:
            raise Refused(plan.faults)
        return plan

    def _bring_in(self, opened, code):
        with tqdm(unit=" rows", file=sys.stderr, disable=None, leave=False) as bar:  # only in a terminal

            def progress(done, of):
                bar.total = of
                bar.update(done - bar.n)

            return actions.bring_in(opened, code=code, progress=progress)
