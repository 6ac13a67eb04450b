"""
Changes to people, their support and contacts.

Every action locks the family first, writes, recomputes the derived columns and sends `peerload.core.events.facts_changed`
last. An impossible change raises `Refused`; its text is shown to the user.
"""

from peerload.staff.actions import EditedMeanwhile

from .allocations import (
    AlreadySupported,
    BeforeWaiting,
    MonthReported,
    NotAWorker,
    NotSupported,
    PlannedAlready,
    Terms,
    allocate,
)
from .choices import AgreedAlready, NothingToAgree, agree_to_choice, refresh_choices
from .closing import (
    AlreadyDecided,
    NothingDecided,
    close,
    decide_to_close,
    withdraw_decision,
    withdraw_decisions_without_a_day,
)
from .contacts import (
    SECOND_THOUGHTS,
    CameToSession,
    ContactSaidDifferently,
    LoggedContact,
    NeedsOutcome,
    NotTheAuthor,
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
from .handing_over import NeedsSomebody, NextWorker, SameWorker, bring_forward, call_off, hand_over, hand_over_many
from .in_touch import (
    NeedsWorker,
    NothingToUndo,
    TooEarly,
    decide_not_in_touch,
    support_again,
    undo_not_in_touch,
)
from .locking import Refused, giving, history, lock_people
from .looking_again import look_again
from .people import IsToWait, RefTaken, add_person, edit_person
from .reminders import refresh_reminders
from .students import FirstDecide, HeldThatWay, mark_held_by_student
from .sweep_reminders import days_to_close, past_window_before
from .sweeping import AnotherSweep
from .tiers import (
    BeforeWhatStands,
    NeedsReason,
    NeedsTier,
    NotActive,
    NotInTouch,
    NotYet,
    SameSupport,
    change_tier,
    keep_in_touch,
)
from .waiting import refresh_waiting
