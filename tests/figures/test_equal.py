"""
A figure is the same wherever it stands: random services, crawled.

Every page and file that shows points, people or supervision is fetched by the members who may read it, and its figures
are read from what it says: the words of the page, the cells of the file, the text of the PDF, the output of `report`.
"""

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import TypeVar

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, assume, given, settings

from peerload.staff.models import Member, Team
from peerload.staff.queries import acting_in
from tests.long import LONG, times
from workload.models import MonthlyRecord, TeamReport

from . import of_a_month, on_a_day, services
from .said import Said
from .services import APRIL, ENDS, MAY, NAMES, RUTH, TODAY

Found = TypeVar("Found")
rarely = settings(
    max_examples=times(1, 12),
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # an example takes seconds: none is made smaller
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
SORTS = ("name", "total", "room", "overdue")
WHERE_A_DAY_IS_READ = {
    "total": {"team CSV", "team workbook", "points", "own points", "report points"},
    "subtotal": {"team CSV", "team workbook", "points", "own points", "report points"},
    "extras": {"team CSV", "team workbook", "points", "report points", "lines of report points"},
    "people": {"team CSV", "team workbook", "report caseload"},
    "overdue": {"team CSV", "team workbook", "report parked"},
    "away": {"team CSV", "team workbook", "report absences"},
}
WHERE_A_MONTH_IS_READ = {
    "total": {f"{part}: {kind}" for part in ("team month", "record") for kind in ("page", "workbook", "PDF")},
    "cases": {"team month: page", "team month: CSV", "record: page", "record: CSV", "record: PDF"},
    "supervision held": {"team month: page", "team month: CSV", "record: page", "record: workbook", "record: PDF"},
    "high": {"record: page", "record: workbook", "record: PDF"},
}


class Crawl:
    """Goes through the pages of one service as the members who may read them."""

    def __init__(self, given, organisation) -> None:
        self.given, self.organisation, self.said = given, organisation, Said()
        members = Member.objects.filter(organisation=organisation).select_related("user")
        self.members = {member.email: member for member in members}
        self.teams = list(
            Team.objects.filter(organisation=organisation)
            .select_related("manager__user", "deputy__user")
            .order_by("name")
        )
        self._clients: dict[int, Client] = {}
        self._dice = Random(given.dice)

    def as_(self, member: Member) -> Client:
        """Return a client signed in as a member."""
        if member.pk not in self._clients:
            self._clients[member.pk] = Client()
            self._clients[member.pk].force_login(
                member.user, backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        return self._clients[member.pk]

    def acting(self, team: Team) -> list[Member]:
        """Return who acts in a team today."""
        return [row.member for row in acting_in([team.pk], TODAY)]

    def some(self, found: Sequence[Found], most: int = 1) -> list[Found]:
        """Return all of what was found in a long run, as many as asked for in a short one."""
        return list(found) if LONG or len(found) <= most else self._dice.sample(list(found), most)

    def day(self, on: date) -> None:
        """Read every place that has figures of a day."""
        asked_not = {
            f"P{person.key}"
            for n, person in enumerate(person for unit in self.given.facts.units for person in unit.people)
            if n in self.given.asked_not
        }
        names = {email: member.name for email, member in self.members.items()}
        on_a_day.reports_of_a_day(self.said, self.organisation.code, on, names, asked_not)
        by_name = {member.name: member for member in self.members.values()}
        for number, team in enumerate(self.teams):
            for leader in self.acting(team) or self.some([team.manager, *([team.deputy] if team.deputy else [])]):
                client = self.as_(leader)
                for sort in SORTS if on == TODAY and not number else self.some(SORTS):
                    rows = on_a_day.team_page(client, self.said, team, on, sort)
                on_a_day.team_files(client, self.said, team, on)
                for name, url in self.some(rows):
                    on_a_day.points_page(client, self.said, url.partition("?")[0], name, on, "points")
                    own = self.as_(by_name[name])
                    on_a_day.points_page(own, self.said, "/points/", name, on, "own points")
        leaders = {team.manager for team in self.teams} | {team.deputy for team in self.teams if team.deputy}
        for leader in sorted(leaders, key=lambda each: each.pk):
            led = [team for team in self.teams if leader in (team.manager, team.deputy)]
            if len(led) > 1:
                on_a_day.all_teams(self.as_(leader), self.said, on, f"all teams of {leader.name}")
        reader = self.as_(self.members[RUTH])
        on_a_day.carried(reader, self.said, on)
        for team in self.some(self.teams):
            on_a_day.team_seen(reader, self.said, team, on)
        if on == TODAY:
            on_a_day.all_teams(reader, self.said, on, "every team")

    def sessions(self, on: date) -> None:
        """Say which supervision was held last and which comes next, by the facts as they were given."""
        for worker, name in NAMES.items():
            mine = [each for each in self.given.sessions if each.worker == worker]
            held = [each.held_on for each in mine if each.held_on and each.held_on <= on]
            self.said.say("facts", on, name, {"last supervision": max(held, default=None)})

    def month(self, month: date) -> None:
        """Read every place that has figures of a month."""
        last, reader = ENDS[month], self.as_(self.members[RUTH])
        by_name = {member.name: member for member in self.members.values()}
        reported = of_a_month.report_of_a_month(self.organisation.code, month)
        reports = set(TeamReport.objects.filter(team__in=self.teams, month=month).values_list("team_id", flat=True))
        for team in self.teams:
            leader = self.as_(next(iter(self.acting(team)), team.deputy or team.manager))
            names = of_a_month.team_month(leader, self.said, team, month, last, "team month")
            for name in self.some(names):
                of_a_month.record(leader, self.said, by_name[name], month, last, "record")
                if by_name[name] != team.deputy or team.deputy is None:
                    own = self.as_(by_name[name])
                    of_a_month._record_page(own, self.said, by_name[name], month, last, "own record")
            of_a_month.by_month(leader, self.said, team, "manager")
            if team.pk in reports:
                of_a_month.team_month(reader, self.said, team, month, last, "report")
                for name in self.some(names):
                    of_a_month.points_sent(reader, self.said, by_name[name], month)
                of_a_month.by_month(reader, self.said, team, "service manager")
        of_a_month.teams_month(reader, self.said, month)
        self._month_reported(month, reported)

    def _month_reported(self, month: date, reported: dict[str, dict]) -> None:
        """Say what `report month` says: its total is of the facts, its agreed total of the record."""
        kept = {
            record.worker_id: record
            for record in MonthlyRecord.objects.filter(organisation=self.organisation, month=month)
        }
        for email, row in reported.items():
            member = self.members[email]
            record = kept.get(member.pk)
            figures = {"total": row["total"], "peak": row["peak"]}
            numbers = {name: on_a_day.cell(value) for name, value in figures.items()}
            self.said.say("report month", ENDS[month], member.name, {"total": numbers["total"], "band": row["band"]})
            if record is None or (record.status == "draft" and record.report_id is None):
                self.said.say("report month", of_a_month.slug(month), member.name, {
                    **numbers, "band": row["band"], "flag": row["flag"], "peak on": on_a_day.cell(row["peak_on"]),
                })  # fmt: skip
                same = ("fte", "stable", "extras", "cases", "subtotal", "weight", "total", "mark", "limit", "band", "high",
                        "medium", "group", "parked", "people", "away since")  # fmt: skip
                for figure in same:
                    there = self.said.value(of_a_month.slug(month), member.name, figure)
                    if self.said.places(of_a_month.slug(month), member.name, figure):
                        self.said.say("record, not kept", ENDS[month], member.name, {figure: there})
            if row["agreed_total"] is not None:
                self.said.say("agreed total of report month", of_a_month.slug(month), member.name, {
                    "total": on_a_day.cell(row["agreed_total"]),
                })  # fmt: skip

    def places_missing(self) -> list[tuple]:
        """Return the places that were read and did not say a figure they are meant to show of a worker."""
        found = []
        for when in [TODAY, ENDS[MAY], self.given.past_day, *map(of_a_month.slug, ENDS)]:
            wanted = WHERE_A_MONTH_IS_READ if isinstance(when, str) else WHERE_A_DAY_IS_READ
            for whose in sorted(self.said.about(when) & set(NAMES.values())):
                for figure, places in wanted.items():
                    read = {place for place in places if self.said.figures(when, whose, place)}
                    found += [(when, whose, figure, place) for place in self.said.missing(when, whose, figure, read)]
        return found


@pytest.mark.django_db
@rarely
@given(given_service=services.services())
def test_a_figure_is_the_same_wherever_it_stands(on, given_service):
    on(TODAY)
    assume(given_service.has_work)
    with transaction.atomic():
        crawl = Crawl(given_service, services.begin(given_service))
        for day in {TODAY, given_service.past_day, *([ENDS[MAY]] if LONG else [])}:
            crawl.day(day)
            crawl.sessions(day)
        for month in crawl.some([MAY, APRIL]):
            crawl.month(month)
        transaction.set_rollback(True)

    assert crawl.said.different() == ""
    assert not crawl.places_missing()
    assert crawl.said.all_places() >= {
        "team CSV",
        "points",
        "own points",
        "report points",
        "record: PDF",
        "team month: PDF",
    }
