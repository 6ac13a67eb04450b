"""A whole service as sheets."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.commands import TranslatedCommand
from peerload.interchange import export, queries
from peerload.staff.management import services


class Command(TranslatedCommand):
    help = gettext_lazy("Write a service as sheets: a folder of CSV files, or one workbook.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument(
            "--format", choices=("csv", "xlsx"), help=_("csv writes a folder, xlsx a file; by the path if left out.")
        )
        services.add_argument(parser)

    def handle(self, *, path: Path, format: str | None, organisation: str | None, **options: Any) -> None:
        format = format or ("xlsx" if path.suffix.lower() == ".xlsx" else "csv")
        service = services.chosen(organisation)
        try:
            with queries.as_of_one_moment():
                self._write(queries.streams(service), path, format)
        except OSError as error:
            raise CommandError(
                _("%(path)s cannot be written: %(strerror)s.") % {"path": path, "strerror": error.strerror}
            ) from error
        except export.TooManyRows as error:
            path.unlink(missing_ok=True)
            raise CommandError(str(error)) from error
        self.stdout.write(_("Written to %(path)s.") % {"path": path})

    def _write(self, rows: export.Rows, path: Path, format: str) -> None:
        if format == "csv" and path.suffix.lower() != ".zip":
            export.folder(rows, path)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        write = export.write_workbook if format == "xlsx" else export.write_zip
        with path.open("wb") as out:
            write(rows, out)
