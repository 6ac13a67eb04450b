"""Leave: asked for by the worker, seen and answered by who leads the team, or by the service manager in counts."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from caseload.actions import Refused
from peerload.audit import actions as audit
from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.models import Absence
from peerload.staff.roles import Capability
from peerload.staff.views.absences import what_to_do
from peerload.staff.views.form_pages import FormPage

from ..enums import LeaveState
from ..models import LeaveRequest
from . import actions, forms, queries, rules

ASKS_OR_ANSWERS = (Capability.SEE_OWN_POINTS, Capability.SEE_TOTALS)
LOOK = "look"  # the button that shows what falls into the days, and saves nothing


@access.requires(*ASKS_OR_ANSWERS)
@require_GET
def leave(request: access.MemberRequest) -> HttpResponse:
    """Show a member's own leave, and the requests that wait for their answer."""
    member, on = request.member, request.on
    own = queries.own(member, on)
    ahead = [each for each in reversed(own) if each.ends_before > on and _stands(each)]
    context = {
        "on": on,
        "asks": access.may(member, Capability.SEE_OWN_POINTS),
        "ahead": ahead,
        "earlier": [each for each in own if each not in ahead],
        "waiting": queries.to_answer(queries.waiting_for(member, on), member, on),
    }
    return render(request, "wellbeing/leave/leave.html", context)


def _stands(request: LeaveRequest) -> bool:
    return request.is_open or (request.state == LeaveState.AGREED and not request.calls_off)


def find_request(request: access.MemberRequest, uid: UUID) -> queries.Seen:
    """
    Return a request as the member sees it.

    :raises Http404: if it is not theirs to see
    """
    seen = queries.seen_by(request.member, uid, request.on)
    if seen is None:
        raise Http404
    return seen


