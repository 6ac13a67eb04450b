"""Pages that say how things are: help, who can see what, light or dark."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from caseload.queries.settings import quiet_from
from peerload.staff.access import Request
from peerload.staff.enums import Theme
from peerload.staff.models import Organisation
from peerload.staff.roles import DESCRIPTIONS, Capability
from workload import queries as workload
from workload import rules

from .context import A_YEAR, THEME_COOKIE


@login_not_required
@require_GET
def help_page(request: Request) -> HttpResponse:
    """Explain the words, with the figures the reader's service has set; before signing in with the usual ones."""
    organisation = request.organisation or Organisation()
    scheme = workload.scheme_of(organisation.pk, request.on) if request.organisation else rules.Scheme([])
    weeks = {"parked_weeks": organisation.parked_weeks, "inactive_weeks": organisation.inactive_weeks}
    context = {**weeks, "quiet": quiet_from(organisation), "mark": scheme.mark, "limit": scheme.limit}
    return render(request, "home/help.html", context)


@login_not_required
@require_GET
def who_sees_what(request: Request) -> HttpResponse:
    return render(request, "home/who_sees_what.html", {"capabilities": [(c, DESCRIPTIONS[c]) for c in Capability]})


@login_not_required
@require_http_methods(["GET", "POST"])
def light_or_dark(request: Request) -> HttpResponse:
    """Choose the theme: kept with the account, and on this device for the pages before signing in."""
    if request.method == "GET":
        return render(request, "home/light_or_dark.html", {"themes": Theme.choices, "next": _back(request)})
    chosen = request.POST.get("theme", "")
    if chosen not in Theme.values:
        return redirect("light_or_dark")
    if request.user.is_authenticated:
        request.user.theme = chosen
        request.user.save(update_fields=["theme"])
    response = redirect(_back(request))
    response.set_cookie(THEME_COOKIE, chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response


def _back(request: Request) -> str:
    """Return where to go afterwards: a page of ours the visitor came from, or the first one."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if safe and wanted.startswith("/") else reverse("light_or_dark")
