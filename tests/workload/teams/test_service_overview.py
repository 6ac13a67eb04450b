"""The service manager's first page says what needs them and in which teams, in counts, without the name of a person supported."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.waiting import queries as waiting
from peerload.staff.models import Member, Post
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from tests.workload.months.scene import OCTOBER, SEPTEMBER, carry
from tests.workload.months.test_record_page import words
from workload import actions as work
from workload.capacity import overview, workers_needed
from workload.months import actions
from workload.teams import sums as team_sums
from workload.teams import views as team_views

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

LAST_MONTH = TODAY - timedelta(days=30)
NAME = "Hana Rewi"


def page(client, route="team", *args, **asked) -> str:
    answer = client.get(reverse(route, args=args), asked)
    assert answer.status_code == 200
    return words(answer)


def hold(worker, count: int = 1, **facts) -> list:
    people = factories.ClientFactory.create_batch(count, supported_by=worker, name=NAME, **facts)
    factories.refresh_derived(*people, workers=[worker])
    return people


# What needs the service manager ----------------------------------------------------------------------------------------


def nobody_covers(team, worker, **_):
    hold(worker, 2)
    factories.AbsenceFactory(worker=worker)


def left_without_handing_over(team, worker, **_):
    hold(worker, 2)
    factories.LeavingFactory(member=worker, last_day=TODAY - timedelta(days=1))


def waits(team, **_):
    factories.ClientFactory(organisation=team.organisation, team=team, name=NAME)


def statutory(team, **_):
    factories.ClientFactory(organisation=team.organisation, team=team, name=NAME, statutory=True)


def long_away(team, worker, **_):
    factories.AbsenceFactory(worker=worker, starts_on=TODAY, expected_back=TODAY + timedelta(days=57))


def leaves(team, worker, **_):
    hold(worker, 2)
    factories.LeavingFactory(member=worker, last_day=date(2026, 11, 30))


def led_by_nobody(team, manager, worker, **_):
    hold(manager, 1, team=team)
    factories.AbsenceFactory(worker=manager)


def over_in_the_report(team, manager, worker, **_):
    work.create_scheme(team.organisation)
    carry(worker, 110)
    actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)


def late(team, manager, worker, other_team, **_):
    actions.send(team=team, month=date(2026, 8, 1), by=manager, today=TODAY)


ALARMS = {
    "no-one-covering": (nobody_covers, "2 people have no one covering", "Harbourside 2 Ana Whitford none"),
    "without-a-worker, left": (
        left_without_handing_over,
        "2 people are without a worker",
        "Harbourside 2 Ana Whitford none",
    ),
    "without-a-worker": (waits, "1 person is without a worker", "Harbourside 1 Ana Whitford none"),
    "statutory": (statutory, "1 person with statutory status has no one covering", "Harbourside 1 Ana Whitford none"),
    "over-eight-weeks": (long_away, "1 absence is over eight weeks", "Harbourside 1 Ana Whitford none"),
    "leaving": (
        leaves,
        "1 worker is leaving",
        "Harbourside 1 last day 30 November, 2 people still to hand over Ana Whitford",
    ),
    "not-led": (
        led_by_nobody,
        "1 team has no one at work who leads it",
        "Harbourside 1 1 person has no one covering Ana Whitford not at work none",
    ),
    "over-limit": (
        over_in_the_report,
        "1 team was over its limit in its last report",
        "Harbourside 1 110.0% in October",
    ),
    "late-reports": (late, "1 report is late", "Harbourside 1 September is 28 days late Ana Whitford none"),
}


@pytest.mark.parametrize("alarm", ALARMS)
def test_each_line_of_the_first_page_leads_to_the_teams_it_is_about(reader, team, manager, worker, other_team, alarm):
    begin, line, row = ALARMS[alarm]
    slug = alarm.partition(",")[0]
    assert line not in page(reader)

    begin(team=team, manager=manager, worker=worker, other_team=other_team)

    if alarm == "without-a-worker, left":
        assert "no one covering" not in page(reader), "they are counted once"
    address = reverse("team_attention", args=[slug])
    html = reader.get(reverse("team")).content.decode()
    assert f'<a href="{address}">{line}</a>' in html
    assert NAME not in html
    there = page(reader, "team_attention", slug)
    assert row in there and other_team.name not in there
    assert NAME not in there and worker.name not in there
    assert line in page(reader, team=team.pk)
    assert line not in page(reader, team=other_team.pk)


MONTHS_REPORTED = {"late-reports": SEPTEMBER, "over-limit": OCTOBER}


@pytest.mark.parametrize("alarm", ALARMS)
def test_each_line_of_a_team_leads_to_its_report_or_to_who_manages_the_team(
    reader, team, manager, worker, other_team, alarm
):
    begin, line, _ = ALARMS[alarm]
    begin(team=team, manager=manager, worker=worker, other_team=other_team)

    month = MONTHS_REPORTED.get(alarm)
    url = f"{reverse('team_month')}?team={team.pk}&month={month:%Y-%m}" if month else "#leaders"
    html = unescape(reader.get(reverse("team"), {"team": team.pk}).content.decode())
    assert f'<a href="{url}"><b>{line}</b></a>' in html
    assert "Who manages Harbourside" in html and html.count('id="leaders"') == 1
    if month:
        assert f'href="{url}"' in unescape(reader.get(reverse("team")).content.decode()), "the chip leads there at once"
        assert f"{month:%B %Y}" in words(reader.get(url))


def test_a_question_or_an_overdue_action_leads_to_the_report_it_is_about(
    reader, organisation, team, manager, worker, service_manager
):
    work.create_scheme(organisation)
    carry(worker, 110)
    report = actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)
    factories.ReportQuestionFactory(report=report, asked_by=service_manager)
    [record] = report.records.all()
    factories.RemedialActionFactory(record=record, owner=manager, due_on=date(2026, 9, 1))

    html = unescape(reader.get(reverse("team"), {"team": team.pk}).content.decode())
    url = f"{reverse('team_month')}?team={team.pk}&month=2026-10"
    for line in ("1 question about a report is not answered", "1 action from a record is long overdue"):
        assert f'<a href="{url}"><b>{line}</b></a>' in html
    assert reader.get(url).status_code == 200


class TestTheFirstPage:
    def test_where_nothing_is_wrong_it_says_so(self, reader, team, worker):
        assert "Nothing needs your attention today." in page(reader)

    @pytest.mark.parametrize("days", [56, 57], ids=["eight weeks", "a day more"])
    def test_an_absence_counts_from_a_day_more_than_eight_weeks(self, reader, team, worker, days):
        factories.AbsenceFactory(worker=worker, starts_on=TODAY, expected_back=TODAY + timedelta(days=days))
        assert ("1 absence is over eight weeks" in page(reader)) is (days == 57)

    def test_whom_somebody_covers_is_not_counted(self, reader, team, worker, teammate):
        [person] = hold(worker)
        absence = factories.AbsenceFactory(worker=worker)
        factories.CoverFactory(absence=absence, client=person, worker=teammate)
        assert "no one covering" not in page(reader)
        factories.AbsenceFactory(worker=teammate)
        assert "1 person has no one covering" in page(reader)

    def test_every_late_report_is_there_the_oldest_month_first(self, reader, team, manager, worker, on):
        actions.send(team=team, month=date(2026, 8, 1), by=manager, today=TODAY)
        on(date(2026, 12, 3))
        assert "2 reports are late" in page(reader)
        assert "Harbourside 2 September is 49 days late, October is 18 days late" in page(
            reader, "team_attention", "late-reports"
        )
        actions.send(team=team, month=SEPTEMBER, by=manager, today=date(2026, 12, 3))
        assert "1 report is late" in page(reader)

    def test_before_the_first_report_of_a_service_only_the_last_month_is_late(self, reader, team, worker, on):
        on(date(2026, 11, 15))
        assert "late" not in page(reader)
        on(date(2026, 11, 16))
        assert "1 report is late" in page(reader)

    def test_each_team_has_its_manager_its_deputy_and_its_report(self, reader, team, manager, worker, teammate):
        team.deputy = teammate
        team.save()
        assert f"Harbourside 2 workers, 2 FTE Ana Whitford deputy {teammate.name} nothing" in page(reader)
        assert "not sent yet : Harbourside" in page(reader)
        actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)
        assert " sent : Harbourside" in page(reader)

    def test_a_team_nobody_manages_says_what_to_do(self, reader, team, worker, admin):
        team.manager = None
        team.save()
        assert "1 team has no one at work who leads it" in page(reader)
        assert "An admin can also name a deputy" in page(reader, "team_attention", "not-led")
        assert "Ask an admin to name a deputy, who can act for the team at once: Sam Ito ." in page(
            reader, team=team.pk
        )

    @pytest.mark.parametrize(
        ("who", "alarms"),
        [
            ("no one", False), ("a worker", True), ("a person", True), ("someone back who waits", True),
            ("someone not in touch", False), ("a worker whose sign-in is closed", False), ("a worker of another team", False),
        ],
    )  # fmt: skip
    def test_an_empty_team_needs_nobody_to_lead_it(self, reader, organisation, other_team, worker, who, alarms):
        team = factories.TeamFactory(organisation=organisation, name="Waterfront", manager=None)
        theirs = {"organisation": organisation, "team": team}
        if who == "a worker":
            factories.MemberFactory(organisation=organisation, in_team=team)
        elif who == "a worker whose sign-in is closed":
            factories.MemberFactory(organisation=organisation, home_team=team, active=False)
        elif who == "a worker of another team":
            elsewhere = factories.MemberFactory(organisation=organisation, in_team=other_team)
            Post.objects.filter(worker=elsewhere).update(team=other_team)
            Member.objects.filter(pk=elsewhere.pk).update(home_team=team)
        elif who == "a person":
            factories.ClientFactory(**theirs, support=None)
        elif who.startswith("someone"):
            person = factories.ClientFactory(**theirs, support="inactive")
            factories.refresh_derived(person)
            if who.endswith("waits"):
                factories.ReferralFactory(client=person)
        assert ("team has no one at work who leads it" in page(reader)) is alarms

    def test_people_in_no_team_are_counted_last(self, reader, organisation, team, worker):
        factories.ClientFactory(organisation=organisation, name=NAME)
        assert "In no team An admin can give them a team. 1 none none" in page(
            reader, "team_attention", "without-a-worker"
        )

    def test_an_unknown_line_is_404_and_one_that_is_over_says_so(self, reader, team):
        assert reader.get("/team/attention/x/").status_code == 404
        assert "There is none today." in page(reader, "team_attention", "statutory")


def test_a_large_service_has_rows_for_the_teams_that_need_them_and_all_others_in_brief(
    reader, organisation, manager, team, other_team, worker, stranger, monkeypatch
):
    monkeypatch.setattr(team_views, "ROWS", 1)
    quiet = factories.TeamFactory(organisation=organisation, name="Zeal", manager=manager)
    carry(factories.MemberFactory(organisation=organisation, in_team=quiet), 110)
    for each in (team, other_team):
        factories.ClientFactory(organisation=organisation, team=each, name=NAME)
    hold(worker, 2)

    answer = reader.get(reverse("team"))

    context, said = answer.context, words(answer)
    assert [row.key for row in context["rows"]] == [team.pk]
    assert [row.key for row in context["need_too"]] == [other_team.pk]
    assert [row.key for row in context["quiet"]] == [quiet.pk]
    whole = team_sums.team_sums(organisation, TODAY, today=TODAY)
    assert context["rows"][0].sums == whole[team.pk], "the same figures as among all teams"
    assert context["held"].points == sum(each.points.points for each in whole.values())
    assert "1 worker is over the limit." in said
    assert f"{other_team.name} 1 person is without a worker" in said
    [brief] = context["quiet"]
    assert brief.words.endswith("%, 1 worker over the limit") and f"Zeal {brief.words}" in said
    html = answer.content.decode()
    assert all(f"?team={each.pk}" in html for each in (team, other_team, quiet))


# Figures ---------------------------------------------------------------------------------------------------------------


@shared(dated=True)
def busy(organisation, team, other_team, worker, teammate, stranger, manager):
    """Two teams with everything in them that is counted, and a manager in no team with a person of theirs."""
    teammate.posts.update(fte=Decimal("0.5"))
    for tier, count in {"high": 3, "medium": 2, "group": 2, "parked": 4}.items():
        hold(worker, count, support=tier, since=date(2026, 3, 2))
    hold(teammate, 3, support="high", since=date(2026, 10, 20))
    hold(stranger, 2, support="parked", since=date(2026, 6, 1))
    hold(manager, 1)
    factories.AllocationFactory(
        worker=stranger, client=factories.ClientFactory(organisation=organisation), student_held=True
    )
    factories.ResponsibilityFactory(worker=worker)
    factories.AbsenceFactory(worker=stranger, starts_on=date(2026, 10, 1))
    factories.refresh_derived(workers=[worker, teammate, stranger, manager])
    return organisation


@pytest.mark.parametrize("day", [TODAY, LAST_MONTH, TODAY + timedelta(days=30)], ids=["today", "a month ago", "ahead"])
def test_the_sums_of_each_team_are_those_of_its_workers(busy, team, other_team, day):
    rows, whole = team_sums.teams_overview(busy, day, today=TODAY)
    needed, service = workers_needed.resources(busy, day, today=TODAY)

    found = overview.overview(busy, day, today=TODAY)
    for row, need, key in zip(rows, needed, [team.pk, other_team.pk, None], strict=False):
        own = overview.summed([each for each in found if each.worker.team_id == key], busy)
        assert row.sums == own
        assert tuple(need.sums) == (own.workers, own.fte, own.people, own.boundary, own.away)
    assert whole == overview.summed(found, busy)
    assert service.sums.people == whole.people


@pytest.mark.parametrize("back", [0, 30], ids=["today", "a day gone by"])
def test_people_without_a_worker_are_counted_as_the_teams_list_them(organisation, team, other_team, today, back):
    on = today - timedelta(days=back)
    for support, of_team in (
        ("high", team),
        ("parked", team),
        ("inactive", team),
        (None, team),
        ("group", other_team),
    ):
        factories.ClientFactory(organisation=organisation, team=of_team, support=support)

    rows, _ = team_sums.teams_overview(organisation, on, today=today)

    listed = [len(waiting.waiting(organisation, on, today=today, team_ids=[each.pk])) for each in (team, other_team)]
    assert [row.waiting.waiting for row in rows] == listed == ([2, 1] if back else [3, 1])
    alone = waiting.counts(organisation, on, today=today, team_ids=[team.pk])
    assert {team.pk: alone[team.pk]} == alone and alone[team.pk].waiting == listed[0]


def test_a_worker_in_no_team_stands_last(organisation, team, manager, today):
    factories.ClientFactory(supported_by=manager)

    rows, sums = team_sums.teams_overview(organisation, today, today=today)

    assert [(row.name, row.sums.workers) for row in rows] == [(team.name, 0), ("In no team", 1)]
    assert sums.workers == 1


class TestWhatTheTeamsCarry:
    def test_each_team_has_its_points_and_leads_to_its_page(self, reader, busy, team):
        said = page(reader, on=TODAY.isoformat())
        assert "Points of the teams" in said and "Harbourside 2 workers, 1.5 FTE" in said
        html = reader.get(reverse("team"), {"on": "2026-10-13"}).content.decode()
        assert f'href="?team={team.pk}&amp;on=2026-10-13">Harbourside</a>' in html
        assert "As it was on 13 October 2026." in words(reader.get(reverse("team"), {"on": "2026-10-13"}))

    def test_a_team_has_its_counts_and_no_name_beside_points(self, reader, busy, team, worker, teammate):
        said = page(reader, team=team.pk)
        assert "14 of 75 people, against the boundary" in said
        assert not [name for name in (worker.name, teammate.name, NAME) if name in said]

    @pytest.mark.parametrize("who", ["worker", "manager", "admin"])
    def test_nobody_else_reads_what_needs_the_service_manager(self, request, signed_in, team, who):
        client = signed_in(request.getfixturevalue(who))
        assert client.get(reverse("team_attention", args=["statutory"])).status_code == 404


class TestTakingItAlong:
    def test_the_teams_say_how_many_statutory_people_have_nobody(self, reader, team):
        factories.ClientFactory(organisation=team.organisation, team=team, statutory=True)

        sheet = reader.get(reverse("team_export", args=["csv"])).content.decode("utf-8-sig")
        book = openpyxl.load_workbook(
            io.BytesIO(reader.get(reverse("team_export", args=["xlsx"])).content), data_only=True
        )

        (row,) = csv.DictReader(io.StringIO(sheet))
        header, cells, sums = ([cell.value for cell in cells] for cells in book.active)
        assert row["statutory_with_nobody"] == "1"
        assert dict(zip(header, cells, strict=True))["Statutory, with no one"] == 1
        assert dict(zip(header, sums, strict=True)) == dict(zip(header, cells, strict=True)) | {"Team": "Service"}

    def test_a_service_manager_takes_teams_only(self, reader, worker, team):
        hold(worker)
        sheet = reader.get(reverse("team_export", args=["csv"])).content.decode("utf-8-sig")
        assert team.name in sheet and worker.name not in sheet and NAME not in sheet


ASKED = {
    "first page": ("team", {}),
    "what the teams carry": ("team", {"on": "2026-10-13"}),
    "workers needed": ("resources", {}),
}


@pytest.mark.parametrize("name", ASKED)
def test_the_pages_ask_as_often_for_one_team_as_for_many(reader, organisation, team, worker, name):
    route, asked = ASKED[name]

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(reader, route, **asked)
        return len(seen)

    for begin in (nobody_covers, waits, leaves):
        begin(team=team, worker=worker)
    page(reader, route, **asked)
    few = queries()
    for n in range(4):
        lead = factories.MemberFactory(organisation=organisation, role="manager")
        more = factories.TeamFactory(organisation=organisation, name=f"More {n}", manager=lead)
        for _ in range(3):
            hold(factories.MemberFactory(organisation=organisation, in_team=more), 2, support="parked")
        waits(more)
    assert queries() == few
