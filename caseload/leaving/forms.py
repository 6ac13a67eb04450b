"""Forms about leaving."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.staff.forms.fields import OneOfMembers
from peerload.staff.models import Member
from peerload.ui.fields import DayField, field_of
from peerload.ui.forms import TodayForm

from ..models import LeavingStep
from ..waiting.actions import WaitTerms
from ..waiting.forms import WAIT, WaitFields
from .actions import HandoverNote
from .queries import HandoverRow

Asked = forms.BoundField | None  # a field, or None if the form does not have it any more


class NoticeForm(TodayForm):
    """Who leaves, and when."""

    member = OneOfMembers(
        label=gettext_lazy("Who"),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Say who is leaving.")},
    )
    notice_on = DayField(label=gettext_lazy("Notice given on"))
    last_day = DayField(
        label=gettext_lazy("Last day"),
        ahead=True,
        help_text=gettext_lazy("They can sign in until the end of that day."),
    )

    def __init__(self, *args: Any, members: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "member", OneOfMembers).offer(members)


class LastDayForm(TodayForm):
    last_day = DayField(
        label=gettext_lazy("Last day"),
        ahead=True,
        help_text=gettext_lazy(
            "If the last day changes, open steps move with it. A planned handover after the new last day moves to the "
            "day after it."
        ),
    )


class LeavingStepForm(TodayForm):
    """Another owner or day for a step."""

    owner = OneOfMembers(
        label=gettext_lazy("Who does it"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Say who does it.")},
    )
    due_on = DayField(label=gettext_lazy("By"), ahead=True)

    def __init__(self, *args: Any, step: LeavingStep, owners: Sequence[Member], **kwargs: Any) -> None:
        initial = {"owner": step.owner.uid, "due_on": step.due_on}
        super().__init__(*args, initial=initial, **kwargs)
        field_of(self, "owner", OneOfMembers).offer([*owners, step.owner])


class HandoverForm(WaitFields):
    """
    A leaver's list: for each person the receiver, a note for the next worker, and whether the person has been told.

    Note and tick are compared with what the page showed, so that a page opened earlier never undoes what another member
    has written since.

    :param rows: everyone on the list; people already handed over have no choice
    :param receivers: (member, words) in order of name; ``None`` where the member does not choose
    """

    on = DayField(
        label=gettext_lazy("From"),
        ahead=True,
        help_text=gettext_lazy(
            "Until the day before the handover, the people and points stay with the present worker."
        ),
    )

    def __init__(
        self, *args: Any, rows: Sequence[HandoverRow], receivers: Sequence[tuple[Member, str]] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        if receivers is None:
            for name in WaitFields.base_fields:
                del self.fields[name]
        self.members = {str(member.uid): member for member, __ in receivers or ()}
        self.choices = [("", _("No one yet")), *((str(member.uid), words) for member, words in receivers or ())]
        if receivers is None:
            del self.fields["on"]
        for row in rows:
            self._add(row, chooses=receivers is not None)

    def _add(self, row: HandoverRow, *, chooses: bool) -> None:
        name, written = row.person.name, row.handover
        if row.theirs and chooses:
            self.fields[to(row)] = forms.ChoiceField(
                label=_("Who supports %(name)s next") % {"name": name},
                choices=self.choices if row.person.statutory else [*self.choices, (WAIT, _("No one has room: waits"))],
                required=False,
                initial=str(written.to.uid) if written and written.to else "",
                widget=forms.Select(attrs={"class": "form-select"}),
                error_messages={
                    "invalid_choice": _("Choose again for %(name)s: a worker must support them at all times.")
                    % {"name": name}
                    if row.person.statutory
                    else _("Choose again for %(name)s.") % {"name": name}
                },
            )
        if row.theirs:
            self.fields[note(row)] = forms.CharField(
                label=_("Note about %(name)s") % {"name": name},
                required=False,
                max_length=2000,
                initial=written.note if written else "",
                show_hidden_initial=True,
                widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
            )
        self.fields[told(row)] = forms.BooleanField(
            label=_("%(person)s has been told") % {"person": row.person.short_name},
            required=False,
            initial=bool(written and written.told_on),
            show_hidden_initial=True,
            widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        )

    def lines(self) -> Iterator[tuple[HandoverRow, Asked, Asked, Asked]]:
        """
        Yield each person's row with their fields, receiver, note and told; ``None`` for a field the form does not have
        any more.
        """
        for row in self.rows:
            yield row, self._bound(to(row)), self._bound(note(row)), self._bound(told(row))

    def _bound(self, name: str) -> Asked:
        return self[name] if name in self.fields else None

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
        """Return the receiver of each person, ``None`` where none is chosen yet."""
        chosen = {row.person.pk: self.cleaned_data[to(row)] for row in self.rows if to(row) in self.fields}
        return {key: self.members.get(uid) for key, uid in chosen.items()}

    def is_asked(self) -> bool:
        return "owner" in self.fields and self.data.get("do") == "hand_over" and bool(self._waits())

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
        gone = [row for row in self.rows if not row.theirs]
        posted = {row.person.pk: self.members.get(self.data.get(to(row), "")) for row in gone}
        return {key: worker for key, worker in posted.items() if worker}


def to(row: HandoverRow) -> str:
    return f"to_{row.person.uid.hex}"


def note(row: HandoverRow) -> str:
    return f"note_{row.person.uid.hex}"


def told(row: HandoverRow) -> str:
    return f"told_{row.person.uid.hex}"
