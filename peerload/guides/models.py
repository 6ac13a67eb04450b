"""
Guides: questions in sections, answered by one or two people, frozen once they have signed.

Answers are sealed and have no history. A guide keeps the version of its template for ever.
"""

import uuid
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from peerload.staff.models import Member, Organisation, history

from . import rules
from .enums import Flow, GuideSide


@history(exclude=("draft_version",))
class GuideTemplate(models.Model):
    """
    A template of a service: its own, or its use of one that comes with peerload (`shipped`), which is read-only.

    A service's row for a shipped template is made when it is first used or put away.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    shipped = models.BooleanField(default=False)
    in_use = models.BooleanField(default=True, help_text="Offered to begin with; guides that are begun go on.")
    draft = models.JSONField(null=True, blank=True, help_text="Content that is not published yet.")
    draft_version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="guides_template_once"),
            models.CheckConstraint(
                name="guides_template_shipped_has_no_draft", condition=Q(shipped=False) | Q(draft=None)
            ),
        ]

    def __str__(self) -> str:
        return f"template {self.code}"

    def latest(self) -> "GuideEdition | None":
        """Return the version that new guides are begun with."""
        return self.editions.order_by("-number").first()


class GuideEdition(models.Model):
    """A published version of a template. It never changes: the database refuses it."""

    template = models.ForeignKey(GuideTemplate, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    content = models.JSONField(help_text="As `rules.parse` reads it.")
    published_on = models.DateField()
    published_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", help_text="None where it came with peerload."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="guides_edition_once")]
        triggers = [pgtrigger.Protect(name="edition_never_changes", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"version {self.number} of {self.template_id}"

    @property
    def read(self) -> rules.TemplateContent:
        """The content, read once for each row."""
        if not hasattr(self, "_read"):
            self._read: rules.TemplateContent = rules.parse(self.content)
        return self._read


class GuideQuerySet(models.QuerySet["Guide"]):
    def signed(self) -> Self:
        return self.filter(signed_on__isnull=False)

    def under_way(self) -> Self:
        return self.filter(signed_on=None)


@history(exclude=("version",))
class Guide(models.Model):
    """
    A template that is being filled in about a worker's work, or was; or about the organisation, by all who lead.

    Until it is shared, only the side that began it sees it. A guide for one is shared with one reader, and taken back.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    edition = models.ForeignKey(GuideEdition, models.PROTECT, related_name="+")
    flow = models.CharField(max_length=10, choices=Flow)
    about = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", help_text="None: about the organisation."
    )
    begun_side = models.CharField(max_length=10, choices=GuideSide)
    begun_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    begun_on = models.DateField()
    period_from = models.DateField(null=True, blank=True)
    period_until = models.DateField(null=True, blank=True)
    shared_on = models.DateField(null=True, blank=True)
    shared_with = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    signed_on = models.DateField(null=True, blank=True, help_text="The day the last side signed; frozen from then on.")
    ended_on = models.DateField(
        null=True, blank=True, help_text="Signed: the day it was ended, or put away. No reminder comes of it any more."
    )
    version = models.PositiveIntegerField(default=1, help_text="Counts the changes of answers; a signature names it.")

    objects = GuideQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="guides_guide_reader_of_ones_own",
                condition=Q(flow__in=(Flow.TOGETHER, Flow.LEADERS), shared_with=None)
                | Q(flow=Flow.OWN, shared_with=None, shared_on=None)
                | Q(flow=Flow.OWN, shared_with__isnull=False, shared_on__isnull=False),
            ),
            models.CheckConstraint(name="guides_guide_not_with_oneself", condition=~Q(shared_with=F("about"))),
            models.CheckConstraint(
                name="guides_guide_signed_by_two_is_shared",
                condition=Q(signed_on=None) | ~Q(flow=Flow.TOGETHER) | Q(shared_on__isnull=False),
            ),
            models.CheckConstraint(
                name="guides_guide_about_a_worker_or_the_organisation",
                condition=Q(flow=Flow.LEADERS, about=None) | (~Q(flow=Flow.LEADERS) & Q(about__isnull=False)),
            ),
            models.CheckConstraint(
                name="guides_guide_ended_once_signed", condition=Q(ended_on=None) | Q(signed_on__isnull=False)
            ),
            models.CheckConstraint(
                name="guides_guide_period_ends_after_start",
                condition=Q(period_from=None) | Q(period_until=None) | Q(period_until__gte=F("period_from")),
            ),
        ]
        indexes = [models.Index(fields=["about", "signed_on"])]

    def __str__(self) -> str:
        return f"guide {self.pk}"

    @property
    def content(self) -> rules.Content:
        return rules.guide_of(self.edition.read)

    @property
    def worker(self) -> Member:
        """Return whose work it is about.

        :raises ValueError: if it is about the organisation
        """
        if self.about is None:
            raise ValueError("It is about the organisation.")
        return self.about

    @property
    def is_of_leaders(self) -> bool:
        """Return whether it is about the organisation, and read and written by all who lead."""
        return self.flow == Flow.LEADERS

    @property
    def title(self) -> str:
        return self.content.title


class GuideAnswers(models.Model):
    """What one side has written in one section, sealed. It has no history, no search and no export."""

    guide = models.ForeignKey(Guide, models.PROTECT, related_name="answers")
    section = models.CharField(max_length=60)
    side = models.CharField(max_length=10, choices=GuideSide)
    sealed = models.BinaryField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["guide", "section", "side"], name="guides_answers_once")]

    def __str__(self) -> str:
        return f"answers {self.pk}"

    @property
    def sealed_for(self) -> uuid.UUID:
        return self.guide.uid


class GuideStep(models.Model):
    """
    A dated step of a guide: what is done is sealed, its owner and its day are not (R196). Open until it is done.

    As answers, it has no history.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    guide = models.ForeignKey(Guide, models.PROTECT, related_name="steps")
    sealed = models.BinaryField()
    owner = models.ForeignKey(Member, models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["due_on"], condition=Q(done_on=None), name="guides_step_open")]
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"step {self.pk} of guide {self.guide_id}"

    @property
    def sealed_for(self) -> uuid.UUID:
        return self.guide.uid


@history()
class GuideSignature(models.Model):
    """One side has talked about the guide and keeps it as it was in this version. Signing is not agreeing."""

    guide = models.ForeignKey(Guide, models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10, choices=GuideSide)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    signed_on = models.DateField()
    signed_version = models.PositiveIntegerField(
        help_text="Of the guide: answers changed after it clear the signature."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["guide", "side"], name="guides_signature_once")]

    def __str__(self) -> str:
        return f"signature {self.pk}"
