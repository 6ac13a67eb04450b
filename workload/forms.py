"""What people fill in about work. Kinds come from the scheme's rows, so a new kind of work is a row, no code."""

from datetime import date

from django import forms
from django.utils.html import format_html

from caseload.forms.fields import DayField, TodayForm
from peerload.core.formats import format_number
from peerload.ui.fields import field_of

from . import rules
from .enums import Condition, CountedPer, Element, Window

MORE_THAN_A_DAY = 24 * 60
NOT_WORK = {"case", "new", "stable"}  # follow from tiers, allocations and posts


def kinds(scheme: rules.Scheme, element: Element) -> list[rules.Weight]:
    """Return the kinds of work a scheme counts, in its order."""
    return [w for w in scheme.by_code.values() if w.element == element and w.code not in NOT_WORK]


def weighs(weight: rules.Weight) -> str:
    """Say what a kind of work weighs: "3 points a case, for 35 working days"."""
    points = f"{format_number(weight.points)} point{'' if weight.points == 1 else 's'}"
    return f"{points}{PER.get(weight.per, '')}, {window_words(weight)}{condition_words(weight)}"


PER = {
    CountedPer.QUANTITY: " for each",
    CountedPer.PERSON: " a person",
    CountedPer.CASE: " a case",
    CountedPer.ROW: " each",
}


def window_words(weight: rules.Weight) -> str:
    match weight.window:
        case Window.MONTH:
            return "for one month"
        case Window.CALENDAR_MONTH:
            return "to the end of its calendar month"
        case Window.WORKING_DAYS:
            return f"for {weight.length} working days"
        case Window.DAYS:
            return f"for {weight.length} days"
    return "while it lasts"


def condition_words(weight: rules.Weight) -> str:
    match weight.condition:
        case Condition.MINUTES_OVER:
            return f", when it is more than {weight.condition_value} minutes each way"
        case Condition.FIRST:
            return ", for the person’s first"
    return ""


class KindForm(TodayForm):
    """A kind of work out of the scheme's, from a day on."""

    element = Element.CASE
    kind = forms.ChoiceField(label="What", widget=forms.RadioSelect, error_messages={"required": "Choose what it is."})
    starts_on = DayField(label="From", ahead=True)

    def __init__(self, *args, on: date, scheme: rules.Scheme, **kwargs):
        super().__init__(*args, on=on, **kwargs)
        self.weights = {weight.code: weight for weight in kinds(scheme, self.element)}
        field_of(self, "kind", forms.ChoiceField).choices = [
            (w.code, format_html("{} <span>{}</span>", w.label, weighs(w))) for w in self.weights.values()
        ]
        self.fields["starts_on"].initial = on

    def only_for(self, condition) -> str:
        """Name the kinds a field is for; empty where there is none."""
        return " or ".join(weight.label for weight in self.weights.values() if condition(weight))

    def keep_only_for(self, name: str, condition, words: str) -> None:
        """Leave a field out where no kind of work asks for it, else say for which it is."""
        names = self.only_for(condition)
        if names:
            self.fields[name].help_text = words.format(names)
        else:
            del self.fields[name]


class WorkForm(KindForm):
    """Work with a person."""

    finished_on = DayField(label="Last day", ahead=True, required=False, help_text="Leave it empty while it goes on.")
    minutes_each_way = forms.IntegerField(
        label="Minutes of travel each way",
        required=False,
        min_value=0,
        max_value=MORE_THAN_A_DAY,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    first = forms.TypedChoiceField(
        label="Is it the person’s first?",
        required=False,
        choices=[("", "Their earliest here is"), ("yes", "Yes"), ("no", "No")],
        coerce=lambda answer: answer == "yes",
        empty_value=None,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.keep_only_for("minutes_each_way", lambda w: w.condition == Condition.MINUTES_OVER, "Only for: {}.")
        self.keep_only_for("first", lambda w: w.condition == Condition.FIRST, "Only for: {}.")

    def clean(self):
        _day_order(self, "finished_on")
        weight = self.weights.get(self.cleaned_data.get("kind"))
        for name, condition in (("minutes_each_way", Condition.MINUTES_OVER), ("first", Condition.FIRST)):
            if weight and weight.condition != condition and self.cleaned_data.get(name) is not None:
                self.add_error(name, f"This does not belong to {weight.label}. Leave it empty.")
        minutes_needed = weight and weight.condition == Condition.MINUTES_OVER
        if (
            minutes_needed
            and self.cleaned_data.get("minutes_each_way") is None
            and "minutes_each_way" not in self.errors
        ):
            self.add_error(
                "minutes_each_way", "Say how many minutes it takes each way. Without minutes it counts no points."
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
        form.add_error(last, "The last day is before the first day. Choose a later last day.")


class ResponsibilityForm(KindForm):
    """An extra responsibility of a worker."""

    element = Element.EXTRA
    until = DayField(label="Last day", ahead=True, required=False)
    quantity = forms.IntegerField(
        label="How many",
        required=False,
        min_value=1,
        max_value=1000,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.keep_only_for("until", lambda w: w.window == Window.NONE, "Leave it empty while it goes on.")
        self.keep_only_for("quantity", lambda w: w.per == CountedPer.QUANTITY, "People or cases. Only for: {}.")

    def clean(self):
        _day_order(self, "until")
        weight = self.weights.get(self.cleaned_data.get("kind"))
        if weight and weight.window != Window.NONE and self.cleaned_data.get("until"):
            self.add_error("until", f"{weight.label} counts {window_words(weight)} from its day. Leave this empty.")
        if weight and weight.per != CountedPer.QUANTITY and self.cleaned_data.get("quantity"):
            self.add_error("quantity", f"{weight.label} counts once. Leave this empty.")
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


class EndForm(TodayForm):
    """The last day of something, or that it was written down by mistake."""

    until = DayField(label="Last day", ahead=True, required=False)
    mistake = forms.BooleanField(
        label="It was recorded by mistake: remove it", required=False, help_text="The history keeps it."
    )

    def __init__(self, *args, on: date, begun: date, **kwargs):
        super().__init__(*args, on=on, **kwargs)
        self.begun = begun
        self.fields["until"].initial = max(on, begun)

    def clean(self):
        until, mistake = self.cleaned_data.get("until"), self.cleaned_data.get("mistake")
        if not mistake and not until and "until" not in self.errors:
            self.add_error("until", "Say on which day it was for the last time.")
        if until and until < self.begun:
            self.add_error("until", f"It began on {self.begun.day} {self.begun:%B %Y}. Choose that day or a later one.")
        return self.cleaned_data
