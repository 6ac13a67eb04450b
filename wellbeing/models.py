"""
Whether the work is bearable: time plans, time logged, sessions of supervision and reflective practice, private documents.
"""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from peerload.core.dates import DAY
from peerload.staff.models import Absence, Member, Organisation, PeriodQuerySet, ends_after_start, history, no_overlap

from .enums import OPEN_LEAVE, DocumentKind, Focus, LeaveState, LedBy, PlanState, SessionKind, StudyKind

CODE_LENGTH = 24  # of a row of the plan
SINCE_ALWAYS = date(2000, 1, 3)  # a Monday: from when a plan holds that came in by a sheet, which names no day

# Plans -------------------------------------------------------------------------------------------------------------------


@history()
class PlanRow(models.Model):
    """
    A row that a service has added to its time plans, or its own name for a row of the practice note (R68).

    Rows of the practice note without a line here have the name that comes with peerload (`plans.rules.BUILT_IN_ROWS`).
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="plan_rows")
    code = models.CharField(max_length=CODE_LENGTH)
    label = models.CharField(max_length=80)
    focus = models.CharField(max_length=12, choices=Focus)
    in_use = models.BooleanField(default=True, help_text="Offered in new plans; plans that have hours for it keep it.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="wellbeing_planrow_once")]

    def __str__(self) -> str:
        return self.label


class PlanTemplate(models.Model):
    """A template of the service to begin plans from, beside those of the product (`wellbeing.plans.rules.templates`)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    name = models.CharField(max_length=80)
    weekly_hours = models.DecimalField(max_digits=5, decimal_places=2)
    hours = models.JSONField(help_text="By activity, the hours of the four weeks as text.")
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="wellbeing_plantemplate_once")]

    def __str__(self) -> str:
        return self.name


class TimePlanQuerySet(models.QuerySet["TimePlan"]):
    def agreed(self) -> Self:
        return self.filter(state=PlanState.AGREED)

    def open(self) -> Self:
        """Return drafts, and proposed plans without an answer."""
        return self.exclude(state=PlanState.AGREED)

    def in_force(self, on: date) -> Self:
        """Return the plan of each worker in force on a day: the last agreed one that has begun."""
        last = self.model.objects.agreed().filter(worker=OuterRef("worker"), starts_on__lte=on).order_by("-starts_on")
        return self.filter(pk=Subquery(last.values("pk")[:1]))


@history(exclude=("version",))
class TimePlan(models.Model):
    """
    A version of a worker's four weeks, from a Monday on; the next agreed one takes its place (R71).

    Which of the four weeks a week is follows from the service's anchor Monday.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    worker = models.ForeignKey(Member, models.PROTECT, related_name="plans")
    starts_on = models.DateField()
    state = models.CharField(max_length=12, choices=PlanState, default=PlanState.DRAFT)
    template = models.CharField(max_length=80, blank=True, help_text="From which it was begun.")
    proposed_on = models.DateField(null=True, blank=True)
    answer = models.TextField(max_length=2000, blank=True, help_text="What the team manager asked to be changed.")
    agreed_on = models.DateField(null=True, blank=True)
    agreed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = TimePlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["worker"], condition=~Q(state="agreed"), name="wellbeing_timeplan_one_open"
            ),
            models.UniqueConstraint(
                fields=["worker", "starts_on"], condition=Q(state="agreed"), name="wellbeing_timeplan_agreed_once"
            ),
            models.CheckConstraint(
                name="wellbeing_timeplan_begins_on_a_monday",
                condition=Q(starts_on__iso_week_day=1),
                violation_error_message=_("A plan begins on a Monday."),
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.pk} of {self.worker_id}"


class PlanLine(models.Model):
    """Hours planned for one activity in one of the four weeks."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    plan = models.ForeignKey(TimePlan, models.CASCADE, related_name="lines")
    week = models.PositiveSmallIntegerField()
    activity = models.CharField(max_length=CODE_LENGTH, help_text="The code of a row of the plan.")
    hours = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "week", "activity"], name="wellbeing_planline_once"),
            models.CheckConstraint(name="wellbeing_planline_week", condition=Q(week__gte=1, week__lte=4)),
            models.CheckConstraint(name="wellbeing_planline_hours", condition=Q(hours__gte=0, hours__lte=168)),
        ]

    def __str__(self) -> str:
        return f"{self.activity} in week {self.week} of plan {self.plan_id}"


# Time --------------------------------------------------------------------------------------------------------------------


