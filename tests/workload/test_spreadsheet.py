"""
A spreadsheet program opens every workbook that peerload makes: LibreOffice converts each, and counts the same sums.

``make test`` reads them with openpyxl; only ``make test-long`` needs LibreOffice (``apt install libreoffice-calc``).
"""

import csv
import subprocess
from datetime import date
from shutil import which

import openpyxl
import pytest
from django.urls import reverse

from peerload.interchange import export, filling, queries
from tests.long import LONG
from tests.workload.months.scene import OCTOBER, both_agree, carry
from workload import actions as work
from workload.months import actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def files(signed_in, manager, service_manager, team, worker, teammate, organisation, tmp_path):
    """Write every workbook there is into a folder; of figures, each as every reader gets it."""
    work.create_scheme(organisation)
    carry(worker, 93)
    carry(teammate, 110)
    both_agree(worker, manager)
    actions.send(team=team, month=OCTOBER, by=manager, today=date(2026, 11, 12), note="October was heavy.")
    asked = {"team": team.pk, "month": "2026-10"}
    record = reverse("record_export", kwargs={"uid": worker.uid, "month": "2026-10", "kind": "xlsx"})
    for who, client in (("manager", signed_in(manager)), ("service", signed_in(service_manager))):
        for name in ("team_export", "team_month_export", "team_months_export", "resources_export"):
            (tmp_path / f"{who}-{name}.xlsx").write_bytes(client.get(reverse(name, args=["xlsx"]), asked).content)
    (tmp_path / "record.xlsx").write_bytes(signed_in(worker).get(record).content)
    (tmp_path / "all-teams.xlsx").write_bytes(
        signed_in(service_manager).get(reverse("team_month_export", args=["xlsx"]), {"month": "2026-10"}).content
    )
    (tmp_path / "empty.xlsx").write_bytes(filling.empty_workbook())
    (tmp_path / "example.xlsx").write_bytes(filling.example_workbook(date(2026, 11, 12)))
    (tmp_path / "whole.xlsx").write_bytes(export.workbook(queries.to_write(organisation)))
    return sorted(tmp_path.glob("*.xlsx"))


def test_every_workbook_there_is_begins_as_one(files):
    assert len(files) == 13
    assert all(file.read_bytes()[:2] == b"PK" for file in files)
    for file in files:
        tables = [sheet for sheet in openpyxl.load_workbook(file) if sheet.auto_filter.ref]
        assert tables, file.name
        for sheet in tables:
            assert sheet.freeze_panes in ("A2", "B2") and sheet.column_dimensions["A"].customWidth, (
                file.name,
                sheet.title,
            )


if LONG:

    def test_libreoffice_opens_every_workbook_and_counts_the_same_sums(files, tmp_path):
        program = which("soffice")
        assert program, "make test-long needs LibreOffice: apt install --no-install-recommends libreoffice-calc"
        # Every sheet as a CSV file of its own, with what its cells show (-1, and true for "as shown").
        option = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
        done = subprocess.run(
            [program, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", option]
            + ["--outdir", str(tmp_path / "out"), *map(str, files)],
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
        assert not done.stderr or "Warning: failed to launch javaldx" in done.stderr
        found = {
            path.name: list(csv.reader(path.read_text().splitlines())) for path in (tmp_path / "out").glob("*.csv")
        }
        for file in files:
            sheets = {name: rows for name, rows in found.items() if name.startswith(f"{file.stem}-")}
            assert sheets, file.stem
            cells = [cell for rows in sheets.values() for row in rows for cell in row]
            assert not [cell for cell in cells if cell.startswith(("#", "Err:"))], file.stem
        header, *_, sums = found["service-team_month_export-workers.csv"]
        shown = dict(zip(header, sums, strict=True))
        assert (shown["Worker"], shown["Month"], shown["Total"]) == ("Team", "Oct 2026", "203.0")
