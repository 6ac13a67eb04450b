"""Forms about a person's support: which tier, from when, with which worker, and its end."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.translation import LazyText
from peerload.staff.forms.fields import member_choices
from peerload.staff.models import Member
from peerload.ui.fields import DayField, field_of, reason_field

from ..actions import Terms
from ..enums import MovedOn
from ..rules import LOOK_AGAIN
from .fields import HINT, AboutPersonForm, AboutPersonOnForm, tier_field


class ChangeTierForm(AboutPersonOnForm):
    tier = tier_field()
    on = DayField(label=gettext_lazy("From"), ahead=True)
    reason = reason_field()

    field_order = ["tier", "on", "reason"]


class KeepInTouchForm(AboutPersonOnForm):
    on = DayField(label=gettext_lazy("Since"))
    talked = forms.TypedChoiceField(
        label=gettext_lazy("Was this talked about together?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text=gettext_lazy("If not, the weeks count from the last contact before it."),
        error_messages={"required": gettext_lazy("Say whether it was talked about together.")},
    )
    reason = reason_field()

    field_order = ["talked", "on", "reason"]


class SupportAgainForm(AboutPersonOnForm):
    tier = tier_field()
    on = DayField(label=gettext_lazy("From"))
    reason = reason_field()

    field_order = ["tier", "on", "reason"]


class DecideToCloseForm(AboutPersonOnForm):
    on = DayField(label=gettext_lazy("Decided on"))
    reason = reason_field()


class LookAgainForm(AboutPersonForm):
    """A review of an allocation; ``was`` is its date when the form was opened."""

    words = reason_field(gettext_lazy("Result"))
    review_on = DayField(
        label=gettext_lazy("Review the support on"),
        ahead=True,
        required=False,
        help_text=gettext_lazy("Leave it empty if no further review is needed."),
    )
    was = DayField(ahead=True, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["review_on"].initial = self.today + LOOK_AGAIN
        self.fields["words"].help_text = format_html(str(HINT), self.person.short_name)


class StudentForm(AboutPersonOnForm):
    """From which day on a student holds a person, or the worker again; ``student`` says which of the two the page asked."""

    on = DayField(label=gettext_lazy("From"), ahead=True)
    student = forms.ChoiceField(
        choices=[("yes", gettext_lazy("a student")), ("no", gettext_lazy("the worker"))], widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        if "student" in self.errors:
            del self.errors["student"]  # of a hidden field: no one would see it
            self.add_error(None, _("Open this page again from the person’s page, and save it there."))
        return super().clean()


class WithdrawForm(AboutPersonForm):
    reason = reason_field()


class NoFieldsForm(AboutPersonForm):
    """A question with one button."""


def moved_on_field(choices: Sequence[tuple[str, LazyText]] = MovedOn.choices) -> forms.ChoiceField:
    """Return a choice of why support ends."""
    return forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what comes closest.")},
    )


class CloseForm(AboutPersonOnForm):
    moved_on = moved_on_field()
    on = DayField(label=gettext_lazy("Last day of support"))
    reason = reason_field(gettext_lazy("In a few words"))

    field_order = ["moved_on", "on", "reason"]


class NotInTouchForm(AboutPersonOnForm):
    moved_on = moved_on_field()
    on = DayField(label=gettext_lazy("From"))
    reason = reason_field(gettext_lazy("How this was decided"), required=True)

    field_order = ["moved_on", "on", "reason"]


class AllocateForm(AboutPersonOnForm):
    """Who supports a person from a day on, and the terms."""

    worker = forms.ChoiceField(
        label=gettext_lazy("Worker"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a worker.")},
    )
    over_reason = reason_field(gettext_lazy("Why this worker, although their total goes over the limit"))
    tier = tier_field(required=False)
    on = DayField(label=gettext_lazy("From"), ahead=True)
    purpose = reason_field(gettext_lazy("What the support is for"))
    first_action = reason_field(gettext_lazy("First thing to do"))
    review_on = DayField(label=gettext_lazy("Review the support on"), ahead=True, required=False)
    note = reason_field(gettext_lazy("A note to the worker"))

    field_order = ["worker", "over_reason", "tier", "on", "purpose", "first_action", "review_on", "note"]

    def __init__(self, *args: Any, workers: list[Member], needs_tier: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workers = {str(worker.uid): worker for worker in workers}
        field_of(self, "worker", forms.ChoiceField).choices = member_choices(workers)
        self.fields["note"].help_text = format_html(str(HINT), self.person.short_name)
        self.fields["review_on"].initial = self.today + LOOK_AGAIN
        if needs_tier:
            self.fields["tier"].required = True
        else:
            del self.fields["tier"]

    def clean_review_on(self) -> date | None:
        review_on, on = self.cleaned_data["review_on"], self.cleaned_data.get("on")
        if review_on and on and review_on < on:
            raise forms.ValidationError(_("The day of the review is before the first day. Choose a later day."))
        return review_on

    @property
    def begins(self) -> date:
        """The first day as chosen so far."""
        return self._so_far("on") or self.today

    @property
    def support(self) -> str | None:
        """The support as chosen so far."""
        return self._so_far("tier")

    def _so_far(self, name: str) -> Any:
        return getattr(self, "cleaned_data", {}).get(name) or None

    def words(self) -> dict:
        """Return the choice as `caseload.actions.allocate` takes it."""
        data = {"tier": None} | self.cleaned_data
        terms = Terms(**{field.name: data.pop(field.name) for field in fields(Terms)})
        return data | {"worker": self.workers[data["worker"]], "terms": terms}
