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
from workload.months.queries.by_month import InTime
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
