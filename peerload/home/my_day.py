"""My day: people to contact, people supported, points held. Numbers come from `queries`, bands from the rules."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caseload import rules as caseload_rules
from caseload.cover.queries import Covered, covered_by
from caseload.enums import CASELOAD_TIERS, ParkedOutcome
from caseload.groups import queries as groups
from caseload.next_steps import queries as next_steps
from caseload.queries.held import (
    SupportedPerson,
    ToContact,
    contacts_to_make,
    held_by,
    named_like,
    new_with,
    to_look_at,
)
from caseload.queries.settings import boundary_of, cadence_of
from caseload.to_decide import past_closing, to_decide
from caseload.views.base import search_words
from caseload.views.came_from import just_logged, remember_list
from caseload.waiting import queries as waiting
from peerload.audit import actions as audit
from peerload.core.formats import format_list
from peerload.notices.queries import news
from peerload.staff import access
from peerload.staff import queries as staff
from peerload.staff.models import Member, Organisation
from peerload.staff.roles import Capability
from peerload.ui.templatetags.ui import number
from wellbeing.plans.queries import this_week
from wellbeing.sessions import queries as sessions
from workload import queries as workload
from workload import rules
from workload.months import queries as months
from workload.points.ahead import AHEAD, steps

SHOWN = 10  # people without anything due, before a search asks for more
FOUND = 30


@access.requires(Capability.SUPPORT_PEOPLE, otherwise_first_page=True)
def my_day(request: access.MemberRequest) -> HttpResponse:
    """Show a worker's day; for a manager who supports no one it begins with the team."""
    member, on = request.member, request.on
    people = held_by(member, on)
    covered = covered_by(member, on)
    if not people and not covered and access.first_page(member) != "my_day":
        return redirect(access.first_page(member))
    remember_list(request)
    to_contact = contacts_to_make(people)
    supported = _supported(people, to_contact, search_words(request))
    if request.htmx:
        return render(request, "home/my_day/supported.html", {**supported, "on": on})
    told = news(member, on)
    audit.listed(request, "my_day", len(people) + sum(len(each.people) for each in covered) + len(told))
    found = workload.foreseen(request.organisation, on, on + AHEAD, worker_ids=[member.pk])
    covering = [Covering.of(each) for each in covered]
    context = {
        **supported,
        "on": on,
        "news": told,
        "to_contact": to_contact,
        "tiles": tiles(to_contact, covering),
        "lead": lead(to_contact, people, covering),
        "covered": covering,
        "next_steps": next_steps.steps_of_member(member, on, on + timedelta(days=caseload_rules.SOON_DAYS), on),
        "new": new_with(member, people, on),
        "to_look_at": to_look_at(people, on),
        "asked": [person for person in people if person.outcome == ParkedOutcome.REACTIVATE],
        "closing": past_closing([*people, *(person for each in covered for person in each.people)], member, on),
        "deciding": to_decide(member, on) if access.leads(member) else None,
        "responsible_for": waiting.count_responsible_for(member, on),
        "just_logged": just_logged(request),
        "groups": groups.facilitated_by(member, on),
        "asking_records": months.asks_of(member, on),
        "to_decide": months.to_decide(member),
        "open_actions": months.open_actions(member),
        "sessions": sessions.soon(member, on),
        "steps_back": staff.steps_ahead(member, on),
        "this_week": this_week(member, on),
    }
    if found and found[0].worker.on == on:
        context |= _mix(people, request.organisation, found[0].worker.fte)
        context |= _points(found[0], people, request.organisation, on)
    return render(request, "home/my_day.html", context)


class Covering(NamedTuple):
    """The people one covers while a worker is away: contacts to make, then the others."""

    absent: Member
    expected_back: date | None
    to_contact: ToContact
    others: list[SupportedPerson]
    left: int
    gone: bool

    @classmethod
    def of(cls, covered: Covered) -> "Covering":
        to_contact = contacts_to_make(covered.people)
        above = {person.pk for group in to_contact for person in group}
        others = [person for person in covered.people if person.pk not in above]
        left = len(others) - SHOWN
        return cls(covered.absent, covered.expected_back, to_contact, others[:SHOWN], max(left, 0), covered.gone)


