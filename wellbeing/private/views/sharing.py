"""A Wellness Action Plan: reviewed, shared with one reader, and read by them."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from peerload.audit import actions as audit
from peerload.core.translation import LazyText
from peerload.staff import concurrency
from peerload.staff.access import MemberRequest
from peerload.staff.views.form_pages import FormPage

from ...models import PrivateDocument
from .. import actions, forms, queries
from .base import leaders_page, own_page


def _own_plan(request: MemberRequest) -> PrivateDocument:
    plan = queries.plan_of(request.member)
    if plan is None:
        raise Http404
    return plan


@own_page
@require_POST
def still_as_it_is(request: MemberRequest) -> HttpResponse:
    """Record that the author has reviewed their plan without a change."""
    plan = _own_plan(request)
    actions.keep_as_it_is(author=request.member, today=request.on)
    messages.success(request, _("Good. You are reminded again in six months."))
    return redirect("mine_document", uid=plan.uid)


def about_sharing(plan: PrivateDocument, request: MemberRequest) -> concurrency.Description:
    return concurrency.fields(plan, shared_with=_("Who can read it"), shared_on=_("Since"))


@own_page
@concurrency.changes(find=_own_plan, describe=about_sharing)
class Share(FormPage):
    """Choose who may read the plan."""

    form_class = forms.ShareForm
    template_name = "wellbeing/private/form.html"
    title = gettext_lazy("For me")
    heading = gettext_lazy("Share my Wellness Action Plan")
    lead = gettext_lazy(
        "Only you can read it now. The person you choose can read it, but not change it. You see when they read "
        "it, and you can stop sharing at once."
    )
    save = gettext_lazy("Share it")

    @cached_property
    def back(self) -> tuple[LazyText, LazyText]:
        plan = _own_plan(self.request)
        return reverse("mine_document", args=[plan.uid]), plan.get_kind_display()

    def form_arguments(self) -> dict[str, Any]:
        return {"readers": queries.may_share_with(self.request.member, self.on)}

    def act(self, data: dict[str, Any]) -> str:
        actions.share(author=self.request.member, reader=data["reader"], today=self.on)
        return _("%(reader)s can read it, until you stop sharing it.") % {"reader": data["reader"].name}


@own_page
@require_POST
def take_back(request: MemberRequest) -> HttpResponse:
    """End the sharing of the plan."""
    plan = _own_plan(request)
    actions.take_back(author=request.member)
    messages.success(request, _("Taken back: only you can read it now."))
    return redirect("mine_document", uid=plan.uid)


@leaders_page
@require_GET
def shared(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Show the manager of the author's team the plan shared with them, and write down that it was read."""
    found = get_object_or_404(queries.shared_with(request.member, request.on), uid=uid)
    audit.read_shared(request, found.uid)
    context = {"document": found, "headed": queries.headed(found), "on": request.on}
    return render(request, "wellbeing/private/shared.html", context)
