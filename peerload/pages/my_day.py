"""My day: whom to contact, whom somebody supports, what they hold. Numbers come from `queries`, bands from the rules."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.shortcuts import redirect, render

from caseload import queries
from caseload import rules as caseload_rules
from caseload.enums import CASELOAD_TIERS, ParkedOutcome
from caseload.views import just_logged, remember_list, search_words
from peerload.audit import actions as audit
from peerload.staff import access
from peerload.staff.roles import Capability
from workload import queries as workload
from workload import rules
from workload.enums import Element, Ending
from workload.months import queries as months

from .templatetags.look import number

AHEAD = timedelta(weeks=8)
SHOWN = 10  # people without anything due, before a search asks for more
FOUND = 30


@access.requires(Capability.SUPPORT_PEOPLE, otherwise_first_page=True)
def my_day(request):
    """Show a worker's day; a manager who supports nobody begins with the team instead."""
    member, on = request.member, request.on
    people = queries.held_by(member, on)
    if not people and access.first_page(member) != "my_day":
        return redirect(access.first_page(member))
    remember_list(request)
    to_contact = queries.to_contact(people)
    supported = _supported(people, to_contact, search_words(request))
    if request.htmx:
        return render(request, "pages/my_day_supported.html", {**supported, "on": on})
    audit.listed(request, "my_day", len(people))
    listed = workload.listed(request.organisation, on, worker_ids=[member.pk])
    context = {
        **supported,
        "on": on,
        "to_contact": to_contact,
        "lead": lead(to_contact, people),
        "asked": [person for person in people if person.outcome == ParkedOutcome.REACTIVATE],
        "waiting": queries.waiting(member, on) if access.leads(member) else None,
        "just_logged": just_logged(request),
        "asking_record": months.asks_of(member, on),
        "to_decide": months.to_decide(member),
        "open_actions": months.open_actions(member),
    }
    if listed:
        context |= _mix(people, request.organisation, listed[0].fte)
        context |= _points(request.organisation, people, on, listed[0])
    return render(request, "pages/my_day.html", context)


def _supported(people: list[queries.Held], to_contact: queries.ToContact, words: str) -> dict:
    """Return the people to show: those found, or those longest without contact who do not stand above already."""
    above = {person.pk for group in to_contact for person in group}
    found = queries.named_like(people, words) if words else [person for person in people if person.pk not in above]
    most = FOUND if words else SHOWN
    return {"supported": found[:most], "left": len(found) - most, "people": len(people), "q": words}


def lead(to_contact: queries.ToContact, people: list[queries.Held]) -> str:
    """Say in a sentence what the day asks for."""
    if not people:
        return "Nobody is with you yet."
    parts = [
        words
        for words in (
            _count(len(to_contact.overdue), "contact is overdue", "contacts are overdue"),
            _count(len(to_contact.today), "is due today", "are due today"),
        )
        if words
    ]
    week = _count(len(to_contact.week), "contact is due within a week", "contacts are due within a week")
    if parts:
        return " and ".join([parts[0], *(part[0].lower() + part[1:] for part in parts[1:])]) + "."
    return f"Nothing is due today. {week}." if week else "No contact is due this week."


def _count(count: int, one: str, many: str) -> str:
    return f"{number(count).capitalize()} {one if count == 1 else many}" if count else ""


def _mix(people: list[queries.Held], organisation, fte) -> dict:
    """Return people by tier against the boundary of a worker's FTE; those a student holds are not counted."""
    mix = caseload_rules.mix(person.tier for person in people if not person.student_held)
    boundary = queries.boundary(organisation).times(fte)
    rows = [
        {"tier": tier, "people": n, "boundary": most}
        for tier, n, most in zip(CASELOAD_TIERS, mix, boundary, strict=True)
    ]
    needed = caseload_rules.parked_contacts_a_week(mix.parked, queries.cadence(organisation))
    return {
        "mix": mix,
        "boundary": boundary,
        "mix_rows": rows,
        "over": caseload_rules.over_boundary(mix, boundary),
        "contacts_needed": caseload_rules.rounded(needed, 1),
    }


class Step(NamedTuple):
    """A day on which a total changes, and why."""

    on: date
    total: Decimal
    what: str


def _points(organisation, people: list[queries.Held], on: date, listed: workload.Listed) -> dict:
    """Return what a worker holds, and what falls off in the weeks ahead as far as known."""
    scheme = rules.scheme_on(workload.schemes(organisation.pk), on)
    total = workload.totals_on(organisation, on, [listed], scheme=scheme)[listed.member_id]
    lines = workload.lines_between([listed.member_id], on, on + AHEAD)
    names = {person.pk: person.name for person in people}
    return {"total": total, "steps": steps(lines, on, fte=listed.fte, scheme=scheme, names=names)}


def steps(lines: list[rules.Line], on: date, *, fte, scheme: rules.Scheme, names: dict[int, str]) -> list[Step]:
    """Return today's total and every day up to eight weeks ahead on which it changes, as far as known today."""
    found: list[Step] = []
    for day in rules.days_of_change(lines, on, on + AHEAD):
        total = rules.total_of(rules.standing(lines, day), fte=fte, scheme=scheme).total
        if not found or found[-1].total != total:
            found.append(Step(day, total, _why(lines, day, scheme, names) if found else ""))
    return found


def _why(lines: list[rules.Line], day: date, scheme: rules.Scheme, names: dict[int, str]) -> str:
    """Name what ends and what begins on a day, each once."""
    changes = [(line, _ended(line)) for line in lines if line.ends_before == day]
    changes += [(line, "begins") for line in lines if line.starts_on == day]
    said = dict.fromkeys(f"{_what(line, scheme, names)}: {words}" for line, words in changes)
    return "; ".join(said)


def _what(line: rules.Line, scheme: rules.Scheme, names: dict[int, str]) -> str:
    weight = scheme.by_code.get(line.code)
    label = weight.label if weight else line.code
    if line.element != Element.CASE:
        return label
    who = names.get(line.person, "a family" if line.family else "somebody you supported")
    return who if line.code in ("case", "new") else f"{who}, {label.lower()}"


def _ended(line: rules.Line) -> str:
    if line.code == "new" and line.ending == Ending.WINDOW:
        return "no longer newly allocated"
    return line.ending.label if isinstance(line.ending, Ending) else Ending(line.ending).label
