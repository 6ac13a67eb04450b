"""Groups, who belongs to them and their sessions, in and out by the sheets."""

from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone

from caseload import actions as caseload
from caseload.groups import queries as of_groups
from caseload.groups.actions.groups import close_group, open_group
from caseload.groups.actions.members import join, leave
from caseload.groups.actions.sessions import log_session, void_session
from caseload.models import Attendance, Contact, Group, GroupMember, GroupSession
from peerload.interchange import actions, export, files, queries
from peerload.interchange.errors import FileRefused
from tests import factories

from .sheets import ANA, MERE, TOM, WITHOUT_SCHEME, opened, small
from .test_both_ways import as_sheets

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

TODAY = date(2026, 11, 12)
WALKERS = {"group": "Walkers", "team": "Harbourside", "weekday": "wednesday", "time": "14:00", "from": "2026-02-02"}


def sheets(**changes) -> dict:
    """Return the small service with a group of two, which met once: one came."""
    grouped = {
        "groups": [{**WALKERS, "minutes": "60", "until": ""}],
        "group_facilitators": [{"group": "Walkers", "email": MERE, "from": "2026-02-02"}],
        "group_members": [{"group": "walkers", "ref": ref, "from": "2026-02-02"} for ref in ("H1", "H2")],
        "contacts": [{"ref": "H1", "on": "2026-11-04", "channel": "group", "reached": "yes", "outcome": "other"}],
        "group_sessions": [{"group": "Walkers", "on": "2026-11-04", "minutes": "60", "facilitators": MERE}],
        "group_attendance": [
            {"group": "Walkers", "on": "2026-11-04", "ref": "H1", "came": "yes"},
            {"group": "WALKERS", "on": "2026-11-04", "ref": "H2", "came": "no"},
        ],
    }
    return small(**grouped | changes)


def bring_in(**changes):
    return actions.bring_in(opened(sheets(**changes)))


def refused(**changes) -> list[str]:
    with pytest.raises(FileRefused) as refusal:
        bring_in(**changes)
    return [str(fault) for fault in refusal.value.faults]


@pytest.fixture
def lived(worker, teammate, manager, team):
    """A service in which people joined, left, met, and struck through."""
    people = factories.ClientFactory.create_batch(4, supported_by=worker)
    parked = factories.ClientFactory(supported_by=teammate, support="parked", since=date(2026, 9, 1))
    group = open_group(
        team=team, by=manager, on=date(2026, 9, 1), name="Walkers", facilitators=[worker, teammate], minutes=90
    )
    other = open_group(team=team, by=manager, on=date(2026, 9, 1), name="Artists", facilitators=[teammate], minutes=60)
    for person in (*people, parked):
        for each in (group, other):
            join(group_id=each.pk, client_id=person.pk, by=worker, on=date(2026, 9, 1), today=TODAY)

    def log(group, by, on, came, **more):
        words = {"minutes": 90, "facilitators": [by.pk], "submission_id": uuid4()} | more
        return log_session(group_id=group.pk, by=by, on=on, today=TODAY, came={p.pk: "" for p in came}, **words).session

    log(group, worker, date(2026, 9, 2), people[:3], facilitators=[worker.pk, teammate.pk], note='Rain, a "long" walk')
    log(other, teammate, date(2026, 9, 2), people[1:], facilitator_minutes=150)  # two groups on one day
    wrong = log(group, worker, date(2026, 9, 9), people)
    void_session(session_id=wrong.pk, by=worker, today=TODAY, reason="It was the 10th", now=timezone.now())
    log(group, worker, date(2026, 9, 9), [parked])
    log(group, worker, date(2026, 9, 16), [*people, parked])
    once = Contact.objects.get(client=people[0], on=date(2026, 9, 16))
    caseload.void_contact(contact_id=once.pk, by=worker, today=TODAY, reason="Was not there")
    membership = GroupMember.objects.get(client=people[0], group=group)
    leave(membership_id=membership.pk, by=worker, on=date(2026, 10, 1))
    join(group_id=group.pk, client_id=people[0].pk, by=worker, on=date(2026, 11, 1), today=TODAY)
    close_group(group_id=other.pk, by=manager, on=date(2026, 10, 7))
    return worker.organisation


