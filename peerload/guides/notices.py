"""
Notices about guides. A mail passes many hands: no line names a guide, a worker, or how anything was answered.
"""

from collections.abc import Callable, Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from peerload.audit.models import Entry
from peerload.core import clock
from peerload.core.translation import LazyText
from peerload.notices.kinds import FirstPageLine, NoticeKind, Reader, keys_of
from peerload.notices.models import Notice
from peerload.staff.models import Member

from . import queries, rules
from .enums import Flow
from .models import Guide

SHARED = "guide_shared"  # to who may read it now, of_guide; the anchor is the day it was shared
TO_SIGN = "guide_to_sign"  # to the side that has not signed, of_guide; the anchor is the day the other one signed
AGAIN = "guide_again"  # to who begins it anew, of_guide; the anchor is the day it is due again

MOST = 2  # guides on a first page by name; with more, the second line counts the rest


def of_guide(guide_id: int) -> str:
    """Return the subject of a guide: ``guide:7``."""
    return f"guide:{guide_id}"


def told_again(guide: Guide, on: date) -> list[Member]:
    """Return who is told that a guide is due again: the worker of a guide for one, else who leads them."""
    return [guide.about] if guide.flow == Flow.OWN else queries.leaders_of(guide.about, on)


# Whether it is still true ---------------------------------------------------------------------------------------------


def _guides(notices: Iterable[Notice]) -> dict[int, Guide]:
    found = Guide.objects.filter(pk__in=keys_of(notices)).select_related("about__organisation", "edition__template")
    return {guide.pk: guide for guide in found.prefetch_related("signatures")}


def still_shared(notices: list[Notice]) -> set[int]:
    """Return the notices about guides of two that wait for the recipient's side, and guides for one not read yet."""
    found = _guides(notices)
    return {notice.pk for notice in notices if notice.key in found and _is_new_to(found[notice.key], notice)}


def _is_new_to(guide: Guide, notice: Notice) -> bool:
    if guide.shared_on != notice.anchor_on:
        return False
    if guide.flow == Flow.TOGETHER:
        return _waits(guide, notice)
    read = Entry.objects.filter(what=Entry.What.READ_SHARED, subject=str(guide.uid), member=notice.recipient_id)
    return guide.shared_with_id == notice.recipient_id and not read.exists()


def _waits(guide: Guide, notice: Notice) -> bool:
    recipient = notice.recipient
    if recipient.pk != guide.about_id:
        today = clock.today(guide.about.organisation)
        if recipient.pk not in {leader.pk for leader in queries.leaders_of(guide.about, today)}:
            return False
    return queries.waits_for(guide, recipient)


def still_to_sign(notices: list[Notice]) -> set[int]:
    """Return the notices about guides that the other side has signed and the recipient's side has not."""
    found = _guides(notices)
    return {
        notice.pk
        for notice in notices
        if notice.key in found and found[notice.key].signatures.all() and _waits(found[notice.key], notice)
    }


def still_due_again(notices: list[Notice]) -> set[int]:
    """Return the notices about guides that are due again and were not begun anew."""
    services = {guide.about.organisation for guide in _guides(notices).values()}
    due = {
        (guide.pk, day): {member.pk for member in told_again(guide, clock.today(service))}
        for service in services
        for guide, day in queries.due_again(service.pk, clock.today(service))
    }
    return {notice.pk for notice in notices if notice.recipient_id in due.get((notice.key, notice.anchor_on), ())}


# On the first page ----------------------------------------------------------------------------------------------------


def shown(words: LazyText, *, begin: bool = False) -> Callable[[list[Notice], Reader], list[FirstPageLine]]:
    """Return a function that shows notices about guides: two lines at most."""

    def lines(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
        guides = list(_guides(notices).values())
        by_name = guides if len(guides) <= MOST else guides[: MOST - 1]
        found = [_line(guide, reader, words, begin=begin) for guide in by_name]
        if more := len(guides) - len(by_name):
            label = _("%(count)d more guides") % {"count": more}
            found.append(FirstPageLine(label, reverse("growth"), str(words), "journal-text"))
        return found

    return lines


def _line(guide: Guide, reader: Reader, words: LazyText, *, begin: bool) -> FirstPageLine:
    label = (
        guide.title
        if guide.about_id == reader.member.pk
        else _("%(guide)s: %(worker)s") % {"guide": guide.title, "worker": guide.about.name}
    )
    url = (
        reverse("guide_begin", args=[guide.edition.template.code])
        if begin and queries.offer(guide.about.organisation, guide.edition.template.code, rules.Content)
        else reverse("guide", args=[guide.uid])
    )
    return FirstPageLine(label, url, str(words), "journal-text")


# The kinds ------------------------------------------------------------------------------------------------------------

KINDS = (  # in the order a digest lists them
    NoticeKind(
        SHARED,
        says=ngettext_lazy("%(count)d guide is shared with you", "%(count)d guides are shared with you", "count"),
        still_true=still_shared,
        series="guide",
        stage=1,
        shown=shown(gettext_lazy("Shared with you: read it")),
    ),
    NoticeKind(
        TO_SIGN,
        says=ngettext_lazy(
            "%(count)d guide waits for your signature", "%(count)d guides wait for your signature", "count"
        ),
        still_true=still_to_sign,
        series="guide",
        stage=2,
        shown=shown(gettext_lazy("Waits for your signature")),
    ),
    NoticeKind(
        AGAIN,
        says=ngettext_lazy("%(count)d guide is due again", "%(count)d guides are due again", "count"),
        still_true=still_due_again,
        shown=shown(gettext_lazy("Due again: begin a new one"), begin=True),
    ),
)
