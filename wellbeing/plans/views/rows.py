"""Rows of a service's plans."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from caseload.actions import Refused
from peerload.staff import access, concurrency
from peerload.staff.access import form_view
from peerload.staff.models import Organisation
from peerload.staff.roles import Capability

from ...enums import Focus
from .. import actions, forms, queries
from ..rules.grids import BUILT_IN_ROWS, GridRow


@access.requires(Capability.LOOK_AFTER_SERVICE)
@form_view
@concurrency.creates
def plan_rows(request: access.MemberRequest) -> HttpResponse:
    """Show the rows of the service's plans by part of the week, and a form for another."""
    form = forms.AddPlanRowForm(request.POST or None, on=request.on)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.add_row(organisation=request.organisation, by=request.member, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(
                request,
                _("“%(label)s” is a row of every new plan. Plans agreed before stay as they are.")
                % {"label": row.label},
            )
            return redirect("plan_rows")
    rows = queries.plan_rows(request.organisation.pk)
    context = {
        "form": form,
        "heading": _("Activities in the time plan"),
        "back_url": reverse("settings"),
        "back_label": _("Settings"),
        "parts": [(focus, [row for row in rows if row.focus == focus]) for focus in Focus],
        "built_in": {row.code for row in BUILT_IN_ROWS},
    }
    return render(request, "wellbeing/plans/rows.html", context, status=422 if form.errors else 200)


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
@form_view
@concurrency.changes(find=_find_rows, describe=_row_name)
def plan_row(request: access.MemberRequest, code: str) -> HttpResponse:
    """Give a row another name."""
    row = _row_or_404(request, code)
    form = forms.PlanRowForm(request.POST or None, on=request.on, initial={"label": row.label})
    if request.method == "POST" and form.is_valid():
        label = form.cleaned_data["label"]
        try:
            actions.rename_row(organisation=request.organisation, by=request.member, code=code, label=label)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(
                request,
                _("“%(label)s” is called “%(now)s” now, in every plan.") % {"label": row.label, "now": label},
            )
            return redirect("plan_rows")
    context = {
        "form": form,
        "heading": _("Rename “%(label)s”") % {"label": row.label},
        "lead": _("Hours already in this row do not change."),
        "back_url": reverse("plan_rows"),
        "back_label": _("Activities in the time plan"),
    }
    return render(request, "includes/form_page.html", context, status=422 if form.errors else 200)


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
