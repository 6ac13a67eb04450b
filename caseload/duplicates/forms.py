"""Forms about two records that may be of one person."""

from collections.abc import Sequence
from copy import copy
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.translation import LazyText
from peerload.staff.models import Member
from peerload.ui.fields import field_of, reason_field
from peerload.ui.forms import TodayForm

from ..enums import DuplicateAnswer
from ..models import Client
from . import safety
from .queries import Facts

BOTH = "both"
TWO = (DuplicateAnswer.TWO.value, gettext_lazy("These are two people: do not ask again"))


def answer_field(choices: Sequence[tuple[str, LazyText]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of them.")},
    )


class AskForm(TodayForm):
    """The answer of a manager who sees only their own team's record."""

    answer = answer_field(
        [(DuplicateAnswer.SAME.value, gettext_lazy("It may well be the same person: ask the other team")), TWO]
    )


class MergeForm(TodayForm):
    """Two people, or which record stays; where each has a worker, that decides who continues."""

    answer = answer_field([TWO])
    reason = reason_field(gettext_lazy("How do you know?"))
    versions = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, both: tuple[Facts, Facts], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.both = tuple(each.person for each in both)
        self.records = {}
        for kept, absorbed in (both, both[::-1]):
            if kept.allocation or not absorbed.allocation:
                self.records[f"{kept.person.uid} {kept.allocation.worker.uid if kept.allocation else ''}"] = (
                    kept,
                    absorbed,
                )
        self.fields["versions"].initial = self.versions_now = " ".join(str(each.person.version) for each in both)
        for name in safety.disagreeing(*(each.person for each in both)):
            self.fields[name] = _which_holds(name, *(each.person for each in both))
        keeps = [(key, _keeps(*records)) for key, records in self.records.items()]
        field_of(self, "answer", forms.ChoiceField).choices = [*keeps, TWO]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("answer") not in (None, DuplicateAnswer.TWO.value):
            for name in self._of_safety():
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Read both, then choose which is right."))
        return data

    def _of_safety(self) -> list[str]:
        return [name for name in safety.FACTS if name in self.fields]

    @property
    def chosen(self) -> dict[str, list[int]]:
        """The record whose words hold, for each fact about contacting the person safely."""
        found = {}
        for name in self._of_safety():
            says = self.cleaned_data[name]
            found[name] = [person.pk for person in self.both if says in (BOTH, str(person.uid))]
        return found

    @property
    def versions_read(self) -> dict[int, int]:
        """The `Client.version` of both records as the page showed them."""
        read = self.cleaned_data["versions"].split()
        return {person.pk: int(version) for person, version in zip(self.both, read, strict=False) if version.isdigit()}

    def read_again(self) -> None:
        """Have the refused form show the current records as the ones read next."""
        data: Any = copy(self.data)
        data["versions"] = self.versions_now
        self.data = data

    @property
    def stays(self) -> tuple[Client, Client, Member | None] | None:
        """The record that stays, the other one, and who supports them from now on; ``None`` for two people."""
        chosen = self.records.get(self.cleaned_data["answer"])
        if chosen is None:
            return None
        kept, absorbed = chosen
        return kept.person, absorbed.person, kept.allocation.worker if kept.allocation else None


def _which_holds(name: str, one: Client, other: Client) -> forms.ChoiceField:
    """Return the choice between what two records say, or both together where that can be."""
    words = [(person, getattr(person, name)) for person in (one, other)]
    choices = [
        (str(person.uid), _("%(ref)s says: %(says)s") % {"ref": person.ref, "says": says}) for person, says in words
    ]
    if both := safety.together(name, *(says for __, says in words)):
        choices.append((BOTH, _("Both: %(both)s") % {"both": both}))
    return forms.ChoiceField(
        label=_("%(facts)s: which is right?") % {"facts": safety.FACTS[name].label},
        choices=choices,
        widget=forms.RadioSelect,
        required=False,
    )


def _keeps(kept: Facts, absorbed: Facts) -> str:
    ref = kept.person.ref
    if not kept.allocation:
        return format_html("{}", _("One person: keep record %(ref)s") % {"ref": ref})
    worker = kept.allocation.worker
    if not absorbed.allocation or absorbed.allocation.worker == worker:
        return format_html(
            "{}", _("One person: keep record %(ref)s (worker: %(worker)s)") % {"ref": ref, "worker": worker.name}
        )
    words = _("One person: keep record %(ref)s (worker: %(worker)s); support by %(other)s ends today")
    return format_html("{}", words % {"ref": ref, "worker": worker.name, "other": absorbed.allocation.worker.name})


class TwoPeopleForm(TodayForm):
    """One button, about the merge that was shown."""

    merge = forms.IntegerField(widget=forms.HiddenInput)
