"""An allocation is looked at again on a day that was said (W25)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core.formats import format_day
from peerload.staff.models import Member

from ..models import Allocation, AllocationReview
from .allocations import current
from .locking import Refused, history, lock_person


class LookedAtMeanwhile(Refused):
    """Somebody else has said since when it is looked at again."""

    field = "review_on"


class LooksBack(Refused):
    """It is looked at again on a day ahead."""

    field = "review_on"


@transaction.atomic
def look_again(
    *, client_id: int, was: date | None, review_on: date | None, by: Member, today: date, words: str = ""
) -> Allocation:
    """
    Write down that a member looked at an allocation again, and when it is looked at next (W25). Said twice it is once.

    :param was: the day that stood when it was looked at
    :param review_on: ``None`` where there is nothing more to look at
    :param words: what came of it
    :raises LooksBack: if the next time is not ahead
    :raises NotSupported: if nobody supports them that day
    :raises LookedAtMeanwhile: if another day stands by now
    """
    person = lock_person(client_id)
    if review_on and review_on <= today:
        raise LooksBack(_("Choose a day after today, or leave it empty if there is nothing more to look at."))
    held = current(person, today)
    if held.review_on not in {was, review_on}:
        words = (
            _("Another person has looked at it meanwhile, for %(day)s. Read it again.")
            if held.review_on
            else _("Another person has looked at it meanwhile, and found nothing more to look at. Read it again.")
        )
        raise LookedAtMeanwhile(words % {"day": format_day(held.review_on)})
    with history(by, words or "looked at again"):
        held.review_on = review_on
        held.save(update_fields=["review_on"])
        AllocationReview.objects.get_or_create(allocation=held, looked_on=today, by=by, words=words, next_on=review_on)
    return held
