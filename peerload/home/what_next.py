"""What a member can do for a person: the ways on that their page offers."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from caseload.enums import ACTIVE_TIERS, ContactPreference, MovedOn, Tier
from caseload.models import Allocation, Client, Merge, Referral
from caseload.waiting import queries as waiting
from peerload.core.translation import LazyText


class WayOn(NamedTuple):
    """Something a member can do for a person now."""

    route: str
    icon: str
    label: LazyText
    words: LazyText


ALLOCATE = WayOn(
    "allocate", "person-plus", _("Allocate"), _("Choose who supports them, and see what it does to the points")
)
HAND_OVER = WayOn("hand_over", "signpost-split", _("Hand over"), _("To another peer worker, from a day you choose"))
CHANGE = WayOn(
    "change_tier", "arrow-left-right", _("Change support"), _("High, medium or group, from a day you choose")
)
KEEP = WayOn(
    "keep_in_touch",
    "telephone",
    _("Keep in touch"),
    _("No regular support is needed now. A contact is due at least every {parked_weeks} weeks"),
)
LOOK_AGAIN = WayOn(
    "look_again", "eye", _("Review the support"), _("What the support is for, and whether that is still right")
)
STUDENT = WayOn(
    "mark_held_by_student",
    "person-check",
    _("Supported by a student"),
    _("A student of yours supports them. You get no points for them"),
)
NO_STUDENT = STUDENT._replace(
    label=_("Supported by the worker again"), words=_("The student has finished. Points are counted again")
)
DECIDE = WayOn(
    "close_decide",
    "hourglass-split",
    _("Decide to close"),
    _("Points go on for a time, so that you can finish well together"),
)
WITHDRAW = WayOn("close_withdraw", "arrow-counterclockwise", _("Withdraw the decision"), _("Support goes on as before"))
CLOSE = WayOn("close", "hand-thumbs-up", _("Close support"), _("From the next day they count as not in touch"))
AGAIN = WayOn("support_again", "arrow-return-right", _("Support again"), _("Possible on any day"))
GOES_ON = WayOn(
    "support_again",
    "arrow-counterclockwise",
    _("Support goes on"),
    _("Undo the closing. It does not count as a new allocation"),
)
NOT_IN_TOUCH = WayOn(
    "decide_not_in_touch", "pause", _("Not in touch now"), _("After {inactive_weeks} weeks, or at their own wish")
)
UNDO = WayOn(
    "undo_not_in_touch",
    "arrow-counterclockwise",
    _("Keep in touch after all"),
    _("Undo the end of keeping in touch after {inactive_weeks} weeks"),
)
GOT_IN_TOUCH = WayOn(
    "contact_log", "chat-left-text", _("Log a contact"), _("They got in touch, or someone asked about them")
)
PLEASE_DONT = WayOn(
    "person_edit", "bell-slash", _("Please don’t contact me"), _("Reminders stop at once, because it is their choice")
)
TWO_PEOPLE = WayOn(
    "two_people", "arrow-counterclockwise", _("They are two people after all"), _("Make two records again")
)
WAITING = WayOn("waiting_edit", "person-exclamation", _("Responsible"), _("What to do until a worker supports them"))
OTHER_TEAM = WayOn(
    "other_team", "signpost-split", _("Another team"), _("They wait in that team from now on. You no longer see them")
)
WAIT_AGAIN = WayOn(
    "waiting_edit",
    "person-plus",
    _("Wait for a worker again"),
    _("They have come back. They keep this record, and wait until a worker is free"),
)
HOLD = WayOn(
    "return_to_waiting",
    "hourglass-split",
    _("Put back on the waiting list"),
    _("No worker has room for them now. Say who is responsible, and what is arranged while they wait"),
)
STOP = WayOn("close", "hand-thumbs-up", _("Moved on: asked us to stop"), _("Possible at once, with that reason"))
STOP_WAITING = STOP._replace(route="decide_not_in_touch")
GOAL = WayOn("goal_add", "chat-square-heart", _("What they want"), _("Write it down in their words, if they wish"))
CONSENT = WayOn(
    "consent_add", "people", _("Who else may be spoken to"), _("Someone they name, about what, from which day")
)
WORK = WayOn("work_add", "journal-text", _("Add work"), _("An assessment, court support, a long way to travel"))


FIRST = (ALLOCATE, UNDO, GOES_ON, AGAIN, WAIT_AGAIN, STOP, STOP_WAITING, WAITING, KEEP, CHANGE, CLOSE)


class PersonState(NamedTuple):
    """
    The state of a person today; ``arranged`` is from a later day on, ``leader``: whether the member leads their team.

    ``may_undo``: whether 24 weeks made them not in touch and the member may undo it. ``unsaid``: what their page could say of
    them and does not.
    """

    found: Client
    allocation: Allocation | None
    arranged: Allocation | None
    referral: Referral | None
    leader: bool
    may_undo: bool
    unsaid: Sequence[WayOn] = ()


def what_next(state: PersonState, on: date, *, merges: Sequence[Merge] = ()) -> list[dict[str, Any]]:
    """Return what a member can do: nothing that would be refused in the present state."""
    found, leader = state.found, state.leader
    steps: list[WayOn] = []
    if not found.goes_on_in:
        steps += _steps(state)
        steps += _after_please_dont(found, state.allocation, leader)
        steps += state.unsaid
    if leader and (found.goes_on_in or any(merge.undone_on is None for merge in merges)):
        steps.append(TWO_PEOPLE)
    gives = leader or state.allocation is None or found.worker_left
    steps = nearest_first(steps, hands_over=gives)
    weeks = {name: getattr(found.organisation, name) for name in ("parked_weeks", "inactive_weeks")}
    steps = [step._replace(words=step.words.format(**weeks)) for step in steps]
    return [{"url": url_of(step, found), **step._asdict()} for step in steps]


def nearest_first(steps: Sequence[WayOn], *, hands_over: bool = False) -> list[WayOn]:
    """
    Return the ways on in the order in which a worker or the team manager needs them (R128).

    What finds a worker for a person, or undoes an end, comes first; then keep in touch, change support and close; then the rest.

    :param hands_over: whether handing over comes before everything: no one supports the person today, or the manager of their
        team asks
    """
    first = (HAND_OVER, *FIRST) if hands_over else FIRST
    return sorted(steps, key=lambda step: first.index(step) if step in first else len(first))


def url_of(step: WayOn, found: Client) -> str:
    """Return where a step is taken; moving on because they asked us to stop has that reason chosen already."""
    why = f"?why={MovedOn.ASKED_US_TO_STOP}" if step in (STOP, STOP_WAITING) else ""
    return reverse(step.route, args=[found.uid]) + why


def _after_please_dont(found: Client, allocation: Allocation | None, leader: bool) -> Iterator[WayOn]:
    if found.contact_preference == ContactPreference.OK or found.tier == Tier.INACTIVE:
        return
    if allocation and allocation.closed_on is None:
        yield STOP
    elif leader and allocation is None:
        yield STOP_WAITING


def _steps(state: PersonState) -> Iterator[WayOn]:
    found, allocation, arranged, leader = state.found, state.allocation, state.arranged, state.leader
    is_open = allocation is not None and allocation.closed_on is None
    if found.tier == Tier.INACTIVE:
        yield from _steps_not_in_touch(state, is_open=is_open)
        return
    if allocation is None and leader:
        yield from [HAND_OVER] if arranged else [ALLOCATE, WAITING]
        if not arranged and _has_another_team(found):
            yield OTHER_TEAM
    if found.tier == Tier.PARKED:
        yield AGAIN
    if found.tier in ACTIVE_TIERS:
        yield from [CHANGE, KEEP] if is_open or allocation is None else [GOES_ON]
    if is_open:
        yield from _steps_with_worker(found, allocation, leader)
    if leader and (found.tier == Tier.PARKED or allocation is None):
        yield NOT_IN_TOUCH
    if found.contact_preference == ContactPreference.OK:
        yield PLEASE_DONT


def _steps_not_in_touch(state: PersonState, *, is_open: bool) -> Iterator[WayOn]:
    found, allocation, arranged, referral, leader, may_undo, _unsaid = state
    if may_undo:
        yield UNDO
    if is_open or leader and (allocation or not arranged):
        yield AGAIN
    if leader and allocation is None:
        yield HAND_OVER if arranged else WAITING if referral else WAIT_AGAIN
        if referral and not arranged and _has_another_team(found):
            yield OTHER_TEAM
    if leader and (referral or arranged):
        yield NOT_IN_TOUCH
    yield GOT_IN_TOUCH


def _steps_with_worker(found: Client, allocation: Allocation, leader: bool) -> Iterator[WayOn]:
    if leader:
        yield HAND_OVER
        if not found.statutory:
            yield HOLD
    if allocation.review_on:
        yield LOOK_AGAIN
    yield WORK
    yield WITHDRAW if allocation.close_decided_on else DECIDE
    yield CLOSE
    if not allocation.close_decided_on:
        yield NO_STUDENT if allocation.student_held else STUDENT


def _has_another_team(found: Client) -> bool:
    """Return whether there is another team a waiting person could go to; there is no query for others."""
    return waiting.teams_besides(found.organisation_id, found.team_id).exists()
