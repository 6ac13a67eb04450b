"""Remedial actions: ticked off and taken back wherever they stand, and all of them on one page."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from caseload.actions import Refused
from peerload.staff import access
from peerload.staff.models import Team
from peerload.staff.roles import Capability
from workload.models import MonthlyRecord, RemedialAction

from . import actions, forms, queries
from .views import NotSaid, address, led, month_asked, month_page


def _action(request: access.MemberRequest, pk: int) -> RemedialAction:
    """Return an action that a member may tick off; others do not exist for them."""
    action = get_object_or_404(
        RemedialAction.objects.select_related("record__worker", "record__team"),
        pk=pk,
        record__organisation=request.organisation,
    )
    record = action.record
    if _place(request, record).side is None and action.owner_id != request.member.pk:
        raise Http404
    return action


@access.requires(Capability.SEE_OWN_POINTS)
@require_POST
def action_tick_off(request: access.MemberRequest, pk: int) -> HttpResponse:
    """Record that an action is done, or that it is not after all."""
    action = _action(request, pk)
    done = request.POST.get("done") != "no"
    try:
        actions.tick_off_action(action_id=action.pk, by=request.member, today=request.on, done=done)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Done.") if done else _("It is open again."))
    return redirect(_back(request, action))


@access.requires(Capability.SEE_OWN_POINTS)
@require_POST
def action_drop(request: access.MemberRequest, pk: int) -> HttpResponse:
    """Take an action back from a record that is not completed yet."""
    action = _action(request, pk)
    form = forms.RecordButtonForm(request.POST, on=request.on, record=action.record)
    try:
        if not form.is_valid():
            raise NotSaid(_("Something was missing. Look at the record, then try again."))
        actions.drop_action(action_id=action.pk, by=request.member, today=request.on, **form.words())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The action is removed."))
    return redirect(_back(request, action))


def _place(request: access.MemberRequest, record: MonthlyRecord) -> queries.PartInRecord:
    team = queries.team_of(record.worker, record.month, record)
    return queries.place(request.member, record.worker, team, record, on=request.on)


@access.requires(Capability.SEE_OWN_POINTS)
@require_GET
def open_actions(request: access.MemberRequest) -> HttpResponse:
    """Show the actions of every month that are not done, those overdue first, and those done lately."""
    member = request.member
    teams = list(Team.objects.led_by(member, request.on).values_list("pk", flat=True))
    found = queries.open_actions_of_team(teams, besides=member) if teams else queries.open_actions(member)
    context = {
        "open_actions": found,
        "done": queries.done_since(member, teams, request.on - DONE_LATELY),
        "leads_a_team": bool(teams),
    }
    return render(request, "workload/months/actions.html", context)


DONE_LATELY = timedelta(days=28)
PAGES = {"my_day", "my_records", "team_month", "team", "open_actions"}


def _back(request: access.MemberRequest, action: RemedialAction) -> str:
    """Return the page of the button: the record's, or one of those that list open work."""
    page = request.POST.get("page")
    if page in {"team", "team_month"} and access.may(request.member, Capability.LEAD_TEAM):
        team = led(request)
        return month_page(team, month_asked(request)) if page == "team_month" else f"{reverse(page)}?team={team.pk}"
    if page in PAGES:
        return reverse(page)
    record = action.record
    return address(record.worker, record.month) if _place(request, record).sees else reverse("my_day")
