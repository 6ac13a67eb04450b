"""
Exports: requested by an admin, confirmed by a second member if they have words about people, made by the worker
process.

The rows in the database are the queue, as with uploads: a page never talks to the broker. An export whose worker was
killed is started again.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.audit import actions as audit
from peerload.audit.models import Entry
from peerload.core import clock
from peerload.core.locks import Lock, try_to_take
from peerload.notices import actions as notices
from peerload.staff import access
from peerload.staff.models import Member, Organisation, Team
from peerload.staff.roles import Capability

from .. import export as writing
from .. import queries
from ..enums import ExportFormat, ExportState
from ..models import Export, Import
from ..progress import progress_of
from ..sheets import SHEETS, WORDS_ABOUT_PEOPLE
from ..sheets.columns import Sheet
from . import rules
from .notices import ASKED, MADE, of_export

logger = logging.getLogger("peerload.interchange")

MOST_ROWS = 300_000  # of all sheets; a service with more is exported by command
MOST_BYTES = 50_000_000
ATTEMPTS = 3  # an export that brings down its worker so often is given up
TOO_LARGE = gettext_lazy(
    "This service is too large to be exported here. The operator exports it with the command export_service."
)
WHO_CONFIRMS = gettext_lazy(
    "Only a team manager or an admin can confirm an export, if they have had this role and their email for a week or "
    "more."
)
OURS = gettext_lazy(
    "The file could not be made, because of a fault in peerload. The operator can export with the command export_service."
)


@transaction.atomic
def ask(request: access.MemberRequest, *, reason: str, format: str, with_words: bool) -> Export:
    """
    Request an export of the service, and tell the managers of its teams and the other admins.

    :param request: of the admin who asks, for the audit
    :param reason: why, in the admin's words; it is kept
    :param with_words: with the words written about people, which another member must confirm first
    """
    member = request.member
    export = Export.objects.create(
        organisation=member.organisation,
        member=member,
        reason=reason,
        format=ExportFormat(format),
        with_words=with_words,
        state=rules.first_state(with_words=with_words),
        asked_at=clock.now(),
    )
    if with_words:
        export.may_confirm = [list(_as_confirmer(each)) for each in long_in_their_role(export)]
        export.save(update_fields=["may_confirm"])
    audit.export_asked(request, export)
    _tell(export, ASKED if with_words else MADE)
    return export


@transaction.atomic
def decide(request: access.MemberRequest, *, uid: UUID, confirm: bool) -> Export:
    """
    Confirm or refuse another member's request for an export with words about people.

    :raises Export.DoesNotExist: if there is none of this service
    :raises rules.ExportStepRefused: if it is decided, its day has passed, or the member asked for it or could not confirm it
        when it was asked for
    """
    member = request.member
    owned = Export.objects.filter(organisation=member.organisation_id)
    export = owned.select_for_update(of=("self",), no_key=True).defer("content").get(uid=uid)
    if not rules.may_decide(asker=export.member_id, member=member.pk):
        raise rules.ExportStepRefused(_("You have asked for this export. Another person has to confirm it."))
    state = state_now(export)
    if confirm and state == ExportState.ASKED and not may_confirm(export, member):
        raise rules.ExportStepRefused(
            _("You cannot confirm this export. %(who_confirms)s You can refuse it.") % {"who_confirms": WHO_CONFIRMS}
        )
    export.state = rules.follow(state, ExportState.WAITING if confirm else ExportState.REFUSED)
    export.decided_by, export.decided_at, export.may_confirm = member, clock.now(), []
    export.save(update_fields=["state", "decided_by", "decided_at", "may_confirm"])
    audit.export_decided(request, export, confirmed=confirm)
    notices.cancel(subjects=[of_export(export.pk)], kinds=[ASKED])
    if confirm:
        _tell(export, MADE)
    return export


def state_now(export: Export) -> ExportState:
    """Return the state of an export at this moment."""
    return rules.state_at(export.state, asked_at=export.asked_at, ready_at=export.ready_at, now=clock.now())


def download(request: access.MemberRequest, *, uid: UUID) -> Export:
    """
    Return an export for the admin who asked for it, and write down that its file was taken.

    :raises Export.DoesNotExist: if the member has asked for no such export
    :raises rules.ExportStepRefused: if there is no file, or no longer
    """
    export = Export.objects.get(uid=uid, member=request.member)
    state = state_now(export)
    if state != ExportState.READY or export.content is None:
        raise rules.ExportStepRefused(_("This export is %(state)s.") % {"state": state.label})
    audit.exported(request, str(export.uid), **export.counts)
    return export


def told(export: Export) -> list[Member]:
    """Return who is told of an export: the managers of the service's teams and its admins, except the one who asks."""
    managers = Team.objects.filter(organisation=export.organisation_id).exclude(manager=None).values("manager")
    members = Member.objects.active().filter(organisation=export.organisation_id)
    found = members.filter(Q(pk__in=managers) | Q(role="admin")).exclude(pk=export.member_id)
    return list(found.select_related("user").named())


