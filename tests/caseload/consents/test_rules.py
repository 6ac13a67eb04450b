"""Who may be spoken to on a day (R122), and what is read of those who no longer may (R123)."""

from datetime import date, timedelta

import pytest

from caseload.consents.rules import ConsentDays, holds, who_else

TODAY = date(2026, 11, 12)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("given", "withdrawn", "may"),
    [
        (TODAY, None, True),
        (TODAY + DAY, None, False),
        (TODAY - DAY, TODAY + DAY, True),
        (TODAY - DAY, TODAY, False),
        (TODAY, TODAY, False),
        (TODAY - 9 * DAY, TODAY - DAY, False),
    ],
    ids=[
        "from its day on",
        "not the day before",
        "the day before it is withdrawn",
        "not the day it is withdrawn",
        "given and withdrawn in a day",
        "withdrawn yesterday",
    ],
)
def test_somebody_may_be_spoken_to_from_the_day_of_the_consent_until_it_is_withdrawn(given, withdrawn, may):
    assert holds(ConsentDays(given, withdrawn), TODAY) is may


def test_who_no_longer_may_be_spoken_to_is_read_the_latest_first():
    consents = [
        (ConsentDays(TODAY - 9 * DAY, TODAY - DAY), "cousin"),
        (ConsentDays(TODAY - 8 * DAY), "sister"),
        (ConsentDays(TODAY - 7 * DAY, TODAY), "landlord"),
        (ConsentDays(TODAY - 6 * DAY), "GP"),
        (ConsentDays(TODAY - 5 * DAY, TODAY - DAY), "neighbour"),
        (ConsentDays(TODAY - 4 * DAY, TODAY + DAY), "brother, withdrawn tomorrow"),
        (ConsentDays(TODAY + DAY), "aunt, asked tomorrow"),
    ]

    holding, withdrawn = who_else(consents, TODAY)

    assert holding == ["sister", "GP", "brother, withdrawn tomorrow"]
    assert withdrawn == ["landlord", "neighbour", "cousin"]


def test_while_nobody_is_named_there_is_nothing_to_read():
    assert not any(who_else([], TODAY))
