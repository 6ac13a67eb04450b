"""Time outside contacts: one tap, today or yesterday, nobody else's."""

import re
import uuid
from datetime import date

import pytest
from django.urls import reverse

from tests import factories
from tests.conftest import TODAY
from tests.workload.months.test_record_page import words
from wellbeing.enums import PlanActivity
from wellbeing.models import TimeEntry
from wellbeing.time import actions, rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "team")]


def tap(client, what="physical_exercise-30", day="today", page=None):
    posted = {"what": what, "day": day, "submission_id": page or uuid.uuid4()}
    return client.post(reverse("time_log"), posted, follow=True)


@pytest.mark.parametrize(("minutes", "said"), [(45, "45 min"), (60, "1 h"), (80, "1 h 20"), (120, "2 h")], ids=str)
def test_minutes_are_said_as_people_say_them(minutes, said):
    assert rules.spell(minutes) == said


def test_one_tap_logs_and_one_more_undoes(signed_in, worker):
    mere = signed_in(worker)
    answer = tap(mere, "personal_learning-60", "yesterday")
    assert "Logged: 1 h, Personal learning, yesterday. Undo" in words(answer)
    entry = TimeEntry.objects.get()
    assert (entry.worker, entry.activity, entry.minutes, entry.on) == (
        worker,
        "personal_learning",
        60,
        date(2026, 11, 11),
    )
    assert "Nothing logged, and that is fine." in words(mere.post(reverse("time_remove", args=[entry.pk]), follow=True))
    assert not TimeEntry.objects.exists()


def test_a_button_tapped_twice_counts_once_and_two_buttons_of_a_page_count_twice(signed_in, worker):
    mere, page = signed_in(worker), uuid.uuid4()
    for what in ("physical_exercise-30", "physical_exercise-30", "physical_exercise-60"):
        assert "Logged:" in words(tap(mere, what, page=page))
    assert sorted(TimeEntry.objects.values_list("minutes", flat=True)) == [30, 60]


@pytest.mark.parametrize("day", [date(2026, 11, 10), date(2026, 11, 13)], ids=["the day before yesterday", "tomorrow"])
def test_time_is_logged_for_today_or_yesterday_alone(worker, day):
    with pytest.raises(actions.NotThatDay, match="today or yesterday"):
        actions.log(
            worker=worker, activity=PlanActivity.MARKETING, minutes=15, on=day, submission_id=uuid.uuid4(), today=TODAY
        )


@pytest.mark.parametrize("what", ["high_1_1-30", "physical_exercise-31", ""])
def test_only_what_a_button_says_is_logged(signed_in, worker, what):
    assert tap(signed_in(worker), what).status_code == 422
    assert not TimeEntry.objects.exists()


def test_the_page_lists_two_weeks_of_ones_own_and_has_no_field_for_words(signed_in, worker, teammate):
    for owner, day in ((worker, date(2026, 10, 30)), (worker, date(2026, 10, 29)), (teammate, TODAY)):
        factories.TimeEntryFactory(worker=owner, on=day)
    page = signed_in(worker).get(reverse("time"))
    assert re.findall(r"\w+ \d+ \w+ Remove", words(page)) == ["Friday 30 October Remove"]
    assert "<textarea" not in page.content.decode() and 'type="text"' not in page.content.decode()


def test_what_just_was_logged_is_never_somebody_elses(signed_in, worker, teammate):
    theirs = factories.TimeEntryFactory(worker=teammate)
    assert "Logged" not in words(signed_in(worker).get(reverse("time"), {"logged": theirs.pk}))


def test_what_is_logged_stands_beside_the_plan_in_the_weeks_after(signed_in, worker):
    factories.TimePlanFactory(worker=worker)
    factories.TimeEntryFactory(worker=worker, on=date(2026, 11, 4), minutes=90)
    said = words(signed_in(worker).get(reverse("my_weeks")))
    assert "Physical exercise 2 2 2 2 1.5" in said and "Log some time" in said
