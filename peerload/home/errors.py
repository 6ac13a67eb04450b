"""
Pages for when something is wrong: calm, and losing nothing.

Registered in `peerload.urls` as handler400 to handler500, and in the settings as CSRF_FAILURE_VIEW.
"""

import sys
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.template.loader import get_template

from peerload.audit import actions as audit
from peerload.staff import unsent_forms
from peerload.staff.access import Request
from peerload.staff.middleware import sign_in_first, sign_in_url

RETRY_AFTER = "30"  # seconds


def not_understood(request: Request, exception: Exception | None = None) -> HttpResponse:
    """Answer 400: a NUL byte, a broken body, an unknown host."""
    return HttpResponse(get_template("400.html").render(), status=400)


def not_allowed(request: Request, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    return render(request, "403.html", status=403)


def not_found(request: Request, exception: Exception | None = None) -> HttpResponse:
    """Answer 404, in the same words for a page a member may not see; log it where a page was asked for."""
    if getattr(request, "member", None) and getattr(request, "resolver_match", None):
        audit.refused(request)
    return render(request, "404.html", status=404)


def not_working(request: Request) -> HttpResponse:
    """
    Answer 500, or 503 where the database does not answer. No database, session or member is asked for this page.

    What was typed stays on the page, in a form that sends it again to the same address.
    """
    resting = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    context = {"reference": getattr(request, "id", "")[:8], "path": request.get_full_path(), **_typed(request)}
    page = get_template("503.html" if resting else "500.html").render(context)
    response = HttpResponse(page, status=503 if resting else 500)
    if resting:
        response["Retry-After"] = RETRY_AFTER
    return response


def _typed(request: Request) -> dict[str, Any]:
    if request.method != "POST":
        return {}
    try:
        fields, token = unsent_forms.fields_of(request), request.POST.get("csrfmiddlewaretoken", "")
    except (UnreadablePostError, ValueError):
        return {}
    return {"fields": unsent_forms.shown(fields), "csrf": token if token.isalnum() else ""}


def expired(request: Request, reason: str = "") -> HttpResponse:
    """
    Answer 403 for a form without a good token: open since before the last sign-in, or not ours at all.

    One of ours is offered again with a fresh token; of one from elsewhere nothing is shown.
    """
    if not _from_here(request):
        return render(request, "403_csrf.html", {"fields": [], "sign_in_url": sign_in_url("/")}, status=403)
    if not request.user.is_authenticated and _needs_sign_in(request):
        return sign_in_first(request)
    context = {
        "fields": unsent_forms.shown(unsent_forms.fields_of(request)),
        "path": request.get_full_path(),
        "sign_in_url": "" if request.user.is_authenticated else sign_in_url("/"),
    }
    return render(request, "403_csrf.html", context, status=403)


def _needs_sign_in(request: Request) -> bool:
    return getattr(request.resolver_match.func, "login_required", True)


def _from_here(request: Request) -> bool:
    """Return whether the browser says that the form was on a page of ours."""
    said = request.headers.get("Origin") or request.headers.get("Referer")
    if not said or said == "null":
        return False
    parts = urlsplit(said)
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin in {f"{request.scheme}://{request.get_host()}", settings.BASE_URL}
