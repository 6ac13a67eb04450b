"""Two who confirm at the same moment: one handover, all of it."""

from datetime import date

import pytest

from caseload.leaving import actions
from caseload.models import Allocation, Referral
from caseload.waiting.actions import WaitTerms
from tests import factories
from tests.caseload.test_side_by_side import at_once
from tests.conftest import TODAY
from tests.shared import shared
from workload.actions import check

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]

AFTER = date(2026, 12, 1)


@shared(dated=True)
def leaving(worker, manager):
    return actions.give_notice(member=worker, notice_on=TODAY, last_day=date(2026, 11, 30), by=manager, today=TODAY)


def hand_over(leaving, manager, receivers, **more):
    who = {"leaving_id": leaving.pk, "words": {}, "on": AFTER, "by": manager, "today": TODAY} | more
    return lambda: actions.hand_over_all(receivers=receivers(), **who)


def test_two_who_confirm_the_same_at_once_hand_over_once(leaving, worker, teammate, manager):
    people = factories.ClientFactory.create_batch(6, supported_by=worker)

    results = at_once(2, hand_over(leaving, manager, lambda: {person.pk: teammate for person in people}))

    assert results == [6, 6]
    assert Allocation.objects.filter(worker=teammate, starts_on=AFTER).count() == 6
    assert check(worker.organisation) == []


def test_of_two_who_choose_differently_at_once_one_is_refused_whole(leaving, worker, teammate, manager):
    people = factories.ClientFactory.create_batch(6, supported_by=worker)
    # The one who comes second is given nobody, and counted all the same.
    factories.refresh_derived(workers=[teammate, manager])
    chosen = iter([teammate, manager])

    results = at_once(2, hand_over(leaving, manager, lambda: dict.fromkeys([p.pk for p in people], next(chosen))))

    assert sorted(map(str, results)) == ["6", "HandedOverMeanwhile"]
    assert Allocation.objects.filter(starts_on=AFTER).values("worker").distinct().count() == 1
    assert check(worker.organisation) == []


def test_an_earlier_last_day_and_a_handover_at_once_leave_nobody_with_nobody(leaving, worker, teammate, manager):
    people = factories.ClientFactory.create_batch(6, supported_by=worker)
    # The one who comes second may be refused, and is counted all the same.
    factories.refresh_derived(workers=[worker, teammate])
    earlier = date(2026, 11, 16)
    turns = iter(
        [
            hand_over(leaving, manager, lambda: {person.pk: teammate for person in people}),
            lambda: actions.change_last_day(leaving_id=leaving.pk, last_day=earlier, by=manager, today=TODAY).last_day,
        ]
    )

    results = at_once(2, lambda: next(turns)())

    assert earlier in results and len(results) == 2
    ends = set(Allocation.objects.filter(worker=worker).values_list("ends_before", flat=True))
    assert ends == ({date(2026, 11, 17)} if 6 in results else {None})
    assert set(results) - {earlier} <= {6, "LeavesAGap"}
    assert check(worker.organisation) == []


def test_two_who_confirm_at_once_that_some_go_and_some_wait_do_so_once(leaving, worker, teammate, manager):
    people = [factories.ClientFactory(supported_by=worker).pk for _ in range(6)]
    waits = dict.fromkeys(people[4:], WaitTerms(owner=manager, due_on=AFTER, contingency="The open group"))

    results = at_once(2, hand_over(leaving, manager, lambda: dict.fromkeys(people[:4], teammate), waits=waits))

    assert results == [4, 4]
    assert Allocation.objects.filter(starts_on=AFTER).count() == 4
    assert set(Referral.objects.standing().values_list("client", flat=True)) == set(people[4:])
    assert check(worker.organisation) == []


def test_of_two_of_whom_one_lets_wait_and_one_hands_over_one_is_refused_whole(leaving, worker, teammate, manager):
    people = [factories.ClientFactory(supported_by=worker).pk for _ in range(6)]
    factories.refresh_derived(workers=[teammate])
    waits = dict.fromkeys(people, WaitTerms(owner=manager, due_on=AFTER, contingency="The open group"))
    does = iter([
        hand_over(leaving, manager, lambda: dict.fromkeys(people, teammate)),
        hand_over(leaving, manager, dict, waits=waits),
    ])  # fmt: skip

    results = sorted(map(str, at_once(2, lambda: next(does)())))

    given, waiting = Allocation.objects.filter(starts_on=AFTER).count(), Referral.objects.standing().count()
    assert (given, waiting, results) in [(6, 0, ["6", "HandedOverMeanwhile"]), (0, 6, ["0", "NotSupported"])]
    assert check(worker.organisation) == []


def test_two_leavers_whose_people_cross_wait_for_each_other(leaving, worker, teammate, manager, team):
    second = actions.give_notice(member=teammate, notice_on=TODAY, last_day=date(2026, 12, 18), by=manager, today=TODAY)
    ana, ben = (factories.MemberFactory(organisation=team.organisation, in_team=team) for _ in range(2))
    lists = {}
    for leaver, giver in ((leaving, worker), (second, teammate)):
        lists[leaver.pk] = [factories.ClientFactory(supported_by=giver).pk for _ in range(6)]
    turns = iter([(leaving, [ana, ben]), (second, [ben, ana])])

    def move():
        leaver, (first, then) = next(turns)
        people = lists[leaver.pk]
        receivers = {key: first if n < 3 else then for n, key in enumerate(people)}
        return hand_over(leaver, manager, lambda: receivers)()

    assert at_once(2, move) == [6, 6]
    assert Allocation.objects.filter(starts_on=AFTER).count() == 12
