"""
The service and the people who work in it. Periods are half-open: see `peerload.core.dates`.

Each module is one subject.
"""

from .acting import ActingManager, ActingManagerQuerySet, sql_acting, sql_leads
from .base import DateRange, PeriodQuerySet, ends_after_start, history, no_overlap
from .calendar import CalendarLink
from .leave_kinds import LeaveKind
from .leaving import HAS_LEFT, LAST_DAY, Leaving, LeavingQuerySet, leavings
from .members import Member, MemberQuerySet, Team, TeamIds, TeamQuerySet, User, UserManager, in_teams, leads_on
from .organisation import UNNAMED, ClosureDay, Organisation
from .posts import OUT_OF_POST, OUT_OF_POST_IN_SERVICE, POST_ENDED, Absence, Post, PostQuerySet
from .saved_forms import SavedForm
