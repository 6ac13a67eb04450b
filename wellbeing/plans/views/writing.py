"""One's own plan: written, proposed, taken back and thrown away. My weeks itself is in `wellbeing.plans.my_weeks`."""

from collections.abc import Callable, Sequence
from copy import copy
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from caseload.actions import Refused
from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.models import Member
from peerload.staff.roles import Capability

from ...enums import PlanState
from ...models import TimePlan
from .. import actions, forms, queries, tables
from ..rules.dated import following, monday_of, next_monday, week_of
from ..rules.fitting import Fits, over_words, plan_that_fits
from ..rules.grids import WEEKS, ZERO, Grid, GridRow, format_hours, make_grid
from ..rules.needs import Asked, hours_needed, parting
from ..rules.templates import NOTES, scaled

FITS, IN_FORCE = "fits", "in_force"
NO_HOURS = (ZERO,) * WEEKS


def names_of(members: Sequence[Member]) -> str:
    """Name the members who agree to a plan: "Ana", "Ana or Lena"."""
    return " or ".join(member.name for member in members[:3])


def rows_of_form(request: access.MemberRequest) -> tuple[GridRow, ...]:
    """Return the rows of a service's plans, with removed ones for which a form still has hours."""
    typed = {field.rpartition("-")[0] for field in request.POST}
    return queries.plan_rows(request.organisation.pk, also=typed)


def weeks_from(worker: Member, starts_on: date, hours: Decimal, on: date) -> list[queries.Week]:
    """Return the first real week of each number from a Monday on, in order of their numbers."""
    first = monday_of(starts_on)
    anchor = worker.organisation.cycle_anchor
    mondays = sorted(following(first), key=lambda day: week_of(day, anchor))
    return queries.weeks(worker, mondays, hours, on)


