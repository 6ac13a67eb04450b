"""A person's page: how to contact them safely first, then what happened and what can be done next."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from caseload import rules as caseload_rules
from caseload.cover.queries import cover_of
from caseload.duplicates import queries as duplicates
from caseload.enums import ACTIVE_TIERS, ContactPreference, MovedOn, Outcome, ParkedOutcome, ReferralEnd, Tier
from caseload.groups import queries as groups
from caseload.models import (
    Allocation,
    AllocationReview,
    Client,
    CloseDecision,
    Contact,
    Merge,
    PleaseDont,
    Referral,
)
from caseload.queries.held import with_worker_since
from caseload.queries.in_touch import Tried, asks_for_decision, known_of, next_due
from caseload.queries.person import (
    allocations_of,
    contacts_of,
    decisions_of,
    last_active_tier,
    last_worker,
    may_undo_not_in_touch,
    person_seen_by,
    reviews_of,
    tiers_of,
)
from caseload.queries.settings import cadence_of
from caseload.templatetags.contacts import channel_icon, happened, tried_words
from caseload.views.base import leads
from caseload.views.came_from import just_logged, list_label, list_url
from caseload.waiting import queries as waiting
from caseload.waiting.rules import Wait
from peerload.audit import actions as audit
from peerload.audit.models import Entry
from peerload.core import clock, dates
from peerload.core.compile_once import compile_once
from peerload.core.phones import dials
from peerload.staff import access
from peerload.staff.leaving.queries import gone_by
from peerload.staff.models import Member
from peerload.staff.roles import Capability
from peerload.ui.templatetags.ui import day, number, plural, short_day, tier_words
from workload import queries as workload
from workload import rules
from workload.models import Activity, PointLine

SHOWN = 30  # entries of a timeline, before all are asked for
LOOKED = timedelta(days=30)
NTH = "no first second third fourth fifth sixth seventh eighth ninth tenth".split()


@access.requires(Capability.SUPPORT_PEOPLE)
@require_GET
def person(request, uid):
    """Show somebody a member may see, and write down that they were looked at."""
    found = person_seen_by(request.member, request.on, uid)
    if found is None:
        raise Http404
    if found.goes_on_in and person_seen_by(request.member, request.on, found.goes_on_in):
        messages.info(request, f"{found.ref} was entered twice. This is the record in use.")
        return redirect("person", found.goes_on_in)
    on, every = request.on, cadence_of(request.organisation)
    audit.opened(request, found)
    allocations = allocations_of(found.pk)
    allocation = next((each for each in allocations if dates.contains(each.starts_on, each.ends_before, on)), None)
    arranged = next((each for each in reversed(allocations) if each.starts_on > on and each.closed_on is None), None)
    with_since = with_worker_since(allocation, allocations) if allocation else None
    contacts = contacts_of(found.pk)
    tiers = tiers_of(found.pk)
    merges = duplicates.merges_of(found.pk)
    referrals, choices = waiting.referrals_of(found.pk), waiting.choices_of(found.pk)
    referral = next((each for each in referrals if each.ended_on is None), None)
    entries = timeline(found, contacts, tiers, allocations, referrals, choices, merges)
    only = request.GET.get("only") == "contacts"
    entries = [entry for entry in entries if entry.contact] if only else entries
    most = len(entries) if request.GET.get("all") else SHOWN
    cover = cover_of(found.pk, on)
    gone = not_here([*([cover.worker, cover.absence.worker] if cover else []), referral and referral.owner], on)
    prompted = allocation is None or allocation.closed_on is None
    leader = leads(request.member, found)
    may_undo = may_undo_that(found, tiers, request.member, on, leader=leader)
    context = {
        "person": found,
        "on": on,
        "allocation": allocation,
        "arranged": arranged,
        "cover": cover,
        "covers": bool(cover and cover.worker_id == request.member.pk),
        "absent_left": bool(cover and cover.absence.worker_id in gone),
        "cover_gone": bool(cover and cover.worker_id in gone),
        "owner_gone": bool(referral and referral.owner_id in gone),
        "with_since": with_since,
        "new": allocation is not None and is_told(allocation, with_since, on),
        "due": next_due(found.six_weeks_from, on, every) if prompted else None,
        "touch": keeping_in_touch(found, contacts, tiers, on, every) if prompted else None,
        "last_tier": last_active_tier(found) if found.tier == Tier.PARKED else None,
        "timeline": entries[:most],
        "left": max(len(entries) - most, 0),
        "only_contacts": only,
        "leads": leader,
        "sees_to_it": leader or bool(referral and referral.owner_id == request.member.pk),
        "next": what_next(State(found, allocation, arranged, referral, leader, may_undo), on, merges=merges),
        "ended_by_time": ended_by_time(found, on, request) if may_undo else None,
        "referral": referral,
        "days_late": wait_of(found, referral, gone).days_late(on) if referral else 0,
        "choice": next((each for each in choices if each.ended_on is None), None),
        "points": points_of(found, allocation, on),
        "under_way": workload.work_under_way(request.organisation, found, on),
        "groups": groups.groups_with(found, request.member, on),
        "first_met": min((tier.starts_on for tier in tiers), default=None),
        "looked": who_looked(found, request),
        "list_url": list_url(request),
        "list_label": list_label(request),
        "contact_lines": [line for line in found.contact_note.splitlines() if line.strip()],
        "tried": _tried(contacts, on, request.organisation),
        "dials": () if found.goes_on_in else dials(found.phone, request.organisation.region),
        "to_ask": duplicates.who_to_ask(found) if found.goes_on_in else None,
        "window_ends": window_ends(allocation, request.organisation),
        "just_logged": just_logged(request, found),
    }
    return render(request, "home/person.html", context)


def _tried(contacts: Sequence[Contact], on: date, organisation) -> str:
    """Say that the last entry is an attempt, where the next one is decided about; nothing if they were reached."""
    last = max((c for c in contacts if not c.voided_at), key=lambda c: (c.on, c.recorded_at, c.pk), default=None)
    if last is None or last.reached:
        return ""
    tried = Tried(last.on, last.recorded_at, last.author.name if last.author else "")
    return tried_words(tried, on, organisation)


def may_undo_that(found: Client, tiers, member, on: date, *, leader: bool) -> bool:
    """Return whether 24 weeks made a person not in touch and the member may undo it: leading the team, or as the last worker."""
    held = next((tier for tier in tiers if dates.contains(tier.starts_on, tier.ends_before, on)), None)
    if found.goes_on_in or held is None or held.tier != Tier.INACTIVE or not held.automatic:
        return False
    return leader or may_undo_not_in_touch(member, found, on)


class EndedByTime(NamedTuple):
    """
    That 24 weeks made somebody not in touch: since when, who supported them last, until when that worker can undo it.

    ``until`` is None where the last worker has left.
    """

    since: date
    worker: str
    until: date | None


def ended_by_time(found: Client, on: date, request) -> EndedByTime:
    """Return what the page says of a person who is not in touch after 24 weeks."""
    last = last_worker(found, on)
    if last is None:
        return EndedByTime(found.tier_from, "", None)
    has_left = bool(not_here([last.worker], on))
    until = None if has_left else last.closed_on + timedelta(weeks=request.organisation.undo_weeks)
    return EndedByTime(found.tier_from, last.worker.name, until)


def is_told(allocation: Allocation, with_since: date, on: date) -> bool:
    """Return whether somebody is new with their worker, and it was written down what goes with the allocation."""
    said = allocation.purpose or allocation.first_action or allocation.review_on or allocation.note
    return bool(said) and caseload_rules.is_new(with_since, on)


def window_ends(allocation: Allocation | None, organisation) -> date | None:
    """Return the last day on which points stand after a decision to close."""
    if allocation is None or allocation.close_decided_on is None:
        return None
    scheme = rules.scheme_on(workload.schemes(organisation.pk), allocation.close_decided_on)
    return rules.closing_ends_before(allocation.close_decided_on, scheme) - dates.DAY


# Keeping in touch ------------------------------------------------------------------------------------------------


class Touch(NamedTuple):
    """Keeping in touch so far, and in words what happens next."""

    parked_on: date
    days: list[date]  # of contacts
    due_on: date
    outcome: ParkedOutcome
    words: str
    asked: bool  # whether somebody decides now


def keeping_in_touch(found: Client, contacts: list[Contact], tiers, on: date, every) -> Touch | None:
    """Return what there is to say of somebody parked, ``None`` of anybody else."""
    known = known_of(found)
    if known is None:
        return None
    days = sorted({c.on for c in contacts if c.reached and not c.voided_at and c.on > known.parked_on})
    outcome = caseload_rules.outcome(known, on, every)
    due_on = caseload_rules.due_on(known.six_weeks_from, every)
    words = f"{_so_far(len(days), due_on, on)} {_outlook(found, known, outcome, on, every)}"
    decides = asks_for_decision(found, outcome)
    shown = ParkedOutcome.REVIEW if decides else outcome
    return Touch(known.parked_on, days, due_on, shown, words, decides or outcome == ParkedOutcome.REACTIVATE)


def _so_far(count: int, due_on: date, on: date) -> str:
    so_far = f"{number(count).capitalize()} contact{'s' if count != 1 else ''} so far"
    nth = NTH[count + 1] if count + 1 < len(NTH) else "next"
    if due_on < on:
        return f"{so_far}; the {nth} was due on {short_day(due_on, on)}, {plural((on - due_on).days, 'day')} ago."
    if due_on == on:
        return f"{so_far}; the {nth} is due today."
    return f"{so_far}; the {nth} is due by {short_day(due_on, on)}."


def _outlook(found: Client, known, outcome: ParkedOutcome, on: date, every) -> str:
    name = found.short_name
    ends = short_day(caseload_rules.period_ends_on(known.parked_on, every), on)
    left = every.contacts_needed - known.contacts_since_parked
    match outcome:
        case ParkedOutcome.REACTIVATE:
            return (
                f"{name} asked for support on {short_day(known.support_wanted_on, on)}. You can support them again on "
                "any day."
            )
        case ParkedOutcome.REVIEW:
            return (
                f"{every.inactive_weeks} weeks were over on {ends}, with a gap of more than "
                f"{every.longest_gap_days} days without a contact, so the team manager decides."
            )
        case ParkedOutcome.AWAITING_CONTACT:
            more = f"{number(left)} more {'contact' if left == 1 else 'contacts'} saying that no support is needed"
            contact = f"a contact: {more}" if left > 0 else "a contact"
            return f"{every.inactive_weeks} weeks were over on {ends}. The next step needs {contact}."
        case ParkedOutcome.INACTIVATE:
            if found.kept_in_touch_on:
                return (
                    f"{every.inactive_weeks} weeks were over on {ends}. Keeping in touch was continued, so the "
                    "team manager "
                    "decides."
                )
            return (
                f"{every.inactive_weeks} weeks were over on {ends}: {name} counts as not in touch now. You can undo it."
            )
    if left > 0:
        more = f"{number(left)} more {'contact' if left == 1 else 'contacts'} saying that no further support is needed"
        return (
            f"With {more}, {name} will count as not in touch from {ends}, when {every.inactive_weeks} weeks are over."
        )
    return (
        f"If nothing changes, {name} will count as not in touch from {ends}, when {every.inactive_weeks} weeks are "
        "over."
    )


# The timeline ----------------------------------------------------------------------------------------------------


class Happened(NamedTuple):
    """One thing that happened; ``tint`` and ``icon`` as the look names them."""

    on: date
    rank: int  # what stands above what on one day
    title: str
    by: str
    words: str
    icon: str
    tint: str = ""
    contact: Contact | None = None


def timeline(
    found: Client, contacts, tiers, allocations, referrals, choices, merges: Sequence[Merge] = ()
) -> list[Happened]:
    """Return everything that happened with somebody, newest first."""
    entries = [_contact(contact) for contact in contacts]
    entries += [_tier(tier, before) for tier, before in zip_longest(tiers, tiers[1:])]
    decisions, reviews = decisions_of(found.pk), reviews_of(found.pk)
    for allocation in allocations:
        about = [[each for each in rows if each.allocation_id == allocation.pk] for rows in (decisions, reviews)]
        entries += _allocation(allocation, *about)
    told = waiting.told_of(found, referrals)
    for referral in referrals:
        entries += _waiting(referral, told[referral.pk])
    for choice in choices:
        entries += _choice(choice)
    if activities := workload.activities_of(found.pk):
        entries += _work(activities, workload.schemes(found.organisation_id))
    for merge in merges:
        entries += _merge(merge)
    return sorted(entries, key=lambda entry: (entry.on, entry.rank), reverse=True)


def _contact(contact: Contact) -> Happened:
    came = contact.group_name and contact.reached and contact.outcome == Outcome.OTHER
    what = f"Came to {contact.group_name}" if came else happened(contact)
    how = [] if came else [contact.get_channel_display().lower(), contact.group_name]
    details = [contact.author.name if contact.author else "", *how]
    if contact.minutes is not None:
        details.append(plural(contact.minutes, "minute"))
    tint = "quiet" if contact.outcome == Outcome.SUPPORT_WANTED else "good" if contact.reached else ""
    by = ", ".join(detail for detail in details if detail)
    return Happened(contact.on, 4, what, by, contact.note, channel_icon(contact), tint, contact)


def _tier(tier, before) -> Happened:
    title = tier_words(tier.tier).capitalize()
    if tier.tier in ACTIVE_TIERS:
        title = f"{tier_words(tier.tier).capitalize()} support"
        if before and before.tier in ACTIVE_TIERS:
            title = f"From {tier_words(before.tier)} to {tier_words(tier.tier)} support"
        elif before:
            title = f"Support again: {tier_words(tier.tier)}"
    said = [tier.reason]
    if tier.moved_on:
        said.insert(0, MovedOn(tier.moved_on).label + ".")
    if tier.tier == Tier.PARKED and not tier.talked:
        said.append("They have not talked about it together.")
    by = (
        tier.by.name if tier.by else "automatic, when the weeks of keeping in touch were over" if tier.automatic else ""
    )
    icon = {Tier.PARKED: "telephone", Tier.INACTIVE: "pause"}.get(tier.tier, "arrow-left-right")
    return Happened(tier.starts_on, 2, title, by, " ".join(filter(None, said)), icon, "accent")


def _allocation(
    allocation: Allocation, decisions: Sequence[CloseDecision], reviews: Sequence[AllocationReview]
) -> list[Happened]:
    by = allocation.by.name if allocation.by else ""
    said = [allocation.purpose]
    if allocation.first_action:
        said.append(f"First thing to do: {allocation.first_action}")
    if allocation.review_on and not reviews:
        said.append(f"To be looked at again on {day(allocation.review_on)}.")
    if allocation.note:
        said.append(f"Note to {allocation.worker.name}: {allocation.note}")
    title = f"Allocated to {allocation.worker.name}" + (", held by a student" if allocation.student_held else "")
    found = [Happened(allocation.starts_on, 1, title, by, "\n".join(filter(None, said)), "person-plus", "accent")]
    found += map(_review, reviews)
    for decision in decisions:
        found += _decision(decision)
    known = {decision.decided_on for decision in decisions} | {allocation.closed_on}
    if allocation.close_decided_on and allocation.close_decided_on not in known:
        found.append(Happened(allocation.close_decided_on, 3, DECIDED[0], "", "", DECIDED[1], "quiet"))
    if allocation.closed_on:
        found.append(
            Happened(allocation.closed_on, 3, f"Closed with {allocation.worker.name}", "", "", "check2", "quiet")
        )
    return found


def _review(review: AllocationReview) -> Happened:
    until = f"To be looked at again on {day(review.next_on)}." if review.next_on else "Nothing more to look at."
    words = "\n".join(filter(None, [review.words, until]))
    return Happened(review.looked_on, 3, "Looked at again", _name(review.by), words, "eye")


def _decision(decision: CloseDecision) -> list[Happened]:
    title, icon = DECIDED
    found = [Happened(decision.decided_on, 3, title, _name(decision.by), decision.reason, icon, "quiet")]
    if decision.withdrawn_on:
        by, why = _name(decision.withdrawn_by), decision.withdrawn_reason
        title, icon = "Decision to close withdrawn", "arrow-counterclockwise"
        found.append(Happened(decision.withdrawn_on, 3, title, by, why, icon, "quiet"))
    return found


def _name(member: Member | None) -> str:
    return member.name if member else ""


DECIDED = "Decided to close", "hourglass-split"


def _waiting(referral: Referral, told: list[waiting.Told]) -> list[Happened]:
    """Return what was written down of somebody who waits, and each change of it, the newest first."""
    first, *changes = told
    found = []
    for change in reversed(changes):
        words = "\n".join(_said_waiting(field, now) for field, now in change.said.items())
        found.append(Happened(change.on, 1, "Waiting for a worker: changed", change.by, words, "pencil", "quiet"))
    said = [_said_waiting(field, now) for field, now in first.said.items() if now]
    if referral.ended_as == ReferralEnd.MOVED_ON:
        said.append(f"Moved on without a worker on {day(referral.ended_on)}.")
    words = "\n".join(said)
    return [*found, Happened(first.on, 1, "Waits for a worker", first.by, words, "hourglass-split", "quiet")]


WAITING_WORDS = {
    "referred_by": ("Told by", "not written down"),
    "owner": ("Responsible", "no one"),
    "action": ("To be done", "nothing written down"),
    "due_on": ("By when", "no day"),
    "contingency": ("Meanwhile", "nothing written down"),
}


def _said_waiting(field: str, now: str | date) -> str:
    label, nothing = WAITING_WORDS[field]
    return f"{label}: {(day(now) if field == 'due_on' else now) if now else nothing}"


def _choice(choice: PleaseDont) -> list[Happened]:
    """Asked not to be contacted, agreed, taken back: what was written down here."""
    steps = (
        (choice.asked_on, choice.by, "Asked not to be contacted"),
        (choice.agreed_on, choice.agreed_by, "Not contacted, as they asked: agreed"),
        (choice.ended_on, choice.ended_by, "Contact is welcome again"),
    )
    return [Happened(on, 3, title, by.name if by else "", "", "bell-slash", "accent") for on, by, title in steps if on]


def _work(activities: Sequence[Activity], schemes: Sequence[rules.Scheme]) -> list[Happened]:
    return [each for activity in activities for each in _activity(activity, schemes)]


def _activity(activity: Activity, schemes: Sequence[rules.Scheme]) -> list[Happened]:
    label = rules.scheme_on(schemes, activity.starts_on).label(activity.code, schemes)
    found = [Happened(activity.starts_on, 0, f"{label} begun", "", "", "journal-text", "quiet")]
    if activity.finished_on:
        found.append(Happened(activity.finished_on, 0, f"{label} ended", "", "", "journal-check", "quiet"))
    return found


def _merge(merge: Merge) -> list[Happened]:
    words = " ".join(
        filter(None, [f"{merge.absorbed.ref} was entered twice. This is the record in use.", merge.reason])
    )
    found = [Happened(merge.on, 3, "Two records became one", merge.by.name, words, "people", "accent")]
    if merge.undone_on:
        words = f"{merge.absorbed.ref} is another person."
        by = merge.undone_by.name
        found.append(Happened(merge.undone_on, 3, "Two records again", by, words, "arrow-counterclockwise", "quiet"))
    return found


# What next -------------------------------------------------------------------------------------------------------


class Step(NamedTuple):
    """Something that can be done next."""

    route: str
    icon: str
    label: str
    words: str


ALLOCATE = Step("allocate", "person-plus", "Allocate", "Choose who supports them, and see what it does to the points")
HAND_OVER = Step("hand_over", "signpost-split", "Hand over", "To another peer worker, from a day you choose")
CHANGE = Step("change_tier", "arrow-left-right", "Change support", "High, medium or group, from a day you choose")
KEEP = Step(
    "keep_in_touch",
    "telephone",
    "Keep in touch",
    "No regular support is needed now. A contact is due at least every {parked_weeks} weeks",
)
LOOK_AGAIN = Step("look_again", "eye", "Look at it again", "What the support is for, and whether that is still right")
STUDENT = Step(
    "hold_by_student",
    "person-check",
    "Held by a student",
    "A student of yours supports them. You get no points for them",
)
NO_STUDENT = STUDENT._replace(
    label="Held by the worker again", words="The student has finished. Points are counted again"
)
DECIDE = Step(
    "close_decide", "hourglass-split", "Decide to close", "Time to finish well together, before the points end"
)
WITHDRAW = Step("close_withdraw", "arrow-counterclockwise", "Withdraw the decision", "Support goes on as before")
CLOSE = Step("close", "hand-thumbs-up", "Close", "Moved on: counts as not in touch from the day after")
AGAIN = Step("support_again", "arrow-return-right", "Support again", "Possible on any day")
GOES_ON = Step(
    "support_again",
    "arrow-counterclockwise",
    "Support goes on",
    "Undo the closing. It does not count as a new allocation",
)
NOT_IN_TOUCH = Step(
    "decide_not_in_touch", "pause", "Not in touch now", "After {inactive_weeks} weeks, or at their own wish"
)
UNDO = Step(
    "undo_not_in_touch",
    "arrow-counterclockwise",
    "Keep in touch after all",
    "Undo what {inactive_weeks} weeks ended, in one step",
)
GOT_IN_TOUCH = Step("contact_log", "chat-left-text", "Log a contact", "They got in touch, or someone asked about them")
PLEASE_DONT = Step(
    "person_edit", "bell-slash", "Please don’t contact me", "Reminders stop at once, because it is their choice"
)
TWO_PEOPLE = Step(
    "two_people", "arrow-counterclockwise", "They are two people after all", "Undo that two records became one"
)
WAITING = Step("waiting_edit", "person-exclamation", "Responsible", "What to do until a worker supports them")
OTHER_TEAM = Step(
    "other_team", "signpost-split", "Another team", "They wait in that team from now on. You no longer see them"
)
WAIT_AGAIN = Step(
    "waiting_edit",
    "person-plus",
    "Wait for a worker again",
    "They have come back. They keep this record, and wait until a worker is free",
)
HOLD = Step(
    "hold",
    "hourglass-split",
    "Back to waiting",
    "No worker has room for them now. Say who is responsible, and what is arranged until then",
)
STOP = Step("close", "hand-thumbs-up", "Moved on: asked us to stop", "Possible at once, with that reason")
STOP_WAITING = STOP._replace(route="decide_not_in_touch")
WORK = Step("work_add", "journal-text", "Add work", "An assessment, court support, a long way to travel")


class State(NamedTuple):
    """
    How it stands with a person today; ``arranged`` is from a later day on, ``leader``: whether the member leads their team.

    ``may_undo``: whether 24 weeks made them not in touch and the member may undo it.
    """

    found: Client
    allocation: Allocation | None
    arranged: Allocation | None
    referral: Referral | None
    leader: bool
    may_undo: bool


def what_next(state: State, on: date, *, merges: Sequence[Merge] = ()) -> list[dict]:
    """Return what can be done next: nothing that would only be refused as things stand."""
    found, leader = state.found, state.leader
    steps = []
    if not found.goes_on_in:
        steps += _steps(state)
        steps += _after_please_dont(found, state.allocation, leader)
    if leader and (found.goes_on_in or any(merge.undone_on is None for merge in merges)):
        steps.append(TWO_PEOPLE)
    weeks = {name: getattr(found.organisation, name) for name in ("parked_weeks", "inactive_weeks")}
    steps = [step._replace(words=step.words.format(**weeks)) for step in steps]
    return [{"url": url_of(step, found), **step._asdict()} for step in steps]


def url_of(step: Step, found: Client) -> str:
    """Return where a step is taken; moving on because they asked us to stop has that reason chosen already."""
    why = f"?why={MovedOn.ASKED_US_TO_STOP}" if step in (STOP, STOP_WAITING) else ""
    return reverse(step.route, args=[found.uid]) + why


def _after_please_dont(found: Client, allocation, leader: bool):
    if found.contact_preference == ContactPreference.OK or found.tier == Tier.INACTIVE:
        return
    if allocation and allocation.closed_on is None:
        yield STOP
    elif leader and allocation is None:
        yield STOP_WAITING


def _steps(state: State):
    found, allocation, arranged, referral, leader, may_undo = state
    open_ = allocation is not None and allocation.closed_on is None
    if found.tier == Tier.INACTIVE:
        if may_undo:
            yield UNDO
        if open_ or leader and (allocation or not arranged):
            yield AGAIN
        if leader and allocation is None:
            yield HAND_OVER if arranged else WAITING if referral else WAIT_AGAIN
            if referral and not arranged and _has_another_team(found):
                yield OTHER_TEAM
        if leader and (referral or arranged):
            yield NOT_IN_TOUCH
        yield GOT_IN_TOUCH
        return
    if allocation is None and leader:
        if arranged:
            yield HAND_OVER
        else:
            yield ALLOCATE
            yield WAITING
            if _has_another_team(found):
                yield OTHER_TEAM
    if found.tier == Tier.PARKED:
        yield AGAIN
    if found.tier in ACTIVE_TIERS and (open_ or allocation is None):
        yield CHANGE
        yield KEEP
    elif found.tier in ACTIVE_TIERS:
        yield GOES_ON
    if open_:
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
    if leader and (found.tier == Tier.PARKED or allocation is None):
        yield NOT_IN_TOUCH
    if found.contact_preference == "ok":
        yield PLEASE_DONT


def _has_another_team(found: Client) -> bool:
    """Return whether there is a team that somebody who waits could go to; asked of nobody else."""
    return waiting.teams_besides(found.organisation_id, found.team_id).exists()


def wait_of(found: Client, referral: Referral, gone: Collection[int] = ()) -> Wait:
    """
    Return what the rules of waiting go by, of somebody's referral.

    :param gone: members who do not work here any more, so that nobody is responsible where one of them was
    """
    owned = referral.owner_id is not None and referral.owner_id not in gone
    return Wait(found.statutory, owned, referral.due_on, referral.referred_on)


def not_here(members: Iterable[Member | None], on: date) -> set[int]:
    """Return the primary keys of those of some members whose sign-in is closed or whose last day has passed."""
    named = [member for member in members if member]
    return {member.pk for member in named if not member.active} | (gone_by(on, named) if named else set())


# About -----------------------------------------------------------------------------------------------------------


def points_of(found: Client, allocation: Allocation | None, on: date):
    """Return the points a person stands for with their worker that day, their family's case included."""
    if allocation is None:
        return None
    return sum(_points(found.organisation_id, on, allocation.worker_id, found.pk, found.family_id))


@compile_once
def _points(organisation_id: int, on: date, worker_id: int, client_id: int, family_id: int):
    lines = PointLine.objects.of(organisation_id).on(on).filter(worker=worker_id)
    return lines.filter(Q(client=client_id) | Q(family=family_id)).values_list("points", flat=True)


class Looked(NamedTuple):
    """Who has looked at a page in the last month: their names, how often, and the last day, latest first."""

    people: int
    times: list[dict]


def who_looked(found: Client, request) -> Looked:
    """Return who has opened the page in the last thirty days, the member who asks included."""
    zone = ZoneInfo(request.organisation.timezone)
    seen = _opened(str(found.uid), clock.now() - LOOKED)
    times = [{"name": name, "times": count, "on": last.astimezone(zone).date()} for name, count, last in seen]
    return Looked(len(times), times)


@compile_once
def _opened(subject: str, since: datetime):
    rows = Entry.objects.filter(subject=subject, what=Entry.What.OPENED, at__gte=since).values("member__name")
    return (
        rows.annotate(times=Count("pk"), last=Max("at")).order_by("-last").values_list("member__name", "times", "last")
    )
