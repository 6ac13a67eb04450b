"""Allocations, which say who supports a person, and decisions to close."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from peerload.staff.models import Member, Organisation, PeriodQuerySet, ends_after_start, history, no_overlap

from ..enums import Tier
from .tiers import TierPeriod


class AllocationQuerySet(PeriodQuerySet["Allocation"]):
    def counted(self) -> Self:
        """Return allocations counted as the worker's own: not held by a student."""
        return self.filter(student_held=False)

    def ended_by_time(self, on: date) -> Self:
        """
        Return allocations that the sweep ended after 24 weeks, of people who are not in touch because of that on a day (R54).

        A service sets for how many weeks after it the last worker sees the person and can undo it
        (`Organisation.undo_weeks`). A later worker, and a manager's decision since, replace what the sweep wrote. An
        absorbed record is among them: its last worker reads there which record to open, and can undo nothing.
        """
        ended = TierPeriod.objects.on(on).filter(
            client=OuterRef("client"), tier=Tier.INACTIVE, automatic=True, starts_on__lte=OuterRef("closed_on")
        )
        since = Cast(Value(on), models.DateField()) - F("organisation__undo_weeks") * 7
        return self.filter(
            Exists(ended),
            ended_by_sweep=True,
            ends_before__gt=ExpressionWrapper(since, models.DateField()),
        )


def held_on(on: date) -> AllocationQuerySet:
    """
    Return the allocation on a day of the client in an outer query, as a subquery.

    With the service PostgreSQL finds it in caseload_allocation_in_order. With the client alone it takes the index of the
    constraint `caseload_allocation_one_at_a_time`, in which a look-up costs the more the more people there are.
    """
    return Allocation.objects.on(on).filter(organisation=OuterRef("organisation"), client=OuterRef("pk"))


@history()
class Allocation(models.Model):
    """
    A person allocated to a worker.

    ``ends_before`` is the first day the person is no longer the worker's: as given, or the next allocation's first day,
    or the day after closing.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False)  # see caseload_allocation_in_order
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="allocations")
    worker = models.ForeignKey(Member, models.PROTECT, related_name="allocations")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    close_decided_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    student_held = models.BooleanField(default=False)
    purpose = models.TextField(max_length=2000, blank=True)
    first_action = models.TextField(max_length=2000, blank=True)
    review_on = models.DateField(null=True, blank=True)
    note = models.TextField(max_length=2000, blank=True, help_text="To the worker.")
    over_reason = models.TextField(
        max_length=2000, blank=True, help_text="Why, though the worker was to hold more than the limit."
    )
    ended_by_sweep = models.BooleanField(default=False)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AllocationQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("caseload_allocation_has_a_day"),
            no_overlap("caseload_allocation_one_at_a_time", "client"),
            models.CheckConstraint(
                name="caseload_allocation_decided_after_start",
                condition=Q(close_decided_on=None) | Q(close_decided_on__gte=F("starts_on")),
                violation_error_message=_("The decision to close lies before the allocation."),
            ),
            models.CheckConstraint(
                name="caseload_allocation_closed_after_start_and_decision",
                condition=Q(closed_on=None)
                | (
                    Q(closed_on__gte=F("starts_on"), ends_before__isnull=False)
                    & (Q(close_decided_on=None) | Q(closed_on__gte=F("close_decided_on")))
                ),
                violation_error_message=_("The closing lies before the allocation or before the decision to close."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "client"],
                include=["worker", "starts_on", "ends_before", "student_held"],
                name="caseload_allocation_in_order",
            ),
            models.Index(fields=["worker", "starts_on"]),
            models.Index(
                fields=["organisation", "close_decided_on"],
                condition=Q(close_decided_on__isnull=False, closed_on=None),
                name="caseload_allocation_closing",
            ),
        ]

    def __str__(self) -> str:
        return f"allocation {self.pk} of {self.client_id}"


class CloseDecisionQuerySet(models.QuerySet["CloseDecision"]):
    def standing(self) -> Self:
        """Return decisions that were not withdrawn."""
        return self.filter(withdrawn_on=None)


@history()
class CloseDecision(models.Model):
    """
    A decision to close an allocation: who made it and why, and who withdrew it (R23).

    ``Allocation.close_decided_on`` is the decision in force. For one that only a sheet brought, no more than the day is
    known.
    """

    allocation = models.ForeignKey(Allocation, models.CASCADE, related_name="decisions")
    decided_on = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(max_length=2000, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.TextField(max_length=2000, blank=True)

    objects = CloseDecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["allocation"], condition=Q(withdrawn_on=None), name="caseload_closedecision_one_stands"
            ),
            models.CheckConstraint(
                name="caseload_closedecision_withdrawn_afterwards",
                condition=Q(withdrawn_on=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_on__isnull=False, withdrawn_on__gte=F("decided_on")),
                violation_error_message=_("The decision was withdrawn before it was made."),
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk} to close allocation {self.allocation_id}"


@history()
class AllocationReview(models.Model):
    """A review of an allocation: who held it, its result, and the next date (W25)."""

    allocation = models.ForeignKey(Allocation, models.CASCADE, related_name="reviews")
    looked_on = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField(max_length=2000, blank=True)
    next_on = models.DateField(null=True, blank=True, help_text="Empty: there was nothing more to look at.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="caseload_allocationreview_next_is_later",
                condition=Q(next_on=None) | Q(next_on__gt=F("looked_on")),
                violation_error_message=_("The next day to look at it lies before this one."),
            ),
        ]

    def __str__(self) -> str:
        return f"review {self.pk} of allocation {self.allocation_id}"