class TimeEntry(models.Model):
    """Time outside contacts that a member has logged: how much for what, on a day. Never required, never a diary."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    worker = models.ForeignKey(Member, models.PROTECT, related_name="time_entries")
    on = models.DateField()
    activity = models.CharField(max_length=CODE_LENGTH, help_text="The code of a row of the plan.")
    minutes = models.PositiveSmallIntegerField()
    submission_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["worker", "submission_id"], name="wellbeing_timeentry_once"),
            models.CheckConstraint(name="wellbeing_timeentry_minutes", condition=Q(minutes__gte=1, minutes__lte=1440)),
        ]
        indexes = [models.Index(fields=["worker", "on"])]

    def __str__(self) -> str:
        return f"{self.minutes} min of {self.activity} by {self.worker_id}"


class TimeStudy(models.Model):
    """Two weeks in which a worker, by their own wish, measures each piece of work (T14)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    worker = models.ForeignKey(Member, models.PROTECT, related_name="time_studies")
    starts_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True, help_text="Ended before its two weeks were over.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["worker", "starts_on"], name="wellbeing_timestudy_once"),
        ]

    def __str__(self) -> str:
        return f"study {self.pk} of {self.worker_id}"


class StudyEntry(models.Model):
    """One piece of work of a study, and how long it took."""

    study = models.ForeignKey(TimeStudy, models.CASCADE, related_name="entries")
    on = models.DateField()
    kind = models.CharField(max_length=16, choices=StudyKind)
    minutes = models.PositiveSmallIntegerField()
    submission_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "submission_id"], name="wellbeing_studyentry_once"),
            models.CheckConstraint(name="wellbeing_studyentry_minutes", condition=Q(minutes__gte=1, minutes__lte=1440)),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min of {self.kind} in study {self.study_id}"


# Sessions ----------------------------------------------------------------------------------------------------------------


