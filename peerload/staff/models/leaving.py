"""Notice and last day: the end of a member's employment."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from peerload.core.periods import sql_lasts_half_open

from .base import history_as_it_was


class LeavingQuerySet(models.QuerySet["Leaving"]):
    def standing(self) -> Self:
        """Return leavings under way: neither withdrawn nor closed."""
        return self.filter(withdrawn_on=None, closed_on=None)

    def gone(self, on: date) -> Self:
        """Return leavings under way whose last day has passed on a day."""
        return self.standing().filter(last_day__lt=on)


@history_as_it_was(
    "caseload_leavingevent", update="pgtrigger_update_update_c9c47", delete="pgtrigger_delete_delete_4496c"
)
class Leaving(models.Model):
    """
    A member leaves the service: from the notice until the leaving is closed or withdrawn.

    Their sign-in ends with the last day, even with work left; the leaving is closed once no people are theirs any more.
    """

    organisation = models.ForeignKey("Organisation", models.PROTECT)
    member = models.ForeignKey("Member", models.PROTECT, related_name="leavings")
    notice_on = models.DateField()
    last_day = models.DateField()
    by = models.ForeignKey("Member", models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    objects = LeavingQuerySet.as_manager()

    class Meta:
        db_table = "caseload_leaving"  # the caseload's, before notice and last day came to the staff
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(withdrawn_on=None, closed_on=None), name="caseload_leaving_one_at_a_time"
            ),
            models.CheckConstraint(
                name="caseload_leaving_last_day_after_notice",
                condition=Q(last_day__gte=F("notice_on")),
                violation_error_message=_("The last day lies before the notice."),
            ),
            models.CheckConstraint(name="caseload_leaving_one_end", condition=Q(withdrawn_on=None) | Q(closed_on=None)),
            models.CheckConstraint(
                name="caseload_leaving_closed_after_last_day",
                condition=Q(closed_on=None) | Q(closed_on__gt=F("last_day")),
            ),
        ]

    def __str__(self) -> str:
        return f"leaving {self.pk} of {self.member_id}"


def leavings(member: str = "pk") -> LeavingQuerySet:
    """Return the leavings under way of a member of an outer query."""
    return Leaving.objects.standing().filter(member=OuterRef(member))


# Whether the last day of a member's notice lies before a day: from then on they have no post, and their people no worker.
# Once the leaving is closed, their posts and allocations say it for every later day.
HAS_LEFT = f"""EXISTS (
    SELECT FROM caseload_leaving gone WHERE gone.member_id = {{member}} AND gone.last_day < {{day}}
    AND gone.withdrawn_on IS NULL AND {sql_lasts_half_open("gone", "{day}", ends="closed_on")})"""
# The last day of a member's notice, while it is under way.
LAST_DAY = """(
    SELECT given.last_day FROM caseload_leaving given
    WHERE given.member_id = {member} AND given.withdrawn_on IS NULL AND given.closed_on IS NULL)"""
