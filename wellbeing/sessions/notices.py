"""Notices about sessions, without their content, and whether each is still true."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from peerload.core import clock
from peerload.core.formats import format_day, format_weekday
from peerload.notices.kinds import FirstPageLine, NoticeKind, Reader, keys_of, matching
from peerload.notices.models import Notice
from peerload.staff.models import Member

from ..enums import SessionKind
from ..models import Session, SessionNote
from . import queries

SOON = "session_soon"  # to both, of_session; the anchor is the day planned
BOOKED = "session_booked"  # to the other of the two, of_session; the anchor is the day planned
WANTS_TO_TALK = "wants_to_talk"  # to who a worker asks for a debrief, of_session; the anchor is the day planned
LATE = "session_late"  # to the worker and the supervisor, of_kind; the anchor is the day it was due by
PASSED = "supervision_passed"  # to the member supervision passes to, of_worker; the anchor is the day from which
NOTE_ASKED = "session_note"  # to the other of the two, of_session; the anchor is the day it was written


# Subjects --------------------------------------------------------------------------------------------------------------


def of_session(session_id: int) -> str:
    """Return the subject of a session: ``own-session:5``; a group's are called sessions too."""
    return f"own-session:{session_id}"


def of_kind(member_id: int, kind: str) -> str:
    """Return the subject of a kind of session of a worker: ``sessions:17:supervision``."""
    return f"sessions:{member_id}:{kind}"


def of_worker(member_id: int) -> str:
    """Return the subject of a worker's supervision: ``supervision:17``."""
    return f"supervision:{member_id}"


# Whether it is still true ----------------------------------------------------------------------------------------------


def still_planned(notices: list[Notice]) -> set[int]:
    """Return the notices about sessions planned for the same day, which has not passed."""
    on = clock.today(notices[0].organisation)
    return matching(notices, Session.objects.planned().filter(planned_on__gte=on), "planned_on")


def still_late(notices: list[Notice]) -> set[int]:
    """Return the notices about kinds that are late since the same day and have none planned."""
    organisation = notices[0].organisation
    on = clock.today(organisation)
    workers = Member.objects.at_work(on).filter(pk__in=keys_of(notices))
    late = {
        (of_kind(worker, row.standing.kind), row.standing.due_by)
        for worker, found in queries.standing(organisation, workers, on).items()
        for row in found
        if row.is_to_book
    }
    return {notice.pk for notice in notices if (notice.subject, notice.anchor_on) in late}


def still_passed(notices: list[Notice]) -> set[int]:
    """Return the notices about workers whose supervision still passes to the recipient."""
    organisation = notices[0].organisation
    passed = queries.passed(organisation, clock.today(organisation))
    to = {each.worker_id: each.now for each in passed}
    return {notice.pk for notice in notices if to.get(notice.key) == notice.recipient_id}


def still_unanswered(notices: list[Notice]) -> set[int]:
    """Return the notices about sessions whose note waits for an answer of the recipient."""
    waiting = SessionNote.objects.filter(session__in=keys_of(notices), agreed_on=None)
    written_by = dict(waiting.values_list("session", "written_by"))
    return {notice.pk for notice in notices if written_by.get(notice.key, notice.recipient_id) != notice.recipient_id}


# On the first page ----------------------------------------------------------------------------------------------------


