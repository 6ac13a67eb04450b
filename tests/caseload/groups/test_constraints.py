"""What contradicts itself about groups is refused by the database too, no matter what writes it."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from caseload.models import Attendance, GroupFacilitator, GroupMember, SessionFacilitator
from tests import factories

EARLIER, LATER = date(2026, 3, 2), date(2026, 3, 9)


def period(model, **days):
    def write(group, session, person, worker):
        whose = {"client": person} if model is GroupMember else {"worker": worker}
        model.objects.create(organisation=group.organisation, group=group, **whose, **days)

    return write


def group(**fields):
    return lambda group, session, person, worker: factories.GroupFactory(team=group.team, **fields)


def session(**fields):
    return lambda group, session, person, worker: factories.GroupSessionFactory(group=group, **fields)


def meetings(*rows):
    """Return what writes meetings that differ from the usual, one after the other."""
    return lambda group, session, person, worker: [
        factories.GroupMeetingFactory(group=group, **{"by": worker, **row}) for row in rows
    ]


def called_off_on_no_day(group, session, person, worker):
    factories.GroupMeetingFactory(group=group, called_off_by=worker)


def attendance(came, contact):
    def write(group, session, person, worker):
        found = factories.ContactFactory(client=person) if contact else None
        Attendance.objects.create(
            organisation=group.organisation, session=session, client=person, came=came, contact=found
        )

    return write


def facilitates_twice(group, session, person, worker):
    for _ in range(2):
        SessionFacilitator.objects.create(organisation=group.organisation, session=session, worker=worker)


def attends_twice(group, session, person, worker):
    attendance(False, False)(group, session, person, worker)
    attendance(False, False)(group, session, person, worker)


@pytest.mark.parametrize(
    "write",
    [
        group(name="WEDNESDAY WALKERS"),
        group(starts_on=LATER, ends_before=LATER),
        group(minutes=0),
        period(GroupMember, starts_on=LATER, ends_before=EARLIER),
        period(GroupMember, starts_on=date(2026, 2, 1)),
        period(GroupFacilitator, starts_on=LATER, ends_before=EARLIER),
        period(GroupFacilitator, starts_on=LATER),
        meetings({}, {"on": LATER}),
        meetings({}, {"usual_on": None}),
        meetings({"minutes": 0}),
        called_off_on_no_day,
        session(on=EARLIER),
        session(on=LATER, minutes=1441),
        session(on=LATER, facilitator_minutes=1441),
        session(on=LATER, voided_at=timezone.now()),
        session(on=LATER, void_reason="for nothing"),
        attendance(True, False),
        attendance(False, True),
        attends_twice,
        facilitates_twice,
    ],
    ids=[
        "a name twice",
        "a group without a day",
        "sessions of no length",
        "belonging ends before it begins",
        "belonging twice at once",
        "facilitating ends before it begins",
        "facilitating twice at once",
        "two meetings for one usual day",
        "two meetings on a day",
        "a meeting of no length",
        "called off by a member on no day",
        "two sessions on a day",
        "a session longer than a day",
        "a facilitator's time longer than a day",
        "voided for no reason",
        "a reason and not voided",
        "came without a contact",
        "did not come, with a contact",
        "attendance twice",
        "a facilitator of a session twice",
    ],
)
def test_a_contradiction_is_refused(worker, write):
    walkers = factories.GroupFactory(facilitated_by=worker, name="Wednesday walkers")
    person = factories.ClientFactory(supported_by=worker)
    GroupMember.objects.create(
        organisation=walkers.organisation, group=walkers, client=person, starts_on=date(2026, 1, 5), ends_before=EARLIER
    )
    met = factories.GroupSessionFactory(group=walkers, on=EARLIER)

    with pytest.raises(IntegrityError), transaction.atomic():
        write(walkers, met, person, worker)


def test_a_day_holds_another_session_once_the_first_is_voided(worker):
    walkers = factories.GroupFactory(facilitated_by=worker)
    voided = {"voided_at": timezone.now(), "void_reason": "Rain"}
    for fields in (voided, voided, {}):
        factories.GroupSessionFactory(group=walkers, on=EARLIER, **fields)

    assert walkers.sessions.standing().count() == 1
