"""People who came by and belong to no one's caseload."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from peerload.staff.models import Member, Organisation, history

from .contacts import Contact


class DropInQuerySet(models.QuerySet["DropIn"]):
    def standing(self) -> Self:
        """Return drop-ins that were not voided."""
        return self.filter(voided_at=None)


@history(exclude=("first_name",))
class DropIn(models.Model):
    """
    Time with people who may not want their name written down: how many, how long, and a first name that is kept a week.

    It counts in the worker's hours and in the service's sums, never in points. A person can be made of one of them: then
    ``contact`` is the contact that this was for them, and it counts there, no longer here. The history never keeps the first
    name. Voided, never deleted.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    author = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField()
    people = models.PositiveSmallIntegerField(default=1)
    minutes = models.PositiveSmallIntegerField()
    first_name = models.CharField(max_length=60, blank=True, help_text="Only if they wish; removed after a week.")
    contact = models.OneToOneField(Contact, models.PROTECT, null=True, blank=True, related_name="drop_in")
    submission_id = models.UUIDField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    objects = DropInQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "submission_id"], name="caseload_dropin_once"),
            models.CheckConstraint(
                name="caseload_dropin_counts",
                condition=Q(people__gte=1, people__lte=200, minutes__gte=1, minutes__lte=1440),
                violation_error_message=_("At least one person and one minute; at most 200 people and a day."),
            ),
            models.CheckConstraint(
                name="caseload_dropin_void_whole",
                condition=Q(voided_at=None, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["author", "on"]),
            models.Index(fields=["organisation", "on"]),
        ]

    def __str__(self) -> str:
        return f"drop-in {self.pk}"
