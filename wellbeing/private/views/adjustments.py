"""Pages about what a worker and their manager agree about the worker's work."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from caseload.actions import EditedMeanwhile, Refused
from peerload.audit import actions as audit
from peerload.staff import concurrency
from peerload.staff.access import MemberRequest, ViewFunction, form_view
from peerload.staff.models import Member
from peerload.staff.queries import steps_ahead, workers_led_by

from ...models import Adjustment
from .. import actions, forms, queries
from .base import THE_TWO, YOURS_AND_THEIRS, leaders_page, own_page, page_of_two, with_version


@own_page
@require_GET
def my_adjustments(request: MemberRequest) -> HttpResponse:
    """Show the agreements about the member's own work, and those that wait for an answer."""
    context = {
        "rows": _rows(request, queries.of_worker(request.member)),
        "own": True,
        "who_reads": YOURS_AND_THEIRS,
        "add_url": reverse("my_adjustment_add"),
        "on": request.on,
    }
    return render(request, "wellbeing/private/adjustments.html", context)


@leaders_page
@require_GET
def team_adjustments(request: MemberRequest) -> HttpResponse:
    """Show the agreements about the work of everyone a member leads, and the plans shared with them."""
    context = {
        "rows": _rows(request, queries.of_team(request.member, request.on)),
        "plans": queries.shared_with(request.member, request.on),
        "who_reads": _("Each worker can read their own. Only their team manager can read all of them."),
        "add_url": reverse("team_adjustment_add"),
        "on": request.on,
    }
    return render(request, "wellbeing/private/adjustments.html", context)


def _rows(request: MemberRequest, found: Iterable[Adjustment]) -> list[tuple[Adjustment, bool]]:
    """Return each with whether it waits for the one who looks."""
    return [(row, _waits_for(row, request.member)) for row in found]


def _waits_for(row: Adjustment, member: Member) -> bool:
    agreed_on = row.worker_agreed_on if row.worker_id == member.pk else row.agreed_on
    return row.ended_on is None and agreed_on is None


def _find(request: MemberRequest, uid: UUID) -> Adjustment:
    found = queries.seen_by(request.member, request.on, uid)
    if found is None:
        raise Http404
    return found


def _read(request: MemberRequest, found: Adjustment) -> None:
    """Log that an agreement about another member's work was read."""
    if found.worker_id != request.member.pk:
        audit.read_shared(request, found.uid)


def _list_of(request: MemberRequest, worker: Member | None) -> dict:
    own = worker == request.member
    return {
        "back_url": reverse("my_adjustments" if own else "team_adjustments"),
        "back_label": _("Agreed about my work") if own else _("Agreed with my team"),
    }


@own_page
@form_view
@concurrency.creates
def my_adjustment_add(request: MemberRequest) -> HttpResponse:
    return _write_adjustment(request, worker=request.member)


@leaders_page
@form_view
@concurrency.creates
def team_adjustment_add(request: MemberRequest) -> HttpResponse:
    workers = list(workers_led_by(request.member, request.on).exclude(pk=request.member.pk))
    if not workers:
        messages.info(request, _("No one works in your teams now."))
        return redirect("team_adjustments")
    return _write_adjustment(request, workers=workers)


