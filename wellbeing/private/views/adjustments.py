"""Pages about what a worker and their manager agree about the worker's work."""

from collections.abc import Callable, Iterable
from functools import cached_property, wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from caseload.actions import EditedMeanwhile, Refused
from peerload.audit import actions as audit
from peerload.core.translation import LazyText
from peerload.staff import concurrency
from peerload.staff.access import MemberRequest, ViewFunction
from peerload.staff.models import Member
from peerload.staff.queries import posts_of, steps_ahead, workers_led_by
from peerload.staff.views.private_pages import EditedPage

from ...models import Adjustment
from .. import actions, forms, queries
from .base import THE_TWO, YOURS_AND_THEIRS, leaders_page, own_page, page_of_two


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
    """Return each agreement, and whether it waits for the member who opens the page."""
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


def _list_of(request: MemberRequest, worker: Member | None) -> tuple[LazyText, LazyText]:
    """Return the address of the list in which an agreement is, and what it is called."""
    if worker == request.member:
        return reverse("my_adjustments"), _("Agreed about my work")
    return reverse("team_adjustments"), _("Agreed with my team")


class AgreementPage(EditedPage):
    """What is to be agreed about a worker's work, as one form; ``worker`` is None where the form asks."""

    form_class = forms.AdjustmentForm
    template_name = "wellbeing/private/form.html"
    title = gettext_lazy("Agreed about work")
    heading = gettext_lazy("Something to agree about work")
    save = gettext_lazy("Save the proposal")
    found: Adjustment | None = None

    @property
    def worker(self) -> Member | None:
        raise NotImplementedError

    @property
    def lead(self) -> LazyText:
        return _who_reads(self.request, self.worker)

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return _list_of(self.request, self.worker)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"starts_on": self.on, "version": 0}}

    def act(self, data: dict[str, Any]) -> str:
        about = data.pop("worker", self.worker)
        try:
            self.written = actions.write_adjustment(
                worker=about, by=self.request.member, today=self.on, uid=self.found and self.found.uid, **data
            )
        except Adjustment.DoesNotExist:
            raise Http404 from None
        words = (
            _("Saved, and you agree to it. It is in force once your team manager agrees too.")
            if about == self.request.member
            else _("Saved, and you agree to it. It is in force once %(name)s agrees too.")
        )
        return words % {"name": about.name}

    def differences(self, form: forms.AdjustmentForm, current: Adjustment) -> list[dict[str, Any]]:
        theirs, yours = queries.text_of(current) or "", form.cleaned_data["text"]
        return [{"label": form.fields["text"].label, "theirs": theirs, "yours": yours}] if theirs != yours else []

    def success_url(self) -> str:
        return reverse("adjustment", args=[self.written.uid])

    def context(self, form: forms.AdjustmentForm) -> dict[str, Any]:
        return super().context(form) | {"hint": _hint_of(self.found) if self.found else ""}


@own_page
@concurrency.creates
class AddMine(AgreementPage):
    @property
    def worker(self) -> Member:
        return self.request.member


@leaders_page
@concurrency.creates
class AddForTeam(AgreementPage):
    worker = None

    @cached_property
    def workers(self) -> list[Member]:
        return list(workers_led_by(self.request.member, self.on).exclude(pk=self.request.member.pk))

    def dispatch(self, request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.workers:
            messages.info(request, _("No one works in your teams now."))
            return redirect("team_adjustments")
        return super().dispatch(request, *args, **kwargs)

    def form_arguments(self) -> dict[str, Any]:
        return super().form_arguments() | {"workers": self.workers}


@page_of_two
@require_GET
def adjustment(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Show an agreement, or a proposed one, and the steps of a return to work beside it."""
    found = _find(request, uid)
    _read(request, found)
    back_url, back_label = _list_of(request, found.worker)
    context = {
        "adjustment": found,
        "text": queries.text_of(found),
        "own": found.worker == request.member,
        "waits_for_me": _waits_for(found, request.member),
        "steps": steps_ahead(posts_of(found.worker), request.on),
        "who_reads": _who_reads(request, found.worker),
        "on": request.on,
        "back_url": back_url,
        "back_label": back_label,
    }
    return render(request, "wellbeing/private/adjustment.html", context)


@page_of_two
class EditAgreement(AgreementPage):
    """Change what is agreed, unless it has ended, or cannot be opened now."""

    heading = gettext_lazy("Change what is agreed")

    @cached_property
    def found(self) -> Adjustment:
        return _find(self.request, self.kwargs["uid"])

    @property
    def worker(self) -> Member:
        return self.found.worker

    def dispatch(self, request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.found.ended_on or queries.text_of(self.found) is None:
            return redirect("adjustment", uid=self.found.uid)
        _read(request, self.found)
        return super().dispatch(request, *args, **kwargs)

    def form_arguments(self) -> dict[str, Any]:
        fields = {name: getattr(self.found, name) for name in ("starts_on", "review_on", "version")}
        return {"initial": fields | {"text": queries.text_of(self.found)}}


def _hint_of(found: Adjustment) -> str:
    words = _("Both of you have to agree to the change")
    return (
        _("%(words)s. Until then, what you have agreed stays in force.") % {"words": words}
        if found.is_agreed
        else f"{words}."
    )


def _who_reads(request: MemberRequest, worker: Member | None) -> LazyText:
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
    return redirect(str(_list_of(request, found.worker)[0]))
