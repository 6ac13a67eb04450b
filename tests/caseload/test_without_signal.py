"""An answer that waited on a phone for a signal: when it counts as given, what the page says, and that it is one contact."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from caseload import rules
from caseload.models import Contact
from tests.conftest import TODAY
from tests.factories import ClientFactory
from tests.shared import shared

AUCKLAND, LONDON = ZoneInfo("Pacific/Auckland"), ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("now", "waited", "day", "minute"),
    [
        (datetime(2026, 11, 12, 11, 5, 30, tzinfo=AUCKLAND), 25 * 60, date(2026, 11, 12), "10:40"),
        (datetime(2026, 11, 12, 0, 10, tzinfo=AUCKLAND), 20 * 60, date(2026, 11, 11), "23:50"),
        (datetime(2026, 11, 12, 11, 5, tzinfo=AUCKLAND), 3 * 86_400, date(2026, 11, 9), "11:05"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=1), 3600, date(2026, 10, 25), "01:30"),  # the hour twice
        (datetime(2026, 4, 5, 3, 30, tzinfo=AUCKLAND), 5 * 3600, date(2026, 4, 4), "23:30"),
        (datetime(2026, 11, 12, 11, 5, tzinfo=AUCKLAND), 59, date(2026, 11, 12), None),
        (datetime(2026, 11, 12, 0, 0, 10, tzinfo=AUCKLAND), 30, date(2026, 11, 11), None),
        (datetime(2026, 11, 12, 11, 5, tzinfo=AUCKLAND), 0, date(2026, 11, 12), None),
    ],
)
def test_it_counts_from_as_long_ago_as_it_waited(now, waited, day, minute):
    on, said_at = rules.when_answered(now, waited, today=now.date())

    assert on == day
    assert (said_at and f"{said_at:%H:%M}") == minute


@shared(dated=True)
def person(worker, today):
    return ClientFactory(supported_by=worker, support="medium", name="Salote Fifita")


def tap(browser, person, **words):
    given = {"answer": "not_reached", "submission_id": uuid4(), "back": "person"} | words
    return browser.post(reverse("contact_log", args=[person.uid]), given)


def test_it_keeps_the_minute_of_the_tap_and_is_marked(mine, person):
    tap(mine, person, waited=3 * 86_400)
    contact = Contact.objects.get()

    assert contact.on == TODAY - timedelta(days=3)
    assert timedelta(days=3) <= contact.recorded_at - contact.said_at < timedelta(days=3, minutes=2)
    Contact.objects.update(
        said_at=datetime(2026, 11, 11, 21, 40, tzinfo=UTC), recorded_at=datetime(2026, 11, 11, 22, 5, tzinfo=UTC)
    )
    page = mine.get(reverse("person", args=[person.uid])).content.decode()
    assert "answered at 10:40 without a signal, saved at 11:05" in page
    Contact.objects.update(recorded_at=datetime(2026, 11, 12, 22, 5, tzinfo=UTC))
    page = mine.get(reverse("person", args=[person.uid])).content.decode()
    assert "answered at 10:40 without a signal, saved on 13 November 2026 at 11:05" in page


def test_an_answer_with_a_signal_is_not_marked(mine, person):
    tap(mine, person, waited=3)
    assert Contact.objects.get().said_at is None
    assert "without a signal" not in mine.get(reverse("person", args=[person.uid])).content.decode()


def test_sent_twice_it_is_one_on_whichever_side_of_midnight(mine, person):
    once = uuid4()
    tap(mine, person, waited=86_400 * 2, submission_id=once)
    again = tap(mine, person, waited=86_400 * 3, submission_id=once)

    assert again.status_code == 303
    assert Contact.objects.get().on == TODAY - timedelta(days=2)


@pytest.mark.parametrize("waited", ["-5", "soon", "99999999999"])
def test_a_time_that_cannot_be_is_asked_about_in_the_full_form(mine, person, waited):
    answer = tap(mine, person, waited=waited)

    assert "That answer could not be saved." in answer.content.decode()
    assert not Contact.objects.exists()


def test_a_day_that_is_posted_beside_an_answer_counts_for_nothing(mine, person):
    tap(mine, person, on="2020-01-01")
    assert Contact.objects.get().on == TODAY
