"""Who read what, who signed in. Changes are in the history tables; this is reads, sign-ins, whole imports and schemes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One act of a member that leaves no other trace. It holds no names and no one's words but a reason."""

    class What(models.TextChoices):
        OPENED = "opened", _("opened a person's page")
        LISTED = "listed", _("saw a list of people")
        EXPORTED = "exported", _("took an export")
        EXPORT_ASKED = "export_asked", _("asked for an export of the service")
        EXPORT_CONFIRMED = "export_confirmed", _("confirmed an export with words about people")
        EXPORT_REFUSED = "export_refused", _("refused an export with words about people")
        EXPORT_MADE = "export_made", _("had an export of the service made")
        PREVIEWED = "previewed", _("saw an import's preview")
        IMPORTED = "imported", _("imported a service")
        UNDONE = "undone", _("undid an import")
        REMOVED = "removed", _("removed a service")
        LINK_SHOWN = "link_shown", _("was shown another member’s sign-in link")
        EMAIL_CHANGED = "email_changed", _("changed the email a member signs in with")
        PUBLISHED = "published", _("published a version of the points scheme")
        TAKEN_BACK = "taken_back", _("took back a version of the points scheme")
        POINTS_OPENED = "points_opened", _("opened a worker’s points in a report that was sent")
        READ_SHARED = "read_shared", _("read a Wellness Action Plan, an agreement or a guide shared with them")
        CALENDAR_MADE = "calendar_made", _("made a link for their calendar")
        CALENDAR_ENDED = "calendar_ended", _("ended the link for their calendar")
        CALENDAR_READ = "calendar_read", _("a calendar read their times")
        SIGNED_IN = "signed_in", _("signed in")
        SIGN_IN_FAILED = "sign_in_failed", _("a sign-in failed")
        REFUSED = "refused", _("was refused")

    organisation = models.ForeignKey("staff.Organisation", models.PROTECT, null=True, blank=True)
    member = models.ForeignKey("staff.Member", models.PROTECT, null=True, blank=True, related_name="+")
    what = models.CharField(max_length=20, choices=What)
    subject = models.CharField(
        max_length=64, blank=True, help_text="What it was about, by its random uid or a name of ours."
    )
    counts = models.JSONField(default=dict, blank=True)
    reason = models.CharField(
        max_length=300, blank=True, db_default="", help_text="Why, where somebody was asked to say so."
    )
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True, blank=True)
    request_id = models.CharField(max_length=36, blank=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "at"]), models.Index(fields=["member", "at"])]

    def __str__(self) -> str:
        return f"{self.what} {self.subject} at {self.at}"
