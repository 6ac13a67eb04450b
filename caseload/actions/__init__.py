"""
Changes to people, their support and contacts.

Every action locks the family first, writes, recomputes the own columns and rings `peerload.facts.changed` last. What cannot be
done is a `Refused`, whose words are for the user.
"""

from .allocations import (
    AlreadyDecided,
    AlreadySupported,
    NotAWorker,
    NothingDecided,
    NotSupported,
    PlannedAlready,
    SameWorker,
    allocate,
    close,
    decide_to_close,
    hand_over,
    withdraw_decision,
)
from .contacts import (
    SECOND_THOUGHTS,
    Logged,
    NeedsOutcome,
    NotYours,
    SaidDifferently,
    TooLate,
    VoidedAlready,
    annotate_contact,
    log_contact,
    undo_contact,
    void_contact,
)
from .in_touch import (
    NeedsWorker,
    NothingToUndo,
    TooEarly,
    decide_not_in_touch,
    support_again,
    undo_not_in_touch,
)
from .locking import Refused, history, lock_people, said
from .own_columns import refresh, refresh_all
from .people import EditedMeanwhile, RefTaken, add_person, edit_person, next_ref
from .reminders import settle_reminders
from .sweeping import Counts, closing_window, month_prompts, sweep
from .tiers import (
    BeforeWhatStands,
    NeedsReason,
    NeedsTier,
    NotActive,
    NotInTouch,
    NotYet,
    SameSupport,
    cadence,
    change_tier,
    keep_in_touch,
)

__all__ = [
    "AlreadyDecided",
    "AlreadySupported",
    "BeforeWhatStands",
    "EditedMeanwhile",
    "Counts",
    "Logged",
    "NeedsOutcome",
    "NeedsReason",
    "NeedsTier",
    "NeedsWorker",
    "NotAWorker",
    "NotActive",
    "NotInTouch",
    "NotSupported",
    "NotYet",
    "NotYours",
    "NothingDecided",
    "NothingToUndo",
    "PlannedAlready",
    "RefTaken",
    "Refused",
    "SECOND_THOUGHTS",
    "SaidDifferently",
    "SameSupport",
    "SameWorker",
    "TooEarly",
    "TooLate",
    "VoidedAlready",
    "add_person",
    "allocate",
    "annotate_contact",
    "cadence",
    "change_tier",
    "close",
    "closing_window",
    "decide_not_in_touch",
    "decide_to_close",
    "edit_person",
    "hand_over",
    "history",
    "keep_in_touch",
    "lock_people",
    "log_contact",
    "month_prompts",
    "next_ref",
    "refresh",
    "refresh_all",
    "said",
    "settle_reminders",
    "support_again",
    "sweep",
    "undo_contact",
    "undo_not_in_touch",
    "void_contact",
    "withdraw_decision",
]
