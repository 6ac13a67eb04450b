"""
Surveys: statements that many answer, of which only counts are kept.

No row is one person's answers. While a round is open, who has answered and the counts are in one sealed box of fixed
length, which is written anew with each answer (docs/decisions/0066-surveys-that-cannot-be-traced.md).
"""

import uuid
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from peerload.guides.models import GuideEdition
from peerload.guides.rules import SurveyContent
from peerload.staff.models import Member, Organisation, Team, history


class SurveyRoundQuerySet(models.QuerySet["SurveyRound"]):
    def begun(self) -> Self:
        return self.filter(asked__isnull=False)

    def closed(self) -> Self:
        return self.filter(closed_on__isnull=False)


@history()
class SurveyRound(models.Model):
    """
    One time that a survey is asked: of a team, or of the whole service.

    It changes when it is opened and closed, never when somebody answers.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    edition = models.ForeignKey(GuideEdition, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    opens_on = models.DateField()
    closes_on = models.DateField(help_text="The last day on which it can be answered.")
    opened_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    asked = models.PositiveIntegerField(null=True, blank=True, help_text="How many are asked; None until it opens.")
    closed_on = models.DateField(null=True, blank=True)
    answered = models.PositiveIntegerField(null=True, blank=True, help_text="How many have answered, once closed.")

    objects = SurveyRoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="surveys_round_closes_after_it_opens", condition=Q(closes_on__gte=F("opens_on"))
            ),
            models.CheckConstraint(
                name="surveys_round_counted_once_closed",
                condition=Q(closed_on=None, answered=None)
                | Q(closed_on__isnull=False, answered__isnull=False, asked__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"survey {self.pk}"

    @property
    def content(self) -> SurveyContent:
        content = self.edition.read
        if not isinstance(content, SurveyContent):
            raise TypeError(content.shape)
        return content

    @property
    def title(self) -> str:
        return self.content.title


class SurveyAsked(models.Model):
    """A member who is asked, and the team they were in on that day. Never whether they have answered."""

    round = models.ForeignKey(SurveyRound, models.PROTECT, related_name="asked_members")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "member"], name="surveys_asked_once")]

    def __str__(self) -> str:
        return f"asked {self.pk}"


class SurveyBox(models.Model):
    """Who has answered an open round, and the counts so far: sealed, always of one length. Deleted at closing."""

    round = models.OneToOneField(SurveyRound, models.PROTECT, related_name="box")
    sealed = models.BinaryField(help_text="As `rules.pack` writes it.")

    def __str__(self) -> str:
        return f"box {self.pk}"

    @property
    def sealed_for(self) -> uuid.UUID:
        return self.round.uid


class SurveyResult(models.Model):
    """
    The counts of a closed round, of all who answered or of one team; only what may be shown is ever written.

    It never changes: the database refuses it.
    """

    round = models.ForeignKey(SurveyRound, models.PROTECT, related_name="results")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    answered = models.PositiveIntegerField()
    counts = models.JSONField(help_text="By statement, how many chose each answer, in the order of the answers.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "team"], name="surveys_result_of_a_team_once"),
            models.UniqueConstraint(fields=["round"], condition=Q(team=None), name="surveys_result_of_all_once"),
            models.CheckConstraint(name="surveys_result_of_five_or_more", condition=Q(answered__gte=5)),
        ]
        triggers = [pgtrigger.Protect(name="result_never_changes", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"result {self.pk}"
