"""The form of a leaver's list: for each person what happens next, the worker or group by name, a note, and whether they know."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.staff.forms.named_workers import Names, NotNamed
from peerload.staff.models import Member
from peerload.staff.queries import choice_labels
from peerload.ui.fields import DayField

from ..enums import Tier
from ..models import Client, Group
from ..waiting.actions import WaitTerms
from ..waiting.forms import WAIT, WaitFields
from .actions import HandoverNote
from .queries import HandoverRow

GO, PARK, JOIN = "go", "park", "join"
WHAT = (GO, PARK, JOIN, WAIT)


def to(row: HandoverRow) -> str:
    return f"to_{row.person.uid.hex}"


def who(row: HandoverRow) -> str:
    return f"who_{row.person.uid.hex}"


def note(row: HandoverRow) -> str:
    return f"note_{row.person.uid.hex}"


def told(row: HandoverRow) -> str:
    return f"told_{row.person.uid.hex}"


class Shown(NamedTuple):
    """A field as the page draws it: its label, the value now, and the one stored when the page was opened."""

    label: str
    value: Any
    opened: Any


class GroupOffered(NamedTuple):
    """A group that people can join, and the worker of it who then supports them; None where none of them can."""

    group: Group
    worker: Member | None


@dataclass
class HandoverLine:
    """
    A person of the list with what happens next, posted or as kept before (A04).

    :param what: goes to a worker, is kept in touch with by one, joins a group and goes to its facilitator, or waits
    :param name: the worker or the group, as typed or as labelled
    """

    row: HandoverRow
    what: str = GO
    name: str = ""
    worker: Member | None = None
    group: Group | None = None
    refusal: str = ""

    @property
    def person(self) -> Client:
        return self.row.person

    @property
    def is_open(self) -> bool:
        """Whether nothing is chosen yet."""
        return self.what != WAIT and self.worker is None

    @property
    def support(self) -> str | None:
        """The support they get with it, where it is another one."""
        return {PARK: Tier.PARKED, JOIN: Tier.GROUP}.get(self.what)


class HandoverForm(WaitFields):
    """
    A leaver's list: for each person what happens next, a note for the next worker, and whether the person has been told.

    Note and tick are compared with what the page showed, so that a page opened earlier never undoes what another member
    has written since. Workers and groups are named in a text field, as on the cover board.

    :param rows: everyone on the list; people already handed over have no choice
    :param receivers: in order of name; ``None`` where the member does not choose
    :param groups: the groups people can join
    """

    on = DayField(
        label=gettext_lazy("From"),
        ahead=True,
        help_text=gettext_lazy(
            "Until the day before the handover, the people and points stay with the present worker."
        ),
    )

    def __init__(
        self,
        *args: Any,
        rows: Sequence[HandoverRow],
        receivers: Sequence[Member] | None,
        groups: Sequence[GroupOffered] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows, self.chooses = rows, receivers is not None
        self.labels = choice_labels(receivers or ())
        self.names = Names({self.labels[each.pk]: each for each in receivers or ()})
        self.groups = Names({offered.group.name: offered for offered in groups})
        if receivers is None:
            for name in ("on", *WaitFields.base_fields):
                del self.fields[name]
        for row in rows:
            self._add(row)
        self.lines = {row.person.pk: self._line(row) for row in rows if row.theirs and self.chooses}

    def _add(self, row: HandoverRow) -> None:
        name, written = row.person.name, row.handover
        if row.theirs:
            self.fields[note(row)] = forms.CharField(
                label=_("Note about %(name)s") % {"name": name},
                required=False,
                max_length=2000,
                initial=written.note if written else "",
                show_hidden_initial=True,
            )
        self.fields[told(row)] = forms.BooleanField(
            label=_("%(person)s has been told") % {"person": row.person.short_name},
            required=False,
            initial=bool(written and written.told_on),
            show_hidden_initial=True,
        )

    def _line(self, row: HandoverRow) -> HandoverLine:
        if to(row) not in self.data:
            kept = row.handover.to if row.handover else None
            name = self.labels.get(kept.pk, "") if kept else ""
            return HandoverLine(row, GO, name, kept if name else None)
        what = self.data[to(row)]
        name = "" if what == WAIT else self.data.get(who(row), "").strip()[:200]
        line = HandoverLine(row, what, name)
        if what not in WHAT or (what == WAIT and row.person.statutory):
            line.refusal = again(row.person)
        elif name:
            self._resolve(line)
        elif what in (PARK, JOIN) and self.data.get("do") == "hand_over":
            missing = {PARK: _("Name the worker who keeps in touch with them."), JOIN: _("Name the group they join.")}
            line.refusal = missing[what]
        return line

    def _resolve(self, line: HandoverLine) -> None:
        try:
            if line.what == JOIN:
                offered = self.groups.find(line.name)
                line.name, line.group, line.worker = offered.group.name, offered.group, offered.worker
            else:
                line.worker = self.names.find(line.name)
                line.name = self.labels[line.worker.pk]
        except NotNamed as refusal:
            line.refusal = str(refusal)
        if line.group and line.worker is None:
            line.refusal = _(
                "No worker of “%(group)s” can take people over. Add a facilitator first, or choose a worker."
            ) % {"group": line.group.name}

    def shown(self, name: str) -> Shown:
        """Return a note or a tick as the page draws it: fifty of them are drawn without widgets."""
        if name not in self.fields:
            return Shown("", "", "")
        field, opened = self[name], f"initial-{name}"
        return Shown(str(field.label), field.value(), self.data.get(opened, "") if self.is_bound else field.initial)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for line in self.lines.values():
            if line.refusal:
                self.add_error(None, forms.ValidationError(refused_words(line)))
        return data

    def refuse_about(self, client_id: int, words: str) -> bool:
        """Put what an action refused beside the person it is about; return whether the person is on the list."""
        if line := self.lines.get(client_id):
            line.refusal = words
        return line is not None

    def words(self) -> dict[int, HandoverNote]:
        """Return what was written since the page was shown, by person."""
        found = {}
        for row in self.rows:
            changed = {
                what: self.cleaned_data[name]
                for what, name in (("note", note(row)), ("told", told(row)))
                if name in self.changed_data
            }
            if changed:
                found[row.person.pk] = HandoverNote(**changed)
        return found

    def receivers(self) -> dict[int, Member | None]:
        """Return the next worker of each person, ``None`` where none is chosen yet."""
        return {key: line.worker for key, line in self.lines.items()}

    def parked(self) -> Collection[int]:
        """Return the people who are kept in touch with from now on."""
        return [key for key, line in self.lines.items() if line.what == PARK and line.worker]

    def joins(self) -> Mapping[int, int]:
        """Return the groups people join, by person, both by primary key."""
        return {key: line.group.pk for key, line in self.lines.items() if line.group and line.worker}

    def is_asked(self) -> bool:
        return self.chooses and self.data.get("do") == "hand_over" and bool(self._waits())

    def _waits(self) -> list[int]:
        return [row.person.pk for row in self.rows if self.data.get(to(row)) == WAIT]

    def waits(self) -> dict[int, WaitTerms]:
        """
        Return the people chosen to wait, including people who are no longer the leaver's: a form sent twice, or an
        older page.
        """
        waits = self._waits()
        return dict.fromkeys(waits, self.wait_terms()) if waits else {}

    def sent_again(self) -> dict[int, Member]:
        """Return the receivers chosen for people handed over since: a form sent twice, or an older page."""
        gone = [
            HandoverLine(row, self.data[to(row)], self.data.get(who(row), "")) for row in self.rows if self._gone(row)
        ]
        for line in gone:
            self._resolve(line)
        return {line.person.pk: line.worker for line in gone if line.worker}

    def _gone(self, row: HandoverRow) -> bool:
        return not row.theirs and self.data.get(to(row)) in (GO, PARK, JOIN)


def refused_words(line: HandoverLine) -> str:
    """Return what is wrong with a person's choice, with a link to its field."""
    return format_html('<a href="#{}">{}</a>: {}', who(line.row), line.person.name, line.refusal)


def again(person: Client) -> str:
    """Ask for another choice for a person; one with statutory status cannot wait."""
    if person.statutory:
        return _("Choose again for %(person)s: a worker must support them at all times.") % {"person": person.name}
    return _("Choose again for %(person)s.") % {"person": person.name}
