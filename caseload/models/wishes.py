"""What a person wants, in their words, and who else may be spoken to."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from peerload.staff.models import Member, Organisation, history


class GoalQuerySet(models.QuerySet["Goal"]):
    def standing(self) -> Self:
        """Goals that were neither reached nor let go."""
        return self.filter(reached_on=None, let_go_on=None)


@history()
class Goal(models.Model):
    """What a person wants, in their own words: from when, and when they reached it or let it go."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="goals")
    words = models.TextField(max_length=1000)
    starts_on = models.DateField()
    reached_on = models.DateField(null=True, blank=True)
    let_go_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = GoalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="caseload_goal_ends_once",
                condition=Q(reached_on=None) | Q(let_go_on=None),
                violation_error_message=_("A goal is reached or let go, not both."),
            ),
            models.CheckConstraint(
                name="caseload_goal_ends_after_it_began",
                condition=(Q(reached_on=None) | Q(reached_on__gte=F("starts_on")))
                & (Q(let_go_on=None) | Q(let_go_on__gte=F("starts_on"))),
                violation_error_message=_("A goal ends on the day it began or later."),
            ),
        ]

    def __str__(self) -> str:
        return f"goal {self.pk} of {self.client_id}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> Self:
        """Consents that were not withdrawn."""
        return self.filter(withdrawn_on=None)


@history()
class Consent(models.Model):
    """Somebody else the service may speak to about a person: about what, since when, and when that was withdrawn."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="consents")
    name = models.CharField(max_length=200, help_text="Who may be spoken to, and how they belong to the person.")
    about = models.CharField(max_length=500)
    consented_on = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="caseload_consent_withdrawn_after_given",
                condition=Q(withdrawn_on=None, withdrawn_by=None) | Q(withdrawn_on__gte=F("consented_on")),
                violation_error_message=_("Consent is withdrawn on the day it was given or later."),
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk} of {self.client_id}"
