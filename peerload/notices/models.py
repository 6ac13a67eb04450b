"""Notices gather into one digest a day; messages are mails; ticks record that a job began."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Tick(models.Model):
    """A timetable's slot that a job has begun; a second beat finds it taken."""

    job = models.CharField(max_length=60)
    slot = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="notices_tick_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.slot}"


class MessageQuerySet(models.QuerySet["Message"]):
    def with_link(self) -> Self:
        """Return messages with a sign-in link; a digest's link leads to a page that asks for the sign-in."""
        return self.filter(body__contains="://").exclude(kind=Message.Kind.DIGEST)


class Message(models.Model):
    """
    One mail to one address: waiting, sent, or failed and visible.

    It is sent at least once, always with the same Message-ID. It holds no fact about a person supported.
    """

    class Kind(models.TextChoices):
        DIGEST = "digest", _("Today in peerload")
        INVITATION = "invitation", _("Invitation")
        ACCOUNT = "account", _("Sign-in and password")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    organisation = models.ForeignKey("staff.Organisation", models.PROTECT, null=True, blank=True)
    recipient = models.ForeignKey("staff.Member", models.PROTECT, null=True, blank=True, related_name="+")
    to = models.EmailField()
    kind = models.CharField(max_length=16, choices=Kind)
    on = models.DateField(null=True, blank=True, help_text="The local day of a digest: one a recipient a day.")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "on"], condition=Q(kind="digest"), name="notices_one_digest_a_day"
            ),
            models.CheckConstraint(
                name="notices_message_sent_with_moment",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="waiting"), name="notices_message_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"

    @property
    def address_is_old(self) -> bool:
        """Whether its recipient neither signs in with the address it goes to nor has asked to."""
        if self.recipient is None:
            return False
        user = self.recipient.user
        return self.to.lower() not in {user.email, user.new_email}


class Notice(models.Model):
    """One line of a member's next digest, without names; cancelled when it is no longer true."""

    organisation = models.ForeignKey("staff.Organisation", models.PROTECT)
    recipient = models.ForeignKey("staff.Member", models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=64, help_text="What it is about, by a key of ours: client:17.")
    anchor_on = models.DateField()
    created_at = models.DateTimeField()
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="notices")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "kind", "subject", "anchor_on"], name="notices_notice_once")
        ]
        indexes = [
            models.Index(
                fields=["recipient"], condition=Q(message=None, cancelled_at=None), name="notices_notice_owed"
            ),
            models.Index(fields=["subject"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def key(self) -> int:
        """The primary key in the subject: 17 of ``client:17``."""
        return int(self.subject.split(":")[1])