class SessionCadence(models.Model):
    """How often a service has a kind of session, in weeks; it does not scale with FTE (R72)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="cadences")
    kind = models.CharField(max_length=24, choices=SessionKind)
    every_weeks = models.PositiveSmallIntegerField(help_text="0: only when wanted.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="wellbeing_sessioncadence_once"),
            models.CheckConstraint(name="wellbeing_sessioncadence_weeks", condition=Q(every_weeks__lte=52)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} every {self.every_weeks} weeks"


class SessionQuerySet(models.QuerySet["Session"]):
    def planned(self) -> Self:
        """Return sessions neither held nor missed."""
        return self.filter(held_on=None, missed_on=None)

    def held(self) -> Self:
        return self.exclude(held_on=None)


@history()
class Session(models.Model):
    """
    A session of supervision, reflective practice or the like: planned, held, or missed with another day booked at once (W22).

    Only that it happened is kept here; its content is kept nowhere unless both agree to a note (`SessionNote`).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    worker = models.ForeignKey(Member, models.PROTECT, related_name="own_sessions")
    kind = models.CharField(max_length=24, choices=SessionKind)
    planned_on = models.DateField()
    starts_at = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=60)
    place = models.CharField(max_length=300, blank=True, help_text="Where it is held, or the link to it.")
    with_member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    with_name = models.CharField(max_length=200, blank=True, help_text="Somebody outside the service.")
    led_by = models.CharField(
        max_length=8, choices=LedBy, blank=True, help_text='Of reflective practice; "" where it is not said.'
    )
    held_on = models.DateField(null=True, blank=True)
    missed_on = models.DateField(null=True, blank=True, help_text="The day it was called off.")
    instead = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="instead_of")
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    with_who_has_left: bool  # where a query annotates it

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="wellbeing_session_held_or_missed", condition=Q(held_on=None) | Q(missed_on=None)
            ),
            models.CheckConstraint(
                name="wellbeing_session_booked_anew_when_missed",
                condition=Q(missed_on=None, instead=None) | Q(missed_on__isnull=False, instead__isnull=False),
                violation_error_message=_("Whatever is called off has another day at once."),
            ),
            models.CheckConstraint(name="wellbeing_session_not_with_oneself", condition=~Q(with_member=F("worker"))),
            models.CheckConstraint(
                name="wellbeing_session_led_by_of_reflective_practice",
                condition=Q(led_by="") | Q(kind=SessionKind.REFLECTIVE_PRACTICE),
            ),
            models.CheckConstraint(name="wellbeing_session_minutes", condition=Q(minutes__gte=1, minutes__lte=1440)),
        ]
        indexes = [
            models.Index(fields=["worker", "kind", "planned_on"]),
            models.Index(  # the first of each kind that a service wrote down
                "organisation", "kind", Coalesce("held_on", "planned_on"), name="wellbeing_session_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of {self.worker_id}"

    @property
    def has_note(self) -> bool:
        return hasattr(self, "note")

    @property
    def is_instead(self) -> bool:
        """Return whether it replaces one that was missed."""
        return hasattr(self, "instead_of")


class SessionNote(models.Model):
    """What both keep of a session, sealed: one writes, the other agrees; without that it is not kept."""

    session = models.OneToOneField(Session, models.CASCADE, related_name="note")
    written_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    written_on = models.DateField()
    sealed = models.BinaryField()
    agreed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"note of session {self.session_id}"

    @property
    def sealed_for(self) -> uuid.UUID:
        return self.session.uid


# Leave -------------------------------------------------------------------------------------------------------------------


class LeaveRequestQuerySet(PeriodQuerySet["LeaveRequest"]):
    def open(self) -> Self:
        """Return requests that may still be changed and agreed."""
        return self.filter(state__in=OPEN_LEAVE)

    def asked(self) -> Self:
        """Return requests that wait for an answer."""
        return self.filter(state=LeaveState.ASKED)


@history()
class LeaveRequest(models.Model):
    """
    A worker asks for leave, says what should happen meanwhile, and who leads the team answers (A06).

    Agreed, it makes an absence. A request about an absence that is there asks for other days, or to call it off.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    worker = models.ForeignKey(Member, models.PROTECT, related_name="leave_requests")
    starts_on = models.DateField()
    ends_before = models.DateField(help_text="The day after the last day of the leave.")
    kind = models.CharField(max_length=40, blank=True, help_text="The name of a kind of leave.")
    words = models.TextField(max_length=2000, blank=True, help_text="What should happen while they are away.")
    calls_off = models.BooleanField(default=False, help_text="Asks that the absence does not take place.")
    state = models.CharField(max_length=12, choices=LeaveState, default=LeaveState.ASKED)
    asked_on = models.DateField()
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=300, blank=True)
    absence = models.ForeignKey(
        Absence,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="leave_requests",
        help_text="What it became; of an open request, the absence it asks to change.",
    )

    objects = LeaveRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("wellbeing_leaverequest_has_a_day"),
            no_overlap(
                "wellbeing_leaverequest_one_at_a_time", "worker", condition=Q(state__in=["asked", "other_days"])
            ),
        ]
        indexes = [
            models.Index(fields=["organisation"], condition=Q(state="asked"), name="wellbeing_leaverequest_asked")
        ]

    def __str__(self) -> str:
        return f"leave request {self.pk} of {self.worker_id}"

    @property
    def last_day(self) -> date:
        return self.ends_before - DAY

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_LEAVE

    @property
    def is_change(self) -> bool:
        """Whether it asks for other days of an absence that was agreed."""
        return self.is_open and self.absence_id is not None and not self.calls_off


# Private by construction -------------------------------------------------------------------------------------------------


class PrivateDocument(models.Model):
    """
    A member's own document, sealed: no one else can read it, unless and while they share it.

    It has no history, no search and no export, so that no copy exists.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    author = models.ForeignKey(Member, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=16, choices=DocumentKind)
    sealed = models.BinaryField()
    written_on = models.DateField()
    looked_at_on = models.DateField(
        help_text="Last written or confirmed; a Wellness Action Plan is looked at every six months."
    )
    version = models.PositiveIntegerField(default=1)
    shared_with = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    shared_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["author"], condition=Q(kind="wellness_plan"), name="wellbeing_document_one_wellness_plan"
            ),
            models.CheckConstraint(
                name="wellbeing_document_shared_with_somebody",
                condition=Q(shared_with=None, shared_on=None) | Q(shared_with__isnull=False, shared_on__isnull=False),
            ),
            models.CheckConstraint(name="wellbeing_document_not_with_oneself", condition=~Q(shared_with=F("author"))),
        ]
        indexes = [models.Index(fields=["author", "kind"])]

    def __str__(self) -> str:
        return f"document {self.pk}"

    @property
    def sealed_for(self) -> uuid.UUID:
        return self.author.uid


class Adjustment(models.Model):
    """What a worker and their manager have agreed about their work, a phased return or another; sealed, read by both."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    worker = models.ForeignKey(Member, models.PROTECT, related_name="adjustments")
    starts_on = models.DateField()
    review_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    sealed = models.BinaryField()
    written_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    worker_agreed_on = models.DateField(null=True, blank=True)
    agreed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_on = models.DateField(null=True, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="change", help_text="What ends once this is agreed."
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="wellbeing_adjustment_two_agree",
                condition=Q(agreed_by=None, agreed_on=None) | Q(agreed_by__isnull=False, agreed_on__isnull=False),
            ),
            models.CheckConstraint(name="wellbeing_adjustment_not_with_oneself", condition=~Q(agreed_by=F("worker"))),
        ]

    def __str__(self) -> str:
        return f"adjustment {self.pk} of {self.worker_id}"

    @property
    def sealed_for(self) -> uuid.UUID:
        return self.worker.uid

    @property
    def is_agreed(self) -> bool:
        return bool(self.worker_agreed_on and self.agreed_on)
