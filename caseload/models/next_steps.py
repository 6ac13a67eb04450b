"""What was promised to a person, and appointments with them."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from peerload.staff.models import Member, Organisation, history

from ..enums import NextStepEnd, NextStepKind, Place
from .contacts import Contact


class NextStepQuerySet(models.QuerySet["NextStep"]):
    def standing(self) -> Self:
        """Return next steps that are neither kept, nor not kept, nor called off."""
        return self.filter(ended_as="")


@history()
class NextStep(models.Model):
    """
    A promise to a person, by a day, or an appointment with them, at an hour.

    It belongs to the person, not to its author: responsible is the worker who supports them on its day, or the worker who covers.
    Moving it changes its day; how often it was moved is counted.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="next_steps", db_index=False)
    kind = models.CharField(max_length=12, choices=NextStepKind)
    what = models.CharField(
        max_length=300, blank=True, help_text="What was promised, or what the appointment is about."
    )
    due_on = models.DateField(help_text="By when it is promised, or the day of the appointment.")
    starts_at = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    place = models.CharField(max_length=12, choices=Place, blank=True)
    place_words = models.CharField(max_length=300, blank=True, help_text="The room, the address or the link.")
    with_others = models.CharField(max_length=200, blank=True, help_text="Who else comes.")
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="next_steps", help_text="With which it was made."
    )
    times_moved = models.PositiveSmallIntegerField(default=0)
    ended_as = models.CharField(max_length=12, choices=NextStepEnd, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    made_on = models.DateField()
    submission_id = models.UUIDField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    seen: bool  # where a query annotates it: whether the reader may open the person's page

    objects = NextStepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "submission_id"], name="caseload_nextstep_once"),
            models.CheckConstraint(
                name="caseload_nextstep_appointment_has_an_hour",
                condition=Q(kind="promise", starts_at=None, minutes=None, place="", place_words="", with_others="")
                & ~Q(what="")
                | Q(kind="appointment", starts_at__isnull=False, minutes__gte=1, minutes__lte=1440) & ~Q(place=""),
                violation_error_message=_("A promise says what; an appointment has an hour, a length and a place."),
            ),
            models.CheckConstraint(
                name="caseload_nextstep_ended_whole",
                condition=Q(ended_as="", ended_on=None, ended_by=None) | ~Q(ended_as="") & Q(ended_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["client", "due_on"], name="caseload_nextstep_of_person"),
            models.Index(
                fields=["organisation", "due_on"], condition=Q(ended_as=""), name="caseload_nextstep_standing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} for {self.client_id}"
