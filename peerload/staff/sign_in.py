"""
How people sign in, beside what allauth does: who is counted as trying, links of one use, codes that cannot be guessed.

Tries are counted by axes in the database, by account and address together: ten in a quarter of an hour, known account or not;
`throttle` adds what one address tries for many accounts.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.contrib.auth.tokens import PasswordResetTokenGenerator, default_token_generator
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.audit import actions as audit
from peerload.core import clock
from peerload.core.translation import LazyText
from peerload.notices.models import Message

from . import unsent_forms
from .models import Member, MemberQuerySet, User
from .passkeys import name_of_device, used

SECOND_STEP = " second step"  # behind the email, in the count of tries of a code
LINKS_AN_HOUR = 3  # asked for by any visitor, to one address


def who_tries(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """Return the account a try is counted for: the email as it is kept, whatever the case it was typed in."""
    given = credentials or {}
    name = given.get("email") or given.get("username") or request.POST.get("login") or ""
    return name.strip().lower()[:255] or None


class OwnLabels:
    """Call the fields of one of allauth's forms what this product calls them, and leave out its hints inside the fields."""

    labels: Mapping[str, LazyText]
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)


class ThrottledCode:
    """A code of the second step is counted like a password: six figures are soon tried."""

    user: User
    wrong = gettext_lazy("This code is wrong or too old. Wait for the next code, then try again.")

    def clean_code(self) -> str:
        request, credentials = context.request, {"email": f"{self.user.email}{SECOND_STEP}"}
        if AxesProxyHandler.is_locked(request, credentials):
            raise forms.ValidationError(_("Too many tries. Wait a quarter of an hour, then try again."))
        try:
            return super().clean_code()
        except forms.ValidationError as error:
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
            raise forms.ValidationError(self.wrong) from error


class SecondFactorForm(OwnLabels, ThrottledCode, AuthenticateForm):
    labels = {"code": gettext_lazy("Six figures, or a recovery code")}


class CodeOfTheApp:
    """
    Take the code of the app, not a recovery code.

    A recovery code is for a user who has lost their phone. Beside an open browser it would be enough to take an export
    with: a stranger who finds the sheet of codes on the same desk has both. Without the app the password still
    confirms.
    """

    user: User
    cleaned_data: dict[str, str]

    def clean_code(self) -> str:
        codes = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.RECOVERY_CODES).first()
        if codes and self.cleaned_data["code"] in codes.wrap().get_unused_codes():
            raise forms.ValidationError(_("This is a recovery code."))
        return super().clean_code()


class SecondFactorAgainForm(OwnLabels, ThrottledCode, CodeOfTheApp, ReauthenticateForm):
    labels = {"code": gettext_lazy("Six figures")}
    wrong = gettext_lazy(
        "This code is wrong or too old. Wait for the next code, then try again. "
        "A recovery code is only for signing in; confirm with your password instead."
    )


class SetUpAppForm(OwnLabels, ActivateTOTPForm):
    labels = {"code": gettext_lazy("The six figures it shows")}


