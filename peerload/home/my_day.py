"""My day: what to do now, the week, what a worker carries. Numbers come from `queries`, bands from the rules."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from caseload import rules as caseload_rules
from caseload.cover.queries import Covered, covered_by
from caseload.day_lists import standing_in_today
from caseload.enums import CASELOAD_TIERS, ParkedOutcome
from caseload.groups import queries as groups
from caseload.next_steps import queries as next_steps
from caseload.queries.held import SupportedPerson, due_to_worker, first_day_of, held_by, new_with, to_look_at
from caseload.queries.settings import boundary_of, quiet_from
from caseload.to_decide import past_closing, to_decide
from caseload.views.came_from import just_logged, remember_list
from caseload.waiting import queries as waiting
from peerload.audit import actions as audit
from peerload.core import dates
from peerload.notices.queries import FirstPageNews, news
from peerload.staff import access
from peerload.staff import queries as staff
from peerload.staff.models import Organisation
from peerload.staff.roles import Capability
from wellbeing.enums import SessionKind
from wellbeing.leave.queries import own_ahead
from wellbeing.plans.queries import this_week
from wellbeing.sessions import queries as sessions
from workload import queries as workload
from workload import rules
from workload.models import Assumption
from workload.months import queries as months
from workload.points.ahead import AHEAD, steps

from . import acting
from . import my_day_parts as parts


@access.requires(Capability.SUPPORT_PEOPLE, otherwise_first_page=True)
def my_day(request: access.MemberRequest) -> HttpResponse:
    """Show a worker's day; for a manager who supports no one it begins with the team."""
    member, on = request.member, request.on
    people, covered = held_by(member, on), covered_by(member, on)
    if not people and not covered and access.first_page(member) != "my_day":
        return redirect(access.first_page(member))
    remember_list(request)
    posts = staff.posts_of(member)
    first_day = first_day_of(posts, on)
    first_week = caseload_rules.is_first_week(first_day, on)
    people = due_to_worker(people, on, first_day)
    covered = [each._replace(people=due_to_worker(each.people, on, first_day)) for each in covered]
    told = news(member, on)
    audit.listed(request, "my_day", len(people) + sum(len(each.people) for each in covered) + len(told))
    records = months.asked_of(member, on)
    decisions = _decisions(request, records)
    context = _today_and_week(request, people, covered, parts.count_decisions(**decisions)) | {
        "on": on,
        "people": people,
        "acting": acting.cards(request),
        "covering": [parts.Covering.of(each) for each in covered],
        "first_week": first_week,
        "new": parts.Folded.after(new_with(member, people, on), parts.NEW_SHOWN),
        "just_logged": just_logged(request),
        "steps_back": staff.steps_ahead(posts, on),
        "this_week": this_week(member, on),
        "leave_ahead": own_ahead(member, on),
    }
    busy = bool(context["contacts"] or context["next_steps"])
    context |= _to_do(request, people, len(context["closing"]), told, decisions, records.to_settle, busy=busy)
    found = workload.foreseen(request.organisation, on, on + AHEAD, worker_ids=[member.pk])
    if not first_week and found and found[0].worker.on == on:
        context |= _mix(people, request.organisation, found[0].worker.fte)
        context |= _points(found[0], people, request.organisation, on)
    return render(request, "home/my_day.html", context)