@access.requires(*ASKS_OR_ANSWERS)
@require_GET
def leave_request(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Show a request with what falls into its days; names of people only to the worker and to who leads their team."""
    seen, on = find_request(request, uid), request.on
    found = queries.facts_of(seen.request, on, sees_kind=seen.sees_people)
    if seen.sees_people and found.outstanding.names:
        audit.listed(request, "leave", found.outstanding.names)
    context = {
        "on": on,
        "each": found,
        "leave": seen.request,
        "seen": seen,
        "answers": seen.answers and seen.request.state == LeaveState.ASKED,
        "changes": seen.is_own and seen.request.is_open and not seen.request.calls_off,
        "asks_to_change": seen.is_own and _may_ask_to_change(seen.request, on),
        "back_url": reverse("leave"),
    }
    return render(request, "wellbeing/leave/request.html", context)


def _may_ask_to_change(leave: LeaveRequest, on: date) -> bool:
    """Return whether the worker may ask for other days of an agreed leave: while it lasts, and no change waits already."""
    return (
        leave.state == LeaveState.AGREED
        and not leave.calls_off
        and leave.absence is not None
        and leave.ends_before > on
        and not LeaveRequest.objects.open().filter(absence=leave.absence).exists()
    )


# The worker --------------------------------------------------------------------------------------------------------------


class LeavePage(FormPage):
    """A form with the days of a leave; what falls into them is shown before it is saved."""

    form_class = forms.LeaveForm
    template_name = "wellbeing/leave/ask.html"
    back = reverse_lazy("leave"), gettext_lazy("Leave")
    recorded = ""  # the kind that is offered besides those in use

    def form_arguments(self) -> dict[str, Any]:
        return {"kinds": queries.kinds_offered(self.request.organisation, self.recorded)}

    @property
    def absence_id(self) -> int | None:
        """The absence that is to change, if there is one."""
        return None

    @property
    def begun_on(self) -> date | None:
        """The first day of the absence that is to change: it may have passed."""
        absence = Absence.objects.filter(pk=self.absence_id).first() if self.absence_id else None
        return absence.starts_on if absence else None

    @property
    def leave_id(self) -> int | None:
        """The request that changes, if there is one."""
        return None

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        if request.POST.get("do") != LOOK:
            return super().post(request, **kwargs)
        self.filled = form = self.form(request.POST)
        if not form.is_valid():
            return self.invalid(form)
        if refusal := self._refusal(form.cleaned_data):
            form.refuse(refusal)
            return self.invalid(form)
        return self.page(form)

    def _refusal(self, data: Mapping[str, Any]) -> Refused | None:
        """Return why the days cannot be had, before anything is saved."""
        first, last, today = data["starts_on"], data["last_day"], self.on
        if refused := rules.refuse_days(first, last, today, begun_on=self.begun_on):
            field, sentence = refused
            return actions.LeaveDaysRefused(sentence, field)
        away = queries.spans_away(self.request.member, besides=self.absence_id)
        asked = queries.spans_asked(self.request.member, besides=self.leave_id)
        sentence = rules.refuse_overlap(first, last, away, asked, today)
        return actions.LeaveDaysRefused(sentence) if sentence else None

    def days(self, form: Any) -> tuple[date, date] | None:
        """Return the days that the page shows something of: those of the form, or those it begins with."""
        found = getattr(form, "cleaned_data", None) if form.is_bound else form.initial
        first = (found or {}).get("starts_on")
        last = (found or {}).get("last_day") or first
        return (first, last) if first and last and first <= last and last - first < rules.LONGEST else None

    def context(self, form: Any) -> dict[str, Any]:
        member, on, days = self.request.member, self.on, self.days(form)
        found = None
        if days:
            asked = LeaveRequest(worker=member, starts_on=days[0], ends_before=days[1] + rules.DAY)
            found = queries.facts_of(asked, on, sees_kind=True)
            if found.outstanding.names:
                audit.listed(self.request, "leave", found.outstanding.names)
        return super().context(form) | {"each": found, "look": LOOK, "seen": None}


@access.requires(Capability.SEE_OWN_POINTS)
@concurrency.creates
class AskForLeave(LeavePage):
    """Ask for leave."""

    heading = gettext_lazy("Ask for leave")
    save = gettext_lazy("Ask for this leave")

    def act(self, data: dict[str, Any]) -> str:
        self.asked = actions.ask(worker=self.request.member, today=self.on, **data)
        return _("Your request is sent. You see the answer on My day.")

    def success_url(self) -> str:
        return reverse("leave_request", args=[self.asked.uid])


def own_absence(request: access.MemberRequest, uid: UUID) -> Absence:
    """
    Return the absence of an agreed request of the member.

    :raises Http404: if there is none
    """
    agreed = LeaveRequest.objects.filter(worker=request.member, state=LeaveState.AGREED, calls_off=False)
    found = get_object_or_404(agreed.select_related("absence"), uid=uid, absence__isnull=False)
    assert found.absence is not None
    return found.absence


@access.requires(Capability.SEE_OWN_POINTS)
@concurrency.creates
class AskForOtherDays(LeavePage):
    """Ask for other days of a leave that is agreed."""

    heading = gettext_lazy("Ask for other days")
    lead = gettext_lazy("The agreed days stay until your team manager agrees to the other days.")
    save = gettext_lazy("Ask for these days")

    @cached_property
    def agreed(self) -> LeaveRequest:
        own_absence(self.request, self.kwargs["uid"])
        return LeaveRequest.objects.get(uid=self.kwargs["uid"])

    @property
    def recorded(self) -> str:
        return self.agreed.kind

    @property
    def absence_id(self) -> int | None:
        return self.agreed.absence_id

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return reverse("leave_request", args=[self.agreed.uid]), _("Leave")

    def form_arguments(self) -> dict[str, Any]:
        return super().form_arguments() | {"initial": days_of(self.agreed)}

    def act(self, data: dict[str, Any]) -> str:
        actions.ask(worker=self.request.member, today=self.on, absence_id=self.absence_id, **data)
        return _("Your request for other days is sent. Until it is agreed, the days stay as they are.")

    def success_url(self) -> str:
        return reverse("leave")


def days_of(leave: LeaveRequest) -> dict[str, Any]:
    return {"starts_on": leave.starts_on, "last_day": leave.last_day, "kind": leave.kind, "words": leave.words}


@access.requires(Capability.SEE_OWN_POINTS)
@concurrency.creates
class CallLeaveOff(FormPage):
    """Ask that an agreed leave does not take place."""

    form_class = forms.CallOffForm
    heading = gettext_lazy("Call this leave off")
    lead = gettext_lazy("Your team manager agrees. Until then you count as away on these days.")
    save = gettext_lazy("Ask to call it off")

    @cached_property
    def absence(self) -> Absence:
        return own_absence(self.request, self.kwargs["uid"])

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return reverse("leave_request", args=[self.kwargs["uid"]]), _("Leave")

    def form_arguments(self) -> dict[str, Any]:
        self.absence  # noqa: B018  (404 where there is none)
        return {}

    def act(self, data: dict[str, Any]) -> str:
        actions.ask_to_call_off(
            worker=self.request.member, absence_id=self.absence.pk, words=data["words"], today=self.on
        )
        return _("Your request is sent. Until it is agreed, the leave stays as it is.")

    def success_url(self) -> str:
        return reverse("leave")


def find_own(request: access.MemberRequest, uid: UUID) -> LeaveRequest:
    return get_object_or_404(LeaveRequest, worker=request.member, uid=uid)


def find_to_answer(request: access.MemberRequest, uid: UUID) -> LeaveRequest:
    seen = find_request(request, uid)
    if not seen.answers:
        raise Http404
    return seen.request


def about_request(leave: LeaveRequest, request: access.MemberRequest) -> concurrency.Description:
    """Describe a request to who changes or answers it: its kind and the words only to who may see them."""
    labels = {"state": _("State"), "starts_on": _("First day"), "ends_before": _("Back from"), "answer": _("Answer")}
    if (
        leave.worker_id == request.member.pk
        or request.member.pk in queries.answering([leave.worker], request.on)[leave.worker_id].leads
    ):
        labels |= {"kind": _("Kind of leave"), "words": _("What should happen while you are away")}
    return concurrency.fields(leave, **labels)


def page_of(leave: LeaveRequest) -> str:
    return reverse("leave_request", args=[leave.uid])


@access.requires(Capability.SEE_OWN_POINTS)
@concurrency.changes(find=find_own, describe=about_request)
class ChangeLeave(LeavePage):
    """Change a request until it is agreed."""

    heading = gettext_lazy("Change your request")
    save = gettext_lazy("Send the changed request")

    @cached_property
    def leave(self) -> LeaveRequest:
        return find_own(self.request, self.kwargs["uid"])

    @property
    def recorded(self) -> str:
        return self.leave.kind

    @property
    def absence_id(self) -> int | None:
        return self.leave.absence_id

    @property
    def leave_id(self) -> int | None:
        return self.leave.pk

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return page_of(self.leave), _("Leave")

    def form_arguments(self) -> dict[str, Any]:
        return super().form_arguments() | {"initial": days_of(self.leave)}

    def act(self, data: dict[str, Any]) -> str:
        actions.change(leave_id=self.leave.pk, by=self.request.member, today=self.on, **data)
        return _("Your changed request is sent.")


@access.requires(Capability.SEE_OWN_POINTS)
@require_POST
@concurrency.changes(find=find_own, describe=about_request, page=page_of)
def leave_withdraw(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Withdraw a request."""
    found = find_own(request, uid)
    try:
        actions.withdraw(leave_id=found.pk, by=request.member)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect(page_of(found))
    messages.success(request, _("Your request is withdrawn."))
    return redirect("leave")


# Who answers ---------------------------------------------------------------------------------------------------------------


@access.requires(*ASKS_OR_ANSWERS)
@require_POST
@concurrency.changes(find=find_to_answer, describe=about_request, page=page_of)
def leave_agree(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Agree to leave: the absence is recorded, changed or called off."""
    found = find_to_answer(request, uid)
    try:
        agreed = actions.agree(leave_id=found.pk, by=request.member, today=request.on)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect(page_of(found))
    words = {"worker": agreed.worker.name, "days": rules.say_days(agreed.starts_on, agreed.last_day, request.on)}
    if agreed.absence is None:
        messages.success(request, _("The leave of %(worker)s, %(days)s, is called off.") % words)
        return redirect("leave")
    messages.success(request, _("Agreed: %(worker)s, %(days)s. Here is what there is to do.") % words)
    return redirect(what_to_do(request, agreed.absence))


@access.requires(*ASKS_OR_ANSWERS)
@concurrency.changes(find=find_to_answer, describe=about_request, page=page_of)
class AnswerLeave(FormPage):
    """Ask for other days, or decline, with a line."""

    form_class = forms.LeaveAnswerForm
    save = gettext_lazy("Send the answer")

    @cached_property
    def leave(self) -> LeaveRequest:
        return find_to_answer(self.request, self.kwargs["uid"])

    @property
    def heading(self) -> str:
        days = rules.say_days(self.leave.starts_on, self.leave.last_day, self.on)
        return _("Answer %(worker)s: %(days)s") % {"worker": self.leave.worker.name, "days": days}

    @property
    def title(self) -> LazyText:
        return _("Answer a request for leave")

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return page_of(self.leave), _("The request")

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"what": forms.LeaveAnswerForm.OTHER_DAYS}}

    def act(self, data: dict[str, Any]) -> str:
        who = {"leave_id": self.leave.pk, "by": self.request.member, "today": self.on, "answer": data["answer"]}
        if data["what"] == forms.LeaveAnswerForm.DECLINE:
            actions.decline(**who)
        else:
            actions.ask_for_other_days(**who)
        return _("%(worker)s is told.") % {"worker": self.leave.worker.name}

    def success_url(self) -> str:
        return reverse("team" if access.leads(self.request.member) else "leave")
