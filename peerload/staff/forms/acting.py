"""Forms about who acts while a manager is away."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Member, MemberQuerySet
from .fields import CalendarDayField, StaffForm


class ActingForm(StaffForm):
    """Who acts, and from which day; the page lists those offered."""

    member = forms.CharField(
        label=gettext_lazy("Who acts"), error_messages={"required": gettext_lazy("Choose who acts.")}
    )
    starts_on = CalendarDayField(
        label=gettext_lazy("From"),
        help_text=gettext_lazy("From this day they have the manager’s powers in this team, and in no other."),
    )

    def __init__(self, *args: Any, able: MemberQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.able = able

    def clean_member(self) -> Member:
        try:
            found = self.able.filter(uid=UUID(self.cleaned_data["member"])).first()
        except ValueError:
            found = None
        if found is None:
            raise forms.ValidationError(_("This person cannot act now. Choose another person."))
        return found


class EndActingForm(StaffForm):
    """From which day a member does not act any more."""

    ends_before = CalendarDayField(
        label=gettext_lazy("First day on which they do not act"),
        help_text=gettext_lazy("From this day they have no powers of a manager in this team."),
    )
