"""
Checklists that are under way or were: a run on one version of a template, and its steps.

Nothing in them is private: they say what is done for a worker, a team or the service, and by when.
"""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from peerload.staff.models import Leaving, Member, Organisation, Team, history

from ..enums import ChecklistSubject, StepOwner
from ..models import GuideEdition
from ..rules import ChecklistContent, ContentStep
from .rules import Calendar, StepState, due_on, state_of


class ChecklistRunQuerySet(models.QuerySet["ChecklistRun"]):
    def standing(self) -> Self:
        """Return runs that are not put away; of leavers, those whose notice stands."""
        return self.filter(put_away_on=None).filter(
            Q(leaving=None) | Q(leaving__withdrawn_on=None, leaving__closed_on=None)
        )


@history()
class ChecklistRun(models.Model):
    """
    A checklist about a worker, a team or the service, from one anchor day.

    That of a leaver follows their notice: its anchor is the last day.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    edition = models.ForeignKey(GuideEdition, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=10, choices=ChecklistSubject)
    about = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    leaving = models.OneToOneField(Leaving, models.PROTECT, null=True, blank=True, related_name="checklist")
    prompted_by = models.ForeignKey(
        Leaving, models.PROTECT, null=True, blank=True, related_name="+", help_text="The notice that asked to recruit."
    )
    anchor_on = models.DateField(help_text="The first day, the last day, or the day that was chosen.")
    begun_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    begun_on = models.DateField()
    put_away_on = models.DateField(null=True, blank=True)
    put_away_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ChecklistRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="checklists_checklistrun_about_its_subject",
                condition=Q(subject=ChecklistSubject.WORKER, about__isnull=False, team=None, leaving=None)
                | Q(subject=ChecklistSubject.TEAM, about=None, team__isnull=False, leaving=None)
                | Q(subject=ChecklistSubject.SERVICE, about=None, team=None, leaving=None)
                | Q(subject=ChecklistSubject.LEAVER, about__isnull=False, team=None, leaving__isnull=False),
            ),
            models.CheckConstraint(
                name="checklists_checklistrun_put_away_by_somebody",
                condition=Q(put_away_on=None, put_away_by=None)
                | Q(put_away_on__isnull=False, put_away_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["about"]),
            models.Index(fields=["team"]),
            models.Index(
                fields=["organisation"], condition=Q(subject=ChecklistSubject.SERVICE), name="checklists_of_service"
            ),
        ]

    def __str__(self) -> str:
        return f"checklist {self.pk}"

    @property
    def content(self) -> ChecklistContent:
        read = self.edition.read
        if not isinstance(read, ChecklistContent):
            raise TypeError(read.shape)
        return read

    @property
    def title(self) -> str:
        return self.content.title

    def due_on(self, step: ContentStep, calendar: Calendar) -> date:
        """Return the day a step is due."""
        return due_on(step.offset, self.anchor_on, calendar, not_before=self.begun_on)


@history()
class ChecklistStep(models.Model):
    """
    One step of a checklist, with its owner and day; what it says stands in the version of its run.

    ``kind`` is its key there. ``leaving`` is that of the run.
    """

    run = models.ForeignKey(ChecklistRun, models.PROTECT, related_name="steps")
    leaving = models.ForeignKey(Leaving, models.PROTECT, null=True, blank=True, related_name="steps")
    kind = models.CharField(max_length=60)
    role = models.CharField(max_length=10, choices=StepOwner, default=StepOwner.LEADER)
    owner = models.ForeignKey(
        Member,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="None: the member who has the role on the day.",
    )
    due_on = models.DateField()
    own_day = models.BooleanField(
        default=False, help_text="The day was given by hand, and stays when the anchor moves."
    )
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    not_needed_on = models.DateField(null=True, blank=True)
    not_needed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    not_needed_why = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    ticked = models.JSONField(default=list, blank=True, help_text="The keys of its parts that are done.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "kind"], name="checklists_checkliststep_once"),
            models.CheckConstraint(
                name="checklists_checkliststep_done_by_somebody",
                condition=Q(done_on=None, done_by=None) | Q(done_on__isnull=False, done_by__isnull=False),
            ),
            models.CheckConstraint(
                name="checklists_checkliststep_not_needed_with_why",
                condition=Q(not_needed_on=None, not_needed_by=None, not_needed_why="")
                | Q(not_needed_on__isnull=False, not_needed_by__isnull=False) & ~Q(not_needed_why=""),
            ),
            models.CheckConstraint(
                name="checklists_checkliststep_done_or_not_needed", condition=Q(done_on=None) | Q(not_needed_on=None)
            ),
            models.CheckConstraint(
                name="checklists_checkliststep_somebody_does_it",
                condition=Q(owner__isnull=False) | Q(role__in=[StepOwner.LEADER, StepOwner.ADMIN]),
            ),
        ]
        indexes = [
            models.Index(fields=["owner"], condition=Q(done_on=None), name="checklists_open_steps"),
            models.Index(fields=["run"], condition=Q(owner=None, role=StepOwner.ADMIN), name="checklists_of_admins"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of checklist {self.run_id}"

    @property
    def content(self) -> ContentStep | None:
        """What the step says in its version; None where that has no such step."""
        return self.run.content.step(self.kind)

    @property
    def text(self) -> str:
        content = self.content
        return content.text if content else self.kind

    @property
    def is_open(self) -> bool:
        return self.done_on is None and self.not_needed_on is None

    def state(self, on: date) -> StepState:
        return state_of(self.due_on, on, done=self.done_on is not None, not_needed=self.not_needed_on is not None)


@history()
class ProposalPutAway(models.Model):
    """A proposal to begin a checklist that somebody has put away, so that it does not come back."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=10, choices=ChecklistSubject)
    about = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    leaving = models.ForeignKey(Leaving, models.PROTECT, null=True, blank=True, related_name="+")
    put_away_on = models.DateField()
    put_away_by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about"], name="checklists_proposalputaway_once_a_worker"),
            models.UniqueConstraint(fields=["leaving"], name="checklists_proposalputaway_once_a_notice"),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(subject=ChecklistSubject.SERVICE),
                name="checklists_proposalputaway_once_a_service",
            ),
            models.CheckConstraint(
                name="checklists_proposalputaway_about_its_subject",
                condition=Q(subject=ChecklistSubject.WORKER, about__isnull=False, leaving=None)
                | Q(subject=ChecklistSubject.TEAM, about=None, leaving__isnull=False)
                | Q(subject=ChecklistSubject.SERVICE, about=None, leaving=None),
            ),
        ]

    def __str__(self) -> str:
        return f"proposal of {self.organisation_id} put away"
