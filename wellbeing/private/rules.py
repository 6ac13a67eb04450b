"""Kinds of private documents, their headings, and when each is reviewed."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from peerload.core.dates import month_end
from peerload.core.translation import LazyText

from ..enums import DocumentKind

MONTHS = 6  # after which a Wellness Action Plan is reviewed (L01)
FIRST_WEEK = timedelta(days=7)

WORDS = {"words": _("What I want to keep")}
HEADINGS: Mapping[str, Mapping[str, LazyText]] = {
    DocumentKind.WELLNESS_PLAN: {
        "keeps_me_well": _("What keeps me well at work"),
        "makes_it_hard": _("What can make it hard"),
        "signs": _("Signs that it is getting hard"),
        "i_can_do": _("What I can do then"),
        "others_can_do": _("What others can do to help"),
        "manager_to_know": _("What I would like my manager to know"),
        "after_a_hard_day": _("What I do after a hard day"),
    },
    DocumentKind.DEBRIEF: {
        "happened": _("What happened for me"),
        "need": _("What I need now"),
        "talk_to": _("Who I talk to, and when"),
    },
    DocumentKind.LEARNING: WORDS,
    DocumentKind.EXERCISE: WORDS,
    DocumentKind.CHECK_IN: {"words": _("What I want to bring up")},
}
NOTES = tuple(kind for kind in DocumentKind if kind != DocumentKind.WELLNESS_PLAN)  # dated, any number of each


def look_again_on(looked_at_on: date) -> date:
    """Return the day a Wellness Action Plan is six months old, clamped to that month's last day."""
    return _months_after(looked_at_on, MONTHS)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def asked_again_on(begins_on: date, on: date) -> date | None:
    """Return the day a number of six months after a member's first day, if it is this day or less than a week ago, else None."""
    months = (on.year - begins_on.year) * 12 + on.month - begins_on.month
    day = _months_after(begins_on, months // MONTHS * MONTHS)
    return day if day > begins_on and day <= on < day + FIRST_WEEK else None


def in_first_week(begins_on: date, on: date) -> bool:
    """Return whether a member whose first post begins on a day is in their first week on another."""
    return begins_on <= on < begins_on + FIRST_WEEK
