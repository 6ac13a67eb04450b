"""
Record who read what and who signed in, in the request, before the page is shown.

If the row cannot be written the page is not shown. A row holds no name and nothing anyone wrote: people by their random
uid, addresses, counts.
"""

import ipaddress
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from peerload.core import clock

from .models import Entry

if TYPE_CHECKING:
    from caseload.models import Client
    from peerload.interchange.models import Export
    from peerload.staff.models import Member, Organisation


def link_shown(request: HttpRequest, member: "Member") -> Entry:
    """Record that an admin was shown, once, the link by which a member first signs in or confirms their address."""
    return _write(request, Entry.What.LINK_SHOWN, subject=str(member.uid))


def email_changed(member: "Member", *, by: "Member | None") -> Entry:
    """Record a change of the address a member signs in with, by a member or, without one, by a command."""
    organisation = member.organisation
    return _write(None, Entry.What.EMAIL_CHANGED, organisation=organisation, member=by, subject=str(member.uid))


def opened(request: HttpRequest, client: "Client") -> Entry:
    """Record that a member opened a person's page, or another page that shows them."""
    return _write(request, Entry.What.OPENED, subject=str(client.uid))


def listed(request: HttpRequest, what: str, n: int) -> Entry:
    """Record that a member saw a list of so many people; ``what`` is our name of the list."""
    return _write(request, Entry.What.LISTED, subject=what, counts={"people": n})


def exported(request: HttpRequest, what: str, **counts: int) -> Entry:
    """Record that a member took an export."""
    return _write(request, Entry.What.EXPORTED, subject=what, counts=counts)


def export_asked(request: HttpRequest, export: "Export") -> Entry:
    """Record that an admin asked for an export of the service, and said why."""
    return _write(request, Entry.What.EXPORT_ASKED, subject=str(export.uid), reason=export.reason)


def export_decided(request: HttpRequest, export: "Export", *, confirmed: bool) -> Entry:
    """Record who confirmed or refused an export with the words written about people: a manager or another admin."""
    what = Entry.What.EXPORT_CONFIRMED if confirmed else Entry.What.EXPORT_REFUSED
    return _write(request, what, subject=str(export.uid), reason=export.reason)


def export_made(export: "Export") -> Entry:
    """Record that an export was made for the admin who had asked: what it holds, and why."""
    return _write(
        None,
        Entry.What.EXPORT_MADE,
        organisation=export.organisation,
        member=export.member,
        subject=str(export.uid),
        counts=export.counts,
        reason=export.reason,
    )


def previewed(request: HttpRequest, upload_uid: UUID, **counts: int) -> Entry:
    """Record that an admin saw what an import would bring, with names."""
    return _write(request, Entry.What.PREVIEWED, subject=str(upload_uid), counts=counts)


def imported(
    organisation: "Organisation",
    *,
    by: "Member | None" = None,
    subject: str = "",
    counts: Mapping[str, object] | None = None,
    request: HttpRequest | None = None,
) -> Entry:
    """Record that a whole service was imported, by a member or, without one, by a command."""
    return _write(
        request, Entry.What.IMPORTED, organisation=organisation, member=by, subject=subject, counts=counts or {}
    )


def undone(organisation: "Organisation", *, by: "Member") -> Entry:
    """Record that an admin undid an import."""
    return _write(None, Entry.What.UNDONE, organisation=organisation, member=by, subject=organisation.code)


def removed(code: str, *, counts: dict[str, int]) -> Entry:
    """Record that a command removed a whole service; this entry is all that stays."""
    return _write(None, Entry.What.REMOVED, subject=code, counts=counts)


def published(organisation: "Organisation", *, by: "Member", scheme: int) -> Entry:
    """Record that an admin published a version of the points scheme."""
    return _write(None, Entry.What.PUBLISHED, organisation=organisation, member=by, subject=f"scheme {scheme}")


def taken_back(organisation: "Organisation", *, by: "Member", scheme: int) -> Entry:
    """Record that an admin made a published version of the points scheme, which had not begun, a draft again."""
    return _write(None, Entry.What.TAKEN_BACK, organisation=organisation, member=by, subject=f"scheme {scheme}")


def points_opened(request: HttpRequest, subject: str) -> Entry:
    """Record that a service manager opened the points of a worker in a report that was sent."""
    return _write(request, Entry.What.POINTS_OPENED, subject=subject)


def read_shared(request: HttpRequest, uid: UUID) -> Entry:
    """Record that a member read a colleague's shared document, or an agreement about their work."""
    return _write(request, Entry.What.READ_SHARED, subject=str(uid))


def calendar_link_made(request: HttpRequest) -> Entry:
    """Record that a member made a secret link for their calendar, which ended the one before."""
    return _write(request, Entry.What.CALENDAR_MADE)


def calendar_link_ended(request: HttpRequest) -> Entry:
    """Record that a member ended the link for their calendar."""
    return _write(request, Entry.What.CALENDAR_ENDED)


def calendar_read(request: HttpRequest, member: "Member", *, since: datetime) -> Entry:
    """
    Record that a calendar read a member's times by their link, once a day for each address it is read from.

    :param since: when the day began
    """
    today = Entry.objects.filter(member=member, at__gte=since, what=Entry.What.CALENDAR_READ, address=address(request))
    return today.first() or _write(request, Entry.What.CALENDAR_READ, member=member)


def signed_in(request: HttpRequest, member: "Member | None", *, by_passkey: bool = False) -> Entry:
    """Record that a user signed in, by password or by passkey; ``member`` is None where they belong to no service."""
    return _write(request, Entry.What.SIGNED_IN, member=member, subject="passkey" if by_passkey else "")


def sign_in_failed(request: HttpRequest, member: "Member | None" = None) -> Entry:
    """Record that a sign-in failed; ``member`` is the one of the email, if there is one."""
    return _write(request, Entry.What.SIGN_IN_FAILED, member=member)


def refused(request: HttpRequest) -> Entry:
    """Record that a member asked for a page that is not theirs or does not exist: its random uid, if any, and the route."""
    match = request.resolver_match
    subject, route = (match.kwargs.get("uid", ""), match.url_name) if match else ("", None)
    return _write(request, Entry.What.REFUSED, subject=str(subject), counts={"route": route or ""})


def _write(
    request: HttpRequest | None,
    what: str,
    *,
    member: "Member | None" = None,
    organisation: "Organisation | None" = None,
    subject: str = "",
    counts: Mapping[str, object] | None = None,
    reason: str = "",
) -> Entry:
    member = member or getattr(request, "member", None)
    if organisation is None and member is not None:
        organisation = member.organisation
    return Entry.objects.create(
        what=what,
        organisation=organisation,
        member=member,
        subject=subject[:64],
        counts=counts or {},
        reason=reason,
        at=clock.now(),
        address=address(request),
        request_id=getattr(request, "id", ""),
    )


def address(request: HttpRequest | None) -> str | None:
    """
    Return the address a request came from.

    Behind a proxy of ours (``PEERLOAD_PROXY``) it is the last entry of X-Forwarded-For, the only one the proxy itself wrote;
    otherwise that header is not believed.
    """
    if request is None:
        return None
    found = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR", "")):
        found = forwarded.rsplit(",", 1)[-1].strip()
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return None
