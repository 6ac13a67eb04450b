"""Time outside contacts, logged at one tap, and a study of two weeks. Only the worker sees either; the team sees sums."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from caseload.actions import Refused
from peerload.core.formats import format_day
from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from ..models import StudyEntry, TimeEntry, TimeStudy
from ..plans.queries import plan_rows
from . import actions, forms, queries, rules, tables

own_page = access.requires(Capability.SEE_OWN_POINTS)


def quick(request: access.MemberRequest, data: QueryDict | None = None) -> dict:
    """Return what `wellbeing/time/quick.html` draws: the form, and its buttons."""
    form = forms.QuickForm(data, on=request.on, rows=plan_rows(request.organisation.pk))
    return {"form": form, "rows": form.buttons}


@own_page
@require_GET
def time(request: access.MemberRequest) -> HttpResponse:
    """Show the buttons, the last entries, and the last two weeks."""
    return _page(request, quick(request))


def _page(request: access.MemberRequest, quick: dict, *, status: int = 200) -> HttpResponse:
    entries = queries.lately(request.member, request.on)
    logged = request.GET.get("logged", "")
    context = {
        "on": request.on,
        "quick": quick,
        "entries": entries,
        "just_logged": next((entry for entry in entries if str(entry.pk) == logged), None),
    }
    return render(request, "wellbeing/time/time.html", context, status=status)


@own_page
@require_POST
def log(request: access.MemberRequest) -> HttpResponse:
    """Log time by a button, which several pages have; where it is invalid, the page of time is shown."""
    sent = quick(request, request.POST)
    if not sent["form"].is_valid():
        return _page(request, sent, status=422)
    entry = actions.log(worker=request.member, today=request.on, **sent["form"].words())
    return redirect(f"{reverse('time')}?logged={entry.pk}")


@own_page
@require_POST
def remove(request: access.MemberRequest, pk: int) -> HttpResponse:
    """Remove time logged, at once or later; nothing of it is kept."""
    entry = get_object_or_404(TimeEntry.objects.filter(worker=request.member), pk=pk)
    actions.remove(worker=request.member, entry_id=entry.pk)
    return redirect("time")


# A study ---------------------------------------------------------------------------------------------------------------


@own_page
@concurrency.creates
class Study(FormPage):
    """Show the study that goes on, to write a piece down in; without one, what it is, and begin it."""

    form_class = forms.BeginForm
    template_name = "wellbeing/time/begin.html"
    back = reverse_lazy("time"), gettext_lazy("Time outside contacts")

    def dispatch(self, request: access.MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if queries.current(request.member, self.on):
            return _measuring(request, forms.PieceForm(on=self.on))
        return super().dispatch(request, *args, **kwargs)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"starts_on": self.on}}

    def act(self, data: dict[str, Any]) -> str:
        actions.begin(worker=self.request.member, starts_on=data["starts_on"], today=self.on)
        return ""

    def success_url(self) -> str:
        return reverse("study")

    def context(self, form: forms.BeginForm) -> dict[str, Any]:
        return super().context(form) | {"over": _with_days(queries.studies(self.request.member))}


def _with_days(studies: Iterable[TimeStudy]) -> list[dict]:
    return [{"study": each, "last": rules.last_day(each.starts_on, each.ended_on)} for each in studies]


def _measuring(request: access.MemberRequest, form: forms.PieceForm, *, status: int = 200) -> HttpResponse:
    study = queries.current(request.member, request.on)
    entries = queries.entries(study, rules.open_days(request.on)[-1])
    logged = request.GET.get("logged", "")
    context = {
        "on": request.on,
        "study": study,
        "last": rules.last_day(study.starts_on),
        "form": form,
        "minutes": rules.PIECE_MINUTES,
        "entries": entries,
        "just_logged": next((entry for entry in entries if str(entry.pk) == logged), None),
        "over": _with_days(each for each in queries.studies(request.member) if each != study),
    }
    return render(request, "wellbeing/time/study.html", context, status=status)


@own_page
@require_POST
def measure(request: access.MemberRequest) -> HttpResponse:
    """Write down a piece of work. The form is part of another page, which is shown again where it is invalid."""
    form = forms.PieceForm(request.POST, on=request.on)
    if form.is_valid():
        try:
            entry = actions.measure(worker=request.member, today=request.on, **form.words())
        except actions.NoStudyNow as refusal:
            messages.warning(request, str(refusal))
            return redirect("study")
        except Refused as refusal:
            form.add_error("day", str(refusal))
        else:
            return redirect(f"{reverse('study')}?logged={entry.pk}")
    if queries.current(request.member, request.on) is None:
        return redirect("study")
    return _measuring(request, form, status=422)


@own_page
@require_POST
def piece_remove(request: access.MemberRequest, pk: int) -> HttpResponse:
    """Undo a piece, or remove it later."""
    entry = get_object_or_404(StudyEntry.objects.filter(study__worker=request.member), pk=pk)
    actions.remove_piece(worker=request.member, entry_id=entry.pk)
    return redirect("study")


@own_page
@require_POST
def stop(request: access.MemberRequest) -> HttpResponse:
    """End the current study: its entries stay."""
    try:
        study = actions.stop(worker=request.member, today=request.on)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("study")
    if study is None:
        messages.success(request, _("The study is cancelled. It had not begun."))
        return redirect("study")
    messages.success(request, _("Your study ended today. Here is what you measured."))
    return redirect("study_result", uid=study.uid)


def _own(request: access.MemberRequest, uid: UUID) -> TimeStudy:
    return get_object_or_404(TimeStudy.objects.filter(worker=request.member), uid=uid)


@own_page
@require_GET
def result(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Show what a study found, beside the plan and the points; to its worker alone."""
    study = _own(request, uid)
    context = {"study": study, "on": request.on, "result": tables.result(request.member, study, request.on)}
    return render(request, "wellbeing/time/result.html", context)


@own_page
class DeleteStudy(FormPage):
    """Delete a study, after the page has said what is deleted and what stays."""

    form_class = forms.TodayForm
    heading = gettext_lazy("Delete this study")
    save = gettext_lazy("Delete it")

    @cached_property
    def study(self) -> TimeStudy:
        return _own(self.request, self.kwargs["uid"])

    @property
    def lead(self) -> LazyText:
        words = _(
            "The study from %(day)s, with everything you measured. "
            "Contacts, sessions and time you logged elsewhere stay as they are."
        )
        return words % {"day": format_day(self.study.starts_on)}

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return reverse("study_result", args=[self.study.uid]), _("What the study found")

    def act(self, data: dict[str, Any]) -> str:
        actions.delete(worker=self.request.member, study_id=self.study.pk)
        return _("The study is deleted, with everything you measured.")

    def success_url(self) -> str:
        return reverse("study")


@access.requires(Capability.LEAD_TEAM)
@require_GET
def team_time(request: access.MemberRequest) -> HttpResponse:
    """Show the sums of a year's studies; nothing of fewer than three, and no one's own."""
    together = queries.together(request.member, request.on)
    return render(request, "wellbeing/time/team_time.html", {"together": together, "least": rules.AT_LEAST})
