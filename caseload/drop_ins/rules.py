"""What a drop-in counts, and how long a first name is kept."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import ngettext

from peerload.core.formats import format_number

from ..rules import rounded

KEPT = timedelta(days=7)  # that a first name is kept, the day of the drop-in included
SUMMED = timedelta(days=28)  # that a sum of drop-ins goes back, the day asked about included


class Counted(NamedTuple):
    """How many people, and minutes of the worker's time."""

    people: int = 0
    minutes: int = 0

    @property
    def hours(self) -> Decimal:
        """The minutes in hours, to a tenth."""
        return rounded(Decimal(self.minutes) / 60, 1)

    @property
    def words(self) -> str:
        """Say how many people, and how many hours."""
        people = ngettext("%(count)s person", "%(count)s people", self.people) % {"count": format_number(self.people)}
        hours = ngettext("%(count)s hour", "%(count)s hours", 1 if self.hours == 1 else 2)
        return f"{people}, {hours % {'count': format_number(self.hours)}}"


def counted(people: int, minutes: int, *, became_person: bool) -> Counted:
    """
    Return what a drop-in counts: each head once, and each minute once (R88).

    :param became_person: whether one of them has a record now, with a contact of that day that carries the minutes and counts
    """
    return Counted(people - 1, 0) if became_person else Counted(people, minutes)


def name_is_kept(of: date, today: date) -> bool:
    """Return whether a first name of a day is still kept (R89)."""
    return today < of + KEPT


def first_summed(on: date) -> date:
    """Return the first of the four weeks that end with a day."""
    return on - SUMMED + timedelta(days=1)
