"""A member's own documents."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from peerload.core.translation import LazyText
from peerload.staff import concurrency
from peerload.staff.access import MemberRequest
from peerload.staff.views.form_pages import FormPage
from peerload.staff.views.private_pages import MEANWHILE, EditedPage

from ...enums import DocumentKind
from ...models import PrivateDocument
from .. import actions, forms, queries, rules
from .base import ONLY_YOU, WITH_READER, own_page


@own_page
@require_GET
def mine(request: MemberRequest) -> HttpResponse:
    """Show a member's documents by kind; each has its own page."""
    documents = list(queries.own(request.member))
    plan = next((found for found in documents if found.kind == DocumentKind.WELLNESS_PLAN), None)
    context = {
        "on": request.on,
        "plan": plan,
        "again_on": plan and rules.look_again_on(plan.looked_at_on),
        "reader": plan and queries.reads(plan, request.on) and plan.shared_with,
        "notes": [(kind, [found for found in documents if found.kind == kind]) for kind in rules.NOTES],
        "adjustments": queries.of_worker(request.member).filter(ended_on=None).count(),
        "only_you": ONLY_YOU,
    }
    return render(request, "wellbeing/private/mine.html", context)


def _own(request: MemberRequest, uid: UUID) -> PrivateDocument:
    return get_object_or_404(queries.own(request.member), uid=uid)


@own_page
@require_GET
def document(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Show one of a member's documents; of a wellness plan also who may read it and who has read it."""
    found = _own(request, uid)
    is_plan = found.kind == DocumentKind.WELLNESS_PLAN
    reader = found.shared_with if is_plan and queries.reads(found, request.on) else None
    context = {
        "document": found,
        "headed": queries.headed(found),
        "is_plan": is_plan,
        "again_on": rules.look_again_on(found.looked_at_on),
        "reader": reader,
        "readings": queries.readings(found) if is_plan else [],
        "readers": queries.may_share_with(request.member, request.on) if is_plan else [],
        "who_reads": WITH_READER.format(reader.name) if reader else ONLY_YOU,
        "on": request.on,
    }
    return render(request, "wellbeing/private/document.html", context)


class WordsPage(EditedPage):
    """The headings of one kind of document, as one form."""

    form_class = forms.DocumentForm
    template_name = "wellbeing/private/form.html"
    title = gettext_lazy("For me")
    save = gettext_lazy("Save")
    found: PrivateDocument | None = None

    @property
    def kind(self) -> DocumentKind:
        raise NotImplementedError

    @property
    def heading(self) -> LazyText:
        return self.kind.label

    @property
    def lead(self) -> LazyText:
        found = self.found
        reader = found.shared_with if found and found.shared_with_id and queries.reads(found, self.on) else None
        return WITH_READER.format(reader.name) if reader else ONLY_YOU

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        if self.found:
            return reverse("mine_document", args=[self.found.uid]), self.kind.label
        return reverse("mine"), _("For me")

    def form_arguments(self) -> dict[str, Any]:
        return {"kind": self.kind, "initial": {"on": self.on, "version": 0}}

    def act(self, data: dict[str, Any]) -> str:
        try:
            self.written = actions.write(
                author=self.request.member,
                kind=self.kind,
                words=self.filled.words(),
                on=data.get("on") or self.on,
                today=self.on,
                uid=self.found and self.found.uid,
                version=data["version"],
            )
        except PrivateDocument.DoesNotExist:
            raise Http404 from None
        return _("Kept. Only you can read it.") if not self.written.shared_with_id else _("Kept.")

    def differences(self, form: forms.DocumentForm, current: PrivateDocument) -> list[dict[str, Any]]:
        theirs, yours = queries.words_of(current) or {}, form.words()
        return [
            {"label": label, "theirs": theirs.get(key) or _("Nothing"), "yours": yours[key] or _("Nothing")}
            for key, label in rules.HEADINGS[self.kind].items()
            if theirs.get(key, "") != yours[key]
        ]

    def success_url(self) -> str:
        return reverse("mine_document", args=[self.written.uid])

    def context(self, form: forms.DocumentForm) -> dict[str, Any]:
        is_debrief = self.kind == DocumentKind.DEBRIEF
        return super().context(form) | {
            "hint": _("peerload adds no names here.") if is_debrief else "",
            "arrange_url": f"{reverse('session_book', args=[self.request.member.uid])}?kind=debrief"
            if is_debrief
            else "",
            "changed": MEANWHILE,
        }


@own_page
@concurrency.creates
class AddDocument(WordsPage):
    """Begin a document; each member has one Wellness Action Plan, which is shown if it is begun already."""

    @property
    def kind(self) -> DocumentKind:
        if self.kwargs["kind"] not in DocumentKind:
            raise Http404
        return DocumentKind(self.kwargs["kind"])

    def get(self, request: MemberRequest, **kwargs: Any) -> HttpResponse:
        if self.kind == DocumentKind.WELLNESS_PLAN and (plan := queries.plan_of(request.member)):
            return redirect("mine_document", uid=plan.uid)
        return super().get(request, **kwargs)


@own_page
class EditDocument(WordsPage):
    """Write a document again; nothing is written over what can be opened again once its key is back."""

    @cached_property
    def found(self) -> PrivateDocument:
        return _own(self.request, self.kwargs["uid"])

    @property
    def kind(self) -> DocumentKind:
        return DocumentKind(self.found.kind)

    @cached_property
    def words(self) -> Mapping[str, str] | None:
        return queries.words_of(self.found)

    def dispatch(self, request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.words is None:
            return redirect("mine_document", uid=self.found.uid)
        return super().dispatch(request, *args, **kwargs)

    def form_arguments(self) -> dict[str, Any]:
        known = {"on": self.found.written_on, "version": self.found.version}
        return {"kind": self.kind, "initial": {**(self.words or {}), **known}}


@own_page
class DeleteDocument(FormPage):
    """Delete a document, after the page has said that it cannot be restored."""

    form_class = forms.TodayForm
    template_name = "wellbeing/private/form.html"
    title = gettext_lazy("For me")
    lead = gettext_lazy("peerload keeps no copy of it, and no one can bring it back.")
    save = gettext_lazy("Delete it")

    @cached_property
    def found(self) -> PrivateDocument:
        return _own(self.request, self.kwargs["uid"])

    @property
    def heading(self) -> LazyText:
        return _("Delete: %(kind)s") % {"kind": self.found.get_kind_display()}

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return reverse("mine_document", args=[self.found.uid]), self.found.get_kind_display()

    def act(self, data: dict[str, Any]) -> str:
        actions.delete(author=self.request.member, uid=self.found.uid)
        return _("It is deleted. peerload keeps no copy of it.")

    def success_url(self) -> str:
        return reverse("mine")
