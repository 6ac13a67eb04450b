"""Checklists: begun, read, ticked, changed, moved, put away."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from peerload.core.formats import format_day
from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.access import MemberRequest
from peerload.staff.actions import Refused
from peerload.staff.models import Member
from peerload.staff.queries import admins_of
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from ... import queries as guides
from ...enums import ChecklistAnchor, ChecklistSubject, StepOwner
from ...rules import ChecklistContent
from .. import actions, forms, pages, queries
from ..models import ChecklistRun, ChecklistStep

READS = (Capability.SEE_OWN_POINTS, Capability.LEAD_TEAM, Capability.LOOK_AFTER_SERVICE)
BEGINS = (Capability.LEAD_TEAM, Capability.LOOK_AFTER_SERVICE)


def _find(request: MemberRequest, uid: UUID) -> queries.SeenRun:
    found = queries.seen_by(request.member, request.on, uid)
    if found is None:
        raise Http404
    return found


def back_of(request: MemberRequest, found: queries.SeenRun) -> tuple[str, str]:
    """Return where the reader came from: address and words."""
    if queries.looks_after_service(request.member):
        return reverse("settings"), _("Settings")
    if found.decides:
        return reverse("team_growth"), _("Growth of my team")
    return reverse("growth"), _("Growth")


@access.requires(*READS)
@require_GET
def checklist(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Show a checklist: each phase with its steps, who does them, by when, and what the member can tick."""
    found = _find(request, uid)
    run, may = found.run, access.capabilities(request.member)
    shown = queries.phases(found, request.on, opened=lambda code: pages.opened_by(code, run, may))
    context = {
        "run": run,
        "content": run.content,
        "phases": shown,
        "current": next((each.phase.key for each in shown if not each.is_over), ""),
        "decides": found.decides,
        "whole": found.whole,
        "own": run.about_id == request.member.pk,
        "progress": queries.progress(run, request.on),
        "week": queries.RunLine.of(run, request.on).week,
        "may_move": found.decides and run.content.anchor == ChecklistAnchor.CHOSEN,
        "back": back_of(request, found),
        "on": request.on,
    }
    return render(request, "guides/checklists/checklist.html", context)


# Beginning ------------------------------------------------------------------------------------------------------------


@access.requires(*BEGINS)
@concurrency.creates
class BeginChecklist(FormPage):
    """Begin a checklist about a worker, a team or the service."""

    form_class = forms.BeginChecklistForm
    title = gettext_lazy("Begin a checklist")
    save = gettext_lazy("Begin")

    @cached_property
    def offered(self) -> guides.Offered[ChecklistContent]:
        found = guides.offer(self.request.organisation, self.kwargs["code"], ChecklistContent)
        if found is None or not queries.may_begin(self.request.member, self.on, found.content):
            raise Http404
        return found

    @property
    def heading(self) -> LazyText:
        return self.offered.content.title

    @property
    def lead(self) -> LazyText:
        return self.offered.content.purpose

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        if self.offered.content.subject == ChecklistSubject.SERVICE:
            return reverse("settings"), _("Settings")
        return reverse("team_growth"), _("Growth of my team")

    def form_arguments(self) -> dict[str, Any]:
        content = self.offered.content
        members, teams = queries.begun_about(self.request.member, self.on, content)
        initial = {"about": self.request.GET.get("worker", ""), "anchor_on": self.on}
        return {"content": content, "members": members, "teams": teams, "initial": initial}

    def act(self, data: dict[str, Any]) -> str:
        self.begun = actions.begin(
            code=self.offered.code,
            subject=actions.Subject(data.get("about"), data.get("team")),
            anchor_on=data.get("anchor_on"),
            by=self.request.member,
            today=self.on,
        )
        return _("The checklist has begun.")

    def success_url(self) -> str:
        return reverse("checklist", args=[self.begun.uid])


def _proposal_about(request: MemberRequest, subject: str, uid: UUID) -> queries.Proposal:
    """
    Return what is proposed about a worker: onboarding, or recruiting because they leave.

    :raises Http404: if nothing of that kind is proposed to the member, as after it was begun or put away
    """
    member = get_object_or_404(Member, organisation=request.organisation, uid=uid)
    found = queries.proposals(request.member, request.on)
    proposal = next((each for each in found if each.subject == subject and each.about == member), None)
    if proposal is None:
        raise Http404
    return proposal


@access.requires(Capability.LEAD_TEAM)
@require_POST
@concurrency.creates(taps=lambda request: True)
def checklist_proposed(request: MemberRequest, subject: str, uid: UUID) -> HttpResponse:
    """Begin a checklist that is proposed for a worker or a notice, or put the proposal away, as the button says."""
    proposal = _proposal_about(request, subject, uid)
    if request.POST.get("put_away") == "yes":
        actions.put_away_proposal(proposal=proposal, by=request.member, today=request.on)
        messages.success(request, _("Put away. It does not come back; you can begin it from Growth of my team."))
        return redirect("team_growth")
    try:
        run = actions.accept(proposal=proposal, by=request.member, today=request.on)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("team_growth")
    messages.success(request, _("The checklist has begun."))
    return redirect("checklist", uid=run.uid)


@access.requires(Capability.LOOK_AFTER_SERVICE)
@require_POST
def checklist_proposed_put_away(request: MemberRequest) -> HttpResponse:
    """Put the proposal of a checklist about the service away."""
    proposal = queries.proposal_for_service(request.organisation)
    if proposal is not None:
        actions.put_away_proposal(proposal=proposal, by=request.member, today=request.on)
        messages.success(request, _("Put away. It does not come back; you can begin it from Settings, Guides."))
    return redirect("settings")


