"""Templates of a service."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from caseload.actions import Refused
from peerload.staff import access, concurrency
from peerload.staff.access import form_view
from peerload.staff.roles import Capability

from ...models import PlanTemplate
from .. import actions, forms, queries, tables
from ..rules.grids import Grid, a_week, format_hours, make_grid, totals
from ..rules.guidance import guides_of
from ..rules.templates import NOTES
from .answering import find_plan
from .writing import rows_of_form

KEEPS_TEMPLATES = (Capability.LEAD_TEAM, Capability.LOOK_AFTER_SERVICE)


@access.requires(*KEEPS_TEMPLATES)
@require_GET
def templates(request: access.MemberRequest) -> HttpResponse:
    """Show the templates: those that come with the product, and the service's own."""
    found = [(each, guides_of(each.grid, each.hours)) for each in queries.templates(request.organisation)]
    own = {f"own-{row.pk}": row for row in _own_templates(request)}
    rows = [{"template": each, "guides": guides, "own": own.get(each.key)} for each, guides in found]
    return render(request, "wellbeing/plans/templates.html", {"rows": rows})


def _own_templates(request: access.MemberRequest) -> QuerySet[PlanTemplate]:
    return PlanTemplate.objects.filter(organisation=request.organisation)


@access.requires(*KEEPS_TEMPLATES)
@form_view
@concurrency.creates
def template_add(request: access.MemberRequest) -> HttpResponse:
    """Save four weeks as a template of the service, begun from another or from a plan."""
    return _template(request, None, _begun_from(request, request.GET.get("from", NOTES.key)))


def find_template(request: access.MemberRequest, pk: int) -> PlanTemplate:
    return get_object_or_404(_own_templates(request), pk=pk)


def about_template(row: PlanTemplate, request: access.MemberRequest) -> concurrency.Description:
    """Describe a template by its name and the hours of each row, week by week."""
    grid = next(each.grid for each in queries.templates(row.organisation) if each.key == f"own-{row.pk}")
    return {_("Name"): row.name} | {each.label: ", ".join(map(format_hours, grid[each.code])) for each in grid.rows}


@access.requires(*KEEPS_TEMPLATES)
@form_view
@concurrency.changes(find=find_template, describe=about_template)
def template_edit(request: access.MemberRequest, pk: int) -> HttpResponse:
    """Rename a template of the service, or change its hours."""
    row = find_template(request, pk)
    return _template(request, row, _begun_from(request, f"own-{row.pk}"))


def page_of_templates(row: PlanTemplate) -> str:
    return reverse("plan_templates")


@access.requires(*KEEPS_TEMPLATES)
@require_POST
@concurrency.changes(find=find_template, describe=about_template, page=page_of_templates)
def template_remove(request: access.MemberRequest, pk: int) -> HttpResponse:
    """Remove a template of the service."""
    row = find_template(request, pk)
    actions.remove_template(template_id=row.pk)
    messages.success(request, _("“%(name)s” is removed. Plans begun from it stay as they are.") % {"name": row.name})
    return redirect("plan_templates")


def _begun_from(request: access.MemberRequest, key: str) -> Grid:
    if request.method == "POST":
        return make_grid({}, rows_of_form(request))
    if request.GET.get("plan"):
        try:
            return queries.grid_of(find_plan(request, UUID(request.GET["plan"])))
        except ValueError:
            raise Http404 from None
    found = next((each for each in queries.templates(request.organisation) if each.key == key), None)
    if found is None:
        raise Http404
    return found.grid


def _template(request: access.MemberRequest, row: PlanTemplate | None, grid: Grid) -> HttpResponse:
    initial = {"name": row.name if row else ""}
    form = forms.TemplateForm(request.POST or None, on=request.on, grid=grid, initial=initial)
    if request.method == "POST" and form.is_valid() and request.POST.get("act") == "keep":
        words = {"organisation": request.organisation, "by": request.member, "name": form.cleaned_data["name"]}
        try:
            actions.save_template(**words, grid=form.grid(), template_id=row.pk if row else None)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request,
                _("“%(name)s” is saved. Workers can begin a plan from it.") % {"name": form.cleaned_data["name"]},
            )
            return redirect("plan_templates")
    typed = form.grid()
    context = {
        "form": form,
        "row": row,
        "sheet": tables.sheet(typed, a_week(totals(typed)), form=form),
    }
    return render(request, "wellbeing/plans/template.html", context, status=422 if form.errors else 200)
