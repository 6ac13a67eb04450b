"""Passkeys: made, and offered at the first sign-in on a phone."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from .. import access, passkeys


class AddPasskey(AddWebAuthnView):
    """Make a passkey or add a key; the device remembers that it has a passkey."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        what = passkeys.USED_HERE if form.cleaned_data.get("passwordless") else passkeys.ANSWERED
        passkeys.remember(self.request, response, what)
        return response


@access.requires()
@require_http_methods(["GET", "POST"])
def passkey_offer(request: access.MemberRequest) -> HttpResponse:
    """Offer a passkey, once on each phone; it can be made later from the page of one's account."""
    then = passkeys.page_after(request, get_adapter(request).is_safe_url)
    if request.method == "GET":
        return render(request, "staff/passkey_offer.html", {"next": then})
    response = redirect("mfa_add_webauthn" if "make" in request.POST else then)
    passkeys.remember(request, response, passkeys.ANSWERED)
    return response
