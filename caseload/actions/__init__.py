"""
Changes to people, their support and contacts.

Every action locks the family first, writes, recomputes the derived columns and sends `peerload.core.events.facts_changed`
last. What cannot be done is a `Refused`, whose words are for the user.
"""

from peerload.core.formats import format_day

from .allocations import (
    AlreadyDecided,
    AlreadySupported,
    BeforeWaiting,
    FirstDecide,
    Given,
    HeldThatWay,
    LookedAtMeanwhile,
    LooksBack,
    MonthReported,
    NeedsSomebody,
    NotAWorker,
    NothingDecided,
    NotSupported,
    PlannedAlready,
    SameWorker,
    allocate,
    bring_forward,
    call_off,
    close,
    decide_to_close,
    hand_over,
    hand_over_many,
    hold_by_student,
    look_again,
    withdraw_decision,
    withdraw_decisions_without_a_day,
)
from .choices import AgreedAlready, NothingToAgree, agree_to_choice, refresh_choices
from .contacts import (
    SECOND_THOUGHTS,
    CameToSession,
    Logged,
    NeedsOutcome,
    NothingWritten,
    NotYours,
    SaidDifferently,
    TooLate,
    VoidedAlready,
    annotate_contact,
    leave_out_words,
    log_contact,
    move_contact,
    undo_contact,
    void_contact,
)
from .derived_columns import refresh, refresh_all
from .in_touch import (
    NeedsWorker,
    NothingToUndo,
    TooEarly,
    decide_not_in_touch,
    support_again,
    undo_not_in_touch,
)
from .locking import Refused, giving, history, lock_people
from .people import EditedMeanwhile, IsToWait, RefTaken, add_person, edit_person, next_ref
from .reminders import refresh_reminders
from .sweeping import (
    AnotherSweep,
    days_to_close,
    past_window_before,
)
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
from .waiting import refresh_waiting
