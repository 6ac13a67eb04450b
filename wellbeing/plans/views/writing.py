"""One's own plan: written, proposed, taken back and thrown away. My weeks itself is in `wellbeing.plans.my_weeks`."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from caseload.actions import Refused
from peerload.core.formats import format_choice
from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.models import Member
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from ...enums import PlanState
from ...models import TimePlan
from .. import actions, forms, queries, tables
from ..rules.dated import following, monday_of, next_monday, week_of
from ..rules.fitting import Fits, over_words, plan_that_fits
from ..rules.grids import WEEKS, ZERO, Grid, GridRow, format_hours, make_grid
from ..rules.needs import AskedOfWorker, hours_needed, parting
from ..rules.templates import NOTES, scaled

FITS, IN_FORCE = "fits", "in_force"
NO_HOURS = (ZERO,) * WEEKS


def names_of(members: Sequence[Member]) -> str:
    """Name the members who agree to a plan: "Ana", "Ana or Lena"."""
    return format_choice(member.name for member in members[:3])


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
class EditPlan(FormPage):
    """The grid as one form: added up, kept as a draft, or proposed."""

    template_name = "wellbeing/plans/edit.html"
    back = reverse_lazy("my_weeks"), gettext_lazy("My weeks")

    @cached_property
    def draft(self) -> TimePlan | None:
        return queries.open_plan(self.request.member)

    @cached_property
    def starts_on(self) -> date:
        """From when the plan holds, as long as nothing else is typed."""
        return self.draft.starts_on if self.draft else next_monday(self.on)

    @cached_property
    def held(self) -> queries.PlannedPost:
        """The post held then."""
        return queries.post_then(self.request.member, self.starts_on, self.on)

    @cached_property
    def rows(self) -> tuple[GridRow, ...]:
        """The rows of the form: those the service offers, and those the typed data has hours for."""
        return rows_of_form(self.request)

    @cached_property
    def asked(self) -> AskedOfWorker:
        return queries.asked_of(self.request.member, self.on)

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
            plan = (None if asked else self.draft) or queries.in_force(self.request.member, self.on)
            if plan is not None:
                return queries.grid_of(plan), plan.template
            asked = NOTES.key
        template = next((each for each in queries.templates(self.request.organisation) if each.key == asked), None)
        if template is None:
            raise Http404
        return scaled(template, self.held.hours), template.name

    def form(self, data: QueryDict | None = None) -> forms.PlanForm:
        if data is not None:
            return forms.PlanForm(data, on=self.on, grid=make_grid({}, self.rows))
        grid, name = self.begun()
        initial = {"version": self.draft.version if self.draft else 0, "template": name, "starts_on": self.starts_on}
        return forms.PlanForm(on=self.on, grid=grid, initial=initial)

    def get(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        if self.draft and self.draft.state == PlanState.PROPOSED:
            messages.info(request, _("Your plan is proposed. Take it back first, then change it."))
            return redirect("my_weeks")
        return super().get(request, **kwargs)

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        if self.asked_to in {"keep", "propose"}:
            return super().post(request, **kwargs)
        form = self.form(request.POST)
        return self.page(form) if form.is_valid() else self.invalid(form)

    @property
    def asked_to(self) -> str:
        return self.request.POST.get("act", "")

    def act(self, data: dict[str, Any]) -> str:
        words = {"worker": self.request.member, "today": self.on} | self.filled.words()
        if self.asked_to == "keep":
            actions.keep(**words)
            return _("Kept as a draft. Only you see it.")
        __, found = actions.propose(**words)
        return _("Proposed to %(names)s.") % {"names": names_of(found)}

    def success_url(self) -> str:
        return reverse("plan_edit" if self.asked_to == "keep" else "my_weeks")

    def refused(self, form: forms.PlanForm, refusal: Refused) -> HttpResponse:
        if isinstance(refusal, actions.PlanChangedMeanwhile):
            return self.changed_meanwhile(form, refusal.plan.version, self.differences(form, refusal.plan))
        return super().refused(form, refusal)

    def differences(self, form: forms.PlanForm, plan: TimePlan) -> list[dict[str, Any]]:
        """Return the hours in which the plan saved meanwhile differs from the typed one."""
        typed, kept = form.grid(), queries.grid_of(plan)
        return [
            {
                "label": _("%(label)s, week %(n)s") % {"label": row.label, "n": n},
                "theirs": f"{format_hours(theirs)} h",
                "yours": f"{format_hours(yours)} h",
            }
            for row in self.rows
            for n, (theirs, yours) in enumerate(zip(kept.get(row.code, NO_HOURS), typed[row.code], strict=True), 1)
            if theirs != yours
        ]

    def context(self, form: forms.PlanForm) -> dict[str, Any]:
        request, grid = self.request, form.grid()
        starts_on = (form.is_bound and form.cleaned_data.get("starts_on")) or self.starts_on
        held = self.held if starts_on == self.starts_on else queries.post_then(request.member, starts_on, self.on)
        hours = held.hours
        weeks = weeks_from(request.member, starts_on, hours, self.on)
        fits = request.GET.get("from") == FITS
        return super().context(form) | {
            "name": form["template"].value(),
            "sheet": tables.sheet(grid, hours, weeks=weeks, on=self.on, asked=self.asked, form=form),
            "parting": parting(grid, hours_needed(self.asked), hours),
            "over": over_words(self.fits, self.asked, hours) if fits else "",
            "fits": fits,
            "draft": self.draft,
            "held": held,
            "with": names_of(queries.agreeing(request.member, queries.post_of(request.member, self.on).team, self.on)),
        }


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
