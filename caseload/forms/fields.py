"""Fields and forms that the pages of all apps begin with: days, reasons, choices of people and members."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.translation import LazyText
from peerload.staff.forms import fields as staff
from peerload.staff.models import Member
from peerload.ui.asked import AHEAD, EARLIEST

from .. import rules
from ..actions import Refused
from ..enums import ACTIVE_TIERS
from ..models import Client

TIERS = [(tier.value, tier.label.capitalize()) for tier in ACTIVE_TIERS]
HINT = gettext_lazy("Write as if {} will read this. They may ask to.")


class DayField(forms.DateField):
    """A day. ``limits`` are set by the form, which knows what day it is."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {
        "invalid": gettext_lazy("Write the day as in 2026-11-12."),
        "required": gettext_lazy("Say on which day."),
    }

    def __init__(self, *, label: LazyText = gettext_lazy("Day"), ahead: bool = False, **kwargs: Any) -> None:
        self.ahead, self.today = ahead, None
        super().__init__(label=label, **kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None or self.today is None:
            return
        if value > self.today and not self.ahead:
            raise forms.ValidationError(rules.not_yet(value, self.today))
        if value < EARLIEST or value > self.today + AHEAD:
            raise forms.ValidationError(_("Check the year."))


class TodayForm(forms.Form):
    """A form that knows what day it is, and which person it is about."""

    def __init__(self, *args: Any, on: date, person: Client | None = None, **kwargs: Any) -> None:
        self.today, self.person = on, person
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, DayField):
                field.today = on

    def clean(self) -> dict[str, Any]:
        super().clean()
        return self.cleaned_data

    def refuse(self, refusal: Refused) -> None:
        """Put a refusal beside its field, or on top of the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class _ByNameAndReference:
    """Labels that distinguish people of one name."""

    def label_from_instance(self, person: Client) -> str:
        return f"{person.name}, {person.ref}"


class PersonChoice(_ByNameAndReference, forms.ModelChoiceField):
    """A choice of one person."""


class PeopleChoice(_ByNameAndReference, forms.ModelMultipleChoiceField):
    """A choice of people."""


class OneOfMembers(staff.MemberChoice):
    """A choice of some members, in order of name; no others are accepted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Member.objects.none(), to_field_name="uid", **kwargs)

    def offer(self, members: Sequence[Member]) -> None:
        self.queryset = Member.objects.filter(pk__in=[member.pk for member in members]).named()


class OnForm(TodayForm):
    """A form with one day, today unless said otherwise (``initial``)."""

    on = DayField()

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, on=on, **kwargs)
        self.fields["on"].initial = on


def reason_field(label: LazyText = gettext_lazy("Why"), *, required: bool = False) -> forms.CharField:
    """Return a field for a few words."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write down why, so that it can be understood later.")},
    )


def tier_field(
    label: LazyText = gettext_lazy("Support from that day on"), *, required: bool = True, **kwargs: Any
) -> forms.ChoiceField:
    """Return a choice of high, medium or group support."""
    return forms.ChoiceField(
        label=label,
        choices=TIERS,
        required=required,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose high, medium or group support.")},
        **kwargs,
    )
