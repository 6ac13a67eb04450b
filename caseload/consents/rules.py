"""Who may be spoken to about a person on a day, and what is history. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Generic, NamedTuple, TypeVar

C = TypeVar("C")


class ConsentDays(NamedTuple):
    """When a person consented, and when they withdrew that; None while it holds."""

    consented_on: date
    withdrawn_on: date | None = None


def holds(days: ConsentDays, on: date) -> bool:
    """Return whether somebody may be spoken to: from the day of the consent until the day before its withdrawal (R122)."""
    return days.consented_on <= on and (days.withdrawn_on is None or on < days.withdrawn_on)


class WhoElse(NamedTuple, Generic[C]):
    """Who may be spoken to, and who no longer; where both are empty the page says nothing."""

    holding: list[C]
    withdrawn: list[C]


def who_else(consents: Iterable[tuple[ConsentDays, C]], on: date) -> WhoElse[C]:
    """
    Return the consents that hold on a day, and those withdrawn by then, the latest first (R123).

    Those who may be spoken to keep the order they come in. That somebody may no longer be spoken to is read as well.
    """
    known = list(consents)
    over = [
        (days.withdrawn_on, n) for n, (days, __) in enumerate(known) if days.withdrawn_on and days.withdrawn_on <= on
    ]
    return WhoElse(
        [consent for days, consent in known if holds(days, on)],
        [known[n][1] for __, n in sorted(over, reverse=True)],
    )
