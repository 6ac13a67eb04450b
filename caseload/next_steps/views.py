"""Next steps: made, moved, ended, and opened again. Each leads back to the page it was tapped on, with what comes next."""

from collections.abc import Callable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from peerload.core.formats import format_weekday
from peerload.core.translation import LazyText
from peerload.staff import access, concurrency
from peerload.staff.concurrency import SUBMISSION
from peerload.staff.roles import Capability

from ..actions import Refused
from ..enums import NextStepEnd, NextStepKind
from ..forms.next_steps import AppointmentForm, MoveStepForm, PromiseForm
from ..models import Client, NextStep
from ..views.base import PersonAction
from ..views.came_from import back_from, just_logged
from . import actions, queries

UNDO = "undo"


def find_step(request: access.MemberRequest, uid: UUID) -> NextStep:
    """Return a next step of a person the member may see; any other does not exist."""
    people = Client.objects.visible_to(request.member, request.on)
    return get_object_or_404(NextStep.objects.filter(client__in=people).select_related("client"), uid=uid)


def back_to(request: access.MemberRequest, person: Client) -> str:
    """Return the page a step was tapped on: one of ours, the person's, or the list the member came from."""
    asked = request.POST.get("back", "")
    ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if ours else back_from(request, person)


class Asking(PersonAction):
    """A form about an appointment, which may be asked about before it is saved."""

    template_name = "caseload/next_steps/form.html"

    def asked_about(self, wanted: queries.Wanted, *, besides: int | None = None) -> list[str]:
        """Return what to ask about, unless it was asked about and is meant."""
        found = queries.questions(self.person, wanted, self.request.member, self.on, besides=besides)
        return found if self.request.POST.get(queries.SURE) != wanted.sure else []

    def ask(self, form: Any, found: list[str], wanted: queries.Wanted) -> HttpResponse:
        return self.page(form, status=409, questions=found, sure=wanted.sure)

    def success_url(self) -> str:
        return back_to(self.request, self.person)

    def context(self, form: Any) -> dict[str, Any]:
        return super().context(form) | {"back_to": self.request.POST.get("back", self.request.GET.get("back", ""))}


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.creates
class NextStepAdd(Asking):
    """Write down a promise, or an appointment, with a person."""

    forms: dict[str, type[PromiseForm] | type[AppointmentForm]] = {
        NextStepKind.PROMISE: PromiseForm,
        NextStepKind.APPOINTMENT: AppointmentForm,
    }

    @cached_property
    def kind(self) -> str:
        asked = self.request.POST.get("kind") or self.request.GET.get("kind", "")
        return asked if asked in self.forms else NextStepKind.PROMISE

    @property
    def form_class(self) -> Callable[..., Any]:
        return self.forms[self.kind]

    @property
    def title(self) -> LazyText:
        return _("Add an appointment") if self.kind == NextStepKind.APPOINTMENT else _("Add a promise")

    @property
    def heading(self) -> str:
        name = self.person.short_name
        if self.kind == NextStepKind.APPOINTMENT:
            return _("An appointment with %(name)s") % {"name": name}
        return _("A promise to %(name)s") % {"name": name}

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        self.filled = form = self.form(request.POST)
        if not form.is_valid():
            return self.invalid(form)
        if self.kind == NextStepKind.APPOINTMENT:
            data = form.cleaned_data
            wanted = queries.Wanted(data["due_on"], data["starts_at"], data["minutes"])
            if found := self.asked_about(wanted):
                return self.ask(form, found, wanted)
        try:
            messages.success(request, self.make(form))
        except Refused as refusal:
            return self.refused(form, refusal)
        return self.done()

    def make(self, form: Any) -> str:
        """Save the step, with the contact the member has just logged if the page came from there."""
        logged = just_logged(self.request, self.person) if self.request.POST.get("with_contact") else None
        try:
            submission = UUID(self.request.POST.get(SUBMISSION, ""))
        except ValueError:
            submission = None
        step = actions.make(**self.who, **form.words(), contact=logged, submission_id=submission).step
        return said_of(step)

    def more(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "offered": queries.offered(None, self.on, self.request.organisation.region),
            "with_contact": self.request.POST.get("with_contact", self.request.GET.get("with_contact", "")),
            "silent": queries.is_silent(self.person.pk, self.on),
        }


def said_of(step: NextStep) -> str:
    """Say what is planned now."""
    words = {"name": step.client.short_name, "day": format_weekday(step.due_on)}
    if step.kind == NextStepKind.APPOINTMENT:
        return _("Appointment with %(name)s on %(day)s at %(time)s.") % (words | {"time": f"{step.starts_at:%H:%M}"})
    return _("Promised to %(name)s by %(day)s: %(what)s") % (words | {"what": step.what})


