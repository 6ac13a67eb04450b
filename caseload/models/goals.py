"""What people want, in their own words."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from peerload.staff.models import Member, Organisation, history

from ..enums import GoalEnd


class GoalQuerySet(models.QuerySet["Goal"]):
    def standing(self) -> Self:
        """Return goals that are neither reached nor let go."""
        return self.filter(ended_as="")


@history()
class Goal(models.Model):
    """
    Something a person wants, in their own words, since a day, until it is reached or let go. It is never deleted.

    It belongs to the person: it stays with them when another worker supports them.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="goals", db_index=False)
    words = models.TextField(max_length=1000, help_text="The person's own words.")
    starts_on = models.DateField(help_text="Since when they want it.")
    ended_as = models.CharField(max_length=12, choices=GoalEnd, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    submission_id = models.UUIDField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    objects = GoalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "submission_id"], name="caseload_goal_once"),
            models.CheckConstraint(
                name="caseload_goal_has_words",
                condition=~Q(words=""),
                violation_error_message=_("Write down what they want, in their words."),
            ),
            models.CheckConstraint(
                name="caseload_goal_ended_whole",
                condition=Q(ended_as="", ended_on=None, ended_by=None) | ~Q(ended_as="") & Q(ended_on__isnull=False),
            ),
            models.CheckConstraint(
                name="caseload_goal_ends_after_it_began",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("starts_on")),
                violation_error_message=_("It is reached or let go on the day they said it, or later."),
            ),
        ]
        indexes = [models.Index(fields=["client", "starts_on"], name="caseload_goal_of_person")]

    def __str__(self) -> str:
        return f"goal {self.pk} of {self.client_id}"
