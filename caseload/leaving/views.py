"""A worker leaves: the notice and the checklist. The handover list, which joins points, is in `peerload.home`."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from peerload.audit import actions as audit
from peerload.core.formats import format_day
from peerload.staff import access, concurrency
from peerload.staff.leaving.queries import latest
from peerload.staff.models import Leaving, Member
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from ..actions import Refused
from ..models import Client, LeavingStep
from ..next_steps import queries as next_steps
from . import actions, forms, queries, rules

LOOKS_ON = (Capability.SUPPORT_PEOPLE, Capability.LEAD_TEAM, Capability.LOOK_AFTER_STAFF)
DECIDES = (Capability.LEAD_TEAM, Capability.LOOK_AFTER_STAFF)


class FoundLeaving:
    """
    A worker's leaving as a member may see it.

    ``leads``: they lead a team the worker works for. ``decides``: they lead it, or look after the staff. ``own``: they
    are the leaver. Any other member sees it because a step is theirs.

    :raises Http404: if they may not see it, or if there is no notice
    """

    def __init__(self, request: access.MemberRequest, uid: UUID, *, decides: bool = False) -> None:
        worker = get_object_or_404(Member, organisation=request.organisation, uid=uid)
        self.own = worker == request.member
        self.leads = not self.own and leads(request, worker)
        self.decides = self.leads or not self.own and access.may(request.member, Capability.LOOK_AFTER_STAFF)
        found = latest(worker)
        if found is None:
            raise Http404
        self.leaving, self.worker = found, worker
        if not (self.decides or not decides and (self.own or self.has_step(request.member))):
            raise Http404

    def has_step(self, member: Member) -> bool:
        """Return whether a step of the checklist is a member's."""
        return self.leaving.steps.filter(owner=member).exists()

    @property
    def url(self) -> str:
        return reverse("leaving", args=[self.worker.uid])

    @property
    def under_way(self) -> bool:
        return self.leaving.closed_on is None


def leads(request: access.MemberRequest, worker: Member) -> bool:
    return access.may(request.member, Capability.LEAD_TEAM) and worker in queries.led_by(request.member, request.on)


@access.requires(*DECIDES)
@concurrency.creates
class LeavingAdd(FormPage):
    """Record that a worker leaves."""

    form_class = forms.NoticeForm
    heading = gettext_lazy("Record a notice")
    lead = gettext_lazy("A checklist begins. Hand over everyone they support before they go.")
    save = gettext_lazy("Record the notice")

    @property
    def anybody(self) -> bool:
        return access.may(self.request.member, Capability.LOOK_AFTER_STAFF)

    @property
    def back(self) -> tuple[str, str]:
        return (reverse("staff"), _("Staff")) if self.anybody else (reverse("absences"), _("Away"))

    def form_arguments(self) -> dict[str, Any]:
        members = queries.may_leave(self.request.member, self.on, anybody=self.anybody)
        return {"members": members, "initial": {"member": self.request.GET.get("who"), "notice_on": self.on}}

    def act(self, data: dict[str, Any]) -> str:
        self.leaving = actions.give_notice(**data, by=self.request.member, today=self.on)
        return _("%(member)s leaves on %(day)s. Here is what there is to do until then.") % {
            "member": self.leaving.member.name,
            "day": format_day(self.leaving.last_day),
        }

    def success_url(self) -> str:
        return page_of(self.leaving)


