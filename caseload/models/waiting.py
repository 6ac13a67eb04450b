"""Who waits for a worker, and who asked not to be contacted."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from peerload.staff.models import Member, Organisation, history

from ..enums import ReferralEnd


class ReferralQuerySet(models.QuerySet["Referral"]):
    def standing(self) -> Self:
        """Return referrals of people who still wait."""
        return self.filter(ended_on=None)


@history()
class Referral(models.Model):
    """
    A person waits for a worker: since when, who is responsible, what has to be done and by when (W26).

    It ends when a worker supports them or they move on. The contingency says what is done until then, where no worker
    can take them.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="referrals")
    referred_on = models.DateField()
    referred_by = models.CharField(max_length=200, blank=True, help_text="Who told the service of them.")
    owner = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    action = models.TextField(max_length=2000, blank=True)
    due_on = models.DateField(null=True, blank=True)
    contingency = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    ended_as = models.CharField(max_length=16, choices=ReferralEnd, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(ended_on=None), name="caseload_referral_one_at_a_time"
            ),
            models.CheckConstraint(
                name="caseload_referral_ended_somehow",
                condition=Q(ended_on=None, ended_as="") | (Q(ended_on__isnull=False) & ~Q(ended_as="")),
            ),
        ]
        indexes = [
            models.Index(fields=["owner"], condition=Q(ended_on=None), name="caseload_referral_owned"),
            models.Index(fields=["organisation", "due_on"], condition=Q(ended_on=None), name="caseload_referral_due"),
        ]

    def __str__(self) -> str:
        return f"referral {self.pk} of {self.client_id}"


@history()
class ReferralChange(models.Model):
    """A referral's details before a change, and who made the change; the referral has the current ones."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="changes")
    changed_on = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+", help_text="Who changed it.")
    referred_by = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    action = models.TextField(max_length=2000, blank=True)
    due_on = models.DateField(null=True, blank=True)
    contingency = models.TextField(max_length=2000, blank=True)

    def __str__(self) -> str:
        return f"change {self.pk} of referral {self.referral_id}"


class PleaseDontQuerySet(models.QuerySet["PleaseDont"]):
    def standing(self) -> Self:
        """Return requests that were not taken back."""
        return self.filter(ended_on=None)


@history()
class PleaseDont(models.Model):
    """
    A person's request not to be contacted: who recorded it, and which manager or deputy agreed (R57).

    Nothing waits for the agreement; ``Client.contact_preference`` is in force at once. For a request from a sheet
    ``asked_on`` and ``by`` are null.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="please_donts")
    asked_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_on = models.DateField(null=True, blank=True)
    agreed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PleaseDontQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(ended_on=None), name="caseload_pleasedont_one_at_a_time"
            ),
            models.CheckConstraint(
                name="caseload_pleasedont_agreed_by_somebody",
                condition=Q(agreed_on=None, agreed_by=None) | Q(agreed_on__isnull=False, agreed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"please don't {self.pk} of {self.client_id}"
