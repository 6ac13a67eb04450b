"""Contacts: when, how and with what outcome."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from peerload.staff.models import Member, Organisation, history

from ..enums import Channel, Outcome


class ContactQuerySet(models.QuerySet["Contact"]):
    def standing(self) -> Self:
        """Return contacts that were not voided."""
        return self.filter(voided_at=None)

    def reached(self) -> Self:
        return self.standing().filter(reached=True)


@history()
class Contact(models.Model):
    """A contact, or an attempt. Voided, never deleted or rewritten."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="contacts")
    author = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField()
    reached = models.BooleanField()
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    channel = models.CharField(max_length=12, choices=Channel, blank=True)
    note = models.TextField(max_length=8000, blank=True)
    written_with = models.CharField(
        max_length=120, blank=True, help_text="Who wrote the note together with its author, and agreed to the words."
    )
    said_at = models.DateTimeField(
        null=True, blank=True, help_text="By the clock of the phone, where it was answered without a signal."
    )
    submission_id = models.UUIDField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    group_name: str | None  # where a query annotates it
    back_to: str | None  # of one just logged, the tier it put the person back to
    is_news: bool  # of one just logged, whether it was this minute

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "submission_id"], name="caseload_contact_once"),
            models.CheckConstraint(
                name="caseload_contact_outcome_when_reached",
                condition=(Q(reached=True) & ~Q(outcome="")) | Q(reached=False, outcome=""),
                violation_error_message=_("A reached contact has an outcome, an attempt has none."),
            ),
            models.CheckConstraint(
                name="caseload_contact_void_whole",
                condition=Q(voided_at=None, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
            ),
            models.CheckConstraint(
                name="caseload_contact_minutes",
                condition=Q(minutes=None) | Q(minutes__lte=1440),
                violation_error_message=_("A contact lasts at most a day."),
            ),
        ]
        indexes = [
            models.Index(fields=["client", "on"]),
            models.Index(fields=["author", "on"]),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk} with {self.client_id}"
