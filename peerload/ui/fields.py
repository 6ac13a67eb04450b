"""Form fields that the pages of all apps begin with: days and reasons; and those known only once the form is made."""

from datetime import date
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.formats import format_day
from peerload.core.translation import LazyText

from .asked import AHEAD, EARLIEST

F = TypeVar("F", bound=forms.Field)


def field_of(form: forms.BaseForm, name: str, kind: type[F]) -> F:
    """
    Return a field of a form as its own class, so that mypy sees what the class does not have.

    :raises TypeError: if it is of another kind
    """
    found = form.fields[name]
    if not isinstance(found, kind):
        raise TypeError(f"{name} is {type(found).__name__}, not {kind.__name__}.")
    return found


class DayField(forms.DateField):
    """A day, today or before unless it may be ``ahead``. The form says which day today is."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {
        "invalid": gettext_lazy("Write the day as in 2026-11-12."),
        "required": gettext_lazy("Say on which day."),
    }

    def __init__(self, *, label: LazyText = gettext_lazy("Day"), ahead: bool = False, **kwargs: Any) -> None:
        self.ahead = ahead
        self.today: date | None = None
        super().__init__(label=label, **kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None or self.today is None:
            return
        if value > self.today and not self.ahead:
            raise forms.ValidationError(
                _("%(day)s has not come yet. Today is %(today)s.")
                % {"day": format_day(value), "today": format_day(self.today)}
            )
        if value < EARLIEST or value > self.today + AHEAD:
            raise forms.ValidationError(_("Check the year."))


def reason_field(label: LazyText = gettext_lazy("Why"), *, required: bool = False) -> forms.CharField:
    """Return a field for a few words."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write down why, so that it can be understood later.")},
    )