# Steps ----------------------------------------------------------------------------------------------------------------


def _step(request: MemberRequest, pk: int) -> tuple[queries.SeenRun, ChecklistStep]:
    found = queries.step_seen_by(request.member, request.on, pk)
    if found is None:
        raise Http404
    return found


def _to_step(step: ChecklistStep) -> HttpResponse:
    return redirect(f"{reverse('checklist', args=[step.run.uid])}#step-{step.kind}")


@access.requires(*READS)
@require_POST
def checklist_step_done(request: MemberRequest, pk: int) -> HttpResponse:
    """Tick a step, or take the tick back, as the button says."""
    step = find_step(request, pk)
    done = request.POST.get("done") != "no"
    try:
        actions.tick_off(step_id=step.pk, done=done, by=request.member, today=request.on)
    except Refused as refusal:
        messages.error(request, str(refusal))
    if request.POST.get("from") == "first_page":
        messages.success(request, _("Done: %(step)s") % {"step": step.text})
        return redirect(access.first_page(request.member))
    return _to_step(step)


@access.requires(*READS)
@require_POST
def checklist_part_done(request: MemberRequest, pk: int) -> HttpResponse:
    """Tick a part of a step, or take the tick back, as the button says."""
    step = find_step(request, pk)
    part, done = request.POST.get("part", ""), request.POST.get("done") != "no"
    try:
        actions.tick_part(step_id=step.pk, part=part, done=done, by=request.member, today=request.on)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _to_step(step)


def find_step(request: MemberRequest, pk: int) -> ChecklistStep:
    return _step(request, pk)[1]


def about_step(step: ChecklistStep, request: MemberRequest) -> concurrency.Description:
    return concurrency.fields(
        step,
        owner=_("Who does it"),
        due_on=_("By"),
        note=_("A line about it"),
        not_needed_on=_("Not needed since"),
        not_needed_why=_("Why it is not needed"),
        done_on=_("Done on"),
    )


@access.requires(*READS)
@concurrency.changes(find=find_step, describe=about_step)
class StepEdit(FormPage):
    """Change who does a step, by when, its line, and whether it is needed; the line only, if the step is one's own."""

    form_class = forms.StepForm
    title = gettext_lazy("Change a step")

    @cached_property
    def found(self) -> tuple[queries.SeenRun, ChecklistStep]:
        return _step(self.request, self.kwargs["pk"])

    @property
    def heading(self) -> LazyText:
        return self.found[1].text

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        run = self.found[0].run
        return reverse("checklist", args=[run.uid]), run.title

    def form_arguments(self) -> dict[str, Any]:
        seen, step = self.found
        run = seen.run
        if run.subject == ChecklistSubject.SERVICE:
            owners = admins_of(self.request.organisation)
        else:
            owners = [self.request.member, *guides.led_by(self.request.member, self.on)]
        is_admins = run.subject == ChecklistSubject.SERVICE or step.role == StepOwner.ADMIN
        role = _("An admin") if is_admins else _("The team manager")
        return {"step": step, "owners": owners, "role": role, "decides": seen.decides}

    def act(self, data: dict[str, Any]) -> str:
        seen, step = self.found
        if seen.decides:
            actions.change_step(step_id=step.pk, by=self.request.member, today=self.on, **data)
        else:
            actions.write_note(step_id=step.pk, note=data["note"], by=self.request.member)
        return _("The step is changed.")


# The whole ------------------------------------------------------------------------------------------------------------


def find_run(request: MemberRequest, uid: UUID) -> ChecklistRun:
    found = _find(request, uid)
    if not found.decides:
        raise Http404
    return found.run


def find_movable(request: MemberRequest, uid: UUID) -> ChecklistRun:
    found = find_run(request, uid)
    if found.content.anchor != ChecklistAnchor.CHOSEN:
        raise Http404
    return found


def about_run(run: ChecklistRun, request: MemberRequest) -> concurrency.Description:
    return concurrency.fields(run, anchor_on=_("The day the steps count from"), put_away_on=_("Put away on"))


@access.requires(*BEGINS)
@concurrency.changes(find=find_movable, describe=about_run)
class MoveAnchor(FormPage):
    """Count a checklist from another day."""

    form_class = forms.AnchorForm
    title = gettext_lazy("Another day to count from")

    @cached_property
    def run(self) -> ChecklistRun:
        return find_movable(self.request, self.kwargs["uid"])

    @property
    def back(self) -> tuple[LazyText, LazyText]:
        return reverse("checklist", args=[self.run.uid]), self.run.title

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"anchor_on": self.run.anchor_on}}

    def act(self, data: dict[str, Any]) -> str:
        actions.move_anchor(run=self.run, anchor_on=data["anchor_on"], by=self.request.member)
        return _("The steps count from %(day)s.") % {"day": format_day(data["anchor_on"])}


@access.requires(*BEGINS)
@require_POST
def checklist_put_away(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Put a checklist away: no one is told of its steps any more."""
    found = _find(request, uid)
    if not found.decides:
        raise Http404
    actions.put_away(run=found.run, by=request.member, today=request.on)
    messages.success(request, _("The checklist is put away."))
    return redirect(back_of(request, found)[0])
