"""
Changes to months: records and their agreements, actions, the team's report, reminders.

A record is its own lock; figures are read after it is taken. An impossible step raises `Refused`; its text is shown to
the user.
"""

from .agreeing import agree, ask_other_manager, complete, disagree, submit
from .following import follow
from .record_steps import explained, leaders_there
from .refusals import (
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
)
from .remedial import add_action, drop_action, owners, tick_off_action
from .reports import AlreadySent, NobodyListed, remind, send
from .writing import note_supervision, write_reason, write_words
