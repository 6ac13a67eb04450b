"""What people fill in about groups."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.formats import format_day, format_list, weekday_name
from peerload.core.translation import LazyText
from peerload.staff.forms.fields import member_choices
from peerload.staff.models import Member, Team
from peerload.ui.fields import DayField, field_of
from peerload.ui.forms import OnForm, TodayForm

from ..enums import Outcome, Weekday
from ..models import Client, Group, GroupFacilitator, GroupMember
from .queries import LastTime, usual_of
from .rules import USUAL_MINUTES, is_another_day, same_as_last_time

OUTCOMES = [
    (Outcome.OTHER.value, gettext_lazy("Something else")),
    (Outcome.NO_SUPPORT_NEEDED.value, gettext_lazy("No further support needed now")),
    (Outcome.SUPPORT_WANTED.value, gettext_lazy("Would like support")),
]


def minutes_field(label: LazyText, *, required: bool = True, **kwargs: Any) -> forms.IntegerField:
    """Return a field for how long something takes."""
    wrong = gettext_lazy("Write the minutes as a number, for example 90.")
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=1 if required else 0,
        max_value=1440,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": gettext_lazy("Say how long, in minutes."),
            "invalid": wrong,
            "min_value": wrong,
            "max_value": gettext_lazy("A session lasts at most a day: 1,440 minutes."),
        },
        **kwargs,
    )


class WorkersField(forms.MultipleChoiceField):
    """Ticks for workers by name; its cleaned value is the list of workers."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, workers: Iterable[Member]) -> None:
        """Say who can be chosen."""
        self.workers = {str(worker.uid): worker for worker in workers}
        self.choices = member_choices(self.workers.values())

    def clean(self, value: Any) -> list[Member]:
        return [self.workers[uid] for uid in super().clean(value)]


class GroupForm(TodayForm):
    """What a group is called, and when it usually meets."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Say what the group is called.")},
        help_text=gettext_lazy("Use the name its members use. It is shown on their pages."),
    )
    weekday = forms.ChoiceField(
        label=gettext_lazy("Usual day"),
        required=False,
        choices=[("", gettext_lazy("Another day each time")), *Weekday.choices],
    )
    starts_at = forms.TimeField(
        label=gettext_lazy("Usual time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Write the time as in 14:30.")},
    )
    minutes = minutes_field(gettext_lazy("Usual length in minutes"))
    place = forms.CharField(
        label=gettext_lazy("Where it meets"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("A room, an address or a link."),
    )


class MeetingForm(TodayForm):
    """When and where one meeting is."""

    on = DayField(ahead=True)
    starts_at = forms.TimeField(
        label=gettext_lazy("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Write the time as in 14:30.")},
    )
    minutes = minutes_field(gettext_lazy("Minutes"))
    place = forms.CharField(
        label=gettext_lazy("Where it meets"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("A room, an address or a link."),
    )


class MeetingChangeForm(MeetingForm):
    """When and where one meeting is now, as its page showed it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class NewGroupForm(GroupForm):
    """A group, its team, first day and facilitators."""

    team = forms.ModelChoiceField(label=gettext_lazy("Team"), queryset=Team.objects.none(), empty_label=None)
    on = DayField(label=gettext_lazy("First day"), ahead=True)
    facilitators = WorkersField(
        label=gettext_lazy("Who facilitates it"),
        error_messages={"required": gettext_lazy("Choose who facilitates the group.")},
    )

    field_order = ["name", "team", "facilitators", "weekday", "starts_at", "minutes", "place", "on"]

    def __init__(self, *args: Any, on: date, teams: list[Team], workers: Iterable[Member], **kwargs: Any) -> None:
        initial = {"team": teams[0], "on": on, "minutes": USUAL_MINUTES}
        super().__init__(*args, on=on, initial=initial, **kwargs)
        field_of(self, "facilitators", WorkersField).offer(workers)
        offered = Team.objects.filter(pk__in=[team.pk for team in teams])
        field_of(self, "team", forms.ModelChoiceField).queryset = offered.order_by("name")
        if len(teams) == 1:
            self.fields["team"].widget = self.fields["team"].hidden_widget()


