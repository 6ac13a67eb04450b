"""The kinds of leave that a service has."""

from django.db import models
from django.db.models.functions import Upper

from .base import history
from .organisation import Organisation


@history()
class LeaveKind(models.Model):
    """A kind of leave in a service's own list, such as a mental health day (L13); absences keep its name."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="leave_kinds")
    name = models.CharField(max_length=40)
    in_use = models.BooleanField(default=True, help_text="Offered for new leave; leave that has it keeps it.")
    position = models.PositiveSmallIntegerField(default=1, help_text="Its place in the list.")

    class Meta:
        constraints = [models.UniqueConstraint("organisation", Upper("name"), name="staff_leavekind_once")]
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
