"""
Changes to the scheme and to kinds of work, and the one writer of the ledger: `project`, in its three sizes.

An impossible change raises `Refused`; its text is shown to the user.
"""

from caseload.actions import Refused

from .check import Difference, check, check_and_fix, fix
from .ledger import COLUMNS, project, rebuild, recount, recount_everything, recount_later
from .scheme import MonthsSent, create_scheme, lock_schemes, switch_to_preset
from .work import (
    AlreadyWritten,
    NotCounted,
    WorkContradiction,
    change_activity,
    finish_activity,
    move_work,
    put_down,
    remove_activity,
    remove_responsibility,
    start_activity,
    take_on,
)
