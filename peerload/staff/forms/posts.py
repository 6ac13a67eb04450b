"""The form about a post."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.ui.fields import field_of

from .. import rules
from ..models import Team
from .fields import CalendarDayField, NumberField, StaffForm

MOST_FTE = Decimal("1.5")


class PostForm(StaffForm):
    starts_on = CalendarDayField(label=gettext_lazy("From"))
    last_day = CalendarDayField(
        label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("The last day, if you know it.")
    )
    team = forms.ModelChoiceField(Team.objects.none(), required=False, empty_label=gettext_lazy("None"))
    fte = NumberField(
        label=gettext_lazy("FTE"),
        initial=1,
        max_digits=4,
        decimal_places=3,
        help_text=gettext_lazy("1 is full time; 0.5 is half."),
    )
    weekly_hours = NumberField(
        label=gettext_lazy("Hours a week"), required=False, max_digits=5, decimal_places=2, min_value=0, max_value=168
    )
    day_hours = forms.CharField(
        label=gettext_lazy("Days and hours"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Such as Mon-Thu 7.5, Fri 4. If empty: Monday to Friday in equal parts."),
    )
    duty = forms.BooleanField(
        required=False,
        label=gettext_lazy("On duty"),
        help_text=gettext_lazy("Takes new requests while others are away."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "team", forms.ModelChoiceField).queryset = self.teams()
        hours = self.organisation.full_time_hours
        self.fields["weekly_hours"].help_text = _("If you leave this empty: %(hours)s hours times FTE.") % {
            "hours": f"{hours:f}"
        }

    def clean_fte(self) -> Decimal:
        fte = self.cleaned_data["fte"]
        if not 0 < fte <= MOST_FTE:
            raise forms.ValidationError(_("FTE is above 0 and at most 1.5."))
        return fte

    def clean_day_hours(self) -> tuple[Decimal, ...] | None:
        try:
            return rules.read_days(self.cleaned_data["day_hours"])
        except rules.UnreadableDays as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        refuse_backwards(
            self, found, "starts_on", "last_day", _("The last day is before the first day. Choose a later last day.")
        )
        if found.get("day_hours"):
            whole, said = sum(found["day_hours"]), found.get("weekly_hours")
            if said is not None and said != whole:
                self.add_error("weekly_hours", rules.apart_from_days(said, whole))
            found["weekly_hours"] = whole
        return found


def refuse_backwards(form: forms.Form, found: dict[str, Any], first: str, last: str, sentence: str) -> None:
    """Put a sentence at the later of two days that are in the wrong order."""
    if found.get(first) and found.get(last) and found[last] < found[first]:
        form.add_error(last, sentence)
