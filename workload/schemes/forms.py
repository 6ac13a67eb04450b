"""Forms for a version of the scheme, with the scheme's own text beside them; and the labels of its rows."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from peerload.core.formats import format_day, format_number
from peerload.core.translation import LazyText
from peerload.staff.forms.fields import NumberField, WholeNumberField
from peerload.ui.fields import DayField, field_of
from peerload.ui.forms import TodayForm

from .. import rules
from ..enums import Condition, CountedPer, Element, Preset, Window
from ..models import Scheme, Weight
from ..rules.weighing import condition_words, window_words
from . import rules as beside
from .actions import PER, SWITCHES

MOST_POINTS = 1000
LONGEST = 366  # working days or days


def typed(value: Decimal | int) -> str:
    """Return a number as it is typed into a field, without a comma in thousands: 7.5, 1070."""
    return f"{Decimal(value).normalize():f}"


def counted(value: Decimal) -> str:
    """Say points with their word: 1 point, 7.5 points."""
    words = ngettext("%(points)s point", "%(points)s points", 1 if value == 1 else 2)
    return words % {"points": format_number(value)}


# Labels of a version ------------------------------------------------------------------------------------------------

OFTEN = {
    CountedPer.WORKER: gettext_lazy("once"),
    CountedPer.ROW: gettext_lazy("each entry"),
    CountedPer.QUANTITY: gettext_lazy("each person or case named"),
    CountedPer.PERSON: gettext_lazy("each person"),
    CountedPer.CASE: gettext_lazy("each case"),
}


def often(weight: rules.Weight) -> LazyText:
    """Say for what each point of a row counts: each person, each entry, the post."""
    return _("each worker") if weight.element == Element.STABLE else OFTEN[weight.per]


def so_long(weight: rules.Weight) -> str:
    """Say for how long a row counts, and on which condition."""
    if weight.element == Element.STABLE:
        return _("while on duty") if weight.condition == Condition.DUTY else _("the post")
    return window_words(weight) + condition_words(weight)


def change_words(before: rules.Scheme, after: rules.Scheme) -> list[str]:
    """Say what differs between two versions, a sentence without its full stop each: "Group work: 4 points, was 5"."""
    rows = [_row_words(change) for change in beside.row_changes(before, after)]
    names = beside.setting_changes(before, after)
    return [words for words in rows if words] + [_setting_words(name, before, after) for name in names]


def _row_words(change: beside.RowChange) -> str:
    before, after = change
    if not (before and before.on) and not (after and after.on):
        return ""
    if after is None or not after.on:
        return _("%(label)s counts nothing any more") % {"label": change.label}
    if before is None or not before.on:
        return _("%(label)s counts %(counted)s, %(so_long)s") % {
            "label": change.label,
            "counted": counted(after.points),
            "so_long": so_long(after),
        }
    pairs = (
        (counted(after.points), format_number(before.points)),
        (often(after), often(before)),
        (so_long(after), so_long(before)),
        (_("linked to cases") if after.linked_to_cases else _("not linked to cases"), _("the other way")),
    )
    same = (
        after.points == before.points,
        often(after) == often(before),
        so_long(after) == so_long(before),
        after.linked_to_cases == before.linked_to_cases,
    )
    said_of = [
        _("%(now)s, was %(was)s") % {"now": now, "was": was}
        for (now, was), unchanged in zip(pairs, same, strict=True)
        if not unchanged
    ]
    return (
        f"{change.label}: {'; '.join(said_of)}"
        if said_of
        else _("%(label)s, called %(before)s before") % {"label": change.label, "before": before.label}
    )


def _setting_words(name: str, before: rules.Scheme, after: rules.Scheme) -> str:
    now, was = getattr(after, name), getattr(before, name)
    if isinstance(now, bool):
        now, was = on_or_off(now), on_or_off(was)
    else:
        now, was = format_number(now), format_number(was)
    return _("%(label)s: %(now)s, was %(was)s") % {"label": LABELS[name], "now": now, "was": was}


def on_or_off(value: bool) -> str:
    """Say whether a switch is on or off."""
    return _("on") if value else _("off")


def setting_words(scheme: rules.Scheme) -> list[tuple[LazyText, str, LazyText]]:
    """Return every setting of a version: its label, what it is set to, and the scheme's own words."""
    found: list[tuple[LazyText, str, LazyText]] = []
    for name in beside.SETTINGS:
        value = getattr(scheme, name)
        found.append((LABELS[name], on_or_off(value) if isinstance(value, bool) else format_number(value), HELP[name]))
    return found


