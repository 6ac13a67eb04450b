"""A coming day is asked about as it is known today: whatever is dated ahead counts in every figure of a day after it."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from caseload import actions as caseload
from caseload.cover import queries as cover
from caseload.leaving import actions as leaving
from caseload.notices.people import contacts
from caseload.waiting import queries as waiting
from peerload.home.sweep import sweep
from peerload.notices.kinds import Reader
from peerload.notices.models import Notice
from peerload.staff import actions as staff
from peerload.staff.queries import staff_page, teams_page
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from workload import queries
from workload.actions import check
from workload.capacity import overview, workers_needed
from workload.teams import sums as team_sums

from ..workload.points.test_ahead import ahead

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

LAST_DAY = date(2026, 11, 30)
AFTER = date(2026, 12, 1)


@shared(dated=True)
def priya(organisation, team):
    return factories.MemberFactory(organisation=organisation, name="Priya Nair", in_team=team)


def give_notice(member, by, last_day=LAST_DAY):
    return leaving.give_notice(member=member, notice_on=TODAY, last_day=last_day, by=by, today=TODAY)


def hold(worker, count: int, **facts) -> list:
    factories.refresh_derived(workers=[worker])
    return factories.ClientFactory.create_batch(count, supported_by=worker, **facts)


def sums(team, on: date, today: date = TODAY) -> overview.OverviewSums:
    found = overview.overview(team.organisation, on, today=today, team_ids=[team.pk])
    return overview.summed(found, team.organisation)


class TestALeaver:
    @pytest.mark.parametrize(
        ("day", "workers", "points", "limit", "percent"),
        [(LAST_DAY, 3, 174, 260, "66.9"), (AFTER, 2, 158, 160, "98.8"), (date(2027, 6, 1), 2, 158, 160, "98.8")],
        ids=["the last day", "the day after", "months later"],
    )
    def test_the_last_day_of_a_notice_ends_the_post_in_the_figures_of_the_team(
        self, team, worker, teammate, priya, manager, day, workers, points, limit, percent
    ):
        teammate.posts.update(fte=Decimal("0.6"))
        hold(worker, 29), hold(teammate, 28), hold(priya, 0)
        give_notice(priya, manager)

        found = sums(team, day)

        assert (found.workers, found.points.points, found.points.limit) == (workers, points, limit)
        assert str(found.points.percent) == percent

    def test_their_people_have_no_worker_from_the_day_after(self, team, worker, priya, manager, service_manager):
        hold(worker, 1), hold(priya, 9)
        give_notice(priya, manager)

        before = workers_needed.resources_of_team(team, LAST_DAY, today=TODAY)
        after = workers_needed.resources_of_team(team, AFTER, today=TODAY)
        rows, _ = team_sums.teams_overview(team.organisation, AFTER, today=TODAY)

        assert (before.sums.fte, before.people.medium, before.waiting.medium) == (2, 10, 0)
        assert (after.sums.fte, after.people.medium, after.waiting.medium) == (1, 10, 9)
        assert [(row.sums.workers, row.waiting.waiting) for row in rows] == [(1, 9)]

    def test_the_forecast_says_how_many_need_a_worker(self, signed_in, manager, worker, priya):
        hold(worker, 1), hold(priya, 9)
        give_notice(priya, manager)

        assert ahead(signed_in(manager), "team") == [
            ("12 November", "", "54 of 200"),
            ("1 December", "Priya Nair: last day 30 November 2026, 9 people need a worker", "18 of 100"),
        ]
        assert ahead(signed_in(priya), "my_points")[-1] == (
            "1 December",
            "Last day 30 November 2026, 9 people need a worker",
            "0 of 0",
        )

    def test_people_handed_over_by_then_are_not_counted(self, signed_in, manager, worker, priya):
        hold(worker, 0)
        person, _ = hold(priya, 2)
        give_notice(priya, manager)
        caseload.hand_over(client_id=person.pk, worker=worker, on=AFTER, by=manager, today=TODAY)

        assert "Priya Nair: last day 30 November 2026, 1 person needs a worker" in str(
            ahead(signed_in(manager), "team")
        )

    def test_somebody_listed_without_a_post_ends_with_their_last_day_as_well(self, team, priya, manager, worker, on):
        priya.posts.all().delete()
        [person] = hold(priya, 1)
        notice = give_notice(priya, manager)

        assert [sums(team, day).workers for day in (LAST_DAY, AFTER)] == [2, 1]

        caseload.hand_over(client_id=person.pk, worker=worker, on=AFTER, by=manager, today=TODAY)
        on(AFTER)
        sweep(team.organisation, AFTER)
        notice.refresh_from_db()
        assert notice.closed_on == AFTER
        assert [sums(team, day, AFTER).workers for day in (LAST_DAY, AFTER)] == [2, 1]

    def test_another_last_day_moves_the_end_and_a_withdrawal_takes_it_back(self, team, priya, manager):
        hold(priya, 1)
        notice = give_notice(priya, manager)
        later = date(2026, 12, 24)

        leaving.change_last_day(leaving_id=notice.pk, last_day=later, by=manager, today=TODAY)
        assert [sums(team, day).workers for day in (AFTER, later, date(2026, 12, 25))] == [1, 1, 0]
        assert check(team.organisation) == []

        leaving.withdraw(leaving_id=notice.pk, by=manager, today=TODAY)
        assert sums(team, date(2026, 12, 25)).workers == 1
        assert check(team.organisation) == []

    def test_a_post_cannot_begin_after_the_last_day(self, priya, manager, admin):
        give_notice(priya, manager)
        post = {
            "starts_on": AFTER,
            "last_day": None,
            "team": None,
            "fte": Decimal(1),
            "weekly_hours": None,
            "duty": False,
        }

        with pytest.raises(staff.Contradicts, match="The last day of Priya Nair is 30 November 2026"):
            staff.add_post(worker_id=priya.pk, by=admin, **post)

    def test_the_staff_page_and_the_page_of_teams_count_them_no_more(self, team, priya, manager):
        hold(priya, 1)
        give_notice(priya, manager)

        assert queries.listed(team.organisation, AFTER) == []
        assert [row.workers for row in teams_page(team.organisation, LAST_DAY)] == [1]
        assert [row.workers for row in teams_page(team.organisation, AFTER)] == [0]
        assert staff_page(team.organisation, AFTER).get(pk=priya.pk).fte is None

    def test_after_the_last_day_the_manager_finds_their_people_waiting_and_hands_over_from_there(
        self, signed_in, manager, priya, on
    ):
        [person] = hold(priya, 1)
        give_notice(priya, manager)
        on(AFTER)

        page = signed_in(manager).get(reverse("waiting")).content.decode()

        assert person.name in page
        assert "Priya Nair is not in post any more" in page
        assert reverse("hand_over", args=[person.uid]) in page
        assert reverse("waiting_edit", args=[person.uid]) not in page


class TestAPostThatEndsWithoutANotice:
    @pytest.fixture(autouse=True)
    def nine_people(self, worker, priya):
        hold(worker, 1)
        people = hold(priya, 8)
        people += hold(priya, 1, statutory=True)
        priya.posts.update(ends_before=AFTER)
        factories.refresh_derived(workers=[priya])
        return people

    def test_their_people_wait_for_a_worker_from_the_day_after(self, team, service_manager):
        before = workers_needed.resources_of_team(team, LAST_DAY, today=TODAY)
        after = workers_needed.resources_of_team(team, AFTER, today=TODAY)
        _, service = workers_needed.resources(team.organisation, AFTER, today=TODAY)
        rows, _ = team_sums.teams_overview(team.organisation, AFTER, today=TODAY)

        assert (before.sums.fte, before.people.medium, before.waiting.medium) == (2, 10, 0)
        assert (after.sums.fte, after.people.medium, after.waiting.medium) == (1, 10, 9)
        assert service.people.medium == 10 and service.needed == before.needed
        assert [(row.sums.workers, row.waiting.waiting) for row in rows] == [(1, 9)]

    def test_the_forecast_says_how_many_need_a_worker(self, signed_in, manager):
        assert "9 people need a worker" in str(ahead(signed_in(manager), "team"))

    def test_a_statutory_person_has_nobody_since_the_post_ended(self, team, nine_people):
        def alone(day):
            return cover.statutory_alone(team.organisation, day, today=TODAY)

        assert alone(LAST_DAY) == []
        assert alone(date(2026, 12, 4)) == [(nine_people[-1].pk, team.pk, AFTER)]

    def test_they_wait_since_that_day_and_are_handed_over(self, signed_in, manager, team, nine_people, on):
        on(date(2026, 12, 4))
        found = waiting.waiting(manager.organisation, date(2026, 12, 4), today=date(2026, 12, 4), team_ids=[team.pk])
        assert [row.since for row in found] == [AFTER] * 9
        assert (
            reverse("hand_over", args=[nine_people[0].uid])
            in signed_in(manager).get(reverse("waiting")).content.decode()
        )

    def test_an_absence_adds_nobody_without_cover_after_the_post(self, team, priya):
        factories.AbsenceFactory(worker=priya, starts_on=TODAY)
        before, after = (cover.uncovered_by_team(team.organisation, day) for day in (LAST_DAY, AFTER))
        assert before[team.pk].people == 9 and not after


def test_a_sign_in_that_is_closed_ends_the_post_that_day(team, priya, admin):
    later = date(2027, 1, 4)
    priya.posts.update(ends_before=later)
    factories.PostFactory(worker=priya, team=team, starts_on=later, fte=Decimal("0.5"))
    factories.refresh_derived(workers=[priya])

    staff.edit_member(
        member_id=priya.pk, by=admin, on=TODAY, name=priya.name, role=priya.role, home_team=team, active=False
    )

    assert [sums(team, day).workers for day in (TODAY, date(2026, 11, 13), later)] == [1, 0, 0]
    assert check(team.organisation) == []


class TestContactsOfAComingDay:
    def test_they_are_overdue_if_none_is_made_before(self, signed_in, manager, worker, team):
        hold(worker, 1, support="parked", since=date(2026, 10, 12))  # due on 23 November
        day = date(2026, 11, 30)

        said = signed_in(manager).get(reverse("team"), {"on": day.isoformat()}).content.decode()

        assert sums(team, day).contacts_over == 1
        assert "1 contact overdue by a week or more if none is made before" in said
        assert "if none is made before" not in signed_in(manager).get(reverse("team")).content.decode()

    def test_support_planned_by_then_is_looked_at_and_not_that_of_today(self, team, worker, manager):
        [person] = hold(worker, 1, support="parked", since=date(2026, 10, 12))
        soon = date(2026, 11, 20)
        person.tiers.update(ends_before=soon)
        factories.TierPeriodFactory(client=person, tier="high", starts_on=soon)
        factories.refresh_derived(person)

        assert sums(team, date(2026, 11, 30)).contacts_over == 0


class TestThePersonOfAWorkerNoLongerInPost:
    @pytest.fixture(params=["a leaver", "a post that ended"])
    def person(self, request, priya, manager, on):
        [person] = hold(priya, 1, statutory=True, support="parked", since=date(2026, 10, 12))
        factories.refresh_derived(person)
        if request.param == "a leaver":
            give_notice(priya, manager)
        else:
            priya.posts.update(ends_before=AFTER)
        return person

    @staticmethod
    def read(browser, address: str) -> str:
        return re.sub(r"\s+", " ", strip_tags(browser.get(address).content.decode().split("<main", 1)[1]))

    def test_their_page_says_so_from_the_day_after(self, signed_in, manager, person, on):
        browser, address = signed_in(manager), person.get_absolute_url()
        on(LAST_DAY)
        assert "with Priya Nair since" in self.read(browser, address)

        on(AFTER)
        page = self.read(browser, address)

        assert "with Priya Nair since" not in page and "without a worker" in page
        assert "statutory: hand over today" in page and "Hand over" in page
        assert "no one: Priya Nair is not in post any more" in page

    @pytest.mark.parametrize(("day", "found"), [(LAST_DAY, False), (AFTER, True)], ids=["last day", "day after"])
    def test_the_list_of_people_finds_and_marks_them(self, signed_in, manager, person, on, day, found):
        on(day)

        rows = self.read(signed_in(manager), reverse("people") + "?worker=none")

        assert (person.name in rows) == found
        assert ("Priya Nair is not in post any more" in rows) == found

    def test_notices_name_no_worker_and_say_what_can_be_done(self, signed_in, manager, person, on):
        on(AFTER)
        sweep(person.organisation, AFTER)
        person.refresh_from_db()
        [line] = contacts([Notice(subject=f"client:{person.pk}", anchor_on=AFTER)], Reader(manager, AFTER))

        assert line.words.endswith("no worker now")
        assert "Allocate or hand over today" in self.read(signed_in(manager), reverse("team"))