class AddKeyForm(OwnLabels, AddWebAuthnForm):
    labels = {
        "name": gettext_lazy("A name for it"),
        "passwordless": gettext_lazy("Sign in with it alone, without a password"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _("Leave the tick out for an old key that cannot ask for a PIN.")
        self.fields["name"].initial = self.initial["name"] = name_of_device(context.request)


class PasswordAgainForm(OwnLabels, account_forms.ReauthenticateForm):
    labels = {"password": gettext_lazy("Your password")}


class ChangePasswordForm(OwnLabels, account_forms.ChangePasswordForm):
    labels = {
        "oldpassword": gettext_lazy("The password you have now"),
        "password1": gettext_lazy("The new password"),
        "password2": gettext_lazy("The new password again"),
    }


class SetPasswordForm(OwnLabels, account_forms.SetPasswordForm):
    labels = {"password1": gettext_lazy("Your password"), "password2": gettext_lazy("The same again")}


class ResetPasswordKeyForm(OwnLabels, account_forms.ResetPasswordKeyForm):
    labels = {"password1": gettext_lazy("Your password"), "password2": gettext_lazy("The same again")}


class ResetPasswordForm(OwnLabels, account_forms.ResetPasswordForm):
    """
    Ask for a new password: the answer is the same for every address, and no one's mailbox can be flooded with it.

    A mail that is not to be sent is written all the same, and taken back: how long the answer takes says nothing either.
    """

    users: list[User]
    labels = {"email": gettext_lazy("Your email")}

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        hour_ago = clock.now() - timedelta(hours=1)
        email = self.cleaned_data["email"]
        sent = Message.objects.filter(to=email.lower(), kind=Message.Kind.ACCOUNT, created_at__gt=hour_ago).count()
        wanted = bool(self.users) and sent < LINKS_AN_HOUR
        self.users = self.users or [User(pk=0, email=email)]
        with transaction.atomic():  # which takes equally long either way
            with transaction.atomic():
                super().save(request, token_generator=default_token_generator)
                if not wanted:
                    transaction.set_rollback(True)
        return email


class UserTokenForm(account_forms.UserTokenForm):
    """Know the links that `ResetPasswordForm` makes: Django's, which write nothing, unlike those of the sign-in library."""

    token_generator = default_token_generator


class InvitationTokens(PasswordResetTokenGenerator):
    """Tokens that die when they are used, when another invitation is sent, when the email changes, and after 72 hours."""

    key_salt = "peerload.staff.invitation"

    def _make_hash_value(self, member: Member, timestamp: int) -> str:
        user = member.user
        return f"{member.pk}{user.password}{user.email}{user.last_login}{member.invited_at}{member.active}{timestamp}"


invitation_tokens = InvitationTokens()


def invitation_url(member: Member) -> str:
    """Return the link by which an invited user chooses a password; it works once."""
    uid = urlsafe_base64_encode(force_bytes(member.pk))
    return settings.BASE_URL + reverse("welcome", args=[uid, invitation_tokens.make_token(member)])


class EmailTokens(PasswordResetTokenGenerator):
    """Tokens that die when the address is changed, another is asked for, the password is changed, and after 72 hours."""

    key_salt = "peerload.staff.email"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{user.pk}{user.password}{user.email}{user.new_email}{user.new_email_asked_at}{timestamp}"


email_tokens = EmailTokens()


def email_url(user: User) -> str:
    """Return the link by which a signed-in user confirms their new address."""
    return settings.BASE_URL + reverse("email_confirm", args=[email_tokens.make_token(user)])


def active_memberships(members: MemberQuerySet) -> MemberQuerySet:
    """Return a user's active memberships, with the fields for `may_come_in`, the first one first."""
    return members.active().with_last_day().select_related("organisation", "user").order_by("pk")


def may_come_in(members: Iterable[Member]) -> list[Member]:
    """
    Return those of these `active_memberships` by which a user may come in now.

    Sign-in ends with the last day of a worker who is leaving, at midnight where the service is.
    """
    return [each for each in members if each.last_day is None or clock.today(each.organisation) <= each.last_day]


def open_memberships(members: MemberQuerySet) -> list[Member]:
    """Return a user's memberships by which they may come in now, the first one first."""
    return may_come_in(active_memberships(members))


@receiver(user_logged_in)
def begin(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Start the session's age here, forget another user's typed forms, and log the sign-in."""
    request.session["began"] = request.session["seen"] = clock.now().timestamp()
    unsent_forms.forget_others(request, user)
    member = next(iter(open_memberships(Member.objects.filter(user=user))), None)
    audit.signed_in(request, member, by_passkey=used(request, user))


@receiver(user_login_failed)
def note_failure(
    sender: object, credentials: Mapping[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    if request is not None:
        email = (who_tries(request, credentials) or "").removesuffix(SECOND_STEP)
        audit.sign_in_failed(request, Member.objects.select_related("organisation").filter(user__email=email).first())
