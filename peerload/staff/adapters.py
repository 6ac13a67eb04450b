"""Adapters of the sign-in library: no sign-up, mail goes to the outbox, links carry our own address."""

from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.audit.actions import address
from peerload.core import clock
from peerload.notices import actions as notices
from peerload.notices.models import Message

from . import passkeys
from .models import User

JUST_NOW = 300  # seconds
LONGEST_PASSWORD = 128  # hashing a book would keep the server busy


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy(
            "The email or the password is wrong. Try again, or ask for a new password."
        ),
        "too_many_login_attempts": gettext_lazy("Too many tries. Wait a quarter of an hour, then try again."),
        "incorrect_code": gettext_lazy("This code is wrong or too old. Wait for the next code, then try again."),
        "incorrect_password": gettext_lazy("That is not your password."),
        "enter_current_password": gettext_lazy("That is not your password."),
        "invalid_password_reset": gettext_lazy("This link does not work any more."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Lead only to pages of this site, and only by a path."""
        return bool(url) and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, __, token = key.partition("-")
        return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def clean_password(self, password: str, user: User | None = None) -> str:
        if len(password) > LONGEST_PASSWORD:
            raise ValidationError(
                _("Use at most %(longest_password)s characters.") % {"longest_password": LONGEST_PASSWORD}
            )
        return super().clean_password(password, user)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Answer a closed sign-in like a wrong password."""
        user = super().authenticate(request, **credentials)
        return user if user and user.is_active else None

    def reauthenticate(self, user: User, password: str) -> bool:
        """Ask for the password once more; a wrong one is counted like any other."""
        found = self.authenticate(allauth_context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """
        Ask again before the second step is changed, unless the user signed in without one within five minutes.

        They are setting up their first one. With one that was there before, a browser just signed in would show the
        recovery codes to anyone who finds it.
        """
        request = allauth_context.request
        signed_in_at = request.session.get("began", 0)
        recently = clock.now().timestamp() - signed_in_at < JUST_NOW
        had_one = Authenticator.objects.filter(
            user_id=request.user.pk, created_at__lt=datetime.fromtimestamp(signed_in_at, UTC)
        )
        first = recently and not had_one.exists()
        return not first and super().is_reauthentication_required(app=app, **kwargs)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        return passkeys.after_sign_in(request, user, super().post_login(request, user, **kwargs))

    def get_client_ip(self, request: HttpRequest) -> str:
        return address(request) or ""

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell a user that their password or second step was changed: to the address they sign in with."""
        self.send_mail(
            template_prefix, email or user.email, {"user": user, "timestamp": clock.now(), **(context or {})}
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a mail into the outbox, in the transaction of what it is about; it is sent from there."""
        words = {"email": email, **context}
        request = allauth_context.request
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", words, request).split())
        body = render_to_string(f"{template_prefix}_message.txt", words, request).strip()
        notices.queue_message(to=email, kind=Message.Kind.ACCOUNT, subject=subject, body=body)
