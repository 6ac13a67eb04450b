"""Steps with a plan: to write it, propose it, answer it; and a service's templates. My weeks itself is in `peerload.home`."""

from copy import copy
from datetime import date
from functools import cached_property
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from caseload.actions import Refused
from peerload.core.formats import format_day
from peerload.staff import access, concurrency
from peerload.staff.models import Member, Organisation
from peerload.staff.roles import Capability

from ..enums import Focus, PlanState
from ..models import PlanTemplate, TimePlan
from . import actions, forms, queries, rules, tables

form_view = require_http_methods(["GET", "POST"])
KEEPS_TEMPLATES = (Capability.LEAD_TEAM, Capability.LOOK_AFTER_SERVICE)
FITS, IN_FORCE = "fits", "in_force"
NO_HOURS = (rules.ZERO,) * rules.WEEKS


def names_of(members) -> str:
    """Name those a plan is agreed with: "Ana", "Ana or Lena"."""
    return " or ".join(member.name for member in members[:3])


def rows_of_form(request) -> tuple[rules.Row, ...]:
    """Return the rows of a service's plans, with those put away meanwhile that a form still has hours for."""
    typed = {field.rpartition("-")[0] for field in request.POST}
    return queries.plan_rows(request.organisation.pk, also=typed)


def dated(worker, starts_on: date, hours, on: date) -> list[queries.Week]:
    """Return the first real week of each number from a Monday on, in order of their numbers."""
    first = rules.monday(starts_on)
    anchor = worker.organisation.cycle_anchor
    mondays = sorted(rules.following(first), key=lambda day: rules.week_of(day, anchor))
    return queries.weeks(worker, mondays, hours, on)


# Writing ---------------------------------------------------------------------------------------------------------------


