"""Who is with another worker until a date."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from peerload.staff.models import Absence, Member, Organisation, history

from ..enums import MoveEnd
from .allocations import Allocation


class TemporaryMoveQuerySet(models.QuerySet["TemporaryMove"]):
    def standing(self) -> Self:
        """Return moves that no one has decided about."""
        return self.filter(settled_on=None)

    def due(self, on: date) -> Self:
        """Return moves whose day has come: a return is proposed, and a member confirms it or not."""
        return self.standing().filter(until__lte=on)


@history()
class TemporaryMove(models.Model):
    """
    A person handed over until a date; from then on their return is a proposal, which a member confirms (A08, R80).
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="temporary_moves")
    allocation = models.OneToOneField(Allocation, models.CASCADE, related_name="temporary_move")
    absence = models.ForeignKey(Absence, models.PROTECT, null=True, blank=True, related_name="moves")
    back_to = models.ForeignKey(Member, models.PROTECT, related_name="+")
    until = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    settled_on = models.DateField(null=True, blank=True)
    settled_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    settled_as = models.CharField(max_length=16, choices=MoveEnd, blank=True)

    objects = TemporaryMoveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(settled_on=None), name="caseload_temporarymove_one_at_a_time"
            ),
            models.CheckConstraint(
                name="caseload_temporarymove_settled_somehow",
                condition=Q(settled_on=None, settled_as="") | (Q(settled_on__isnull=False) & ~Q(settled_as="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "until"], condition=Q(settled_on=None), name="caseload_temporarymove_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id} until {self.until}"
