"""
Changes to months: records and their agreements, actions, the team's report, reminders.

A record is its own lock; figures are read after it is taken. What cannot be done is a `Refused`, whose words are for the user.
"""

from .records import (
    BeingCounted,
    ChangedMeanwhile,
    Contradiction,
    Kept,
    ManagerIsThere,
    NeedsMore,
    NotListed,
    NotNow,
    NotOver,
    NotYours,
    OpenedAgain,
    WorkerIsThere,
    add_action,
    agree,
    ask_other_manager,
    complete,
    disagree,
    drop_action,
    explained,
    follow,
    leaders_there,
    note_supervision,
    owners,
    settle_action,
    submit,
    write_reason,
    write_words,
)
from .reports import AlreadySent, NobodyListed, remind, send
