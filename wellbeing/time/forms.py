"""One tap: a button has the activity and its length, one choice has the day, today or yesterday."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from peerload.ui.fields import DayField, field_of
from peerload.ui.forms import TodayForm

from ..enums import StudyKind
from ..plans.rules.grids import GridRow
from . import rules


class Button(NamedTuple):
    """``value`` is what is posted: ``physical_exercise-30``."""

    value: str
    words: str


class Buttons(NamedTuple):
    """The buttons of one activity."""

    label: str
    buttons: list[Button]


def buttons(rows: Iterable[GridRow]) -> list[Buttons]:
    """Return what can be logged at one tap, by row of the plan."""
    return [
        Buttons(row.label, [Button(f"{row.code}-{n}", rules.spell(n)) for n in rules.MINUTES])
        for row in rules.outside(rows)
    ]


class DayForm(TodayForm):
    """Today or yesterday, and the mark of the page, so that a button tapped twice counts once."""

    day = forms.ChoiceField(
        label=_("Day"),
        choices=[("today", _("Today")), ("yesterday", _("Yesterday"))],
        widget=forms.RadioSelect,
        initial="today",
        error_messages={"required": _("Say whether it was today or yesterday.")},
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_day(self) -> date:
        today, yesterday = rules.open_days(self.today)
        return today if self.cleaned_data["day"] == "today" else yesterday


class QuickForm(DayForm):
    """The activity and its length, in one button."""

    what = forms.ChoiceField(
        error_messages={"required": _("Tap how long it took."), "invalid_choice": _("Tap one of the buttons.")},
    )

    def __init__(self, *args: Any, rows: Iterable[GridRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.buttons = buttons(rows)
        offered = [(each.value, each.words) for row in self.buttons for each in row.buttons]
        field_of(self, "what", forms.ChoiceField).choices = offered

    def words(self) -> dict:
        """Return the arguments for `actions.log`."""
        data = self.cleaned_data
        code, __, minutes = data["what"].rpartition("-")
        return {
            "activity": code,
            "minutes": int(minutes),
            "on": data["day"],
            "submission_id": data["submission_id"],
        }


class PieceForm(DayForm):
    """A piece of work in a study: what kind, and how long, in a button."""

    kind = forms.ChoiceField(
        label=_("What it was"),
        choices=StudyKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what it was, then tap how long it took.")},
    )
    minutes = forms.TypedChoiceField(
        label=_("How long it took"),
        choices=[(n, rules.spell(n)) for n in rules.PIECE_MINUTES],
        coerce=int,
        error_messages={"required": _("Tap how long it took."), "invalid_choice": _("Tap one of the buttons.")},
    )

    def words(self) -> dict:
        """Return the arguments for `actions.measure`."""
        data = self.cleaned_data
        return {name: data[name] for name in ("kind", "minutes", "submission_id")} | {"on": data["day"]}


class BeginForm(TodayForm):
    """The first day of a study."""

    starts_on = DayField(label=_("From"), ahead=True)
