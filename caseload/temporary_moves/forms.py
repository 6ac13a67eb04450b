"""Forms about the people of an absent worker, and their return."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.formats import format_day
from peerload.staff.models import Absence, Member
from peerload.staff.queries import choice_labels
from peerload.ui.fields import DayField
from peerload.ui.forms import TodayForm

from ..models import Client, TemporaryMove
from ..waiting.actions import WaitTerms
from ..waiting.forms import WAIT, WaitFields
from .actions import BACK, LATER, STAYS, ReturnAnswer

SELECT = {"class": "form-select"}
MOVE, COVER, KEPT = "move", "cover", "kept"


def choice_of(what: str, worker: Member) -> str:
    """Return the value by which a worker is chosen to cover a person, or to take them over."""
    return f"{what}:{worker.uid}"


class BoardForm(WaitFields):
    """
    The board: each of an absent worker's people has no cover, is covered, moves to another worker, or waits.

    Choices are compared with those the page showed, so that a page opened earlier takes away no cover.

    :param people: everyone on the board, with ``cover_id``
    :param receivers: (member, words on their capacity, whether they can cover) in order of name
    :param leader: who leads the team and can cover besides, where they are not among the receivers
    """

    on = DayField(label=gettext_lazy("From"), ahead=True, help_text=gettext_lazy("Cover and moves begin on this day."))
    how_long = forms.ChoiceField(
        label=gettext_lazy("People who move"),
        choices=[("until", gettext_lazy("until a date")), ("good", gettext_lazy("permanently"))],
        widget=forms.RadioSelect,
        initial="until",
    )
    until = DayField(
        label=gettext_lazy("Until"),
        ahead=True,
        required=False,
        help_text=gettext_lazy("On this day peerload asks you whether the people move back to their worker."),
    )

    def __init__(
        self,
        *args: Any,
        absence: Absence,
        people: Sequence[Client],
        receivers: Sequence[tuple[Member, str, bool]],
        leader: Member | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.members = {str(worker.uid): worker for worker, __, __ in receivers}
        covering = [worker for worker, __, able in receivers if able] + ([leader] if leader else [])
        self.covering = self.members | {str(worker.uid): worker for worker in covering}
        uids = {worker.pk: uid for uid, worker in self.covering.items()}
        named = choice_labels(self.covering.values())
        covers = [
            (choice_of(COVER, worker), _("stays, %(worker)s covers") % {"worker": named[worker.pk]})
            for worker in covering
        ]
        moves = [
            (
                choice_of(MOVE, worker),
                _("moves to %(worker)s (%(words)s)") % {"worker": named[worker.pk], "words": words},
            )
            for worker, words, __ in receivers
        ]
        offered = {value for value, __ in covers}
        for person in people:
            # The worker who covers now can stay, even if they are away or of another team and could not be chosen now.
            now = KEPT if person.cover_id else ""
            if uid := uids.get(person.cover_id):
                now = f"{COVER}:{uid}"
            stays = (
                [(now, _("stays, %(cover_name)s covers") % {"cover_name": person.cover_name})]
                if now and now not in offered
                else []
            )
            self.fields[to(person)] = _choice_for(person, now, stays, covers, moves)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.receivers() and data.get("how_long") == "until" and not self.errors.get("until"):
            if data.get("until") is None:
                self.add_error("until", _("Say until when, or move them permanently."))
            elif data.get("on") and data["until"] <= data["on"]:
                self.add_error(
                    "until", _("The end has to be after the first day, %(day)s.") % {"day": format_day(data["on"])}
                )
        return data

    def lines(self) -> Iterator[tuple[Client, forms.BoundField]]:
        """Yield each person with their field."""
        for person in self.people:
            yield person, self[to(person)]

    def chosen(self, what: str) -> dict[int, Member]:
        """Return the choice to cover or take over, by person, posted or not; an invalid choice is none."""
        members = self.covering if what == COVER else self.members
        found = {}
        for person, field in self.lines():
            kind, __, uid = str(field.value() or "").partition(":")
            if kind == what and uid in members:
                found[person.pk] = members[uid]
        return found

    def covers(self) -> dict[int, Member | None]:
        """Return the covers changed on the page: who covers now, or ``None`` where no one does."""
        chosen = self.chosen(COVER)
        left = {person.pk for person, field in self.lines() if not field.value()}
        changed = {person.pk for person in self.people if to(person) in self.changed_data}
        return {key: chosen.get(key) for key in sorted(changed) if key in chosen or key in left}

    def receivers(self) -> dict[int, Member]:
        """Return the workers that people on the board move to."""
        return self.chosen(MOVE)

    def gone(self) -> dict[str, Member]:
        """Return the workers chosen for people who have left the board since, by their uid in hex."""
        here = {to(person) for person in self.people}
        found = {}
        for name in self.data:
            what, __, uid = self.data[name].partition(":")
            if name.startswith(TO) and name not in here and what == MOVE and uid in self.members:
                found[name.removeprefix(TO)] = self.members[uid]
        return found

    def is_asked(self) -> bool:
        return self.data.get("do") == "save" and any(self.data[name] == WAIT for name in self._asked())

    def _asked(self) -> list[str]:
        return [name for name in self.data if name.startswith(TO)]

    def waits(self) -> dict[int, WaitTerms]:
        """Return who on the board will wait."""
        waits = self.chosen_to_wait()
        return dict.fromkeys(waits, self.wait_terms()) if waits else {}

    def chosen_to_wait(self) -> list[int]:
        """Return who is chosen to wait, posted or not."""
        return [person.pk for person, field in self.lines() if field.value() == WAIT]

    def gone_to_wait(self) -> list[str]:
        """Return who was chosen to wait and has left the board since, by their uid in hex."""
        here = {to(person) for person in self.people}
        return [name.removeprefix(TO) for name in self._asked() if name not in here and self.data[name] == WAIT]

    @property
    def ends_on(self) -> date | None:
        """The day the moves end, ``None`` for good."""
        return self.cleaned_data["until"] if self.cleaned_data["how_long"] == "until" else None


TO = "to_"


def to(person: Client) -> str:
    return f"{TO}{person.uid.hex}"


# Coming back in steps --------------------------------------------------------------------------------------------------


def _choice_for(
    person: Client,
    now: str,
    stays: Sequence[tuple[str, str]],
    covers: Sequence[tuple[str, str]],
    moves: Sequence[tuple[str, str]],
) -> forms.ChoiceField:
    """
    Return the choice of who is responsible for a person: they stay, are covered, move, or wait.

    :param now: what holds now
    :param stays: the choice that the worker who covers now goes on, where it is not among those who cover
    """
    again = (
        _("Choose again for %(person)s: a worker must support them at all times.")
        if person.statutory
        else _("Choose again for %(person)s.")
    )
    return forms.ChoiceField(
        label=_("Who is responsible for %(person)s") % {"person": person.name},
        choices=[
            ("", _("stays, no one covers")),
            *stays,
            (_("Another worker covers"), covers),
            (_("They move"), moves),
            *([] if person.statutory else [(WAIT, _("no one has room: waits for a worker"))]),
        ],
        required=False,
        initial=now,
        show_hidden_initial=True,
        widget=forms.Select(attrs=SELECT),
        error_messages={"invalid_choice": again % {"person": person.name}},
    )


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