@access.requires(Capability.SEE_OWN_POINTS)
class Edit(access.MemberView):
    """The grid as one form: added up, kept as a draft, or proposed."""

    @cached_property
    def draft(self) -> TimePlan | None:
        return queries.open_plan(self.request.member)

    @cached_property
    def starts_on(self) -> date:
        """From when the plan holds, as long as nothing else is typed."""
        return self.draft.starts_on if self.draft else rules.next_monday(self.request.on)

    @cached_property
    def held(self) -> queries.Post:
        """The post held then."""
        return queries.post_then(self.request.member, self.starts_on, self.request.on)

    @cached_property
    def rows(self) -> tuple[rules.Row, ...]:
        """The rows that the form has: those the service offers, and those that what is typed has hours for."""
        return rows_of_form(self.request)

    @cached_property
    def asked(self) -> rules.Asked:
        return queries.asked_of(self.request.member, self.request.on)

    @cached_property
    def fits(self) -> rules.Fits:
        return rules.plan_that_fits(self.asked, self.held.hours, self.rows)

    def begun(self) -> tuple[rules.Grid, str]:
        """
        Return where the form begins, and what that is called.

        :raises Http404: if what is asked for is not there
        """
        asked = self.request.GET.get("from", "")
        if asked == FITS:
            return self.fits.plan, "a plan that fits"
        if asked == IN_FORCE or not asked:
            plan = (None if asked else self.draft) or queries.in_force(self.request.member, self.request.on)
            if plan is not None:
                return queries.grid_of(plan), plan.template
            asked = rules.NOTES.key
        template = next((each for each in queries.templates(self.request.organisation) if each.key == asked), None)
        if template is None:
            raise Http404
        return rules.scaled(template, self.held.hours), template.name

    def form(self, data=None) -> forms.PlanForm:
        if data is not None:
            return forms.PlanForm(data, on=self.request.on, grid=rules.grid({}, self.rows))
        grid, name = self.begun()
        initial = {"version": self.draft.version if self.draft else 0, "template": name, "starts_on": self.starts_on}
        return forms.PlanForm(on=self.request.on, grid=grid, initial=initial)

    def get(self, request):
        if self.draft and self.draft.state == PlanState.PROPOSED:
            messages.info(request, "Your plan is proposed. Take it back first, then change it.")
            return redirect("my_weeks")
        return self.page(self.form())

    def post(self, request):
        form = self.form(request.POST)
        act = request.POST.get("act")
        if not form.is_valid() or act not in {"keep", "propose"}:
            return self.page(form)
        try:
            return self.take(act, {"worker": request.member, "today": request.on} | form.words())
        except actions.ChangedMeanwhile as refusal:
            return self.changed(form, refusal.plan)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return self.page(form)

    def take(self, act: str, words: dict):
        if act == "keep":
            actions.keep(**words)
            messages.success(self.request, "Kept as a draft. Only you see it.")
            return redirect("plan_edit")
        _, found = actions.propose(**words)
        messages.success(self.request, f"Proposed to {names_of(found)}.")
        return redirect("my_weeks")

    def changed(self, form: forms.PlanForm, plan: TimePlan):
        """Show what was saved meanwhile beside what was typed, to be saved over it."""
        data = copy(form.data)
        data["version"] = plan.version
        typed, kept = form.grid(), queries.grid_of(plan)
        rows = [
            {
                "label": f"{row.label}, week {n}",
                "theirs": f"{rules.said(theirs)} h",
                "yours": f"{rules.said(yours)} h",
            }
            for row in self.rows
            for n, (theirs, yours) in enumerate(zip(kept.get(row.code, NO_HOURS), typed[row.code], strict=True), 1)
            if theirs != yours
        ]
        return self.page(self.form(data), status=409, meanwhile=True, differences=rows)

    def page(self, form: forms.PlanForm, *, status: int | None = None, **more):
        request, grid = self.request, form.grid()
        starts_on = (form.is_bound and form.cleaned_data.get("starts_on")) or self.starts_on
        held = self.held if starts_on == self.starts_on else queries.post_then(request.member, starts_on, request.on)
        hours = held.hours
        weeks = dated(request.member, starts_on, hours, request.on)
        fits = request.GET.get("from") == FITS
        context = {
            "form": form,
            "name": form["template"].value(),
            "sheet": tables.sheet(grid, hours, weeks=weeks, on=request.on, asked=self.asked, form=form),
            "parting": rules.parting(grid, rules.need(self.asked), hours),
            "over": rules.over_words(self.fits, self.asked, hours) if fits else "",
            "fits": fits,
            "draft": self.draft,
            "held": held,
            "with": names_of(queries.agreeing(request.member, queries.post_of(request.member, request.on).team)),
            "on": request.on,
            **more,
        }
        return render(request, "wellbeing/plans/edit.html", context, status=status or (422 if form.errors else 200))


def find_own(request) -> TimePlan | Member:
    """Return the plan a member writes; with none there is nothing to take back, which the action says."""
    return queries.open_plan(request.member) or request.member


def about_own(row: TimePlan | Member, request) -> concurrency.Description:
    return (
        {} if isinstance(row, Member) else concurrency.fields(row, state="State", answer="Asked for", starts_on="From")
    )


def page_of_own(row: TimePlan | Member) -> str:
    return reverse("my_weeks")


guards_own = concurrency.changes(find=find_own, describe=about_own, page=page_of_own)


@access.requires(Capability.SEE_OWN_POINTS)
@require_POST
@guards_own
def take_back(request):
    """Take back what was proposed."""
    return _step(request, lambda: actions.take_back(worker=request.member), "Taken back. It is your draft again.")


@access.requires(Capability.SEE_OWN_POINTS)
@require_POST
@guards_own
def drop(request):
    """Throw a draft away."""
    return _step(request, lambda: actions.drop(worker=request.member), "The draft is gone.")


def _step(request, act, words: str, to: str = "my_weeks"):
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect(to)


# Answering -------------------------------------------------------------------------------------------------------------


def find_plan(request, uid, *, to_answer: bool = False) -> TimePlan:
    """
    Return a plan the member may see; any other does not exist.

    :param to_answer: only of somebody else
    """
    plan = queries.plan_seen_by(request.member, uid, request.on)
    if plan is None or (to_answer and plan.worker_id == request.member.pk):
        raise Http404
    return plan


