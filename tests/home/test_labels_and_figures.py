"""A label, a day or a number is answered once: what one page calls something, and what it counts, every page does."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.template import Context, Template
from django.urls import reverse

from caseload import actions as caseload
from tests import factories
from tests.shared import shared
from tests.workload.months.scene import submit
from workload import actions as work
from workload import queries, rules
from workload.actions import rebuild
from workload.models import Agreement, Weight

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 12)
SINCE = date(2026, 10, 20)
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def read(client, name, *args, status=200, **asked) -> str:
    """Return the words of a page without its tags."""
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == status, name
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main.partition(">")[2]).split())


@shared(dated=True)
def scheme(organisation):
    return work.create_scheme(organisation, "children")


@shared(dated=True)
def aroha(worker, scheme):
    return factories.ClientFactory(name="Aroha Tipene", supported_by=worker, since=SINCE)


def begin(person, code, starts_on=SINCE, **given):
    return work.start_activity(
        client_id=person.pk, code=code, starts_on=starts_on, by=person.allocations.get().worker, **given
    )


class TestAKindOfWorkThatTheServiceAdded:
    @pytest.fixture
    def hearing(self, scheme, aroha, today):
        for code, label, element in (
            ("tenancy_hearing", "Tenancy hearing", "case"),
            ("kai_roster", "Kai roster", "extra"),
        ):
            Weight.objects.create(scheme=scheme, item=90, code=code, label=label, element=element, points=3, per="row")
        work.take_on(
            worker=aroha.allocations.get().worker,
            code="kai_roster",
            starts_on=SINCE,
            until=date(2026, 11, 20),
            by=aroha.allocations.get().worker,
        )
        return begin(aroha, "tenancy_hearing", finished_on=date(2026, 11, 20))

    def test_is_called_by_its_label_on_every_page(self, signed_in, worker, manager, hearing, aroha):
        uid = worker.uid
        pages = {
            "person": [aroha.uid],
            "work_end": [hearing.pk],
            "points": [uid],
            "record": [uid, "2026-10"],
            "team": [],
            "team_month": [],
            "responsibility_end": [worker.responsibilities.get().pk],
        }
        found = {name: read(signed_in(manager), name, *args) for name, args in pages.items()}
        found["my_day"] = read(signed_in(worker), "my_day")
        found["my_points"] = read(signed_in(worker), "my_points")
        for kind in ("csv",):
            answer = signed_in(worker).get(reverse("record_export", args=[uid, "2026-10", kind]))
            found[kind] = b"".join(answer).decode() if answer.streaming else answer.content.decode()
        assert {name for name, text in found.items() if "tenancy_hearing" in text or "kai_roster" in text} == set()
        by_label = {name for name, text in found.items() if re.search("tenancy hearing|kai roster", text, re.I)}
        assert by_label >= found.keys() - {"team_month", "my_day"}
        assert "Tenancy hearing begun" in found["person"]

    def test_that_a_later_scheme_drops_keeps_its_label(self, signed_in, worker, hearing, aroha, scheme):
        Weight.objects.filter(code="tenancy_hearing").update(on=False)
        assert "Tenancy hearing begun" in read(signed_in(worker), "person", aroha.uid)

    def test_has_one_label_whatever_the_version(self):
        old = rules.Scheme([rules.Weight(1, "hui", "Hui", "extra", 1)], starts_on=None)
        new = rules.Scheme([rules.Weight(1, "kai", "Kai roster", "extra", 1)], starts_on=date(2026, 6, 1))
        found = [
            rules.scheme_on([old, new], TODAY).label(code, [old, new])
            for code in ("kai", "hui", "case", "tenancy_hearing")
        ]
        assert found == ["Kai roster", "Hui", "Each case", "Tenancy hearing"]


class TestWorkUnderWay:
    def test_the_second_pathway_plan_counts_nothing_and_says_so(self, signed_in, worker, aroha, today):
        begin(aroha, "leaving_care_pathway", date(2026, 10, 21))
        begin(aroha, "leaving_care_pathway", date(2026, 11, 2))
        text = read(signed_in(worker), "person", aroha.uid)
        assert text.count("counts through") == 1
        assert text.count("no points: only the person’s first one counts") == 1

    def test_travel_of_120_minutes_says_from_when_it_counts(self, signed_in, worker, aroha, today):
        begin(aroha, "placed_far", minutes_each_way=120)
        assert "no points: it counts from 121 minutes each way" in read(signed_in(worker), "person", aroha.uid)

    def test_travel_of_121_minutes_counts(self, organisation, aroha, today):
        begin(aroha, "placed_far", minutes_each_way=121)
        [found] = queries.work_under_way(organisation, queries.activities_of(aroha.pk), TODAY)
        assert found.uncounted is None

    def test_every_piece_that_says_it_counts_has_a_line_and_no_other(self, organisation, aroha, today):
        """The sentence beside a piece of work and its points come from one rule."""
        begin(aroha, "leaving_care_pathway", date(2026, 10, 21))
        begin(aroha, "leaving_care_pathway", date(2026, 11, 2))
        begin(aroha, "placed_far", minutes_each_way=90)
        begin(aroha, "court")
        found = queries.work_under_way(organisation, queries.activities_of(aroha.pk), TODAY)
        [facts] = queries.gather_people(organisation.pk, [aroha.pk]).values()
        lines = rules.case_lines(facts.people, queries.schemes(organisation.pk), queries.working(organisation))
        counted = {line.source for line in rules.standing(lines, TODAY) if line.source}
        assert {each.pk for each in found if not each.uncounted and not each.is_past} == counted


COURT = [
    ("2026-10-20", None, "2026-11-02", None, True),
    ("2026-10-20", "2026-11-01", "2026-11-02", None, False),
    ("2026-10-20", "2026-11-02", "2026-11-02", None, True),
    ("2026-11-02", None, "2026-10-20", "2026-11-01", False),
]


@pytest.mark.parametrize(("first", "until", "second", "through", "warns"), COURT)
def test_two_court_episodes_that_overlap_count_both_and_warn(
    signed_in, worker, aroha, today, first, until, second, through, warns
):
    begin(aroha, "court", date.fromisoformat(first), finished_on=until and date.fromisoformat(until))
    data = {"kind": "court", "starts_on": second, "finished_on": through or ""}
    answer = signed_in(worker).post(reverse("work_add", args=[aroha.uid]), data, follow=True)
    said = answer.content.decode()
    assert aroha.activities.count() == 2
    assert ("they are one episode: end one of them" in said) is warns
    assert ("Two of these overlap, and both count." in said) is warns


def test_points_on_duty_are_explained_by_the_row_of_duty(signed_in, worker, scheme, today):
    worker.posts.update(duty=True)
    rebuild(worker.organisation_id)
    text = read(signed_in(worker), "my_points")
    assert "Stable element, on duty Row 2: the same for every worker on duty" in text


class TestDays:
    def test_the_day_a_report_was_due_is_not_called_the_day_it_is_late_from(
        self, signed_in, service_manager, worker, scheme, on
    ):
        on(date(2026, 11, 17))
        text = read(signed_in(service_manager), "team_month", month="2026-10")
        assert "It was due on Sunday 15 November, 2 days ago" in text

    def test_a_moment_is_the_day_and_the_hour_where_the_service_is(self, signed_in, worker, scheme, today):
        submit(worker, agree=True)
        Agreement.objects.update(at=datetime(2026, 11, 12, 11, 30, tzinfo=UTC))  # half past midnight in Auckland
        text = read(signed_in(worker), "record", worker.uid, "2026-10")
        assert "13 November 2026, 00:30, to" in text

    def test_who_was_invited_last_night_was_invited_on_the_day_it_was_here(self, signed_in, admin, worker, today):
        worker.invited_at = datetime(2026, 11, 11, 11, 30, tzinfo=UTC)
        worker.save()
        assert "Invited on 12 November 2026" in read(signed_in(admin), "staff_edit", worker.uid)

    def test_a_session_whose_day_has_passed_is_not_called_next(self, signed_in, worker, manager, scheme, today):
        factories.SessionFactory(worker=worker, with_member=manager, planned_on=date(2026, 11, 5))
        assert "Planned for 5 November, and the day has passed. Was it held?" in read(signed_in(worker), "my_day")
        for name, args in (("record", [worker.uid, "2026-10"]), ("team_month", [])):
            text = read(signed_in(manager), name, *args)
            assert "planned on 5 November: was it held?" in text
            assert "next 5 November" not in text

    def test_an_absence_nobody_knows_the_end_of_has_no_band(self, signed_in, worker, manager, today):
        absence = factories.AbsenceFactory(worker=worker, starts_on=TODAY)
        pages = ("absences", [], "not known"), ("away", [absence.pk], "No return date is known")
        for name, args, known in pages:
            text = read(signed_in(manager), name, *args)
            assert "0 days" not in text
            assert "nder two weeks" not in text
            assert known in text

    def test_nobody_is_allocated_from_a_day_before_they_waited(self, signed_in, manager, worker, today):
        person = factories.ClientFactory(name="Hemi Ngata", organisation=worker.organisation, team=worker.home_team)
        factories.ReferralFactory(client=person, referred_on=date(2026, 11, 10))
        with pytest.raises(caseload.BeforeWaiting, match="since 10 November 2026. Choose that day or a later one."):
            caseload.allocate(client_id=person.pk, worker=worker, on=date(2026, 11, 9), by=manager, today=TODAY)
        caseload.allocate(client_id=person.pk, worker=worker, on=date(2026, 11, 10), by=manager, today=TODAY)


class TestNumbers:
    def test_my_day_counts_the_contacts_of_people_one_covers(self, signed_in, worker, teammate, manager, today):
        absence = factories.AbsenceFactory(worker=teammate, starts_on=date(2026, 11, 9))
        for name in ("Salote Fifita", "Hemi Ngata", "Ioane Lemalu"):
            person = factories.ClientFactory(
                name=name, supported_by=teammate, support="parked", since=date(2026, 9, 24)
            )
            factories.CoverFactory(absence=absence, client=person, worker=manager)
        text = read(signed_in(manager), "my_day")
        assert "You cover for Tom Lealaiauloto. Three contacts are overdue." in text
        assert text.count("covering for Tom Lealaiauloto") == 3
        assert "Covering for Tom Lealaiauloto 3 people: 3 due today, listed above" in text

    def test_a_team_of_five_with_one_away_is_told_so(self):
        totals = [{"total": 80, "mark": 85, "limit": 100, "band": "room"}] * 4
        html = Template("{% load months %}{% spread totals=totals away=1 %}").render(Context({"totals": totals}))
        assert "Four of this team are; one is away." in html

    def test_the_hand_over_list_does_not_call_another_day_now(
        self, signed_in, manager, worker, teammate, scheme, today
    ):
        factories.ClientFactory(supported_by=worker)
        factories.LeavingFactory(member=worker)
        text = read(signed_in(manager), "handover", worker.uid)
        assert "Points now" not in text
        assert "With these choices, 1 January 2027" in text

    def test_no_number_stands_beside_another_without_being_formatted(self):
        """ "1185 of 1,141.5": what stands before or after "of", or in a column of numbers, goes through one formatter."""
        bare = re.compile(r"\{\{ *[\w.]+(?:\|length|\.count)? *\}\}(?:</\w+>)* (?:<\w+>)?of \{\{ *[\w.]+\|points")
        found = {
            f"{path.relative_to(TEMPLATES)}: {match.group(0)}"
            for path in TEMPLATES.rglob("*.html")
            for match in bare.finditer(path.read_text())
        }
        assert not found


class TestNothingIsWorkedOutInATemplate:
    """What the rules answer is not answered again in a template: sums, differences, limits that are settings."""

    SOURCES = {path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in TEMPLATES.rglob("*.html")}
    DRAWN = {"workload/months/charts/spread.html"}  # pixels of a drawing

    def test_no_template_adds_or_divides(self):
        sums = re.compile(r"\|add:|widthratio|\|divisibleby")
        assert {name for name, text in self.SOURCES.items() if sums.search(text)} == self.DRAWN

    def test_no_template_says_the_number_of_a_setting(self):
        """Weeks of keeping in touch, days of closing, mark and limit: a service may have others."""
        said = re.compile(r"(?i)\b(six|6|24|twenty-four) weeks|\b28 days (to|from|after)|\b(85|100) points")
        assert {name for name, text in self.SOURCES.items() if said.search(text)} == set()

    def test_no_template_compares_points_with_mark_or_limit(self):
        compared = re.compile(r"\{% *(?:el)?if [^%]*\.?(?:total|points)\w* *[<>]=? *[^%]*(?:limit|mark|boundary)")
        assert {name for name, text in self.SOURCES.items() if compared.search(text)} == set()


def test_help_says_the_weeks_and_points_of_the_service(signed_in, worker, organisation, today):
    work.create_scheme(organisation, overrides={"mark": 70, "limit": 90})
    organisation.parked_weeks = 8
    organisation.save()
    text = read(signed_in(worker), "help")
    assert "at least every 8 weeks" in text
    assert "Room is below 70 points, little room is from 70 on, over is above 90" in text


def test_the_contents_of_help_lead_to_every_heading_in_their_order(signed_in, worker, today):
    main = signed_in(worker).get(reverse("help")).content.decode().partition("<main")[2]
    listed = re.findall(r'<li><a href="#([\w-]+)">([^<]+)</a></li>', main)
    assert listed == re.findall(r'<h2 id="([\w-]+)">([^<]+)</h2>', main)
    assert len(listed) >= 8
    levels = [int(level) for level in re.findall(r"<h([1-6])", main)]
    assert levels[0] == 1 and all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False))