def may_confirm(export: Export, member: Member) -> bool:
    """Return whether a member could confirm an export when it was asked for, and still can."""
    then, invited_at = export.may_confirm, member.invited_at
    return rules.may_confirm(_as_confirmer(member), then, invited_at=invited_at, asked_at=export.asked_at)


def _as_confirmer(member: Member) -> rules.Confirmer:
    return rules.Confirmer(member.pk, member.role, member.user.email)


def long_in_their_role(export: Export) -> list[Member]:
    """
    Return those told of an export who held the same role a week before: no account the asker may just have made.

    They have signed in, and were not invited or imported by the requester, nor given another role or address since.
    """
    since = export.asked_at - rules.SETTLED_FOR
    found = [
        member
        for member in told(export)
        if member.user.has_come_in and all(at is None or at < since for at in (member.invited_at, member.role_given_at))
    ]
    addresses = Entry.objects.filter(what=Entry.What.EMAIL_CHANGED, at__gte=since)
    moved = set(addresses.filter(subject__in=[str(each.uid) for each in found]).values_list("subject", flat=True))
    runs = [
        run
        for each in Import.objects.filter(organisation=export.organisation_id, member=export.member_id, at__gte=since)
        for run in each.written.get(Member._meta.label, ())
    ]
    return [
        member
        for member in found
        if str(member.uid) not in moved and not any(first <= member.pk <= last for first, last in runs)
    ]


def _tell(export: Export, kind: str) -> None:
    notices.notify(
        recipients=told(export), kind=kind, subject=of_export(export.pk), anchor_on=clock.today(export.organisation)
    )


def forget_old() -> int:
    """Expire requests that were not confirmed in a day, and delete files a day old; return how many."""
    now = clock.now()
    asked = Export.objects.filter(state=ExportState.ASKED, asked_at__lte=now - rules.CONFIRM_WITHIN)
    ready = Export.objects.filter(state=ExportState.READY, ready_at__lte=now - rules.KEPT_FOR)
    return asked.update(state=ExportState.EXPIRED, may_confirm=[]) + ready.update(state=ExportState.OVER, content=None)


# The worker ------------------------------------------------------------------------------------------------------------


class TooLarge(Exception):
    """A service that is exported by command."""


def make_next() -> Export | None:
    """Make the export that waited longest, or one whose worker was killed; return it, ``None`` if there is none."""
    forget_old()
    export = _begin()
    if export is None:
        return None
    try:
        with progress_of(export, [ExportState.RUNNING]) as progress, queries.as_of_one_moment():
            if not _take(export):
                return None
            export.content, export.counts = _read(export, progress)
    except (TooLarge, writing.TooManyRows):
        return _finish(export, ExportState.FAILED)
    return _finish(export, ExportState.READY)


