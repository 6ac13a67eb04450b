"""Drop-ins count each head and each minute once (R88): in hours and sums, never in points."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from caseload import actions as caseload
from caseload.drop_ins import actions, queries, rules
from caseload.models import Client, Contact
from peerload.core import clock
from tests.factories import AbsenceFactory, ClientFactory, DropInFactory, PostFactory, TeamFactory, TimeStudyFactory
from wellbeing.plans.queries import logged, this_week
from wellbeing.time.queries import studied
from workload.models import PointLine

TODAY = date(2026, 11, 12)
LAST_WEEK = date(2026, 11, 4)
FIELDS = {"name": "Kiri Moana", "contact_preference": "ok"}


pytestmark = pytest.mark.usefixtures("today")  # Thursday 12 November 2026


def add(drop_in, team, worker):
    fields = FIELDS | {"team": team}
    return actions.add_them(
        drop_in_id=drop_in.pk, by=worker, today=TODAY, fields=fields, referral={"referred_on": TODAY}
    )


@pytest.mark.parametrize("added", [False, True])
def test_the_database_counts_as_the_rule_says(worker, team, added):
    drop_in = DropInFactory(author=worker, people=3, minutes=45)
    if added:
        add(drop_in, team, worker)
    expected = rules.counted(3, 45, became_person=added)
    assert queries.sum_of_own(worker, TODAY) == queries.of_team(team, TODAY) == expected


def test_the_sums_take_four_weeks_and_the_team_of_the_day(worker, team, other_team, manager, organisation):
    days = (TODAY, TODAY - timedelta(days=27), TODAY - timedelta(days=28), TODAY + timedelta(days=1))
    for on in days:
        DropInFactory(author=worker, on=on)
    DropInFactory(author=worker, voided_at=clock.now(), void_reason="Counted twice")
    DropInFactory(author=manager)  # works in no team
    moved = DropInFactory(author=worker, on=date(2026, 11, 10))
    worker.posts.update(ends_before=moved.on)
    PostFactory(worker=worker, team=other_team, starts_on=moved.on)
    sums = queries.sums_by_team(organisation, TODAY)
    assert sums == {team.pk: (1, 30), other_team.pk: (2, 60), None: (1, 30)}
    assert queries.whole(sums.values()) == (4, 120)


# Hours of the worker --------------------------------------------------------------------------------------------------


def test_they_count_in_the_hours_of_the_week_and_of_four_weeks(worker):
    DropInFactory(author=worker, on=TODAY, minutes=90)
    for week in range(4):
        DropInFactory(author=worker, on=LAST_WEEK - timedelta(weeks=week), minutes=60)
    DropInFactory(author=worker, on=TODAY, voided_at=clock.now(), void_reason="Counted twice")
    assert this_week(worker, TODAY).logged == Decimal("1.5")
    found = logged(worker, TODAY)
    assert found.hours["medium_1_1"] == 1 and not found.without_minutes


def test_they_are_something_else_in_a_time_study(worker):
    study = TimeStudyFactory(worker=worker, starts_on=TODAY - timedelta(days=3))
    DropInFactory(author=worker, on=TODAY, minutes=40)
    assert studied([study])[study.pk].pieces == [("other", 40)]


def test_adding_a_person_counts_no_hour_twice(worker, team):
    drop_in = DropInFactory(author=worker, on=TODAY, people=2, minutes=60)
    before = this_week(worker, TODAY).logged
    person = add(drop_in, team, worker)
    contact = Contact.objects.get(client=person)
    assert (contact.on, contact.minutes, contact.author, contact.channel) == (TODAY, 60, worker, "in_person")
    assert this_week(worker, TODAY).logged == before == 1
    assert queries.sum_of_own(worker, TODAY) == (1, 0)


def test_a_contact_removed_counts_as_a_drop_in_again(worker, team):
    drop_in = DropInFactory(author=worker, on=TODAY, people=2, minutes=60)
    contact = Contact.objects.get(client=add(drop_in, team, worker))
    caseload.void_contact(contact_id=contact.pk, by=worker, today=TODAY, reason="Did not want it")
    assert queries.sum_of_own(worker, TODAY) == (2, 60)
    assert this_week(worker, TODAY).logged == 1


def test_a_contact_moved_to_another_person_still_counts_once(worker, team):
    drop_in = DropInFactory(author=worker, on=TODAY, people=2, minutes=60)
    contact = Contact.objects.get(client=add(drop_in, team, worker))
    other = ClientFactory(supported_by=worker)
    caseload.move_contact(contact_id=contact.pk, to_id=other.pk, by=worker, today=TODAY)
    assert queries.sum_of_own(worker, TODAY) == (1, 0)
    assert this_week(worker, TODAY).logged == 1


# Points ---------------------------------------------------------------------------------------------------------------


def test_they_count_no_points(worker, team):
    ClientFactory(supported_by=worker)
    lines = list(PointLine.objects.order_by("pk").values())
    actions.log_drop_in(by=worker, on=TODAY, today=TODAY, people=20, minutes=300, submission_id=uuid4())
    drop_in = DropInFactory(author=worker)
    assert list(PointLine.objects.order_by("pk").values()) == lines
    add(drop_in, team, worker)
    assert not PointLine.objects.filter(client=Client.objects.get(name="Kiri Moana")).exists()


# Sums on pages and in the file ----------------------------------------------------------------------------------------


def test_the_team_the_service_and_its_file_say_them(signed_in, worker, team, manager, service_manager):
    AbsenceFactory(worker=worker, starts_on=TODAY)
    DropInFactory(author=worker, people=3, minutes=90, first_name="Kiri")
    TeamFactory(organisation=team.organisation, name="Northcote")
    for who, where in ((manager, "/team/"), (service_manager, "/team/"), (service_manager, f"/team/?team={team.pk}")):
        html = signed_in(who).get(where, follow=True).content.decode()
        assert "3 people, 1.5 hours" in html and "Kiri" not in html, where
    file = signed_in(service_manager).get(reverse("team_export", args=["csv"]))
    rows = {row["team"]: row for row in csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))}
    assert (rows["Harbourside"]["drop_ins_people_28_days"], rows["Harbourside"]["drop_ins_hours_28_days"]) == (
        "3",
        "1.5",
    )
    assert rows["Northcote"]["drop_ins_people_28_days"] == "0"
