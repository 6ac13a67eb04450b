"""Forms about who covers while a worker is away."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.staff.forms.fields import member_choices
from peerload.staff.models import Member
from peerload.ui.fields import DayField, field_of
from peerload.ui.forms import TodayForm

from ..models import Client

NO_ONE = gettext_lazy("No one")


class CoverForm(TodayForm):
    """
    The people of an absent worker: who covers each, or one worker for everyone.

    Choices are compared with those the page showed, so that a page opened earlier never undoes what another member has
    chosen since. The worker who covers now can stay, even if they could not be chosen now.

    :param people: as `caseload.cover.queries.absent_people` has them
    :param members: who can be chosen, in order of name
    """

    starts_on = DayField(label=gettext_lazy("From"), ahead=True)
    everybody = forms.ChoiceField(label=gettext_lazy("Who covers everyone"), required=False)

    def __init__(
        self, *args: Any, people: Sequence[Client], members: Sequence[Member], first: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial={"starts_on": first}, **kwargs)
        self.people, self.members = people, {str(member.uid): member for member in members}
        self.uids = {member.pk: str(member.uid) for member in members}
        offered = [("", NO_ONE), *member_choices(members)]
        field_of(self, "everybody", forms.ChoiceField).choices = [("", _("Choose")), *offered[1:]]
        for person in people:
            stays = self._stays(person)
            self.fields[to(person)] = forms.ChoiceField(
                label=_("Who covers for %(person)s") % {"person": person.name},
                choices=[*offered, *([stays] if stays else [])],
                required=False,
                initial=self.uids.get(person.cover_id, stays[0] if stays else ""),
                show_hidden_initial=True,
                widget=forms.Select(attrs={"class": "form-select"}),
                error_messages={"invalid_choice": _("Choose again for %(person)s.") % {"person": person.name}},
            )

    def _stays(self, person: Client) -> tuple[str, str] | None:
        """Return the choice of the worker who covers now, if they could not be chosen now."""
        return ("stays", person.cover_name or "") if person.cover_id and person.cover_id not in self.uids else None

    def lines(self) -> Iterator[tuple]:
        """Yield each person with their choice."""
        for person in self.people:
            yield person, self[to(person)]

    @property
    def for_everybody(self) -> bool:
        """Whether the button was pressed that chooses one worker for everyone."""
        return self.data.get("do") == "everybody"

    def clean(self) -> dict[str, Any]:
        if self.for_everybody and not self.errors and not self.members.get(self.cleaned_data["everybody"]):
            self.add_error("everybody", _("Choose who covers everyone."))
        return self.cleaned_data

    def given(self) -> dict[int, Member | None]:
        """Return the choices that changed since the page was shown, by person; ``None`` removes the cover."""
        if self.for_everybody:
            return dict.fromkeys([person.pk for person in self.people], self.members[self.cleaned_data["everybody"]])
        changed = {
            person.pk: self.cleaned_data[to(person)] for person in self.people if to(person) in self.changed_data
        }
        return {key: self.members.get(uid) for key, uid in changed.items() if uid != "stays"}


def to(person: Client) -> str:
    return f"to_{person.uid.hex}"
