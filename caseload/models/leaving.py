"""What is done before a worker leaves, and who takes over their people. The notice itself is
`peerload.staff.models.Leaving`.
"""

from django.db import models
from django.db.models import Q

from peerload.staff.models import Leaving, Member, history

from ..enums import LeavingStepKind


@history()
class LeavingStep(models.Model):
    """One thing to do before a worker leaves, with its owner and day."""

    leaving = models.ForeignKey(Leaving, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16, choices=LeavingStepKind)
    owner = models.ForeignKey(Member, models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["leaving", "kind"], name="caseload_leavingstep_once"),
            models.CheckConstraint(
                name="caseload_leavingstep_done_by_somebody",
                condition=Q(done_on=None, done_by=None) | Q(done_on__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of leaving {self.leaving_id}"


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
