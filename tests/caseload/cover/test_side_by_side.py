"""Two members who choose at the same moment, and a worker who is back while cover is chosen: one after the other."""

from datetime import timedelta

import pytest

from caseload.cover import actions
from caseload.models import Client, Cover
from peerload.staff import actions as staff
from tests.caseload.test_side_by_side import at_once
from tests.conftest import TODAY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]


def test_of_two_who_choose_differently_the_later_holds_for_everybody(absence, people, teammate, manager):
    chosen = iter([teammate, manager])

    def choose():
        given = dict.fromkeys([person.pk for person in people], next(chosen))
        return actions.cover(absence_id=absence.pk, given=given, starts_on=TODAY, by=manager, today=TODAY)

    assert at_once(2, choose) == [2, 2]
    assert Cover.objects.count() == 2
    assert Cover.objects.values("worker").distinct().count() == 1


def test_cover_chosen_while_somebody_says_they_are_back_ends_with_the_absence(absence, people, teammate, manager):
    back = TODAY + timedelta(days=3)

    def choose():
        given = {person.pk: teammate for person in people}
        return actions.cover(absence_id=absence.pk, given=given, starts_on=TODAY, by=manager, today=TODAY)

    def return_():
        return staff.edit_absence(absence_id=absence.pk, by=manager, today=TODAY, ends_before=back).ends_before

    turns = iter([choose, return_])
    assert sorted(map(str, at_once(2, lambda: next(turns)()))) == ["2", str(back)]
    assert list(Cover.objects.values_list("ends_before", flat=True)) == [back, back]
    assert not Client.objects.visible_to(teammate, back).exists()
