"""
Who may open which page. For a member who may not open it, a page does not exist.

    @access.requires(Capability.LEAD_TEAM)
    def away(request: access.MemberRequest) -> HttpResponse: ...

Which people a member may see is asked of `Client.objects.visible_to(member, on)`, which answers 404 to a stranger too.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import ResolverMatch
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods
from django.views.generic import View
from django_htmx.middleware import HtmxDetails

from peerload.core import clock
from peerload.core.compile_once import compile_once

from . import roles
from .models import Member, Organisation, Team, TeamQuerySet, User
from .roles import Capability

form_view = require_http_methods(["GET", "POST"])  # a page that shows a form and takes it


V = TypeVar("V")
ViewFunction = Callable[..., HttpResponseBase]


class Request(HttpRequest):
    """A request as `peerload.staff.middleware` hands it on: of a member, a visitor, or a user without a service."""

    id: str
    user: User | AnonymousUser
    was_user_id: int | None
    member: Member | None
    organisation: Organisation | None
    on: date | None
    htmx: HtmxDetails
    form_state: dict[str, Callable[[], str]]  # see `peerload.staff.concurrency`


class MemberRequest(Request):
    """A request of an active member, as a view that `requires` something gets it."""

    method: str
    resolver_match: ResolverMatch
    user: User
    member: Member
    organisation: Organisation
    on: date
    teams_led: list[Team]  # once they were asked for, see `teams_led`


class MemberView(View):
    """A view for members alone: its request has the member, and today at their service."""

    request: MemberRequest


def capabilities(member: Member) -> frozenset[Capability]:
    """Return what a member may do now; whether they lead a team is asked once a request."""
    if not member.active:
        return frozenset()
    return roles.capabilities(member.role, leads(member))


def may(member: Member | None, *any_of: Capability) -> bool:
    """Return whether a member has any of these capabilities."""
    return member is not None and not capabilities(member).isdisjoint(any_of)


def leads(member: Member) -> bool:
    """Return whether a member leads a team today: as its manager or deputy, or acting while one of them is away."""
    if not hasattr(member, "leads_a_team"):
        member.leads_a_team = Team.objects.led_by(member, clock.today(member.organisation)).exists()
    return member.leads_a_team


def leads_team(member: Member, team: Team | None, on: date) -> bool:
    """Return whether a member leads a team on a day; of most members its own row answers that."""
    if team is None or member.pk in (team.manager_id, team.deputy_id):
        return team is not None
    acts = getattr(member, "was_named_to_act", True)  # a request knows for which members that need not be asked
    return acts and Team.objects.led_by(member, on).filter(pk=team.pk).exists()


def requires(*any_of: Capability, otherwise_first_page: bool = False) -> Callable[[V], V]:
    """
    Open a view to members who may do any one of these; with none named, to every active member.

    A user without an active membership gets a calm page, a member who may not gets 404, as if the page were not there.
    Anonymous people never come this far: LoginRequiredMiddleware has sent them to sign in.

    :param otherwise_first_page: redirect a member who may not to the first page of their role: for ``/``
    """

    def decorate(view: Any) -> Any:
        if isinstance(view, type):
            return method_decorator(decorate, name="dispatch")(view)

        @wraps(view)
        def wrapper(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            member = getattr(request, "member", None)
            if member is None:
                return nobody_here(request)
            if any_of and not may(member, *any_of):
                if otherwise_first_page:
                    return redirect(first_page(member))
                raise Http404
            return view(request, *args, **kwargs)

        wrapper.requires = any_of  # type: ignore[attr-defined]  # for tests/test_access.py
        return wrapper

    return decorate


def by_capability(capability: Capability, view: ViewFunction, *, otherwise: ViewFunction) -> ViewFunction:
    """Return a view that answers members with a capability by one view, and others by another; each guards itself."""

    def chosen(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view if may(getattr(request, "member", None), capability) else otherwise
        return answer(request, *args, **kwargs)

    return chosen


def nobody_here(request: Request) -> HttpResponse:
    """Tell a signed-in user that they belong to no service."""
    return render(request, "staff/nobody_here.html", status=403)


def first_page(member: Member) -> str:
    """Return the name of the route a member's day begins at."""
    return roles.FIRST_PAGE[member.role]


def teams_led(request: MemberRequest) -> list[Team]:
    """Return the teams the member leads today, in order of name; asked once a request."""
    if not hasattr(request, "teams_led"):
        request.teams_led = _teams_led(request.member.pk, request.member.organisation_id, request.on)
    return request.teams_led


@compile_once
def _teams_led(member_id: int, organisation_id: int, on: date) -> TeamQuerySet:
    return Team.objects.led_by(Member(pk=member_id, organisation_id=organisation_id), on).order_by("name", "pk")


def team_asked(request: MemberRequest, teams: Sequence[Team]) -> Team | None:
    """
    Return the team asked for, or the first.

    :raises Http404: if a team is asked for that the member does not lead
    """
    asked = request.GET.get("team")
    if not asked:
        return teams[0] if teams else None
    found = next((team for team in teams if str(team.pk) == asked), None)
    if found is None:
        raise Http404
    return found
