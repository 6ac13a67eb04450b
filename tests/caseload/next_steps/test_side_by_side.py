"""Several who end or move one thing at once, on connections of their own: one of them does, and each is answered."""

from datetime import date, timedelta
from itertools import count

import pytest

from caseload.groups.actions import meetings
from caseload.models import GroupMeeting
from caseload.next_steps import actions
from tests import factories

from ..test_side_by_side import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]

TODAY = date(2026, 11, 12)
FRIDAY = date(2026, 11, 20)


def test_a_step_is_moved_or_ended_by_one_of_many(worker):
    step = factories.NextStepFactory(client=factories.ClientFactory(supported_by=worker), appointment=True)
    nth = count()
    who = {"step_id": step.pk, "by": worker, "today": TODAY, "version": 1}

    def change():
        if (n := next(nth)) % 2:
            return actions.end(**who, ended_as="kept")
        return actions.move(**who, due_on=FRIDAY + timedelta(days=1 + n))

    results = at_once(6, change)

    step.refresh_from_db()
    assert len(results) == 6 and step.version == 2
    assert (step.ended_as == "kept") != (step.times_moved == 1)
    assert len([each for each in results if isinstance(each, str)]) == (3 if step.ended_as else 5)


def test_a_meeting_is_moved_or_called_off_by_one_of_many(worker):
    group = factories.GroupFactory(facilitated_by=worker)
    nth = count()
    who = {"group_id": group.pk, "key": "2026-11-18", "by": worker, "today": TODAY, "version": 0}

    def change():
        if (n := next(nth)) % 2:
            return meetings.call_off(**who)
        when = {"on": FRIDAY + timedelta(days=n), "starts_at": None, "minutes": 90}
        return meetings.change_meeting(**who, **when)

    results = at_once(6, change)

    row = GroupMeeting.objects.get()
    assert len(results) == 6 and row.version == 1
    assert len([each for each in results if isinstance(each, str)]) == (3 if row.called_off_on else 5)
