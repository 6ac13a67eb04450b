"""What the sweep has found, and the last day it ran for."""

from django.db import models

from peerload.staff.models import Organisation


class Reminder(models.Model):
    """A stage a reminder has reached; the anchor is the day the six weeks are counted from."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=16)
    anchor_on = models.DateField()
    on = models.DateField(help_text="The local day it was found.")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "kind", "anchor_on"], name="caseload_reminder_once")]
        indexes = [models.Index(fields=["organisation", "on"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.client_id} {self.anchor_on}"


class SweepRun(models.Model):
    """The last local day an organisation has been swept for: the watermark, and what was found."""

    organisation = models.OneToOneField(Organisation, models.CASCADE)
    swept_on = models.DateField()
    finished_at = models.DateTimeField()
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.organisation_id} swept {self.swept_on}"