def planned(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about sessions planned; the reader's own have a section on My day."""
    sessions = Session.objects.filter(pk__in=keys_of(notices)).select_related("worker").order_by("planned_on", "pk")
    url = reverse("my_sessions")
    return [
        FirstPageLine(
            f"{each.get_kind_display()}, {each.worker.name}",
            url,
            planned_for(each),
            "calendar-event",
        )
        for each in sessions
        if reader.leads or each.worker_id != reader.member.pk or each.planned_on > reader.on + queries.SOON
    ]


def wants_to_talk(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about colleagues who would like to talk with the reader after something hard, and when."""
    sessions = Session.objects.filter(pk__in=keys_of(notices)).select_related("worker").order_by("planned_on", "pk")
    return [
        FirstPageLine(
            _("%(worker)s would like to talk") % {"worker": each.worker.name},
            reverse("session_held", args=[each.uid]),
            _("Debrief. %(planned)s; choose another time together if it does not suit")
            % {"planned": planned_for(each)},
            "chat-square-heart",
        )
        for each in sessions
    ]


def planned_for(session: Session) -> str:
    """Say for when, and where, a session is planned."""
    words = {"day": format_weekday(session.planned_on), "place": session.place}
    if session.starts_at:
        words["time"] = f"{session.starts_at:%H:%M}"
        said = (
            _("Planned for %(day)s at %(time)s, %(place)s") if session.place else _("Planned for %(day)s at %(time)s")
        )
    else:
        said = _("Planned for %(day)s, %(place)s") if session.place else _("Planned for %(day)s")
    return said % words


def late(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about kinds of session that are late, with a link to book one."""
    workers = Member.objects.in_bulk(keys_of(notices))
    lines = []
    for notice in notices:
        worker, kind = workers[notice.key], SessionKind(notice.subject.split(":")[2])
        whose = _("My") if worker.pk == reader.member.pk else f"{worker.name}:"
        url = f"{reverse('session_book', args=[worker.uid])}?kind={kind}"
        words = _("Was due by %(day)s and has no day yet. Book it together") % {"day": format_day(notice.anchor_on)}
        lines.append(FirstPageLine(f"{whose} {kind.in_sentence}", url, words, "clock-history"))
    return lines


def passed(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about workers whose supervision passes to the reader, with a link to book it."""
    workers = Member.objects.filter(pk__in=keys_of(notices)).named()
    words = _("Supervision passes to you while the usual supervisor is away")
    return [
        FirstPageLine(
            worker.name, f"{reverse('session_book', args=[worker.uid])}?kind=supervision", words, "arrow-left-right"
        )
        for worker in workers
    ]


def notes_asked(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about notes that the other of a session would like to keep with the reader."""
    found = Session.objects.filter(pk__in=keys_of(notices)).select_related("worker", "with_member")
    return [
        FirstPageLine(
            _("%(kind)s on %(day)s") % {"kind": each.get_kind_display(), "day": format_day(each.held_on)},
            reverse("session_note", args=[each.uid]),
            _("%(name)s would like to keep a note of it with you")
            % {"name": queries.other_of(each, reader.member).name},
            "chat-left-text",
        )
        for each in found.order_by("held_on", "pk")
    ]


# The kinds ------------------------------------------------------------------------------------------------------------

KINDS = (  # in the order a digest lists them
    NoticeKind(
        SOON,
        says=ngettext_lazy("%(count)d session is planned", "%(count)d sessions are planned", "count"),
        still_true=still_planned,
        series="session",
        stage=1,
        each=lambda notice: _("A session of yours is planned for %(day)s") % {"day": format_day(notice.anchor_on)},
        shown=planned,
    ),
    NoticeKind(
        BOOKED,
        says=ngettext_lazy(
            "%(count)d session has been booked with you", "%(count)d sessions have been booked with you", "count"
        ),
        still_true=still_planned,
        series="session",
        shown=planned,
    ),
    NoticeKind(
        WANTS_TO_TALK,
        says=ngettext_lazy(
            "%(count)d colleague would like to talk with you",
            "%(count)d colleagues would like to talk with you",
            "count",
        ),
        still_true=still_planned,
        series="session",
        shown=wants_to_talk,
    ),
    NoticeKind(
        LATE,
        says=ngettext_lazy(
            "%(count)d session is late and has no day yet. Find a day together",
            "%(count)d sessions are late and have no day yet. Find a day together",
            "count",
        ),
        still_true=still_late,
        shown=late,
    ),
    NoticeKind(
        PASSED,
        says=ngettext_lazy(
            "%(count)d worker’s supervision passes to you while the supervisor is away",
            "%(count)d workers’ supervision passes to you while the supervisor is away",
            "count",
        ),
        still_true=still_passed,
        shown=passed,
    ),
    NoticeKind(
        NOTE_ASKED,
        says=ngettext_lazy(
            "%(count)d session has a note that the other person would like to keep with you",
            "%(count)d sessions have a note that the other person would like to keep with you",
            "count",
        ),
        still_true=still_unanswered,
        shown=notes_asked,
    ),
)
