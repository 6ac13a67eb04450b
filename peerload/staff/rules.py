"""Posts and absences. Pure."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from peerload import dates

from .enums import AbsenceBand

FULL_TIME = Decimal(1)


class Post(NamedTuple):
    """One period of a worker's post; ``weekly_hours`` None means FTE times full-time hours."""

    starts_on: date
    ends_before: date | None
    fte: Decimal
    weekly_hours: Decimal | None = None
    duty: bool = False
    team_id: int | None = None


class Listing(NamedTuple):
    """A period in which a worker is listed, and with what post."""

    starts_on: date
    ends_before: date | None
    fte: Decimal
    weekly_hours: Decimal
    duty: bool
    team_id: int | None


def listings(
    posts: list[Post], first_work_on: date | None, full_time_hours: Decimal, last_day: date | None = None
) -> list[Listing]:
    """
    Return the periods in which a worker is listed, in order.

    Somebody with posts is listed on the days inside one; before the first, and where there is none, from the first
    allocation or responsibility on as 1.0 FTE at full-time hours, not on duty. Nobody is listed after the last day of a notice.

    :param posts: in order, not overlapping
    :param first_work_on: the day of the first allocation or responsibility
    :param last_day: of the notice that is under way
    """
    listed = []
    first_post_on = posts[0].starts_on if posts else None
    if first_work_on and (first_post_on is None or first_work_on < first_post_on):
        listed.append(Listing(first_work_on, first_post_on, FULL_TIME, full_time_hours, False, None))
    listed += [
        Listing(
            post.starts_on,
            post.ends_before,
            post.fte,
            post.fte * full_time_hours if post.weekly_hours is None else post.weekly_hours,
            post.duty,
            post.team_id,
        )
        for post in posts
    ]
    if last_day is None:
        return listed
    after = last_day + dates.DAY
    return [
        each._replace(ends_before=dates.earliest(each.ends_before, after)) for each in listed if each.starts_on < after
    ]


class Step(NamedTuple):
    """A day from which somebody works so much, on their way back after an absence (L02)."""

    starts_on: date
    fte: Decimal


def hours_of(weekly_hours: Decimal | None, fte: Decimal, full: Decimal) -> Decimal | None:
    """
    Return the hours a week of a part of a post; ``None`` where those of the post follow from its FTE.

    :param full: the FTE of the whole post
    """
    return None if weekly_hours is None else (weekly_hours * fte / full).quantize(Decimal("0.01"), ROUND_HALF_UP)


def days_away(starts_on: date, expected_back: date | None, on: date) -> int:
    """Return an absence's days: the longer of those elapsed and those expected (gaps 75, 76)."""
    expected = (expected_back - starts_on).days if expected_back else 0
    return max((on - starts_on).days, expected)


def absence_band(days: int) -> AbsenceBand:
    """Return the band of an absence of so many days (A06-A08, gap 74)."""
    if days < 14:
        return AbsenceBand.UNDER_2_WEEKS
    return AbsenceBand.WEEKS_2_TO_8 if days <= 56 else AbsenceBand.OVER_8_WEEKS


def is_long(starts_on: date, back: date | None) -> bool:
    """Return whether an absence takes two weeks or more, as far as is known; one without an expected return may."""
    return back is None or absence_band((back - starts_on).days) != AbsenceBand.UNDER_2_WEEKS


def band_expected(starts_on: date | None, expected_back: date | None) -> AbsenceBand | None:
    """Return the band of what is expected alone, ``None`` while nothing is."""
    return absence_band((expected_back - starts_on).days) if starts_on and expected_back else None


def is_away(starts_on: date, back_on: date | None, on: date) -> bool:
    """Return whether somebody is away that day; past the expected return is still away."""
    return dates.holds(starts_on, back_on, on)
