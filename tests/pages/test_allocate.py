"""Whom a manager may allocate somebody to."""

from datetime import date

import pytest
from django.urls import reverse

from caseload.models import Allocation
from tests.conftest import TODAY
from tests.factories import ClientFactory, MemberFactory, PostFactory, settle


@pytest.fixture
def waiting(team, today):
    return ClientFactory(name="Whetu Waiting", team=team, organisation=team.organisation, support=None)


def offered(signed_in, manager, waiting) -> str:
    return signed_in(manager).get(reverse("allocate", args=[waiting.uid])).content.decode()


def test_a_worker_whose_posts_nobody_entered_is_given_a_first_person(signed_in, manager, team, waiting):
    hana = MemberFactory(name="Hana Ruru", organisation=team.organisation, home_team=team, post=False)
    assert "Hana Ruru <span>no points yet</span>" in offered(signed_in, manager, waiting)

    words = {"worker": str(hana.uid), "tier": "high", "on": f"{TODAY:%Y-%m-%d}"}
    signed_in(manager).post(reverse("allocate", args=[waiting.uid]), words)
    assert Allocation.objects.get(client=waiting).worker == hana


def test_a_worker_whose_post_names_no_team_works_in_their_home_team(signed_in, manager, team, waiting):
    hana = MemberFactory(name="Hana Ruru", organisation=team.organisation, home_team=team, post=False)
    PostFactory(worker=hana, team=None)
    settle(workers=[hana])
    assert "Hana Ruru" in offered(signed_in, manager, waiting)


@pytest.mark.parametrize(
    "post", [{"ends_before": TODAY}, {"ends_before": date(2025, 6, 1)}], ids=["over today", "long over"]
)
def test_a_worker_whose_posts_are_over_is_not_offered(signed_in, manager, team, waiting, post):
    hana = MemberFactory(name="Hana Ruru", organisation=team.organisation, home_team=team, post=False)
    PostFactory(worker=hana, team=team, starts_on=date(2025, 1, 6), **post)
    assert "Hana Ruru" not in offered(signed_in, manager, waiting)
