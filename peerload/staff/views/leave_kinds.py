"""The kinds of leave of a service: the list, another one, and one that changes."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import access, actions, concurrency, queries
from ..forms import leave_kinds as forms
from ..models import LeaveKind
from ..roles import Capability
from .form_pages import StaffPage


@access.requires(Capability.LOOK_AFTER_SERVICE)
@concurrency.creates
class LeaveKinds(StaffPage):
    """Show the kinds of leave in their order, and a form for another."""

    form_class = forms.AddLeaveKindForm
    template_name = "staff/leave_kinds.html"
    heading = gettext_lazy("Kinds of leave")
    lead = gettext_lazy(
        "What a worker and their team manager can choose for an absence. "
        "Only the worker, those who lead their team and admins see the kind. Others see “away”."
    )
    save = gettext_lazy("Add the kind")
    back = reverse_lazy("settings"), gettext_lazy("Settings")

    def act(self, data: dict[str, Any]) -> str:
        kind = actions.add_leave_kind(organisation=self.request.organisation, by=self.request.member, **data)
        return _("“%(name)s” is in the list.") % {"name": kind.name}

    def success_url(self) -> str:
        return reverse("leave_kinds")

    def context(self, form: Any) -> dict[str, Any]:
        return super().context(form) | {"kinds": queries.leave_kinds(self.request.organisation)}


def find_kind(request: access.MemberRequest, pk: int) -> LeaveKind:
    found = LeaveKind.objects.filter(organisation=request.organisation, pk=pk).first()
    if found is None:
        raise Http404
    return found


def about_kind(kind: LeaveKind, request: access.MemberRequest) -> concurrency.Description:
    return concurrency.fields(kind, **concurrency.labels_of(forms.LeaveKindForm, kind))


@access.requires(Capability.LOOK_AFTER_SERVICE)
@concurrency.changes(find=find_kind, describe=about_kind)
class EditLeaveKind(StaffPage):
    """Another name or place, offered or not."""

    form_class = forms.LeaveKindForm
    lead = gettext_lazy("Leave that is recorded keeps the name that the kind had then.")
    back = reverse_lazy("leave_kinds"), gettext_lazy("Kinds of leave")

    @cached_property
    def kind(self) -> LeaveKind:
        return find_kind(self.request, self.kwargs["pk"])

    @property
    def heading(self) -> str:
        return self.kind.name

    def form_arguments(self) -> dict[str, Any]:
        initial = {name: getattr(self.kind, name) for name in ("name", "in_use", "position")}
        return {"initial": initial, "most": len(queries.leave_kinds(self.request.organisation))}

    def act(self, data: dict[str, Any]) -> str:
        who = {"organisation": self.request.organisation, "by": self.request.member}
        kind = actions.edit_leave_kind(kind_id=self.kind.pk, **who, **data)
        return _("“%(name)s” is saved.") % {"name": kind.name}
