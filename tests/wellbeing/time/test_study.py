"""A study of two weeks: begun, measured at two taps, ended, deleted; and what its worker and a team see of it."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from tests.workload.months.test_record_page import words
from wellbeing.enums import StudyKind
from wellbeing.models import StudyEntry, TimeStudy
from wellbeing.time import actions, queries
from workload import actions as work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "team")]
MONDAY = date(2026, 11, 9)


@shared(dated=True)
def study(worker):
    return factories.TimeStudyFactory(worker=worker)


def tap(client, kind="travel", minutes="15", day="today", page=None):
    posted = {"kind": kind, "minutes": minutes, "day": day, "submission_id": page or uuid.uuid4()}
    return client.post(reverse("study_log"), posted, follow=True)


def measure(worker, **changed):
    what = {"kind": StudyKind.TRAVEL, "minutes": 15, "on": TODAY, "submission_id": uuid.uuid4(), "today": TODAY}
    return actions.measure(worker=worker, **what | changed)


def pieces_of(study) -> list[tuple]:
    return sorted((piece.kind.value, piece.minutes) for piece in queries.studied([study])[study.pk].pieces)


class TestBeginning:
    def test_the_worker_is_told_who_sees_what_before_beginning(self, signed_in, worker):
        mere = signed_in(worker)
        said = words(mere.get(reverse("study")))
        assert "Only you see your study." in said and "single figures are not shown" in said
        mere.post(reverse("study"), {"starts_on": "2026-11-12"})
        assert "Until Wednesday 25 November." in words(mere.get(reverse("study")))

    def test_one_ahead_waits_for_its_day_and_can_be_dropped(self, signed_in, worker):
        mere = signed_in(worker)
        mere.post(reverse("study"), {"starts_on": "2026-11-16"})
        said = words(mere.get(reverse("study")))
        assert "It begins on Monday 16 November" in said and "How long it took" not in said
        assert tap(mere).status_code == 422
        mere.post(reverse("study_stop"))
        assert not TimeStudy.objects.exists()

    @pytest.mark.parametrize(
        ("day", "refused"),
        [("2026-11-11", "That day has passed"), ("2026-11-22", "until 22 November 2026"), ("2026-11-23", "")],
        ids=["yesterday", "the last day of another", "the day after it"],
    )
    def test_no_two_share_a_day_and_none_begins_in_the_past(self, worker, study, day, refused):
        begin = {"worker": worker, "starts_on": date.fromisoformat(day), "today": TODAY}
        if refused:
            with pytest.raises(actions.BadStart, match=refused):
                actions.begin(**begin)
        else:
            assert actions.begin(**begin).starts_on == date(2026, 11, 23)

    def test_a_refused_day_stays_as_it_was_typed(self, signed_in, worker):
        answer = signed_in(worker).post(reverse("study"), {"starts_on": "2026-11-10"})
        assert answer.status_code == 422 and 'value="2026-11-10"' in answer.content.decode()


class TestMeasuring:
    def test_two_taps_write_a_piece_down_and_one_undoes_it(self, signed_in, worker, study):
        mere = signed_in(worker)
        assert "Logged: 1 h 30, On the way, yesterday. Undo" in words(tap(mere, minutes="90", day="yesterday"))
        mere.post(reverse("study_piece_remove", args=[StudyEntry.objects.get().pk]))
        assert not StudyEntry.objects.exists()

    def test_a_button_tapped_twice_counts_once(self, signed_in, worker, study):
        mere, page = signed_in(worker), uuid.uuid4()
        for minutes in ("15", "15", "30"):
            tap(mere, minutes=minutes, page=page)
        assert pieces_of(study) == [("travel", 15), ("travel", 30)]

    def test_a_piece_without_a_kind_is_asked_for_it_and_one_after_the_end_goes_nowhere(self, signed_in, worker, study):
        mere = signed_in(worker)
        answer = tap(mere, kind="", day="yesterday")
        assert answer.status_code == 422 and "Say what it was, then tap how long it took." in words(answer)
        assert 'value="yesterday"' in answer.content.decode()
        TimeStudy.objects.update(ended_on=TODAY)
        assert "You have no study now." in words(tap(mere))

    @pytest.mark.parametrize(
        ("today", "goes_on"), [("2026-11-22", True), ("2026-11-23", False)], ids=["its last day", "the day after"]
    )
    def test_a_study_goes_on_through_its_fourteenth_day(self, worker, study, today, goes_on):
        assert bool(queries.current(worker, date.fromisoformat(today))) is goes_on

    def test_the_day_before_it_began_is_none_of_its(self, worker):
        factories.TimeStudyFactory(worker=worker, starts_on=TODAY)
        with pytest.raises(actions.NotThatDay):
            measure(worker, on=date(2026, 11, 11))


class TestWhatCounts:
    def test_what_is_written_elsewhere_counts_by_itself_in_the_studys_days(self, worker, study, teammate):
        person = factories.ClientFactory(supported_by=worker, support="high")
        for day, minutes, author in (
            (MONDAY, 150, worker),
            (TODAY, 90, worker),
            (date(2026, 11, 8), 45, worker),
            (TODAY, 30, teammate),
            (TODAY, None, worker),
        ):
            factories.ContactFactory(client=person, author=author, on=day, minutes=minutes)
        factories.TimeEntryFactory(worker=worker, activity="marketing", minutes=60)
        factories.SessionFactory(worker=worker, planned_on=TODAY, held_on=TODAY, minutes=50)
        measure(worker)
        assert pieces_of(study) == [
            ("high_1_1", 90), ("high_1_1", 150), ("meetings", 60), ("travel", 15), ("wellbeing", 50)
        ]  # fmt: skip
        assert queries.studied([study])[study.pk].without_minutes == 1

    def test_what_comes_after_it_was_stopped_does_not_count(self, worker, study):
        stopped = actions.stop(worker=worker, today=TODAY)
        for day in (TODAY, date(2026, 11, 13)):
            factories.TimeEntryFactory(worker=worker, on=day, minutes=day.day)
        assert pieces_of(stopped) == [("wellbeing", TODAY.day)]

    def test_deleting_takes_the_study_and_leaves_what_was_written_elsewhere(self, signed_in, worker, study):
        factories.TimeEntryFactory(worker=worker)
        measure(worker)
        mere = signed_in(worker)
        assert "stay as they are" in words(mere.get(reverse("study_delete", args=[study.uid])))
        mere.post(reverse("study_delete", args=[study.uid]))
        assert not StudyEntry.objects.exists() and worker.time_entries.count() == 1


class TestTheResult:
    def test_it_sets_the_middle_beside_plan_and_points_and_says_where_they_part(self, signed_in, worker, study):
        work.create_scheme(worker.organisation)
        factories.TimePlanFactory(worker=worker)
        person = factories.ClientFactory(supported_by=worker, support="medium")
        factories.ClientFactory(supported_by=worker, support="medium")
        work.recount(worker.organisation)
        for minutes in (60, 75, 80, 85, 120):
            factories.ContactFactory(client=person, author=worker, on=TODAY, minutes=minutes)
        said = words(signed_in(worker).get(reverse("study_result", args=[study.uid])))
        assert "A meeting with a person with medium support took 1 h 20 (median). The plan allows 1 h." in said
        assert "5 1 h 20 half took 1 h 15 to 1 h 25 1 h 7 3 2 people 4 points" in said

    def test_somebody_elses_is_not_there(self, signed_in, study, teammate, manager):
        for member in (teammate, manager):
            assert signed_in(member).get(reverse("study_result", args=[study.uid])).status_code == 404


class TestTheTeam:
    """Four workers with a study ended; each had contacts in theirs."""

    @pytest.fixture
    def workers(self, worker, teammate, organisation, team):
        more = [factories.MemberFactory(organisation=organisation, in_team=team, name=f"Kim {n}") for n in "AB"]
        workers = [worker, teammate, *more]
        for n, each in enumerate(workers):
            study = factories.TimeStudyFactory(worker=each, ended_on=date(2026, 11, 11))
            factories.StudyEntryFactory(study=study, kind="meetings", minutes=30 + 10 * n)
        return workers

    def look(self, signed_in, member) -> str:
        return words(signed_in(member).get(reverse("team_time")))

    def test_sums_of_all_together_without_a_name(self, signed_in, manager, workers):
        factories.StudyEntryFactory(study=workers[0].time_studies.get(), kind="travel", minutes=77)
        said = self.look(signed_in, manager)
        assert "From the time studies of 4 workers" in said and "Meetings and relationships 4 45 min 3 h" in said
        assert "On the way" not in said and not any(each.name in said for each in workers)

    def test_of_two_nothing_is_shown(self, signed_in, manager, workers):
        TimeStudy.objects.filter(worker__in=workers[:2]).delete()
        said = self.look(signed_in, manager)
        assert "Fewer than three workers besides you" in said and "Meetings and relationships" not in said

    def test_one_going_on_empty_long_ago_or_of_the_reader_does_not_count(self, manager, workers, team):
        TimeStudy.objects.filter(worker=workers[0]).update(ended_on=None)
        assert queries.together(manager, TODAY).workers == 3
        team.deputy = workers[1]
        team.save()
        assert queries.together(workers[1], TODAY) is None
        StudyEntry.objects.filter(study__worker=workers[2]).delete()
        assert queries.together(manager, TODAY) is None

    @pytest.mark.parametrize("count", [1, 4])
    def test_the_page_asks_as_often_for_one_as_for_four(
        self, signed_in, manager, workers, count, django_assert_num_queries
    ):
        TimeStudy.objects.filter(worker__in=workers[count:]).delete()
        ana = signed_in(manager)
        ana.get(reverse("team_time"))
        with django_assert_num_queries(QUERIES):
            ana.get(reverse("team_time"))


QUERIES = 7