LABELS = {
    "weight_on": gettext_lazy("Workload weight"),
    "weight_of_cases_only": gettext_lazy("Workload weight on case points only"),
    "stable_scales_with_fte": gettext_lazy("Stable element depends on FTE"),
    "extras_inside_base": gettext_lazy("Extra responsibilities inside the stable element"),
    "mark": gettext_lazy("Little room begins at this number of points, times FTE"),
    "limit": gettext_lazy("Limit, times FTE"),
    "close_window_days": gettext_lazy("Days that points go on after a decision to close"),
    "decision_day_is_first": gettext_lazy("The day of the decision is day 1"),
    "start_day_is_first": gettext_lazy("The day work begins is day 1"),
    "windows_run_on": gettext_lazy("Points go on to the end of the set time, even if the work is finished"),
}
HELP = {
    "weight_on": gettext_lazy(
        "“Workload weight (per 10 points accumulated) 1 Point.” Off: the total is the sum of the three elements."
    ),
    "weight_of_cases_only": gettext_lazy(
        "“Per 10 points accumulated” does not say which points. Off: all points. On: only the points of cases."
    ),
    "stable_scales_with_fte": gettext_lazy(
        "“Why does everyone get the same base allocation.” Off: the stable element is the same at any FTE. On: it is "
        "multiplied by FTE."
    ),
    "extras_inside_base": gettext_lazy(
        "“Points are awarded for each area.” Off: their points are added. On: they are part of the stable element, "
        "“the exception being practice teaching which is linked to case work”."
    ),
    "mark": gettext_lazy("“Around 85 points … capacity to [be] allocated any more work is very limited.”"),
    "limit": gettext_lazy("“Maximum of 100 points per Full Time Equivalent post as a guideline.” It is not a target."),
    "close_window_days": gettext_lazy(
        "“The points only stand for 28 days from the date of that decision giving a worker up to 28 days to "
        "close the case.”"
    ),
    "decision_day_is_first": gettext_lazy(
        "“28 days from the date of that decision.” Off: the decision is day 0; a full 28 days follow it."
    ),
    "start_day_is_first": gettext_lazy(
        "“Applies for the 7 working Days for assessment to be completed.” Off: seven working days follow the "
        "start. On: the first day counts as day 1, if it is a working day."
    ),
    "windows_run_on": gettext_lazy(
        "“For the duration of the 7 working days only.” Off: points stop after the day something is finished. On: "
        "points stay until the set time ends, even if the work is finished earlier."
    ),
}


# The forms ------------------------------------------------------------------------------------------------------------


