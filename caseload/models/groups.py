"""Groups, who belongs to them, their meetings ahead and their sessions."""

import uuid
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _

from peerload.core.arrays import any_of
from peerload.staff.models import Member, Organisation, PeriodQuerySet, Team, ends_after_start, history, no_overlap

from ..enums import Weekday
from .contacts import Contact

if TYPE_CHECKING:
    from ..groups.rules import Meeting


class GroupQuerySet(PeriodQuerySet["Group"]):
    def visible_to(self, member: Member, on: date) -> Self:
        """Return groups a member facilitates that day, and those of the teams they lead."""
        if not member.active:
            return self.none()
        mine = GroupFacilitator.objects.on(on).filter(worker=member).values("group")
        led = Group.objects.filter(team__in=Team.objects.led_by(member, on)).values("pk")
        return self.filter(any_of("pk", mine.union(led, all=True)), organisation_id=member.organisation_id)

    def locked(self) -> Self:
        """Lock the rows. To lock a group and people, lock the group first."""
        return self.select_for_update(of=("self",), no_key=True)


@history()
class Group(models.Model):
    """A support group of a team: people meet in it, usually at the same hour of a week (P02, P12)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    team = models.ForeignKey(Team, models.PROTECT, related_name="groups")
    name = models.CharField(max_length=120)
    weekday = models.CharField(max_length=12, choices=Weekday, blank=True)
    starts_at = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=90, help_text="How long a session usually takes.")
    place = models.CharField(max_length=300, blank=True, help_text="Where it meets.")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)

    last_on: date | None  # of its last session, where a query annotates it
    facilitated_from: date | None  # since when a member facilitates it, where a query annotates it
    changes: "list[Meeting]"  # the meetings that differ from the usual, where a query adds them
    next_meeting: "Meeting | None"  # where a page asks

    objects = GroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", Upper("name"), name="caseload_group_name_once"),
            ends_after_start("caseload_group_has_a_day"),
            models.CheckConstraint(
                name="caseload_group_minutes",
                condition=Q(minutes__gte=1, minutes__lte=1440),
                violation_error_message=_("A session lasts at most a day."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("group", args=[self.uid])


@history()
class GroupMember(models.Model):
    """A supported person's membership of a group for a period; their tier is independent of it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    group = models.ForeignKey(Group, models.PROTECT, related_name="members")
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="groups")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("caseload_groupmember_has_a_day"),
            no_overlap("caseload_groupmember_once", "group", "client"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} in group {self.group_id}"


@history()
class GroupFacilitator(models.Model):
    """A worker who facilitates a group for a period."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    group = models.ForeignKey(Group, models.PROTECT, related_name="facilitators")
    worker = models.ForeignKey(Member, models.PROTECT, related_name="groups")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("caseload_groupfacilitator_has_a_day"),
            no_overlap("caseload_groupfacilitator_once", "group", "worker"),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} of group {self.group_id}"


@history()
class GroupMeeting(models.Model):
    """
    One meeting of a group that differs from the usual: on another day, at another hour or place, called off, or extra.

    ``usual_on`` is the usual day it stands for, empty for an extra meeting. A meeting as usual has no row, unless a change
    was taken back: ``as_usual`` keeps its version, so that calendars and pages opened earlier know the newer state.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    group = models.ForeignKey(Group, models.PROTECT, related_name="meetings")
    usual_on = models.DateField(
        null=True, blank=True, help_text="The usual day it stands for; empty: an extra meeting."
    )
    on = models.DateField(help_text="The day it meets.")
    starts_at = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=300, blank=True, help_text="Where it meets that day.")
    by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", help_text="Who planned it so."
    )
    called_off_on = models.DateField(null=True, blank=True)
    called_off_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    as_usual = models.BooleanField(default=False, help_text="Changes were taken back: it meets as usual again.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "usual_on"], name="caseload_groupmeeting_once_a_usual_day"),
            models.UniqueConstraint(
                fields=["group", "on"],
                condition=Q(called_off_on=None, as_usual=False),
                name="caseload_groupmeeting_once_a_day",
            ),
            models.CheckConstraint(
                name="caseload_groupmeeting_as_usual",
                condition=Q(as_usual=False) | Q(called_off_on=None, usual_on=models.F("on")),
                violation_error_message=_("A meeting as usual is on its usual day and not called off."),
            ),
            models.CheckConstraint(
                name="caseload_groupmeeting_minutes",
                condition=Q(minutes__gte=1, minutes__lte=1440),
                violation_error_message=_("A meeting lasts at most a day."),
            ),
            models.CheckConstraint(
                name="caseload_groupmeeting_called_off_whole",
                condition=Q(called_off_by=None) | Q(called_off_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"meeting of group {self.group_id} on {self.on}"


class GroupSessionQuerySet(models.QuerySet["GroupSession"]):
    def standing(self) -> Self:
        """Return sessions that were not voided."""
        return self.filter(voided_at=None)


@history()
class GroupSession(models.Model):
    """
    A group met on a day. Voided, never deleted or rewritten; one a day is not voided.

    ``facilitator_minutes`` is the time of each facilitator, setting up and writing up included.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    group = models.ForeignKey(Group, models.PROTECT, related_name="sessions")
    author = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    facilitator_minutes = models.PositiveSmallIntegerField()
    note = models.TextField(max_length=8000, blank=True)
    submission_id = models.UUIDField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    objects = GroupSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "on"], condition=Q(voided_at=None), name="caseload_groupsession_once_a_day"
            ),
            models.UniqueConstraint(fields=["author", "submission_id"], name="caseload_groupsession_once"),
            models.CheckConstraint(
                name="caseload_groupsession_void_whole",
                condition=Q(voided_at=None, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
            ),
            models.CheckConstraint(
                name="caseload_groupsession_minutes",
                condition=Q(minutes__gte=1, minutes__lte=1440, facilitator_minutes__lte=1440),
                violation_error_message=_("A session lasts at most a day."),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "on"])]

    def __str__(self) -> str:
        return f"session of group {self.group_id} on {self.on}"


class SessionFacilitator(models.Model):
    """Who facilitated a session; their minutes are the session's ``facilitator_minutes``."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    session = models.ForeignKey(GroupSession, models.PROTECT, related_name="facilitators")
    worker = models.ForeignKey(Member, models.PROTECT, related_name="sessions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "worker"], name="caseload_sessionfacilitator_once")]

    def __str__(self) -> str:
        return f"{self.worker_id} in session {self.session_id}"


class Attendance(models.Model):
    """Whether a member of the group came to a session; each who came has a contact of that day."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    session = models.ForeignKey(GroupSession, models.PROTECT, related_name="attendance")
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="attendance")
    came = models.BooleanField()
    contact = models.OneToOneField(Contact, models.PROTECT, null=True, blank=True, related_name="attendance")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "client"], name="caseload_attendance_once"),
            models.CheckConstraint(
                name="caseload_attendance_came_with_a_contact",
                condition=Q(came=True, contact__isnull=False) | Q(came=False, contact=None),
                violation_error_message=_("Each person who came has a contact, the others have none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} at session {self.session_id}"
