"""Two records of one person."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from peerload.staff.models import Member, Organisation, history
from peerload.staff.models.base import history_as_it_was

from ..enums import DuplicateAnswer


class PossibleDuplicateQuerySet(models.QuerySet["PossibleDuplicate"]):
    def undecided(self) -> Self:
        """Return pairs that no one has decided and that have not been merged."""
        gone = Merge.objects.standing().filter(Q(absorbed=OuterRef("older")) | Q(absorbed=OuterRef("newer")))
        return self.filter(~Exists(gone)).exclude(Q(older_says=DuplicateAnswer.TWO) | Q(newer_says=DuplicateAnswer.TWO))


@history_as_it_was(
    "caseload_enteredtwiceevent", update="pgtrigger_update_update_694cd", delete="pgtrigger_delete_delete_256ff"
)
class PossibleDuplicate(models.Model):
    """
    Two records that looked like one person's, and the answers of those who lead their teams.

    Whether they still look alike follows from the records (`caseload.duplicates.rules.likeness`); this table keeps the
    answers.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    older = models.ForeignKey("caseload.Client", models.PROTECT, related_name="+")
    newer = models.ForeignKey("caseload.Client", models.PROTECT, related_name="+")
    found_on = models.DateField()
    older_says = models.CharField(max_length=8, choices=DuplicateAnswer, blank=True)
    older_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    newer_says = models.CharField(max_length=8, choices=DuplicateAnswer, blank=True)
    newer_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PossibleDuplicateQuerySet.as_manager()

    class Meta:
        db_table = "caseload_enteredtwice"  # the model's name before
        constraints = [
            models.UniqueConstraint(fields=["older", "newer"], name="caseload_enteredtwice_once"),
            models.CheckConstraint(name="caseload_enteredtwice_in_order", condition=Q(older__lt=F("newer"))),
            models.CheckConstraint(
                name="caseload_enteredtwice_said_by_somebody",
                condition=(Q(older_says="", older_by=None) | (~Q(older_says="") & Q(older_by__isnull=False)))
                & (Q(newer_says="", newer_by=None) | (~Q(newer_says="") & Q(newer_by__isnull=False))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.older_id} and {self.newer_id}"

    @property
    def agreed(self) -> bool:
        """Whether both sides say that it is the same person."""
        return self.older_says == self.newer_says == DuplicateAnswer.SAME


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> Self:
        """Return merges that were not undone."""
        return self.filter(undone_on=None)


@history(exclude=("moved", "before", "after", "kept_facts"))
class Merge(models.Model):
    """
    Two records merged: what went over, and the other record before and after, so that it can be undone.

    ``moved`` are primary keys by table; ``before`` and ``after`` rows by table, as Django's serializers write them.
    ``kept_facts`` also has the consents that were withdrawn by the merge, with their days (R130).
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    kept = models.ForeignKey("caseload.Client", models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey("caseload.Client", models.PROTECT, related_name="merged_into")
    on = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=2000, blank=True)
    moved = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    kept_facts = models.JSONField(
        default=dict, help_text="How the kept record said to contact them safely, before and after."
    )
    undone_on = models.DateField(null=True, blank=True)
    undone_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["absorbed"], condition=Q(undone_on=None), name="caseload_merge_into_one"),
            models.CheckConstraint(name="caseload_merge_of_two", condition=~Q(kept=F("absorbed"))),
            models.CheckConstraint(
                name="caseload_merge_undone_by_somebody",
                condition=Q(undone_on=None, undone_by=None) | Q(undone_on__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} into {self.kept_id}"
