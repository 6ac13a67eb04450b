"""
Notices about guides. A mail passes many hands: no line names a guide, a worker, or how anything was answered.
"""

from collections.abc import Callable, Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from peerload.audit.models import Entry
from peerload.core import clock
from peerload.core.formats import format_day
from peerload.core.translation import LazyText
from peerload.notices.kinds import FirstPageLine, NoticeKind, Reader, keys_of
from peerload.notices.models import Notice
from peerload.staff.models import Member

from . import queries, rules
from .enums import Flow
from .models import Guide, GuideStep

SHARED = "guide_shared"  # to who may read it now, of_guide; the anchor is the day it was shared
TO_SIGN = "guide_to_sign"  # to the side that has not signed, of_guide; the anchor is the day the other one signed
AGAIN = "guide_again"  # to who begins it anew, of_guide; the anchor is the day it is due again
STEP = "guide_step"  # to both, of_step; the anchor is the step's day
FIRST = queries.FIRST  # to who leads a new worker, of_first; the anchor is the day a guide is proposed from
EXTENDED = "guide_extended"  # to the other side, of_guide; the anchor is its new last day

MOST_STEPS = 3
MOST = 2  # guides on a first page by name; with more, the second line counts the rest


def of_guide(guide_id: int) -> str:
    """Return the subject of a guide: ``guide:7``."""
    return f"guide:{guide_id}"


def of_step(step_id: int) -> str:
    """Return the subject of a dated step of a guide: ``guide-step:7``."""
    return f"guide-step:{step_id}"


def of_first(worker_id: int) -> str:
    """Return the subject of the first guide about a worker: ``guide-first:17``."""
    return f"guide-first:{worker_id}"


def told_of_step(step: GuideStep, on: date) -> list[Member]:
    """Return who reads of a dated step: its owner and the other of the two; of a guide for one, the worker."""
    guide = step.guide
    if guide.is_of_leaders:
        return [step.owner]
    return [guide.worker, *(queries.leaders_of(guide.worker, on) if guide.flow == Flow.TOGETHER else [])]


def told_again(guide: Guide, on: date) -> list[Member]:
    """
    Return who is told that a guide is due again: the worker of a guide for one, else who leads them.

    Both are told of one that ends on a day; of one about the organisation, who began it and still leads.
    """
    if guide.is_of_leaders:
        return [guide.begun_by] if queries.leads(guide.begun_by) else []
    if guide.flow == Flow.OWN:
        return [guide.worker]
    return [*([guide.worker] if guide.content.ends else []), *queries.leaders_of(guide.worker, on)]


# Whether it is still true ---------------------------------------------------------------------------------------------


def _guides(notices: Iterable[Notice]) -> dict[int, Guide]:
    found = Guide.objects.filter(pk__in=keys_of(notices)).select_related(
        "about", "organisation", "begun_by", "edition__template"
    )
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
        today = clock.today(guide.organisation)
        if recipient.pk not in {leader.pk for leader in queries.leaders_of(guide.worker, today)}:
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
    services = {guide.organisation for guide in _guides(notices).values()}
    due = {
        (guide.pk, day): {member.pk for member in told_again(guide, clock.today(service))}
        for service in services
        for guide, day in queries.due_again(service.pk, clock.today(service))
    }
    return {notice.pk for notice in notices if notice.recipient_id in due.get((notice.key, notice.anchor_on), ())}


def still_extended(notices: list[Notice]) -> set[int]:
    """Return the notices about guides that go on until that day, while it has not passed."""
    found = _guides(notices)
    return {
        notice.pk
        for notice in notices
        if notice.key in found
        and found[notice.key].period_until == notice.anchor_on
        and found[notice.key].ended_on is None
        and notice.anchor_on >= clock.today(found[notice.key].organisation)
    }


def _steps(notices: Iterable[Notice]) -> dict[int, GuideStep]:
    found = GuideStep.objects.filter(pk__in=keys_of(notices), done_on=None)
    return {
        step.pk: step for step in found.select_related("guide__about", "guide__organisation", "guide__edition", "owner")
    }


