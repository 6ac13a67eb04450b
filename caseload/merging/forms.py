"""What is answered about two records that may be of one person."""

from django import forms
from django.utils.html import format_html

from peerload.staff.models import Member

from ..enums import Answer
from ..forms import TodayForm, reason_field
from ..models import Client
from .queries import Facts

TWO = (Answer.TWO.value, "These are two people: do not ask again")


def answer_field(choices) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="What do you say?",
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of them."},
    )


class AskForm(TodayForm):
    """What somebody says who sees only their own record."""

    answer = answer_field([(Answer.SAME.value, "It may well be the same person: ask the other team"), TWO])


class MergeForm(TodayForm):
    """Two people, or which record stays; where two workers support them, that says who goes on."""

    answer = answer_field([TWO])
    reason = reason_field("How do you know?")

    def __init__(self, *args, both: tuple[Facts, Facts], **kwargs):
        super().__init__(*args, **kwargs)
        self.records = {}
        for kept, absorbed in (both, both[::-1]):
            if kept.allocation or not absorbed.allocation:
                self.records[f"{kept.person.uid} {kept.allocation.worker.uid if kept.allocation else ''}"] = (
                    kept,
                    absorbed,
                )
        keeps = [(key, _keeps(*records)) for key, records in self.records.items()]
        self.fields["answer"].choices = [*keeps, TWO]

    @property
    def stays(self) -> tuple[Client, Client, Member | None] | None:
        """The record that stays, the other one, and who supports them from now on; ``None`` for two people."""
        chosen = self.records.get(self.cleaned_data["answer"])
        if chosen is None:
            return None
        kept, absorbed = chosen
        return kept.person, absorbed.person, kept.allocation.worker if kept.allocation else None


def _keeps(kept: Facts, absorbed: Facts) -> str:
    words = f"One person: keep {kept.person.ref}"
    if kept.allocation:
        words += f", with {kept.allocation.worker.name}"
    if absorbed.allocation and absorbed.allocation.worker != kept.allocation.worker:
        words += f"; support by {absorbed.allocation.worker.name} ends today"
    return format_html("{}", words)


class TwoPeopleForm(TodayForm):
    """One button, about the merge that was shown."""

    merge = forms.IntegerField(widget=forms.HiddenInput)
