"""What the work weighs: schemes and their weights, activities, responsibilities, the ledger's lines."""

from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from caseload.models import Client, Family
from peerload.staff.models import Member, Organisation, PeriodQuerySet, ends_after_start, history

from ..enums import Condition, CountedPer, Element, Ending, Preset, Window


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def published(self) -> Self:
        """Return published versions, in force from their first day; a draft is never in force."""
        return self.filter(published_at__isnull=False)

    def drafts(self) -> Self:
        return self.filter(published_at=None)


class Scheme(models.Model):
    """
    A version of the points scheme: weights are rows; other settings for points, mark or limit are columns here.

    A draft is a version that is not published; a service has one at most.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="schemes")
    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    workload_weight = models.BooleanField(default=True)
    stable_scales_with_fte = models.BooleanField(default=False)
    mark = models.DecimalField(max_digits=7, decimal_places=2, default=85)
    limit = models.DecimalField(max_digits=7, decimal_places=2, default=100)
    close_window_days = models.PositiveSmallIntegerField(default=28)
    weight_of_cases_only = models.BooleanField(default=False)
    extras_inside_base = models.BooleanField(default=False)
    decision_day_is_first = models.BooleanField(default=False)
    start_day_is_first = models.BooleanField(default=False)
    windows_run_on = models.BooleanField(default=False)
    preset = models.CharField(
        max_length=16,
        choices=Preset,
        blank=True,
        help_text="Which rows of section 5 it began with; rows may differ since.",
    )
    begun_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    begun_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Counts its changes, so that two admins see each other.")

    objects = SchemeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "starts_on"],
                condition=Q(published_at__isnull=False),
                name="workload_scheme_starts_once",
            ),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(published_at=None), name="workload_scheme_one_draft"
            ),
            models.CheckConstraint(
                name="workload_scheme_mark_below_limit",
                condition=Q(mark__gte=0, limit__gte=F("mark")),
                violation_error_message=_("The mark lies between 0 and the limit."),
            ),
        ]
        ordering = ["starts_on"]

    def __str__(self) -> str:
        return self.name


class Weight(models.Model):
    """One row of a scheme: what a kind of work weighs, counted how, for how long."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="weights")
    item = models.PositiveSmallIntegerField(default=0, help_text="Its number in section 5 of the scheme.")
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    element = models.CharField(max_length=8, choices=Element)
    points = models.DecimalField(max_digits=6, decimal_places=2)
    per = models.CharField(max_length=10, choices=CountedPer, default=CountedPer.WORKER)
    window = models.CharField(max_length=14, choices=Window, default=Window.NONE)
    length = models.PositiveSmallIntegerField(default=0)
    condition = models.CharField(max_length=14, choices=Condition, default=Condition.NONE)
    condition_value = models.PositiveIntegerField(default=0)
    one_of = models.CharField(max_length=40, blank=True)
    tier = models.CharField(max_length=16, blank=True)
    linked_to_cases = models.BooleanField(
        default=False, help_text="An extra responsibility that adds points even where extras lie inside the base."
    )
    on = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code", "tier", "condition"], name="workload_weight_once"),
            models.CheckConstraint(name="workload_weight_points", condition=Q(points__gte=0)),
        ]
        ordering = ["item", "pk"]

    def __str__(self) -> str:
        return f"{self.code} {self.points}"


STATES = ("looked_after", "protection_plan", "placed_far")  # a worker has it or not, so never twice on one day


class DaysThrough(Func):
    """``daterange(starts_on, finished_on, '[]')``: both days within, open when the end is null."""

    function = "daterange"
    output_field = models.Field()


@history()
class Activity(models.Model):
    """A dated piece of work with a person; what it earns is computed from its start, its end and its kind."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey(Client, models.PROTECT, related_name="activities")
    code = models.CharField(max_length=40)
    starts_on = models.DateField()
    finished_on = models.DateField(null=True, blank=True, help_text="The last day it is true, or the day completed.")
    minutes_each_way = models.PositiveIntegerField(null=True, blank=True)
    first = models.BooleanField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "activities"
        constraints = [
            models.CheckConstraint(
                name="workload_activity_finished_after_start",
                condition=Q(finished_on=None) | Q(finished_on__gte=F("starts_on")),
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.UniqueConstraint(fields=["client", "code", "starts_on"], name="workload_activity_once"),
            ExclusionConstraint(
                name="workload_activity_state_one_at_a_time",
                expressions=[
                    (F("client"), RangeOperators.EQUAL),
                    (F("code"), RangeOperators.EQUAL),
                    (DaysThrough("starts_on", "finished_on", Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(code__in=STATES),
                violation_error_message=_("Two entries of this kind overlap."),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "client"])]

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"


@history()
class Responsibility(models.Model):
    """An extra responsibility a worker holds."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    worker = models.ForeignKey(Member, models.PROTECT, related_name="responsibilities")
    code = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    quantity = models.PositiveSmallIntegerField(default=1)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "responsibilities"
        constraints = [
            ends_after_start("workload_responsibility_has_a_day"),
            models.CheckConstraint(
                name="workload_responsibility_quantity", condition=Q(quantity__gte=1, quantity__lte=1000)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"


class PointLineQuerySet(PeriodQuerySet["PointLine"]):
    def of(self, organisation_id: int) -> Self:
        return self.filter(organisation_id=organisation_id)


class PointLine(models.Model):
    """
    The ledger: points one worker holds for one thing over a period. A projection; only `workload.actions.project` writes it.

    A line belongs to one unit: ``unit_family``, ``unit_client`` (a person without family) or ``unit_worker``. The table has no
    foreign keys in the database: two million of them would be most of a rebuild, and `check_points` compares it with the facts.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, db_constraint=False, db_index=False)
    unit_family = models.ForeignKey(
        Family, models.CASCADE, db_constraint=False, null=True, related_name="+", db_index=False
    )
    unit_client = models.ForeignKey(
        Client, models.CASCADE, db_constraint=False, null=True, related_name="+", db_index=False
    )
    unit_worker = models.ForeignKey(
        Member, models.CASCADE, db_constraint=False, null=True, related_name="+", db_index=False
    )
    worker = models.ForeignKey(Member, models.CASCADE, db_constraint=False, related_name="lines", db_index=False)
    element = models.CharField(max_length=8, choices=Element)
    code = models.CharField(max_length=40)
    points = models.DecimalField(max_digits=12, decimal_places=5)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True)
    client = models.ForeignKey(Client, models.CASCADE, db_constraint=False, null=True, related_name="+", db_index=False)
    family = models.ForeignKey(Family, models.CASCADE, db_constraint=False, null=True, related_name="+", db_index=False)
    source = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=120)
    ending = models.CharField(max_length=12, choices=Ending, blank=True)

    objects = PointLineQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("workload_line_has_a_day"),
            models.CheckConstraint(
                name="workload_line_of_one_unit",
                condition=Q(unit_family__isnull=False, unit_client=None, unit_worker=None)
                | Q(unit_family=None, unit_client__isnull=False, unit_worker=None)
                | Q(unit_family=None, unit_client=None, unit_worker__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["worker", "starts_on"],
                include=["ends_before", "element", "points"],
                name="workload_line_worker",
            ),
            models.Index(fields=["unit_family"], condition=Q(unit_family__isnull=False), name="workload_line_family"),
            models.Index(fields=["unit_client"], condition=Q(unit_client__isnull=False), name="workload_line_client"),
            models.Index(
                fields=["unit_worker"], condition=Q(unit_worker__isnull=False), name="workload_line_unit_worker"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points} {self.code} of {self.worker_id}"
