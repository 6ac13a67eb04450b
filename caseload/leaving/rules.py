"""What has to be done before a worker leaves, and by when. Pure."""

from datetime import date
from enum import Enum
from typing import NamedTuple

from peerload.core import dates
from peerload.guides.checklists import rules as checklists
from peerload.guides.enums import OffsetUnit, OffsetWhen
from peerload.guides.rules import Offset

from ..enums import LeavingStepKind


class Owner(Enum):
    """The owner of a step until another one is named."""

    LEADER = "leader"
    LEAVER = "leaver"


class StepOfLeaving(NamedTuple):
    """One step, its owner, and how many working days before the last day it is due."""

    kind: LeavingStepKind
    owner: Owner
    days_before: int


STEPS = (  # as the checklist "leaving" of peerload says
    StepOfLeaving(LeavingStepKind.INFORM, Owner.LEADER, 20),
    StepOfLeaving(LeavingStepKind.REPLACEMENT, Owner.LEADER, 15),
    StepOfLeaving(LeavingStepKind.RECRUITMENT, Owner.LEADER, 15),
    StepOfLeaving(LeavingStepKind.CAPACITY, Owner.LEADER, 15),
    StepOfLeaving(LeavingStepKind.TOLD, Owner.LEAVER, 10),
    StepOfLeaving(LeavingStepKind.HANDOVER, Owner.LEADER, 5),
    StepOfLeaving(LeavingStepKind.OPEN_TASKS, Owner.LEAVER, 3),
    StepOfLeaving(LeavingStepKind.RECORDS, Owner.LEAVER, 1),
    StepOfLeaving(LeavingStepKind.PROPERTY, Owner.LEAVER, 0),
)
OFFSETS = {step.kind: Offset(step.days_before, OffsetUnit.WORKING_DAYS, OffsetWhen.BEFORE) for step in STEPS}
NAMED_BEFORE = 10  # working days before the last one: by then people are told, and each has a receiver (A02)


def due_on(kind: str, last_day: date, *, notice_on: date, region: str, closures: frozenset[date] = frozenset()) -> date:
    """Return the due day of a step: so many working days before the last day, and never before the notice."""
    return checklists.due_on(
        OFFSETS[LeavingStepKind(kind)], last_day, checklists.Calendar(region, closures), not_before=notice_on
    )


def named_by(last_day: date, *, notice_on: date, region: str, closures: frozenset[date] = frozenset()) -> date:
    """Return from when service managers are told that people have no receiver; never before the notice."""
    return _before(last_day, NAMED_BEFORE, notice_on, region, closures)


def _before(last_day: date, days: int, notice_on: date, region: str, closures: frozenset[date]) -> date:
    from_day = dates.working_day_on_or_before(last_day, region, closures)
    return max(dates.working_days_before(from_day, days, region, closures), notice_on)


def moves_on(last_day: date, on: date) -> date:
    """Return the day people are handed over from unless another is chosen: after the last day, or today once that has passed."""
    return max(last_day + dates.DAY, on)
