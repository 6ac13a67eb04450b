"""A whole service as sheets."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from peerload.interchange import queries, writing
from peerload.staff.management import services


class Command(BaseCommand):
    help = "Write a service as sheets: a folder of CSV files, or one workbook."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path)
        parser.add_argument(
            "--format", choices=("csv", "xlsx"), help="csv writes a folder, xlsx a file; by the path if left out."
        )
        services.add_argument(parser)

    def handle(self, *, path, format, organisation, **options):
        format = format or ("xlsx" if path.suffix.lower() == ".xlsx" else "csv")
        rows = queries.to_write(services.chosen(organisation))
        try:
            if format == "xlsx":
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(writing.workbook(rows))
            elif path.suffix.lower() == ".zip":
                path.write_bytes(writing.zipped(rows))
            else:
                writing.folder(rows, path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Written to {path}.")
