"""Answer a proposed plan."""

from copy import copy
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from caseload.actions import Refused
from peerload.core.formats import format_day
from peerload.staff import access
from peerload.staff.access import form_view
from peerload.staff.roles import Capability

from ...enums import PlanState
from ...models import TimePlan
from .. import actions, forms, queries


def find_plan(request: access.MemberRequest, uid: UUID, *, to_answer: bool = False) -> TimePlan:
    """
    Return a plan the member may see, else 404.

    :param to_answer: only another member's
    """
    plan = queries.plan_seen_by(request.member, uid, request.on)
    if plan is None or (to_answer and plan.worker_id == request.member.pk):
        raise Http404
    return plan


@access.requires(Capability.SEE_OWN_POINTS)
@require_POST
def agree(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Agree to a proposed plan."""
    plan = find_plan(request, uid, to_answer=True)
    version = request.POST.get("version", "")
    try:
        plan = actions.agree(
            plan_id=plan.pk, by=request.member, version=int(version) if version.isdecimal() else 0, today=request.on
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Agreed. It is in force from %(day)s.") % {"day": format_day(plan.starts_on)})
    return redirect("plan", uid=uid)


@access.requires(Capability.SEE_OWN_POINTS)
@form_view
def change(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Ask for a change, in words."""
    plan = find_plan(request, uid, to_answer=True)
    if plan.state != PlanState.PROPOSED:
        messages.info(request, _("This plan is not proposed now."))
        return redirect("plan", uid=uid)
    form = forms.ChangeForm(request.POST or None, on=request.on, initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            actions.ask_for_change(plan_id=plan.pk, by=request.member, today=request.on, **words)
        except actions.ChangedMeanwhile as refusal:
            data: Any = copy(form.data)
            data["version"] = refusal.plan.version
            form = forms.ChangeForm(data, on=request.on)
            form.add_error(None, str(refusal))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("%(worker)s has the plan back, with your words.") % {"worker": plan.worker.name}
            )
            return redirect("team" if access.leads(request.member) else "my_weeks")
    context = {
        "form": form,
        "heading": _("Ask for a change"),
        "lead": _("The plan goes back to the worker as a draft, with what you write. The hours stay as proposed."),
        "save": _("Give it back"),
        "back_url": reverse("plan", args=[uid]),
        "back_label": _("The plan"),
    }
    return render(request, "includes/form_page.html", context, status=422 if form.errors else 200)
