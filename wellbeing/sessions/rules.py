"""How often a kind of session comes, when the next is due, its part in a month's record, and who gives supervision."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from caseload.cover.rules import AbsenceFacts, Who, apparent_on
from peerload.core import dates
from workload.months.rules import Supervision

from ..enums import LedBy, SessionKind, SessionState

# Weeks from one to the next (P11): one hour of supervision and of Te Kairaranga in four weeks, two of reflective practice.
# 0: when wanted. None of it scales with FTE (R72).
USUAL = {
    SessionKind.SUPERVISION: 4,
    SessionKind.REFLECTIVE_PRACTICE: 2,
    SessionKind.TE_KAIRARANGA: 4,
    SessionKind.CULTURAL_SUPERVISION: 0,
    SessionKind.CHECK_IN: 0,
    SessionKind.DEBRIEF: 0,
}
NEVER_REGULAR = (SessionKind.DEBRIEF,)  # asked for after something hard, so no service sets how often
CYCLE = 4  # weeks
TALK = 30  # minutes of a debrief booked at one tap
LONGEST = 52  # weeks
WEEK = timedelta(weeks=1)
LONG = 15  # days: away more than 14, supervision passes on (R44)
UNANSWERED = timedelta(days=14)  # after which a note without agreement is deleted

# The questions of a check-in (T09, in the words of 004); the one about how much there is to do comes first.
QUESTIONS = (
    _("Do you have enough, too much, or too little to do?"),
    _("What do you like about the position and this agency?"),
    _("What’s going well? What could be going better?"),
    _("What, if anything, do you not understand about your position or our agency?"),
    _("Who do you talk to when you have questions about work? Do you feel comfortable asking?"),
    _("Are we clearly communicating our expectations to you?"),
    _("How are you getting along with your coworkers and non-peer staff?"),
    _("How do you see yourself developing in this role?"),
    _("What are your professional goals and how can we help you accomplish them?"),
)


def cadence(changed: Mapping[str, int]) -> dict[SessionKind, int]:
    """Return the weeks from one session to the next by kind: as a service has changed them, otherwise as usual."""
    return {kind: changed.get(kind, weeks) for kind, weeks in USUAL.items()}


# What comes next -------------------------------------------------------------------------------------------------------


def due_by(since: date | None, weeks: int, aways: Iterable[AbsenceFacts], on: date) -> date | None:
    """
    Return the day by which the next session is due, ``None`` while none is.

    While a worker is away nothing is due. A session that fell due in that time is due within the week they are back
    (W22), again so if that falls into the next absence.

    :param since: the last one held, or the day from which it is counted
    :param weeks: from one to the next; 0 when wanted
    :param aways: all absences that have begun
    """
    if since is None or not weeks:
        return None
    due = since + weeks * WEEK
    for away in sorted(aways, key=lambda each: each.starts_on):
        if dates.contains(away.starts_on, away.ends_before, on):
            return None
        if away.ends_before and dates.contains(away.starts_on, away.ends_before, due):
            due = away.ends_before + WEEK - dates.DAY
    return due


class Standing(NamedTuple):
    """The state of a kind of session for one worker; ``planned_on`` is the first of those neither held nor called off."""

    kind: SessionKind
    weeks: int
    last_held_on: date | None
    planned_on: date | None
    due_by: date | None
    is_away: bool = False
    has_post: bool = True

    def days_late(self, on: date) -> int:
        """Return by how many days a session that is due is late."""
        return max((on - self.due_by).days, 0) if self.due_by else 0

    def state(self, on: date) -> SessionState:
        if self.planned_on:
            return SessionState.PLANNED if self.planned_on >= on else SessionState.TO_CONFIRM
        if self.is_away and self.weeks:
            return SessionState.AWAY
        if not self.has_post and self.weeks:
            return SessionState.NO_POST
        if self.due_by is None:
            return SessionState.WHEN_WANTED
        return SessionState.LATE if self.due_by < on else SessionState.DUE


def is_eve(planned_on: date, on: date, region: str, closures: Collection[date]) -> bool:
    """Return whether a day is the working day before a session, or one between it and the session."""
    return dates.working_day_on_or_before(planned_on - dates.DAY, region, closures) <= on < planned_on


# Four weeks ------------------------------------------------------------------------------------------------------------


class InCycle(NamedTuple):
    """A session of the four weeks: the day it was held, or is planned for; ``key`` is the caller's."""

    kind: SessionKind
    led_by: str
    on: date
    held: bool
    key: Hashable = None


