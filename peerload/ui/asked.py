"""What a page is asked: the day, read from its address or its form, and whether its figures alone are wanted."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.dateparse import parse_date

if TYPE_CHECKING:
    from peerload.staff.access import MemberRequest

EARLIEST = date(1990, 1, 1)  # no service keeps contacts from before
AHEAD = timedelta(days=730)  # how far ahead a day may lie that a member asks about or enters
ASKS_FIGURES = "X-Peerload-Figures"  # sent by static/peerload/figures.js


def asks_figures(request: HttpRequest) -> bool:
    """Return whether a form is posted for the figures that follow from its choices; nothing of it is saved or kept."""
    return request.method == "POST" and ASKS_FIGURES in request.headers


def day_asked(request: "MemberRequest") -> date:
    """Return the day that a page is asked about: ``?on=2026-11-12``, today if that is no day or out of reach."""
    return day_within(request.GET.get("on", ""), request.on) or request.on


def day_within(text: str, today: date) -> date | None:
    """Return the day that a text names, or None where it names none that may be asked about."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and EARLIEST <= day <= today + AHEAD else None
