"""A person's page: how to contact them safely first, then what happened and what can be done next."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from caseload import rules as caseload_rules
from caseload.consents import queries as consents
from caseload.cover.queries import cover_of
from caseload.duplicates import queries as duplicates
from caseload.enums import Tier
from caseload.goals import queries as goals
from caseload.groups import queries as groups
from caseload.models import Allocation, Client, Contact, Referral, TierPeriod
from caseload.next_steps import queries as next_steps
from caseload.queries.held import with_worker_since
from caseload.queries.in_touch import Tried, next_due
from caseload.queries.person import (
    allocations_of,
    contacts_of,
    last_active_tier,
    last_worker,
    may_undo_not_in_touch,
    person_seen_by,
    tiers_of,
)
from caseload.queries.settings import cadence_of
from caseload.templatetags.contacts import tried_words
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
from peerload.staff.models import Member, Organisation
from peerload.staff.roles import Capability
from workload import queries as workload
from workload import rules
from workload.models import PointLine

from .keeping_in_touch import keeping_in_touch
from .timeline import Happened, timeline
from .what_next import CONSENT, GOAL, PersonState, what_next

SHOWN = 30  # entries of a timeline, before all are asked for
LOOKED = timedelta(days=30)


@access.requires(Capability.SUPPORT_PEOPLE)
@require_GET
def person(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Show a person a member may see, and log that they were opened."""
    found = person_seen_by(request.member, request.on, uid)
    if found is None:
        raise Http404
    if found.goes_on_in and person_seen_by(request.member, request.on, found.goes_on_in):
        messages.info(request, _("%(ref)s was entered twice. This is the record in use.") % {"ref": found.ref})
        return redirect("person", found.goes_on_in)
    audit.opened(request, found)
    return render(request, "home/person.html", _page(request, found))


def _page(request: access.MemberRequest, found: Client) -> dict[str, Any]:
    """Return what the page shows: facts gathered once, and what follows from them."""
    on = request.on
    allocations, tiers = allocations_of(found.pk), tiers_of(found.pk)
    allocation = next((each for each in allocations if dates.contains(each.starts_on, each.ends_before, on)), None)
    arranged = next((each for each in reversed(allocations) if each.starts_on > on and each.closed_on is None), None)
    contacts, merges = contacts_of(found.pk), duplicates.merges_of(found.pk)
    referrals, choices = waiting.referrals_of(found.pk), waiting.choices_of(found.pk)
    referral = next((each for each in referrals if each.ended_on is None), None)
    promised, wanted = next_steps.of_person(found, on), goals.of_person(found)
    who_else = consents.of_person(found, on)
    leader = leads(request.member, found)
    more = caseload_rules.asks_for_more(found.tier, waits=referral is not None, merged=bool(found.goes_on_in))
    may_undo = may_undo_that(found, tiers, request.member, on, leader=leader)
    unsaid = [step for step, said in ((GOAL, wanted), (CONSENT, who_else)) if more and not any(said)]
    state = PersonState(found, allocation, arranged, referral, leader, may_undo, unsaid)
    return {
        "person": found,
        "on": on,
        **_support(request, found, allocation, allocations, contacts, tiers),
        **_who_acts(request, found, referral, leader=leader),
        **_timeline(
            request,
            timeline(
                *(found, contacts, tiers, allocations, referrals, choices, merges, promised.ended),
                goals=[*wanted.standing, *wanted.ended],
                consents=[*who_else.holding, *who_else.withdrawn],
            ),
        ),
        "arranged": arranged,
        "leads": leader,
        "next": what_next(state, on, merges=merges),
        "ended_by_time": ended_by_time(found, on, request) if may_undo else None,
        "choice": next((each for each in choices if each.ended_on is None), None),
        "groups": groups.groups_with(found, request.member, on),
        "looked": who_looked(found, request),
        "list_url": list_url(request),
        "list_label": list_label(request),
        "contact_lines": [line for line in found.contact_note.splitlines() if line.strip()],
        "tried": _tried(contacts, on, request.organisation),
        "dials": () if found.goes_on_in else dials(found.phone, request.organisation.region),
        "next_steps": promised,
        "goals": wanted,
        "who_else": who_else,
        "asks_for_more": more,
        "to_ask": duplicates.who_to_ask(found) if found.goes_on_in else None,
        "just_logged": just_logged(request, found),
    }


def _support(
    request: access.MemberRequest,
    found: Client,
    allocation: Allocation | None,
    allocations: Sequence[Allocation],
    contacts: Sequence[Contact],
    tiers: Sequence[TierPeriod],
) -> dict[str, Any]:
    """Return the section about a person's support now, and the next contact."""
    on, every = request.on, cadence_of(request.organisation)
    with_since = with_worker_since(allocation, allocations) if allocation else None
    prompted = allocation is None or allocation.closed_on is None
    return {
        "allocation": allocation,
        "with_since": with_since,
        "new": allocation is not None and is_told(allocation, with_since, on),
        "due": next_due(found.six_weeks_from, on, every) if prompted else None,
        "touch": keeping_in_touch(found, contacts, tiers, on, every) if prompted else None,
        "last_tier": last_active_tier(found) if found.tier == Tier.PARKED else None,
        "points": points_of(found, allocation, on),
        "under_way": workload.work_under_way(request.organisation, found, on),
        "first_met": min((tier.starts_on for tier in tiers), default=None),
        "window_ends": window_ends(allocation, request.organisation),
    }


