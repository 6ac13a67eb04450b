"""Record work: with a person, and a worker's responsibilities. Pages of points are in `peerload.home`."""

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseload.models import Client
from caseload.views.base import PersonAction
from peerload.core import dates
from peerload.core.formats import format_day
from peerload.staff import access, concurrency
from peerload.staff.models import Member
from peerload.staff.roles import Capability
from peerload.staff.views.form_pages import FormPage

from . import actions, forms, queries, rules
from .models import Activity, Responsibility


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.creates
class WorkAdd(PersonAction):
    form_class = forms.WorkForm
    title = gettext_lazy("Work with a person")
    heading = gettext_lazy("Work with {name}")
    save = gettext_lazy("Add the work")
    lead = gettext_lazy(
        "Work that adds points to the points for support. peerload works out the points from the kind of work "
        "and its days."
    )

    def form_arguments(self) -> dict[str, Any]:
        return {"scheme": queries.scheme_of(self.request.organisation.pk, self.on)}

    def act(self, data: dict[str, Any]) -> str:
        words = self.filled.words()
        started = actions.start_activity(client_id=self.person.pk, by=self.request.member, **words)
        label = self.filled.weights[started.code].label
        if others := queries.overlapping(started):
            messages.warning(self.request, overlap_words(label, started, others))
        return _("%(label)s is written down from %(day)s on.") % {"label": label, "day": format_day(started.starts_on)}


def overlap_words(label: str, started: Activity, others: list[Activity]) -> str:
    """Say that episodes of one case overlap: an order that follows another in the same proceedings is one episode (R31)."""
    first = min(others, key=lambda each: each.starts_on)
    words = {"kind": label, "first": format_day(first.starts_on), "last": format_day(first.finished_on)}
    both = (
        _("%(kind)s is also written down from %(first)s to %(last)s, and both count.")
        if first.finished_on
        else _("%(kind)s is also written down from %(first)s, and both count.")
    )
    one = _("If both belong to the same proceedings, they are one episode: end one of them.")
    return f"{both % words} {one}"


def find_activity(request: access.MemberRequest, pk: int) -> Activity:
    people = Client.objects.visible_to(request.member, request.on)
    found = Activity.objects.filter(client__in=people).select_related("client", "client__organisation")
    return get_object_or_404(found, pk=pk)


def about_activity(activity: Activity, request: access.MemberRequest) -> concurrency.Description:
    return concurrency.fields(activity, starts_on=_("From"), finished_on=_("Last day"))


def _label(request: access.MemberRequest, code: str, on: date) -> str:
    schemes = queries.schemes(request.organisation.pk)
    return rules.scheme_on(schemes, on).label(code, schemes)


@access.requires(Capability.SUPPORT_PEOPLE)
@concurrency.changes(find=find_activity, describe=about_activity)
class WorkEnd(PersonAction):
    form_class = forms.EndForm
    title = gettext_lazy("End a piece of work")
    save = gettext_lazy("Save")

    @cached_property
    def activity(self) -> Activity:
        return find_activity(self.request, self.kwargs["pk"])

    @cached_property
    def person(self) -> Client:
        return self.activity.client

    @cached_property
    def label(self) -> str:
        return _label(self.request, self.activity.code, self.on)

    @property
    def heading(self) -> str:
        return _("%(kind)s with {name}") % {"kind": self.label.replace("{", "").replace("}", "")}

    @property
    def lead(self) -> str:
        return _("Begun on %(day)s.") % {"day": format_day(self.activity.starts_on)}

    def form_arguments(self) -> dict[str, Any]:
        return {"begun": self.activity.starts_on}

    def act(self, data: dict[str, Any]) -> str:
        who = {"activity_id": self.activity.pk, "by": self.request.member}
        if data["mistake"]:
            actions.remove_activity(**who, reason="written down by mistake")
            return _("%(label)s is removed.") % {"label": self.label}
        actions.finish_activity(**who, finished_on=data["until"])
        return _("%(label)s ends on %(day)s.") % {"label": self.label, "day": format_day(data["until"])}


class WorkerAction(FormPage):
    """One plain form about a worker's own points."""

    @cached_property
    def worker(self) -> Member:
        """The member themself, or a worker of the teams they lead; others do not exist for them."""
        return get_object_or_404(queries.workers_of(self.request.member, self.on), uid=self.kwargs["uid"])

    @property
    def back(self) -> tuple[str, str]:
        if self.worker == self.request.member:
            return reverse("my_points"), _("My points")
        return reverse("points", args=[self.worker.uid]), _("Points of %(worker)s") % {"worker": self.worker.name}


@access.requires(Capability.SEE_OWN_POINTS)
@concurrency.creates
class ResponsibilityAdd(WorkerAction):
    form_class = forms.ResponsibilityForm
    title = gettext_lazy("An extra responsibility")
    save = gettext_lazy("Add the responsibility")
    lead = gettext_lazy("Work for the service besides supporting people.")

    @property
    def heading(self) -> str:
        own = self.worker == self.request.member
        return (
            _("An extra responsibility")
            if own
            else _("An extra responsibility of %(worker)s") % {"worker": self.worker.name}
        )

    def form_arguments(self) -> dict[str, Any]:
        return {"scheme": queries.scheme_of(self.request.organisation.pk, self.on)}

    def act(self, data: dict[str, Any]) -> str:
        taken = actions.take_on(worker=self.worker, by=self.request.member, **self.filled.words())
        return _("%(weights)s is written down from %(day)s on.") % {
            "weights": self.filled.weights[taken.code].label,
            "day": format_day(taken.starts_on),
        }


def find_responsibility(request: access.MemberRequest, pk: int) -> Responsibility:
    workers = queries.workers_of(request.member, request.on)
    return get_object_or_404(Responsibility.objects.filter(worker__in=workers).select_related("worker"), pk=pk)


def about_responsibility(held: Responsibility, request: access.MemberRequest) -> concurrency.Description:
    labels = {"starts_on": _("From"), "quantity": _("How many")}
    return concurrency.fields(held, **labels) | {_("Last day"): dates.last_day(held.ends_before)}


@access.requires(Capability.SEE_OWN_POINTS)
@concurrency.changes(find=find_responsibility, describe=about_responsibility)
class ResponsibilityEnd(WorkerAction):
    form_class = forms.EndForm
    title = gettext_lazy("End a responsibility")
    save = gettext_lazy("Save")

    @cached_property
    def held(self) -> Responsibility:
        return find_responsibility(self.request, self.kwargs["pk"])

    @cached_property
    def worker(self) -> Member:
        return self.held.worker

    @cached_property
    def heading(self) -> str:
        return _label(self.request, self.held.code, self.request.on)

    @property
    def lead(self) -> str:
        return _("Since %(day)s.") % {"day": format_day(self.held.starts_on)}

    def form_arguments(self) -> dict[str, Any]:
        return {"begun": self.held.starts_on}

    def act(self, data: dict[str, Any]) -> str:
        who = {"responsibility_id": self.held.pk, "by": self.request.member}
        if data["mistake"]:
            actions.remove_responsibility(**who, reason="written down by mistake")
            return _("%(heading)s is removed.") % {"heading": self.heading}
        actions.put_down(**who, until=data["until"])
        return _("%(heading)s ends on %(day)s.") % {"heading": self.heading, "day": format_day(data["until"])}
