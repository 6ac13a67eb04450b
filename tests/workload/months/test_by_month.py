"""A team month by month beside its points: people by support, contacts made in time, supervision held."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.rules import Cadence, Mix
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from tests.workload.months.scene import OCTOBER, SEPTEMBER, act
from workload import actions as work
from workload.months import actions, queries
from workload.months.queries import InTime
from workload.months.rules import DueContact, contacts_due

from .test_record_page import words

FROM = date(2026, 8, 3)  # a Monday; six weeks later it is 14 September
DUE = date(2026, 9, 14)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("reached", "until", "asked_on", "found"),
    [
        ([], None, DUE, []),
        ([], None, DUE + DAY, [(DUE, False)]),
        ([DUE], None, DUE, [(DUE, True)]),
        ([DUE - DAY], None, DUE, [(DUE, True)]),
        ([DUE - DAY], None, DUE - DAY, []),
        ([DUE + DAY], None, DUE + DAY, [(DUE, False)]),
        ([], DUE, DUE + 9 * DAY, []),
        ([], DUE + DAY, DUE + 9 * DAY, [(DUE, False)]),
        ([DUE, DUE], None, DUE + 42 * DAY, [(DUE, True)]),
        ([DUE + DAY], None, DUE + 44 * DAY, [(DUE, False), (DUE + 43 * DAY, False)]),
        ([], None, DUE + 200 * DAY, [(DUE, False)]),
    ],
    ids=[
        "due today, not made yet: not counted",
        "the day after: late",
        "made on the day",
        "made the day before",
        "made early counts on its due day, not before",
        "made a day late",
        "not parked any more on the due day",
        "parked for the last time on the due day",
        "twice a day is once; the next is due today",
        "after a late one six weeks from it",
        "never made counts once",
    ],
)
def test_a_contact_is_in_time_if_the_person_was_reached_by_its_due_day(reached, until, asked_on, found):
    assert contacts_due(FROM, reached, until=until, on=asked_on, every=Cadence()) == [
        DueContact(*each) for each in found
    ]


@shared(dated=True)
def mere(worker, organisation):
    work.create_scheme(organisation)
    factories.ClientFactory.create_batch(2, supported_by=worker, since=date(2026, 9, 1), support="high")
    for contact in (DUE, None):
        person = factories.ClientFactory(supported_by=worker, since=FROM, support="parked")
        if contact:
            factories.ContactFactory(client=person, on=contact, author=worker)
    factories.refresh_derived(workers=[worker])
    return worker


def beside(team, today=TODAY, months=(SEPTEMBER, OCTOBER)) -> dict:
    sums = queries.team_sums(team.organisation, months, team_ids=[team.pk])
    of_team = {month: found for (__, month), found in sums.items()}
    return queries.months_beside_points(team.organisation, team.pk, of_team, today=today)


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
class TestATeamsMonths:
    def test_have_people_by_support_and_contacts_in_time(self, team, mere):
        found = beside(team)

        assert found[SEPTEMBER].people == Mix(high=2, parked=2)
        assert found[SEPTEMBER].contacts == InTime(due=2, made=1)
        assert found[OCTOBER].contacts == InTime(due=1, made=0)  # 42 days after the one that was made

    def test_have_the_supervision_that_was_recorded_before_and_after_sending(self, team, mere, manager):
        assert beside(team)[OCTOBER].supervised == 0
        act(actions.note_supervision, mere, manager, held_on=date(2026, 10, 29), next_on=None)
        assert (beside(team)[OCTOBER].supervised, beside(team)[OCTOBER].workers) == (1, 1)

        actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)

        assert beside(team)[OCTOBER].supervised == 1

    def test_stay_as_they_were_sent_when_a_contact_is_written_down_later(self, team, mere, manager):
        sent = actions.send(team=team, month=SEPTEMBER, by=manager, today=TODAY)
        assert (sent.contacts_due, sent.contacts_in_time) == (2, 1)
        late = mere.allocations.filter(client__tier="parked").latest("pk").client
        factories.ContactFactory(client=late, on=DUE - DAY, author=mere)
        factories.ClientFactory(supported_by=mere, since=date(2026, 9, 1), support="high")

        found = beside(team)[SEPTEMBER]

        assert (found.contacts, found.people) == (InTime(due=2, made=1), Mix(high=2, parked=2))

    def test_are_counted_by_the_facts_where_a_report_does_not_say(self, team, mere, manager):
        actions.send(team=team, month=SEPTEMBER, by=manager, today=TODAY)
        team.reports.update(contacts_due=None, contacts_in_time=None)
        mere.records.update(high=None)

        found = beside(team)[SEPTEMBER]

        assert (found.contacts, found.people) == (InTime(due=2, made=1), Mix(high=2, parked=2))

    def test_of_every_team_come_from_the_reports_that_were_sent(
        self, signed_in, organisation, team, other_team, mere, manager, service_manager
    ):
        other_team.manager = manager
        other_team.save()
        there = factories.MemberFactory(organisation=organisation, in_team=other_team)
        person = factories.ClientFactory(supported_by=there, since=FROM, support="parked")
        factories.refresh_derived(person, workers=[there])
        for each in (team, other_team):
            actions.send(team=each, month=SEPTEMBER, by=manager, today=TODAY)
        actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)
        other_team.reports.update(contacts_due=None, contacts_in_time=None)
        above = signed_in(service_manager)

        answer = above.get(reverse("team_months"))

        people, contacts, supervision = answer.context["charts"]
        assert people.months[-2]["counts"] == [2, 0, 0, 3]
        assert contacts.months[-2]["figure"] == "1/2", "the report that does not say is left out"
        assert contacts.months[-1]["figure"] == "0/1"
        assert contacts.months[0]["counts"] is None
        assert supervision.months[-2]["figure"] == "0/2"
        file = above.get(reverse("team_months_export", args=["csv"])).content.decode("utf-8-sig")
        rows = {(row["team"], row["month"]): row for row in csv.DictReader(io.StringIO(file))}
        assert rows[team.name, "2026-09"]["contacts_in_time"] == "1" and rows[team.name, "2026-09"]["people"] == "4"
        assert rows[other_team.name, "2026-09"]["contacts_due"] == ""

    def test_do_not_take_a_statement_a_person_or_a_month(self, team, mere):
        beside(team, months=[OCTOBER])  # what is asked once
        with CaptureQueriesContext(
            connection,
        ) as few:
            beside(team, months=[OCTOBER])
        factories.ClientFactory.create_batch(3, supported_by=mere, since=FROM, support="parked")
        with CaptureQueriesContext(connection) as many:
            beside(team)
        assert len(many) == len(few)

    def test_are_drawn_and_said_as_tables_and_taken_along(self, signed_in, manager, team, mere):
        client = signed_in(manager)
        answer = client.get(reverse("team_months"), {"team": team.pk})
        page, said = answer.content.decode(), words(answer)
        csv_file = client.get(reverse("team_months_export", args=["csv"]), {"team": team.pk})
        *_, september, october = csv.DictReader(io.StringIO(csv_file.content.decode("utf-8-sig")))

        for heading in ("People by support", "Contacts made in time", "Supervision held"):
            assert heading in said
        drawn = "September 2026 made in time 1, late or not made 1; October 2026 made in time 0, late or not made 1"
        assert drawn in " ".join(page.split())
        assert len(re.findall(r"<details", page)) == 4 and page.count("See this as a table") == 4
        assert (september["contacts_due"], september["contacts_in_time"]) == ("2", "1")
        assert (october["high"], october["parked"], october["supervised"]) == ("2", "2", "0")
