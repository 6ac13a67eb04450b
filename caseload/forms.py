"""What people fill in. A refusal is a sentence beside the field; what was typed stays."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.utils.html import format_html, format_html_join

from peerload.core.formats import format_day
from peerload.staff import forms as staff
from peerload.staff.forms import member_choices
from peerload.staff.models import Member
from peerload.ui.asked import AHEAD, EARLIEST
from peerload.ui.fields import field_of

from .enums import ACTIVE_TIERS, Channel, ContactPreference, MovedOn, Outcome, Tier
from .models import Client
from .rules import LOOK_AGAIN

TIERS = [(tier.value, tier.label.capitalize()) for tier in ACTIVE_TIERS]
HINT = "Write as if {} will read this. They may ask to."


class DayField(forms.DateField):
    """A day. ``limits`` are set by the form, which knows what day it is."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {
        "invalid": "Write the day as in 2026-11-12.",
        "required": "Say on which day.",
    }

    def __init__(self, *, label="Day", ahead: bool = False, **kwargs):
        self.ahead, self.today = ahead, None
        super().__init__(label=label, **kwargs)

    def validate(self, value):
        super().validate(value)
        if value is None or self.today is None:
            return
        if value > self.today and not self.ahead:
            raise forms.ValidationError(f"{format_day(value)} has not come yet. Today is {format_day(self.today)}.")
        if value < EARLIEST or value > self.today + AHEAD:
            raise forms.ValidationError("Check the year.")


class TodayForm(forms.Form):
    """A form that knows what day it is, and which person it is about."""

    def __init__(self, *args, on: date, person: Client | None = None, **kwargs):
        self.today, self.person = on, person
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, DayField):
                field.today = on


class SuggestedInput(forms.TextInput):
    """A line of text that offers what others have written there; anything else may be written."""

    suggestions: Sequence[str] = ()

    def render(self, name, value, attrs=None, renderer=None):
        offered = f"{(attrs or {}).get('id') or name}_offered"
        drawn = super().render(name, value, (attrs or {}) | {"list": offered}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((each,) for each in self.suggestions))
        return format_html('{}<datalist id="{}">{}</datalist>', drawn, offered, options)


class _ByNameAndReference:
    """What tells people of one name apart."""

    def label_from_instance(self, person: Client) -> str:
        return f"{person.name}, {person.ref}"


class PersonChoice(_ByNameAndReference, forms.ModelChoiceField):
    """A choice of one person."""


class PeopleChoice(_ByNameAndReference, forms.ModelMultipleChoiceField):
    """A choice of people."""


class MemberChoice(staff.MemberChoice):
    """A choice of some members, in order of name; only they are taken."""

    def __init__(self, **kwargs):
        super().__init__(Member.objects.none(), to_field_name="uid", **kwargs)

    def offer(self, members: Sequence[Member]) -> None:
        self.queryset = Member.objects.filter(pk__in=[member.pk for member in members]).named()


class OnForm(TodayForm):
    """A form with one day, today unless said otherwise (``initial``)."""

    on = DayField()

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, on=on, **kwargs)
        self.fields["on"].initial = on


