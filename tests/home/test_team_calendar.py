"""The calendar of a team: what stands on which day, and how much of it each role sees."""

import re
from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from caseload.groups.actions import meetings
from caseload.next_steps.queries import appointments_by_worker, responsible_members
from peerload.home.calendar_days import MONTH, WEEK, last_away, span_of
from tests import factories
from tests.conftest import TODAY
from tests.workload.months.test_record_page import words

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 9)  # of the week of `TODAY`, a Thursday
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "team")]


# The days ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "by", "first", "last", "before", "after"),
    [
        ("2026-11-12", WEEK, "2026-11-09", "2026-11-15", "2026-11-02", "2026-11-16"),
        ("2026-11-09", WEEK, "2026-11-09", "2026-11-15", "2026-11-02", "2026-11-16"),
        ("2026-11-15", WEEK, "2026-11-09", "2026-11-15", "2026-11-02", "2026-11-16"),
        ("2027-01-01", WEEK, "2026-12-28", "2027-01-03", "2026-12-21", "2027-01-04"),
        ("2026-12-31", MONTH, "2026-12-01", "2026-12-31", "2026-11-01", "2027-01-01"),
        ("2028-02-29", MONTH, "2028-02-01", "2028-02-29", "2028-01-01", "2028-03-01"),
    ],
)
def test_a_week_is_monday_to_sunday_and_a_month_its_days(day, by, first, last, before, after):
    span = span_of(date.fromisoformat(day), by)
    assert [str(each) for each in (span.first, span.last, span.before, span.after)] == [first, last, before, after]
    assert span.days[0] == span.first and span.days[-1] == span.last


@pytest.mark.parametrize(
    ("ends_before", "expected_back", "last"),
    [
        (TODAY + DAY, None, TODAY),  # back tomorrow: away today
        (TODAY, TODAY + 9 * DAY, TODAY - DAY),  # recorded as back, whatever was expected
        (None, TODAY + 4 * DAY, TODAY + 3 * DAY),
        (None, TODAY + DAY, TODAY),
        (None, TODAY, TODAY),  # expected today and not recorded: still away today
        (None, TODAY - 9 * DAY, TODAY),
        (None, None, None),  # no one knows it
    ],
)
def test_a_member_is_away_until_what_is_known(ends_before, expected_back, last):
    assert last_away(ends_before, expected_back, TODAY) == last


# What stands where ---------------------------------------------------------------------------------------------------------


def shown(client, **asked) -> str:
    answer = client.get(reverse("team_calendar"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def cells(html: str, name: str) -> list[str]:
    """Return the words of each cell of a member's row."""
    row = next(
        row
        for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL)
        if re.search(rf'<th scope="row">\s*(?:<a [^>]+>)?{name}', row)
    )
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]


@pytest.fixture
def week(worker, teammate, manager, organisation):
    """A week with something of everything."""
    hana = factories.ClientFactory(name="Hana Rewi", supported_by=worker, team=worker.home_team)
    factories.AbsenceFactory(
        worker=teammate, starts_on=MONDAY + DAY, expected_back=MONDAY + 4 * DAY, kind="Mental health day"
    )
    factories.LeaveRequestFactory(worker=worker, starts_on=MONDAY + 6 * DAY, ends_before=MONDAY + 7 * DAY)
    factories.SessionFactory(worker=worker, with_member=manager, planned_on=MONDAY + 3 * DAY, starts_at=time(10))
    group = factories.GroupFactory(
        name="Friday kitchen", facilitated_by=worker, people=[hana], weekday="friday", starts_at=time(11, 30)
    )
    for n, hour in ((3, 14), (3, 16), (4, 9)):
        at = {"due_on": MONDAY + n * DAY, "starts_at": time(hour)}
        factories.NextStepFactory(client=hana, appointment=True, author=worker, **at)
    factories.ClosureDayFactory(organisation=organisation, on=MONDAY + 2 * DAY, label="Stocktake")
    return group


