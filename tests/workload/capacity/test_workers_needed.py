"""How many workers the people there are ask for: tier by tier, for a team and for every team, with nobody's name."""

import csv
import io
import re
from datetime import date
from decimal import Decimal
from html import unescape

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.rules import Mix
from peerload.audit.models import Entry
from tests import factories
from workload.capacity import workers_needed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def hold(worker, count: int, **facts) -> None:
    factories.refresh_derived(workers=[worker])
    factories.ClientFactory.create_batch(count, supported_by=worker, **facts)


def wait(team, count: int, support) -> None:
    factories.ClientFactory.create_batch(count, organisation=team.organisation, team=team, support=support)


def words(client, **asked) -> str:
    answer = client.get(reverse("resources"), asked)
    assert answer.status_code == 200
    text = re.sub(r"<(svg|script).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(text).split())


class TestOneTeam:
    def test_P14_the_tier_that_needs_most_says_how_many_workers(self, team, worker, today):
        hold(worker, 6, support="high")
        hold(worker, 5, support="medium")

        found = workers_needed.resources_of_team(team, today, today=today)

        assert [tier.tenths for tier in found.tiers] == [Decimal("1.2"), Decimal("0.5"), 0, 0]
        assert (found.sums.fte, found.needed, found.gap) == (1, Decimal("1.2"), Decimal("0.2"))

    @pytest.mark.parametrize(
        ("people", "needed"), [(41, "2.1"), (40, "2")], ids=["2.05 is 2.1", "two workers are full"]
    )
    def test_a_need_has_one_decimal_half_up(self, team, worker, today, people, needed):
        wait(team, people, "parked")
        assert workers_needed.resources_of_team(team, today, today=today).needed == Decimal(needed)

    def test_people_without_a_worker_are_people_there_are(self, team, worker, today):
        hold(worker, 1, support="high")
        wait(team, 2, "high")
        wait(team, 1, None)

        found = workers_needed.resources_of_team(team, today, today=today)

        assert (found.people, found.waiting, found.without_tier) == (Mix(high=3), Mix(high=2), 1)

    def test_the_page_says_so_in_words(self, signed_in, manager, worker, team):
        hold(worker, 6, support="high")
        wait(team, 1, "high")
        wait(team, 1, None)

        page = words(signed_in(manager))

        assert "7 people need 1.4 full-time workers. The posts add up to 1 full-time worker (FTE)." in page
        assert "High 7 1 of them without a worker 5 5 2 above the boundary 1.4" in page
        assert "Still needed 0.4 FTE" in page
        assert "The support of 1 person is not decided yet, so they are not in this table." in page

    def test_who_has_more_than_they_need_reads_so(self, signed_in, manager, worker):
        hold(worker, 1, support="high")
        assert "More than needed 0.8 FTE" in words(signed_in(manager))

    def test_another_day_is_that_days(self, signed_in, manager, worker):
        hold(worker, 5, support="high", since=date(2026, 10, 1))
        assert "0 people" in words(signed_in(manager), on="2026-09-30")
        assert "5 people" in words(signed_in(manager), on="2026-10-01")

    def test_a_team_somebody_else_leads_is_not_there(self, signed_in, manager, team, other_team):
        assert signed_in(manager).get(reverse("resources"), {"team": other_team.pk}).status_code == 404


class TestEveryTeam:
    def test_the_service_is_reckoned_as_one(self, organisation, worker, stranger, today):
        hold(worker, 5, support="high")
        hold(stranger, 10, support="medium")

        rows, whole = workers_needed.resources(organisation, today, today=today)

        assert [(row.name, row.needed) for row in rows] == [("Harbourside", 1), ("Northcote", 1)]
        assert (whole.needed, whole.sums.fte, whole.gap) == (1, 2, -1)

    def test_the_gap_is_that_of_the_figures_that_are_shown(self, team, worker, today):
        hold(worker, 1, support="parked")  # 0.05, shown as 0.1
        found = workers_needed.resources_of_team(team, today, today=today)
        assert (found.needed, found.gap) == (Decimal("0.1"), Decimal("-0.9"))

    def test_a_worker_in_no_team_stands_last(self, organisation, team, worker, today):
        factories.ClientFactory(organisation=organisation, support="high")

        rows, whole = workers_needed.resources(organisation, today, today=today)

        assert [(row.name, row.people.high) for row in rows] == [("Harbourside", 0), ("In no team", 1)]
        assert whole.people.high == 1

    def test_a_service_manager_sees_no_name_of_anybody(self, signed_in, service_manager, worker):
        hold(worker, 1, name="Whetu Walker")
        page = words(signed_in(service_manager))
        assert "Harbourside" in page and "Whetu" not in page and "Mere" not in page


@pytest.mark.parametrize("who", ["manager", "service_manager"])
def test_the_page_asks_as_often_for_two_as_for_forty(request, signed_in, organisation, team, worker, who):
    client = signed_in(request.getfixturevalue(who))
    hold(worker, 2)
    words(client)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            words(client)
        counts.append(len(seen))
        for _ in range(8):
            hold(factories.MemberFactory(organisation=organisation, in_team=team), 4, support="parked")
        wait(team, 8, "high")
    assert counts[0] == counts[1]


class TestWhoComesBack:
    @pytest.fixture(autouse=True)
    def two_teams(self, team, other_team, worker):
        for here, back in ((team, True), (team, False), (other_team, False)):
            person = factories.ClientFactory(organisation=team.organisation, team=here, support=None)
            ended, again = date(2026, 1, 5), date(2026, 3, 2)
            factories.TierPeriodFactory(
                client=person, tier="inactive", starts_on=ended, ends_before=again if back else None
            )
            if back:
                factories.TierPeriodFactory(client=person, tier="high", starts_on=again)

    def test_L05_who_leads_a_team_sees_how_often(self, signed_in, manager):
        page = words(signed_in(manager))
        assert (
            "Support or keeping in touch ended 2 times in the last two years. 1 time the person was supported again"
            in page
        )
        assert "For 1 of them the 52 weeks are not over yet." in page

    def test_the_service_is_the_sum_of_its_teams(self, signed_in, service_manager):
        page = words(signed_in(service_manager))
        assert "1 time the person was supported again within 52 weeks" in page
        assert "Harbourside supported again 1 of 2 times; 1 not yet over 52 weeks" in page

    def test_before_anybody_was_not_in_touch_nothing_is_said(self, signed_in, manager):
        assert "supported again" not in words(signed_in(manager), on="2026-01-04")


class TestTakingItAlong:
    def test_a_line_a_tier_and_one_for_all(self, signed_in, manager, worker, team):
        hold(worker, 6, support="high")
        wait(team, 1, "parked")

        answer = signed_in(manager).get(reverse("resources_export", args=["csv"]))

        lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert lines == [
            ["team", "tier", "people", "without_worker", "boundary", "fte_in_post", "fte_needed", "fte_short"],
            ["Harbourside", "high", "6", "0", "5", "", "1.2", ""],
            ["Harbourside", "medium", "0", "0", "10", "", "0", ""],
            ["Harbourside", "group", "0", "0", "15", "", "0", ""],
            ["Harbourside", "parked", "1", "1", "20", "", "0.1", ""],
            ["Harbourside", "all", "7", "1", "50", "1", "1.2", "0.2"],
        ]
        assert Entry.objects.get(what="exported").counts == {"rows": 5}

    def test_a_workbook_has_every_team_and_the_service(self, signed_in, service_manager, worker, stranger):
        hold(worker, 1)
        answer = signed_in(service_manager).get(reverse("resources_export", args=["xlsx"]))
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["workers needed"]
        assert [row[0].value for row in sheet.iter_rows(min_row=2)][::5] == ["Harbourside", "Northcote", "Service"]
        assert sheet.auto_filter.ref.endswith(str(sheet.max_row - 1)), (
            "the sums of the service stay below whatever is sorted or filtered"
        )

    def test_there_is_no_other_kind(self, signed_in, manager, team):
        assert signed_in(manager).get(reverse("resources_export", args=["pdf"])).status_code == 404
