"""In which order people wait. Pure: the day is an argument."""

from datetime import date
from typing import NamedTuple


class Wait(NamedTuple):
    """Somebody who waits for a worker; ``arranged`` once somebody is to support them from a day ahead."""

    statutory: bool
    responsible: bool
    due_on: date | None
    since: date | None
    arranged: bool = False

    @property
    def forgotten(self) -> bool:
        """Whether nobody is responsible, or no day is set, and nothing is arranged (W26)."""
        return not self.arranged and (not self.responsible or self.due_on is None)

    def days(self, on: date) -> int | None:
        """Return how many days they have waited; None where it is not known since when."""
        return (on - self.since).days if self.since else None

    def days_late(self, on: date) -> int:
        """Return how many days the day has passed by which something was to be done; 0 where it has not."""
        return max((on - self.due_on).days, 0) if self.due_on and not self.arranged else 0

    def place(self, on: date) -> tuple[bool, bool, int, date]:
        """
        Return what people are put in order by: statutory first (R79), then those with no one responsible or no day,
        then the longest overdue, then the longest waiting; since when is not known waits longest.
        """
        return (not self.statutory, not self.forgotten, -self.days_late(on), self.since or date.min)
