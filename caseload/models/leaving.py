"""What is done before a worker leaves, and who takes over their people. The notice itself is
`peerload.staff.models.Leaving`.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from peerload.guides.checklists.actions import run_of
from peerload.guides.checklists.models import ChecklistStep
from peerload.staff.models import Leaving, Member, history

from ..enums import LeavingStepKind


class LeavingStepManager(models.Manager["LeavingStep"]):
    def get_queryset(self) -> models.QuerySet["LeavingStep"]:
        return super().get_queryset().filter(leaving__isnull=False)


class LeavingStep(ChecklistStep):
    """One thing to do before a worker leaves, with its owner and day: a step of the checklist of their notice."""

    objects: ClassVar = LeavingStepManager()

    class Meta:
        proxy = True

    def __str__(self) -> str:
        return f"{self.kind} of leaving {self.leaving_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it; the first step of a notice begins its checklist."""
        if self.run_id is None and self.leaving is not None:
            self.run = run_of(self.leaving)
        super().save(*args, **kwargs)

    @property
    def text(self) -> str:
        return str(LeavingStepKind(self.kind).label)


@history()
class Handover(models.Model):
    """A leaver's note about one person, the receiver, and whether the person has been told."""

    leaving = models.ForeignKey(Leaving, models.PROTECT, related_name="handovers")
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="+")
    to = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(max_length=2000, blank=True)
    told_on = models.DateField(null=True, blank=True)
    told_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    moved_on = models.DateField(null=True, blank=True, help_text="From this day on the person is the receiver's.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["leaving", "client"], name="caseload_handover_once"),
            models.CheckConstraint(
                name="caseload_handover_told_by_somebody",
                condition=Q(told_on=None, told_by=None) | Q(told_on__isnull=False, told_by__isnull=False),
            ),
            models.CheckConstraint(
                name="caseload_handover_moved_to_somebody",
                condition=Q(moved_on=None) | Q(to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"handover {self.pk} of {self.client_id}"
