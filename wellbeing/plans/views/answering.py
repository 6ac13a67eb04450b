"""Answer a proposed plan."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from caseload.actions import Refused
from peerload.core.formats import format_day
from peerload.core.translation import LazyText
from peerload.staff import access
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

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
class AskForChange(FormPage):
    """Ask for a change, in words."""

    form_class = forms.ChangeForm
    heading = gettext_lazy("Ask for a change")
    lead = gettext_lazy("The plan goes back to the worker as a draft, with what you write. The hours stay as proposed.")
    save = gettext_lazy("Give it back")

    @cached_property
    def plan(self) -> TimePlan:
        return find_plan(self.request, self.kwargs["uid"], to_answer=True)

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return reverse("plan", args=[self.plan.uid]), _("The plan")

    def dispatch(self, request: access.MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.plan.state != PlanState.PROPOSED:
            messages.info(request, _("This plan is not proposed now."))
            return redirect("plan", uid=self.plan.uid)
        return super().dispatch(request, *args, **kwargs)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"version": self.plan.version}}

    def act(self, data: dict[str, Any]) -> str:
        actions.ask_for_change(plan_id=self.plan.pk, by=self.request.member, today=self.on, **data)
        return _("%(worker)s has the plan back, with your words.") % {"worker": self.plan.worker.name}

    def refused(self, form: Any, refusal: Refused) -> HttpResponse:
        """Show the words again; sent once more, they are about the plan as it is now."""
        if isinstance(refusal, actions.PlanChangedMeanwhile):
            data = form.data.copy()
            data["version"] = refusal.plan.version
            form = self.form(data)
        return super().refused(form, refusal)

    def success_url(self) -> str:
        return reverse("team" if access.leads(self.request.member) else "my_weeks")
