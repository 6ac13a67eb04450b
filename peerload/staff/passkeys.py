"""
Passkeys: password and second factor at once, by the lock of a phone or computer, or by a key.

A passkey sign-in is the sign-in library's; here is who is offered one, which device has used one, and how tries are counted.
A passkey is bound to the domain of `PEERLOAD_BASE_URL`: under another one it opens nothing.
"""

import ipaddress
import re
from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import LoginWebAuthnForm
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login
from axes.handlers.proxy import AxesProxyHandler
from cryptography.exceptions import InvalidSignature
from django import forms
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from .models import User

COOKIE = "passkey"
USED_HERE, ANSWERED = "here", "answered"  # what a device remembers: nobody's name
A_YEAR = 365 * 24 * 3600
TRIES = "passkey"  # what failed tries of one address are counted for, since they name no account
NOT_ONE = (AttributeError, InvalidSignature, KeyError, TypeError, ValueError, forms.ValidationError)
PHONE = re.compile(r"Mobi|Android|iPhone|iPad")


class PasskeyForm(LoginWebAuthnForm):
    """What the browser says of a passkey; tries that fail are counted by address, and are in the audit."""

    def clean_credential(self) -> Authenticator:
        request, credentials = context.request, {"email": TRIES}
        if AxesProxyHandler.is_locked(request, credentials):
            raise forms.ValidationError(_("Too many tries. Wait a quarter of an hour, then try again."))
        try:
            return super().clean_credential()
        except NOT_ONE as error:
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
            raise forms.ValidationError(
                _("This passkey does not open peerload. Sign in with your email and password.")
            ) from error


def used(request: HttpRequest, user: User) -> bool:
    """Return whether this sign-in was by a passkey."""
    return did_use_passwordless_login(request, user)


def remember(request: HttpRequest, response: HttpResponse, what: str) -> None:
    """Let a device remember that a passkey was used on it, or that the offer was answered."""
    response.set_cookie(COOKIE, what, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)


def after_sign_in(request: HttpRequest, user: User, response: HttpResponse) -> HttpResponse:
    """Remember a passkey's device; offer one at the first sign-in on a phone, before the page that was asked for."""
    if used(request, user):
        remember(request, response, USED_HERE)
    elif isinstance(response, HttpResponseRedirect) and is_offered(request, user):
        return redirect(f"{reverse('passkey_offer')}?{urlencode({'next': response.url})}")
    return response


def is_offered(request: HttpRequest, user: User) -> bool:
    """Return whether to offer a passkey: on a phone that was not asked yet, to a user who is past the second factor."""
    if request.COOKIES.get(COOKIE) or not is_phone(request) or not can_be_made(request):
        return False
    second = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return (
        not settings.MFA_REQUIRED or second.exists()
    )  # else they are led to setting one up, where passkeys come first


def is_phone(request: HttpRequest) -> bool:
    mobile = request.headers.get("Sec-CH-UA-Mobile") == "?1"
    return mobile or bool(PHONE.search(request.headers.get("User-Agent", "")))


def can_be_made(request: HttpRequest) -> bool:
    """Return whether a browser makes passkeys for this address: a domain over HTTPS, or this machine by its name."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() or host == "localhost"
    return False


def name_of_device(request: HttpRequest) -> str:
    """Return a first name for a passkey, which its owner may change."""
    return _("My phone") if is_phone(request) else _("My computer")


def page_after(request: HttpRequest, is_safe: Any) -> str:
    """Return where to go after the offer: the page that was asked for, if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if is_safe(wanted) else "/"
