"""A member's calendar link: made, renewed, ended, and read by calendars that have it."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from ..enums import CalendarAlarm
from ..models import CalendarLink, Member
from ..sign_in import open_memberships

BETWEEN = timedelta(seconds=10)  # of two readings; calendars read every quarter of an hour or less often


def make_link(*, member: Member, now: datetime) -> str:
    """Make a new link, which ends the one before; return its secret, which is kept nowhere. The alarm stays as chosen."""
    secret = secrets.token_urlsafe(32)
    kept = {"fingerprint": fingerprint(secret), "made_at": now, "read_at": None}
    CalendarLink.objects.update_or_create(member=member, defaults=kept)
    return secret


def end_link(*, member: Member) -> bool:
    """End the link; return whether there was one."""
    return bool(CalendarLink.objects.filter(member=member).delete()[0])


def choose_alarm(*, member: Member, alarm: CalendarAlarm) -> None:
    """Choose when calendars remind the member; it holds from their next reading on."""
    CalendarLink.objects.filter(member=member).update(alarm=alarm)


def fingerprint(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def link_of(secret: str) -> CalendarLink | None:
    """Return the link of a secret, while its member may sign in."""
    link = CalendarLink.objects.filter(fingerprint=fingerprint(secret)).select_related("member__user").first()
    if link is None or not link.member.user.is_active:
        return None
    member = next(iter(open_memberships(Member.objects.filter(pk=link.member_id))), None)
    if member is None:
        return None
    link.member = member
    return link


def count_reading(link: CalendarLink, now: datetime) -> bool:
    """Note that a calendar reads a link; return False where one has read it just now, so that no one can wear peerload out."""
    if link.read_at is not None and now - link.read_at < BETWEEN:
        return False
    same = CalendarLink.objects.filter(pk=link.pk, fingerprint=link.fingerprint, read_at=link.read_at)
    return bool(same.update(read_at=now))
