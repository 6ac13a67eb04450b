"""What members work, and when they are away."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Q
from django.utils.translation import gettext_lazy as _

from peerload.core.periods import sql_holds_half_open

from .. import rules
from .base import PeriodQuerySet, ends_after_start, history, no_overlap
from .leaving import HAS_LEFT, leavings

# Whether a member is not in post on a day: they have left, or had posts and none holds that day. Nobody is listed then, and
# their people have no worker. A member who never had a post is in post.
_OUT_OF_POST = f"""(
    {HAS_LEFT} OR EXISTS (SELECT FROM staff_post begun WHERE begun.worker_id = {{member}} AND begun.starts_on <= {{day}} {{how}})
    AND NOT EXISTS (
        SELECT FROM staff_post held_post WHERE held_post.worker_id = {{member}} AND {sql_holds_half_open("held_post", "{day}")}
        {{how}}))"""
# With OFFSET 0 PostgreSQL looks up the posts of each member: for a few. Without, it reads all posts once: for a whole service.
OUT_OF_POST = _OUT_OF_POST.replace("{how}", "OFFSET 0")
OUT_OF_POST_IN_SERVICE = _OUT_OF_POST.replace("{how}", "")
# The day after a member's last post, once no post of theirs holds.
POST_ENDED = """(
    SELECT max(past.ends_before) FROM staff_post past WHERE past.worker_id = {member} AND past.starts_on <= {day}
    HAVING bool_and(coalesce(past.ends_before <= {day}, false)))"""


class PostQuerySet(PeriodQuerySet["Post"]):
    def on(self, day: date) -> Self:
        """Return posts in force on a day; no one has a post after the last day of their notice."""
        return super().on(day).filter(~Exists(leavings("worker").filter(last_day__lt=day)))

    def written_for(self, day: date) -> Self:
        """Return posts recorded for a day, whether or not the worker has left by then."""
        return super().on(day)


@history()
class Post(models.Model):
    """A worker's post for a period: team, FTE, hours, duty. It ends where the next begins, or with the last day of a notice."""

    organisation = models.ForeignKey("Organisation", models.PROTECT)
    worker = models.ForeignKey("Member", models.PROTECT, related_name="posts")
    team = models.ForeignKey("Team", models.PROTECT, null=True, blank=True, related_name="posts")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    fte = models.DecimalField(max_digits=4, decimal_places=3)
    weekly_hours = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    day_hours = ArrayField(
        models.DecimalField(max_digits=4, decimal_places=2),
        null=True,
        blank=True,
        help_text="Of Monday to Sunday; they add up to the hours a week. Null: Monday to Friday in equal parts.",
    )
    duty = models.BooleanField(default=False)
    phased_return = models.ForeignKey(
        "Absence",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="steps",
        help_text="A step back to work after it.",
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("staff_post_has_a_day"),
            no_overlap("staff_post_one_at_a_time", "worker"),
            models.CheckConstraint(
                name="staff_post_fte",
                condition=Q(fte__gt=0, fte__lte=Decimal("1.5")),
                violation_error_message=_("FTE is above 0 and at most 1.5."),
            ),
            models.CheckConstraint(
                name="staff_post_hours",
                condition=Q(weekly_hours=None) | Q(weekly_hours__gte=0, weekly_hours__lte=168),
                violation_error_message=_("Hours a week are between 0 and 168."),
            ),
            models.CheckConstraint(
                name="staff_post_seven_days",
                condition=Q(day_hours=None) | Q(day_hours__len=7, weekly_hours__isnull=False),
                violation_error_message=_("A week has seven days, and their hours add up."),
            ),
        ]
        indexes = [models.Index(fields=["team", "starts_on"])]

    def __str__(self) -> str:
        return f"post {self.pk} of {self.worker_id}"

    @property
    def days(self) -> str:
        """Days and their hours, as ``Mon-Thu 7.5, Fri 4``; "" where they are not recorded."""
        return rules.write_days(self.day_hours)


@history()
class Absence(models.Model):
    """A member's absence from ``starts_on`` until the day they are back; past the expected return they are still away."""

    organisation = models.ForeignKey("Organisation", models.PROTECT)
    worker = models.ForeignKey("Member", models.PROTECT, related_name="absences")
    starts_on = models.DateField()
    expected_back = models.DateField(null=True, blank=True)
    ends_before = models.DateField(null=True, blank=True, help_text="First day at work again.")
    planned = models.BooleanField(null=True, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    expected_since = models.DateField(
        null=True,
        blank=True,
        help_text="The day on which the expected return became known; null: as the absence began.",
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("staff_absence_has_a_day"),
            models.CheckConstraint(
                name="staff_absence_expected_after_start",
                condition=Q(expected_back=None) | Q(expected_back__gt=F("starts_on")),
                violation_error_message=_("The expected return lies before the first day away."),
            ),
            no_overlap("staff_absence_one_at_a_time", "worker"),
        ]

    def __str__(self) -> str:
        return f"absence {self.pk} of {self.worker_id}"
