"""The secret link of a member's calendar."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import CalendarAlarm
from .members import Member


class CalendarLink(models.Model):
    """
    A secret address at which calendars read a member's appointments, without a sign-in and without a name.

    Only a fingerprint of its secret is kept, so no one can read the address here. A new link ends the one before; an address
    that ended answers as if there had never been one.
    """

    member = models.OneToOneField(Member, models.PROTECT, related_name="calendar_link")
    fingerprint = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret in the address.")
    alarm = models.CharField(max_length=8, choices=CalendarAlarm, default=CalendarAlarm.NONE)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True, help_text="When a calendar read it last.")

    class Meta:
        verbose_name = _("calendar link")

    def __str__(self) -> str:
        return f"calendar of {self.member_id}"
