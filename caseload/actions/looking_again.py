"""Review an allocation on the day set for it (W25)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core.formats import format_day
from peerload.staff.models import Member

from ..models import Allocation, AllocationReview
from .allocations import current
from .locking import Refused, history, lock_person


class LookedAtMeanwhile(Refused):
    """Another member has changed the date of the next review since."""

    field = "review_on"


class LooksBack(Refused):
    """The next review has to be on a later day."""

    field = "review_on"


@transaction.atomic
def look_again(
    *, client_id: int, was: date | None, review_on: date | None, by: Member, today: date, words: str = ""
) -> Allocation:
    """
    Record a member's review of an allocation, and when the next one is (W25). Recorded twice it counts once.

    :param was: the review date shown when the form was opened
    :param review_on: ``None`` where no further review is needed
    :param words: the result
    :raises LooksBack: if the next review is not on a later day
    :raises NotSupported: if the person has no worker that day
    :raises LookedAtMeanwhile: if the review date has changed since
    """
    person = lock_person(client_id)
    if review_on and review_on <= today:
        raise LooksBack(_("Choose a day after today, or leave it empty if no further review is needed."))
    held = current(person, today)
    if held.review_on not in {was, review_on}:
        words = (
            _("Another person has reviewed the support meanwhile, and set the next review on %(day)s. Read it again.")
            if held.review_on
            else _("Another person has reviewed the support meanwhile, and planned no further review. Read it again.")
        )
        raise LookedAtMeanwhile(words % {"day": format_day(held.review_on)})
    with history(by, words or "looked at again"):
        held.review_on = review_on
        held.save(update_fields=["review_on"])
        AllocationReview.objects.get_or_create(allocation=held, looked_on=today, by=by, words=words, next_on=review_on)
    return held