@access.requires(Capability.SEE_OWN_POINTS)
class Edit(access.MemberView):
    """The grid as one form: added up, kept as a draft, or proposed."""

    @cached_property
    def draft(self) -> TimePlan | None:
        return queries.open_plan(self.request.member)

    @cached_property
    def starts_on(self) -> date:
        """From when the plan holds, as long as nothing else is typed."""
        return self.draft.starts_on if self.draft else next_monday(self.request.on)

    @cached_property
    def held(self) -> queries.PlannedPost:
        """The post held then."""
        return queries.post_then(self.request.member, self.starts_on, self.request.on)

    @cached_property
    def rows(self) -> tuple[GridRow, ...]:
        """The rows of the form: those the service offers, and those the typed data has hours for."""
        return rows_of_form(self.request)

    @cached_property
    def asked(self) -> Asked:
        return queries.asked_of(self.request.member, self.request.on)

    @cached_property
    def fits(self) -> Fits:
        return plan_that_fits(self.asked, self.held.hours, self.rows)

    def begun(self) -> tuple[Grid, LazyText]:
        """
        Return the initial hours of the form, and the name of their source.

        :raises Http404: if there is no such source
        """
        asked = self.request.GET.get("from", "")
        if asked == FITS:
            return self.fits.plan, _("a plan that fits")
        if asked == IN_FORCE or not asked:
            plan = (None if asked else self.draft) or queries.in_force(self.request.member, self.request.on)
            if plan is not None:
                return queries.grid_of(plan), plan.template
            asked = NOTES.key
        template = next((each for each in queries.templates(self.request.organisation) if each.key == asked), None)
        if template is None:
            raise Http404
        return scaled(template, self.held.hours), template.name

    def form(self, data: QueryDict | None = None) -> forms.PlanForm:
        if data is not None:
            return forms.PlanForm(data, on=self.request.on, grid=make_grid({}, self.rows))
        grid, name = self.begun()
        initial = {"version": self.draft.version if self.draft else 0, "template": name, "starts_on": self.starts_on}
        return forms.PlanForm(on=self.request.on, grid=grid, initial=initial)

    def get(self, request: access.MemberRequest) -> HttpResponse:
        if self.draft and self.draft.state == PlanState.PROPOSED:
            messages.info(request, _("Your plan is proposed. Take it back first, then change it."))
            return redirect("my_weeks")
        return self.page(self.form())

    def post(self, request: access.MemberRequest) -> HttpResponse:
        form = self.form(request.POST)
        act = request.POST.get("act")
        if not form.is_valid() or act not in {"keep", "propose"}:
            return self.page(form)
        try:
            return self.take(act, {"worker": request.member, "today": request.on} | form.words())
        except actions.ChangedMeanwhile as refusal:
            return self.changed(form, refusal.plan)
        except Refused as refusal:
            form.refuse(refusal)
            return self.page(form)

    def take(self, act: str, words: dict) -> HttpResponse:
        if act == "keep":
            actions.keep(**words)
            messages.success(self.request, _("Kept as a draft. Only you see it."))
            return redirect("plan_edit")
        __, found = actions.propose(**words)
        messages.success(self.request, _("Proposed to %(names)s.") % {"names": names_of(found)})
        return redirect("my_weeks")

    def changed(self, form: forms.PlanForm, plan: TimePlan) -> HttpResponse:
        """Show the plan saved meanwhile beside the typed one, which can be saved over it."""
        data: Any = copy(form.data)
        data["version"] = plan.version
        typed, kept = form.grid(), queries.grid_of(plan)
        rows = [
            {
                "label": _("%(label)s, week %(n)s") % {"label": row.label, "n": n},
                "theirs": f"{format_hours(theirs)} h",
                "yours": f"{format_hours(yours)} h",
            }
            for row in self.rows
            for n, (theirs, yours) in enumerate(zip(kept.get(row.code, NO_HOURS), typed[row.code], strict=True), 1)
            if theirs != yours
        ]
        return self.page(self.form(data), status=409, meanwhile=True, differences=rows)

    def page(self, form: forms.PlanForm, *, status: int | None = None, **more: Any) -> HttpResponse:
        request, grid = self.request, form.grid()
        starts_on = (form.is_bound and form.cleaned_data.get("starts_on")) or self.starts_on
        held = self.held if starts_on == self.starts_on else queries.post_then(request.member, starts_on, request.on)
        hours = held.hours
        weeks = weeks_from(request.member, starts_on, hours, request.on)
        fits = request.GET.get("from") == FITS
        context = {
            "form": form,
            "name": form["template"].value(),
            "sheet": tables.sheet(grid, hours, weeks=weeks, on=request.on, asked=self.asked, form=form),
            "parting": parting(grid, hours_needed(self.asked), hours),
            "over": over_words(self.fits, self.asked, hours) if fits else "",
            "fits": fits,
            "draft": self.draft,
            "held": held,
            "with": names_of(queries.agreeing(request.member, queries.post_of(request.member, request.on).team)),
            "on": request.on,
            **more,
        }
        return render(request, "wellbeing/plans/edit.html", context, status=status or (422 if form.errors else 200))


def find_own(request: access.MemberRequest) -> TimePlan | Member:
    """Return the plan a member writes; the action refuses if there is none."""
    return queries.open_plan(request.member) or request.member


def about_own(row: TimePlan | Member, request: access.MemberRequest) -> concurrency.Description:
    return (
        {}
        if isinstance(row, Member)
        else concurrency.fields(row, state=_("State"), answer=_("Asked for"), starts_on=_("From"))
    )


def page_of_own(row: TimePlan | Member) -> str:
    return reverse("my_weeks")


guards_own = concurrency.changes(find=find_own, describe=about_own, page=page_of_own)


@access.requires(Capability.SEE_OWN_POINTS)
@require_POST
@guards_own
def take_back(request: access.MemberRequest) -> HttpResponse:
    """Withdraw a proposed plan."""
    return _step(request, lambda: actions.take_back(worker=request.member), _("Taken back. It is your draft again."))


@access.requires(Capability.SEE_OWN_POINTS)
@require_POST
@guards_own
def drop(request: access.MemberRequest) -> HttpResponse:
    """Throw a draft away."""
    return _step(request, lambda: actions.drop(worker=request.member), _("The draft is deleted."))


def _step(request: access.MemberRequest, act: Callable[[], object], words: str, to: str = "my_weeks") -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect(to)
