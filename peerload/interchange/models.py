"""Files in the browser: imports, uploaded, previewed and imported; exports, requested and made."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from .enums import ExportFormat, ExportState


class Upload(models.Model):
    """A workbook or zip uploaded by an admin; its bytes are deleted once it is imported, refused or discarded."""

    class State(models.TextChoices):
        TO_READ = "to_read", _("waiting to be read")
        READING = "reading", _("being read")
        LOOKED_AT = "looked_at", _("waiting for you to confirm")
        WAITING = "waiting", _("waiting for its turn")
        RUNNING = "running", _("being imported")
        DONE = "done", _("imported")
        REFUSED = "refused", _("refused")
        LET_GO = "let_go", _("discarded")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("staff.Organisation", models.PROTECT, null=True, blank=True)
    member = models.ForeignKey("staff.Member", models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=120)
    content = models.BinaryField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.LOOKED_AT)
    counts = models.JSONField(default=dict)
    # Faults, questions and notes of a refused or discarded file are deleted after an hour: they have words of it.
    faults = models.JSONField(default=list, help_text="Groups of equal faults, as `FaultGroup` has them.")
    marked = models.BinaryField(
        null=True, blank=True, help_text="Of a refused file: a workbook with its faults marked; dropped after an hour."
    )
    preview = models.JSONField(
        null=True, blank=True, help_text="What would be new or changed, with names; dropped with the bytes."
    )
    access = models.JSONField(
        null=True,
        blank=True,
        help_text="What it would change of who may do what, in sentences, all of them; dropped with the bytes.",
    )
    alike = models.JSONField(
        null=True,
        blank=True,
        help_text="New rows that are like one that is there: how many, and the first of them; dropped with the bytes.",
    )
    questions = models.JSONField(
        null=True, blank=True, help_text="What the file leaves open, with words of it; dropped with the bytes."
    )
    answers = models.JSONField(default=dict, help_text="By kind of question, as they were given.")
    notes = models.JSONField(default=list, help_text="What was passed over, in sentences.")
    attempts = models.PositiveSmallIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    all_rows = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=("to_read", "reading", "waiting", "running")),
                name="interchange_upload_owed",
            )
        ]

    def __str__(self) -> str:
        return f"upload {self.uid}"


class Import(models.Model):
    """A file that came in, with what it wrote, so that it can be undone while nothing is built on it."""

    organisation = models.ForeignKey("staff.Organisation", models.PROTECT, related_name="imports")
    member = models.ForeignKey("staff.Member", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    context = models.UUIDField(help_text="Of the history: what was before each row that it changed.")
    counts = models.JSONField(default=dict)
    written = models.JSONField(default=dict, help_text="By model, the first and last key of each run of new rows.")
    fingerprints = models.JSONField(
        default=dict,
        help_text="Of the rows as it left them, `written` and `changed`, so that history need not be whole.",
    )
    stays = models.CharField(
        max_length=200, blank=True, help_text="Why it cannot be undone, where that is known already."
    )
    undone_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, blank=True, related_name="+", help_text="Who has asked to undo it."
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, blank=True, help_text="Why it was not undone when it was last tried.")

    def __str__(self) -> str:
        return f"import {self.pk}"


class Export(models.Model):
    """
    An export of a service, requested by an admin in the browser; its bytes are deleted a day after it was made.

    The row itself stays: it records who downloaded what, when and why. See `exports.rules` for the states.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("staff.Organisation", models.PROTECT, related_name="exports")
    member = models.ForeignKey("staff.Member", models.PROTECT, related_name="+", help_text="The admin who asked.")
    reason = models.CharField(max_length=300)
    format = models.CharField(max_length=4, choices=ExportFormat)
    with_words = models.BooleanField(help_text="With the words written about people, once somebody else has confirmed.")
    state = models.CharField(max_length=8, choices=ExportState)
    asked_at = models.DateTimeField()
    may_confirm = models.JSONField(
        default=list,
        help_text="Who could confirm when it was asked for: member, role and email of each; emptied once it is over.",
    )
    decided_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, blank=True, related_name="+", help_text="Who confirmed or refused."
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    all_rows = models.PositiveIntegerField(default=0)
    content = models.BinaryField(null=True, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    counts = models.JSONField(default=dict, help_text="What it held: rows by sheet.")
    ready_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True, help_text="Why it could not be made.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="interchange_export_decided_by_and_when",
                condition=models.Q(decided_by=None, decided_at=None)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="interchange_export_not_by_its_asker", condition=~models.Q(decided_by=models.F("member"))
            ),
            models.CheckConstraint(
                name="interchange_export_bytes_while_ready",
                condition=models.Q(content=None) | models.Q(state=ExportState.READY, ready_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=models.Q(state__in=("waiting", "running")),
                name="interchange_export_owed",
            )
        ]

    def __str__(self) -> str:
        return f"export {self.uid}"
