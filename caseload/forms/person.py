"""Form for who a person is, and how to contact them safely."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ..enums import ContactPreference
from ..models import Client
from .fields import AboutPersonForm


class SuggestedInput(forms.TextInput):
    """A line of text that offers what others have written there; anything else may be written."""

    suggestions: Sequence[str] = ()

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        offered = f"{(attrs or {}).get('id') or name}_offered"
        drawn = super().render(name, value, (attrs or {}) | {"list": offered}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((each,) for each in self.suggestions))
        return format_html('{}<datalist id="{}">{}</datalist>', drawn, offered, options)


class PersonForm(AboutPersonForm):
    """Who a person is, and how to contact them safely."""

    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Write down a name.")})
    called = forms.CharField(
        label=_("What they like to be called"),
        required=False,
        max_length=60,
        help_text=_("Leave it empty to use their whole name."),
    )
    pronouns = forms.CharField(
        label=_("Pronouns"), required=False, max_length=40, help_text=_("If they want them written down.")
    )
    language = forms.CharField(label=_("Language they like to speak"), required=False, max_length=60)
    interpreter = forms.CharField(
        label=_("Interpreter"),
        required=False,
        max_length=120,
        help_text=_("If they need one: which, and from where. For example: Samoan, by phone, book a day ahead."),
    )
    contact_preference = forms.ChoiceField(
        label=_("May we contact them?"),
        choices=[
            (ContactPreference.OK, _("Contact is welcome")),
            (ContactPreference.PLEASE_DONT, _("Please don’t contact me: reminders stop at once")),
        ],
        initial=ContactPreference.OK,
        widget=forms.RadioSelect,
    )
    contact_how = forms.CharField(
        label=_("How to contact safely, in one line"),
        required=False,
        max_length=300,
        help_text=_("Every list of contacts to make shows it. For example: Text first. No voicemail. After 3 pm."),
    )
    phone = forms.CharField(
        label=_("Phone"), required=False, max_length=60, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    contact_note = forms.CharField(
        label=_("What else to know"),
        required=False,
        max_length=2000,
        help_text=_("One thing per line: days and times, what to say if another person answers, letters."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    worry_helps = forms.CharField(
        label=_("If we are worried: what helps"),
        required=False,
        max_length=2000,
        help_text=_("In their own words, written with them on a good day. The page shows it with one tap."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    worry_call = forms.CharField(
        label=_("If we are worried: who to call"),
        required=False,
        max_length=1000,
        help_text=_(
            "One per line, with the number, and what may be said to them. For example: My sister Ana, 021 555 0100."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    ref = forms.CharField(
        label=_("Reference"),
        required=False,
        max_length=60,
        help_text=_("Your service’s own number or code. Leave it empty to get the next free one."),
    )
    family = forms.CharField(
        label=_("Family"),
        required=False,
        max_length=60,
        help_text=_(
            "A code for people of one family. Each family counts once for points. "
            "Choose a code from the list, or write a new one. Capitals and spaces do not matter."
        ),
        widget=SuggestedInput,
    )
    statutory = forms.BooleanField(
        label=_("Statutory status: by law this person must always have a worker"), required=False
    )

    def __init__(self, *args: Any, families: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["family"].widget.suggestions = families


def person_initial(person: Client) -> dict:
    """Return what an edit form begins with."""
    names = (
        "name",
        "called",
        "contact_preference",
        "contact_how",
        "phone",
        "contact_note",
        "worry_helps",
        "worry_call",
    )
    names += ("pronouns", "language", "interpreter", "ref", "statutory")
    return {name: getattr(person, name) for name in names} | {"family": person.family.code if person.family else ""}