class PresetForm(TodayForm):
    """Which rows of the published scheme a draft counts."""

    preset = forms.ChoiceField(
        label=gettext_lazy("Preset"),
        choices=Preset,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("A peer service counts no assessments, child protection or leaving care."),
        error_messages={"required": gettext_lazy("Choose a preset.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class SettingsForm(TodayForm):
    """Everything of a version that is not a row."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Give the version a name.")},
    )
    starts_on = DayField(label=gettext_lazy("From"), ahead=True)
    mark = NumberField(label=LABELS["mark"], help_text=HELP["mark"], max_digits=7, decimal_places=2, min_value=0)
    limit = NumberField(label=LABELS["limit"], help_text=HELP["limit"], max_digits=7, decimal_places=2, min_value=0)
    close_window_days = WholeNumberField(
        label=LABELS["close_window_days"], help_text=HELP["close_window_days"], min_value=0, max_value=365
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ["name", "starts_on", "mark", "limit", "close_window_days"]

    def __init__(self, *args: Any, on: date, earliest: date | None, **kwargs: Any) -> None:
        super().__init__(*args, on=on, **kwargs)
        if earliest:
            day = format_day(earliest)
            words = _("%(day)s at the earliest: months that were sent, and the version before, stay as they are.") % {
                "day": day
            }
            self.fields["starts_on"].help_text = words
        for name in SWITCHES:
            shown = "weight_on" if name == "workload_weight" else name
            self.fields[name] = forms.BooleanField(label=LABELS[shown], help_text=HELP[shown], required=False)

    def clean(self) -> dict[str, Any]:
        mark, limit = self.cleaned_data.get("mark"), self.cleaned_data.get("limit")
        if mark is not None and limit is not None and mark > limit:
            self.add_error(
                "mark", _("The mark lies between 0 and the limit, %(limit)s.") % {"limit": format_number(limit)}
            )
        return self.cleaned_data


def settings_initial(scheme: Scheme) -> dict:
    """Return what a form of settings begins with."""
    names = ("name", "starts_on", "close_window_days", "version", *SWITCHES)
    return {name: getattr(scheme, name) for name in names} | {
        "mark": typed(scheme.mark),
        "limit": typed(scheme.limit),
    }


class WeightForm(TodayForm):
    """One row of a version. What follows from its kind is not asked."""

    label = forms.CharField(
        label=gettext_lazy("What it is called"),
        max_length=120,
        error_messages={"required": gettext_lazy("Give it a name.")},
    )
    points = NumberField(
        label=gettext_lazy("Points"), max_digits=6, decimal_places=2, min_value=0, max_value=MOST_POINTS
    )
    per = forms.ChoiceField(label=gettext_lazy("Counted"), widget=forms.RadioSelect)
    window = forms.ChoiceField(label=gettext_lazy("Counts"), choices=Window.choices, widget=forms.RadioSelect)
    length = WholeNumberField(
        label=gettext_lazy("How many days"),
        required=False,
        min_value=1,
        max_value=LONGEST,
        help_text=gettext_lazy("Only for so many days."),
    )
    condition = forms.ChoiceField(
        label=gettext_lazy("On condition"),
        choices=[(each.value, each.label) for each in Condition if each != Condition.DUTY],
        widget=forms.RadioSelect,
    )
    condition_value = WholeNumberField(
        label=gettext_lazy("Minutes each way"),
        required=False,
        min_value=0,
        max_value=24 * 60,
        help_text=gettext_lazy("Only for minutes each way."),
    )
    linked_to_cases = forms.BooleanField(
        label=gettext_lazy("Linked to case work"),
        required=False,
        help_text=gettext_lazy("It adds points even where extras lie inside the base."),
    )
    on = forms.BooleanField(
        label=gettext_lazy("In use"),
        required=False,
        help_text=gettext_lazy("If switched off, it counts no points. What is recorded stays."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, on: date, element: str, code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, on=on, **kwargs)
        for name in _not_asked(element, code):
            del self.fields[name]
        if "per" in self.fields:
            field_of(self, "per", forms.ChoiceField).choices = [(each.value, OFTEN[each]) for each in PER[element]]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("window") in (Window.WORKING_DAYS, Window.DAYS) and not data.get("length"):
            if "length" not in self.errors:
                self.add_error("length", _("Say for how many days it counts."))
        return data

    def words(self) -> dict:
        """Return the fields as `workload.schemes.actions` takes them."""
        words = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        for name in ("length", "condition_value"):
            if name in words:
                words[name] = words[name] or 0
        return words


def _not_asked(element: str, code: str) -> tuple[str, ...]:
    counted = ("per", "window", "length", "condition", "condition_value", "linked_to_cases")
    if code == "new":
        return "per", "condition", "condition_value", "linked_to_cases"
    if code == "case" or element == Element.STABLE:
        return counted
    return ("condition", "condition_value") if element == Element.EXTRA else ("linked_to_cases",)


def weight_initial(weight: Weight, version: int) -> dict:
    """Return what a form of a row begins with."""
    names = ("label", "per", "window", "condition", "linked_to_cases", "on")
    return {name: getattr(weight, name) for name in names} | {
        "points": typed(weight.points),
        "length": weight.length or "",
        "condition_value": weight.condition_value or "",
        "version": version,
    }


def kind_initial(element: str, version: int) -> dict:
    """Return what the form of a new kind of work begins with."""
    return {"per": PER[element][0], "window": Window.NONE, "condition": Condition.NONE, "on": True, "version": version}
