"""Rows of a service's plans."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.models import Organisation
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from ...enums import Focus
from .. import actions, forms, queries
from ..rules.grids import BUILT_IN_ROWS, GridRow


@access.requires(Capability.LOOK_AFTER_SERVICE)
@concurrency.creates
class PlanRows(FormPage):
    """Show the rows of the service's plans by part of the week, and a form for another."""

    form_class = forms.AddPlanRowForm
    template_name = "wellbeing/plans/rows.html"
    heading = gettext_lazy("Activities in the time plan")
    back = reverse_lazy("settings"), gettext_lazy("Settings")

    def act(self, data: dict[str, Any]) -> str:
        row = actions.add_row(organisation=self.request.organisation, by=self.request.member, **data)
        return _("“%(label)s” is a row of every new plan. Plans agreed before stay as they are.") % {"label": row.label}

    def success_url(self) -> str:
        return reverse("plan_rows")

    def context(self, form: forms.AddPlanRowForm) -> dict[str, Any]:
        rows = queries.plan_rows(self.request.organisation.pk)
        return super().context(form) | {
            "parts": [(focus, [row for row in rows if row.focus == focus]) for focus in Focus],
            "built_in": {row.code for row in BUILT_IN_ROWS},
        }


def _row_or_404(request: access.MemberRequest, code: str) -> GridRow:
    found = next((row for row in queries.plan_rows(request.organisation.pk) if row.code == code), None)
    if found is None:
        raise Http404
    return found


def _find_rows(request: access.MemberRequest, code: str) -> Organisation:
    """Return who added each row: a row of peerload under its own name has no record."""
    _row_or_404(request, code)
    return request.organisation


def _row_name(organisation: Organisation, request: access.MemberRequest) -> dict:
    """Return what a row is called."""
    return {_("Name"): _row_or_404(request, request.resolver_match.kwargs["code"]).label}


@access.requires(Capability.LOOK_AFTER_SERVICE)
@concurrency.changes(find=_find_rows, describe=_row_name)
class RenamePlanRow(FormPage):
    """Give a row another name."""

    form_class = forms.PlanRowForm
    lead = gettext_lazy("Hours already in this row do not change.")
    back = reverse_lazy("plan_rows"), gettext_lazy("Activities in the time plan")

    @cached_property
    def row(self) -> GridRow:
        return _row_or_404(self.request, self.kwargs["code"])

    @property
    def heading(self) -> LazyText:
        return _("Rename “%(label)s”") % {"label": self.row.label}

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"label": self.row.label}}

    def act(self, data: dict[str, Any]) -> str:
        who = {"organisation": self.request.organisation, "by": self.request.member}
        actions.rename_row(code=self.row.code, label=data["label"], **who)
        words = _("“%(label)s” is called “%(now)s” now, in every plan.")
        return words % {"label": self.row.label, "now": data["label"]}


@access.requires(Capability.LOOK_AFTER_SERVICE)
@require_POST
def plan_row_put_away(request: access.MemberRequest, code: str) -> HttpResponse:
    """Offer a row that the service has added in no new plan."""
    row = _row_or_404(request, code)
    if code in {each.code for each in BUILT_IN_ROWS}:
        raise Http404
    actions.put_row_away(organisation=request.organisation, by=request.member, code=code)
    messages.success(
        request,
        _("“%(label)s” is no longer offered in new plans. Plans that have hours for it keep it.")
        % {"label": row.label},
    )
    return redirect("plan_rows")
