"""What the sheets and the report say of plans that have versions: always of the one in force that day."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from peerload.interchange import actions
from peerload.interchange import queries as interchange
from peerload.interchange.errors import FileRefused
from peerload.interchange.preview import preview
from tests import factories
from tests.shared import shared
from wellbeing.models import TimePlan
from wellbeing.plans.rules.templates import PUBLISHED, REMOTE

from . import sheets

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@shared(dated=True)
def mere(worker):
    """A worker with the plan from the notes since 2 November, and the published one from the 23rd on; a draft beside them."""
    factories.TimePlanFactory(worker=worker)
    factories.TimePlanFactory(worker=worker, starts_on=date(2026, 11, 23), grid=PUBLISHED.grid)
    factories.TimePlanFactory(worker=worker, starts_on=date(2026, 11, 16), state="draft", grid=REMOTE.grid)
    return worker


def said(*words) -> str:
    out = io.StringIO()
    call_command("report", "plan", *words, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("day", "contact", "over"),
    [("2026-11-01", "0", "0"), ("2026-11-02", "19.5", "0"), ("2026-11-22", "19.5", "0"), ("2026-11-23", "21", "1")],
    ids=["before any", "its Monday", "the last day", "the next one's Monday"],
)
def test_the_report_is_of_the_plan_in_force_that_day(mere, day, contact, over):
    [row] = json.loads(said("--on", day))["workers"]
    assert {(week["contact"], week["contact_over"]) for week in row["weeks"]} == {(contact, over)}


def test_percentages_are_of_the_posts_hours(mere):
    mere.posts.update(fte="0.8")
    week = json.loads(said())["workers"][0]["weeks"][0]
    assert (week["available"], week["contact_percent"], week["contact_over"]) == ("32", "60.9", "3.5")


def test_csv_and_xlsx_carry_the_same_rows(mere, tmp_path):
    rows = list(csv.reader(io.StringIO(said("--format", "csv"))))
    assert rows[0][:4] == ["worker", "week", "wellbeing", "contact"] and len(rows) == 5

    call_command("report", "plan", "--format", "xlsx", "--output", str(tmp_path / "plan.xlsx"))
    sheet = load_workbook(tmp_path / "plan.xlsx").worksheets[0]
    assert [[str(cell) for cell in row] for row in sheet.values] == rows


@pytest.mark.parametrize("agreed_here", [False, True])
def test_rows_go_into_a_plan_that_was_brought_in_and_pass_over_one_that_two_agreed(agreed_here):
    def opened(**hours):
        row = {"email": sheets.MERE, "week": "1"}
        plans = [row | {"activity": activity, "hours": str(each)} for activity, each in hours.items()]
        return sheets.opened(sheets.small(plans=plans))

    organisation = actions.bring_in(opened(groups=3)).organisation
    plan = TimePlan.objects.get(organisation=organisation)
    if agreed_here:
        plan.agreed_by = organisation.members.get(user__email=sheets.ANA)
        plan.save()
    later = opened(groups=4, marketing=4)
    counts = {"new": 0, "changed": 0, "unchanged": 2} if agreed_here else {"new": 1, "changed": 1, "unchanged": 0}
    assert preview(later, organisation=organisation).counts["plans"] == counts | {"refused": 0}
    actions.bring_in(opened(groups=4, marketing=4), organisation=organisation)
    kept = {"groups": 3} if agreed_here else {"groups": 4, "marketing": 4}
    assert dict(plan.lines.values_list("activity", "hours")) == kept


def test_rows_that_a_service_adds_and_renames_come_in_with_its_plans_and_go_out_again():
    plans = [
        {"email": sheets.MERE, "week": "1", "activity": "peer_space", "hours": "2"},
        {"email": sheets.MERE, "week": "1", "activity": "marketing", "hours": "1"},
    ]
    plan_rows = [
        {"row": "peer_space", "label": "Peer space", "part": "wellbeing", "in_use": "yes"},
        {"row": "marketing", "label": "Partners", "part": "management", "in_use": "yes"},
    ]
    opened = sheets.opened(sheets.small(plans=plans, plan_rows=plan_rows))
    organisation = actions.bring_in(opened).organisation

    again = preview(opened, organisation=organisation).counts
    assert again["plan_rows"] == {"new": 0, "changed": 0, "unchanged": 2, "refused": 0}
    [week, *_] = json.loads(said())["workers"][0]["weeks"]
    assert (week["wellbeing"], week["management"], week["total"]) == ("2", "1", "3")
    known = {row.values["row"]: row.values["label"] for row in interchange.known(organisation)["plan_rows"]}
    assert known == {"peer_space": "Peer space", "marketing": "Partners"}


def test_a_row_of_the_practice_note_stays_in_its_part_of_the_week():
    rows = [{"row": "supervision", "label": "Supervision", "part": "contact", "in_use": "yes"}]
    with pytest.raises(FileRefused) as refused:
        actions.bring_in(sheets.opened(sheets.small(plan_rows=rows)))
    [fault] = refused.value.faults
    assert (fault.sheet, fault.row, fault.column) == ("plan_rows", 2, "part")
    assert "belongs to wellbeing" in fault.says
