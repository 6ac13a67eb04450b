"""
The people supported: who they are, how to contact them safely, their tier, their worker, and their contacts.

Each module is one subject.
"""

from .allocations import Allocation, AllocationQuerySet, AllocationReview, CloseDecision, CloseDecisionQuerySet, held_on
from .consents import Consent, ConsentQuerySet
from .contacts import Contact, ContactQuerySet
from .cover import Cover, CoverQuerySet, DutyDone
from .drop_ins import DropIn, DropInQuerySet
from .duplicates import Merge, MergeQuerySet, PossibleDuplicate, PossibleDuplicateQuerySet
from .goals import Goal, GoalQuerySet
from .groups import (
    Attendance,
    Group,
    GroupFacilitator,
    GroupMeeting,
    GroupMember,
    GroupQuerySet,
    GroupSession,
    GroupSessionQuerySet,
    SessionFacilitator,
)
from .leaving import Handover, LeavingStep
from .next_steps import NextStep, NextStepQuerySet
from .people import DERIVED_COLUMNS, Client, ClientQuerySet, Family
from .sweeps import Reminder, SweepRun
from .temporary_moves import TemporaryMove, TemporaryMoveQuerySet
from .tiers import ReplacedParking, TierPeriod
from .waiting import PleaseDont, PleaseDontQuerySet, Referral, ReferralChange, ReferralQuerySet
