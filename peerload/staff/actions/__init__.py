"""
Changes of staff, teams, posts, absences and the service. Each is atomic, says who did it, and refuses in a sentence.

A change that affects points (posts, region, closure days) sends `peerload.core.events.facts_changed` last.
"""

from .absences import call_off_absence, edit_absence, plan_return, record_absence
from .acting import CannotAct, NotThen, end_acting, name_acting
from .calendar import choose_alarm, count_reading, end_link, link_of, make_link
from .email import change_email, confirm_email, forget_new_email
from .leave_kinds import LeaveKindTaken, add_leave_kind, begin_leave_kinds, edit_leave_kind
from .members import (
    StillNeeded,
    accept_invitation,
    add_member,
    edit_member,
    end_posts,
    invite,
    lock_admins,
    lock_with_admins,
    open_or_close_sign_in,
    refuse_change,
    take_off_second_step,
)
from .posts import add_post, edit_post
from .recording import Contradicts, EditedMeanwhile, Refused, history
from .service import add_closure, begin_service, edit_service, remove_closure, save_team
