"""Forms that the pages of all apps begin with: they know what day it is, and show what an action refused."""

from datetime import date
from typing import Any, Protocol

from django import forms

from .fields import DayField


class ActionRefusal(Protocol):
    """What an action refused, in a sentence; with the field it is about, if it is about one."""

    @property
    def field(self) -> str | None: ...


class TodayForm(forms.Form):
    """A form that knows what day it is."""

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        self.today = on
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, DayField):
                field.today = on

    def clean(self) -> dict[str, Any]:
        super().clean()
        return self.cleaned_data

    def refuse(self, refusal: ActionRefusal) -> None:
        """Put a refusal beside its field, or on top of the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class OnForm(TodayForm):
    """A form with one day, today unless said otherwise (``initial``)."""

    on = DayField()

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, on=on, **kwargs)
        self.fields["on"].initial = on
