"""Time outside contacts, logged at one tap, and a study of two weeks. Only the worker sees either; the team sees sums."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from caseload.actions import Refused
from peerload.core.formats import format_day
from peerload.staff import access, concurrency
from peerload.staff.access import form_view
from peerload.staff.roles import Capability

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
    sent = quick(request, request.POST)
    if not sent["form"].is_valid():
        return _page(request, sent, status=422)
    entry = actions.log(worker=request.member, today=request.on, **sent["form"].words())
    return redirect(f"{reverse('time')}?logged={entry.pk}")


@own_page
@require_POST
def remove(request: access.MemberRequest, pk: int) -> HttpResponse:
    """Undo, or remove later; it is the worker's own, and gone."""
    entry = get_object_or_404(TimeEntry.objects.filter(worker=request.member), pk=pk)
    actions.remove(worker=request.member, entry_id=entry.pk)
    return redirect("time")


# A study ---------------------------------------------------------------------------------------------------------------


@own_page
@form_view
@concurrency.creates
def study(request: access.MemberRequest) -> HttpResponse:
    """Show the study that goes on, to write a piece down in; without one, what it is, and begin it."""
    on = request.on
    if queries.current(request.member, on):
        return _measuring(request, forms.PieceForm(on=on))
    form = forms.BeginForm(request.POST or None, on=on, initial={"starts_on": on})
    if request.method == "POST" and form.is_valid():
        try:
            actions.begin(worker=request.member, starts_on=form.cleaned_data["starts_on"], today=on)
        except Refused as refusal:
            form.add_error("starts_on", str(refusal))
        else:
            return redirect("study")
    context = {"form": form, "on": on, "over": _with_days(queries.studies(request.member))}
    return render(request, "wellbeing/time/begin.html", context, status=422 if form.errors else 200)


def _with_days(studies: Iterable[TimeStudy]) -> list[dict]:
    return [{"study": each, "last": rules.last_day(each.starts_on, each.ended_on)} for each in studies]


def _measuring(request: access.MemberRequest, form: forms.PieceForm, *, status: int = 200) -> HttpResponse:
    study = queries.current(request.member, request.on)
    entries = list(queries.entries(study, rules.open_days(request.on)[-1]))
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
    """Write down a piece of work."""
    form = forms.PieceForm(request.POST, on=request.on)
    if form.is_valid():
        try:
            entry = actions.measure(worker=request.member, today=request.on, **form.words())
        except actions.NotNow as refusal:
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
@form_view
def delete(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Delete a study, after the page has said what is deleted and what stays."""
    study = _own(request, uid)
    if request.method == "POST":
        actions.delete(worker=request.member, study_id=study.pk)
        messages.success(request, _("The study is deleted, with everything you measured."))
        return redirect("study")
    context = {
        "form": forms.TodayForm(on=request.on),
        "heading": _("Delete this study"),
        "lead": _(
            "The study from %(day)s, with everything you measured. "
            "Contacts, sessions and time you logged elsewhere stay as they are."
        )
        % {"day": format_day(study.starts_on)},
        "save": _("Delete it"),
        "back_url": reverse("study_result", args=[study.uid]),
        "back_label": _("What the study found"),
    }
    return render(request, "includes/form_page.html", context)


@access.requires(Capability.LEAD_TEAM)
@require_GET
def team_time(request: access.MemberRequest) -> HttpResponse:
    """Show the sums of a year's studies; nothing of fewer than three, and no one's own."""
    together = queries.together(request.member, request.on)
    return render(request, "wellbeing/time/team_time.html", {"together": together, "least": rules.AT_LEAST})
