"""Forms about the return of people to a worker who was absent; the cover board is `board_form`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.formats import format_day
from peerload.ui.fields import DayField
from peerload.ui.forms import TodayForm

from ..models import TemporaryMove
from .actions import BACK, LATER, STAYS, ReturnAnswer

SELECT = {"class": "form-select"}

# Coming back in steps --------------------------------------------------------------------------------------------------


class StepDaysForm(TodayForm):
    """
    The step at which the return of each of an absent worker's people is asked about.

    :param days: (day, words) of each step ahead
    """

    def __init__(
        self, *args: Any, moves: Sequence[TemporaryMove], days: Sequence[tuple[date, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.moves = moves
        known = [day for day, __ in days]
        for move in moves:
            other = [] if move.until in known else [("", _("on %(day)s, as agreed") % {"day": format_day(move.until)})]
            self.fields[f"until_{move.pk}"] = forms.ChoiceField(
                label=_("When %(client)s may move back") % {"client": move.client.name},
                choices=[*other, *((day.isoformat(), words) for day, words in days)],
                required=False,
                initial="" if other else move.until.isoformat(),
                widget=forms.Select(attrs=SELECT),
                error_messages={"invalid_choice": _("Choose again for %(client)s.") % {"client": move.client.name}},
            )

    def lines(self) -> Iterator[tuple[TemporaryMove, forms.BoundField]]:
        """Yield each move with its field."""
        for move in self.moves:
            yield move, self[f"until_{move.pk}"]

    def untils(self) -> dict[int, date]:
        """Return the step chosen for each move that has one."""
        chosen = {move.pk: self.cleaned_data[f"until_{move.pk}"] for move in self.moves}
        return {key: date.fromisoformat(day) for key, day in chosen.items() if day}


# Coming back -----------------------------------------------------------------------------------------------------------

ANSWERS = [
    ("", gettext_lazy("decide another time")),
    (BACK, gettext_lazy("moves back on")),
    (STAYS, "stays"),
    (LATER, gettext_lazy("ask again on")),
]


class ReturnsForm(TodayForm):
    """
    The decision about each move whose return is proposed.

    :param moves: in the order of the page
    :param proposals: the answer proposed, "" for none, by the primary key of the move; its day is today unless it says one
    """

    def __init__(
        self, *args: Any, moves: Sequence[TemporaryMove], proposals: Mapping[int, ReturnAnswer], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.moves = moves
        for move in moves:
            name = move.client.name
            self.fields[f"answer_{move.pk}"] = forms.ChoiceField(
                label=_("What about %(name)s") % {"name": name},
                choices=ANSWERS,
                required=False,
                initial=proposals[move.pk].what,
                widget=forms.Select(attrs=SELECT),
            )
            self.fields[f"day_{move.pk}"] = day = DayField(
                label=_("Day for %(name)s") % {"name": name},
                ahead=True,
                required=False,
                initial=proposals[move.pk].on or self.today,
            )
            day.today = self.today
            day.widget.attrs["class"] = "form-control"

    def lines(self) -> Iterator[tuple[TemporaryMove, forms.BoundField, forms.BoundField]]:
        """Yield each move with its two fields."""
        for move in self.moves:
            yield move, self[f"answer_{move.pk}"], self[f"day_{move.pk}"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for move in self.moves:
            answer, day = data.get(f"answer_{move.pk}"), data.get(f"day_{move.pk}")
            if answer == LATER and day and day <= self.today:
                self.add_error(f"day_{move.pk}", _("Choose a later day to be asked again."))
            elif answer in (BACK, LATER) and day is None and f"day_{move.pk}" not in self.errors:
                self.add_error(f"day_{move.pk}", _("Say on which day."))
        return data

    def answers(self) -> dict[int, ReturnAnswer]:
        """Return the decisions by move, without those left for later."""
        given = {
            move.pk: (self.cleaned_data[f"answer_{move.pk}"], self.cleaned_data[f"day_{move.pk}"])
            for move in self.moves
        }
        return {key: ReturnAnswer(what, None if what == STAYS else day) for key, (what, day) in given.items() if what}

    def coming_back(self) -> dict[int, date]:
        """Return who comes back, and when, by move, posted or not; an invalid day is today."""
        found = {}
        for move, answer, day in self.lines():
            if answer.value() == BACK:
                try:
                    found[move.pk] = day.field.to_python(day.value()) or self.today
                except forms.ValidationError:
                    found[move.pk] = self.today
        return found

    def others(self) -> list[int]:
        """Return the moves that were answered though none of them is asked about any more, by primary key."""
        asked = {f"answer_{move.pk}" for move in self.moves}
        names = [name for name in self.data if name.startswith("answer_") and name not in asked and self.data[name]]
        return [int(key) for name in names if (key := name.removeprefix("answer_")).isdecimal() and len(key) < 19]

    def sent_again(self, others: Iterable[TemporaryMove]) -> dict[int, ReturnAnswer]:
        """Return the answers about moves decided since: a form sent twice, or an older page."""
        answers = {move.pk: self.data[f"answer_{move.pk}"] for move in others if move.settled_on}
        return {key: ReturnAnswer(what) for key, what in answers.items() if what in (BACK, STAYS)}
