"""Forms about who else may be spoken to."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from peerload.ui.fields import DayField

from ..forms.fields import AboutPersonForm


def _words(label: Any, longest: int, missing: Any, example: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        help_text=example,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": missing},
    )


class ConsentForm(AboutPersonForm):
    """Who may be spoken to, their relationship to the person, about what, and when the person agreed."""

    name = _words(gettext_lazy("Who"), 120, gettext_lazy("Write down who may be spoken to."), "")
    relation = _words(
        gettext_lazy("Their relationship to the person"),
        120,
        gettext_lazy("Write down their relationship to the person."),
        gettext_lazy("For example: sister, GP, landlord."),
    )
    about = _words(
        gettext_lazy("About what"),
        500,
        gettext_lazy("Write down what they may be spoken to about."),
        gettext_lazy("Only what the person agreed to. For example: appointments, not health."),
    )
    consented_on = DayField(label=gettext_lazy("Agreed on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consented_on"].initial = self.today


class ConsentWithdrawForm(AboutPersonForm):
    """On which day a consent was withdrawn; a button of the person's page sends no day, and means today."""

    withdrawn_on = DayField(label=gettext_lazy("Withdrawn on"))

    def __init__(self, data: QueryDict | None = None, *args: Any, on: date, **kwargs: Any) -> None:
        if data is not None and "withdrawn_on" not in data:
            data = data.copy()
            data["withdrawn_on"] = on.isoformat()
        super().__init__(data, *args, on=on, **kwargs)
        self.fields["withdrawn_on"].initial = self.today