def _today_and_week(
    request: access.MemberRequest, people: list[SupportedPerson], covered: list[Covered], decisions: int
) -> dict[str, Any]:
    """Return what is for today, the days ahead, and who is quiet for long of those not shown for today."""
    member, on = request.member, request.on
    last = on + timedelta(days=caseload_rules.SOON_DAYS)
    everyone = [*people, *(person for each in covered for person in each.people)]
    due = parts.Due.of(everyone)
    found = next_steps.steps_of_member(member, on, last, on)
    now = [step for step in found if step.due_on <= on]
    mine = groups.meeting_groups(member, on)
    soon = sessions.soon(member, on)
    closing = past_closing(everyone, member, on)
    above = standing_in_today(due.now, closing, now, on)
    week = parts.days_ahead(
        on,
        due=due.week,
        steps=found,
        groups=groups.meeting_between(mine, on + dates.DAY, last),
        sessions=soon.ahead,
    )
    supervision = next((each for each in soon.ahead if each.kind == SessionKind.SUPERVISION), None)
    return {
        "lead": parts.lead(due, people, [parts.Covering.of(each) for each in covered], now, decisions),
        "contacts": parts.Folded.after(due.now, parts.CONTACTS_SHOWN),
        "next_steps": parts.Folded.after(now, parts.STEPS_SHOWN),
        "groups_to_record": groups.to_record(mine, on),
        "sessions_today": [each for each in soon.ahead if each.planned_on == on],
        "sessions_to_confirm": soon.to_confirm,
        "closing": closing,
        "week": week,
        "quiet": parts.quiet(people, on, quiet_from(request.organisation), shown_above=above),
        "leads": access.leads(member),
        "quiet_from": quiet_from(request.organisation),
        "irregular_groups": [group for group in mine if not group.weekday],
        "next_session": supervision or next(iter(soon.ahead), None),
    }


def _decisions(request: access.MemberRequest, records: months.AskedOf) -> dict[str, Any]:
    """Return what waits for a manager's decision: people of their teams, and monthly records."""
    member = request.member
    return {"deciding": to_decide(member, request.on) if access.leads(member) else None, "to_decide": records.to_decide}


def _to_do(
    request: access.MemberRequest,
    people: list[SupportedPerson],
    closing: int,
    told: FirstPageNews,
    decisions: dict[str, Any],
    settling: list[Assumption],
    *,
    busy: bool,
) -> dict[str, Any]:
    """Return what waits for a decision or an answer, and what the member was told of; with how many they are."""
    member, on = request.member, request.on
    found = {
        "asked": [person for person in people if person.outcome == ParkedOutcome.REACTIVATE],
        "to_look_at": to_look_at(people, on),
        "asking_records": months.asks_of(member, on),
        "open_actions": months.open_actions(member),
        "to_settle": settling,
    }
    responsible_for = waiting.count_responsible_for(member, on)
    number = closing + sum(map(len, found.values())) + bool(responsible_for) + len(told)
    number += parts.count_decisions(**decisions)
    return {
        **found,
        **decisions,
        "responsible_for": responsible_for,
        "news": parts.Folded.after([*told.first, *told.more], parts.NEWS_SHOWN),
        "to_do": parts.ToDo(number, busy),
    }


def _mix(people: list[SupportedPerson], organisation: Organisation, fte: Decimal) -> dict[str, Any]:
    """Return people by tier against the boundary of a worker's FTE; people held by a student are not counted."""
    mix = caseload_rules.mix(person.tier for person in people if not person.student_held)
    boundary = boundary_of(organisation).times(fte)
    rows = [
        {"tier": tier, "people": n, "boundary": most}
        for tier, n, most in zip(CASELOAD_TIERS, mix, boundary, strict=True)
    ]
    return {
        "mix": mix,
        "boundary": boundary,
        "mix_rows": [row for row in rows if row["people"]],
        "over": caseload_rules.over_boundary(mix, boundary),
    }


def _points(
    found: workload.Foreseen, people: list[SupportedPerson], organisation: Organisation, on: date
) -> dict[str, Any]:
    """Return what a worker holds, and what changes first in the weeks ahead as far as known."""
    schemes = workload.schemes(organisation.pk)
    standing = rules.standing(found.known.lines, on)
    names = {person.pk: person.name for person in people}
    return {
        "total": rules.total_of(standing, fte=found.worker.fte, scheme=rules.scheme_on(schemes, on)),
        "next_change": parts.next_change(steps(found, schemes, on, names), on),
        "has_post": found.worker.has_post,
    }
