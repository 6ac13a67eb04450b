"""Pages about the service: its settings, its teams, and the days on which it is closed."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from peerload.notices.queries import news

from .. import access, actions, concurrency, forms, queries, tables
from ..access import form_view
from ..models import ClosureDay, Organisation, Team
from ..roles import Capability
from .form_pages import accepted, form_for, form_page


@access.requires(Capability.LOOK_AFTER_STAFF, Capability.LOOK_AFTER_SERVICE)
@require_GET
def settings_page(request):
    return render(request, "staff/settings.html", {"news": news(request.member, request.on)})


@access.requires(Capability.LOOK_AFTER_STAFF)
@require_GET
def teams(request):
    return render(
        request, "staff/teams.html", {"table": tables.TeamTable(queries.teams_page(request.organisation, request.on))}
    )


@access.requires(Capability.LOOK_AFTER_STAFF)
@form_view
@concurrency.creates
def team_add(request):
    return team_form(request, None, heading=_("Add a team"))


def find_team(request, pk) -> Team:
    return get_object_or_404(Team, organisation=request.organisation, pk=pk)


def about_team(team: Team, request) -> concurrency.Description:
    return concurrency.fields(team, **concurrency.labels_of(forms.TeamForm, team))


@access.requires(Capability.LOOK_AFTER_STAFF)
@form_view
@concurrency.changes(find=find_team, describe=about_team)
def team_edit(request, pk):
    team = find_team(request, pk)
    return team_form(request, team, heading=team.name)


def team_form(request, team: Team | None, *, heading: str):
    initial = {name: getattr(team, name) for name in ("name", "manager", "deputy")} if team else None
    form = form_for(request, forms.TeamForm, initial=initial)
    save = lambda **fields: actions.save_team(  # noqa: E731
        organisation=request.organisation, by=request.member, team_id=team and team.pk, **fields
    )
    if accepted(form, save):
        messages.success(request, _("The team %(name)s is saved.") % {"name": form.cleaned_data["name"]})
        return redirect("teams")
    return form_page(request, form, heading=heading, back_url=reverse("teams"), back_label=_("Teams"))


@access.requires(Capability.LOOK_AFTER_SERVICE)
@form_view
@concurrency.creates
def closures(request):
    """The days the service is shut, and a form for another."""
    form = form_for(request, forms.ClosureForm)
    if accepted(
        form, lambda **fields: actions.add_closure(organisation=request.organisation, by=request.member, **fields)
    ):
        messages.success(request, _("The day is added. Points that count in working days are counted again."))
        return redirect("closures")
    days = ClosureDay.objects.filter(organisation=request.organisation).order_by("-on")
    return form_page(
        request,
        form,
        heading=_("Closure days"),
        back_url=reverse("settings"),
        back_label=_("Settings"),
        template="staff/closures.html",
        days=days,
    )


@access.requires(Capability.LOOK_AFTER_SERVICE)
@require_POST
def closure_remove(request, pk):
    day = get_object_or_404(ClosureDay, organisation=request.organisation, pk=pk)
    actions.remove_closure(closure_id=day.pk, by=request.member)
    messages.success(request, _("The service is open on that day again."))
    return redirect("closures")


def about_service(service: Organisation, request) -> concurrency.Description:
    return concurrency.fields(service, **concurrency.labels_of(forms.ServiceForm, service))


@access.requires(Capability.LOOK_AFTER_SERVICE)
@form_view
@concurrency.changes(find=lambda request: request.organisation, describe=about_service)
def service(request):
    """The service's settings that are no part of the points scheme."""
    initial = {name: getattr(request.organisation, name) for name in forms.ServiceForm.base_fields}
    form = form_for(request, forms.ServiceForm, initial=plain(initial))
    if accepted(
        form, lambda **fields: actions.edit_service(organisation=request.organisation, by=request.member, fields=fields)
    ):
        messages.success(request, _("The settings are saved."))
        return redirect("service")
    return form_page(
        request,
        form,
        heading=_("The service"),
        lead=_(
            "These settings are for everyone in the service. The points of each kind of work are in the points scheme."
        ),
        back_url=reverse("settings"),
        back_label=_("Settings"),
        template="staff/service.html",
    )


def plain(values: dict) -> dict:
    """Write numbers without trailing zeros, as a person would type them."""
    return {name: f"{value.normalize():f}" if hasattr(value, "normalize") else value for name, value in values.items()}