def test_a_group_comes_in_with_its_people_and_sessions():
    organisation = bring_in().organisation

    group = Group.objects.get(organisation=organisation)
    assert (group.name, group.team.name, group.weekday, f"{group.starts_at:%H:%M}", group.minutes) == (
        "Walkers",
        "Harbourside",
        "wednesday",
        "14:00",
        60,
    )
    (met,) = of_groups.sessions_of(group)
    assert (met.facilitators, met.came, met.absent) == (["Mere Paki"], ["Jamie Leota"], ["Ofa Ward"])
    assert met.session.facilitator_minutes == 60
    assert Attendance.objects.get(came=True).contact == Contact.objects.get()
    assert [each.client.ref for each in of_groups.members_of(group, TODAY)] == ["H1", "H2"]


def test_the_same_file_twice_changes_nothing():
    bring_in()
    counts = actions.bring_in(opened(sheets())).counts

    assert {(each["new"], each["changed"]) for each in counts.values()} == {(0, 0)}
    assert counts["group_attendance"]["unchanged"] == 2


def test_what_was_lived_here_goes_out_and_comes_in_the_same_byte_by_byte(lived):
    again = as_sheets(lived)

    ours, theirs = (queries.to_write(each) | WITHOUT_SCHEME for each in (lived, again))
    assert export.zipped(ours) == export.zipped(theirs)
    assert len(ours["group_sessions"]) == 4 and len(ours["group_attendance"]) == 19
    linked = Attendance.objects.filter(organisation=again, came=True).values_list("session__on", "contact__on")
    assert len(linked) == 11 and all(on == day for on, day in linked)


def test_each_contact_is_of_the_session_it_was_written_with(lived):
    again = as_sheets(lived)
    links = [
        sorted(
            Attendance.objects.filter(organisation=each, came=True, contact__voided_at=None).values_list(
                "client__ref", "session__group__name", "session__on", "contact__author__user__email"
            )
        )
        for each in (lived, again)
    ]
    # Within a test every row is written down at one moment, so author and group are what can be told apart.
    assert [row[:3] for row in links[0]] == [row[:3] for row in links[1]]


def test_the_sheets_of_a_service_change_nothing_in_it(lived):
    rows = queries.to_write(lived)
    before = list(Attendance.objects.order_by("pk").values()), list(GroupSession.objects.order_by("pk").values())

    plan = actions.bring_in(files.open_bytes(export.zipped(rows)), organisation=lived)

    assert {(counts["new"], counts["changed"]) for counts in plan.counts.values()} == {(0, 0)}
    assert before == (
        list(Attendance.objects.order_by("pk").values()),
        list(GroupSession.objects.order_by("pk").values()),
    )


def test_a_workbook_says_the_same_as_the_folder(lived):
    rows = queries.to_write(lived)
    rows["service"] = [row for row in rows["service"] if row["key"] != "code"] + [{"key": "code", "value": "again"}]
    again = actions.bring_in(files.open_bytes(export.workbook(rows))).organisation

    assert export.zipped(queries.to_write(again) | WITHOUT_SCHEME) == export.zipped(rows | WITHOUT_SCHEME)


def test_a_group_is_changed_by_its_sheet_and_what_belongs_to_it_ends():
    bring_in()
    later = {**WALKERS, "weekday": "friday", "minutes": "45"}
    gone = [{"group": "Walkers", "ref": "H2", "from": "2026-02-02", "until": "2026-10-31"}]
    actions.bring_in(opened(sheets(groups=[later], group_members=gone)))

    group = Group.objects.get()
    assert (group.weekday, group.minutes) == ("friday", 45)
    assert [each.client.ref for each in of_groups.members_of(group, TODAY)] == ["H1"]


SESSION = {"group": "Walkers", "on": "2026-11-04", "minutes": "60", "facilitators": MERE}
MEETING = {"group": "Walkers", "on": "2026-11-20", "usual_on": "2026-11-18", "time": "14:00", "minutes": "60"}
CAME = {"group": "Walkers", "on": "2026-11-04", "ref": "H1", "came": "yes"}

