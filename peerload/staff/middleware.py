"""
What happens before every page: a number for the request, plain input, how long a sign-in lasts, who is asking and what day
it is there, and a second factor before anything else.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pghistory
import structlog
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.db.models import Exists, OuterRef, Value
from django.http import HttpResponse, JsonResponse, QueryDict
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from peerload.core import clock
from peerload.core.compile_once import compile_once
from peerload.ui.asked import asks_figures

from . import unsent_forms
from .access import Request, ViewFunction
from .models import ActingManager, Member, MemberQuerySet, Team, User
from .sign_in import active_memberships, may_come_in

GetResponse = Callable[[Request], HttpResponseBase]
READS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class RequestMiddleware:
    """Give the request a number for logs and audit, and let no page be stored anywhere."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        request.id = uuid.uuid4().hex
        with structlog.contextvars.bound_contextvars(request=request.id):
            response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class PlainInputMiddleware:
    """Refuse what no form of ours sends: a NUL byte would reach PostgreSQL as an error of the server."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        refuse_nul(request)
        return self.get_response(request)


def refuse_nul(request: Request) -> None:
    """
    Refuse a request with a NUL byte, or whose body broke off.

    :raises BadRequest: if a NUL byte is in the address, a field or a cookie, or the body broke off
    """
    try:
        given = [request.path, *request.COOKIES.values(), *_texts(request.GET), *_texts(request.POST)]
    except UnreadablePostError as error:
        raise BadRequest(_("The form did not arrive completely.")) from error
    if any("\x00" in text for text in given):
        raise BadRequest(_("The text contains a character that cannot be saved."))


def _texts(query: QueryDict) -> Iterator[str]:
    for name, values in query.lists():
        yield name
        yield from values


class KeepsWordsMiddleware:
    """
    Tell a page that keeps its words where to go next, instead of redirecting: static/peerload/unsent.js sent its form.

    So no view has to know whether its form was sent by the browser or by the script.
    """

    HEADER = "X-Peerload-Keeps-Words"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "POST" or self.HEADER not in request.headers or "Location" not in response.headers:
            return response
        told = JsonResponse({"next": response.headers["Location"]})
        told.cookies = response.cookies
        return told


class SessionAgeMiddleware:
    """
    End a sign-in after half an hour without use and after twelve hours whatever happens.

    The row of the session lives longer (``SESSION_COOKIE_AGE``), so that it is known whose words come too late.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        request.was_user_id = None
        if request.user.is_authenticated:
            self.look_at_the_clock(request)
        response = self.get_response(request)
        if (
            request.method == "POST"
            and response.status_code in {301, 302, 303}
            and (key := request.POST.get(unsent_forms.FIELD))
        ):
            unsent_forms.forget(request, key)
        return response

    def look_at_the_clock(self, request: Request) -> None:
        now, session = clock.now().timestamp(), request.session
        began, seen = session.setdefault("began", now), session.setdefault("seen", now)
        if now - seen > settings.SESSION_IDLE_AGE or now - began > settings.SESSION_ABSOLUTE_AGE:
            request.was_user_id = request.user.pk
            logout(request)
        elif now - seen > settings.SESSION_SEEN_EVERY:
            session["seen"] = now


class SignInMiddleware(LoginRequiredMiddleware):
    """Send visitors who are not signed in to sign in; words that come too late are kept and handed back afterwards."""

    def handle_no_permission(self, request: Request, view_func: ViewFunction) -> HttpResponse:
        if asks_figures(request):
            return HttpResponse(status=401)
        if request.method == "POST":
            return sign_in_first(request)
        if request.headers.get("HX-Request"):
            here = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
            return HttpResponse(headers={"HX-Redirect": sign_in_url(here)})
        return super().handle_no_permission(request, view_func)


def sign_in_first(request: Request) -> HttpResponse:
    """
    Answer a POST whose sign-in has expired: 401, and the typed data is not lost.

    If the user signed in before is known, it is kept for them alone and signing in leads back to it; otherwise it stays
    on the page, to be sent after signing in in another window.
    """
    key = unsent_forms.keep(request, request.was_user_id) if request.was_user_id else None
    context = {
        "kept": key is not None,
        "sign_in_url": sign_in_url(unsent_forms.address(key) if key else "/"),
        "fields": [] if key else unsent_forms.shown(unsent_forms.fields_of(request)),
        "path": request.get_full_path(),
    }
    return render(request, "staff/sign_in_first.html", context, status=401)


def sign_in_url(then: str) -> str:
    return f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': then})}"


class MemberMiddleware:
    """
    Read the membership once a request: sets ``request.member``, ``request.organisation`` and ``request.on``.

    A user without an active one, or whose last day has passed, has no member from the next request on. The history
    records who made the changes of a request.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        request.member = request.organisation = request.on = None
        if request.user.is_authenticated:
            request.member = member = self.member_of(request.user)
            if member:
                request.organisation = member.organisation
                request.on = clock.today(member.organisation)
                # Most members lead by their team's own row, or never: only who was named to act is asked about the day.
                if member.was_named_to_act and not member.leads_a_team:
                    member.leads_a_team = Team.objects.led_by(member, request.on).exists()
        with self.history(request), self.where_the_service_is(request):
            return self.get_response(request)

    def member_of(self, user: User) -> Member | None:
        members = _with_second_factor(user.pk) if settings.MFA_REQUIRED else _without_second_factor(user.pk)
        return next(iter(may_come_in(members)), None)

    def where_the_service_is(self, request: Request) -> AbstractContextManager[object]:
        """Write every moment of a page, a file and a PDF as the day and the hour it is where the service is."""
        return timezone.override(ZoneInfo(request.organisation.timezone)) if request.organisation else nullcontext()

    def history(self, request: Request) -> AbstractContextManager[object]:
        if request.method in READS or request.member is None:
            return nullcontext()
        return pghistory.context(member=request.member.pk, request=request.id)


SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


@compile_once  # every request asks it
def _with_second_factor(user_id: int) -> MemberQuerySet:
    has_second = Exists(Authenticator.objects.filter(user=OuterRef("user"), type__in=SECOND_FACTORS))
    return _memberships(user_id).annotate(has_second_factor=has_second)  # type: ignore[no-redef]  # declared on `Member`


@compile_once
def _without_second_factor(user_id: int) -> MemberQuerySet:
    return _memberships(user_id).annotate(has_second_factor=Value(True))  # type: ignore[no-redef]  # declared on `Member`


def _memberships(user_id: int) -> MemberQuerySet:
    leads = Exists(Team.objects.named_to(OuterRef("pk")))
    named = Exists(ActingManager.objects.filter(member=OuterRef("pk")))
    members = active_memberships(Member.objects.filter(user=user_id))
    return members.annotate(leads_a_team=leads, was_named_to_act=named)  # type: ignore[no-redef]  # declared on `Member`


BEFORE_SECOND_FACTOR = (
    "mfa_",
    "account_logout",
    "account_reauthenticate",
    "light_or_dark",
    "help",
    "who_sees_what",
    "healthz",
    "service_worker",
    "manifest",
    "without_signal",
    "calendar_feed",
)


class SecondFactorMiddleware:
    """Lead members who have no second factor to setting one up, before any other page, where the service requires one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: Request, view: ViewFunction, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not settings.MFA_REQUIRED or request.member is None or request.member.has_second_factor:
            return None
        if (request.resolver_match.url_name or "").startswith(BEFORE_SECOND_FACTOR):
            return None
        messages.info(request, _("Before anything else, set up a second step of signing in. It takes a minute."))
        return redirect("mfa_index")
