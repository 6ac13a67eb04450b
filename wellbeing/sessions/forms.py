"""Forms about sessions: days, the other person, how often. Never their content, except a note both keep."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseload.forms.next_steps import hour_field
from peerload.staff.forms.fields import OneOfMembers
from peerload.staff.models import Member
from peerload.ui.fields import DayField, field_of
from peerload.ui.forms import TodayForm

from ..enums import LedBy, SessionKind
from ..models import Session
from . import rules


def led_by_field(**about: Any) -> forms.ChoiceField:
    """Return who leads reflective practice, which may stay unsaid."""
    choices = [("", gettext_lazy("Not said")), *LedBy.choices]
    return forms.ChoiceField(label=gettext_lazy("Reflective practice is"), required=False, choices=choices, **about)


class WhenForm(TodayForm):
    """A day, length, and the other person: a member, or a person from outside; without ``members`` that is not asked."""

    planned_on = DayField(label=gettext_lazy("Day"), ahead=True)
    with_member = OneOfMembers(
        label=gettext_lazy("With"), required=False, empty_label=gettext_lazy("A person outside the service")
    )
    with_name = forms.CharField(
        label=gettext_lazy("Name of a person outside your service"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For example a cultural supervisor. Leave it empty if you chose a person above."),
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=5, max_value=480, initial=60)
    starts_at = hour_field(required=False)
    place = forms.CharField(
        label=gettext_lazy("Where"), required=False, max_length=300, help_text=gettext_lazy("A room, or a link.")
    )

    def __init__(self, *args: Any, members: Sequence[Member] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if members is None:
            del self.fields["with_member"], self.fields["with_name"]
        else:
            field_of(self, "with_member", OneOfMembers).offer(members)

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if "with_member" not in self.fields:
            return found
        member, name = found.get("with_member"), found.get("with_name", "").strip()
        if "with_member" in self.errors or bool(member) != bool(name):
            return found
        words = _("Choose a person, or write a name. Do not do both.") if member else _("Say who it is with.")
        self.add_error("with_name" if member else "with_member", words)
        return found


class BookForm(WhenForm):
    """A session to come, or one that was held."""

    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=SessionKind, initial=SessionKind.SUPERVISION)

    led_by = led_by_field(help_text=gettext_lazy("Leave it at “Not said” for other sessions."))

    field_order = ["kind", "led_by", "planned_on", "starts_at", "minutes", "place", "with_member", "with_name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["planned_on"].help_text = _("If you choose a day that has passed, the session is saved as held.")

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if found.get("led_by") and found.get("kind") not in (None, SessionKind.REFLECTIVE_PRACTICE):
            self.add_error(
                "led_by", _("Only reflective practice is led by the manager or by peers. Choose “Not said”.")
            )
        return found


class MoveForm(WhenForm):
    """A new day for a session that is called off, or another person to have it with."""

    planned_on = DayField(label=gettext_lazy("New day"), ahead=True)

    field_order = ["planned_on", "starts_at", "minutes", "place", "with_member", "with_name"]

    @staticmethod
    def begin(session: Session) -> dict:
        """Return what the form begins with: with the same, at the same hour and place, for as long."""
        other, same = session.with_member, ("with_name", "starts_at", "minutes", "place")
        return {"with_member": other and other.uid} | {name: getattr(session, name) for name in same}


class HeldForm(TodayForm):
    """The day a session was held; without one it was not."""

    held_on = DayField(label=gettext_lazy("Held on"))

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if session.held_on:
            self.fields["held_on"].required = False
            self.fields["held_on"].help_text = _("Leave it empty if it was not held after all.")
        if session.kind == SessionKind.REFLECTIVE_PRACTICE:
            self.fields["led_by"] = led_by_field(initial=session.led_by)


class SessionNoteForm(TodayForm):
    """What one of the two would like both to keep."""

    words = forms.CharField(
        label=gettext_lazy("What you would like to keep"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write what you would like to keep.")},
    )


class CadenceForm(TodayForm):
    """The weeks from one session to the next, by kind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in SessionKind:
            if kind in rules.NEVER_REGULAR:
                continue
            self.fields[kind.value] = forms.IntegerField(
                label=_("%(kind)s: weeks from one to the next") % {"kind": kind.label},
                min_value=0,
                max_value=rules.LONGEST,
                help_text=HINTS.get(kind, _("0: on request.")),
            )


HINTS = {SessionKind.CHECK_IN: gettext_lazy("1 is weekly, 2 every two weeks, 4 about monthly. 0: on request.")}
