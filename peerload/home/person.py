"""A person's page, in the order a worker needs: contacting safely, what is next and was last, logging, what can be done."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from caseload import rules as caseload_rules
from caseload.consents import queries as consents
from caseload.duplicates import queries as duplicates
from caseload.goals import queries as goals
from caseload.groups import queries as groups
from caseload.models import Client, Contact, Merge
from caseload.next_steps import queries as next_steps
from caseload.queries.in_touch import Tried
from caseload.queries.person import allocations_of, contacts_of, person_seen_by, tiers_of
from caseload.templatetags.contacts import tried_words
from caseload.views.base import leads
from caseload.views.came_from import just_logged, list_label, list_url
from caseload.waiting import queries as waiting
from peerload.audit import actions as audit
from peerload.core import dates
from peerload.core.phones import dials
from peerload.staff import access
from peerload.staff.models import Organisation
from peerload.staff.roles import Capability
from workload import queries as workload

from .person_opened import who_looked
from .person_support import ended_by_time, may_undo_that, support_of, who_acts
from .timeline import Happened, last_reached, timeline
from .what_next import CONSENT, GOAL, PersonState, what_next
from .worry import worry_of

SHOWN = 5  # entries of a timeline, before all are asked for
AT_ONCE = 3  # ways on that stand open; the others are folded


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
    contacts, activities = contacts_of(found.pk), workload.activities_of(found.pk)
    merges = duplicates.merges_of(found.pk) if found.was_merged else []
    referrals = waiting.referrals_of(found.pk)
    choices = waiting.choices_of(found.pk) if found.asked_not_once else []
    referral = next((each for each in referrals if each.ended_on is None), None)
    promised, wanted = next_steps.of_person(found, on), goals.of_person(found)
    who_else = consents.of_person(found, on)
    leader = leads(request.member, found, on)
    more = caseload_rules.asks_for_more(found.tier, waits=referral is not None, merged=bool(found.goes_on_in))
    may_undo = may_undo_that(found, tiers, request.member, on, leader=leader)
    unsaid = [step for step, said in ((GOAL, wanted), (CONSENT, who_else)) if more and not any(said)]
    state = PersonState(found, allocation, arranged, referral, leader, may_undo, unsaid)
    return {
        "person": found,
        "on": on,
        **support_of(request, found, allocation, allocations, contacts, tiers, activities),
        **who_acts(request, found, referral, leader=leader),
        **_timeline(
            request,
            timeline(
                *(found, contacts, tiers, allocations, referrals, choices, merges, promised.ended),
                goals=[*wanted.standing, *wanted.ended],
                consents=[*who_else.holding, *who_else.withdrawn],
                activities=activities,
            ),
        ),
        "arranged": arranged,
        "leads": leader,
        **_ways_on(state, on, merges),
        "ended_by_time": ended_by_time(found, on, request) if may_undo else None,
        "choice": next((each for each in choices if each.ended_on is None), None),
        "groups": groups.groups_with(found, request.member, on),
        "looked": who_looked(found, request),
        "list_url": list_url(request),
        "list_label": list_label(request),
        "contact_lines": [line for line in found.contact_note.splitlines() if line.strip()],
        "worry": None if found.goes_on_in else worry_of(found),
        "last": last_reached(contacts),
        "tried": _tried(contacts, on, request.organisation),
        **_ways_to_call(found, request.organisation.region),
        "next_steps": promised,
        "stepping": bool(promised.steps) or more,
        "goals": wanted,
        "who_else": who_else,
        "asks_for_more": more,
        "to_ask": duplicates.who_to_ask(found, on) if found.goes_on_in else None,
        "just_logged": just_logged(request, found),
    }


def _ways_to_call(found: Client, region: str) -> dict[str, Any]:
    """Return each number as a telephone dials it, and whether the button says all of what is written."""
    numbers = [] if found.goes_on_in else dials(found.phone, region)
    return {"dials": numbers, "number_on_button": [found.phone.strip()] == [each.written for each in numbers]}


def _ways_on(state: PersonState, on: date, merges: Sequence[Merge]) -> dict[str, Any]:
    """Return what the member can do, nearest first, and what is folded."""
    steps = what_next(state, on, merges=merges)
    first = len(steps) if len(steps) <= AT_ONCE + 1 else AT_ONCE
    return {"next": steps[:first], "next_folded": steps[first:]}


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
