"""Several managers who allocate at the same moment, on connections of their own."""

import pytest
from django.test import Client as Browser

from caseload.models import Allocation
from tests import factories
from tests.caseload.test_side_by_side import at_once
from workload.actions import check

from ..workload.capacity.test_allocate import chosen, hold, said, send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]


@pytest.mark.parametrize("route", ["allocate", "hand_over", "support_again"])
def test_who_gives_the_last_room_away_in_the_same_second_as_another_is_asked_why(
    route, worker, teammate, manager, team
):
    hold(worker, 36)  # 95, 99 with one more, over the limit with the next
    facts = {
        "allocate": {"support": None},
        "hand_over": {"supported_by": teammate},
        "support_again": {"support": "inactive"},
    }
    people = [factories.ClientFactory(team=team, organisation=team.organisation, **facts[route]) for _ in range(4)]
    factories.refresh_derived(workers=[worker, teammate])
    turns = iter(people)

    def allocate():
        browser = Browser()
        browser.force_login(manager.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return said(send(browser, next(turns), route, **chosen(worker)))

    answers = at_once(4, allocate)

    assert sum("which is over the limit" in answer for answer in answers) == 3
    assert Allocation.objects.filter(worker=worker, client__in=people).count() == 1
    assert check(worker.organisation) == []
