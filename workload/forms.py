"""What people fill in about work. Kinds come from the scheme's rows, so a new kind of work is a row, no code."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseload.forms.fields import AboutPersonForm
from peerload.core.formats import format_choice, format_day
from peerload.ui.fields import DayField, field_of

from . import rules
from .enums import Condition, CountedPer, Element, Window
from .rules.weighing import weighs, window_words

MORE_THAN_A_DAY = 24 * 60
NOT_WORK = {"case", "new", "stable"}  # follow from tiers, allocations and posts


def kinds(scheme: rules.Scheme, element: Element) -> list[rules.Weight]:
    """Return the kinds of work a scheme counts, in its order."""
    return [w for w in scheme.by_code.values() if w.element == element and w.code not in NOT_WORK]


class KindForm(AboutPersonForm):
    """A kind of work out of the scheme's, from a day on."""

    element = Element.CASE
    kind = forms.ChoiceField(
        label=gettext_lazy("What"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what it is.")},
    )
    starts_on = DayField(label=gettext_lazy("From"), ahead=True)

    def __init__(self, *args: Any, on: date, scheme: rules.Scheme, **kwargs: Any) -> None:
        super().__init__(*args, on=on, **kwargs)
        self.weights = {weight.code: weight for weight in kinds(scheme, self.element)}
        field_of(self, "kind", forms.ChoiceField).choices = [
            (w.code, format_html("{}: <span>{}</span>", w.label, weighs(w))) for w in self.weights.values()
        ]
        self.fields["starts_on"].initial = on

    def only_for(self, condition: Callable[[rules.Weight], bool]) -> str:
        """Name the kinds a field is for; empty where there is none."""
        return format_choice(weight.label for weight in self.weights.values() if condition(weight))

    def keep_only_for(self, name: str, condition: Callable[[rules.Weight], bool], words: str) -> None:
        """Leave a field out where no kind of work asks for it, else say for which it is."""
        names = self.only_for(condition)
        if names:
            self.fields[name].help_text = words.format(names)
        else:
            del self.fields[name]


class WorkForm(KindForm):
    """Work with a person."""

    finished_on = DayField(
        label=gettext_lazy("Last day"),
        ahead=True,
        required=False,
        help_text=gettext_lazy("Leave it empty while it goes on."),
    )
    minutes_each_way = forms.IntegerField(
        label=gettext_lazy("Minutes of travel each way"),
        required=False,
        min_value=0,
        max_value=MORE_THAN_A_DAY,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    first = forms.TypedChoiceField(
        label=gettext_lazy("Is it the person’s first?"),
        required=False,
        choices=[
            ("", gettext_lazy("If it is their earliest entry")),
            ("yes", gettext_lazy("Yes")),
            ("no", gettext_lazy("No")),
        ],
        coerce=lambda answer: answer == "yes",
        empty_value=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keep_only_for("minutes_each_way", lambda w: w.condition == Condition.MINUTES_OVER, _("Only for: {}."))
        self.keep_only_for("first", lambda w: w.condition == Condition.FIRST, _("Only for: {}."))

    def clean(self) -> dict[str, Any]:
        _day_order(self, "finished_on")
        weight = self.weights.get(self.cleaned_data.get("kind"))
        for name, condition in (("minutes_each_way", Condition.MINUTES_OVER), ("first", Condition.FIRST)):
            if weight and weight.condition != condition and self.cleaned_data.get(name) is not None:
                self.add_error(
                    name, _("This does not belong to %(weight)s. Leave it empty.") % {"weight": weight.label}
                )
        minutes_needed = weight and weight.condition == Condition.MINUTES_OVER
        if (
            minutes_needed
            and self.cleaned_data.get("minutes_each_way") is None
            and "minutes_each_way" not in self.errors
        ):
            self.add_error(
                "minutes_each_way", _("Say how many minutes it takes each way. Without minutes it counts no points.")
            )
        return self.cleaned_data

    def words(self) -> dict:
        """Return what the action takes."""
        data = self.cleaned_data
        return {"code": data["kind"], **{name: data.get(name) for name in WORK}}


WORK = ("starts_on", "finished_on", "minutes_each_way", "first")


def _day_order(form: forms.Form, last: str) -> None:
    starts_on, until = form.cleaned_data.get("starts_on"), form.cleaned_data.get(last)
    if starts_on and until and until < starts_on:
        form.add_error(last, _("The last day is before the first day. Choose a later last day."))


class ResponsibilityForm(KindForm):
    """An extra responsibility of a worker."""

    element = Element.EXTRA
    until = DayField(label=gettext_lazy("Last day"), ahead=True, required=False)
    quantity = forms.IntegerField(
        label=gettext_lazy("How many"),
        required=False,
        min_value=1,
        max_value=1000,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keep_only_for("until", lambda w: w.window == Window.NONE, _("Leave it empty while it goes on."))
        self.keep_only_for("quantity", lambda w: w.per == CountedPer.QUANTITY, _("People or cases. Only for: {}."))

    def clean(self) -> dict[str, Any]:
        _day_order(self, "until")
        weight = self.weights.get(self.cleaned_data.get("kind"))
        if weight and weight.window != Window.NONE and self.cleaned_data.get("until"):
            self.add_error(
                "until",
                _("%(weight)s counts %(window)s from its day. Leave this empty.")
                % {"weight": weight.label, "window": window_words(weight)},
            )
        if weight and weight.per != CountedPer.QUANTITY and self.cleaned_data.get("quantity"):
            self.add_error("quantity", _("%(weight)s counts once. Leave this empty.") % {"weight": weight.label})
        return self.cleaned_data

    def words(self) -> dict:
        """Return what the action takes."""
        data = self.cleaned_data
        return {
            "code": data["kind"],
            "starts_on": data["starts_on"],
            "until": data.get("until"),
            "quantity": data.get("quantity") or 1,
        }


class EndForm(AboutPersonForm):
    """The last day of work or a responsibility, or that it was recorded by mistake."""

    until = DayField(label=gettext_lazy("Last day"), ahead=True, required=False)
    mistake = forms.BooleanField(
        label=gettext_lazy("It was recorded by mistake: remove it"),
        required=False,
        help_text=gettext_lazy("The history keeps it."),
    )

    def __init__(self, *args: Any, on: date, begun: date, **kwargs: Any) -> None:
        super().__init__(*args, on=on, **kwargs)
        self.begun = begun
        self.fields["until"].initial = max(on, begun)

    def clean(self) -> dict[str, Any]:
        until, mistake = self.cleaned_data.get("until"), self.cleaned_data.get("mistake")
        if not mistake and not until and "until" not in self.errors:
            self.add_error("until", _("Say which day was the last."))
        if until and until < self.begun:
            self.add_error(
                "until", _("It began on %(day)s. Choose that day or a later one.") % {"day": format_day(self.begun)}
            )
        return self.cleaned_data
