"""A guide shared, taken back, signed, removed and printed."""

from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from peerload.core.translation import LazyText
from peerload.staff.access import MemberRequest, ViewFunction
from peerload.staff.actions import EditedMeanwhile, Refused
from peerload.staff.views.form_pages import FormPage
from peerload.ui.forms import TodayForm

from .. import actions, forms, printing, queries
from ..enums import Flow, GuideSide
from ..models import Guide
from .base import find_guide, list_of, page_of_two, record_reading


@page_of_two
class ShareGuide(FormPage):
    """Let the other side read a guide, after a question."""

    template_name = "guides/form.html"
    title = gettext_lazy("A guide")

    @cached_property
    def found(self) -> Guide:
        found = find_guide(self.request, self.kwargs["uid"])
        if queries.side_of(found, self.request.member) != found.begun_side:
            raise Http404
        return found

    @property
    def is_own(self) -> bool:
        return self.found.flow == Flow.OWN

    def dispatch(self, request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.found.is_of_leaders:
            messages.info(request, _("All who lead read it already."))
            return redirect("guide", uid=self.found.uid)
        if self.found.shared_on:
            messages.info(request, _("It is shared already."))
            return redirect("guide", uid=self.found.uid)
        if not queries.leaders_of(self.found.worker, self.on):
            messages.info(request, _("Your team has no manager now, so you cannot share it."))
            return redirect("guide", uid=self.found.uid)
        return super().dispatch(request, *args, **kwargs)

    @property
    def heading(self) -> LazyText:
        return _("Share: %(guide)s") % {"guide": self.found.title}

    @property
    def lead(self) -> LazyText:
        if self.is_own:
            return _("The person you choose can read it, but not write in it. You can take it back at any time.")
        if self.found.begun_side == GuideSide.LEADER:
            words = _("From then on %(name)s reads all of it, and writes their own part. It cannot be taken back.")
            return words % {"name": self.found.worker.name}
        return _("From then on your team manager reads all of it, and writes their own part. It cannot be taken back.")

    save = gettext_lazy("Share it")

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return reverse("guide", args=[self.found.uid]), self.found.title

    def form(self, data: Any = None) -> Any:
        if not self.is_own:
            return TodayForm(data, on=self.on)
        readers = queries.leaders_of(self.found.worker, self.on)
        initial = {"reader": readers[0].uid} if len(readers) == 1 else {}
        return forms.ReaderForm(data, on=self.on, readers=readers, initial=initial)

    def act(self, data: dict[str, Any]) -> str:
        try:
            actions.share(guide=self.found, by=self.request.member, today=self.on, reader=data.get("reader"))
        except Guide.DoesNotExist:
            raise Http404 from None
        return _("It is shared. They are told.")


def _press(act: Callable[[MemberRequest, Guide, int | None], str]) -> ViewFunction:
    """Make a view of a button on a guide's page; a refusal is a sentence on that page."""

    @wraps(act)
    def view(request: MemberRequest, uid: UUID) -> HttpResponse:
        found = find_guide(request, uid)
        form = forms.GuideVersionForm(request.POST, on=request.on)
        version = form.cleaned_data["version"] if form.is_valid() else None
        try:
            messages.success(request, act(request, found, version))
        except EditedMeanwhile:
            messages.warning(request, _("An answer has changed since you opened it. Read it again first."))
        except Refused as refusal:
            messages.warning(request, str(refusal))
        except Guide.DoesNotExist:
            raise Http404 from None
        return redirect("guide", uid=uid)

    return page_of_two(require_POST(view))


@_press
def take_back(request: MemberRequest, found: Guide, version: int | None) -> str:
    """End the sharing of one's own guide for one."""
    if found.flow != Flow.OWN or found.about_id != request.member.pk:
        raise Http404
    actions.take_back(guide=found, by=request.member)
    return _("Taken back: only you can read it now.")


@_press
def sign(request: MemberRequest, found: Guide, version: int | None) -> str:
    """Sign a guide for one's own side."""
    signed = actions.sign(guide=found, by=request.member, version=version, today=request.on)
    if signed.signed_on is None:
        return _("You have signed it. The other person is told.")
    if signed.flow in (Flow.OWN, Flow.LEADERS):
        return _("It is finished, and stays as it is.")
    return _("You have both signed it. It stays as it is.")


@page_of_two
class RemoveGuide(FormPage):
    """Remove a guide with its answers, after the page has said that it cannot be restored."""

    form_class = TodayForm
    template_name = "guides/form.html"
    title = gettext_lazy("A guide")
    lead = gettext_lazy("Its answers are deleted. peerload keeps no copy of them, and no one can bring them back.")
    save = gettext_lazy("Remove it")

    @cached_property
    def found(self) -> Guide:
        found = find_guide(self.request, self.kwargs["uid"])
        if queries.side_of(found, self.request.member) != found.begun_side:
            raise Http404
        return found

    @property
    def heading(self) -> LazyText:
        return _("Remove: %(guide)s") % {"guide": self.found.title}

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return reverse("guide", args=[self.found.uid]), self.found.title

    def act(self, data: dict[str, Any]) -> str:
        self.after = list_of(self.request, self.found)
        try:
            actions.remove(guide=self.found, by=self.request.member, today=self.on)
        except Guide.DoesNotExist:
            raise Http404 from None
        return _("It is removed.")

    def success_url(self) -> str:
        return str(self.after[0])


@page_of_two
@require_GET
def guide_pdf(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Download a signed guide as a tagged PDF."""
    found = find_guide(request, uid)
    answers = queries.answers_of(found).answers
    if found.signed_on is None or answers is None:
        messages.info(request, _("It can be printed once it is signed."))
        return redirect("guide", uid=uid)
    record_reading(request, found)
    answer = HttpResponse(printing.guide(found, answers, request.member, request.on), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="guide-{found.uid}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
