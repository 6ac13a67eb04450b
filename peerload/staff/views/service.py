"""Pages about the service: its settings, its teams, and the days on which it is closed."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from peerload.notices.queries import news

from .. import access, actions, concurrency, queries, tables
from ..forms import service as forms
from ..models import ClosureDay, Organisation, Team
from ..roles import Capability
from .form_pages import StaffPage


@access.requires(Capability.LOOK_AFTER_STAFF, Capability.LOOK_AFTER_SERVICE)
@require_GET
def settings_page(request: access.MemberRequest) -> HttpResponse:
    return render(request, "staff/settings.html", {"news": news(request.member, request.on)})


@access.requires(Capability.LOOK_AFTER_STAFF)
@require_GET
def teams(request: access.MemberRequest) -> HttpResponse:
    return render(
        request, "staff/teams.html", {"table": tables.TeamTable(queries.teams_page(request.organisation, request.on))}
    )


def find_team(request: access.MemberRequest, pk: int) -> Team:
    return get_object_or_404(Team, organisation=request.organisation, pk=pk)


def about_team(team: Team, request: access.MemberRequest) -> concurrency.Description:
    return concurrency.fields(team, **concurrency.labels_of(forms.TeamForm, team))


class TeamPage(StaffPage):
    """A form about a team, or about a new one."""

    form_class = forms.TeamForm
    back = reverse_lazy("teams"), gettext_lazy("Teams")
    team: Team | None = None

    def act(self, data: dict[str, Any]) -> str:
        about = {"organisation": self.request.organisation, "team_id": self.team and self.team.pk}
        actions.save_team(**about, by=self.request.member, **data)
        return _("The team %(name)s is saved.") % {"name": data["name"]}


@access.requires(Capability.LOOK_AFTER_STAFF)
@concurrency.creates
class TeamAdd(TeamPage):
    heading = gettext_lazy("Add a team")


@access.requires(Capability.LOOK_AFTER_STAFF)
@concurrency.changes(find=find_team, describe=about_team)
class TeamEdit(TeamPage):
    @cached_property
    def team(self) -> Team:
        return find_team(self.request, self.kwargs["pk"])

    @property
    def heading(self) -> str:
        return self.team.name

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {name: getattr(self.team, name) for name in ("name", "manager", "deputy")}}


@access.requires(Capability.LOOK_AFTER_SERVICE)
@concurrency.creates
class Closures(StaffPage):
    """The days the service is shut, and a form for another."""

    form_class = forms.ClosureForm
    template_name = "staff/closures.html"
    heading = gettext_lazy("Closure days")
    back = reverse_lazy("settings"), gettext_lazy("Settings")

    def act(self, data: dict[str, Any]) -> str:
        actions.add_closure(organisation=self.request.organisation, by=self.request.member, **data)
        return _("The day is added. Points that count in working days are counted again.")

    def success_url(self) -> str:
        return reverse("closures")

    def context(self, form: Any) -> dict[str, Any]:
        days = ClosureDay.objects.filter(organisation=self.request.organisation).order_by("-on")
        return super().context(form) | {"days": days}


@access.requires(Capability.LOOK_AFTER_SERVICE)
@require_POST
def closure_remove(request: access.MemberRequest, pk: int) -> HttpResponse:
    day = get_object_or_404(ClosureDay, organisation=request.organisation, pk=pk)
    actions.remove_closure(closure_id=day.pk, by=request.member)
    messages.success(request, _("The service is open on that day again."))
    return redirect("closures")


def about_service(service: Organisation, request: access.MemberRequest) -> concurrency.Description:
    return concurrency.fields(service, **concurrency.labels_of(forms.ServiceForm, service))


@access.requires(Capability.LOOK_AFTER_SERVICE)
@concurrency.changes(find=lambda request: request.organisation, describe=about_service)
class EditService(StaffPage):
    """The service's settings that are no part of the points scheme."""

    form_class = forms.ServiceForm
    template_name = "staff/service.html"
    heading = gettext_lazy("The service")
    lead = gettext_lazy(
        "These settings are for everyone in the service. The points of each kind of work are in the points scheme."
    )
    back = reverse_lazy("settings"), gettext_lazy("Settings")

    def form_arguments(self) -> dict[str, Any]:
        stored = {name: getattr(self.request.organisation, name) for name in forms.ServiceForm.base_fields}
        return {"initial": plain(stored)}

    def act(self, data: dict[str, Any]) -> str:
        actions.edit_service(organisation=self.request.organisation, by=self.request.member, fields=data)
        return _("The settings are saved.")

    def success_url(self) -> str:
        return reverse("service")


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Write numbers without trailing zeros, as a person would type them."""
    return {name: f"{value.normalize():f}" if hasattr(value, "normalize") else value for name, value in values.items()}