def _who_acts(
    request: access.MemberRequest, found: Client, referral: Referral | None, *, leader: bool
) -> dict[str, Any]:
    """Return who covers, who is responsible while a person waits, and whether they still work here."""
    cover = cover_of(found.pk, request.on)
    gone = not_here(
        [*([cover.worker, cover.absence.worker] if cover else []), referral.owner if referral else None], request.on
    )
    return {
        "cover": cover,
        "covers": bool(cover and cover.worker_id == request.member.pk),
        "absent_left": bool(cover and cover.absence.worker_id in gone),
        "cover_gone": bool(cover and cover.worker_id in gone),
        "referral": referral,
        "owner_gone": bool(referral and referral.owner_id in gone),
        "days_late": wait_of(found, referral, gone).days_late(request.on) if referral else 0,
        "sees_to_it": leader or bool(referral and referral.owner_id == request.member.pk),
    }


def _timeline(request: access.MemberRequest, entries: list[Happened]) -> dict[str, Any]:
    """Return the entries of a timeline that the page shows, and how many more there are."""
    only = request.GET.get("only") == "contacts"
    entries = [entry for entry in entries if entry.contact] if only else entries
    most = len(entries) if request.GET.get("all") else SHOWN
    return {"timeline": entries[:most], "left": max(len(entries) - most, 0), "only_contacts": only}


def _tried(contacts: Sequence[Contact], on: date, organisation: Organisation) -> str:
    """Say that the last entry is an attempt, where the next one is decided about; nothing if they were reached."""
    tried = Tried.among(contacts)
    return tried_words(tried, on, organisation) if tried else ""


def may_undo_that(found: Client, tiers: Iterable[TierPeriod], member: Member, on: date, *, leader: bool) -> bool:
    """Return whether 24 weeks made a person not in touch and the member may undo it: leading the team, or as the last worker."""
    held = next((tier for tier in tiers if dates.contains(tier.starts_on, tier.ends_before, on)), None)
    if found.goes_on_in or held is None or held.tier != Tier.INACTIVE or not held.automatic:
        return False
    return leader or may_undo_not_in_touch(member, found, on)


class EndedByTime(NamedTuple):
    """
    How 24 weeks made a person not in touch: since when, their last worker, and until when that worker can undo it.

    ``until`` is None where the last worker has left.
    """

    since: date
    worker: str
    until: date | None


def ended_by_time(found: Client, on: date, request: access.MemberRequest) -> EndedByTime:
    """Return the section about a person who is not in touch after 24 weeks."""
    last = last_worker(found, on)
    if last is None:
        return EndedByTime(found.tier_from, "", None)
    has_left = bool(not_here([last.worker], on))
    until = None if has_left else last.closed_on + timedelta(weeks=request.organisation.undo_weeks)
    return EndedByTime(found.tier_from, last.worker.name, until)


def is_told(allocation: Allocation, with_since: date, on: date) -> bool:
    """Return whether a person is new with their worker, and the allocation has terms."""
    said = allocation.purpose or allocation.first_action or allocation.review_on or allocation.note
    return bool(said) and caseload_rules.is_new(with_since, on)


def window_ends(allocation: Allocation | None, organisation: Organisation) -> date | None:
    """Return the last day on which points count after a decision to close."""
    if allocation is None or allocation.close_decided_on is None:
        return None
    scheme = rules.scheme_on(workload.schemes(organisation.pk), allocation.close_decided_on)
    return rules.closing_ends_before(allocation.close_decided_on, scheme) - dates.DAY


def wait_of(found: Client, referral: Referral, gone: Collection[int] = ()) -> Wait:
    """
    Return the facts about a person's referral for the rules of waiting.

    :param gone: members who do not work here any more, so that no one is responsible where one of them was
    """
    owned = referral.owner_id is not None and referral.owner_id not in gone
    return Wait(found.statutory, owned, referral.due_on, referral.referred_on)


def not_here(members: Iterable[Member | None], on: date) -> set[int]:
    """Return the keys of those members whose sign-in is closed or whose last day has passed."""
    named = [member for member in members if member]
    return {member.pk for member in named if not member.active} | (gone_by(on, named) if named else set())


def points_of(found: Client, allocation: Allocation | None, on: date) -> Decimal | None:
    """Return the points of a person for their worker that day, their family's case included."""
    if allocation is None:
        return None
    return sum(_points(found.organisation_id, on, allocation.worker_id, found.pk, found.family_id), rules.NOTHING)


@compile_once
def _points(
    organisation_id: int, on: date, worker_id: int, client_id: int, family_id: int
) -> QuerySet[PointLine, Decimal]:
    lines = PointLine.objects.of(organisation_id).on(on).filter(worker=worker_id)
    return lines.filter(Q(client=client_id) | Q(family=family_id)).values_list("points", flat=True)


class Looked(NamedTuple):
    """The members who opened a page in the last month: their names, how often, and the last day, latest first."""

    people: int
    times: list[dict[str, Any]]


def who_looked(found: Client, request: access.MemberRequest) -> Looked:
    """Return who has opened the page in the last thirty days, the member who asks included."""
    zone = ZoneInfo(request.organisation.timezone)
    seen = _opened(str(found.uid), clock.now() - LOOKED)
    times = [{"name": name, "times": count, "on": last.astimezone(zone).date()} for name, count, last in seen]
    return Looked(len(times), times)


@compile_once
def _opened(subject: str, since: datetime) -> QuerySet[Any, Any]:
    rows = Entry.objects.filter(subject=subject, what=Entry.What.OPENED, at__gte=since).values("member__name")
    return (
        rows.annotate(times=Count("pk"), last=Max("at")).order_by("-last").values_list("member__name", "times", "last")
    )
