"""One service in two ways: by people acting one fact at a time, and as its sheets at once. Every table says the same."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from caseload import actions as caseload
from caseload.actions import Refused
from caseload.models import DERIVED_COLUMNS, Allocation, Client, Contact, TierPeriod
from peerload.interchange import actions, export, files, queries
from peerload.staff.models import Organisation, Team
from tests import factories, reported
from tests.long import times
from workload import actions as workload
from workload.enums import RecordStatus
from workload.models import Activity, MonthlyRecord, PointLine, Responsibility

from .sheets import WITHOUT_SCHEME

pytestmark = pytest.mark.django_db

FIRST, TODAY = date(2026, 1, 5), date(2026, 11, 12)

TABLES = {
    Client: ("ref", "name", "family__code", "team__name", *(c for c in DERIVED_COLUMNS if c != "kept_in_touch_on")),
    TierPeriod: ("client__ref", "tier", "starts_on", "ends_before", "talked"),
    Allocation: (
        "client__ref",
        "worker__user__email",
        "starts_on",
        "ends_before",
        "close_decided_on",
        "closed_on",
        "student_held",
    ),
    Activity: ("client__ref", "code", "starts_on", "finished_on", "minutes_each_way", "first"),
    Responsibility: ("worker__user__email", "code", "starts_on", "ends_before", "quantity"),
    PointLine: ("worker__user__email", "element", "code", "points", "starts_on", "ends_before", "reason", "ending"),
}


def tables(organisation: Organisation) -> dict[str, list]:
    """Return what stands in every table, without keys and without who wrote it."""
    found = {
        model.__name__: sorted(model.objects.filter(organisation=organisation).values_list(*fields), key=repr)
        for model, fields in TABLES.items()
    }
    contacts = Contact.objects.standing().filter(organisation=organisation)
    found["Contact"] = sorted(
        contacts.values_list(
            *("client__ref", "author__user__email", "on", "reached", "outcome", "minutes", "note", "written_with")
        ),
        key=repr,
    )
    refs = dict(Client.objects.filter(organisation=organisation).values_list("pk", "ref"))
    lines = PointLine.objects.filter(organisation=organisation).values_list("client_id", "code", "points", "starts_on")
    found["lines of people"] = sorted(((refs.get(pk), *rest) for pk, *rest in lines), key=repr)
    return found


def as_sheets(organisation: Organisation) -> Organisation:
    """Bring a service's own sheets in as another service; return that."""
    rows = queries.to_write(organisation)
    rows["service"] = [row for row in rows["service"] if row["key"] != "code"] + [{"key": "code", "value": "again"}]
    return actions.bring_in(files.open_bytes(export.zipped(rows))).organisation