BY_PHONE = {"ref": "H1", "on": "2026-11-04", "channel": "phone", "reached": "yes", "outcome": "other"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"groups": [{**WALKERS, "team": "Northcote"}]}, '"Northcote" is not in the sheet teams'),
        ({"groups": [{**WALKERS, "time": "2 pm"}]}, '"2 pm" is not a time written as 14:30'),
        ({"groups": [WALKERS, {**WALKERS, "group": "WALKERS"}]}, "is there already, in row 2"),
        ({"groups": [WALKERS, {**WALKERS, "group": "Wālkers"}]}, "There is a group called “Walkers” already. Choose"),
        ({"groups": [{**WALKERS, "until": "2026-01-01"}]}, "lies before 2026-02-02"),
        ({"group_members": [{"group": "Artists", "ref": "H1", "from": "2026-02-02"}]}, '"Artists" is not in the sheet'),
        ({"group_members": [{"group": "Walkers", "ref": "H1", "from": "2026-02-01"}]}, "begins on 2026-02-02"),
        (
            {"group_members": [{"group": "Walkers", "ref": "H1", "from": f"2026-0{n}-02"} for n in (2, 3)]},
            '"H1" is in "Walkers" since 2026-02-02 already',
        ),
        ({"groups": [{**WALKERS, "until": "2026-11-05"}]}, '"Walkers" ends on 2026-11-05, so this ends by then'),
        ({"group_meetings": [MEETING, {**MEETING, "on": "2026-11-21"}]}, "another meeting that stands for 2026-11-18"),
        ({"group_meetings": [MEETING, {**MEETING, "usual_on": "", "nth": "2"}]}, "has another meeting on 2026-11-20"),
        ({"group_meetings": [{**MEETING, "on": "2026-02-01"}]}, "before the first or after the last day"),
        ({"group_meetings": [{**MEETING, "called_off_by": MERE}]}, "It is not called off."),
        ({"group_meetings": [{**MEETING, "called_off_on": "2026-11-13"}]}, "2026-11-13 is in the future"),
        ({"group_sessions": [{**SESSION, "on": "2026-11-13"}]}, "2026-11-13 is in the future"),
        ({"group_sessions": [{**SESSION, "on": "2026-02-01"}]}, "before the first or after the last day"),
        ({"group_sessions": [{**SESSION, "facilitators": ""}]}, "cell is empty"),
        ({"group_sessions": [{**SESSION, "facilitators": "nobody@x.example"}]}, "is not in the sheet staff"),
        ({"group_sessions": [SESSION, SESSION]}, "is there already, in row 2"),
        ({"group_attendance": [{**CAME, "on": "2026-11-05"}]}, "has no session on 2026-11-05"),
        ({"contacts": [BY_PHONE]}, '"H1" has no contact of the channel group on 2026-11-04'),
    ],
    ids=[
        "a team that is not there",
        "a time in other words",
        "two of a name",
        "a name that reads like another",
        "an end before its beginning",
        "a group that is not there",
        "belonging before the group",
        "belonging twice",
        "belonging after the group",
        "two meetings for one usual day",
        "two meetings on a day",
        "a meeting before the group",
        "called off by a member on no day",
        "called off ahead",
        "a session ahead",
        "a session before the group",
        "a session of nobody",
        "a session of a stranger",
        "a session twice",
        "coming to no session",
        "coming without a contact",
    ],
)
def test_what_contradicts_itself_is_named(changes, says):
    faults = refused(**changes)
    assert any(says in fault for fault in faults), faults
    assert not Group.objects.exists()


def test_a_session_is_never_rewritten():
    bring_in()
    faults = refused(group_sessions=[{**SESSION, "minutes": "90", "facilitators": f"{TOM}, {ANA}"}])
    assert any("Remove it from the count in peerload" in fault for fault in faults)
    faults = refused(group_attendance=[{**CAME, "came": "no"}])
    assert any("Remove the session from the count" in fault for fault in faults)