class OfStep(Asking):
    """A form about one next step."""

    @cached_property
    def step(self) -> NextStep:
        return find_step(self.request, self.kwargs["uid"])

    @cached_property
    def person(self) -> Client:
        return self.step.client


@access.requires(Capability.SUPPORT_PEOPLE)
class NextStepMove(OfStep):
    """Move a promise or an appointment to another day, hour or place, or change who else comes."""

    form_class = MoveStepForm
    template_name = "caseload/next_steps/move.html"

    @property
    def title(self) -> LazyText:
        return _("Move an appointment") if self.step.kind == NextStepKind.APPOINTMENT else _("Move a promise")

    @property
    def heading(self) -> str:
        words = {"name": self.person.short_name}
        if self.step.kind == NextStepKind.APPOINTMENT:
            return _("Move the appointment with %(name)s") % words
        return _("Move the promise to %(name)s") % words

    def form_arguments(self) -> dict[str, Any]:
        return {"step": self.step}

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        self.filled = form = self.form(request.POST)
        if not form.is_valid():
            return self.invalid(form)
        due_on, starts_at, minutes = form.asked
        if starts_at and minutes and form.cleaned_data["version"] == self.step.version:
            wanted = queries.Wanted(due_on, starts_at, minutes)
            if found := self.asked_about(wanted, besides=self.step.pk):
                return self.ask(self.as_asked(form), found, wanted)
        moved_before = self.step.times_moved
        try:
            step = actions.move(
                step_id=self.step.pk,
                by=request.member,
                today=self.on,
                version=form.cleaned_data["version"],
                **form.words(),
            )
        except actions.ChangedMeanwhile as refusal:
            form = self.as_asked(form, version=NextStep.objects.get(pk=self.step.pk).version)
            form.is_valid()
            form.add_error(None, str(refusal))
            return self.page(form, status=409)
        except Refused as refusal:
            return self.refused(self.as_asked(form), refusal)
        words = _("Moved. %(now)s") if step.times_moved != moved_before else _("Saved. %(now)s")
        messages.success(request, words % {"now": said_of(step)})
        return self.done()

    def as_asked(self, form: MoveStepForm, **more: Any) -> MoveStepForm:
        """Return the form with the day that was tapped in its field, to be looked at and sent again."""
        data = self.request.POST.copy()
        data.pop("chosen", None)
        for name, value in {**form.words(), **more}.items():
            data[name] = f"{value:%H:%M}" if name == "starts_at" and value else "" if value is None else str(value)
        filled = self.form(data)
        filled.is_valid()
        return filled

    def more(self) -> dict[str, Any]:
        return {
            "step": self.step,
            "offered": queries.offered(self.step.due_on, self.on, self.request.organisation.region),
        }


@access.requires(Capability.SUPPORT_PEOPLE)
@require_POST
def next_step_end(request: access.MemberRequest, uid: UUID) -> HttpResponse:
    """Write down that a next step was kept, not kept or called off, and offer the next one; or take that back."""
    step = find_step(request, uid)
    ended_as = request.POST.get("ended_as", "")
    if ended_as == UNDO:
        return _reopened(request, step)
    if ended_as not in NextStepEnd.values:
        messages.warning(request, _("Nothing was changed. Choose whether it was kept, not kept or called off."))
        return redirect(back_to(request, step.client))
    try:
        step = actions.end(
            step_id=step.pk, by=request.member, today=request.on, version=_version(request), ended_as=ended_as
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect(back_to(request, step.client))
    context = {"step": step, "person": step.client, "back_to": request.POST.get("back", ""), "on": request.on}
    words = render_to_string("caseload/next_steps/ended.html", context, request=request)
    messages.success(request, words, extra_tags="rich")
    return redirect(back_to(request, step.client))


def _reopened(request: access.MemberRequest, step: NextStep) -> HttpResponse:
    """Take back that a next step was ended: a wrong tap."""
    try:
        step = actions.reopen(step_id=step.pk, by=request.member, version=_version(request))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Undone. %(now)s") % {"now": said_of(step)})
    return redirect(back_to(request, step.client))


def _version(request: access.MemberRequest) -> int:
    """Return the version of the step that the page showed; 0 is none."""
    words = request.POST.get("version", "")
    return int(words) if words.isdecimal() and len(words) < 10 else 0
