"""Forms about what people want."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from peerload.ui.fields import DayField

from ..enums import GoalEnd
from ..forms.fields import HINT, AboutPersonForm


class GoalForm(AboutPersonForm):
    """What a person wants, in their words, and since when."""

    words = forms.CharField(
        label=gettext_lazy("What they want, in their words"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write down what they want, in their words.")},
    )
    starts_on = DayField(label=gettext_lazy("Since"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = self.today
        self.fields["words"].help_text = format_html(str(HINT), self.person.short_name)


class GoalEndForm(AboutPersonForm):
    """Whether a goal was reached or let go, and on which day; a button of the person's page sends no day, and means today."""

    ended_as = forms.ChoiceField(
        label=gettext_lazy("What became of it?"),
        choices=[
            (GoalEnd.REACHED, gettext_lazy("They reached it")),
            (GoalEnd.LET_GO, gettext_lazy("They let it go")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether they reached it or let it go.")},
    )
    ended_on = DayField(label=gettext_lazy("On which day"))

    def __init__(self, data: QueryDict | None = None, *args: Any, on: date, **kwargs: Any) -> None:
        if data is not None and "ended_on" not in data:
            data = data.copy()
            data["ended_on"] = on.isoformat()
        super().__init__(data, *args, on=on, **kwargs)
        self.fields["ended_on"].initial = self.today
