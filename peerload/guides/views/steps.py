"""Dated steps of a guide, and what becomes of a signed one."""

from collections.abc import Callable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from peerload.core.formats import format_day
from peerload.core.translation import LazyText
from peerload.staff import concurrency
from peerload.staff.access import MemberRequest
from peerload.staff.actions import Refused
from peerload.staff.models import Member
from peerload.staff.views.form_pages import FormPage

from .. import actions, forms, queries
from ..enums import Flow, GuideSide
from ..models import Guide, GuideStep
from .base import find_guide, leaders_page, page_of_two


class OfGuide(FormPage):
    """A form about one guide; it leads back to the guide."""

    template_name = "guides/form.html"
    title = gettext_lazy("A guide")

    @cached_property
    def found(self) -> Guide:
        return find_guide(self.request, self.kwargs["uid"])

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return reverse("guide", args=[self.found.uid]), self.found.title


@page_of_two
@concurrency.creates
class AddStep(OfGuide):
    """Write down a dated step: what, who, and until when."""

    form_class = forms.DatedStepForm
    save = gettext_lazy("Add the step")
    lead = gettext_lazy("It stands on the first page of both of you in the week before its day.")

    def dispatch(self, request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        guide = self.found
        others = guide.flow == Flow.OWN and queries.side_of(guide, request.member) != GuideSide.WORKER
        if others or guide.signed_on or not guide.content.steps:
            messages.info(request, _("You have nothing to write in this part now."))
            return redirect("guide", uid=guide.uid)
        return super().dispatch(request, *args, **kwargs)

    @property
    def heading(self) -> LazyText:
        return self.found.content.steps

    def form_arguments(self) -> dict[str, Any]:
        owners = queries.owners_of(self.found, self.on)
        return {"owners": owners, "initial": {"owner": owners[0].uid} if len(owners) == 1 else {}}

    def act(self, data: dict[str, Any]) -> str:
        try:
            actions.add_step(guide=self.found, by=self.request.member, today=self.on, **data)
        except Guide.DoesNotExist:
            raise Http404 from None
        return _("The step is added.")


@page_of_two
class Extend(OfGuide):
    """Let a guide that ends on a day go on until another."""

    form_class = forms.ExtendForm
    save = gettext_lazy("Go on")

    def dispatch(self, request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        guide = self.found
        if guide.signed_on is None or not guide.content.ends:
            messages.info(request, _("It can go on once it is signed."))
            return redirect("guide", uid=guide.uid)
        return super().dispatch(request, *args, **kwargs)

    @property
    def heading(self) -> LazyText:
        return _("Go on: %(guide)s") % {"guide": self.found.title}

    @property
    def lead(self) -> LazyText:
        last = self.found.period_until
        said = _("It holds until %(day)s. What you agreed stays as it is. The other person is told.")
        return said % {"day": format_day(last)} if last else ""

    def act(self, data: dict[str, Any]) -> str:
        try:
            found = actions.extend(guide=self.found, until=data["until"], by=self.request.member, today=self.on)
        except Guide.DoesNotExist:
            raise Http404 from None
        return _("It goes on until %(day)s.") % {"day": format_day(found.period_until)}


def _act(request: MemberRequest, guide: Guide, act: Callable[[], str]) -> HttpResponse:
    """Do what a button on a guide's page says; a refusal is a sentence on that page."""
    try:
        messages.success(request, act())
    except Refused as refusal:
        messages.warning(request, str(refusal))
    except (Guide.DoesNotExist, GuideStep.DoesNotExist):
        raise Http404 from None
    return redirect("guide", uid=guide.uid)


def _find_step(request: MemberRequest, uid: UUID) -> GuideStep:
    step = get_object_or_404(GuideStep.objects.select_related("guide"), uid=uid)
    step.guide = find_guide(request, step.guide.uid)
    return step


@page_of_two
@require_POST
def tick(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Say that a step is done, or that it is not after all, as the button says."""
    step, done = _find_step(request, uid), request.POST.get("done") != "no"

    def act() -> str:
        actions.tick_step(guide=step.guide, step=uid, done=done, by=request.member, today=request.on)
        return _("The step is done.") if done else _("The step is open again.")

    return _act(request, step.guide, act)


@page_of_two
@require_POST
def remove(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Remove a step, while the guide is not signed."""
    step = _find_step(request, uid)

    def act() -> str:
        actions.remove_step(guide=step.guide, step=uid, by=request.member, today=request.on)
        return _("The step is removed.")

    return _act(request, step.guide, act)


@page_of_two
@require_POST
def put_away(request: MemberRequest, uid: UUID) -> HttpResponse:
    """End a signed guide, or say that none is begun anew after it."""
    found = find_guide(request, uid)

    def act() -> str:
        ended = actions.put_away(guide=found, by=request.member, today=request.on)
        return _("It is ended.") if ended.content.ends else _("You are not reminded of it again.")

    return _act(request, found, act)


@leaders_page
@require_POST
def put_away_first(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Put away the proposal of a first guide about a worker one leads: it does not come back."""
    led = {worker.uid for worker in queries.led_by(request.member, request.on)}
    if uid not in led:
        raise Http404
    worker = get_object_or_404(Member, uid=uid)
    actions.put_away_first(worker=worker, by=request.member, today=request.on)
    messages.success(request, _("It is put away. You can still begin the review at any time."))
    return redirect("team_growth")
