"""What every page's frame needs: the service, the theme, the navigation of the role."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from caseload.models import Allocation, Cover
from peerload.core.compile_once import compile_once
from peerload.core.translation import LazyText
from peerload.notices.mail import can_send
from peerload.staff import access
from peerload.staff.enums import Role, Theme
from peerload.staff.models import Member, Organisation
from peerload.staff.roles import Capability

THEME_COOKIE = "theme"
NO_KEY_COOKIE = "no_search_key"  # on devices where "/" does not lead to the search
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class NavigationPage:
    """A page of the main navigation; a phone shows five at most."""

    route: str
    label: LazyText
    icon: str
    long_label: LazyText = ""
    phone: bool = True
    below: tuple[str, ...] = ()  # more prefixes of its pages


@dataclass(frozen=True)
class Nav:
    """An entry as `includes/header.html` draws it."""

    url: str
    label: LazyText
    long_label: LazyText
    icon: str
    current: bool
    phone: bool = True
    desk: bool = True


MY_DAY = NavigationPage("my_day", _("My day"), "sun")
PEOPLE = NavigationPage("people", _("People"), "person-lines-fill")
LOG = NavigationPage("log_pick", _("Log"), "chat-left-text", _("Log a contact"))
MY_POINTS = NavigationPage("my_points", _("My points"), "bar-chart-steps")
MY_WEEKS = NavigationPage(
    "my_weeks",
    _("My weeks"),
    "calendar-week",
    phone=False,
    below=("/plans/", "/my-sessions/", "/leave/", "/team/calendar/", "/mine/", "/my-adjustments/", "/growth/"),
)
MY_RECORDS = NavigationPage("my_records", _("Records"), "journal-check", _("My records"))
RECORDS = NavigationPage("team_month", _("Records"), "journal-check", below=("/records/",))
MY_TEAM = NavigationPage("team", _("My team"), "people")
WAITING = NavigationPage("waiting", _("Waiting"), "person-plus", _("Waiting for a worker"))
AWAY = NavigationPage("absences", _("Away"), "calendar-x")

PLACES: dict[str, list[NavigationPage]] = {
    Role.PEER_WORKER: [MY_DAY, PEOPLE, LOG, MY_POINTS, MY_WEEKS, MY_RECORDS],
    Role.MANAGER: [MY_TEAM, PEOPLE, WAITING, RECORDS, AWAY],
    Role.SERVICE_MANAGER: [
        NavigationPage("team", _("Teams"), "people"),
        NavigationPage("team_month", _("Reports"), "journal-check"),
    ],
    Role.ADMIN: [
        NavigationPage("staff", _("Staff"), "people"),
        NavigationPage("teams", _("Teams"), "building"),
        NavigationPage("service", _("Service"), "gear"),
        NavigationPage("import", _("Import"), "upload", below=("/settings/export/", "/exports/")),
        NavigationPage("messages", _("Messages"), "envelope"),
    ],
}
DEPUTY = [MY_TEAM, NavigationPage("absences", _("Away"), "calendar-x", phone=False)]


def shell(request: access.Request) -> dict[str, Any]:
    """Return the frame's words; it asks the database nothing that the request does not know already, but for managers one row."""
    member = getattr(request, "member", None)
    return {
        "nav": nav(request, member) if member else [],
        "theme": theme(request),
        "organisation": member.organisation if member else only_organisation(request),
        "can_send": can_send(),
        "search_key": request.COOKIES.get(NO_KEY_COOKIE) != "1",
    }


def theme(request: access.Request) -> str:
    """Return the theme chosen: the member's, or on pages before signing in the device's last."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return user.theme
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in Theme.values else Theme.AUTO


def only_organisation(request: access.Request) -> Organisation | None:
    """Return the service to name on the sign-in page, where there is only one."""
    if getattr(request, "user", None) is not None and request.user.is_authenticated:
        return None
    found = Organisation.objects.order_by("pk")[:2]
    return found[0] if len(found) == 1 else None


def nav(request: access.Request, member: Member) -> list[Nav]:
    """Return the main navigation of a member, with the page they are on marked."""
    found = [(place, reverse(place.route)) for place in places(request, member)]
    below = {there: url for place, url in found for there in place.below}
    here = current(request, [url for __, url in found], below)
    return [
        Nav(url, _label(place, member), place.long_label, place.icon, current=url == here, phone=place.phone)
        for place, url in found
    ]


def _label(place: NavigationPage, member: Member) -> LazyText:
    """Return the label of a place; for people, the word that the service uses."""
    if place.route != PEOPLE.route:
        return place.label
    noun = member.organisation.people_noun
    return f"{noun[:1].upper()}{noun[1:]}"


def places(request: access.Request, member: Member) -> list[NavigationPage]:
    """
    Return the places of a role; a deputy's own team beside it, and their own day for a manager who supports or covers people.

    A phone shows five: places beyond that are left out, and are reached from the first page.
    """
    found = PLACES[member.role]
    if member.role == Role.PEER_WORKER and access.may(member, Capability.LEAD_TEAM):
        return [*(replace(place, phone=place.phone and place != MY_RECORDS) for place in found), *DEPUTY]
    if member.role == Role.MANAGER and _supports(member.pk, request.on):
        return [MY_TEAM, MY_DAY, *(replace(place, phone=place.phone and place != AWAY) for place in found[1:])]
    return found


@compile_once
def _supports(worker_id: int, on: date) -> QuerySet[Any, Any]:
    held = Allocation.objects.on(on).filter(worker=worker_id)
    covered = Cover.objects.holding(on).filter(worker=worker_id)
    return held.values_list("client", flat=True).union(covered.values_list("client", flat=True), all=True)[:1]


def current(request: access.Request, urls: list[str], below: dict[str, str]) -> str | None:
    """
    Return the navigation address a page belongs to: its own, or the longest prefix.

    :param below: extra prefixes, each with its navigation address
    """
    if request.get_full_path() in urls:
        return request.get_full_path()
    begins = {url: url for url in urls if "?" not in url} | below
    above = [there for there in begins if request.path == there or (there != "/" and request.path.startswith(there))]
    return begins[max(above, key=len)] if above else None
