"""Forms about leave: the days, the kind, what should happen meanwhile; and the answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.ui.fields import DayField, field_of
from peerload.ui.forms import TodayForm


def words_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("What should happen while you are away"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("For each line above, or all together. Those who lead your team read it."),
    )


class DaysForm(TodayForm):
    """The days of a leave, and its kind: what is asked first, before what falls into them is shown."""

    starts_on = DayField(label=gettext_lazy("First day"), ahead=True)
    last_day = DayField(
        label=gettext_lazy("Last day"),
        ahead=True,
        required=False,
        help_text=gettext_lazy("Leave it empty for a single day."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of leave"),
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Those who lead your team see it. Others see “away”."),
    )

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kinds:
            field_of(self, "kind", forms.ChoiceField).choices = list(zip(kinds, kinds, strict=True))
        else:
            del self.fields["kind"]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        found.setdefault("kind", "")
        first = found.get("starts_on")
        if first and "last_day" not in self.errors:
            found["last_day"] = found.get("last_day") or first
            if found["last_day"] < first:
                self.add_error("last_day", _("The last day is before the first day. Choose a later last day."))
        return found


class LeaveForm(DaysForm):
    """A request for leave."""

    words = words_field()


class CallOffForm(TodayForm):
    """That an agreed leave does not take place."""

    words = forms.CharField(label=gettext_lazy("A line for your team manager"), required=False, max_length=300)


class LeaveAnswerForm(TodayForm):
    """An answer that does not agree: other days, or no, with a line."""

    OTHER_DAYS, DECLINE = "other_days", "decline"

    what = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[
            (OTHER_DAYS, gettext_lazy("Ask for other days")),
            (DECLINE, gettext_lazy("Decline")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose an answer.")},
    )
    answer = forms.CharField(
        label=gettext_lazy("A line for the worker"),
        max_length=300,
        help_text=gettext_lazy("Say why, or which days would work."),
        error_messages={"required": gettext_lazy("Write a line, so that the worker knows why.")},
    )
