"""The support that a person has, and since when."""

from django.db import models
from django.db.models import Q

from peerload.staff.models import Member, Organisation, PeriodQuerySet, ends_after_start, history, no_overlap

from ..enums import MovedOn, Tier


@history()
class TierPeriod(models.Model):
    """A person's tier from a day on; it ends where the next begins."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False)  # see caseload_tier_in_order
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="tiers")
    tier = models.CharField(max_length=16, choices=Tier)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    talked = models.BooleanField(default=True, help_text="Parked: whether that was talked about together.")
    reason = models.TextField(max_length=2000, blank=True)
    moved_on = models.CharField(max_length=20, choices=MovedOn, blank=True)
    automatic = models.BooleanField(default=False, help_text="Written by the sweep; one step undoes it.")
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    because_of = models.ForeignKey("Contact", models.PROTECT, null=True, blank=True, related_name="tiers")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("caseload_tier_has_a_day"),
            no_overlap("caseload_tier_one_at_a_time", "client"),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "client"],
                include=["tier", "starts_on", "ends_before"],
                name="caseload_tier_in_order",
            ),
            models.Index(fields=["organisation", "starts_on"]),
            models.Index(
                fields=["organisation", "starts_on"], condition=Q(tier="inactive"), name="caseload_tier_inactive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier} of {self.client_id} from {self.starts_on}"


@history()
class ReplacedParking(models.Model):
    """
    The details of keeping in touch that a contact replaced with support on its first day (`actions.contacts`).

    Undoing the contact restores them.
    """

    period = models.OneToOneField(TierPeriod, models.CASCADE, related_name="replaced")
    talked = models.BooleanField(default=True)
    reason = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"keeping in touch before period {self.period_id}"
