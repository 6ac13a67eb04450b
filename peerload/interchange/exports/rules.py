"""
The states of an export that an admin requests in the browser. Pure.

With the words written about people it waits for another member to confirm; without them it is made at once. The file is
kept for a day.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from ..enums import ExportFormat, ExportState

CONFIRM_WITHIN = timedelta(hours=24)
KEPT_FOR = timedelta(hours=24)
SETTLED_FOR = timedelta(days=7)  # who is new, or new in a role or with an address, confirms nothing for so long

NEXT: Mapping[ExportState, frozenset[ExportState]] = {
    ExportState.ASKED: frozenset({ExportState.WAITING, ExportState.REFUSED, ExportState.EXPIRED}),
    ExportState.WAITING: frozenset({ExportState.RUNNING}),
    ExportState.RUNNING: frozenset({ExportState.RUNNING, ExportState.READY, ExportState.FAILED}),
    ExportState.READY: frozenset({ExportState.OVER}),
    ExportState.REFUSED: frozenset(),
    ExportState.EXPIRED: frozenset(),
    ExportState.OVER: frozenset(),
    ExportState.FAILED: frozenset(),
}
IN_WORK = (ExportState.WAITING, ExportState.RUNNING)


class ExportStepRefused(Exception):
    """An export cannot take this step in its state; its text is a sentence."""


def first_state(*, with_words: bool) -> ExportState:
    """Return the state an export begins in."""
    return ExportState.ASKED if with_words else ExportState.WAITING


def state_at(state: str, *, asked_at: datetime, ready_at: datetime | None, now: datetime) -> ExportState:
    """Return the state at a moment: a day passes by itself, also while no worker runs."""
    state = ExportState(state)
    if state == ExportState.ASKED and now >= confirm_by(asked_at):
        return ExportState.EXPIRED
    if state == ExportState.READY and ready_at and now >= kept_until(ready_at):
        return ExportState.OVER
    return state


def confirm_by(asked_at: datetime) -> datetime:
    """Return the moment from which a request cannot be confirmed any more."""
    return asked_at + CONFIRM_WITHIN


def kept_until(ready_at: datetime) -> datetime:
    """Return the moment from which a file is no longer kept."""
    return ready_at + KEPT_FOR


def follow(state: ExportState, then: ExportState) -> ExportState:
    """
    Return the state that follows.

    :raises ExportStepRefused: if it cannot follow the state there is
    """
    if then not in NEXT[state]:
        raise ExportStepRefused(_("This export is %(state)s. Nothing was changed.") % {"state": state.label})
    return then


class Confirmer(NamedTuple):
    """A member who may confirm an export, as they were when it was requested."""

    member: int
    role: str
    email: str


def may_confirm(
    now: Confirmer, then: Iterable[tuple[int, str, str]], *, invited_at: datetime | None, asked_at: datetime
) -> bool:
    """
    Return whether a member may confirm a request.

    An admin could make a manager of a second mailbox of their own, so only those may who could when it was asked for.

    :param now: the member as they are
    :param then: those who could when it was asked for
    """
    return now in {Confirmer(*each) for each in then} and (invited_at is None or invited_at < asked_at)


def may_decide(*, asker: int, member: int) -> bool:
    """Return whether a member may confirm or refuse a request: any entitled member but the admin who asked."""
    return asker != member


def file_name(code: str, day: str, format: str) -> str:
    """Return what a file is called: the service's code, the day it was made, what it is."""
    plain = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in code).strip("-") or "service"
    return f"{plain}-{day}.{ExportFormat(format).value}"