def test_who_leads_the_team_sees_everything(signed_in, manager, week):
    html = shown(signed_in(manager))

    assert cells(html, "Mere Paki") == [
        *("", "", ""),
        "10:00 Supervision 2 appointments",
        "11:30 Friday kitchen 1 appointment",
        "",
        "leave asked for",
    ]
    assert cells(html, "Tom Lealaiauloto") == ["", *["away (Mental health day)"] * 3, "", "", ""]
    assert cells(html, "Ana Whitford")[3] == "10:00 Supervision"
    assert "Stocktake" in html and "Hana" not in html
    assert html.count('aria-current="date"') == 2  # of the table, and of the list of a phone


def test_a_worker_sees_others_as_away_and_nothing_of_their_appointments(signed_in, worker, teammate, week):
    tom = shown(signed_in(teammate))
    assert cells(tom, "Mere Paki") == ["", "", "", "10:00 session", "11:30 group", "", ""]
    assert cells(tom, "Tom Lealaiauloto")[1] == "away (Mental health day)"  # their own

    mere = shown(signed_in(worker))
    assert cells(mere, "Tom Lealaiauloto")[1] == "away" and "Mental health" not in mere
    assert cells(mere, "Mere Paki")[3:5] == ["10:00 Supervision 2 appointments", "11:30 Friday kitchen 1 appointment"]
    assert cells(mere, "Mere Paki")[6] == "leave asked for"


def test_a_service_manager_sees_counts_and_no_name(signed_in, service_manager, week, team, other_team, stranger):
    factories.AbsenceFactory(worker=stranger, starts_on=MONDAY, kind="Sick leave")
    html = shown(signed_in(service_manager))

    assert cells(html, "Harbourside") == ["", *["1 away"] * 2, "1 away 1 session", "1 group", "", ""]
    assert cells(html, "Northcote") == ["1 away"] * 7
    said = words(signed_in(service_manager).get(reverse("team_calendar")))
    for name in ("Mere", "Tom", "Ana", "Sina", "Hana", "Mental", "Sick", "kitchen"):
        assert name not in said
    month = shown(signed_in(service_manager), month="2026-11")
    assert cells(month, "Harbourside")[9:13] == ["1 away"] * 3 + [""]


def test_a_moved_meeting_stands_on_its_new_day_and_one_called_off_on_none(signed_in, manager, worker, week):
    friday = MONDAY + 4 * DAY
    who = {"group_id": week.pk, "by": worker, "today": TODAY, "version": 0}
    moved = {"on": friday + DAY, "starts_at": time(13), "minutes": 60, "place": ""}
    meetings.change_meeting(key=friday.isoformat(), **who, **moved)
    meetings.call_off(key=(friday + 7 * DAY).isoformat(), **who)
    ana = signed_in(manager)

    this, following = cells(shown(ana), "Mere Paki"), cells(shown(ana, week="2026-11-16"), "Mere Paki")
    assert this[4] == "1 appointment" and this[5] == "13:00 Friday kitchen"
    assert "kitchen" not in " ".join(following)


def test_a_month_has_the_same_in_letters_and_in_words(signed_in, manager, week):
    html = shown(signed_in(manager), month="2026-11")
    mere, tom = cells(html, "Mere Paki"), cells(html, "Tom Lealaiauloto")
    assert len(mere) == 30
    assert mere[11] == "S 10:00 Supervision. 2 2 appointments."
    assert tom[8:13] == ["", *["A away (Mental health day)."] * 3, ""]


def test_the_ways_to_other_weeks_and_months(signed_in, manager, team):
    ana = signed_in(manager)
    ways = re.findall(r'href="\?([^"]+)">', shown(ana))
    assert ways == ["week=2026-11-02", "week=2026-11-16", "month=2026-11"]
    ways = re.findall(r'href="\?([^"]+)">', shown(ana, month="2027-02"))
    assert ways == ["month=2027-01", "month=2026-11", "month=2027-03", "week=2027-02-01"]
    for asked in ({"week": "x"}, {"month": "2026-13"}, {"week": "9999-12-31"}, {"month": "0001-01"}):
        assert "9 Nov" in shown(ana, **asked) or "November 2026" in shown(ana, **asked)


