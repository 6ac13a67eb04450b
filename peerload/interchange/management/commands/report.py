"""Every figure of a service, as JSON, CSV or a workbook."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core import clock, dates
from peerload.core.commands import TranslatedCommand
from peerload.core.folding import fold_name
from peerload.interchange import export, field_types, reports
from peerload.staff.management import services
from peerload.staff.models import Organisation


class Command(TranslatedCommand):
    help = gettext_lazy("Print a report of a day or a month.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=reports.NAMES)
        parser.add_argument(
            "--on", metavar="DATE", help=_("The day asked about; the organisation's today if left out.")
        )
        parser.add_argument(
            "--month", metavar="YYYY-MM", help=_("Of month: the month; the last whole one if left out.")
        )
        parser.add_argument("--team", metavar="NAME")
        parser.add_argument("--worker", metavar="EMAIL")
        parser.add_argument("--format", choices=("json", "csv", "xlsx"), default="json")
        parser.add_argument("--output", type=Path, metavar="PATH", help=_("Write a file instead of printing."))
        services.add_argument(parser)

    def handle(
        self,
        *,
        name: str,
        on: str | None,
        month: str | None,
        team: str | None,
        worker: str | None,
        format: str,
        output: Path | None,
        organisation: str | None,
        **options: Any,
    ) -> None:
        service = services.chosen(organisation)
        asked = self._asked(service, team, worker)
        if name == "month":
            report = reports.month(asked, self._month(service, on, month), today=clock.today(service))
        else:
            report = reports.BY_DAY[name](asked, self._on(service, on))
        self._write(_FORMATS[format](name, report), output)

    def _asked(self, organisation: Organisation, team: str | None, worker: str | None) -> reports.ReportScope:
        teams = workers = None
        if team:
            keys = dict(organisation.teams.values_list("name", "pk"))
            wanted = fold_name(team)
            teams = [keys[team]] if team in keys else [pk for name, pk in keys.items() if fold_name(name) == wanted]
            if not teams:
                raise CommandError(_("There is no team %(team)s.") % {"team": team})
        if worker:
            email = worker.strip().lower()
            workers = list(organisation.members.filter(user__email=email).values_list("pk", flat=True))
            if not workers:
                raise CommandError(_("No one has the email %(worker)s.") % {"worker": worker})
        return reports.ReportScope(organisation, teams, workers)

    def _on(self, organisation: Organisation, on: str | None) -> date:
        try:
            return field_types.Day().read(on) if on else clock.today(organisation)
        except field_types.UnreadableCell as error:
            raise CommandError(str(error)) from error

    def _month(self, organisation: Organisation, on: str | None, month: str | None) -> date:
        if on and not month:
            return dates.month_start(self._on(organisation, on))
        try:
            last = dates.month_start(clock.today(organisation)) - dates.DAY
            return field_types.Month().read(month) if month else dates.month_start(last)
        except field_types.UnreadableCell as error:
            raise CommandError(str(error)) from error

    def _write(self, content: bytes, output: Path | None) -> None:
        if output:
            output.write_bytes(content)
        elif hasattr(sys.stdout, "buffer") and self.stdout._out is sys.stdout:
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            self.stdout.write(content.decode(), ending="")


def _json(name: str, report: dict[str, Any]) -> bytes:
    return (json.dumps(report, ensure_ascii=False, indent=2) + "\n").encode()


def _csv(name: str, report: dict[str, Any]) -> bytes:
    """Return the report's rows as one table: teams after workers; the lines of points come with JSON and xlsx."""
    found = reports.rows_of(report)
    rows = [row for part in ("workers", "teams", "weeks", "people") for row in found.get(part, ())]
    header = reports.COLUMNS[name]
    return export.csv_text(header, ([_cell(row.get(column)) for column in header] for row in rows))


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _xlsx(name: str, report: dict[str, Any]) -> bytes:
    main = "weeks" if name == "plan" else "people" if name == "parked" else "workers"
    return export.tables({main: [], **reports.rows_of(report)}, empty={main: reports.COLUMNS[name]})


_FORMATS = {"json": _json, "csv": _csv, "xlsx": _xlsx}
