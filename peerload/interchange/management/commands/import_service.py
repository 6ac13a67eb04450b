"""A whole service from sheets, all or nothing."""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tqdm import tqdm

from peerload.core.commands import TranslatedCommand
from peerload.interchange import actions, files, questions, uploads
from peerload.interchange.errors import FileRefused
from peerload.interchange.preview import ImportPlan, preview
from peerload.interchange.text_tables import OpenedFile
from peerload.staff.management import services
from peerload.staff.models import Organisation


class Command(TranslatedCommand):
    help = gettext_lazy(
        "Import a service from a workbook (.xlsx or .ods), a folder or zip of CSV files, or one CSV file. All or "
        "nothing. "
        "A sheet of CSV files may have 30,000,000 rows here, in the browser 300,000. "
        "A new service of 150,000 people and 300,000 contacts takes 400 MB of memory, a larger one more."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help=_("Show each value that would change, before and after, and save nothing."),
        )
        parser.add_argument(
            "--all-faults",
            action="store_true",
            help=_("List every fault in a line of its own. Without this, equal faults share a line."),
        )
        services.add_argument(parser)
        services.add_yes(parser)
        parser.add_argument(
            "--like-one-there",
            choices=("replace", "keep"),
            help=_("The same as --accept alike=replace or --accept alike=keep."),
        )
        parser.add_argument(
            "--accept",
            action="append",
            default=[],
            metavar="KIND",
            help=_(
                "Answer what the file leaves open, as its questions say: --accept formulas --accept dates=day_first."
            ),
        )

    def handle(
        self,
        *,
        path: Path,
        dry_run: bool,
        all_faults: bool,
        organisation: str | None,
        yes: bool,
        like_one_there: str | None,
        accept: list[str],
        **options: Any,
    ) -> None:
        try:
            answers = questions.parse_answers([*accept, *([f"alike={like_one_there}"] if like_one_there else [])])
        except ValueError as error:
            raise CommandError(str(error)) from error
        try:
            opened = files.open_path(path)
            if dry_run:
                plan = self._look(opened, organisation, answers)
            else:
                asked = partial(self._ask, code=organisation, yes=yes)
                plan = self._bring_in(opened, organisation, answers, asked)
        except FileRefused as refused:
            for line in refused.lines(each=all_faults):
                self.stderr.write(line)
            self.stderr.write(_("Nothing was saved."))
            sys.exit(1)
        for note in plan.notes:
            self.stdout.write(note)
        for sheet, counts in plan.counts.items():
            said = ", ".join(f"{number} {state}" for state, number in counts.items() if number or state != "refused")
            self.stdout.write(f"{sheet}: {said}")
        if dry_run:
            self._show_changes(plan)
            self.stdout.write(_("Nothing was saved: this was a dry run."))

    def _show_changes(self, plan: ImportPlan) -> None:
        """Print for the first changed rows of each sheet the values now and after the import."""
        for sheet, rows in uploads.preview_of(plan).items():
            for number, _state, key, changes in rows:
                for column, was, will_be in changes:
                    where = ", ".join(filter(None, (sheet, _("row %(row)s") % {"row": number}, key)))
                    words = _("%(where)s: %(column)s is %(was)s, would be %(will_be)s")
                    empty = _("empty")
                    now = {"where": where, "column": column, "was": was or empty, "will_be": will_be or empty}
                    self.stdout.write(words % now)

    def _ask(self, plan: ImportPlan, *, code: str | None, yes: bool) -> None:
        """Ask before a service is made that is named almost like another."""
        there = list(Organisation.objects.order_by("code"))
        if plan.organisation is None and there:
            if code:
                raise CommandError(" ".join([services.unknown(code, there), _("Nothing was saved.")]))
            wanted = {plan.settings.get("code"), plan.settings.get("name")} - {None}
            if like := services.named_like(wanted, there):
                new = plan.settings["code"]
                services.ask(
                    _("There is %(codes)s already. Make %(new)s as well?")
                    % {"codes": services.codes(like), "new": new},
                    new,
                    yes=yes,
                )

    def _look(self, opened: OpenedFile, code: str | None, answers: Mapping[str, str]) -> ImportPlan:
        plan = preview(opened, code=code, answers=answers)
        if plan.faults or plan.unanswered:
            raise FileRefused(plan.faults, plan.unanswered)
        self._ask(plan, code=code, yes=True)
        return plan

    def _bring_in(
        self, opened: OpenedFile, code: str | None, answers: Mapping[str, str], asked: Callable[[ImportPlan], None]
    ) -> ImportPlan:
        with tqdm(unit=" rows", file=sys.stderr, disable=None, leave=False) as bar:  # only in a terminal

            def progress(done: int, of: int) -> None:
                bar.total = of
                bar.update(done - bar.n)

            return actions.bring_in(opened, code=code, answers=answers, asked=asked, progress=progress)