@access.requires(*LOOKS_ON)
@require_GET
def leaving(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Show the checklist, and how many people are still to be handed over."""
    found = FoundLeaving(request, uid)
    moves_on = rules.moves_on(found.leaving.last_day, request.on)
    steps = (
        LeavingStep.objects.filter(leaving=found.leaving).select_related("owner", "done_by").order_by("due_on", "pk")
    )
    gone = found.leaving.last_day < request.on
    seen = Client.objects.visible_to(request.member, request.on)
    arranged = next_steps.after(found.worker, found.leaving.last_day, seen, request.on) if found.under_way else []
    if arranged:
        audit.listed(request, "leaving", len({each.person_pk for each in arranged}))
    context = {
        "after_last_day": arranged,
        "found": found,
        "leaving": found.leaving,
        "worker": found.worker,
        "steps": [(step, may_tick_off(request, found, step), step.due_on < request.on) for step in steps],
        "to_hand_over": queries.still_theirs(found.worker.pk, moves_on).count(),
        "besides": queries.besides(found.leaving, request.member, moves_on, today=request.on),
        "told": found.leaving.handovers.exclude(told_on=None).count(),
        "gone": gone,
        "may_change": found.decides and found.under_way,
        "sees_handover": found.under_way and (found.own or found.leads),
        "sees_waiting": found.leads or (found.own and not gone),
        "back": back(request, found),
        "on": request.on,
    }
    return render(request, "caseload/leaving/leaving.html", context)


def may_tick_off(request: access.MemberRequest, found: FoundLeaving, step: LeavingStep) -> bool:
    """Return whether a member may tick a step: its owner, and those who decide about the leaving."""
    return found.under_way and (found.decides or step.owner_id == request.member.pk)


def back(request: access.MemberRequest, found: FoundLeaving) -> tuple[str, str]:
    """Return where the reader came from: address and words."""
    if found.leads:
        return reverse("team"), _("My team")
    if found.decides:
        return reverse("staff_edit", args=[found.worker.uid]), found.worker.name
    return reverse("my_day"), _("My day")


def find_leaving(request: access.MemberRequest, uid: UUID) -> Leaving:
    return FoundLeaving(request, uid, decides=True).leaving


def about_leaving(leaving: Leaving, request: access.MemberRequest) -> concurrency.Description:
    return concurrency.fields(leaving, last_day=_("Last day"), withdrawn_on=_("Withdrawn on"), closed_on=_("Closed on"))


def page_of(leaving: Leaving) -> str:
    return reverse("leaving", args=[leaving.member.uid])


class LeavingPage(FormPage):
    """A form about a leaving, for those who decide about it."""

    title = gettext_lazy("Record that a worker is leaving")

    @cached_property
    def found(self) -> FoundLeaving:
        return FoundLeaving(self.request, self.kwargs["uid"], decides=True)

    @property
    def back(self) -> tuple[str, str]:
        return self.found.url, _("%(worker)s is leaving") % {"worker": self.found.worker.name}


@access.requires(*DECIDES)
@concurrency.changes(find=find_leaving, describe=about_leaving)
class LeavingChange(LeavingPage):
    """Another last day."""

    form_class = forms.LastDayForm

    @property
    def heading(self) -> str:
        return _("The last day of %(worker)s") % {"worker": self.found.worker.name}

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"last_day": self.found.leaving.last_day}}

    def act(self, data: dict[str, Any]) -> str:
        leaving_id = self.found.leaving.pk
        actions.change_last_day(leaving_id=leaving_id, by=self.request.member, today=self.on, **data)
        return _("The last day is %(day)s.") % {"day": format_day(data["last_day"])}


@access.requires(*DECIDES)
@require_POST
@concurrency.changes(find=find_leaving, describe=about_leaving, page=page_of)
def leaving_withdraw(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Take the notice back: they stay."""
    found = FoundLeaving(request, uid, decides=True)
    try:
        stays = actions.withdraw(leaving_id=found.leaving.pk, by=request.member, today=request.on)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(found.url)
    messages.success(request, _("%(worker)s stays. %(more)s") % {"worker": found.worker.name, "more": said_of(stays)})
    return redirect(back(request, found)[0])


def said_of(stays: actions.Stays) -> str:
    """Say where people are once a notice is withdrawn."""
    said = []
    if count := stays.with_them:
        words = ngettext(
            "Of the people with a planned handover, one person stays with them.",
            "Of the people with a planned handover, %(count)s people stay with them.",
            count,
        )
        said.append(words % {"count": count})
    if count := stays.with_others:
        words = ngettext(
            "Handed over already: one person. They stay where they are now.",
            "Handed over already: %(count)s people. They stay where they are now.",
            count,
        )
        said.append(words % {"count": count})
    if count := stays.waiting:
        words = ngettext(
            "Waiting for a worker already: one person. Allocate them again.",
            "Waiting for a worker already: %(count)s people. Allocate them again.",
            count,
        )
        said.append(words % {"count": count})
    return " ".join(said) or _("No one had been handed over.")


class FoundStep(FoundLeaving):
    """
    A step of a leaving.

    :raises Http404: also if the member may not tick it; with ``decides``, if they may not change it
    """

    def __init__(self, request: access.MemberRequest, pk: int, *, decides: bool = False) -> None:
        steps = LeavingStep.objects.filter(leaving__organisation=request.organisation, leaving__withdrawn_on=None)
        self.step = get_object_or_404(steps.select_related("leaving__member", "owner"), pk=pk)
        super().__init__(request, self.step.leaving.member.uid, decides=decides)
        if not may_tick_off(request, self, self.step):
            raise Http404


@access.requires(*LOOKS_ON)
@require_POST
def leaving_step_done(request: access.MemberRequest, pk: int) -> HttpResponse:
    """Tick a step, or take the tick back."""
    found = FoundStep(request, pk)
    done = request.POST.get("done") != "no"
    try:
        actions.tick_off_step(step_id=found.step.pk, done=done, by=request.member, today=request.on)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(found.url)


def find_step(request: access.MemberRequest, pk: int) -> LeavingStep:
    return FoundStep(request, pk, decides=True).step


def about_step(step: LeavingStep, request: access.MemberRequest) -> concurrency.Description:
    return concurrency.fields(step, owner=_("Who does it"), due_on=_("By"), done_on=_("Done on"))


@access.requires(*DECIDES)
@concurrency.changes(find=find_step, describe=about_step)
class LeavingStepEdit(LeavingPage):
    """Name another owner for a step, or another day."""

    form_class = forms.LeavingStepForm

    @cached_property
    def found(self) -> FoundStep:
        return FoundStep(self.request, self.kwargs["pk"], decides=True)

    @property
    def heading(self) -> str:
        return self.found.step.text

    def form_arguments(self) -> dict[str, Any]:
        owners = [*queries.leaders_of(self.found.worker, self.on), self.request.member, self.found.worker]
        return {"step": self.found.step, "owners": owners}

    def act(self, data: dict[str, Any]) -> str:
        actions.change_step(step_id=self.found.step.pk, by=self.request.member, **data)
        return _("The step is changed.")
