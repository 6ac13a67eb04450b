"""Fields and forms about people of the caseload: the person, their tier, choices of people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from peerload.core.translation import LazyText
from peerload.ui.forms import OnForm, TodayForm

from ..enums import ACTIVE_TIERS
from ..models import Client

TIERS = [(tier.value, tier.label.capitalize()) for tier in ACTIVE_TIERS]
HINT = gettext_lazy("Write as if {} will read this. They may ask to.")


class AboutPersonForm(TodayForm):
    """A form about a person, if it is given one."""

    def __init__(self, *args: Any, person: Client | None = None, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)


class AboutPersonOnForm(AboutPersonForm, OnForm):
    """A form about a person, with one day, today unless said otherwise."""


class _ByNameAndReference:
    """Labels that distinguish people of one name."""

    def label_from_instance(self, person: Client) -> str:
        return f"{person.name}, {person.ref}"


class PersonChoice(_ByNameAndReference, forms.ModelChoiceField):
    """A choice of one person."""


class PeopleChoice(_ByNameAndReference, forms.ModelMultipleChoiceField):
    """A choice of people."""


def tier_field(
    label: LazyText = gettext_lazy("Support from that day on"), *, required: bool = True, **kwargs: Any
) -> forms.ChoiceField:
    """Return a choice of high, medium or group support."""
    return forms.ChoiceField(
        label=label,
        choices=TIERS,
        required=required,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose high, medium or group support.")},
        **kwargs,
    )
