"""Whether the work is bearable. In this release a plan's hours are brought in, kept and given back."""

from django.db import models
from django.db.models import Q

from peerload.staff.models import Member, Organisation

from .enums import PlanActivity


class PlanLine(models.Model):
    """Hours planned for one activity in one of the four weeks."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    worker = models.ForeignKey(Member, models.PROTECT, related_name="plan_lines")
    week = models.PositiveSmallIntegerField()
    activity = models.CharField(max_length=24, choices=PlanActivity)
    hours = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["worker", "week", "activity"], name="wellbeing_planline_once"),
            models.CheckConstraint(name="wellbeing_planline_week", condition=Q(week__gte=1, week__lte=4)),
            models.CheckConstraint(name="wellbeing_planline_hours", condition=Q(hours__gte=0, hours__lte=168)),
        ]

    def __str__(self):
        return f"{self.activity} in week {self.week} of {self.worker_id}"
