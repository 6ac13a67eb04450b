"""Forms about teams, closure days and the service."""

from datetime import date
from typing import Any, NamedTuple
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core import dates
from peerload.core.translation import LazyText
from peerload.ui.fields import field_of

from .. import roles, rules
from ..enums import Role
from ..models import Member
from .fields import CalendarDayField, MemberChoice, NumberField, StaffForm, WholeNumberField


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
    on = CalendarDayField(label=gettext_lazy("Day"))
    label = forms.CharField(max_length=120, required=False, label=gettext_lazy("What for"))


def known_region(region: str) -> None:
    """
    Refuse a region whose public holidays are not known.

    :raises ValidationError: if the public holidays of a region are not known
    """
    try:
        dates.public_holidays(region, 2026)
    except ValueError as error:
        raise forms.ValidationError(str(error)) from error


def limits(setting: str) -> dict[str, Any]:
    """Return what a field needs to know of the limits of a setting."""
    least, most = rules.LIMITS[setting]
    return {"min_value": least, "max_value": most}


class Section(NamedTuple):
    """Fields of a long form under one heading."""

    anchor: str
    heading: LazyText
    fields: tuple[str, ...]


class ServiceForm(StaffForm):
    """The service's settings that are no part of the points scheme."""

    SECTIONS = (
        Section(
            "about",
            gettext_lazy("Name, place and week"),
            ("name", "timezone", "region", "full_time_hours", "cycle_anchor"),
        ),
        Section("words", gettext_lazy("Words on the screen"), ("greeting", "person_noun", "people_noun")),
        Section("closed", gettext_lazy("When you are closed"), ("tonight_line",)),
        Section("in-touch", gettext_lazy("Keeping in touch"), ("parked_weeks", "inactive_weeks", "undo_weeks")),
        Section("quiet-days", gettext_lazy("Quiet for long"), ("quiet_high", "quiet_medium", "quiet_group")),
        Section(
            "boundary",
            gettext_lazy("Boundary and workload"),
            (
                "boundary_high",
                "boundary_medium",
                "boundary_group",
                "boundary_parked",
                "consecutive_over",
                "action_days",
            ),
        ),
    )

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
    tonight_line = forms.CharField(
        max_length=200,
        required=False,
        label=gettext_lazy("Who to call tonight"),
        help_text=gettext_lazy(
            "For when you are closed. Each person’s page shows it under “If we are worried”. "
            "For example: Call or text 1737, any time."
        ),
    )
    cycle_anchor = CalendarDayField(
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
    action_days = WholeNumberField(
        label=gettext_lazy("Overdue actions: after how many days the service manager is told"),
        help_text=gettext_lazy(
            "An action planned because a month was above the limit. The service manager sees the team, the worker, the "
            "day it was due and who does it, but not the words."
        ),
        **limits("action_days"),
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
    quiet_high = WholeNumberField(
        label=gettext_lazy("Quiet for long: days without contact, high support"),
        help_text=gettext_lazy("My day lists these people. No one is reminded, and nothing is late."),
        **limits("quiet_high"),
    )
    quiet_medium = WholeNumberField(
        label=gettext_lazy("Quiet for long: days without contact, medium support"), **limits("quiet_medium")
    )
    quiet_group = WholeNumberField(
        label=gettext_lazy("Quiet for long: days without contact, group support"), **limits("quiet_group")
    )

    def sections(self) -> list[tuple[Section, list[forms.BoundField]]]:
        """Return each section with its fields, in the order of the page."""
        return [(section, [self[name] for name in section.fields]) for section in self.SECTIONS]

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