class JoinForm(OnForm):
    """Who joins a group, from when."""

    who = forms.ChoiceField(
        label=gettext_lazy("Who joins"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who joins.")},
    )
    on = DayField(label=gettext_lazy("From"), ahead=True)
    change_support = forms.BooleanField(
        label=gettext_lazy("Change their support to group support from that day"),
        required=False,
        help_text=gettext_lazy("If you do not tick this, their support stays as it is."),
    )

    field_order = ["who", "on", "change_support"]

    def __init__(self, *args: Any, people: list[Client], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.uid): person for person in people}
        field_of(self, "who", forms.ChoiceField).choices = [(uid, person.name) for uid, person in self.people.items()]

    def clean_who(self) -> Client:
        return self.people[self.cleaned_data["who"]]


class GroupLastDayForm(OnForm):
    """The last day of something."""

    on = DayField(label=gettext_lazy("Last day"), ahead=True)


class FacilitatorForm(OnForm):
    """Who facilitates a group as well, from when."""

    who = forms.ChoiceField(
        label=gettext_lazy("Who facilitates"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who facilitates.")},
    )
    on = DayField(label=gettext_lazy("From"), ahead=True)

    field_order = ["who", "on"]

    def __init__(self, *args: Any, workers: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workers = {str(worker.uid): worker for worker in workers}
        field_of(self, "who", forms.ChoiceField).choices = member_choices(workers)

    def clean_who(self) -> Member:
        return self.workers[self.cleaned_data["who"]]


# A session ----------------------------------------------------------------------------------------------------------


class AttendanceRow(NamedTuple):
    """One person of a session's form: the tick, and how they are."""

    person: Client
    ticked: bool
    outcome: forms.BoundField


class SessionForm(OnForm):
    """
    Who came, on which day; the people who came last time are ticked beforehand.

    :param members: those who belong to the group on its usual day, and on the day that was posted
    """

    came = forms.MultipleChoiceField(
        label=gettext_lazy("Who came"), required=False, widget=forms.CheckboxSelectMultiple
    )
    on = DayField()
    minutes = minutes_field(gettext_lazy("Minutes"))
    facilitator_minutes = minutes_field(
        gettext_lazy("Minutes each facilitator worked"),
        required=False,
        help_text=gettext_lazy(
            "Include setting up and writing up. If you leave this empty, the length of the session counts."
        ),
    )
    facilitators = WorkersField(
        label=gettext_lazy("Who facilitated"),
        error_messages={"required": gettext_lazy("Say who facilitated the session.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=8000,
        help_text=gettext_lazy("Write about the session, not about a person. The people who came are listed above."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    another_day = forms.BooleanField(required=False)
    submission_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        group: Group,
        members: list[GroupMember],
        facilitators: list[GroupFacilitator],
        last: LastTime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.group, self.last = group, last
        self.people = {str(each.client.uid): each.client for each in members}
        field_of(self, "came", forms.ChoiceField).choices = [(uid, person.name) for uid, person in self.people.items()]
        ids = same_as_last_time([person.pk for person in self.people.values()], last.came)
        self.initial["came"] = [uid for uid, person in self.people.items() if person.pk in ids]
        planned = next((each for each in group.changes if each.on == self.usual and not each.called_off), None)
        self.fields["minutes"].initial = planned.minutes if planned else last.minutes or group.minutes
        if last.facilitator_minutes != last.minutes:
            self.fields["facilitator_minutes"].initial = last.facilitator_minutes
        self._offer(facilitators, last)
        for uid, person in self.people.items():
            self.fields[f"outcome_{uid}"] = forms.ChoiceField(
                label=person.name, choices=OUTCOMES, initial=Outcome.OTHER.value, required=False
            )

    def _offer(self, facilitators: list[GroupFacilitator], last: LastTime) -> None:
        workers = [each.worker for each in facilitators]
        field_of(self, "facilitators", WorkersField).offer(workers)
        same = [worker for worker in workers if worker.pk in last.facilitators] or workers
        self.initial["facilitators"] = [str(worker.uid) for worker in same]

    @property
    def usual(self) -> date:
        """The day offered before the member chooses one."""
        return self.initial["on"]

    @property
    def rows(self) -> list[AttendanceRow]:
        """The people to tick."""
        ticked = set(self["came"].value() or ())
        return [AttendanceRow(person, uid in ticked, self[f"outcome_{uid}"]) for uid, person in self.people.items()]

    @property
    def says_how(self) -> bool:
        """Whether this person's row differs from the usual one."""
        return any(row.outcome.value() != Outcome.OTHER for row in self.rows)

    @property
    def who_facilitates(self) -> str:
        """The names of the ticked facilitators."""
        chosen = self["facilitators"].value() or ()
        workers = field_of(self, "facilitators", WorkersField).workers
        return format_list(workers[uid].name for uid in chosen if uid in workers)

    def ask_about_the_day(self, day: date | None) -> None:
        """
        Ask before a session is recorded on a day on which the group has no meeting, because it may be a mistake.
        """
        if day is None or not is_another_day(usual_of(self.group), self.group.changes, day):
            return
        name, usual = self.group.name, self.group.get_weekday_display()
        words = {"group": name, "usual": usual, "day": format_day(day), "weekday": weekday_name(day)}
        self["another_day"].label = _("Yes, %(group)s met on %(weekday)s %(day)s") % words
        if not self.cleaned_data.get("another_day"):
            said = [self._why_not_then(day) or _("%(group)s meets on %(usual)ss; %(day)s is a %(weekday)s.") % words]
            if last := self.last.on:
                recorded = {"day": format_day(last), "weekday": weekday_name(last)}
                said.append(_("The last session recorded is that of %(weekday)s %(day)s.") % recorded)
            self["another_day"].help_text = " ".join(said)  # once, beside the box: the top of the page has the error
            self.add_error("another_day", _("Tick this if it met that day, or choose another day."))

    def _why_not_then(self, day: date) -> str:
        """Say what became of the meeting of a day; "" where the group would not meet then anyhow."""
        words = {"group": self.group.name, "day": format_day(day)}
        for each in self.group.changes:
            if each.called_off and day in (each.on, each.usual_on):
                return _("The meeting of %(group)s on %(day)s was called off.") % words
            if each.is_moved and each.usual_on == day:
                moved = words | {"other": format_day(each.on)}
                return _("The meeting of %(group)s on %(day)s was moved to %(other)s.") % moved
        return ""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.ask_about_the_day(data.get("on"))
        for row in self.rows:
            # The form lists the people of the day that is offered too. That day moves on once a session is recorded, so a
            # form sent again lacks an answer for each person who joined in between.
            data[row.outcome.name] = data.get(row.outcome.name) or Outcome.OTHER.value
            said = data[row.outcome.name] != Outcome.OTHER
            if said and str(row.person.uid) not in data.get("came", ()):
                self.add_error(
                    "came",
                    _("You said how %(person)s is going. Tick %(person)s too, or clear that answer.")
                    % {"person": row.person.name},
                )
        return data

    def words(self) -> dict:
        """Return the arguments for `caseload.groups.actions.sessions.log_session`."""
        data = self.cleaned_data
        return {
            "on": data["on"],
            "minutes": data["minutes"],
            "facilitator_minutes": data["facilitator_minutes"],
            "facilitators": [worker.pk for worker in data["facilitators"]],
            "came": {self.people[uid].pk: data[f"outcome_{uid}"] for uid in data["came"]},
            "note": data["note"],
            "submission_id": data["submission_id"],
        }


class SessionVoidForm(TodayForm):
    """Why a session that was recorded does not count."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is a mistake"),
        max_length=300,
        error_messages={"required": gettext_lazy("Write down why, so that it can be understood later.")},
    )
