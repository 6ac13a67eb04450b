"""Workers who leave, and whose their people become."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from peerload.staff.models import Member, Organisation, history

from ..enums import LeavingStepKind


class LeavingQuerySet(models.QuerySet):
    def standing(self):
        """Those under way: neither withdrawn nor closed."""
        return self.filter(withdrawn_on=None, closed_on=None)

    def gone(self, on: date):
        """Those under way whose last day has passed on a day."""
        return self.standing().filter(last_day__lt=on)


@history()
class Leaving(models.Model):
    """
    Remove a member the service: from the notice until they are closed, or until it is withdrawn.

    Their sign-in ends with the last day, whatever else is open; closed they are once nobody is theirs any more.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    member = models.ForeignKey(Member, models.PROTECT, related_name="leavings")
    notice_on = models.DateField()
    last_day = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    objects = LeavingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(withdrawn_on=None, closed_on=None),
                name="caseload_leaving_one_at_a_time",
            ),
            models.CheckConstraint(
                name="caseload_leaving_last_day_after_notice",
                condition=Q(last_day__gte=F("notice_on")),
                violation_error_message="The last day lies before the notice.",
            ),
            models.CheckConstraint(
                name="caseload_leaving_one_end",
                condition=Q(withdrawn_on=None) | Q(closed_on=None),
            ),
            models.CheckConstraint(
                name="caseload_leaving_closed_after_last_day",
                condition=Q(closed_on=None) | Q(closed_on__gt=F("last_day")),
            ),
        ]

    def __str__(self):
        return f"leaving {self.pk} of {self.member_id}"


@history()
class LeavingStep(models.Model):
    """One thing to do before somebody leaves, with who does it and by when."""

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

    def __str__(self):
        return f"{self.kind} of leaving {self.leaving_id}"


@history()
class Handover(models.Model):
    """What a leaver passes on about one person, to whom, and whether the person has been told."""

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

    def __str__(self):
        return f"handover {self.pk} of {self.client_id}"
