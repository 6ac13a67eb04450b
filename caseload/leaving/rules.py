"""What is to be done before somebody leaves, by when, and who of a team could take over whom. Pure."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from peerload import dates

from ..enums import LeavingStepKind


class Owner(Enum):
    """Whose a step is until somebody else is named."""

    LEADER = "leader"
    LEAVER = "leaver"


class Step(NamedTuple):
    """One step, its owner, and how many working days before the last day it is due."""

    kind: LeavingStepKind
    owner: Owner
    days_before: int


STEPS = (
    Step(LeavingStepKind.INFORM, Owner.LEADER, 20),
    Step(LeavingStepKind.REPLACEMENT, Owner.LEADER, 15),
    Step(LeavingStepKind.RECRUITMENT, Owner.LEADER, 15),
    Step(LeavingStepKind.CAPACITY, Owner.LEADER, 15),
    Step(LeavingStepKind.TOLD, Owner.LEAVER, 10),
    Step(LeavingStepKind.HANDOVER, Owner.LEADER, 5),
    Step(LeavingStepKind.OPEN_TASKS, Owner.LEAVER, 3),
    Step(LeavingStepKind.RECORDS, Owner.LEAVER, 1),
    Step(LeavingStepKind.PROPERTY, Owner.LEAVER, 0),
)
DAYS_BEFORE = {step.kind: step.days_before for step in STEPS}


def due_on(kind: str, last_day: date, *, notice_on: date, region: str, closures: frozenset[date] = frozenset()) -> date:
    """Return by when a step is done: so many working days before the last day, and never before the notice."""
    from_day = dates.working_day_on_or_before(last_day, region, closures)
    return max(dates.working_days_before(from_day, DAYS_BEFORE[kind], region, closures), notice_on)


def moves_on(last_day: date, on: date) -> date:
    """Return the day people are handed over from unless another is chosen: after the last day, or today once that has passed."""
    return max(last_day + dates.DAY, on)


# Sharing out -----------------------------------------------------------------------------------------------------------


class Bundle(NamedTuple):
    """Who goes to one receiver together: a person, or those of a family. Points are what they weigh there, newly allocated."""

    key: Hashable
    points: Decimal
    statutory: bool = False


def share_out(
    bundles: Iterable[Bundle], receivers: Sequence[Hashable], room: Callable[[Hashable, Decimal], Decimal]
) -> dict[Hashable, Hashable]:
    """
    Propose a receiver for each bundle: the one with most room left, the first of the receivers among equals.

    Nobody is proposed above their limit; who would fit nowhere is left for a person to decide (gap 78). Statutory ones come
    first, for they must have somebody (gap 79), then the heaviest.

    :param receivers: in order of name
    :param room: given a receiver and points taken on besides, the points then left up to the limit
    """
    taken = dict.fromkeys(receivers, Decimal(0))
    found = {}
    for bundle in sorted(bundles, key=lambda bundle: (not bundle.statutory, -bundle.points)):
        fitting = [each for each in receivers if room(each, taken[each] + bundle.points) >= 0]
        if fitting:
            chosen = max(fitting, key=lambda each: room(each, taken[each]))
            taken[chosen] += bundle.points
            found[bundle.key] = chosen
    return found
