"""Logging a contact, adding to it, and correcting it."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.ui.fields import DayField, field_of

from .. import rules
from ..enums import Channel, Outcome, Tier
from ..models import Client, ClientQuerySet
from .fields import HINT, AboutPersonForm, AboutPersonOnForm, PersonChoice, tier_field
from .next_steps import BesideContactForm

ANSWERS = {
    "no_support_needed": {"reached": True, "outcome": Outcome.NO_SUPPORT_NEEDED},
    "support_wanted": {"reached": True, "outcome": Outcome.SUPPORT_WANTED},
    "other": {"reached": True, "outcome": Outcome.OTHER},
    "not_reached": {"reached": False, "outcome": ""},
}


BESIDE = "next"  # before the names of the fields of a next step
TOGETHER = ("together", "written_with")  # a tick, and the field it opens


def check_together(form: forms.Form, data: dict[str, Any]) -> None:
    """Keep who agreed to the words of a note only where the tick says so; then there is a name and a note (R87)."""
    if not data.get("together"):
        data["written_with"] = ""
        return
    if not data.get("written_with") and "written_with" not in form.errors:
        form.add_error("written_with", _("Write who agreed to the words, or remove the tick."))
    if not data.get("note") and "note" not in form.errors:
        form.add_error("note", _("Write the note you agreed on together, or remove the tick."))


class QuickContactForm(AboutPersonForm):
    """
    One of four answers, tapped in a row; the day is today, unless the phone says that the answer waited for a signal.

    :param now: the moment the answer arrived, in the service's time zone
    """

    answer = forms.ChoiceField(choices=[(answer, answer) for answer in ANSWERS])
    waited = forms.IntegerField(required=False, min_value=0, max_value=rules.LONGEST_WAIT)  # seconds
    submission_id = forms.UUIDField()

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def words(self) -> dict:
        """Return the arguments for `caseload.actions.log_contact`."""
        data = self.cleaned_data
        on, said_at = rules.when_answered(self.now, data["waited"] or 0, today=self.today)
        return {**ANSWERS[data["answer"]], "on": on, "said_at": said_at, "submission_id": data["submission_id"]}


class ContactForm(AboutPersonOnForm):
    """A contact or an attempt, in full; ``next`` is the form of the next step it was made with, if there is one."""

    reached = forms.TypedChoiceField(
        label=gettext_lazy("Did you reach them?"),
        choices=[("yes", gettext_lazy("Reached")), ("no", gettext_lazy("Tried, not reached"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether you reached them.")},
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("How are they going?"),
        error_messages={"required": gettext_lazy("Say how they are going; “something else” is an answer too.")},
        choices=[
            (Outcome.NO_SUPPORT_NEEDED, gettext_lazy("No further support needed now")),
            (Outcome.SUPPORT_WANTED, gettext_lazy("Would like support")),
            (Outcome.OTHER, gettext_lazy("Something else")),
        ],
        widget=forms.RadioSelect,
    )
    tier = tier_field(gettext_lazy("Which support, from that day on?"), required=False)
    channel = forms.ChoiceField(
        label=gettext_lazy("How did you talk?"), required=False, choices=Channel.choices, widget=forms.RadioSelect
    )
    on = DayField()
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        required=False,
        min_value=0,
        max_value=1440,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": gettext_lazy("Write the minutes as a number, for example 30."),
            "max_value": gettext_lazy("A contact lasts at most a day: 1,440 minutes."),
            "min_value": gettext_lazy("Write the minutes as a number, for example 30."),
        },
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 4})
    )
    together = forms.BooleanField(label=gettext_lazy("We wrote this note together"), required=False)
    written_with = forms.CharField(
        label=gettext_lazy("Who agreed to the words"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Counts only with the tick above. The person’s page then says who agreed to the words."),
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput)

    field_order = ["reached", "outcome", "tier", "channel", "on", "minutes", "note", *TOGETHER, "submission_id"]

    def __init__(self, *args: Any, last_tier: Tier | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next = BesideContactForm(
            self.data if self.is_bound else None, on=self.today, person=self.person, prefix=BESIDE
        )
        name = self.person.short_name
        self.fields["written_with"].initial = name[:120]
        self.fields["reached"].label = _("Did you reach %(name)s?") % {"name": name}
        self.fields["note"].help_text = format_html(str(HINT), name)
        self.fields["outcome"].required = self.data.get("reached") != "no"
        if self.person.tier == Tier.PARKED:
            self.fields["tier"].initial = last_tier
            self.fields["tier"].help_text = _("Only if %(name)s would like support. It begins that day.") % {
                "name": name
            }
        else:
            del self.fields["tier"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("reached") is False:
            data["outcome"] = ""
        check_together(self, data)
        if not self.next.is_valid():
            self.add_error(None, _("Look at what comes next."))
        return data

    def words(self) -> dict:
        """Return the arguments for `caseload.actions.log_contact`."""
        data = self.cleaned_data
        tier = data.get("tier") if data["outcome"] == Outcome.SUPPORT_WANTED else ""
        return {
            "reached": data["reached"],
            "outcome": data["outcome"],
            "channel": data["channel"],
            "on": data["on"],
            "minutes": data["minutes"],
            "note": data["note"],
            "written_with": data["written_with"],
            "submission_id": data["submission_id"],
            "tier": tier or None,
        }


class ContactNoteForm(AboutPersonForm):
    """Words added to a contact that was just logged."""

    channel = ContactForm.base_fields["channel"]
    minutes = ContactForm.base_fields["minutes"]
    note = ContactForm.base_fields["note"]
    together = ContactForm.base_fields["together"]
    written_with = ContactForm.base_fields["written_with"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = format_html(str(HINT), self.person.short_name)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        check_together(self, data)
        data.pop("together", None)
        return data


class VoidForm(AboutPersonForm):
    """Why a contact is wrong: it did not happen, or it was about another person."""

    MISTAKE, SOMEBODY_ELSE = "mistake", "somebody_else"

    wrong = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=[
            (MISTAKE, gettext_lazy("It is a mistake: remove it from the count")),
            (SOMEBODY_ELSE, gettext_lazy("It was about another person: move it to them")),
        ],
        initial=MISTAKE,
        required=False,
        widget=forms.RadioSelect,
    )
    other = PersonChoice(
        label=gettext_lazy("Who it was about"),
        queryset=Client.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=gettext_lazy("No one chosen"),
        help_text=gettext_lazy("Only if you move it. The note moves too and is no longer on this page."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it is a mistake"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Only if you remove it from the count."),
    )
    leave_out = forms.BooleanField(
        label=gettext_lazy("Delete the note from this page"),
        required=False,
        help_text=gettext_lazy("If you do not tick this, the entry stays readable and is marked as removed."),
    )

    def __init__(self, *args: Any, people: ClientQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "other", forms.ModelChoiceField).queryset = people

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["wrong"] = data.get("wrong") or self.MISTAKE
        if data["wrong"] == self.SOMEBODY_ELSE and not data.get("other"):
            self.add_error("other", _("Choose who it was about."))
        if data["wrong"] == self.MISTAKE and not data.get("reason"):
            self.add_error("reason", _("Write down why, so that it can be understood later."))
        return data