class CycleRow(NamedTuple):
    """A kind of session in four weeks: how many are usual, and those held or planned, in order of days."""

    kind: SessionKind
    led_by: str
    usual: int
    sessions: list[InCycle]

    @property
    def held(self) -> int:
        return sum(each.held for each in self.sessions)

    @property
    def open(self) -> int:
        """Return how many have no day yet."""
        return max(self.usual - len(self.sessions), 0)


def cycle(weeks: Mapping[SessionKind, int], found: Iterable[InCycle]) -> list[CycleRow]:
    """
    Return what four weeks hold of each kind that comes in them: one row a kind (P11, R194).

    Reflective practice that comes twice or more has two rows: one is led by the manager, the others by peers. One of
    which that is not said fills the row that lacks one. A kind that comes less often than in four weeks has a row only
    where there is one, and so has a kind on request.

    :param weeks: from one session to the next, by kind; 0 when wanted
    :param found: the sessions held or planned in the four weeks
    """
    by_kind: dict[SessionKind, list[InCycle]] = {kind: [] for kind in weeks}
    for each in sorted(found, key=lambda each: each.on):
        by_kind[each.kind].append(each)
    rows = []
    for kind, every in weeks.items():
        usual, sessions = CYCLE // every if every else 0, by_kind[kind]
        if kind == SessionKind.REFLECTIVE_PRACTICE and usual > 1:
            rows += _led_by(usual, sessions)
        elif usual or sessions:
            rows.append(CycleRow(kind, "", usual, sessions))
    return rows


def _led_by(usual: int, sessions: Iterable[InCycle]) -> list[CycleRow]:
    manager = CycleRow(SessionKind.REFLECTIVE_PRACTICE, LedBy.MANAGER, 1, [])
    peers = CycleRow(SessionKind.REFLECTIVE_PRACTICE, LedBy.PEERS, usual - 1, [])
    by = {LedBy.MANAGER.value: manager, LedBy.PEERS.value: peers}
    for each in sorted(sessions, key=lambda each: not each.led_by):  # those that say it first
        row = by.get(each.led_by) or (manager if manager.open else peers)
        row.sessions.append(each)
    return [row._replace(sessions=sorted(row.sessions, key=lambda each: each.on)) for row in (manager, peers)]


def talk_on(on: date, region: str, closures: frozenset[date]) -> date:
    """Return the day for which a debrief is booked at one tap: the next working day (R195)."""
    return dates.add_working_days(on, 1, region, closures)


# The month's record ----------------------------------------------------------------------------------------------------


def in_month(month: date, held: Iterable[date], planned: Iterable[date]) -> Supervision:
    """
    Return supervision for a month's record: whether it happened in the calendar month (R71), and the next one.

    :param month: its first day
    :param held: the days of all that were held, also later ones
    :param planned: the days of those neither held nor called off
    """
    held = set(held)
    last = max((day for day in held if month <= day <= dates.month_end(month)), default=None)
    after = last or month - dates.DAY
    following = min((day for day in {*held, *planned} if day > after), default=None)
    return Supervision(last, following, following in held)


# Who gives supervision -------------------------------------------------------------------------------------------------


def passes_from(away: AbsenceFacts, on: date) -> date | None:
    """
    Return the day from which a supervisor's supervision passes on: they are away more than 14 days (R44); ``None`` if not.

    That is the first day away when it was expected then, otherwise the day it became known; it ends when they are back.
    """
    known = apparent_on(away, LONG, on)
    if known is None or not dates.contains(away.starts_on, away.ends_before, on):
        return None
    return max(known, away.starts_on)


def gives(worker: Hashable, usual: Hashable, passes: bool, others: Iterable[Who | None]) -> Hashable:
    """
    Return who gives a worker supervision: as usual, or the first of the others who is there when it passes on.

    :param others: in order: who acts where the supervisor manages the worker's team, who leads the team the supervisor
        works in, where that is not themself, service managers, the deputy of the worker's team
    """
    if not passes:
        return usual
    there = (who.key for who in others if who and who.here and who.key not in (worker, usual))
    return next(there, usual)
