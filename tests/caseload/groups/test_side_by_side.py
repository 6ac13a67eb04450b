"""Several who record a session at once, on connections of their own."""

from datetime import date
from uuid import uuid4

import pytest

from caseload import actions as caseload
from caseload.groups.actions import members
from caseload.groups.actions.sessions import log_session
from caseload.models import Attendance, Contact, GroupMember, GroupSession
from tests import factories

from ..test_side_by_side import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]

TODAY, WEDNESDAY = date(2026, 11, 12), date(2026, 11, 11)


def log(group, by, worker, came, submission_id):
    return log_session(
        group_id=group.pk,
        by=by,
        on=WEDNESDAY,
        today=TODAY,
        minutes=90,
        came={person.pk: "" for person in came},
        facilitators=[worker.pk],
        submission_id=submission_id,
    )


def test_ten_identical_posts_are_one_session(group, worker, hana, joe):
    once = uuid4()
    logged = at_once(10, lambda: log(group, worker, worker, [hana, joe], once))

    assert sorted(each.repeated for each in logged) == [False] + 9 * [True]
    assert (GroupSession.objects.count(), Contact.objects.count(), Attendance.objects.count()) == (1, 2, 3)


def test_two_who_save_the_same_session_save_one(group, worker, manager, hana, joe):
    by = iter([worker, manager])
    results = at_once(2, lambda: log(group, next(by), worker, [hana, joe], uuid4()))

    assert results.count("RecordedAlready") == 1
    assert (GroupSession.objects.count(), Contact.objects.count()) == (1, 2)


def test_a_session_waits_for_a_contact_being_logged_and_none_is_lost(group, worker, hana, joe, sione):
    """Groups that share people, and contacts with the same people, in whatever order they come."""
    other = factories.GroupFactory(facilitated_by=worker, people=[sione, joe, hana])
    does = iter(
        [
            lambda: log(group, worker, worker, [hana, joe, sione], uuid4()),
            lambda: log(other, worker, worker, [sione, joe], uuid4()),
            *(
                lambda person=person: caseload.log_contact(
                    client_id=person.pk, by=worker, on=TODAY, today=TODAY, reached=True, outcome="other"
                )
                for person in (sione, hana)
            ),
        ]
    )
    results = at_once(4, lambda: next(does)())

    assert len(results) == 4
    assert Contact.objects.count() == 7
    for person, last in ((hana, TODAY), (joe, WEDNESDAY), (sione, TODAY)):
        person.refresh_from_db()
        assert person.last_reached_on == last


def test_nobody_joins_twice_at_once(group, worker):
    person = factories.ClientFactory(supported_by=worker)

    def join():
        return members.join(group_id=group.pk, client_id=person.pk, by=worker, on=TODAY, today=TODAY)

    assert at_once(4, join).count("AlreadyThere") == 3
    assert GroupMember.objects.filter(client=person).count() == 1
