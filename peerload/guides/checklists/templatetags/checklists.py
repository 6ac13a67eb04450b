"""What the pages of other packages show of checklists."""

from typing import Any

from django import template

from peerload.staff.access import MemberRequest, leads, teams_led

from ...rules import ContentStep, offset_words
from .. import queries

register = template.Library()


@register.filter
def offset(step: ContentStep, anchor: str) -> str:
    """Say when a step is due: ``3 working days before the last day``."""
    return offset_words(step.offset, anchor)


@register.inclusion_tag("guides/checklists/of_service.html")
def checklist_of_service(request: MemberRequest) -> dict[str, Any]:
    """Show how far the checklist about the service is, or the proposal to begin it."""
    if not queries.looks_after_service(request.member):
        return {"line": None, "proposal": None, "request": request}
    line = queries.of_service(request.organisation, request.on)
    proposal = None if line else queries.proposal_for_service(request.organisation)
    return {"line": line, "proposal": proposal, "request": request}


@register.inclusion_tag("guides/checklists/for_me.html")
def checklists_for_me(request: MemberRequest) -> dict[str, Any]:
    """Show the steps that are the reader's this week."""
    teams = [team.pk for team in teams_led(request)] if leads(request.member) else []
    found = queries.seen(request.member, request.on, teams)
    return {"rows": queries.for_me(request.member, request.on, found), "on": request.on, "request": request}


@register.inclusion_tag("guides/checklists/growth.html")
def checklists_of_member(request: MemberRequest) -> dict[str, Any]:
    """List the checklists about the reader, and those with a step of theirs."""
    found = queries.seen(request.member, request.on)
    mine = [each.run for each in found if each.run.about_id == request.member.pk or not each.decides]
    return {"lines": [queries.RunLine.of(run, request.on) for run in mine], "request": request}


@register.inclusion_tag("guides/checklists/team_growth.html")
def checklists_of_team(request: MemberRequest) -> dict[str, Any]:
    """List the checklists about those the reader leads, what is proposed, and what they can begin."""
    offered = queries.offered(request.organisation)
    return {
        "lines": queries.of_led(queries.seen(request.member, request.on), request.on),
        "proposals": queries.proposals(request.member, request.on),
        "checklists_to_begin": [
            each
            for each in offered
            if each.content.subject != queries.SERVICE and queries.may_begin(request.member, request.on, each.content)
        ],
        "on": request.on,
        "request": request,
    }


@register.inclusion_tag("guides/checklists/late_counts.html")
def checklists_late(request: MemberRequest) -> dict[str, Any]:
    """Count the late steps of each team."""
    return {"rows": queries.late_counts(request.organisation, request.on)}


@register.inclusion_tag("guides/checklists/of_led.html")
def checklists_of_led(request: MemberRequest) -> dict[str, Any]:
    """Show the checklists of those the reader leads with late steps, what is theirs this week, and what is proposed."""
    teams = [team.pk for team in teams_led(request)]
    found, proposals = queries.seen_and_proposed(request.member, request.on, teams)
    return {
        "rows": queries.for_me(request.member, request.on, found),
        "late": [line for line in queries.of_led(found, request.on) if line.progress.late],
        "proposals": proposals,
        "on": request.on,
        "request": request,
    }
