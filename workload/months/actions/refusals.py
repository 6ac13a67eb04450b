"""Why something cannot be done with a record: a sentence for the user."""

from django.utils.translation import gettext as _

from caseload.actions import Refused
from workload.models import MonthlyRecord


class NotListed(Refused):
    """The worker is not counted on the month's last day."""


class NotYourPartOfRecord(Refused):
    """This part of the record is another member's."""


class NotOver(Refused):
    """The month is not over, or has not begun."""


class Kept(Refused):
    """The record is agreed, provisional or reported: it stays as it is."""


class RecordStepRefused(Refused):
    """The record is not where this step begins."""


class NeedsMore(Refused):
    """The record needs words or an action before it can be agreed."""


class ManagerIsThere(Refused):
    """Another manager agrees only while the worker's own cannot."""


class WorkerIsThere(Refused):
    """A manager completes a record only while the worker is away."""


class BeingCounted(Refused):
    """Points are being counted again, so nothing is kept for good."""


class RecordChangedMeanwhile(Refused):
    """Another member, or a fact, has changed the record since the page was opened."""

    def __init__(self, record: MonthlyRecord) -> None:
        super().__init__(
            _(
                "This record has changed since you opened it. It is shown here as it is now. What you typed is still in the form."
            )
        )
        self.record = record


class OpenedAgain(RecordChangedMeanwhile):
    """The facts say something else than the record did, so it is a draft again; it stays one though the step is refused."""

    def __init__(self, record: MonthlyRecord, words: str) -> None:
        super().__init__(record)
        self.args = (words,)


class RecordContradiction(Refused):
    """Days or words that contradict each other."""
