"""Templates of a service."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from peerload.staff import access, concurrency
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

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


class TemplatePage(FormPage):
    """Four weeks as a form that can be added up before it is saved."""

    template_name = "wellbeing/plans/template.html"
    back = reverse_lazy("plan_templates"), gettext_lazy("Plan templates")
    row: PlanTemplate | None = None

    @property
    def key(self) -> str:
        """The key of the template that the form begins with."""
        raise NotImplementedError

    def grid(self) -> Grid:
        if self.request.method == "POST":
            return make_grid({}, rows_of_form(self.request))
        if self.request.GET.get("plan"):
            try:
                return queries.grid_of(find_plan(self.request, UUID(self.request.GET["plan"])))
            except ValueError:
                raise Http404 from None
        found = next((each for each in queries.templates(self.request.organisation) if each.key == self.key), None)
        if found is None:
            raise Http404
        return found.grid

    def form(self, data: QueryDict | None = None) -> forms.TemplateForm:
        initial = {"name": self.row.name if self.row else ""}
        return forms.TemplateForm(data, on=self.on, grid=self.grid(), initial=initial)

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        if request.POST.get("act") == "keep":
            return super().post(request, **kwargs)
        form = self.form(request.POST)
        return self.page(form) if form.is_valid() else self.invalid(form)

    def act(self, data: dict[str, Any]) -> str:
        who = {"organisation": self.request.organisation, "by": self.request.member}
        key = self.row.pk if self.row else None
        actions.save_template(name=data["name"], grid=self.filled.grid(), template_id=key, **who)
        return _("“%(name)s” is saved. Workers can begin a plan from it.") % {"name": data["name"]}

    def context(self, form: forms.TemplateForm) -> dict[str, Any]:
        typed = form.grid()
        shown = {"row": self.row, "sheet": tables.sheet(typed, a_week(totals(typed)), form=form)}
        return super().context(form) | shown


@access.requires(*KEEPS_TEMPLATES)
@concurrency.creates
class TemplateAdd(TemplatePage):
    """Save four weeks as a template of the service, begun from another or from a plan."""

    @property
    def key(self) -> str:
        return self.request.GET.get("from", NOTES.key)


def find_template(request: access.MemberRequest, pk: int) -> PlanTemplate:
    return get_object_or_404(_own_templates(request), pk=pk)


def about_template(row: PlanTemplate, request: access.MemberRequest) -> concurrency.Description:
    """Describe a template by its name and the hours of each row, week by week."""
    grid = next(each.grid for each in queries.templates(row.organisation) if each.key == f"own-{row.pk}")
    return {_("Name"): row.name} | {each.label: ", ".join(map(format_hours, grid[each.code])) for each in grid.rows}


@access.requires(*KEEPS_TEMPLATES)
@concurrency.changes(find=find_template, describe=about_template)
class TemplateEdit(TemplatePage):
    """Rename a template of the service, or change its hours."""

    @cached_property
    def row(self) -> PlanTemplate:
        return find_template(self.request, self.kwargs["pk"])

    @property
    def key(self) -> str:
        return f"own-{self.row.pk}"


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
