"""My weeks: the plan in force, the hours people need, the time logged; and the page of one plan."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from peerload.staff import access
from peerload.staff.models import Member
from peerload.staff.roles import Capability
from wellbeing.enums import PlanState
from wellbeing.models import TimePlan
from wellbeing.plans import queries, tables
from wellbeing.time.views import quick

from .rules.dated import mondays, week_of
from .rules.needs import hours_needed, parting
from .views.answering import find_plan
from .views.templates import KEEPS_TEMPLATES
from .views.writing import names_of, weeks_from


@access.requires(Capability.SEE_OWN_POINTS)
@require_GET
def my_weeks(request: access.MemberRequest) -> HttpResponse:
    """Show a member the current four weeks, beside the hours their people need and the time they logged."""
    member, on = request.member, request.on
    plan = queries.in_force(member, on)
    post = queries.post_of(member, on)
    anchor = request.organisation.cycle_anchor
    context = {
        "plan": plan,
        "draft": queries.open_plan(member),
        "week": week_of(on, anchor),
        "mondays": mondays(on, anchor),
        "hours": post.hours,
        "has_post": post.is_recorded,
        "with": names_of(queries.agreeing(member, post.team, on)),
        "versions": queries.versions(member),
        "templates": queries.templates(request.organisation),
        "to_agree": queries.proposed_to(member, on),
        "keeps": access.may(member, *KEEPS_TEMPLATES),
        "this_week": queries.this_week(member, on),
        "quick": quick(request),
        "on": on,
    }
    if plan:
        weeks = queries.weeks(member, context["mondays"], post.hours, on)
        context |= beside(member, plan, post.hours, weeks, on, logged=queries.logged(member, on))
    return render(request, "wellbeing/plans/my_weeks.html", context)


def beside(
    worker: Member,
    plan: TimePlan,
    hours: Decimal,
    weeks: list[queries.Week],
    on: date,
    *,
    logged: queries.LoggedWeeks | None = None,
    own: bool = True,
) -> dict:
    """Return a plan with the hours needed and, for the worker alone, the time logged."""
    grid, asked = queries.grid_of(plan), queries.asked_of(worker, on)
    return {
        "sheet": tables.sheet(grid, hours, weeks=weeks, on=on, asked=asked, logged=logged),
        "parting": parting(grid, hours_needed(asked), hours, own=own),
        "logged": logged,
    }


@access.requires(Capability.SEE_OWN_POINTS)
@require_GET
def plan(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Show one plan to its worker, and to the manager who agrees to it: hours, guides, and the hours needed."""
    found, on = find_plan(request, uid), request.on
    hours = queries.post_then(found.worker, found.starts_on, on).hours
    own = found.worker_id == request.member.pk
    weeks = weeks_from(found.worker, found.starts_on, hours, on) if found.state != PlanState.AGREED else []
    context = {
        "plan": found,
        "own": own,
        "answers": not own and found.state == PlanState.PROPOSED,
        "keeps": access.may(request.member, *KEEPS_TEMPLATES),
        "hours": hours,
        "on": on,
        **beside(found.worker, found, hours, weeks, on, own=own),
    }
    return render(request, "wellbeing/plans/plan.html", context)
