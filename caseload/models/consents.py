"""Who else may be spoken to about a person."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from peerload.staff.models import Member, Organisation, history


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> Self:
        """Consents that were not withdrawn."""
        return self.filter(withdrawn_on=None)


@history()
class Consent(models.Model):
    """
    A person's consent that somebody else may be spoken to, about what, until they withdraw it. It is never deleted.

    It belongs to the person: it stays with them when another worker supports them.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey("caseload.Client", models.PROTECT, related_name="consents", db_index=False)
    name = models.CharField(max_length=120, help_text="Who may be spoken to.")
    relation = models.CharField(max_length=120, help_text="Their relationship to the person: sister, GP, landlord.")
    about = models.CharField(max_length=500, help_text="What they may be spoken to about.")
    consented_on = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    submission_id = models.UUIDField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "submission_id"], name="caseload_consent_once"),
            models.CheckConstraint(
                name="caseload_consent_says_who_and_about_what",
                condition=~Q(name="") & ~Q(relation="") & ~Q(about=""),
                violation_error_message=_("Say who, their relationship to the person, and about what."),
            ),
            models.CheckConstraint(
                name="caseload_consent_withdrawn_after_given",
                condition=Q(withdrawn_on=None, withdrawn_by=None) | Q(withdrawn_on__gte=F("consented_on")),
                violation_error_message=_("Consent is withdrawn on the day it was given or later."),
            ),
        ]
        indexes = [models.Index(fields=["client", "consented_on"], name="caseload_consent_of_person")]

    def __str__(self) -> str:
        return f"consent {self.pk} of {self.client_id}"
