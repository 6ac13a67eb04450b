"""Fields of promises and appointments: alone, beside a contact, and when one is moved."""

from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.ui.fields import DayField

from ..enums import NextStepKind, Place
from ..models import NextStep
from .fields import AboutPersonForm

USUAL_MINUTES = 60


def hour_field(*, required: bool = True) -> forms.TimeField:
    """Return a field for an hour of the day."""
    return forms.TimeField(
        label=gettext_lazy("Time"),
        required=required,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("Say at what time."),
            "invalid": gettext_lazy("Write the time as in 14:30."),
        },
    )


def minutes_field(*, required: bool = True, initial: int | None = USUAL_MINUTES) -> forms.IntegerField:
    """Return a field for the length of an appointment."""
    wrong = gettext_lazy("Write the minutes as a number, for example 30.")
    return forms.IntegerField(
        label=gettext_lazy("Minutes"),
        required=required,
        min_value=1,
        max_value=1440,
        initial=initial,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": gettext_lazy("Say how long it takes."),
            "invalid": wrong,
            "min_value": wrong,
            "max_value": gettext_lazy("An appointment lasts at most a day: 1,440 minutes."),
        },
    )


def place_field(*, required: bool = True, initial: str | None = Place.SERVICE) -> forms.ChoiceField:
    """Return a choice of where people meet."""
    return forms.ChoiceField(
        label=gettext_lazy("Where"),
        required=required,
        choices=Place.choices,
        initial=initial,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose where you meet.")},
    )


def place_words_field() -> forms.CharField:
    """Return a field for the room, the address or the link."""
    return forms.CharField(label=gettext_lazy("The room, the address or the link"), required=False, max_length=300)


def others_field() -> forms.CharField:
    """Return a field for who else comes to an appointment."""
    return forms.CharField(label=gettext_lazy("Who else comes"), required=False, max_length=200)


def what_field(label: Any, *, required: bool, **attrs: Any) -> forms.CharField:
    """Return a field for what was promised, or what an appointment is about."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
        error_messages={"required": gettext_lazy("Write down what was promised.")},
    )


def must_say_where(data: dict[str, Any]) -> str | None:
    """Return the refusal of an appointment whose place is elsewhere, and nobody says where."""
    if data.get("place") == Place.ELSEWHERE and not data.get("place_words"):
        return _("Say where you meet.")
    return None


class PromiseForm(AboutPersonForm):
    """What was promised, and by when: one of the days offered, each a button of its own, or another day."""

    kind = NextStepKind.PROMISE

    what = what_field(gettext_lazy("What did you promise?"), required=True, autofocus=True)
    due_on = DayField(label=gettext_lazy("By another day"), ahead=True, required=False)
    chosen = DayField(ahead=True, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["due_on"] = data.pop("chosen", None) or data.get("due_on")
        if not data["due_on"] and not {"due_on", "chosen"} & set(self.errors):
            self.add_error("due_on", _("Choose by when."))
        return data

    def words(self) -> dict[str, Any]:
        """Return the arguments for `caseload.next_steps.actions.make`."""
        return {"kind": self.kind, "what": self.cleaned_data["what"], "due_on": self.cleaned_data["due_on"]}


class AppointmentForm(AboutPersonForm):
    """An appointment: day, hour, length, place, and who else comes."""

    kind = NextStepKind.APPOINTMENT

    due_on = DayField(ahead=True)
    starts_at = hour_field()
    minutes = minutes_field()
    place = place_field()
    place_words = place_words_field()
    with_others = others_field()
    what = what_field(gettext_lazy("What it is about"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if wrong := must_say_where(data):
            self.add_error("place_words", wrong)
        return data

    def words(self) -> dict[str, Any]:
        """Return the arguments for `caseload.next_steps.actions.make`."""
        return {"kind": self.kind, **self.cleaned_data}


class BesideContactForm(AboutPersonForm):
    """The next step that a contact was made with, if there is one: the same fields, all of them optional."""

    NONE = ""

    kind = forms.ChoiceField(
        label=gettext_lazy("What comes next?"),
        required=False,
        choices=[
            (NONE, gettext_lazy("Nothing yet")),
            (NextStepKind.PROMISE, gettext_lazy("A promise")),
            (NextStepKind.APPOINTMENT, gettext_lazy("An appointment")),
        ],
        initial=NONE,
        widget=forms.RadioSelect,
    )
    what = what_field(gettext_lazy("What you promised, or what it is about"), required=False)
    due_on = DayField(label=gettext_lazy("By when, or on which day"), ahead=True, required=False)
    starts_at = hour_field(required=False)
    minutes = minutes_field(required=False)
    place = place_field(required=False, initial=None)
    place_words = place_words_field()
    with_others = others_field()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        kind = data.get("kind")
        if not kind:
            self.errors.clear()
            return {"kind": ""}
        if not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Say on which day."))
        if kind == NextStepKind.PROMISE and not data.get("what") and "what" not in self.errors:
            self.add_error("what", _("Write down what was promised."))
        if kind == NextStepKind.APPOINTMENT:
            self._must_be_an_appointment(data)
        return data

    def _must_be_an_appointment(self, data: dict[str, Any]) -> None:
        missing = {
            "starts_at": _("Say at what time."),
            "minutes": _("Say how long it takes."),
            "place": _("Choose where you meet."),
        }
        for name, words in missing.items():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, words)
        if wrong := must_say_where(data):
            self.add_error("place_words", wrong)

    def words(self) -> dict[str, Any] | None:
        """Return the arguments for `caseload.next_steps.actions.make`, or None where nothing was agreed."""
        return dict(self.cleaned_data) if self.cleaned_data.get("kind") else None


class MoveStepForm(AboutPersonForm):
    """Another day: one of those offered, each a button of its own; or another day, hour or place, or who else comes."""

    due_on = DayField(label=gettext_lazy("New day"), ahead=True)
    starts_at = hour_field()
    minutes = minutes_field()
    place = place_field()
    place_words = place_words_field()
    with_others = others_field()
    chosen = DayField(ahead=True, required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    of_appointment = ("starts_at", "minutes", "place", "place_words", "with_others")

    def __init__(self, *args: Any, step: NextStep, **kwargs: Any) -> None:
        self.step = step
        self.names = ["due_on"]
        if step.kind == NextStepKind.APPOINTMENT:
            self.names += self.of_appointment
        initial = {name: getattr(step, name) for name in [*self.names, "version"]}
        super().__init__(*args, initial=initial, **kwargs)
        if step.kind == NextStepKind.PROMISE:
            for name in self.of_appointment:
                del self.fields[name]
        else:
            self.fields["due_on"].label = _("Day")  # it may stay, where only the company changes
        if self.data.get("chosen"):
            for name in set(self.names) & set(self.fields):
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        chosen = data.pop("chosen", None)
        if chosen:
            kept = {name: getattr(self.step, name) for name in self.names if name != "due_on"}
            return {**data, **kept, "due_on": chosen}
        if wrong := must_say_where(data):
            self.add_error("place_words", wrong)
        return data

    def words(self) -> dict[str, Any]:
        """Return the arguments for `caseload.next_steps.actions.move`."""
        return {name: self.cleaned_data[name] for name in self.names}

    @property
    def asked(self) -> tuple[date, time | None, int | None]:
        """The day, hour and length that would be taken."""
        data = self.cleaned_data
        return data["due_on"], data.get("starts_at"), data.get("minutes")
