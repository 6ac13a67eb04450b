"""Forms about a person who waits for a worker."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.formats import format_day
from peerload.staff.forms.fields import OneOfMembers
from peerload.staff.models import Member, Team, TeamQuerySet
from peerload.ui.fields import DayField, field_of, reason_field
from peerload.ui.forms import TodayForm

from ..forms.fields import HINT, AboutPersonForm, PeopleChoice
from ..forms.person import PersonForm
from ..models import Client, ClientQuerySet, Referral
from . import queries
from .actions import WaitTerms


class ReferralFields(AboutPersonForm):
    """The fields of a referral, in a form of their own or in that of a new person."""

    owner = OneOfMembers(label=gettext_lazy("Responsible"), required=False, empty_label=gettext_lazy("No one yet"))
    action = forms.CharField(
        label=gettext_lazy("What is to be done"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    due_on = DayField(
        label=gettext_lazy("By when"),
        ahead=True,
        required=False,
        help_text=gettext_lazy("The person responsible is reminded on that day."),
    )
    referred_on = DayField(label=gettext_lazy("Waiting since"))
    referred_by = forms.CharField(
        label=gettext_lazy("Who told us"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For example: themselves, a GP, a friend."),
    )

    def __init__(self, *args: Any, owners: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "owner", OneOfMembers).offer(owners)


class NewPersonForm(ReferralFields, PersonForm):
    """Add a person: who they are, and who is responsible for finding them a worker."""

    team = forms.ModelChoiceField(label=gettext_lazy("Team"), queryset=Team.objects.none(), empty_label=None)

    field_order = [
        *("name", "called", "pronouns", "language", "interpreter"),
        *("contact_preference", "contact_how", "phone", "contact_note", "worry_helps", "worry_call"),
        *("ref", "family", "statutory", "team"),
        *("owner", "action", "due_on", "referred_on", "referred_by"),
    ]

    def __init__(self, *args: Any, teams: Sequence[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Team.objects.filter(pk__in=[team.pk for team in teams])
        field_of(self, "team", forms.ModelChoiceField).queryset = offered.order_by("name")
        self.fields["referred_on"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        owner, team = data.get("owner"), data.get("team")
        if owner and team and owner not in queries.may_see_to(team, self.today):
            self.add_error(
                "owner",
                _("%(owner)s neither leads %(team)s nor works in it. Choose a member who does.")
                % {"owner": owner.name, "team": team.name},
            )
        return data

    def values(self) -> dict:
        """Return who they are, as `caseload.actions.add_person` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ReferralFields.base_fields}

    def referral(self) -> dict:
        """Return the referral's fields for the action; since today unless entered otherwise."""
        words = {name: self.cleaned_data[name] for name in ReferralFields.base_fields}
        return words | {"referred_on": words["referred_on"] or self.today}


class ReferralForm(ReferralFields):
    """The member responsible for a waiting person, the next step, and the contingency."""

    contingency = forms.CharField(
        label=gettext_lazy("If no worker has room now: what is arranged while they wait"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy(
            "For example: who they can ring, who visits them. The person responsible checks this again on the day "
            "above."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    field_order = ["owner", "action", "due_on", "contingency", "referred_on", "referred_by"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].help_text = format_html(str(HINT), self.person.short_name)


class OtherTeamForm(AboutPersonForm):
    """The team in which a person waits from now on."""

    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"),
        queryset=Team.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a team.")},
    )
    words = reason_field()

    def __init__(self, *args: Any, teams: TeamQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "team", forms.ModelChoiceField).queryset = teams


class InNoTeamForm(TodayForm):
    """The people in no team who are given one, by name and reference."""

    people = PeopleChoice(
        label=gettext_lazy("Who"),
        queryset=Client.objects.none(),
        to_field_name="uid",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one person."),
            "invalid_choice": gettext_lazy("One of these people has a team already. Look at the list again."),
        },
    )
    team = OtherTeamForm.base_fields["team"]

    def __init__(self, *args: Any, people: ClientQuerySet, teams: TeamQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "people", forms.ModelChoiceField).queryset = people
        field_of(self, "team", forms.ModelChoiceField).queryset = teams


# Back to waiting -------------------------------------------------------------------------------------------------------

WAIT = "wait"  # chosen on a list instead of a worker
NEEDED = {
    "owner": gettext_lazy("Choose who is responsible for the people who wait."),
    "due_on": gettext_lazy("Say by when this is checked again."),
    "contingency": gettext_lazy("Say what is arranged while they wait."),
}


class WaitFields(AboutPersonForm):
    """The terms of waiting while no worker can take a person; in a list they apply only to people who are chosen to wait."""

    owner = OneOfMembers(label=gettext_lazy("Responsible"), required=False, empty_label=gettext_lazy("Choose"))
    due_on = DayField(
        label=gettext_lazy("Check again by"),
        ahead=True,
        required=False,
        help_text=gettext_lazy("The person responsible is reminded on that day."),
    )
    contingency = forms.CharField(
        label=gettext_lazy("What is arranged while they wait"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("For example: who they can ring, who visits them, a group they can come to."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    action = ReferralFields.base_fields["action"]

    def __init__(self, *args: Any, owners: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "owner", OneOfMembers).offer(owners)

    def is_asked(self) -> bool:
        """Return whether a person is chosen to wait, so that the terms are required."""
        return True

    def show_needed(self) -> None:
        """Mark the fields as required where a person is chosen to wait; the posted data is validated before that."""
        self.is_valid()
        for name in NEEDED:
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.is_asked():
            for name, words in NEEDED.items():
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, words)
            if data.get("due_on") and data.get("on") and data["due_on"] < data["on"]:
                self.add_error(
                    "due_on",
                    _("They wait from %(day)s on. Choose that day or a later one.") % {"day": format_day(data["on"])},
                )
        return data

    def wait_terms(self) -> WaitTerms:
        """Return the terms, once a person is chosen to wait."""
        return WaitTerms(**{name: self.cleaned_data[name] for name in WaitTerms._fields})


class ReturnToWaitingForm(WaitFields):
    """From when a person waits, and on which terms."""

    on = DayField(
        label=gettext_lazy("From"), ahead=True, help_text=gettext_lazy("The worker’s points stop on that day.")
    )

    field_order = ["on", "owner", "due_on", "contingency", "action"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].help_text = format_html(str(HINT), self.person.short_name)
        self.show_needed()


def referral_initial(referral: Referral | None, today: date) -> dict:
    """Return what a form begins with."""
    if referral is None:
        return {"referred_on": today}
    names = ("action", "due_on", "contingency", "referred_on", "referred_by")
    return {name: getattr(referral, name) for name in names} | {"owner": referral.owner and referral.owner.uid}
