"""Forms about who covers while a worker is away."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.staff.forms.named_workers import Names, NotNamed
from peerload.staff.models import Member
from peerload.staff.queries import choice_labels
from peerload.ui.fields import DayField
from peerload.ui.forms import TodayForm

from ..models import Client


class CoverForm(TodayForm):
    """
    The people of an absent worker: who covers each, or one worker for everyone.

    Workers are named in text fields, as on the cover board. Choices are compared with those the page showed, so that a
    page opened earlier never undoes what another member has chosen since. The worker who covers now can stay, even if
    they could not be chosen now.

    :param people: as `caseload.cover.queries.absent_people` has them
    :param members: who can be chosen, in order of name
    """

    starts_on = DayField(label=gettext_lazy("From"), ahead=True)
    everybody = forms.CharField(label=gettext_lazy("Who covers everyone"), required=False, max_length=200)

    def __init__(
        self, *args: Any, people: Sequence[Client], members: Sequence[Member], first: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial={"starts_on": first}, **kwargs)
        self.labels = choice_labels(members)
        self.names = Names({self.labels[member.pk]: member for member in members})
        self.people = people
        self.fields["everybody"].widget = _name_field()
        for person in people:
            self.fields[to(person)] = forms.CharField(
                label=_("Who covers for %(person)s") % {"person": person.name},
                required=False,
                max_length=200,
                initial=self.labels.get(person.cover_id or 0, person.cover_name or ""),
                show_hidden_initial=True,
                widget=_name_field(placeholder=_("No one")),
            )

    def lines(self) -> Iterator[tuple]:
        """Yield each person with their choice."""
        for person in self.people:
            yield person, self[to(person)]

    @property
    def for_everybody(self) -> bool:
        """Whether the button was pressed that chooses one worker for everyone."""
        return self.data.get("do") == "everybody"

    def clean(self) -> dict[str, Any]:
        asked = ["everybody"] if self.for_everybody else self._changed()
        for name in asked:
            if not (typed := self.cleaned_data.get(name, "")):
                continue
            try:
                self.cleaned_data[name] = self.names.find(typed)
            except NotNamed as refusal:
                self.add_error(name, str(refusal))
        if self.for_everybody and not self.errors and not self.cleaned_data["everybody"]:
            self.add_error("everybody", _("Choose who covers everyone."))
        return self.cleaned_data

    def given(self) -> dict[int, Member | None]:
        """Return the choices that changed since the page was shown, by person; ``None`` removes the cover."""
        if self.for_everybody:
            return dict.fromkeys([person.pk for person in self.people], self.cleaned_data["everybody"])
        changed = set(self._changed())
        return {person.pk: self.cleaned_data[to(person)] or None for person in self.people if to(person) in changed}

    def _changed(self) -> list[str]:
        """Return the fields of people who have another worker named than the page showed."""
        return [to(person) for person in self.people if to(person) in self.changed_data]


def _name_field(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "list": "workers", "autocomplete": "off", **attributes})


def to(person: Client) -> str:
    return f"to_{person.uid.hex}"