def _supported(people: list[SupportedPerson], to_contact: ToContact, words: str) -> dict:
    """Return the people to show: those found, or those longest without contact who are not listed above already."""
    above = {person.pk for group in to_contact for person in group}
    found = named_like(people, words) if words else [person for person in people if person.pk not in above]
    most = FOUND if words else SHOWN
    return {"supported": found[:most], "left": len(found) - most, "people": len(people), "q": words}


class Tile(NamedTuple):
    """How many contacts to make: all, those with covered people, and where the first ones are listed."""

    count: int
    covering: int  # of them, of people one covers
    at: str


def tiles(to_contact: ToContact, covered: list[Covering]) -> dict[str, Tile]:
    """Return how many contacts are overdue, due today and due within a week, by those names."""
    found = {}
    for name in to_contact._fields:
        own = len(getattr(to_contact, name))
        theirs = [len(getattr(each.to_contact, name)) for each in covered]
        first = next((number for number, count in enumerate(theirs, 1) if count), None)
        at = name if own else f"cover-{first}" if first else "contacts"
        found[name] = Tile(own + sum(theirs), sum(theirs), at)
    return found


def lead(to_contact: ToContact, people: list[SupportedPerson], covered: list[Covering]) -> str:
    """Summarise the day in a sentence: the member's own people and covered ones."""
    if not people and not covered:
        return _("You support no one yet.")
    covers = ""
    if not people:
        covers = _("You cover for %(names)s.") % {"names": format_list(each.absent.name for each in covered)} + " "
    overdue, today, week = (tile.count for tile in tiles(to_contact, covered).values())
    if overdue or today:
        return covers + _due(overdue, today)
    if not week:
        return covers + _("No contact is due today or within a week.")
    words = ngettext(
        "Nothing is due today. %(number)s contact is due within a week.",
        "Nothing is due today. %(number)s contacts are due within a week.",
        week,
    )
    return covers + words % {"number": number(week).capitalize()}


def _due(overdue: int, today: int) -> str:
    """Say how many contacts are overdue and due today: "Two contacts are overdue and one is due today."."""
    words = ngettext("%(number)s contact is overdue", "%(number)s contacts are overdue", overdue)
    late = words % {"number": number(overdue).capitalize()}
    if not today:
        return f"{late}."
    if not overdue:
        words = ngettext("%(number)s is due today.", "%(number)s are due today.", today)
        return words % {"number": number(today).capitalize()}
    words = ngettext("%(overdue)s and %(number)s is due today.", "%(overdue)s and %(number)s are due today.", today)
    return words % {"overdue": late, "number": number(today)}


def _mix(people: list[SupportedPerson], organisation: Organisation, fte: Decimal) -> dict[str, Any]:
    """Return people by tier against the boundary of a worker's FTE; people held by a student are not counted."""
    mix = caseload_rules.mix(person.tier for person in people if not person.student_held)
    boundary = boundary_of(organisation).times(fte)
    rows = [
        {"tier": tier, "people": n, "boundary": most}
        for tier, n, most in zip(CASELOAD_TIERS, mix, boundary, strict=True)
    ]
    needed = caseload_rules.parked_contacts_a_week(mix.parked, cadence_of(organisation))
    return {
        "mix": mix,
        "boundary": boundary,
        "mix_rows": rows,
        "over": caseload_rules.over_boundary(mix, boundary),
        "contacts_needed": caseload_rules.rounded(needed, 1),
    }


def _points(
    found: workload.Foreseen, people: list[SupportedPerson], organisation: Organisation, on: date
) -> dict[str, Any]:
    """Return what a worker holds, and what changes in the weeks ahead as far as known."""
    schemes = workload.schemes(organisation.pk)
    standing = rules.standing(found.known.lines, on)
    names = {person.pk: person.name for person in people}
    return {
        "total": rules.total_of(standing, fte=found.worker.fte, scheme=rules.scheme_on(schemes, on)),
        "steps": steps(found, schemes, on, names),
        "has_post": found.worker.has_post,
    }
