"""Several members responsible for one person at once, on connections of their own."""

import pytest

from caseload import actions as caseload
from caseload.models import Referral
from caseload.waiting import actions
from tests import factories
from tests.conftest import TODAY

from ..test_side_by_side import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]


def test_two_who_write_at_once_and_one_who_allocates_leave_one_wait_that_is_over(worker, manager, team):
    person = factories.ClientFactory(organisation=team.organisation, team=team, support=None)
    who = {"client_id": person.pk, "by": manager, "today": TODAY}

    def write():
        return actions.write_down(**who, version="", fields={"referred_on": TODAY})

    def allocate():
        return caseload.allocate(**who, worker=worker, on=TODAY, tier="high")

    does = iter([write, write, allocate])
    at_once(3, lambda: next(does)())

    assert person.allocations.count() == 1
    assert not Referral.objects.standing().exists()
    assert Referral.objects.count() <= 1
