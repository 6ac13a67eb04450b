"""The service: its settings, and the days it is closed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .base import history

UNNAMED = "Our service"  # what a service is called, and its code, until the first sheets that come in say it


@history(exclude=("recount_from", "recount_asked_at"))
class Organisation(models.Model):
    """A service, with its zone, region and settings. Settings that change points belong to the scheme (workload)."""

    code = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64)
    region = models.CharField(max_length=16)
    full_time_hours = models.DecimalField(max_digits=5, decimal_places=2, default=40)
    preset = models.CharField(max_length=16, default="peer")
    person_noun = models.CharField(max_length=40, default="person", help_text="What it calls somebody it supports.")
    people_noun = models.CharField(max_length=40, default="people", help_text="What it calls those it supports.")
    greeting = models.CharField(max_length=40, default="Hello")
    tonight_line = models.CharField(
        max_length=200, blank=True, help_text="Who to call when the service is closed, shown with what helps somebody."
    )
    cycle_anchor = models.DateField(null=True, blank=True)
    parked_weeks = models.PositiveSmallIntegerField(default=6)
    inactive_weeks = models.PositiveSmallIntegerField(default=24)
    undo_weeks = models.PositiveSmallIntegerField(
        default=52, help_text="How long the last worker sees, and can undo, that 24 weeks made somebody not in touch."
    )
    consecutive_over = models.PositiveSmallIntegerField(default=2)
    boundary_high = models.DecimalField(max_digits=7, decimal_places=2, default=5)
    boundary_medium = models.DecimalField(max_digits=7, decimal_places=2, default=10)
    boundary_group = models.DecimalField(max_digits=7, decimal_places=2, default=15)
    boundary_parked = models.DecimalField(max_digits=7, decimal_places=2, default=20)
    quiet_high = models.PositiveSmallIntegerField(
        default=14, help_text="Days without contact; shown, never a reminder."
    )
    quiet_medium = models.PositiveSmallIntegerField(default=28)
    quiet_group = models.PositiveSmallIntegerField(default=42)
    action_days = models.PositiveSmallIntegerField(
        default=14, help_text="So many days after its due day an open action is told to the service manager."
    )
    records_from = models.DateField(
        null=True, blank=True, help_text="The first month whose records and reports were asked for; null: none yet."
    )
    recount_from = models.BigIntegerField(
        null=True, blank=True, help_text="Points are being recounted from this unit on."
    )
    recount_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="staff_organisation_cadence",
                condition=Q(parked_weeks__gte=1, inactive_weeks__gte=1, consecutive_over__gte=1, full_time_hours__gt=0),
                violation_error_message=_("Weeks and hours are above 0."),
            ),
            models.CheckConstraint(
                name="staff_organisation_quiet",
                condition=Q(quiet_high__gte=1, quiet_medium__gte=1, quiet_group__gte=1),
                violation_error_message=_("Days without contact are above 0."),
            ),
            models.CheckConstraint(
                name="staff_organisation_action_days",
                condition=Q(action_days__gte=1),
                violation_error_message=_("Days after the due day are above 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@history()
class ClosureDay(models.Model):
    """A day the service is shut, on top of its region's holidays."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="closures")
    on = models.DateField()
    label = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "on"], name="staff_closure_once")]
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on} {self.label}"
