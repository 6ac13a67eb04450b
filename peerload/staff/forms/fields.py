"""Fields and forms that the pages about staff begin with: days, numbers, choices of members."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import queries
from ..models import Member, Organisation, Team, TeamQuerySet

EARLIEST = date(1950, 1, 1)
AHEAD = timedelta(days=5 * 366)


class CalendarDayField(forms.DateField):
    """A day between 1950 and five years from today; the form says which day today is."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {
        "invalid": gettext_lazy("Write the day as in 2026-11-12."),
        "required": gettext_lazy("Say on which day."),
    }
    today: date | None = None

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and (value < EARLIEST or (self.today and value > self.today + AHEAD)):
            raise forms.ValidationError(_("Check the year."))


LIMITS = {
    "min_value": gettext_lazy("Write %(limit_value)s or more."),
    "max_value": gettext_lazy("Write %(limit_value)s or less."),
}


class NumberField(forms.DecimalField):
    """A number typed as text, so that a refused value comes back as it was typed."""

    default_error_messages = {
        "invalid": gettext_lazy("Write a number, such as 0.8."),
        "required": gettext_lazy("Write a number."),
        **LIMITS,
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)


class WholeNumberField(forms.IntegerField):
    default_error_messages = {
        "invalid": gettext_lazy("Write a whole number."),
        "required": gettext_lazy("Write a whole number."),
        **LIMITS,
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs)


class StaffForm(forms.Form):
    """A form of one organisation, on a day. It accepts only the members and teams it offers."""

    def __init__(self, *args: Any, organisation: Organisation, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation, self.on = organisation, on
        for field in self.fields.values():
            if isinstance(field, CalendarDayField):
                field.today = on

    def clean(self) -> dict[str, Any]:
        super().clean()
        return self.cleaned_data

    def teams(self) -> TeamQuerySet:
        return Team.objects.filter(organisation=self.organisation).order_by("name")

    def refuse(self, error: Exception) -> None:
        """Put an action's refusal on top of the form."""
        self.add_error(None, str(error))


class MembersByName(ModelChoiceIterator):
    """The members offered, with labels that distinguish those of one name."""

    field: "MemberChoice"

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        members = list(self.queryset)
        self.field.labels = queries.choice_labels(members)
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for member in members:
            yield self.choice(member)


class MemberChoice(forms.ModelChoiceField):
    """A choice of one of some members, for all such forms."""

    iterator = MembersByName
    labels: dict[int, str]  # by primary key, once the choices are asked for

    def label_from_instance(self, member: Member) -> str:
        return self.labels[member.pk]


class OneOfMembers(MemberChoice):
    """A choice of some members, in order of name; no others are accepted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Member.objects.none(), to_field_name="uid", **kwargs)

    def offer(self, members: Sequence[Member]) -> None:
        self.queryset = Member.objects.filter(pk__in=[member.pk for member in members]).named()


def member_choices(members: Iterable[Member]) -> list[tuple[str, str]]:
    """Return the same choice where it is no field of the database: by uid."""
    members = list(members)
    labels = queries.choice_labels(members)
    return [(str(member.uid), labels[member.pk]) for member in members]