class Week:
    """A service at work: members act, on a day that moves on; a refused step changes nothing."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        preset = self.chance.choice(["peer", "children"])
        self.organisation = factories.OrganisationFactory(name="Harbourside", preset=preset)
        workload.create_scheme(self.organisation, preset)
        self.manager = factories.MemberFactory(organisation=self.organisation, role="manager")
        teams = [factories.TeamFactory(organisation=self.organisation, manager=self.manager) for _ in range(2)]
        self.workers = [factories.MemberFactory(organisation=self.organisation, in_team=team) for team in teams]
        self.people: list[int] = []
        self.day = FIRST

    def run(self, steps: int):
        for _ in range(steps):
            self.day = min(self.day + timedelta(days=self.chance.choice([0, 0, 1, 2, 5, 9])), TODAY)
            does = self.chance.choice(
                [
                    self.come,
                    self.contact,
                    self.contact,
                    self.contact,
                    self.allocate,
                    self.hand_over,
                    self.tier,
                    self.park,
                ]
                + [self.again, self.decide, self.close, self.work, self.take_on]
            )
            try:
                does()
            except (Refused, workload.Refused):
                pass

    @property
    def somebody(self) -> dict:
        if not self.people:
            self.come()
        return {"client_id": self.chance.choice(self.people), "by": self.manager}

    @property
    def worker(self):
        return self.chance.choice(self.workers)

    def come(self):
        fields = {"name": f"Person {len(self.people)}", "family": self.chance.choice(["", "", "F1", "F2"])}
        person = caseload.add_person(organisation=self.organisation, by=self.manager, on=self.day, fields=fields)
        self.people.append(person.pk)
        tier = self.chance.choice(["high", "medium", "group"])
        caseload.allocate(
            client_id=person.pk, worker=self.worker, on=self.day, by=self.manager, tier=tier, today=self.day
        )

    def contact(self):
        reached = self.chance.random() < 0.8
        outcome = self.chance.choice(["no_support_needed"] * 4 + ["other", "support_wanted"]) if reached else ""
        words = self.somebody | {"by": self.worker}
        caseload.log_contact(**words, on=self.day, today=self.day, reached=reached, outcome=outcome, note="a\tb")

    def allocate(self):
        caseload.allocate(**self.somebody, worker=self.worker, on=self.day, tier="medium", today=self.day)

    def hand_over(self):
        caseload.hand_over(**self.somebody, worker=self.worker, on=self.day, today=self.day)

    def tier(self):
        tier = self.chance.choice(["high", "medium", "group"])
        caseload.change_tier(**self.somebody, on=self.day, tier=tier, reason="", today=self.day)

    def park(self):
        talked = self.chance.random() < 0.7
        caseload.keep_in_touch(**self.somebody, on=self.day, today=self.day, talked=talked, reason="doing well")

    def again(self):
        caseload.support_again(**self.somebody, on=self.day, tier="high", reason="", worker=self.worker, today=self.day)

    def decide(self):
        caseload.decide_to_close(**self.somebody, on=self.day, today=self.day)

    def close(self):
        caseload.close(**self.somebody, on=self.day, today=self.day, moved_on="ended")

    def work(self):
        code = self.chance.choice(
            ["court", "core_assessment", "initial_assessment", "looked_after", "leaving_care_pathway"]
        )
        finished = self.chance.choice([None, self.day + timedelta(days=self.chance.randrange(30))])
        workload.start_activity(**self.somebody, code=code, starts_on=self.day, finished_on=finished)

    def take_on(self):
        code = self.chance.choice(["group_work", "mentoring", "working_party"])
        workload.take_on(worker=self.worker, code=code, starts_on=self.day, by=self.manager)


@pytest.mark.parametrize("seed", range(times(4, 40)))
def test_what_people_do_one_by_one_and_what_a_sheet_says_at_once_is_the_same(on, seed):
    on(TODAY)
    week = Week(seed)
    week.run(50)
    caseload.refresh_all(week.organisation.pk, TODAY)  # the sheets are of today, and so are the derived columns now

    again = as_sheets(week.organisation)

    one_by_one, at_once = tables(week.organisation), tables(again)
    for name, rows in one_by_one.items():
        assert at_once[name] == rows, name
    assert len(one_by_one["PointLine"]) > 5 and len(one_by_one["Contact"]) > 3
    assert workload.check(again) == workload.check(week.organisation) == []


def test_the_sheets_of_a_service_change_nothing_in_it(on):
    on(TODAY)
    week = Week(99)
    week.run(50)
    caseload.refresh_all(week.organisation.pk, TODAY)  # the sheets are of today, and so are the derived columns now
    before = tables(week.organisation)

    plan = actions.bring_in(
        files.open_bytes(export.zipped(queries.to_write(week.organisation))), organisation=week.organisation
    )

    assert {(counts["new"], counts["changed"]) for counts in plan.counts.values()} == {(0, 0)}
    assert tables(week.organisation) == before


def with_records(week: Week) -> Organisation:
    """Give a service a month of each status, made here, with parts and words, and one in a report that was sent."""
    parts = {"stable": 15, "extras": 2, "cases": 60, "weight": 7, "fte": 1, "reason": 'Two away, a "long" month.'}
    followed = (
        RecordStatus.SUBMITTED,
        RecordStatus.NOT_AGREED,
    )  # opened again where they do not say what the facts say
    for n, status in enumerate(status for status in RecordStatus.values if status not in followed):
        fields = parts | {"total": Decimal("84.125"), "status": status, "comment": "Busy.", "enough": "too_much"}
        reported.record(week.workers[n % 2], date(2026, 1 + n, 1), **fields)
    reported.report(Team.objects.filter(organisation=week.organisation).first(), date(2026, 8, 1), *week.workers)
    return week.organisation


def test_months_made_here_go_out_and_come_in_as_they_were_agreed(on):
    on(TODAY)
    organisation = with_records(Week(7))

    again = as_sheets(organisation)

    figures = (
        "worker__user__email",
        "month",
        "total",
        "stable",
        "extras",
        "cases",
        "weight",
        "fte",
        "status",
        "reason",
    )
    rows = MonthlyRecord.objects.exclude(status="draft").order_by("month", "worker__user__email")
    written, read = (list(rows.filter(organisation=each).values_list(*figures)) for each in (organisation, again))
    assert written == read and len(read) == 5
    assert not MonthlyRecord.objects.filter(organisation=again, imported=True)


def test_a_draft_goes_out_with_what_the_facts_say_now(on):
    on(TODAY)
    week = Week(7)
    organisation = with_records(week)
    factories.ClientFactory(supported_by=week.workers[0], since=FIRST)

    draft = next(row for row in queries.to_write(organisation)["records"] if row["month"] == date(2026, 1, 1))

    assert draft["total"] != Decimal("84.125") and draft["cases"] == 3  # a case, newly allocated
    assert MonthlyRecord.objects.get(month=date(2026, 1, 1)).total == Decimal("84.125")


def test_months_made_here_go_out_the_same_byte_by_byte_from_where_they_came_in(on):
    on(TODAY)
    organisation = with_records(Week(7))
    workload.rebuild(organisation.pk)
    again = as_sheets(organisation)
    ours, theirs = (export.zipped(queries.to_write(each) | WITHOUT_SCHEME) for each in (organisation, again))
    assert ours == theirs


def test_the_sheets_of_a_service_with_months_change_nothing_in_it(on):
    on(TODAY)
    organisation = with_records(Week(7))
    before = list(MonthlyRecord.objects.kept().order_by("pk").values())

    sheets = files.open_bytes(export.zipped(queries.to_write(organisation)))
    counts = actions.bring_in(sheets, organisation=organisation).counts["records"]

    assert (counts["new"], counts["changed"], counts["unchanged"]) == (0, 0, MonthlyRecord.objects.count())
    assert list(MonthlyRecord.objects.kept().order_by("pk").values()) == before