def test_each_member_sees_their_own_team_and_those_they_lead(
    signed_in, manager, worker, team, other_team, other_manager, stranger
):
    for member, sees, sees_not in (
        (worker, team, other_team),
        (manager, team, other_team),
        (stranger, other_team, team),
    ):
        client = signed_in(member)
        assert client.get(reverse("team_calendar"), {"team": sees.pk}).status_code == 200
        assert client.get(reverse("team_calendar"), {"team": sees_not.pk}).status_code == 404


def test_a_member_without_a_team_is_told_so(signed_in, organisation):
    alone = factories.MemberFactory(organisation=organisation, role="peer_worker")
    assert "You are in no team yet" in shown(signed_in(alone))


def test_the_statements_do_not_grow_with_workers_or_days(signed_in, manager, team, organisation, week):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(**asked) -> int:
        with CaptureQueriesContext(connection) as statements:
            shown(signed_in(manager), **asked)
        return len(statements)

    count()  # the first request prepares what later ones use again
    few = count()
    for n in range(6):
        member = factories.MemberFactory(organisation=organisation, in_team=team)
        factories.AbsenceFactory(worker=member, starts_on=MONDAY + n * DAY)
        hana = factories.ClientFactory(supported_by=member)
        factories.NextStepFactory(client=hana, appointment=True, author=member, due_on=MONDAY + n * DAY)
        factories.GroupFactory(name=f"Group {n}", facilitated_by=member, people=[hana], weekday="monday")
        factories.SessionFactory(worker=member, with_member=manager, planned_on=MONDAY + n * DAY)
    assert count() == few
    assert count(month="2026-11") == few


def test_appointments_are_counted_for_whom_they_are_responsible_on_each_day(worker, teammate, team):
    """The same as asking day by day who is responsible (R92): while the worker is away, who covers."""
    people = [factories.ClientFactory(supported_by=worker, team=team) for _ in range(3)]
    absence = factories.AbsenceFactory(worker=worker, starts_on=TODAY + 2 * DAY, ends_before=TODAY + 5 * DAY)
    factories.CoverFactory(absence=absence, client=people[0], worker=teammate)
    people[1].allocations.update(ends_before=TODAY + 3 * DAY)
    factories.AllocationFactory(client=people[1], worker=teammate, starts_on=TODAY + 3 * DAY)
    days = [TODAY + n * DAY for n in range(7)]
    for person in people:
        for day in days:
            factories.NextStepFactory(client=person, appointment=True, author=worker, due_on=day)

    found = appointments_by_worker([worker.pk, teammate.pk], days[0], days[-1], TODAY)

    for day in days:
        seen = [each.member_id for each in responsible_members([person.pk for person in people], day).values()]
        assert found[worker.pk, day] == seen.count(worker.pk)
        assert found[teammate.pk, day] == seen.count(teammate.pk)
    assert found[teammate.pk, TODAY + 3 * DAY] == 2


def test_a_cell_leads_to_what_it_is_about_for_those_who_may_open_it(signed_in, manager, worker, teammate, week):
    """Every link of the calendar opens; where a member may not open something, its words are no link."""
    leads = {}
    for member in (manager, worker, teammate):
        client = signed_in(member)
        html = shown(client)
        assert html.count("pl-cal__session") and shown(client, month="2026-11").count('title="10:00')
        found = re.findall(r'<a class="pl-cal__(\w+)" href="([^"]+)"', html)
        leads[member] = sorted({(what, url.partition("/")[2].split("/")[0]) for what, url in found})
        for __, url in found:
            assert client.get(url).status_code == 200, url
    assert leads[manager] == [("asked", "leave"), ("away", "away"), ("group", "groups"), ("session", "my-sessions")]
    assert leads[worker] == [("asked", "leave"), ("group", "groups"), ("session", "my-sessions")]
    assert leads[teammate] == [("away", "leave")]