@access.requires(Capability.SEE_OWN_POINTS)
@require_POST
def agree(request, uid):
    """Agree to what somebody has proposed."""
    plan = find_plan(request, uid, to_answer=True)
    version = request.POST.get("version", "")
    try:
        plan = actions.agree(
            plan_id=plan.pk, by=request.member, version=int(version) if version.isdecimal() else 0, today=request.on
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Agreed. It is in force from {format_day(plan.starts_on)}.")
    return redirect("plan", uid=uid)


@access.requires(Capability.SEE_OWN_POINTS)
@form_view
def change(request, uid):
    """Ask for a change, in words."""
    plan = find_plan(request, uid, to_answer=True)
    if plan.state != PlanState.PROPOSED:
        messages.info(request, "This plan is not proposed now.")
        return redirect("plan", uid=uid)
    form = forms.ChangeForm(request.POST or None, on=request.on, initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            actions.ask_for_change(plan_id=plan.pk, by=request.member, today=request.on, **words)
        except actions.ChangedMeanwhile as refusal:
            data = copy(form.data)
            data["version"] = refusal.plan.version
            form = forms.ChangeForm(data, on=request.on)
            form.add_error(None, str(refusal))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{plan.worker.name} has the plan back, with your words.")
            return redirect("team" if access.leads(request.member) else "my_weeks")
    context = {
        "form": form,
        "heading": "Ask for a change",
        "lead": "The plan goes back to the worker as a draft, with what you write. The hours stay as proposed.",
        "save": "Give it back",
        "back_url": reverse("plan", args=[uid]),
        "back_label": "The plan",
    }
    return render(request, "includes/form_page.html", context, status=422 if form.errors else 200)


# Templates of a service ------------------------------------------------------------------------------------------------


@access.requires(*KEEPS_TEMPLATES)
@require_GET
def templates(request):
    """Show the plans to begin from: those that come with the product, and the service's own."""
    found = [(each, rules.guides_of(each.grid, each.hours)) for each in queries.templates(request.organisation)]
    own = {f"own-{row.pk}": row for row in _own_templates(request)}
    rows = [{"template": each, "guides": guides, "own": own.get(each.key)} for each, guides in found]
    return render(request, "wellbeing/plans/templates.html", {"rows": rows})


def _own_templates(request):
    return PlanTemplate.objects.filter(organisation=request.organisation)


@access.requires(*KEEPS_TEMPLATES)
@form_view
@concurrency.creates
def template_add(request):
    """Keep four weeks as a template of the service, begun from another or from a plan."""
    return _template(request, None, _begun_from(request, request.GET.get("from", rules.NOTES.key)))


def find_template(request, pk: int) -> PlanTemplate:
    return get_object_or_404(_own_templates(request), pk=pk)


def about_template(row: PlanTemplate, request) -> concurrency.Description:
    """Describe a template by its name and the hours of each row, week by week."""
    grid = next(each.grid for each in queries.templates(row.organisation) if each.key == f"own-{row.pk}")
    return {"Name": row.name} | {each.label: ", ".join(map(rules.said, grid[each.code])) for each in grid.rows}


@access.requires(*KEEPS_TEMPLATES)
@form_view
@concurrency.changes(find=find_template, describe=about_template)
def template_edit(request, pk: int):
    """Rename a template of the service, or change its hours."""
    row = find_template(request, pk)
    return _template(request, row, _begun_from(request, f"own-{row.pk}"))


def page_of_templates(row: PlanTemplate) -> str:
    return reverse("plan_templates")


@access.requires(*KEEPS_TEMPLATES)
@require_POST
@concurrency.changes(find=find_template, describe=about_template, page=page_of_templates)
def template_remove(request, pk: int):
    """Remove a template of the service."""
    row = find_template(request, pk)
    actions.remove_template(template_id=row.pk)
    messages.success(request, f"“{row.name}” is removed. Plans begun from it stay as they are.")
    return redirect("plan_templates")


def _begun_from(request, key: str) -> rules.Grid:
    if request.method == "POST":
        return rules.grid({}, rows_of_form(request))
    if request.GET.get("plan"):
        try:
            return queries.grid_of(find_plan(request, UUID(request.GET["plan"])))
        except ValueError:
            raise Http404 from None
    found = next((each for each in queries.templates(request.organisation) if each.key == key), None)
    if found is None:
        raise Http404
    return found.grid


def _template(request, row: PlanTemplate | None, grid: rules.Grid):
    initial = {"name": row.name if row else ""}
    form = forms.TemplateForm(request.POST or None, on=request.on, grid=grid, initial=initial)
    if request.method == "POST" and form.is_valid() and request.POST.get("act") == "keep":
        words = {"organisation": request.organisation, "by": request.member, "name": form.cleaned_data["name"]}
        try:
            actions.save_template(**words, grid=form.grid(), template_id=row.pk if row else None)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, f"“{form.cleaned_data['name']}” is there to begin from.")
            return redirect("plan_templates")
    typed = form.grid()
    context = {
        "form": form,
        "row": row,
        "sheet": tables.sheet(typed, rules.a_week(rules.totals(typed)), form=form),
    }
    return render(request, "wellbeing/plans/template.html", context, status=422 if form.errors else 200)


# Rows of a service -----------------------------------------------------------------------------------------------------


@access.requires(Capability.LOOK_AFTER_SERVICE)
@form_view
@concurrency.creates
def plan_rows(request):
    """Show the rows of the service's plans by part of the week, and a form for another."""
    form = forms.AddPlanRowForm(request.POST or None, on=request.on)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.add_row(organisation=request.organisation, by=request.member, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(
                request, f"“{row.label}” is a row of every new plan. Plans agreed before stay as they are."
            )
            return redirect("plan_rows")
    rows = queries.plan_rows(request.organisation.pk)
    context = {
        "form": form,
        "heading": "Rows of the time plan",
        "back_url": reverse("settings"),
        "back_label": "Settings",
        "parts": [(focus, [row for row in rows if row.focus == focus]) for focus in Focus],
        "built_in": {row.code for row in rules.BUILT_IN_ROWS},
    }
    return render(request, "wellbeing/plans/rows.html", context, status=422 if form.errors else 200)


def _row_or_404(request, code: str) -> rules.Row:
    found = next((row for row in queries.plan_rows(request.organisation.pk) if row.code == code), None)
    if found is None:
        raise Http404
    return found


def _find_rows(request, code: str) -> Organisation:
    """Return whose rows these are: a row under the name that comes with peerload has no line of its own."""
    _row_or_404(request, code)
    return request.organisation


def _row_name(organisation: Organisation, request) -> dict:
    """Return what a row is called."""
    return {"Name": _row_or_404(request, request.resolver_match.kwargs["code"]).label}


@access.requires(Capability.LOOK_AFTER_SERVICE)
@form_view
@concurrency.changes(find=_find_rows, describe=_row_name)
def plan_row(request, code: str):
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
            messages.success(request, f"“{row.label}” is called “{label}” now, in every plan.")
            return redirect("plan_rows")
    context = {
        "form": form,
        "heading": f"Rename “{row.label}”",
        "lead": "Hours that are written in this row stay there.",
        "back_url": reverse("plan_rows"),
        "back_label": "Rows of the time plan",
    }
    return render(request, "includes/form_page.html", context, status=422 if form.errors else 200)


@access.requires(Capability.LOOK_AFTER_SERVICE)
@require_POST
def plan_row_put_away(request, code: str):
    """Offer a row that the service has added in no new plan."""
    row = _row_or_404(request, code)
    if code in {each.code for each in rules.BUILT_IN_ROWS}:
        raise Http404
    actions.put_row_away(organisation=request.organisation, by=request.member, code=code)
    messages.success(request, f"“{row.label}” is no longer offered in new plans. Plans that have hours for it keep it.")
    return redirect("plan_rows")
