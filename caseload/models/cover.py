"""Who covers while a worker is away, and what was done in that time."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef

from peerload.staff.models import Absence, Member, Organisation, PeriodQuerySet, ends_after_start, history, no_overlap

from ..enums import Duty
from .allocations import Allocation


class CoverQuerySet(PeriodQuerySet["Cover"]):
    def holding(self, day: date) -> Self:
        """Return covers in force on a day: the absence lasts and the person is still the absent worker's."""
        away = Absence.objects.on(day).filter(pk=OuterRef("absence"))
        theirs = Allocation.objects.on(day).filter(client=OuterRef("client"), worker=OuterRef("absence__worker"))
        return self.on(day).filter(Exists(away), Exists(theirs))

    def of_ended_by_time(self, day: date) -> Self:
        """Cover of people made not in touch by the sweep during their last worker's absence (`Allocation.ended_by_time`)."""
        away = Absence.objects.on(day).filter(pk=OuterRef("absence"))
        theirs = Allocation.objects.ended_by_time(day).filter(
            client=OuterRef("client"), worker=OuterRef("absence__worker")
        )
        return self.on(day).filter(Exists(away), Exists(theirs))


@history()
class Cover(models.Model):
    """
    A worker covers a person while theirs is away; the person, and their points, stay the absent worker's (A06, R77).

    It ends with the absence, with the person's support by that worker, or when another worker covers.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    absence = models.ForeignKey(Absence, models.PROTECT, related_name="covers")
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="covers")
    worker = models.ForeignKey(Member, models.PROTECT, related_name="covers")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CoverQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("caseload_cover_has_a_day"),
            no_overlap("caseload_cover_one_at_a_time", "client"),
        ]
        indexes = [models.Index(fields=["worker", "starts_on"])]

    def __str__(self) -> str:
        return f"cover {self.pk} of {self.client_id}"


@history()
class DutyDone(models.Model):
    """A duty of an absence was done. Which duties there are, and by when, follows from the absence and the day."""

    absence = models.ForeignKey(Absence, models.PROTECT, related_name="duties_done")
    kind = models.CharField(max_length=16, choices=Duty)
    due_on = models.DateField(help_text="Which of several: each week has its review.")
    done_on = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["absence", "kind", "due_on"], name="caseload_dutydone_once")]

    def __str__(self) -> str:
        return f"{self.kind} of absence {self.absence_id}"
