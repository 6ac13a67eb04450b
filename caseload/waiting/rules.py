"""The order in which people wait. Pure: the day is an argument."""

from datetime import date
from typing import NamedTuple


class Wait(NamedTuple):
    """A person who waits for a worker; ``arranged`` once an allocation is planned."""

    statutory: bool
    responsible: bool
    due_on: date | None
    since: date | None
    arranged: bool = False

    @property
    def forgotten(self) -> bool:
        """Whether no one is responsible, or no day is set, and nothing is arranged (W26)."""
        return not self.arranged and (not self.responsible or self.due_on is None)

    def days(self, on: date) -> int | None:
        """Return how many days they have waited; None where it is not known since when."""
        return (on - self.since).days if self.since else None

    def days_late(self, on: date) -> int:
        """Return how many days the next step is overdue; 0 where it is not."""
        return max((on - self.due_on).days, 0) if self.due_on and not self.arranged else 0

    def place(self, on: date) -> tuple[bool, bool, int, date]:
        """
        Return what people are put in order by: statutory first (R79), then those with no one responsible or no day,
        then the longest overdue, then the longest waiting; an unknown start waits longest.
        """
        return (not self.statutory, not self.forgotten, -self.days_late(on), self.since or date.min)
