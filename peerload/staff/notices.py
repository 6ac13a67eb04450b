"""Notices about who acts in place of a manager who is away, and whether each is still true."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from peerload.core import clock
from peerload.core.formats import format_day
from peerload.core.periods import lasts_half_open
from peerload.notices.kinds import FirstPageLine, NoticeKind, Reader, keys_of
from peerload.notices.models import Notice

from .models import ActingManager, Team

ACTS = "acts"  # to who acts; of_acting; the anchor is the first day
ACTING_CHOSEN = "acting_chosen"  # to the absent member and the team; of_acting; the anchor is the first day
ACTING_ENDED = "acting_ended"  # to who acted; of_acting; the anchor is the first day without


def of_acting(acting_id: int) -> str:
    """Return the subject of acting in a team: ``acting:5``."""
    return f"acting:{acting_id}"


def _about(notices: list[Notice]) -> dict[int, ActingManager]:
    rows = ActingManager.objects.filter(pk__in=keys_of(notices))
    return {row.pk: row for row in rows.select_related("member", "team", "absence__worker")}


# Whether it is still true ----------------------------------------------------------------------------------------------


def still_acting(notices: list[Notice]) -> set[int]:
    """Return the notices about acting that goes on, or is ahead, from the same day."""
    on = clock.today(notices[0].organisation)
    lasts = lasts_half_open(on) & lasts_half_open(on, of="absence")
    rows = ActingManager.objects.filter(lasts, pk__in=keys_of(notices))
    true = set(rows.values_list("pk", "starts_on"))
    return {notice.pk for notice in notices if (notice.key, notice.anchor_on) in true}


def still_ended(notices: list[Notice]) -> set[int]:
    """Return the notices about acting that ends, or has ended, on the same day."""
    rows = ActingManager.objects.filter(pk__in=keys_of(notices))
    ends = {pk: _last(*days) for pk, *days in rows.values_list("pk", "ends_before", "absence__ends_before")}
    return {notice.pk for notice in notices if ends.get(notice.key) == notice.anchor_on}


def _last(ends_before: date | None, back_on: date | None) -> date | None:
    return min((day for day in (ends_before, back_on) if day), default=None)


# In a digest and on the first page -------------------------------------------------------------------------------------


def chosen_words(row: ActingManager, reader_id: int) -> str:
    """Say who acts for which manager from when, to one of those told; never why the other is away."""
    words = {
        "name": row.member.name,
        "absent": row.absence.worker.name,
        "team": row.team.name,
        "day": format_day(row.starts_on),
    }
    if reader_id == row.member_id:
        return _("From %(day)s you act in place of %(absent)s in %(team)s") % words
    if reader_id == row.absence.worker_id:
        return _("From %(day)s %(name)s acts in your place in %(team)s, until you are back") % words
    return _("From %(day)s %(name)s acts in place of %(absent)s in %(team)s. Ask them") % words


def acting_chosen(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about who acts; each reader is led to the page on which it matters to them."""
    rows = _about(notices)
    led = set(Team.objects.led_by(reader.member, reader.on).values_list("pk", flat=True))
    lines = []
    for notice in notices:
        row = rows[notice.key]
        url = f"{reverse('team')}?team={row.team_id}" if row.team_id in led else reverse("my_records")
        lines.append(FirstPageLine(row.team.name, url, chosen_words(row, reader.member.pk), "person-check"))
    return lines


def acting_ended(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about acting that ends, or has ended."""
    rows = _about(notices)
    return [
        FirstPageLine(
            rows[notice.key].team.name,
            reverse("my_day"),
            _("From %(day)s you do not act in place of %(absent)s any more")
            % {"day": format_day(notice.anchor_on), "absent": rows[notice.key].absence.worker.name},
            "person-check",
        )
        for notice in notices
    ]


KINDS = (  # a mail names no one: it may be read by others
    NoticeKind(
        ACTS,
        says=None,
        still_true=still_acting,
        each=lambda notice: (
            _("From %(day)s you act in place of a team manager who is away") % {"day": format_day(notice.anchor_on)}
        ),
        shown=acting_chosen,
    ),
    NoticeKind(
        ACTING_CHOSEN,
        says=None,
        still_true=still_acting,
        each=lambda notice: (
            _("From %(day)s another person acts in place of a team manager who is away. See who it is")
            % {"day": format_day(notice.anchor_on)}
        ),
        shown=acting_chosen,
    ),
    NoticeKind(
        ACTING_ENDED,
        says=None,
        still_true=still_ended,
        each=lambda notice: (
            _("From %(day)s you do not act for a team manager any more") % {"day": format_day(notice.anchor_on)}
        ),
        shown=acting_ended,
    ),
)
