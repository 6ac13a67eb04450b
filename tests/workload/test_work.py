"""Work with a person and responsibilities are written down once, by the scheme's kinds, and never against themselves."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests import factories
from tests.shared import shared
from workload import actions, queries
from workload.models import Activity, Responsibility

NOVEMBER = date(2026, 11, 2)
MARCH = date(2026, 3, 2)

pytestmark = pytest.mark.django_db


@shared(dated=True)
def statutory(organisation):
    """A service that counts by the complete scheme."""
    return actions.create_scheme(organisation, "children")


@shared(dated=True)
def person(organisation, worker):
    return factories.ClientFactory(supported_by=worker)


def start(person, worker, code="court", starts_on=NOVEMBER, **facts):
    return actions.start_activity(client_id=person.pk, code=code, starts_on=starts_on, by=worker, **facts)


def points(worker, on) -> list:
    return [
        (line.code, line.points) for line in queries.lines_on([worker.pk], on) if line.code not in {"case", "stable"}
    ]


class TestWorkWithAPerson:
    def test_it_counts_from_its_day_until_it_is_finished(self, worker, person):
        activity = start(person, worker)
        actions.finish_activity(activity_id=activity.pk, finished_on=date(2026, 11, 10), by=worker)

        assert [points(worker, date(2026, 11, day)) for day in (1, 2, 10, 11)] == [
            [],
            [("court", 2)],
            [("court", 2)],
            [],
        ]

    def test_finished_by_mistake_it_goes_on(self, worker, person):
        activity = start(person, worker, finished_on=date(2026, 11, 10))

        actions.finish_activity(activity_id=activity.pk, finished_on=None, by=worker)

        assert points(worker, date(2026, 12, 24)) == [("court", 2)]

    def test_written_down_by_mistake_it_is_taken_away_and_the_history_keeps_it(self, worker, person):
        activity = start(person, worker)

        actions.remove_activity(activity_id=activity.pk, by=worker, reason="wrong person")

        assert points(worker, NOVEMBER) == []
        kept = Activity.pgh_event_model.objects.get(pgh_obj_id=activity.pk)
        assert kept.code == "court"

    @pytest.mark.parametrize(
        ("code", "facts", "words"),
        [
            ("initial_assessment", {}, "does not count that kind"),  # switched off in a peer service
            ("case", {}, "does not count that kind"),
            ("group_work", {}, "does not count that kind"),
            ("court", {"finished_on": date(2026, 11, 1)}, "finished before it began on 2 November 2026"),
            ("court", {"minutes_each_way": 130}, "Minutes of travel do not belong to Court support"),
            ("court", {"first": True}, "Court support has no first one that counts more"),
        ],
        ids=["switched off", "not work", "a responsibility", "ends first", "minutes", "first"],
    )
    def test_what_contradicts_itself_is_refused_in_words(self, worker, person, code, facts, words):
        with pytest.raises(actions.Refused, match=words):
            start(person, worker, code, **facts)

        assert not Activity.objects.exists()

    def test_the_same_kind_on_the_same_day_is_refused(self, worker, person):
        start(person, worker)

        with pytest.raises(actions.AlreadyWritten, match="Court support from 2 November 2026"):
            start(person, worker)

    @pytest.mark.parametrize(
        ("starts_on", "finished_on"),
        [(NOVEMBER, None), (date(2026, 10, 1), NOVEMBER), (date(2026, 11, 5), date(2026, 11, 6))],
        ids=["the same day", "ends on its first day", "within"],
    )
    @pytest.mark.parametrize("code", ["looked_after", "protection_plan", "placed_far"])
    def test_a_state_is_true_once_a_day(self, statutory, worker, person, code, starts_on, finished_on):
        start(person, worker, code, starts_on=date(2026, 11, 2), finished_on=date(2026, 11, 20))

        with pytest.raises(actions.Refused):
            start(person, worker, code, starts_on=starts_on, finished_on=finished_on)

    def test_the_day_after_a_state_it_may_begin_again(self, statutory, worker, person):
        start(person, worker, "looked_after", finished_on=date(2026, 11, 20))

        start(person, worker, "looked_after", starts_on=date(2026, 11, 21))

        assert Activity.objects.count() == 2

    def test_the_database_refuses_two_states_at_once_as_well(self, person):
        factories.ActivityFactory(client=person, code="looked_after", starts_on=MARCH)

        with pytest.raises(IntegrityError, match="workload_activity_state_one_at_a_time"), transaction.atomic():
            factories.ActivityFactory(client=person, code="looked_after", starts_on=NOVEMBER)

    def test_two_court_periods_may_overlap(self, worker, person):
        start(person, worker, starts_on=MARCH)
        start(person, worker)

        assert points(worker, NOVEMBER) == [("court", 2), ("court", 2)]

    @pytest.mark.parametrize(
        ("on", "is_past"),
        [(date(2026, 11, 11), False), (date(2026, 11, 12), True)],
        ids=["the last day", "the day after"],
    )
    def test_unfinished_after_its_window_it_is_shown_as_past_it(
        self, statutory, organisation, worker, person, on, is_past
    ):
        start(person, worker, "initial_assessment")  # seven working days from Monday 2 November

        [work] = queries.work_under_way(organisation, queries.activities_of(person.pk), on)

        assert (work.counts_through, work.is_past) == (date(2026, 11, 11), is_past)

    def test_finished_it_is_under_way_no_more(self, organisation, worker, person):
        start(person, worker, finished_on=date(2026, 11, 10))

        assert [
            len(queries.work_under_way(organisation, queries.activities_of(person.pk), date(2026, 11, day)))
            for day in (10, 11)
        ] == [1, 0]

    def test_a_kind_of_a_services_own_is_a_row_and_no_code(self, organisation, worker, person):
        scheme = actions.create_scheme(organisation, "peer")
        scheme.weights.create(
            code="hospital_visit",
            label="Visit in hospital",
            element="case",
            points=3,
            per="row",
            window="days",
            length=7,
        )

        start(person, worker, "hospital_visit")

        assert [points(worker, date(2026, 11, day)) for day in (2, 9, 10)] == [[("hospital_visit", 3)]] * 2 + [[]]


class TestResponsibilities:
    def take_on(self, worker, code="group_work", starts_on=NOVEMBER, **facts):
        return actions.take_on(worker=worker, code=code, starts_on=starts_on, by=worker, **facts)

    def test_it_counts_through_its_last_day(self, worker):
        held = self.take_on(worker)
        actions.put_down(responsibility_id=held.pk, until=date(2026, 11, 10), by=worker)

        assert [points(worker, date(2026, 11, day)) for day in (10, 11)] == [[("group_work", 5)], []]

    def test_mentoring_counts_each_person(self, worker):
        self.take_on(worker, "mentoring", quantity=2)

        assert points(worker, NOVEMBER) == [("mentoring", 10)]

    @pytest.mark.parametrize(
        ("code", "facts", "words"),
        [
            ("group_work", {"quantity": 2}, "counts once"),
            ("mentoring", {"quantity": 0}, "from 1 to 1000"),
            ("group_work", {"until": date(2026, 11, 1)}, "before the first day, 2 November 2026"),
            ("evidence_interview", {"until": date(2026, 11, 9)}, "has its own end"),
            ("court", {}, "does not count that kind"),
        ],
        ids=["quantity", "none", "ends first", "a month by itself", "work with a person"],
    )
    def test_what_contradicts_itself_is_refused_in_words(self, statutory, worker, code, facts, words):
        with pytest.raises(actions.Refused, match=words):
            self.take_on(worker, code, **facts)

        assert not Responsibility.objects.exists()


@pytest.mark.usefixtures("today")
class TestTheForms:
    def test_a_worker_writes_down_work_with_somebody_they_support(self, signed_in, worker, person):
        client = signed_in(worker)
        page = client.get(reverse("work_add", args=[person.uid]))
        assert "Court support" in page.content.decode()
        assert "Initial assessment" not in page.content.decode()

        answer = client.post(reverse("work_add", args=[person.uid]), {"kind": "court", "starts_on": "2026-11-02"})

        assert answer.url == reverse("person", args=[person.uid])
        assert points(worker, NOVEMBER) == [("court", 2)]

    def test_travel_needs_its_minutes(self, signed_in, worker, person):
        asked = {"kind": "placed_far", "starts_on": "2026-11-02"}
        client = signed_in(worker)

        refused = client.post(reverse("work_add", args=[person.uid]), asked)
        assert "Without minutes it counts no points" in refused.content.decode()
        client.post(reverse("work_add", args=[person.uid]), asked | {"minutes_each_way": "121"})

        assert points(worker, NOVEMBER) == [("placed_far", 1)]

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            (
                {"kind": "court", "starts_on": "2026-11-02", "minutes_each_way": "20"},
                "This does not belong to Court support",
            ),
            ({"kind": "court", "starts_on": "2026-11-02", "finished_on": "2026-11-01"}, "is before the first"),
            ({"kind": "", "starts_on": "2026-11-02"}, "Choose what it is"),
            ({"kind": "court", "starts_on": "soon"}, "Write the day as in"),
        ],
        ids=["minutes for court", "ends first", "no kind", "no day"],
    )
    def test_a_refusal_stands_beside_its_field(self, signed_in, worker, person, asked, words):
        page = signed_in(worker).post(reverse("work_add", args=[person.uid]), asked)

        assert words in page.content.decode()
        assert not Activity.objects.exists()

    def test_a_manager_writes_it_down_too_and_ends_it(self, signed_in, manager, worker, person):
        activity = start(person, worker)

        signed_in(manager).post(reverse("work_end", args=[activity.pk]), {"until": "2026-11-10"})

        activity.refresh_from_db()
        assert activity.finished_on == date(2026, 11, 10)

    def test_the_persons_page_leads_to_its_end(self, signed_in, worker, person):
        activity = start(person, worker)

        page = signed_in(worker).get(person.get_absolute_url()).content.decode()

        assert reverse("work_end", args=[activity.pk]) in page

    def test_a_mistake_is_taken_away(self, signed_in, worker, person):
        activity = start(person, worker)

        signed_in(worker).post(reverse("work_end", args=[activity.pk]), {"until": "", "mistake": "on"})

        assert not Activity.objects.exists()

    @pytest.mark.parametrize("who", ["teammate", "stranger", "other_manager", "service_manager", "admin"])
    def test_for_anybody_else_there_is_no_such_page(self, request, signed_in, worker, person, who):
        activity = start(person, worker)
        client = signed_in(request.getfixturevalue(who))

        assert client.get(reverse("work_add", args=[person.uid])).status_code == 404
        assert client.post(reverse("work_end", args=[activity.pk]), {"mistake": "on"}).status_code == 404
        assert Activity.objects.count() == 1

    @pytest.mark.parametrize("who", ["worker", "manager"])
    def test_a_responsibility_is_written_down_by_the_worker_or_their_manager(self, request, signed_in, worker, who):
        client = signed_in(request.getfixturevalue(who))
        asked = {"kind": "mentoring", "starts_on": "2026-11-02", "quantity": "2"}

        client.post(reverse("responsibility_add", args=[worker.uid]), asked)
        assert points(worker, NOVEMBER) == [("mentoring", 10)]
        client.post(reverse("responsibility_end", args=[Responsibility.objects.get().pk]), {"until": "2026-11-10"})

        assert points(worker, date(2026, 11, 11)) == []

    @pytest.mark.parametrize("who", ["teammate", "stranger", "other_manager", "service_manager", "admin"])
    def test_nobody_else_writes_down_a_responsibility(self, request, signed_in, worker, who):
        held = factories.ResponsibilityFactory(worker=worker)
        client = signed_in(request.getfixturevalue(who))

        assert client.get(reverse("responsibility_add", args=[worker.uid])).status_code == 404
        assert client.get(reverse("responsibility_end", args=[held.pk])).status_code == 404
