"""One of everything that a service can hold goes out and comes in elsewhere: the same bytes, the same figures."""

import io
import json

import pytest
from django.core.management import call_command

from caseload.models import LeavingStep
from peerload.interchange import actions, export, files, queries, removal, reports
from peerload.interchange.sheets import SHEETS
from peerload.staff.models import Organisation
from workload.actions import check

from .everything import TODAY, one_of_everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


MADE_ONCE = {"service": (one_of_everything, TODAY)}


def all_reports(organisation: Organisation) -> dict[str, object]:
    found = {}
    for name in reports.NAMES:
        out = io.StringIO()
        when = ("--month", "2026-10") if name == "month" else ("--on", TODAY.isoformat())
        call_command("report", name, *when, "--organisation", organisation.code, stdout=out)
        found[name] = json.loads(out.getvalue())
    return found


def test_every_column_of_every_sheet_says_something_in_it(service):
    silent, written = [], queries.to_write(service)
    for sheet in SHEETS:
        rows = written[sheet.name]
        silent += [
            f"{sheet.name}.{column.name}"
            for column in sheet.written
            if all(row[column.name] in (None, column.empty) for row in rows)
        ]
    assert silent == []


@pytest.mark.parametrize("write", [export.zipped, export.workbook])
def test_it_comes_in_elsewhere_the_same_byte_by_byte_and_with_the_same_figures(service, write):
    rows = queries.to_write(service)
    before, said, code = export.zipped(rows), all_reports(service), service.code
    removal.take_out(service)

    plan = actions.bring_in(files.open_bytes(write(rows)))

    again = Organisation.objects.get(code=code)
    found = queries.to_write(again)
    assert {name: found[name] for name in found if found[name] != rows[name]} == {}
    assert export.zipped(found) == before
    assert all_reports(again) == said
    assert check(again) == []
    assert {counts["refused"] for counts in plan.counts.values()} == {0}


def test_the_same_file_twice_changes_nothing(service):
    content = export.zipped(queries.to_write(service))

    plan = actions.bring_in(files.open_bytes(content), organisation=service)

    assert {name: counts for name, counts in plan.counts.items() if counts["new"] or counts["changed"]} == {}


def test_what_is_to_be_done_on_one_day_keeps_its_order(service):
    before, content, code = kinds_of_steps(service), export.zipped(queries.to_write(service)), service.code
    removal.take_out(service)

    actions.bring_in(files.open_bytes(content))

    assert kinds_of_steps(Organisation.objects.get(code=code)) == before == ["records", "property"]


def kinds_of_steps(organisation: Organisation) -> list[str]:
    return list(
        LeavingStep.objects.filter(leaving__organisation=organisation).order_by("pk").values_list("kind", flat=True)
    )
