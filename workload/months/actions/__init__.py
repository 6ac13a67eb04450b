"""
Changes to months: records and their agreements, actions, the team's report, reminders.

A record is its own lock; figures are read after it is taken. An impossible step raises `Refused`; its text is shown to
the user.
"""

from .agreeing import agree, ask_other_manager, complete, disagree, submit
from .following import follow
from .questions import answer_about_report, ask_about_report
from .refusals import (
    BeingCounted,
    Kept,
    ManagerIsThere,
    NeedsMore,
    NotListed,
    NotOver,
    NotYourPartOfRecord,
    OpenedAgain,
    RecordChangedMeanwhile,
    RecordContradiction,
    RecordStepRefused,
    WorkerIsThere,
)
from .remedial import add_action, drop_action, notify_of_overdue_actions, owners, tick_off_action
from .reports import AlreadySent, NobodyListed, remind, send
from .writing import explain, note_supervision, settle, write_note, write_reason, write_words
