"""The filters of the list of people. The address alone holds the state of a list."""

from datetime import date, timedelta

import django_filters
from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.arrays import any_of
from peerload.core.formats import format_day
from peerload.staff import access
from peerload.staff.access import MemberRequest
from peerload.staff.forms.fields import member_choices
from peerload.staff.queries import working_in

from . import rules
from .actions import past_window_before
from .day_lists import contacts_on_my_day, quiet_on_my_day
from .enums import CASELOAD_TIERS, ContactPreference, Tier
from .models import ClientQuerySet
from .queries.people import like, quiet
from .queries.settings import cadence_of, quiet_from
from .queries.teams import workers_of_teams

NOBODY = "none"
SUPPORT = [(tier.value, tier.label.capitalize()) for tier in CASELOAD_TIERS] + [
    ("waiting", gettext_lazy("Support not decided yet")),
    (Tier.INACTIVE.value, Tier.INACTIVE.label.capitalize()),
    ("closing", gettext_lazy("Decided to close")),
    ("closing_over", gettext_lazy("Decided to close, past the time to close")),
]
CONTACT = [
    ("overdue", gettext_lazy("Contact overdue")),
    ("week_over", gettext_lazy("A week or more overdue")),
    ("today", gettext_lazy("Due today")),
    ("week", gettext_lazy("Due within a week")),
    ("later", gettext_lazy("Due later")),
    ("quiet", gettext_lazy("Quiet for long")),
    ("please_dont", gettext_lazy("Please don’t contact")),
]
QUIET_ON_MY_DAY = "my_day_quiet"  # offered only on the list that My day leads to
DAY_OF_MY_DAY = "my_day_"  # followed by a day


class PeopleFilter(django_filters.FilterSet):
    """Name, support, contact, and for those who lead a team the worker.

    Without a name and a support, people who are not in touch are left out: a name finds them.
    """

    q = django_filters.CharFilter(
        label=gettext_lazy("Name, phone or reference"),
        method="named",
        widget=forms.TextInput(attrs={"type": "search", "maxlength": "100"}),
    )
    support = django_filters.ChoiceFilter(
        label=gettext_lazy("Support"), choices=SUPPORT, method="supported", empty_label=gettext_lazy("All in touch")
    )
    contact = django_filters.ChoiceFilter(
        label=gettext_lazy("Contact"), choices=CONTACT, method="due", empty_label=gettext_lazy("All")
    )
    worker = django_filters.ChoiceFilter(
        label=gettext_lazy("Worker"), choices=[], method="held_by", empty_label=gettext_lazy("All")
    )
    team = django_filters.ChoiceFilter(
        label=gettext_lazy("Team of the worker"), choices=[], method="held_in", empty_label=gettext_lazy("All")
    )

    def __init__(
        self, data: QueryDict | None = None, queryset: ClientQuerySet | None = None, *, request: MemberRequest
    ) -> None:
        super().__init__(data, queryset, request=request)
        if label := _of_my_day(str(self.data.get("contact", ""))):
            self.filters["contact"].extra["choices"] = [*CONTACT, label]
        if access.leads(request.member):
            workers = workers_of_teams(request.member, request.on)
            self.filters["worker"].extra["choices"] = [
                (NOBODY, _("Without a worker")),
                *member_choices(workers),
            ]
            self.filters["team"].extra["choices"] = [(team.pk, team.name) for team in access.teams_led(request)]
        else:
            del self.filters["worker"], self.filters["team"]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was chosen."""
        return any(self.data.get(name) for name in self.filters)

    @property
    def is_chosen(self) -> bool:
        """Whether anything but a name was chosen."""
        return any(self.data.get(name) for name in self.filters if name != "q")

    def filter_queryset(self, queryset: ClientQuerySet) -> ClientQuerySet:
        people = super().filter_queryset(queryset)
        chosen = self.form.cleaned_data
        return people if chosen.get("support") or chosen.get("q") else people.exclude(tier=Tier.INACTIVE)

    def named(self, people: ClientQuerySet, name: str, words: str) -> ClientQuerySet:
        return like(people, words)

    def supported(self, people: ClientQuerySet, name: str, tier: str) -> ClientQuerySet:
        if tier.startswith("closing"):
            before = (
                date.max if tier == "closing" else past_window_before(self.request.organisation.pk, self.request.on)
            )
            return people.filter(close_decided_on__lt=before, closed_on=None).exclude(tier=Tier.INACTIVE)
        return people.filter(tier=None if tier == "waiting" else tier)

    def due(self, people: ClientQuerySet, name: str, state: str) -> ClientQuerySet:
        """Filter by due date, rewritten as a condition on the date the weeks count from."""
        if state == "please_dont":
            return people.filter(contact_preference=ContactPreference.PLEASE_DONT)
        if state == QUIET_ON_MY_DAY:
            return people.filter(pk__in=quiet_on_my_day(self.request.member, self.request.on))
        if day := _day_of_my_day(state):
            return people.filter(pk__in=contacts_on_my_day(self.request.member, self.request.on, day))
        if state == "quiet":
            return quiet(people, self.request.on, quiet_from(self.request.organisation))
        today = self.request.on - cadence_of(self.request.organisation).between
        soon = today + timedelta(days=rules.SOON_DAYS)
        people = people.filter(contact_preference=ContactPreference.OK)
        if state == "week_over":  # as `contacts_over` of `workload.queries` counts for the page of a team (R61)
            counted_by = today - timedelta(days=rules.RAISED_DAYS)
            with_worker = people.filter(worker_id__isnull=False, worker_left=False)
            return with_worker.filter(tier=Tier.PARKED, six_weeks_from__lte=counted_by)
        people = people.filter(closed_on=None)
        match state:
            case "overdue":
                return people.filter(six_weeks_from__lt=today)
            case "today":
                return people.filter(six_weeks_from=today)
            case "week":
                return people.filter(six_weeks_from__gt=today, six_weeks_from__lte=soon)
        return people.filter(six_weeks_from__gt=soon)

    def held_by(self, people: ClientQuerySet, name: str, uid: str) -> ClientQuerySet:
        return (
            people.filter(Q(worker_id=None) | Q(worker_left=True)) if uid == NOBODY else people.filter(worker_uid=uid)
        )

    def held_in(self, people: ClientQuerySet, name: str, team: str) -> ClientQuerySet:
        return people.filter(any_of("worker_id", working_in(int(team), self.request.on).values("pk")))


def _of_my_day(state: str) -> tuple[str, str] | None:
    """Return the choice of a list that My day leads to; None for any other."""
    if state == QUIET_ON_MY_DAY:
        return state, _("Quiet for long, as on My day")
    day = _day_of_my_day(state)
    return (state, _("Due on %(day)s, as on My day") % {"day": format_day(day)}) if day else None


def _day_of_my_day(state: str) -> date | None:
    try:
        return date.fromisoformat(state.removeprefix(DAY_OF_MY_DAY)) if state.startswith(DAY_OF_MY_DAY) else None
    except ValueError:
        return None
