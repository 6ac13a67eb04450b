"""Forms about members: who they are, their email, their password."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.notices.mail import can_send
from peerload.ui.fields import field_of

from ..enums import Role
from ..models import Team, User
from .fields import StaffForm

LONGEST_PASSWORD = 128


class EmailForm(StaffForm):
    """Another address to sign in with."""

    email = forms.EmailField(
        max_length=254,
        label=gettext_lazy("New email"),
        error_messages={
            "required": gettext_lazy("Write the new email."),
            "invalid": gettext_lazy("That is not an email address."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class MyEmailForm(EmailForm):
    """
    The same for a member's own email, with their password: a stranger at an unlocked screen must not take the sign-in
    over.
    """

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Type your password.")},
    )


class MemberForm(StaffForm):
    name = forms.CharField(max_length=200, error_messages={"required": gettext_lazy("Write their name.")})
    email = forms.EmailField(
        max_length=254,
        help_text=gettext_lazy("Where the invitation goes, and what they sign in with."),
        error_messages={
            "required": gettext_lazy("Write their email."),
            "invalid": gettext_lazy("That is not an email address."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(choices=Role, initial=Role.PEER_WORKER, widget=forms.RadioSelect)
    home_team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        label=gettext_lazy("Home team"),
        empty_label=gettext_lazy("None"),
        help_text=gettext_lazy("The team they belong to. Their posts say where they work."),
    )
    invite = forms.BooleanField(required=False, initial=True, label=gettext_lazy("Send the invitation now"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "home_team", forms.ModelChoiceField).queryset = self.teams()
        if "invite" in self.fields and not can_send():
            self.fields["invite"].label = _("Show the invitation link")


class EditMemberForm(MemberForm):
    email = None
    invite = None
    active = forms.BooleanField(
        required=False,
        label=gettext_lazy("Can sign in"),
        help_text=gettext_lazy(
            "If you untick this, they can no longer sign in. Their post ends today. What they have written stays."
        ),
    )


class ChoosePasswordForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("Your new password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text=gettext_lazy(
            "Use at least 12 characters. Three words that do not belong together make a good password."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Choose a password.")},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password