@page_of_two
@require_GET
def adjustment(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Show an agreement, or a proposed one, and the steps of a return to work beside it."""
    found = _find(request, uid)
    _read(request, found)
    context = {
        "adjustment": found,
        "text": queries.text_of(found),
        "own": found.worker == request.member,
        "waits_for_me": _waits_for(found, request.member),
        "steps": steps_ahead(found.worker, request.on),
        "who_reads": _who_reads(request, found.worker),
        "on": request.on,
        **_list_of(request, found.worker),
    }
    return render(request, "wellbeing/private/adjustment.html", context)


@page_of_two
@form_view
def adjustment_edit(request: MemberRequest, uid: UUID) -> HttpResponse:
    found = _find(request, uid)
    if found.ended_on or queries.text_of(found) is None:
        return redirect("adjustment", uid=uid)
    _read(request, found)
    return _write_adjustment(request, worker=found.worker, found=found)


def _write_adjustment(
    request: MemberRequest,
    *,
    worker: Member | None = None,
    workers: Sequence[Member] = (),
    found: Adjustment | None = None,
) -> HttpResponse:
    initial = _adjustment_initial(found) if found else {"starts_on": request.on, "version": 0}
    form = forms.AdjustmentForm(request.POST or None, on=request.on, workers=workers, initial=initial)
    if request.method == "GET":
        return _adjustment_page(request, form, worker, found)
    if not form.is_valid():
        return _adjustment_page(request, form, worker, found, status=422)
    data = dict(form.cleaned_data)
    about = data.pop("worker", worker)
    try:
        written = actions.write_adjustment(
            worker=about, by=request.member, today=request.on, uid=found and found.uid, **data
        )
    except EditedMeanwhile as refusal:
        return _agreed_meanwhile(request, form, worker, found, refusal.current)
    except Refused as refusal:
        form.refuse(refusal)
        return _adjustment_page(request, form, worker, found, status=422)
    except Adjustment.DoesNotExist:
        raise Http404 from None
    words = (
        _("Saved, and you agree to it. It is in force once your team manager agrees too.")
        if about == request.member
        else _("Saved, and you agree to it. It is in force once %(name)s agrees too.")
    )
    messages.success(request, words % {"name": about.name})
    return redirect("adjustment", uid=written.uid)


def _adjustment_initial(found: Adjustment) -> dict:
    fields = {name: getattr(found, name) for name in ("starts_on", "review_on", "version")}
    return fields | {"text": queries.text_of(found)}


def _agreed_meanwhile(
    request: MemberRequest,
    form: forms.AdjustmentForm,
    worker: Member | None,
    found: Adjustment | None,
    current: Adjustment,
) -> HttpResponse:
    theirs, yours = queries.text_of(current) or "", form.cleaned_data["text"]
    rows = [{"label": form.fields["text"].label, "theirs": theirs, "yours": yours}] if theirs != yours else []
    again = forms.AdjustmentForm(with_version(form, current), on=request.on)
    return _adjustment_page(request, again, worker, found, status=409, differences=rows, meanwhile=True)


def _adjustment_page(
    request: MemberRequest,
    form: forms.AdjustmentForm,
    worker: Member | None,
    found: Adjustment | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "title": _("Agreed about work"),
        "heading": _("Change what is agreed") if found else _("Something to agree about work"),
        "lead": _who_reads(request, worker),
        "hint": _hint_of(found) if found else "",
        "save": _("Save the proposal"),
        **_list_of(request, worker),
        **more,
    }
    return render(request, "wellbeing/private/form.html", context, status=status)


def _hint_of(found: Adjustment) -> str:
    words = _("Both of you have to agree to the change")
    return (
        _("%(words)s. Until then, what you have agreed stays in force.") % {"words": words}
        if found.is_agreed
        else f"{words}."
    )


def _who_reads(request: MemberRequest, worker: Member | None) -> str:
    return YOURS_AND_THEIRS if worker == request.member else THE_TWO.format(worker.name if worker else _("the worker"))


def _press(act: Callable[[MemberRequest, Adjustment, int | None], HttpResponse]) -> ViewFunction:
    """Make a view of a button on an agreement's page; a refusal is a sentence on that page."""

    @wraps(act)
    def view(request: MemberRequest, uid: UUID) -> HttpResponse:
        found = _find(request, uid)
        form = forms.VersionForm(request.POST, on=request.on)
        version = form.cleaned_data["version"] if form.is_valid() else None
        try:
            return act(request, found, version)
        except EditedMeanwhile:
            messages.warning(request, _("It has changed since you opened it. Read it again first."))
        except Refused as refusal:
            messages.warning(request, str(refusal))
        except Adjustment.DoesNotExist:
            raise Http404 from None
        return redirect("adjustment", uid=uid)

    return page_of_two(require_POST(view))


@_press
def adjustment_agree(request: MemberRequest, found: Adjustment, version: int | None) -> HttpResponse:
    """Agree to an agreement."""
    agreed = actions.agree(worker=found.worker, uid=found.uid, by=request.member, version=version, today=request.on)
    words = _("You have both agreed to it.") if agreed.is_agreed else _("You have agreed to it.")
    messages.success(request, words)
    return redirect("adjustment", uid=found.uid)


@_press
def adjustment_end(request: MemberRequest, found: Adjustment, version: int | None) -> HttpResponse:
    """End an agreement, or delete one that was never in force."""
    kept = actions.end(worker=found.worker, uid=found.uid, by=request.member, version=version, today=request.on)
    messages.success(request, _("It has ended. You can still read it here.") if kept else _("It is removed."))
    return redirect(_list_of(request, found.worker)["back_url"])
