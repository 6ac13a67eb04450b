"""Notices about an export of the service, to the managers of its teams and to its other admins."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from peerload.core import clock
from peerload.core.formats import format_day
from peerload.notices.kinds import FirstPageLine, NoticeKind, Reader
from peerload.notices.models import Notice

from ..enums import ExportState
from ..models import Export
from . import rules

ASKED = "export_asked"  # of_export; the anchor is the day it was asked for
MADE = "export_made"  # of_export; the anchor is the day from which it could be made


def of_export(export_id: int) -> str:
    """Return the subject of an export: ``export:5``."""
    return f"export:{export_id}"


def _key(notice: Notice) -> int:
    return int(notice.subject.split(":")[1])


def _exports(notices: list[Notice]) -> QuerySet[Export]:
    return Export.objects.filter(pk__in=map(_key, notices)).defer("content").select_related("member")


def still_asked(notices: list[Notice]) -> set[int]:
    """Return the notices about exports that wait to be confirmed and whose day has not passed."""
    now = clock.now()
    waiting = {
        each.pk
        for each in _exports(notices)
        if rules.state_at(each.state, asked_at=each.asked_at, ready_at=each.ready_at, now=now) == ExportState.ASKED
    }
    return {notice.pk for notice in notices if _key(notice) in waiting}


def still_there(notices: list[Notice]) -> set[int]:
    """Return the notices about exports that were or will be made."""
    made = set(_exports(notices).exclude(state=ExportState.FAILED).values_list("pk", flat=True))
    return {notice.pk for notice in notices if _key(notice) in made}


def shown(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return a line for each export: who asks or asked, with a link to what it holds and why."""
    asked = {_key(notice) for notice in notices if notice.kind == ASKED}
    lines = []
    for each in _exports(notices).order_by("-asked_at", "pk"):
        url = reverse("export", args=[each.uid])
        day = format_day(clock.local_time(reader.member.organisation, each.asked_at).date())
        if each.pk in asked:
            label = _("%(member)s asks to export the service")
        else:
            label = _("%(member)s exported the service")
        words = (
            _("On %(day)s, with what is written about people.")
            if each.with_words
            else _("On %(day)s, without what is written about people.")
        )
        says = [words % {"day": day}, *([_("Confirm or refuse it within a day.")] if each.pk in asked else [])]
        lines.append(FirstPageLine(label % {"member": each.member.name}, url, " ".join(says), "download"))
    return lines


# The kinds ------------------------------------------------------------------------------------------------------------

KINDS = (  # in the order a digest lists them
    NoticeKind(
        ASKED,
        says=ngettext_lazy(
            "%(count)d export of the whole service, with what is written about people, waits to be "
            "confirmed or refused",
            "%(count)d exports of the whole service, with what is written about people, wait to be "
            "confirmed or refused",
            "count",
        ),
        still_true=still_asked,
        series="export",
        shown=shown,
    ),
    NoticeKind(
        MADE,
        says=ngettext_lazy(
            "%(count)d export of the whole service was asked for by an admin",
            "%(count)d exports of the whole service were asked for by an admin",
            "count",
        ),
        still_true=still_there,
        series="export",
        stage=1,
        shown=shown,
    ),
)
