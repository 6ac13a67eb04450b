"""Without a post nothing is due, and no page says hours or FTE that nobody wrote down."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from peerload.staff.models import Post
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from wellbeing.sessions.queries import standing

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


@shared(dated=True)
def invited(organisation, team, teammate, today):
    """A worker invited minutes ago, in a service that wrote its first supervision down nine weeks ago."""
    factories.SessionFactory(worker=teammate, held_on=TODAY - 9 * WEEK)
    return factories.MemberFactory(organisation=organisation, name="Kiri Newman", in_team=team, post=False)


def words(client, name, *args) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def supervision(worker):
    return standing(worker.organisation, [worker], TODAY)[worker.pk][0]


def test_a_worker_without_a_post_reads_that_nothing_is_due(signed_in, invited):
    page = words(signed_in(invited), "my_sessions")
    assert "no post recorded: nothing is due" in page and "late" not in page


def test_their_manager_reads_the_same(signed_in, manager, invited, teammate):
    factories.SessionFactory(worker=teammate, held_on=TODAY - WEEK)
    page = words(signed_in(manager), "team_sessions")
    assert "Kiri Newman" in page and "no post recorded: nothing is due" in page


def test_no_notice_is_owed_about_a_session_of_theirs(organisation, invited):
    assert not any(row.is_to_book for row in standing(organisation, [invited], TODAY)[invited.pk])


@pytest.mark.parametrize(
    ("starts", "ends", "due_in"),
    [
        (None, None, None),
        (timedelta(0), None, 4 * WEEK),
        (-3 * WEEK, None, WEEK),
        (-5 * WEEK, None, -WEEK),
        (2 * WEEK, None, 6 * WEEK),
        (-5 * WEEK, timedelta(0), None),
        (-5 * WEEK, timedelta(days=1), -WEEK),
        (-40 * WEEK, None, -5 * WEEK),
    ],
    ids=[
        "none",
        "from today",
        "three weeks",
        "five weeks",
        "ahead",
        "ended",
        "its last day",
        "before the first session",
    ],
)
def test_supervision_counts_from_the_first_day_of_the_first_post(invited, starts, ends, due_in):
    if starts is not None:
        end = TODAY + ends if ends is not None else None
        Post.objects.create(
            worker=invited,
            organisation=invited.organisation,
            starts_on=TODAY + starts,
            ends_before=end,
            fte=Decimal(1),
        )
    due = supervision(invited).standing.due_by
    assert due == (None if due_in is None else TODAY + due_in)


def test_my_weeks_says_no_hours_that_nobody_recorded(signed_in, invited):
    mine = signed_in(invited)
    page = words(mine, "my_weeks")
    assert "No post is recorded for you" in page and "You have 40 hours a week" not in page
    assert "No post is recorded for you in these weeks." in words(mine, "plan_edit")


def test_a_post_recorded_says_its_hours(signed_in, invited):
    factories.PostFactory(worker=invited, fte=Decimal("0.5"))
    page = words(signed_in(invited), "my_weeks")
    assert "You have 20 hours a week." in page and "No post is recorded" not in page


class TestWithPeopleButWithoutAPost:
    """Figures count them as 1 FTE, as the interchange says; pages say that no post is recorded."""

    @pytest.fixture(autouse=True)
    def person(self, invited):
        return factories.ClientFactory(supported_by=invited, since=TODAY - WEEK)

    def test_my_day_and_my_points_say_so(self, signed_in, invited):
        mine = signed_in(invited)
        assert "No post is recorded for you, so you are counted as 1 FTE." in words(mine, "my_day")
        page = words(mine, "my_points")
        assert "No post is recorded for you, so the limit is that of 1 FTE." in page and "1 FTE: the limit" not in page

    def test_the_team_page_says_so_to_the_manager(self, signed_in, manager, teammate):
        page = words(signed_in(manager), "team")
        assert page.count("no post recorded; counted as 1 FTE") == 1

    def test_a_worker_with_a_post_is_shown_with_it(self, signed_in, teammate):
        factories.ClientFactory(supported_by=teammate)
        assert "No post is recorded" not in words(signed_in(teammate), "my_day")
