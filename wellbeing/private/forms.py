"""Forms for private documents, and for an agreement between two."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from peerload.core.translation import LazyText
from peerload.staff.forms.fields import OneOfMembers
from peerload.staff.models import Member
from peerload.ui.fields import DayField, field_of
from peerload.ui.forms import TodayForm

from ..enums import DocumentKind
from . import rules

MOST = 8000  # characters under one heading: seven of them still wait for a sign-in that has expired


def words_field(label: LazyText, *, rows: int = 4, **kwargs: Any) -> forms.CharField:
    """Return a field for a text of any length a member wants to write; the limit is not shown."""
    area = forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})
    return forms.CharField(label=label, max_length=MOST, widget=area, **kwargs)


class DocumentForm(TodayForm):
    """The headings of one kind of document; every one of them may stay empty."""

    on = DayField(label=_("Day"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings = rules.HEADINGS[kind]
        for key, label in self.headings.items():
            self.fields[key] = words_field(label, required=False)
        if kind == DocumentKind.WELLNESS_PLAN:
            del self.fields["on"]

    def words(self) -> dict[str, str]:
        return {key: self.cleaned_data[key] for key in self.headings}


class ShareForm(TodayForm):
    reader = OneOfMembers(
        label=_("Who may read it"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may read it.")},
    )

    def __init__(self, *args: Any, readers: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "reader", OneOfMembers).offer(readers)


class AdjustmentForm(TodayForm):
    """An agreement about a worker's work; ``workers`` where the writer chooses one of several."""

    worker = OneOfMembers(label=_("Worker"), empty_label=None)
    text = words_field(
        _("What will change in the work, and what is needed for that"),
        rows=6,
        help_text=_("For example: hours, place, kinds of work, breaks. No one may ask for the reason."),
        error_messages={"required": _("Write what is to be agreed.")},
    )
    starts_on = DayField(label=_("From"), ahead=True)
    review_on = DayField(
        label=_("Talk about it again on"), ahead=True, required=False, help_text=_("You are both reminded on that day.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, workers: Sequence[Member] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if workers:
            field_of(self, "worker", OneOfMembers).offer(workers)
        else:
            del self.fields["worker"]


class VersionForm(TodayForm):
    """A press about what one has just read."""

    version = forms.IntegerField(min_value=0)
