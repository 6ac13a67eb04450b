"""Which forms a member has saved, so that the same form sent twice is known."""

from django.db import models
from django.db.models import Q


class SavedForm(models.Model):
    """
    One form that a member has saved: enough to know it again, and none of its words.

    ``submission`` and ``words`` (a fingerprint) tell whether the same form, or the same words, come a second time.
    ``subject`` and ``state`` (a fingerprint) tell who brought a stored row into its present state. See
    `peerload.staff.concurrency`.
    """

    member = models.ForeignKey("Member", models.CASCADE, related_name="saved_forms")
    at = models.DateTimeField()
    path = models.CharField(max_length=200)
    submission = models.UUIDField(null=True, blank=True)
    words = models.CharField(max_length=64, blank=True)
    url = models.CharField(max_length=500, blank=True, help_text="The page that the saved form led to.")
    subject = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "submission"], name="staff_submission_once")]
        indexes = [
            models.Index(fields=["subject", "state"], name="staff_saved_subject", condition=~Q(subject="")),
            models.Index(fields=["member", "at"], name="staff_saved_lately"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"form {self.pk} saved by {self.member_id}"