def still_to_do(notices: list[Notice]) -> set[int]:
    """Return the notices about dated steps that are open and keep their day."""
    found = _steps(notices)
    told: dict[int, set[int]] = {}
    for pk, step in found.items():
        told[pk] = {member.pk for member in told_of_step(step, clock.today(step.guide.organisation))}
    return {
        notice.pk
        for notice in notices
        if notice.key in found
        and found[notice.key].due_on == notice.anchor_on
        and notice.recipient_id in told[notice.key]
    }


def still_first(notices: list[Notice]) -> set[int]:
    """Return the notices about workers a first guide is still proposed for."""
    services = {notice.recipient.organisation for notice in notices}
    due = {
        (worker.pk, day): {leader.pk for leader in queries.leaders_of(worker, clock.today(service))}
        for service in services
        for worker, __, day in queries.first_guides(service, clock.today(service))
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
            label = ngettext("%(count)d more guide", "%(count)d more guides", more) % {"count": more}
            found.append(FirstPageLine(label, reverse("growth"), str(words), "journal-text"))
        return found

    return lines


def _line(guide: Guide, reader: Reader, words: LazyText, *, begin: bool) -> FirstPageLine:
    label = (
        guide.title
        if guide.about is None or guide.about == reader.member
        else _("%(guide)s: %(worker)s") % {"guide": guide.title, "worker": guide.about.name}
    )
    url = (
        reverse("guide", args=[guide.uid])
        if guide.content.ends
        else reverse("guide_begin", args=[guide.edition.template.code])
        if begin and queries.offer(guide.organisation, guide.edition.template.code, rules.Content)
        else reverse("guide", args=[guide.uid])
    )
    return FirstPageLine(label, url, str(words), "journal-text")


def steps(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about dated steps: what is done, who does it and until when; three at most."""
    found = sorted(_steps(notices).values(), key=lambda step: (step.due_on, step.pk))
    lines = []
    for step in found[:MOST_STEPS]:
        words = {"owner": step.owner.name, "day": format_day(step.due_on), "guide": step.guide.title}
        says = (
            _("Yours, by %(day)s: %(guide)s")
            if step.owner_id == reader.member.pk
            else _("%(owner)s’s, by %(day)s: %(guide)s")
        )
        label = queries.words_of(step, step.guide) or step.guide.title
        lines.append(FirstPageLine(label, reverse("guide", args=[step.guide.uid]), says % words, "check2"))
    if more := len(found) - len(lines):
        words_more = ngettext("%(count)d more step", "%(count)d more steps", more) % {"count": more}
        lines.append(FirstPageLine(words_more, reverse("growth"), _("Steps of your guides"), "check2"))
    return lines


def firsts(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about new workers for a first guide that can be begun together."""
    workers = Member.objects.in_bulk(keys_of(notices))
    return [
        FirstPageLine(
            workers[notice.key].name,
            f"{reverse('team_growth')}#first",
            _("The first review of the work can be begun. Or put it away on that page"),
            "journal-text",
        )
        for notice in notices
        if notice.key in workers
    ]


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
        shown=shown(gettext_lazy("Due again"), begin=True),
    ),
    NoticeKind(
        EXTENDED,
        says=ngettext_lazy("%(count)d guide goes on longer", "%(count)d guides go on longer", "count"),
        still_true=still_extended,
        shown=shown(gettext_lazy("Goes on until a later day")),
    ),
    NoticeKind(
        STEP,
        says=ngettext_lazy("%(count)d step of a guide is due", "%(count)d steps of guides are due", "count"),
        still_true=still_to_do,
        shown=steps,
    ),
    NoticeKind(
        FIRST,
        says=ngettext_lazy(
            "%(count)d new worker’s first review can be begun",
            "%(count)d new workers’ first reviews can be begun",
            "count",
        ),
        still_true=still_first,
        shown=firsts,
    ),
)
