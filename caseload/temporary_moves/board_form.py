"""The form of the cover board: for each person one choice of what happens, and the worker by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.formats import format_day
from peerload.staff.forms.named_workers import Names, NotNamed
from peerload.staff.models import Member
from peerload.staff.queries import choice_labels
from peerload.ui.fields import DayField

from ..models import Client
from ..waiting.actions import WaitTerms
from ..waiting.forms import WAIT, WaitFields

MOVE, COVER = "move", "cover"
TO, WHO, WAS = "to_", "who_", "was_"


def to(person: Client) -> str:
    return f"{TO}{person.uid.hex}"


def who(person: Client) -> str:
    return f"{WHO}{person.uid.hex}"


def was(person: Client) -> str:
    return f"{WAS}{person.uid.hex}"


@dataclass
class BoardLine:
    """
    A person of the board with the choice, posted or as it holds now.

    :param what: stays and is covered, moves, or waits; without a name neither of the first two changes anything
    :param name: the worker as typed, or as labelled
    :param was: the worker who covered when the page was shown, "" for none
    """

    person: Client
    what: str
    name: str
    was: str
    worker: Member | None = None
    refusal: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the worker who covered when the page was shown goes on."""
        return self.what == COVER and bool(self.name) and self.name == self.was

    @property
    def uncovers(self) -> bool:
        """Whether the cover that the page showed is taken away."""
        return bool(self.was) and not self.name and self.what != WAIT


class BoardForm(WaitFields):
    """
    The board: each of an absent worker's people is covered, moves to another worker, waits, or has no one.

    Choices are compared with those the page showed, so that a page opened earlier takes away no cover. Workers are named
    in a text field; the suggestions of all fields are one list, so the page grows neither with people times workers.

    :param people: everyone on the board, with ``cover_id``
    :param receivers: (member, whether they can cover) in order of name
    :param leader: who leads the team and can cover besides, where they are not among the receivers
    :param usual: whether people usually are covered or move, where nothing is chosen yet
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
        people: Sequence[Client],
        receivers: Sequence[tuple[Member, bool]],
        leader: Member | None = None,
        usual: str = COVER,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        members = [worker for worker, __ in receivers]
        self.people, self.usual = people, usual
        self.labels = choice_labels([*members, leader] if leader else members)
        self.members = {worker.pk: worker for worker in members}
        self.able = {worker.pk for worker, able in receivers if able} | ({leader.pk} if leader else set())
        self.leader = leader
        self.names = Names({self.labels[each.pk]: each for each in ([*members, leader] if leader else members)})
        self.lines = [self._line(person) for person in people]
        for line in self.lines:
            if line.name and line.what != WAIT and not line.is_kept:
                self._resolve(line)
            if line.what == WAIT and line.person.statutory:
                line.refusal = again(line.person)

    def _line(self, person: Client) -> BoardLine:
        label = self.labels.get(person.cover_id or 0, person.cover_name or "")
        if to(person) not in self.data:
            return BoardLine(person, COVER if label else self.usual, label, label)
        what = self.data[to(person)]
        name = "" if what == WAIT else self.data.get(who(person), "").strip()[:200]
        line = BoardLine(person, what, name, self.data.get(was(person), ""))
        if what not in (MOVE, COVER, WAIT):
            line.what, line.refusal = self.usual, again(person)
        return line

    def _resolve(self, line: BoardLine) -> None:
        try:
            line.worker = self.names.find(line.name)
        except NotNamed as refusal:
            line.refusal = str(refusal)
            return
        line.name = self.labels[line.worker.pk]
        if line.is_kept:
            line.worker = None
        elif line.what == COVER and line.worker.pk not in self.able:
            line.refusal = _(
                "%(worker)s is away or leaving in that time, so they cannot cover. Choose another worker."
            ) % {"worker": line.worker.name}
        elif line.what == MOVE and line.worker.pk not in self.members:
            line.refusal = _("%(worker)s leads the team and can cover, but no one moves to them.") % {
                "worker": line.worker.name
            }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for line in self.lines:
            if line.refusal:
                anchor = format_html('<a href="#{}">{}</a>: {}', who(line.person), line.person.name, line.refusal)
                self.add_error(None, forms.ValidationError(anchor))
        if self.receivers() and data.get("how_long") == "until" and not self.errors.get("until"):
            if data.get("until") is None:
                self.add_error("until", _("Say until when, or move them permanently."))
            elif data.get("on") and data["until"] <= data["on"]:
                self.add_error(
                    "until", _("The end has to be after the first day, %(day)s.") % {"day": format_day(data["on"])}
                )
        return data

    def chosen(self, what: str) -> dict[int, Member]:
        """Return the worker chosen to cover or take over, by person, posted or not; a refused choice is none."""
        return {
            line.person.pk: line.worker for line in self.lines if line.what == what and line.worker and not line.refusal
        }

    def kept(self) -> dict[int, int]:
        """Return the workers who go on covering, by person, by primary key."""
        kept = [line.person for line in self.lines if line.is_kept]
        return {person.pk: person.cover_id for person in kept if person.cover_id}

    def covers(self) -> dict[int, Member | None]:
        """Return the covers changed on the page: who covers now, or ``None`` where no one does."""
        return self.chosen(COVER) | {line.person.pk: None for line in self.lines if line.uncovers}

    def receivers(self) -> dict[int, Member]:
        """Return the workers that people on the board move to."""
        return self.chosen(MOVE)

    def gone(self) -> dict[str, Member]:
        """Return the workers chosen for people who have left the board since, by their uid in hex."""
        found = {}
        for uid in self._gone(MOVE):
            try:
                found[uid] = self.names.find(self.data.get(WHO + uid, ""))
            except NotNamed:
                continue
        return found

    def gone_to_wait(self) -> list[str]:
        """Return who was chosen to wait and has left the board since, by their uid in hex."""
        return self._gone(WAIT)

    def _gone(self, what: str) -> list[str]:
        here = {to(person) for person in self.people}
        asked = [name for name in self.data if name.startswith(TO) and name not in here]
        return [name.removeprefix(TO) for name in asked if self.data[name] == what]

    def is_asked(self) -> bool:
        posted = [self.data[name] for name in self.data if name.startswith(TO)]
        return self.data.get("do") == "save" and WAIT in posted

    def waits(self) -> dict[int, WaitTerms]:
        """Return who on the board will wait."""
        waits = self.chosen_to_wait()
        return dict.fromkeys(waits, self.wait_terms()) if waits else {}

    def chosen_to_wait(self) -> list[int]:
        """Return who is chosen to wait, posted or not."""
        return [line.person.pk for line in self.lines if line.what == WAIT and not line.refusal]

    @property
    def ends_on(self) -> date | None:
        """The day the moves end, ``None`` for good."""
        return self.cleaned_data["until"] if self.cleaned_data["how_long"] == "until" else None

    def posting(self, person: Client, what: str, worker: Member) -> Mapping[str, str]:
        """Return what is posted where a worker is chosen for a person."""
        return {to(person): what, who(person): self.labels[worker.pk]}


def again(person: Client) -> str:
    """Ask for another choice for a person; one with statutory status cannot wait."""
    if person.statutory:
        return _("Choose again for %(person)s: a worker must support them at all times.") % {"person": person.name}
    return _("Choose again for %(person)s.") % {"person": person.name}
