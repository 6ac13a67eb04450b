"""Forms about drop-ins."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.ui.forms import OnForm, TodayForm

from . import rules

WHOLE = gettext_lazy("Write a number, for example 30.")


def _number(label: Any, most: int, too_many: Any, **more: Any) -> forms.IntegerField:
    errors = {"invalid": WHOLE, "required": WHOLE, "min_value": WHOLE, "max_value": too_many}
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=1, max_value=most, widget=widget, error_messages=errors, **more)


class DropInForm(OnForm):
    """How many dropped in, for how long, on which day; a first name if they wish."""

    people = _number(
        gettext_lazy("How many people"), 200, gettext_lazy("At most 200 people. For more, save it in parts."), initial=1
    )
    minutes = _number(
        gettext_lazy("Minutes"),
        1440,
        gettext_lazy("It lasts at most a day: 1,440 minutes."),
        help_text=gettext_lazy("Of your time, with all of them together."),
    )
    first_name = forms.CharField(
        label=gettext_lazy("First name"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Only if they wish. Only you see it, and it is removed after a week."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput)

    field_order = ["people", "minutes", "first_name", "on", "submission_id"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("first_name") and data.get("on") and not rules.name_is_kept(data["on"], self.today):
            self.add_error("first_name", _("A first name is kept for a week, and that week is over. Leave it empty."))
        return data


class DropInVoidForm(TodayForm):
    """Why a drop-in does not count."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is a mistake"),
        max_length=300,
        help_text=gettext_lazy("Write no name here. The reason is kept."),
        error_messages={"required": gettext_lazy("Write down why, so that it can be understood later.")},
    )
