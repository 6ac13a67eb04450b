"""A manager sees who carries what in their team on any day; nobody else does."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload import actions as caseload
from caseload.cover import queries as cover
from peerload.audit.models import Entry
from tests import factories
from tests.conftest import TODAY
from tests.workload.months.scene import carry
from wellbeing.models import SINCE_ALWAYS
from workload import actions as work
from workload.capacity import overview
from workload.columns import MEANINGS

MARCH = date(2026, 3, 2)
OCTOBER = date(2026, 10, 1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def page(client, **asked) -> str:
    answer = client.get(reverse("team"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def hold(worker, count: int, **facts) -> list:
    factories.refresh_derived(workers=[worker])
    return factories.ClientFactory.create_batch(count, supported_by=worker, **facts)


class TestWhoSeesIt:
    def test_a_manager_sees_their_workers_and_not_those_of_another_team(self, signed_in, manager, worker, stranger):
        hold(worker, 1)
        hold(stranger, 1)

        words = page(signed_in(manager))

        assert worker.name in words
        assert "Sina" not in words

    def test_a_deputy_sees_the_team(self, signed_in, team, worker, teammate):
        team.deputy = teammate
        team.save()
        hold(worker, 1)

        assert worker.name in page(signed_in(teammate))

    def test_a_peer_worker_finds_no_such_page(self, signed_in, worker):
        assert signed_in(worker).get(reverse("team")).status_code == 404

    def test_an_admin_finds_no_such_page(self, signed_in, admin):
        assert signed_in(admin).get(reverse("team")).status_code == 404

    def test_another_managers_team_does_not_exist(self, signed_in, manager, team, other_team):
        assert signed_in(manager).get(reverse("team"), {"team": other_team.pk}).status_code == 404

    def test_a_manager_without_a_team_is_told_so(self, signed_in, manager):
        assert "No team yet" in page(signed_in(manager))


class TestWhatItSays:
    def test_a_row_holds_elements_total_limit_and_band(self, signed_in, manager, worker):
        hold(worker, 3)
        factories.ResponsibilityFactory(worker=worker)
        factories.refresh_derived(workers=[worker])

        words = page(signed_in(manager))

        assert "Stable 15, extra 5, cases 6, weight 2" in words
        assert "<b>28</b> of 100" in words
        assert "room" in words

    def test_the_team_is_summed_after_each_workers_weight(self, organisation, worker, teammate, today):
        hold(worker, 3)
        hold(teammate, 3)

        sums = overview.summed(overview.overview(organisation, today, today=today), organisation)

        assert sums.points == (
            46,
            200,
            Decimal("23.0"),
        )  # 21 + 2 each; 42 // 10 would make 46 as well, 10 + 10 would not

    def test_part_timers_are_held_to_their_share(self, organisation, worker, today):
        worker.posts.update(fte=Decimal("0.5"))
        hold(worker, 3, support="high")

        [row] = overview.overview(organisation, today, today=today)

        assert row.total.limit == 50
        assert row.over == [("high", 3, Decimal("2.5"))]

    def test_a_row_says_people_by_tier_and_marks_a_tier_above_the_boundary(self, signed_in, manager, worker, today):
        hold(worker, 6, support="high")
        hold(worker, 2, support="parked")

        html = signed_in(manager).get("/team/").content.decode()

        assert "<strong>high 6 of 5</strong>" in html
        assert "medium 0 of 10, group 0 of 15, keeping in touch 2 of 20" in " ".join(html.split())

    @pytest.mark.parametrize(
        ("mentored", "fte", "cell", "opened"),
        [
            (15, "1", "1 left", "Points left until the limit: 1."),
            (15, "0.99", "none left", "No points left until the limit."),
            (16, "1", "4 over", "Points over the limit: 4."),
        ],
    )
    def test_the_room_stands_below_its_heading_and_in_the_opened_row(
        self, signed_in, manager, worker, mentored, fte, cell, opened
    ):
        worker.posts.update(fte=Decimal(fte))
        work.take_on(worker=worker, code="mentoring", starts_on=MARCH, quantity=mentored, by=worker)
        html = " ".join(page(signed_in(manager)).split())

        [row] = re.findall(rf"<tr role=\"row\"> <th[^>]*> <a[^>]*>{worker.name}</a>.*?</tr>", html)
        assert f'<span class="pl-crew__room">{cell}</span>' in row and f"<li><p>{opened}</p></li>" in row
        head = html.partition("pl-crew")[2].partition("</thead>")[0]
        headings = re.findall(r'<th[^>]*scope="col".*?</th>', head)
        assert [re.sub(r"<[^>]*>", " ", each).split() for each in headings] == [
            ["Name"], ["Points"], ["Total", "Room"], ["People"], ["Next", "supervision"], ["Away"], ["Overdue"], ["More"]
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("sort", "heading", "order"),
        [("name", "Name", "ascending"), ("total", "Total", "descending"), ("room", "Room", "ascending")],
    )
    def test_the_heading_says_by_which_of_its_figures_the_rows_are_sorted(
        self, signed_in, manager, worker, sort, heading, order
    ):
        carry(worker, 93)
        html = " ".join(page(signed_in(manager), sort=sort).split())
        assert re.findall(r'aria-sort="(\w+)"', html) == [order]
        assert re.findall(r'sort=(\w+)#load" aria-current="true">(\w+)', html) == [(sort, heading)]

    def test_the_boundary_of_a_team_is_that_of_its_summed_fte(self, organisation, worker, teammate, today):
        worker.posts.update(fte=Decimal("0.5"))
        teammate.posts.update(fte=Decimal("0.5"))

        sums = overview.summed(overview.overview(organisation, today, today=today), organisation)

        assert sums.boundary.high == 5

    def test_people_without_a_worker_stand_there_to_be_allocated(self, signed_in, manager, team, organisation):
        waiting = factories.ClientFactory(organisation=organisation, team=team, statutory=True)

        words = page(signed_in(manager))

        assert waiting.name not in words
        assert f'href="{reverse("waiting")}"' in words
        assert "1 person without a worker, 1 statutory, 1 not arranged" in words

    def test_somebody_not_in_touch_now_waits_for_nobody(self, signed_in, manager, team, organisation):
        gone = factories.ClientFactory(organisation=organisation, team=team, support="inactive")

        assert gone.name not in page(signed_in(manager))

    def test_an_absent_worker_with_people_is_the_loudest_thing_there(self, signed_in, manager, worker):
        hold(worker, 2)
        factories.AbsenceFactory(worker=worker, starts_on=date(2026, 10, 26), expected_back=date(2026, 11, 30))

        words = page(signed_in(manager))

        assert f"{worker.name} has been away since 26 October: no one covers 2 of their people" in words
        line = f"<span>{worker.name} is away: no one covers 2 of their people</span>"
        assert words.index("pl-needs__now") < words.index(line) < words.index("</li>", words.index('id="needs"'))

    def test_until_somebody_here_covers(self, signed_in, manager, worker, teammate):
        people = hold(worker, 2)
        absence = factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 9))
        factories.CoverFactory(absence=absence, client=people[0], worker=teammate)
        client = signed_in(manager)
        assert f"{worker.name} has been away since 9 November: no one covers 1 of their people" in page(client)

        factories.CoverFactory(absence=absence, client=people[1], worker=teammate)
        assert "pl-needs__now" not in page(client)

        gone = factories.AbsenceFactory(worker=teammate, starts_on=date(2026, 11, 12))
        assert f"{worker.name} has been away since 9 November: no one covers 2 of their people" in page(client)
        gone.delete()
        factories.LeavingFactory(member=teammate, last_day=date(2026, 11, 11))
        assert f"{worker.name} has been away since 9 November: no one covers 2 of their people" in page(client)

    @pytest.mark.parametrize(
        ("role", "ended", "covers"),
        [("peer_worker", TODAY + timedelta(days=1), True), ("peer_worker", TODAY, False), ("manager", TODAY, True)],
        ids=["ends today", "ended yesterday", "a manager, whose post as a worker ended"],
    )
    def test_a_worker_whose_post_has_ended_covers_nobody(
        self, signed_in, manager, worker, teammate, role, ended, covers
    ):
        people = hold(worker, 1)
        absence = factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 9))
        factories.CoverFactory(absence=absence, client=people[0], worker=teammate)
        teammate.posts.update(ends_before=ended)
        teammate.role = role
        teammate.save()
        assert ("no one covers 1 of their people" in page(signed_in(manager))) is not covers
        [person] = cover.absent_people(absence, TODAY)
        assert person.cover_here is covers
        if role == "peer_worker":
            assert (teammate in cover.may_cover(absence, manager, TODAY)) is covers

    def test_a_person_who_is_handed_over_does_not_count(self, signed_in, manager, worker, teammate):
        first, _ = hold(worker, 2)
        factories.AbsenceFactory(worker=worker)
        caseload.hand_over(client_id=first.pk, worker=teammate, on=TODAY, by=manager, today=TODAY)
        assert ": no one covers 1 of their people" in page(signed_in(manager))

    def test_a_manager_of_two_teams_finds_both_on_the_first_page_of_today(
        self, signed_in, organisation, manager, worker, team
    ):
        second = factories.TeamFactory(organisation=organisation, manager=manager, name="Waterfront")
        away = factories.MemberFactory(organisation=organisation, name="Zed Two", in_team=second)
        hold(away, 2)
        factories.AbsenceFactory(worker=away)
        factories.ClientFactory(organisation=organisation, team=second, support=None, statutory=True)

        client = signed_in(manager)
        words = page(client)
        assert "All my teams" in words and "no one covers 2 people</a>" in words
        assert "1 person without a worker, 1 statutory</a>" in words
        of_first = page(client, team=team.pk)
        assert "Waterfront: no one covers 2 people, 1 person without a worker, 1 statutory</span>" in of_first
        later = page(client, team=team.pk, on=(TODAY + timedelta(days=1)).isoformat())
        assert "no one covers" not in later and "without a worker" not in later
        assert "Zed Two is away: no one covers 2 of their people" in page(client, team=second.pk)

    @pytest.mark.parametrize(("days", "shown"), [(7, True), (8, False)], ids=["seven days ahead", "eight"])
    def test_who_will_be_away_within_a_week_stands_lower(self, signed_in, manager, worker, days, shown):
        hold(worker, 2)
        factories.AbsenceFactory(worker=worker, starts_on=TODAY + timedelta(days=days))
        words = page(signed_in(manager))
        assert (f"<b>{worker.name} is away from" in words) is shown
        assert (f"<span>{worker.name} is away from" in words) is shown
        assert "pl-needs__now" not in words

    def test_it_stands_above_who_has_left_and_says_of_the_statutory(self, signed_in, manager, worker, teammate):
        hold(worker, 1, statutory=True)
        factories.AbsenceFactory(worker=worker)
        factories.LeavingFactory(member=teammate, last_day=date(2026, 11, 1), notice_on=date(2026, 10, 1))
        words = page(signed_in(manager))
        assert "1 of them is statutory: choose who covers at once" in words
        assert words.index("no one covers 1 of their people, 1 statutory") < words.index(
            "has left: everyone is handed over"
        )
        assert words.index("has been away since") < words.index("has left: last day was")

    def test_what_there_is_to_do_stands_there_until_it_is_done(self, signed_in, manager, worker):
        absence = factories.AbsenceFactory(worker=worker, starts_on=TODAY, planned=False)
        client = signed_in(manager)
        assert f"{worker.name} is away: 3 things to do" in page(client)
        assert f"3 things to do while {worker.name} is away" in page(client)
        for kind in ("cover_plan", "out_of_office", "urgent_items"):
            absence.duties_done.create(kind=kind, due_on=TODAY, done_on=TODAY, by=manager)
        assert "to do" not in page(client).replace("What there is to do", "")
        absence.expected_back, absence.expected_since = TODAY + timedelta(days=57), TODAY
        absence.save()
        assert "away for more than eight weeks: talk with the service manager today" in page(client)
        assert f"Away over eight weeks: {worker.name}. Talk with the service manager" in page(client)

    def test_an_absent_worker_without_people_is_a_chip_only(self, signed_in, manager, worker):
        hold(worker, 0)
        factories.AbsenceFactory(worker=worker)

        words = page(signed_in(manager))
        assert "no one covers" not in words
        assert "Away since" in words

    @pytest.mark.parametrize(("days_over", "count"), [(6, 0), (7, 1)], ids=["six days over", "seven days over"])
    @pytest.mark.parametrize("back", [0, 30], ids=["today", "a day gone by"])
    def test_contacts_are_counted_from_seven_days_over(self, organisation, worker, today, days_over, count, back):
        on = today - timedelta(days=back)
        hold(worker, 1, support="parked", since=on - timedelta(days=42 + days_over))

        [row] = overview.overview(organisation, on, today=today)

        assert row.contacts_over == count

    def test_a_contact_since_counts_on_the_days_after_it_alone(self, organisation, worker, today):
        [person] = hold(worker, 1, support="parked", since=date(2026, 6, 1))
        factories.ContactFactory(client=person, on=date(2026, 10, 20))
        factories.refresh_derived(person)

        late = [overview.overview(organisation, on, today=today)[0].contacts_over for on in (date(2026, 10, 19), today)]

        assert late == [1, 0]

    def test_needed_contacts_stand_beside_planned_ones(self, signed_in, manager, worker):
        hold(worker, 20, support="parked")
        plan = worker.plans.create(organisation=worker.organisation, starts_on=SINCE_ALWAYS, state="agreed")
        for week in (1, 2, 3, 4):
            plan.lines.create(organisation=worker.organisation, week=week, activity="parked", hours=1)

        words = page(signed_in(manager))

        assert "need 3.3 contacts a week" in words
        assert "2 are planned" in words


class TestAnotherDay:
    def test_a_worker_is_in_the_team_of_their_post_that_day(self, signed_in, manager, worker, other_team):
        post = worker.posts.get()
        post.ends_before = OCTOBER
        post.save()
        factories.PostFactory(worker=worker, team=other_team, starts_on=OCTOBER)
        hold(worker, 1)

        assert worker.name in page(signed_in(manager), on="2026-09-30")
        assert worker.name not in page(signed_in(manager), on="2026-10-01")

    def test_people_and_points_are_those_of_that_day(self, organisation, worker, today):
        hold(worker, 1, since=MARCH)
        hold(worker, 1, since=OCTOBER)

        rows = [overview.overview(organisation, on, today=today)[0] for on in (MARCH, today)]

        assert [(row.people.total, row.total.cases) for row in rows] == [(1, 3), (2, 4)]

    def test_a_day_that_is_none_is_today(self, signed_in, manager, worker):
        assert "Thursday 12 November" in page(signed_in(manager), on="2026-13-45")


def queries_of(client, **asked) -> int:
    with CaptureQueriesContext(connection) as seen:
        page(client, **asked)
    return len(seen)


@pytest.mark.parametrize(("asked", "queries"), [({}, 39), ({"on": "2026-09-01"}, 22)], ids=["today", "a day gone by"])
def test_the_page_asks_as_often_for_two_as_for_forty(signed_in, organisation, team, manager, worker, asked, queries):
    client = signed_in(manager)
    hold(worker, 2)
    hold(worker, 1, support="parked")
    page(client, **asked)
    few = queries_of(client, **asked)
    for _ in range(8):
        hold(factories.MemberFactory(organisation=organisation, in_team=team), 4, support="parked")
        factories.ClientFactory(organisation=organisation, team=team)

    assert (few, queries_of(client, **asked)) == (queries, queries)


IF_NONE = "_if_none_is_made_before"


class TestTakingItAlong:
    def test_the_file_holds_the_figures_and_no_name_of_anybody_supported(self, signed_in, manager, worker):
        [person] = hold(worker, 1)

        answer = signed_in(manager).get(reverse("team_export", args=["csv"]))

        [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert (row["worker"], row["total"], row["limit"], row["people"]) == (worker.name, "18", "100", "1")
        assert person.name not in answer.content.decode("utf-8-sig")

    @pytest.mark.parametrize(("days", "title"), [(0, "contacts_over_7_days"), (1, f"contacts_over_7_days{IF_NONE}")])
    def test_contacts_of_a_coming_day_are_overdue_if_none_is_made_before(
        self, signed_in, manager, service_manager, worker, days, title
    ):
        day = {"on": (TODAY + timedelta(days=days)).isoformat()}
        for reader in (manager, service_manager):
            client = signed_in(reader)
            sheet = client.get(reverse("team_export", args=["csv"]), day).content.decode("utf-8-sig")
            book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("team_export", args=["xlsx"]), day).content))
            assert title in sheet.splitlines()[0].split(",")
            assert MEANINGS[title].heading in [cell.value for cell in book.active[1]]

    def test_who_took_it_is_written_down(self, signed_in, manager, worker):
        hold(worker, 1)

        signed_in(manager).get(reverse("team_export", args=["csv"]))

        assert Entry.objects.filter(what="exported", member=manager, subject="team.csv").count() == 1

    @pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
    def test_a_cell_is_never_a_formula(self, signed_in, manager, worker, sign):
        worker.name = f"{sign}1+1"
        worker.save()
        hold(worker, 1)
        client = signed_in(manager)

        sheet = client.get(reverse("team_export", args=["csv"])).content.decode("utf-8-sig")
        book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("team_export", args=["xlsx"])).content))

        assert f"'{sign}1+1" in sheet
        cell = book.active["A2"]
        assert cell.data_type == "s"

    @pytest.mark.parametrize("who", ["worker", "admin"])
    def test_nobody_else_takes_it(self, request, signed_in, who):
        assert signed_in(request.getfixturevalue(who)).get(reverse("team_export", args=["csv"])).status_code == 404

    def test_another_kind_of_file_does_not_exist(self, signed_in, manager, team):
        assert signed_in(manager).get("/team/export.pdf").status_code == 404