def reason_field(label="Why", *, required=False) -> forms.CharField:
    """Return a field for a few words."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write down why, so that it can be understood later."},
    )


def tier_field(label="Support from that day on", *, required=True, **kwargs) -> forms.ChoiceField:
    """Return a choice of high, medium or group support."""
    return forms.ChoiceField(
        label=label,
        choices=TIERS,
        required=required,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose high, medium or group support."},
        **kwargs,
    )


# Contacts --------------------------------------------------------------------------------------------------------

ANSWERS = {
    "no_support_needed": {"reached": True, "outcome": Outcome.NO_SUPPORT_NEEDED},
    "support_wanted": {"reached": True, "outcome": Outcome.SUPPORT_WANTED},
    "other": {"reached": True, "outcome": Outcome.OTHER},
    "not_reached": {"reached": False, "outcome": ""},
}


class QuickContactForm(OnForm):
    """One of four answers, tapped in a row; the day is today unless the page that kept the words says when it was."""

    answer = forms.ChoiceField(choices=[(answer, answer) for answer in ANSWERS])
    submission_id = forms.UUIDField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].required = False

    def words(self) -> dict:
        """Return what is to be written down, as `caseload.actions.log_contact` takes it."""
        data = self.cleaned_data
        return {**ANSWERS[data["answer"]], "on": data["on"] or self.today, "submission_id": data["submission_id"]}


class ContactForm(OnForm):
    """A contact or an attempt, in full."""

    reached = forms.TypedChoiceField(
        label="Did you reach them?",
        choices=[("yes", "Reached"), ("no", "Tried, not reached")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you reached them."},
    )
    outcome = forms.ChoiceField(
        label="How are they going?",
        error_messages={"required": "Say how they are going; “something else” is an answer too."},
        choices=[
            (Outcome.NO_SUPPORT_NEEDED, "No further support needed now"),
            (Outcome.SUPPORT_WANTED, "Would like support"),
            (Outcome.OTHER, "Something else"),
        ],
        widget=forms.RadioSelect,
    )
    tier = tier_field("Which support, from that day on?", required=False)
    channel = forms.ChoiceField(
        label="How did you talk?", required=False, choices=Channel.choices, widget=forms.RadioSelect
    )
    on = DayField()
    minutes = forms.IntegerField(
        label="Minutes",
        required=False,
        min_value=0,
        max_value=1440,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": "Write the minutes as a number, for example 30.",
            "max_value": "A contact lasts at most a day: 1,440 minutes.",
            "min_value": "Write the minutes as a number, for example 30.",
        },
    )
    note = forms.CharField(label="Note", required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 4}))
    submission_id = forms.UUIDField(widget=forms.HiddenInput)

    field_order = ["reached", "outcome", "tier", "channel", "on", "minutes", "note", "submission_id"]

    def __init__(self, *args, last_tier: Tier | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        name = self.person.short_name
        self.fields["reached"].label = f"Did you reach {name}?"
        self.fields["note"].help_text = format_html(HINT, name)
        self.fields["outcome"].required = self.data.get("reached") != "no"
        if self.person.tier == Tier.PARKED:
            self.fields["tier"].initial = last_tier
            self.fields["tier"].help_text = f"Only if {name} would like support. It begins that day."
        else:
            del self.fields["tier"]

    def clean(self):
        data = super().clean()
        if data.get("reached") is False:
            data["outcome"] = ""
        return data

    def words(self) -> dict:
        """Return what is to be written down, as `caseload.actions.log_contact` takes it."""
        data = self.cleaned_data
        tier = data.get("tier") if data["outcome"] == Outcome.SUPPORT_WANTED else ""
        return {
            "reached": data["reached"],
            "outcome": data["outcome"],
            "channel": data["channel"],
            "on": data["on"],
            "minutes": data["minutes"],
            "note": data["note"],
            "submission_id": data["submission_id"],
            "tier": tier or None,
        }


class NoteForm(TodayForm):
    """Words added to a contact that was just logged."""

    channel = ContactForm.base_fields["channel"]
    minutes = ContactForm.base_fields["minutes"]
    note = ContactForm.base_fields["note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = format_html(HINT, self.person.short_name)


class VoidForm(TodayForm):
    """What is wrong with a contact: it was not so, or it was about somebody else."""

    MISTAKE, SOMEBODY_ELSE = "mistake", "somebody_else"

    wrong = forms.ChoiceField(
        label="What is wrong with it?",
        choices=[
            (MISTAKE, "It is a mistake: remove it from the count"),
            (SOMEBODY_ELSE, "It was about another person: move it to them"),
        ],
        initial=MISTAKE,
        required=False,
        widget=forms.RadioSelect,
    )
    whom = PersonChoice(
        label="Who it was about",
        queryset=Client.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label="No one chosen",
        help_text="Only if you move it. The note moves too and is no longer on this page.",
    )
    reason = forms.CharField(
        label="Why it is a mistake", required=False, max_length=300, help_text="Only if you remove it from the count."
    )
    leave_out = forms.BooleanField(
        label="Delete the note from this page",
        required=False,
        help_text="Otherwise the entry stays readable, marked as removed.",
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        field_of(self, "whom", forms.ModelChoiceField).queryset = people

    def clean(self):
        data = super().clean()
        data["wrong"] = data.get("wrong") or self.MISTAKE
        if data["wrong"] == self.SOMEBODY_ELSE and not data.get("whom"):
            self.add_error("whom", "Choose who it was about.")
        if data["wrong"] == self.MISTAKE and not data.get("reason"):
            self.add_error("reason", "Write down why, so that it can be understood later.")
        return data


# A person --------------------------------------------------------------------------------------------------------


class PersonForm(TodayForm):
    """Who somebody is, and how to contact them safely."""

    name = forms.CharField(label="Name", max_length=200, error_messages={"required": "Write down a name."})
    called = forms.CharField(
        label="What they like to be called",
        required=False,
        max_length=60,
        help_text="Leave it empty to use their whole name.",
    )
    contact_preference = forms.ChoiceField(
        label="May we contact them?",
        choices=[
            (ContactPreference.OK, "Contact is welcome"),
            (ContactPreference.PLEASE_DONT, "Please don’t contact me: reminders stop at once"),
        ],
        initial=ContactPreference.OK,
        widget=forms.RadioSelect,
    )
    contact_how = forms.CharField(
        label="How to contact safely, in one line",
        required=False,
        max_length=300,
        help_text="Every list of contacts to make shows it. For example: Text first. No voicemail. After 3 pm.",
    )
    phone = forms.CharField(
        label="Phone", required=False, max_length=60, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    contact_note = forms.CharField(
        label="What else to know",
        required=False,
        max_length=2000,
        help_text="One thing per line: days and times, what to say if another person answers, letters.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    pronouns = forms.CharField(
        label="Pronouns", required=False, max_length=40, help_text="If they want them written down."
    )
    language = forms.CharField(label="Language they like to speak", required=False, max_length=60)
    ref = forms.CharField(
        label="Reference",
        required=False,
        max_length=60,
        help_text="Your service’s own number or code. Leave it empty to get the next free one.",
    )
    family = forms.CharField(
        label="Family",
        required=False,
        max_length=60,
        help_text="A code that members of one family share; together they count as one case. "
        "Choose one that is offered, or write a new one; capitals and spaces make no difference.",
        widget=SuggestedInput,
    )
    statutory = forms.BooleanField(label="A worker must always be allocated (statutory)", required=False)

    def __init__(self, *args, families: Sequence[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["family"].widget.suggestions = families


def person_initial(person: Client) -> dict:
    """Return what an edit form begins with."""
    names = ("name", "called", "contact_preference", "contact_how", "phone", "contact_note")
    names += ("pronouns", "language", "ref", "statutory")
    return {name: getattr(person, name) for name in names} | {"family": person.family.code if person.family else ""}


# Support ---------------------------------------------------------------------------------------------------------


class ChangeTierForm(OnForm):
    tier = tier_field()
    on = DayField(label="From", ahead=True)
    reason = reason_field()

    field_order = ["tier", "on", "reason"]


class KeepInTouchForm(OnForm):
    on = DayField(label="Since")
    talked = forms.TypedChoiceField(
        label="Was this talked about together?",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text="If not, the weeks count from the last contact before it.",
        error_messages={"required": "Say whether it was talked about together."},
    )
    reason = reason_field()

    field_order = ["talked", "on", "reason"]


class SupportAgainForm(OnForm):
    tier = tier_field()
    on = DayField(label="From")
    reason = reason_field()

    field_order = ["tier", "on", "reason"]


class DecideToCloseForm(OnForm):
    on = DayField(label="Decided on")
    reason = reason_field()


class LookAgainForm(TodayForm):
    """That an allocation was looked at again; ``was`` is the day that stood when the form was opened."""

    words = reason_field("Result")
    review_on = DayField(
        label="Look at it again on",
        ahead=True,
        required=False,
        help_text="Leave it empty if there is nothing more to look at.",
    )
    was = DayField(ahead=True, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["review_on"].initial = self.today + LOOK_AGAIN
        self.fields["words"].help_text = format_html(HINT, self.person.short_name)


class StudentForm(OnForm):
    """From which day on a student holds somebody, or the worker again; ``student`` says which of the two the page asked."""

    on = DayField(label="From", ahead=True)
    student = forms.ChoiceField(choices=[("yes", "a student"), ("no", "the worker")], widget=forms.HiddenInput)

    def clean(self):
        if "student" in self.errors:
            del self.errors["student"]  # of a hidden field: nobody would see it
            self.add_error(None, "Open this page again from the person’s page, and save it there.")
        return super().clean()


class WithdrawForm(TodayForm):
    reason = reason_field()


class NoFieldsForm(TodayForm):
    """A question with one button."""


def moved_on_field(choices=MovedOn.choices) -> forms.ChoiceField:
    """Return a choice of why support ends."""
    return forms.ChoiceField(
        label="Why",
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what comes closest."},
    )


class CloseForm(OnForm):
    moved_on = moved_on_field()
    on = DayField(label="Last day of support")
    reason = reason_field("In a few words")

    field_order = ["moved_on", "on", "reason"]


class NotInTouchForm(OnForm):
    moved_on = moved_on_field()
    on = DayField(label="From")
    reason = reason_field("How this was decided", required=True)

    field_order = ["moved_on", "on", "reason"]


class AllocateForm(OnForm):
    """Who supports somebody from a day on, and what goes with it."""

    worker = forms.ChoiceField(
        label="Worker", widget=forms.RadioSelect, error_messages={"required": "Choose a worker."}
    )
    over_reason = reason_field("Why this worker, although it goes over the limit")
    tier = tier_field(required=False)
    on = DayField(label="From", ahead=True)
    purpose = reason_field("What the support is for")
    first_action = reason_field("First thing to do")
    review_on = DayField(label="Look at it again on", ahead=True, required=False)
    note = reason_field("A note to the worker")

    field_order = ["worker", "over_reason", "tier", "on", "purpose", "first_action", "review_on", "note"]

    def __init__(self, *args, workers: list[Member], needs_tier: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.workers = {str(worker.uid): worker for worker in workers}
        field_of(self, "worker", forms.ChoiceField).choices = member_choices(workers)
        self.fields["note"].help_text = format_html(HINT, self.person.short_name)
        self.fields["review_on"].initial = self.today + LOOK_AGAIN
        if needs_tier:
            self.fields["tier"].required = True
        else:
            del self.fields["tier"]

    def clean_review_on(self):
        review_on, on = self.cleaned_data["review_on"], self.cleaned_data.get("on")
        if review_on and on and review_on < on:
            raise forms.ValidationError("The day to look at it again is before the first day. Choose a later day.")
        return review_on

    @property
    def begins(self) -> date:
        """The first day as chosen so far."""
        return self._so_far("on") or self.today

    @property
    def support(self) -> str | None:
        """The support as chosen so far."""
        return self._so_far("tier")

    def _so_far(self, name: str):
        return getattr(self, "cleaned_data", {}).get(name) or None

    def words(self) -> dict:
        """Return the choice as `caseload.actions.allocate` takes it."""
        data = {"tier": None} | self.cleaned_data
        return data | {"worker": self.workers[data["worker"]]}
