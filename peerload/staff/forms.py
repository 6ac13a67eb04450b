"""Forms of admins and managers about staff. A refusal is a sentence beside the field; typed values stay."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth import password_validation
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core import dates
from peerload.notices.mail import can_send
from peerload.ui.fields import field_of

from . import queries, roles, rules
from .enums import Role
from .models import Member, Organisation, Team, TeamQuerySet, User
from .rules import ReturnStep

EARLIEST = date(1950, 1, 1)
AHEAD = timedelta(days=5 * 366)
LONGEST_PASSWORD = 128
MOST_FTE = Decimal("1.5")


class DayField(forms.DateField):
    """A day between 1950 and five years from today; the form says which day today is."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {
        "invalid": gettext_lazy("Write the day as in 2026-11-12."),
        "required": gettext_lazy("Say on which day."),
    }
    today: date | None = None

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and (value < EARLIEST or (self.today and value > self.today + AHEAD)):
            raise forms.ValidationError(_("Check the year."))


class NumberField(forms.DecimalField):
    """A number typed as text, so that a refused value comes back as it was typed."""

    default_error_messages = {
        "invalid": gettext_lazy("Write a number, such as 0.8."),
        "required": gettext_lazy("Write a number."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)


class WholeNumberField(forms.IntegerField):
    default_error_messages = {
        "invalid": gettext_lazy("Write a whole number."),
        "required": gettext_lazy("Write a whole number."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs)


class StaffForm(forms.Form):
    """A form of one organisation, on a day. It accepts only the members and teams it offers."""

    def __init__(self, *args: Any, organisation: Organisation, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation, self.on = organisation, on
        for field in self.fields.values():
            if isinstance(field, DayField):
                field.today = on

    def clean(self) -> dict[str, Any]:
        super().clean()
        return self.cleaned_data

    def teams(self) -> TeamQuerySet:
        return Team.objects.filter(organisation=self.organisation).order_by("name")

    def refuse(self, error: Exception) -> None:
        """Put an action's refusal on top of the form."""
        self.add_error(None, str(error))


class MembersByName(ModelChoiceIterator):
    """The members offered, with labels that distinguish those of one name."""

    field: "MemberChoice"

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        members = list(self.queryset)
        self.field.labels = queries.choice_labels(members)
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for member in members:
            yield self.choice(member)


class MemberChoice(forms.ModelChoiceField):
    """A choice of one of some members, for all such forms."""

    iterator = MembersByName
    labels: dict[int, str]  # by primary key, once the choices are asked for

    def label_from_instance(self, member: Member) -> str:
        return self.labels[member.pk]


def member_choices(members: Iterable[Member]) -> list[tuple[str, str]]:
    """Return the same choice where it is no field of the database: by uid."""
    members = list(members)
    labels = queries.choice_labels(members)
    return [(str(member.uid), labels[member.pk]) for member in members]


# Members ---------------------------------------------------------------------------------------------------------------


class EmailForm(StaffForm):
    """Another address to sign in with."""

    email = forms.EmailField(
        max_length=254,
        label=gettext_lazy("New email"),
        error_messages={
            "required": gettext_lazy("Write the new email."),
            "invalid": gettext_lazy("That is not an email address."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class MyEmailForm(EmailForm):
    """
    The same for a member's own email, with their password: a stranger at an unlocked screen must not take the sign-in
    over.
    """

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Type your password.")},
    )


class MemberForm(StaffForm):
    name = forms.CharField(max_length=200, error_messages={"required": gettext_lazy("Write their name.")})
    email = forms.EmailField(
        max_length=254,
        help_text=gettext_lazy("Where the invitation goes, and what they sign in with."),
        error_messages={
            "required": gettext_lazy("Write their email."),
            "invalid": gettext_lazy("That is not an email address."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(choices=Role, initial=Role.PEER_WORKER, widget=forms.RadioSelect)
    home_team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        label=gettext_lazy("Home team"),
        empty_label=gettext_lazy("None"),
        help_text=gettext_lazy("The team they belong to. Their posts say where they work."),
    )
    invite = forms.BooleanField(required=False, initial=True, label=gettext_lazy("Send the invitation now"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "home_team", forms.ModelChoiceField).queryset = self.teams()
        if "invite" in self.fields and not can_send():
            self.fields["invite"].label = _("Show the invitation link")


class EditMemberForm(MemberForm):
    email = None
    invite = None
    active = forms.BooleanField(
        required=False,
        label=gettext_lazy("Can sign in"),
        help_text=gettext_lazy(
            "If you untick this, they can no longer sign in. Their post ends today. What they have written stays."
        ),
    )


class ChoosePasswordForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("Your new password"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text=gettext_lazy(
            "Use at least 12 characters. Three words that do not belong together make a good password."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Choose a password.")},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password


# Posts -----------------------------------------------------------------------------------------------------------------


class PostForm(StaffForm):
    starts_on = DayField(label=gettext_lazy("From"))
    last_day = DayField(
        label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("The last day, if you know it.")
    )
    team = forms.ModelChoiceField(Team.objects.none(), required=False, empty_label=gettext_lazy("None"))
    fte = NumberField(
        label=gettext_lazy("FTE"),
        initial=1,
        max_digits=4,
        decimal_places=3,
        help_text=gettext_lazy("1 is full time; 0.5 is half."),
    )
    weekly_hours = NumberField(
        label=gettext_lazy("Hours a week"), required=False, max_digits=5, decimal_places=2, min_value=0, max_value=168
    )
    day_hours = forms.CharField(
        label=gettext_lazy("Days and hours"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Such as Mon-Thu 7.5, Fri 4. If empty: Monday to Friday in equal parts."),
    )
    duty = forms.BooleanField(
        required=False,
        label=gettext_lazy("On duty"),
        help_text=gettext_lazy("Takes new requests while others are away."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "team", forms.ModelChoiceField).queryset = self.teams()
        hours = self.organisation.full_time_hours
        self.fields["weekly_hours"].help_text = _("If you leave this empty: %(hours)s hours times FTE.") % {
            "hours": f"{hours:f}"
        }

    def clean_fte(self) -> Decimal:
        fte = self.cleaned_data["fte"]
        if not 0 < fte <= MOST_FTE:
            raise forms.ValidationError(_("FTE is above 0 and at most 1.5."))
        return fte

    def clean_day_hours(self) -> tuple[Decimal, ...] | None:
        try:
            return rules.read_days(self.cleaned_data["day_hours"])
        except rules.UnreadableDays as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        refuse_backwards(
            self, found, "starts_on", "last_day", _("The last day is before the first day. Choose a later last day.")
        )
        if found.get("day_hours"):
            whole, said = sum(found["day_hours"]), found.get("weekly_hours")
            if said is not None and said != whole:
                self.add_error("weekly_hours", rules.apart_from_days(said, whole))
            found["weekly_hours"] = whole
        return found


def refuse_backwards(form: forms.Form, found: dict[str, Any], first: str, last: str, sentence: str) -> None:
    """Put a sentence at the later of two days that are in the wrong order."""
    if found.get(first) and found.get(last) and found[last] < found[first]:
        form.add_error(last, sentence)


# Teams, closure days, the service --------------------------------------------------------------------------------------


class TeamForm(StaffForm):
    name = forms.CharField(max_length=120, error_messages={"required": gettext_lazy("Give the team a name.")})
    manager = MemberChoice(Member.objects.none(), required=False, empty_label=gettext_lazy("No one yet"))
    deputy = MemberChoice(
        Member.objects.none(),
        required=False,
        empty_label=gettext_lazy("No one"),
        help_text=gettext_lazy("Sees and can do the same as the manager, at any time."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leaders = Member.objects.active().filter(organisation=self.organisation, role__in=roles.MAY_LEAD).named()
        field_of(self, "manager", forms.ModelChoiceField).queryset = leaders.filter(role=Role.MANAGER)
        field_of(self, "deputy", forms.ModelChoiceField).queryset = leaders

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if found.get("deputy") and found.get("deputy") == found.get("manager"):
            self.add_error("deputy", rules.SAME_DEPUTY)
        return found


class ClosureForm(StaffForm):
    on = DayField(label=gettext_lazy("Day"))
    label = forms.CharField(max_length=120, required=False, label=gettext_lazy("What for"))


def known_region(region: str) -> None:
    """:raises ValidationError: if the public holidays of a region are not known"""
    try:
        dates.public_holidays(region, 2026)
    except ValueError as error:
        raise forms.ValidationError(str(error)) from error


def limits(setting: str) -> dict[str, Any]:
    """Return what a field needs to know of the limits of a setting."""
    least, most = rules.LIMITS[setting]
    return {"min_value": least, "max_value": most}


class ServiceForm(StaffForm):
    """The service's settings that are no part of the points scheme."""

    name = forms.CharField(max_length=200)
    timezone = forms.CharField(
        max_length=64,
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Such as Pacific/Auckland or Europe/London."),
    )
    region = forms.CharField(
        max_length=16,
        validators=[known_region],
        help_text=gettext_lazy(
            "For public holidays: NZ, NZ-AUK, GB-ENG. If you change the region, all points are counted again."
        ),
    )
    full_time_hours = NumberField(
        label=gettext_lazy("Full-time hours a week"), max_digits=5, decimal_places=2, **limits("full_time_hours")
    )
    person_noun = forms.CharField(
        max_length=40,
        label=gettext_lazy("What you call a person you support"),
        help_text=gettext_lazy("person, peer, client, whaiora"),
    )
    people_noun = forms.CharField(
        max_length=40,
        label=gettext_lazy("What you call several of them"),
        help_text=gettext_lazy("people, peers, clients, whaiora"),
    )
    greeting = forms.CharField(max_length=40, help_text=gettext_lazy("As on the first page: Kia ora."))
    cycle_anchor = DayField(
        required=False,
        label=gettext_lazy("First Monday of a four-week plan"),
        help_text=gettext_lazy("For plans of four weeks."),
    )
    parked_weeks = WholeNumberField(
        label=gettext_lazy("Weeks between contacts while keeping in touch"), **limits("parked_weeks")
    )
    inactive_weeks = WholeNumberField(
        label=gettext_lazy("Weeks until keeping in touch ends"), **limits("inactive_weeks")
    )
    undo_weeks = WholeNumberField(
        label=gettext_lazy("Weeks the last worker can undo “not in touch now”"),
        help_text=gettext_lazy(
            "For these weeks the last worker can find and open the record, and undo “not in touch now”. "
            "Managers can always do so."
        ),
        **limits("undo_weeks"),
    )
    consecutive_over = WholeNumberField(
        label=gettext_lazy("After how many months over the limit peerload asks for a workload review"),
        **limits("consecutive_over"),
    )
    boundary_high = NumberField(
        label=gettext_lazy("Boundary: high"), max_digits=7, decimal_places=2, **limits("boundary_high")
    )
    boundary_medium = NumberField(
        label=gettext_lazy("Boundary: medium"), max_digits=7, decimal_places=2, **limits("boundary_medium")
    )
    boundary_group = NumberField(
        label=gettext_lazy("Boundary: group"), max_digits=7, decimal_places=2, **limits("boundary_group")
    )
    boundary_parked = NumberField(
        label=gettext_lazy("Boundary: keeping in touch"), max_digits=7, decimal_places=2, **limits("boundary_parked")
    )

    def clean_timezone(self) -> str:
        zone = self.cleaned_data["timezone"]
        if zone not in available_timezones():
            raise forms.ValidationError(
                _("%(zone)s is not a time zone. Write one such as Pacific/Auckland.") % {"zone": zone}
            )
        return zone

    def clean_cycle_anchor(self) -> date | None:
        anchor = self.cleaned_data["cycle_anchor"]
        if anchor and anchor.weekday():
            raise forms.ValidationError(_("That day is not a Monday. Choose a Monday."))
        return anchor


# Absences --------------------------------------------------------------------------------------------------------------

PLANNED = [("", gettext_lazy("Not known")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


class AbsenceForm(StaffForm):
    """Who of one's teams is away. The band follows from the days."""

    worker = MemberChoice(
        Member.objects.none(),
        label=gettext_lazy("Who"),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Say who is away.")},
    )
    starts_on = DayField(label=gettext_lazy("First day away"))
    expected_back = DayField(
        required=False,
        label=gettext_lazy("Expected back"),
        help_text=gettext_lazy("The first day back at work, if you know it."),
    )
    planned = forms.ChoiceField(
        choices=PLANNED, required=False, widget=forms.RadioSelect, label=gettext_lazy("Was the absence planned?")
    )
    kind = forms.CharField(
        max_length=40,
        required=False,
        label=gettext_lazy("Kind"),
        help_text=gettext_lazy("Such as leave. Do not write about health, because others see it."),
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "worker", forms.ModelChoiceField).queryset = queries.may_record_away(member, self.on)

    def clean_planned(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["planned"])

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        self.refuse_too_early(
            found, "expected_back", _("The expected return is before the first day away. Choose a later day.")
        )
        return found

    def refuse_too_early(self, found: dict[str, Any], name: str, sentence: str) -> None:
        if found.get("starts_on") and found.get(name) and found[name] <= found["starts_on"]:
            self.add_error(name, sentence)


class StepsForm(StaffForm):
    """A return to work in steps: the days and their FTE, and the day of the full post."""

    MOST = 6
    full_from = DayField(label=gettext_lazy("Back to the full post from"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(self.MOST):
            self.fields[f"day_{n}"] = day = DayField(label=_("Step %(n)s: from") % {"n": n + 1}, required=False)
            self.fields[f"fte_{n}"] = NumberField(
                label=_("Step %(n)s: FTE") % {"n": n + 1}, required=False, max_digits=4, decimal_places=3
            )
            day.today = self.on
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"

    def rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Yield the two fields of each step."""
        for n in range(self.MOST):
            yield self[f"day_{n}"], self[f"fte_{n}"]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        for n in range(self.MOST):
            day, fte = found.get(f"day_{n}"), found.get(f"fte_{n}")
            if bool(day) != (fte is not None) and not {f"day_{n}", f"fte_{n}"} & self.errors.keys():
                self.add_error(f"fte_{n}" if day else f"day_{n}", _("Give each step a day and an FTE."))
            elif fte is not None and fte <= 0:
                self.add_error(f"fte_{n}", _("FTE has to be above 0."))
        return found

    def steps(self) -> list[ReturnStep]:
        """Return the steps entered, in their order on the page."""
        found = [(self.cleaned_data[f"day_{n}"], self.cleaned_data[f"fte_{n}"]) for n in range(self.MOST)]
        return [ReturnStep(day, fte) for day, fte in found if day]


class EditAbsenceForm(AbsenceForm):
    """Another expected return, or back at work."""

    worker = None
    ends_before = DayField(
        required=False,
        label=gettext_lazy("Back at work since"),
        help_text=gettext_lazy("The first day back at work. Leave it empty while they are away."),
    )
    field_order = ["starts_on", "expected_back", "ends_before", "planned", "kind"]

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        StaffForm.__init__(self, *args, **kwargs)

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        self.refuse_too_early(found, "ends_before", _("The return is before the first day away. Choose a later day."))
        return found