@transaction.atomic
def _begin() -> Export | None:
    """Take an export that waits, or that was started and abandoned."""
    in_work = Export.objects.filter(state__in=rules.IN_WORK).order_by("asked_at")
    for export in in_work.select_for_update(of=("self",), no_key=True, skip_locked=True)[:20]:
        if not _take(export):
            continue
        if export.attempts >= ATTEMPTS:
            _fail(export, OURS)
            continue
        asker = export.member
        if not (asker.active and asker.user.is_active and access.may(asker, Capability.EXPORT_SERVICE)):
            _fail(export, _("%(asker)s, who asked for it, cannot export any more.") % {"asker": asker.name})
            continue
        export.state = rules.follow(ExportState(export.state), ExportState.RUNNING)
        export.attempts += 1
        export.save(update_fields=["state", "attempts"])
        return Export.objects.select_related("organisation", "member").get(pk=export.pk)
    return None


def _take(export: Export) -> bool:
    """Take an export's lock, kept until the transaction ends; return whether it was free."""
    return try_to_take(Lock.EXPORT, export.pk)


def _fail(export: Export, says: str) -> None:
    export.state, export.failure, export.content = ExportState.FAILED, says, None
    export.save(update_fields=["state", "failure", "content"])


def _read(export: Export, progress: Callable[[int, int], None]) -> tuple[bytes, dict[str, int]]:
    """
    Return the file of an export and how many rows of each sheet it holds.

    :raises TooLarge: if it is larger than the database is to keep
    """
    of = size_of(export.organisation)
    if of > MOST_ROWS:
        raise TooLarge
    counts: dict[str, int] = {}
    rows = _counted(queries.streams(export.organisation), counts, lambda done: progress(done, of))
    content = content_of(rows, export.format, with_words=export.with_words)
    if len(content) > MOST_BYTES:
        raise TooLarge
    return content, counts


@transaction.atomic
def _finish(export: Export, state: ExportState) -> Export | None:
    """Save the result of an export, unless another worker has started it again meanwhile: then that one will."""
    held = Export.objects.filter(pk=export.pk, state=ExportState.RUNNING, attempts=export.attempts)
    if not held.select_for_update(of=("self",), no_key=True).values("pk"):
        return None
    if rules.follow(ExportState.RUNNING, state) == ExportState.FAILED:
        _fail(export, TOO_LARGE)
        return export
    export.state, export.ready_at = state, clock.now()
    export.done_rows = export.all_rows = sum(export.counts.values())
    day = clock.today(export.organisation).isoformat()
    export.file_name = rules.file_name(export.organisation.code, day, export.format)
    export.save()
    audit.export_made(export)
    return export


def size_of(organisation: Organisation) -> int:
    """Return how many rows an export of a service has at most."""
    models = [(sheet.model, sheet.whose) for sheet in FOR_ADMINS if sheet.model]
    return sum(model._base_manager.filter(**{whose: organisation}).count() for model, whose in models)


def content_of(rows: Mapping[str, Iterable], format: str, *, with_words: bool) -> bytes:
    """Return rows as a file; without words about people their columns are left out, so that it clears none where it comes in."""
    write = writing.workbook if format == ExportFormat.XLSX else writing.zipped
    return write(rows, FOR_ADMINS if with_words else WITHOUT_WORDS)


FOR_ADMINS = tuple(sheet for sheet in SHEETS if not sheet.by_command_only)


def _without_words() -> Iterator[Sheet]:
    """Yield the sheets without words about people; a sheet that needs those words is left out."""
    for sheet in FOR_ADMINS:
        left_out = {name for of, name in WORDS_ABOUT_PEOPLE if of == sheet.name}
        if not any(c.required or c.name in sheet.key for c in sheet.columns if c.name in left_out):
            yield sheet._replace(columns=tuple(c for c in sheet.columns if c.name not in left_out))


WITHOUT_WORDS = tuple(_without_words())


def _counted(
    rows: Mapping[str, Iterator], counts: dict[str, int], progress: Callable[[int], None]
) -> Mapping[str, Iterator]:
    """Return rows that are counted by sheet when they are written."""

    done = 0

    def counted(name: str, found: Iterator) -> Iterator:
        nonlocal done
        for row in found:
            yield row
            counts[name] = counts.get(name, 0) + 1
            done += 1
            progress(done)

    return {name: counted(name, found) for name, found in rows.items()}
