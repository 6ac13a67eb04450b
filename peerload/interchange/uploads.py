"""
The states of an upload: previewed (by the worker process if it is large), confirmed, imported by the worker, forgotten.

A worker that was killed leaves its upload running; the next worker sees that its lock is free, and starts again. The
transaction has rolled back earlier writes.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core import clock
from peerload.core.database import take_time
from peerload.core.locks import Lock, try_to_take
from peerload.staff.enums import Role
from peerload.staff.models import Member

from . import actions, marking
from .comparison.rows import Merged
from .errors import Fault, FileRefused, Question, grouped
from .files import open_bytes, unpacked_bytes
from .models import Upload
from .preview import ImportPlan, preview
from .progress import progress_of
from .questions import NO_ANSWERS
from .row_words import differing_columns, stored_words_of, without_words, words_of
from .sheets import SHEET
from .sheets.columns import Sheet
from .text_tables import Allowance, OpenedFile, TooMuch

logger = logging.getLogger("peerload.interchange")

MOST_BYTES = 10_000_000
READ_AT_ONCE = (
    1_000_000  # bytes unpacked, which a page reads and marks in a second or two; the worker reads larger ones
)
ROWS_AT_ONCE, CELLS_AT_ONCE, CHARACTERS_AT_ONCE, EMPTY_AT_ONCE = 5_000, 100_000, 2_000_000, 50_000
KEPT = timedelta(hours=1)  # so long a preview may be confirmed
ATTEMPTS = 3  # a file that brings down its worker so often is refused
ROWS_SHOWN = 50  # of a sheet, in the preview
OURS = gettext_lazy("This file could not be imported, because of a fault in peerload. Nothing was saved.")
PLACES_KEPT = 100  # of a question, on its page
LONGEST = 60  # characters of a cell in the preview

# What holds words of a file, and names of people with them, as it is once they are dropped.
WORDS_DROPPED = dict.fromkeys(("content", "preview", "access", "alike", "questions", "marked")) | {
    "faults": [],
    "notes": [],
}

State = Upload.State
TO_LOOK_AT = (State.TO_READ, State.READING)
GOING = (*TO_LOOK_AT, State.WAITING, State.RUNNING)  # the worker's to do


class PreviewTooOld(Exception):
    """A preview that is too old to be confirmed, or gone."""


def take_in(*, member: Member, file_name: str, content: bytes) -> Upload:
    """Preview an uploaded file, or have the worker do so if it is large; a refused file is not kept."""
    upload = Upload(
        organisation=member.organisation,
        member=member,
        file_name=_shown_name(file_name),
        content=content,
        created_at=clock.now(),
    )
    try:
        _look_or_leave(upload)
    except FileRefused as refused:
        _refuse(upload, refused.faults)
    upload.save()
    return upload


def _look_or_leave(upload: Upload) -> None:
    """Preview a file within a page, or leave it to the worker if it is large or declares a large content."""
    content = bytes(upload.content)
    if unpacked_bytes(content) > READ_AT_ONCE:
        upload.state = State.TO_READ
        return
    allowance = Allowance(ROWS_AT_ONCE, CELLS_AT_ONCE, CHARACTERS_AT_ONCE, EMPTY_AT_ONCE)
    try:
        opened = open_bytes(content, upload.file_name, allowance)
    except TooMuch:
        upload.state = State.TO_READ
    else:
        _look(upload, opened)


def _look(upload: Upload, opened: OpenedFile) -> None:
    """
    Note what a file would change, what it asks, or why it is refused; it may be confirmed from now on for an hour.

    With faults that other answers may take away it is not refused before it is answered.
    """
    plan = preview(opened, organisation=upload.organisation, answers=upload.answers)
    upload.counts, upload.all_rows, upload.done_rows = plan.counts, plan.to_write, 0
    upload.notes, upload.questions, upload.faults = list(plan.notes), questions_of(plan), []
    asked = [Fault(*place[:3], question.says) for question in plan.unanswered for place in question.places]
    wrong = [*plan.faults, *asked]
    marked = marking.marked(bytes(upload.content), opened, wrong) if wrong else None
    if plan.faults and (plan.is_hopeless or not any(_decides(question) for question in plan.unanswered)):
        _refuse(upload, plan.faults, marked)
        return
    upload.state, upload.attempts, upload.created_at = State.LOOKED_AT, 0, clock.now()
    upload.preview, upload.alike, upload.marked = preview_of(plan), alike_of(plan), marked
    upload.access = access_of(plan)
    upload.faults = [list(group) for group in grouped(plan.faults)]


def _decides(question: Question) -> bool:
    """Return whether the rows read otherwise by another answer; of rows like one that is there both ways are shown."""
    return bool(question.choices) and question.kind != "alike"


def questions_of(plan: ImportPlan) -> list[dict] | None:
    """Return what a file asks, with the first places of each question."""
    found = [question._asdict() | {"places": question.places[:PLACES_KEPT]} for question in plan.questions]
    return found or None


def _shown_name(file_name: str) -> str:
    return "".join(sign for sign in file_name if sign.isprintable())[:120] or "file"


def _refuse(upload: Upload, faults: list[Fault], marked: bytes | None = None) -> None:
    upload.state, upload.finished_at = State.REFUSED, clock.now()
    upload.faults, upload.marked = [list(group) for group in grouped(faults)], marked
    upload.content = upload.preview = upload.alike = upload.access = None


def preview_of(plan: ImportPlan) -> dict[str, list]:
    """Return by sheet the first rows that are new or changed: number, state, name, old and new values."""
    found = {}
    for name, counts in plan.counts.items():
        if counts["new"] or counts["changed"]:
            rows = (row for row in plan.service.of(name) if row.state in ("new", "changed"))
            found[name] = [_preview_row(SHEET[name], row) for row, __ in zip(rows, range(ROWS_SHOWN), strict=False)]
    return found


def access_of(plan: ImportPlan) -> list[str]:
    """
    Return in sentences all changes of roles, sign-ins and team leads, for a preview shows only the first rows of a
    sheet.

    A person who prepares a workbook for an admin could hide them below fifty harmless rows.
    """
    return [
        *(says for row in plan.service.of("staff") if row.number for says in _access_of_staff(row)),
        *(says for row in plan.service.of("teams") if row.number and row.known for says in _access_of_team(row)),
        *(_access_of_acting(row) for row in plan.service.of("acting") if row.number and (row.is_new or row.changed)),
    ]


def _access_of_acting(row: Merged) -> str:
    return _("%(acts)s acts in %(team)s in place of %(email)s from %(from)s.") % {
        name: row.values[name] for name in ("acts", "team", "email", "from")
    }


def _access_of_staff(row: Merged) -> Iterator[str]:
    values, who = row.values, f"{row.values['name']} ({row.values['email']})"
    role = Role(values["role"]).label
    if row.is_new and values["role"] != Role.PEER_WORKER and not values["closed"]:
        yield _("%(who)s comes onto the staff. Their role: %(role)s.") % {"who": who, "role": role}
    if row.known and "role" in row.changed:
        yield _("%(who)s gets another role: %(role)s, until now %(Role)s.") % {
            "who": who,
            "role": role,
            "Role": Role(row.known.values["role"]).label,
        }
    if row.known and "closed" in row.changed:
        words = (
            _("The sign-in of %(who)s is closed.") if values["closed"] else _("The sign-in of %(who)s is opened again.")
        )
        yield words % {"who": who}
    if "new_email" in (row.changed if row.known else row.said) and values["new_email"]:
        yield _("%(who)s gets another email to sign in with: %(new_email)s.") % {
            "who": who,
            "new_email": values["new_email"],
        }


def _access_of_team(row: Merged) -> Iterator[str]:
    for name in ("manager", "deputy"):
        if name in row.changed:
            was, will_be = row.known.values[name] or _("no one"), row.values[name] or _("no one")
            yield _("%(team)s gets another %(name)s: %(will_be)s, until now %(was)s.") % {
                "team": row.values["team"],
                "name": name,
                "will_be": will_be,
                "was": was,
            }


def _preview_row(sheet: Sheet, row: Merged) -> list:
    told = (*sheet.key, *(row.said or sheet.names)) if row.is_new else sheet.key
    columns = [column for column in sheet.columns if column.name in told][: 4 if row.is_new else None]
    said = {column.name: column.kind.write(row.values[column.name]) for column in columns}
    words = ", ".join(f"{name} {text[:LONGEST]}" for name, text in said.items() if text)
    return [row.number, row.state, words, [_change(sheet, row, name) for name in row.changed]]


def _change(sheet: Sheet, row: Merged, name: str) -> list[str]:
    """Return a changed column with its old and new value; words about people are not shown from here."""
    write = sheet.column(name).kind.write
    was, will_be = write(row.known.values[name]), write(row.values[name])
    if (shown := without_words(sheet.name, name, was)) != was:
        return [name, shown, will_be[:LONGEST]]
    # Long words are cut where they begin to differ, so that the two excerpts differ.
    same = next((n for n, (a, b) in enumerate(zip(was, will_be, strict=False)) if a != b), min(len(was), len(will_be)))
    start = max(same - 20, 0) if max(len(was), len(will_be)) > LONGEST else 0
    return [name, *(("…" if start else "") + text[start : start + LONGEST] for text in (was, will_be))]


def alike_of(plan: ImportPlan) -> dict | None:
    """Return how many new rows are like a stored one, and the words of the first pair."""
    alike = plan.service.alike
    if not alike:
        return None
    return {"count": len(alike), "rows": [_alike_row(SHEET[name], row) for name, row in alike[:ROWS_SHOWN]]}


def _alike_row(sheet: Sheet, row: Merged) -> list:
    differing = differing_columns(sheet.name, row)
    same = [column for column in sheet.columns if column.name in ("ref", "email", "on", "kind", "from")]
    same = [column for column in same if column not in differing]
    there = stored_words_of(sheet.name, differing, row.like.values)
    return [sheet.name, row.number, words_of(same, row.values), there, words_of(differing, row.values)]


class NotAnswered(Exception):
    """A file asks something that is not answered."""


@transaction.atomic
def confirm(*, uid: UUID, member: Member, answers: Mapping[str, str] = NO_ANSWERS) -> Upload:
    """
    Confirm the member's own preview. Confirming it again changes nothing.

    With other answers than those of the preview it is made again, and the file is not imported.

    :param answers: by kind of question, see `questions.KINDS`
    :raises NotAnswered: if one is missing
    :raises Upload.DoesNotExist: if the member has no such upload
    :raises PreviewTooOld: if the preview is older than an hour, or was discarded
    """
    upload = Upload.objects.select_for_update(of=("self",), no_key=True).get(uid=uid, member=member)
    now = clock.now()
    if is_over(upload, now):
        forget_old()
    if upload.state == State.LET_GO or is_over(upload, now):
        raise PreviewTooOld(_("This preview is over. Upload the file again to see what it would change now."))
    if upload.state == State.LOOKED_AT:
        _answer(upload, answers)
        upload.save()
    return upload


def _answer(upload: Upload, answers: Mapping[str, str]) -> None:
    asked = upload.questions or []
    missing = [question["says"] for question in asked if question["kind"] not in answers]
    if missing:
        raise NotAnswered(_("Answer this first: %(names)s") % {"names": " ".join(missing)})
    upload.answers = {question["kind"]: answers[question["kind"]] for question in asked}
    read_otherwise = any(q["assumed"] != answers[q["kind"]] for q in asked if q["kind"] != "alike")
    if not read_otherwise and not upload.faults:
        upload.state = State.WAITING
    else:
        _look_or_leave(upload)


def let_go(*, uid: UUID, member: Member) -> None:
    """Discard the member's own preview, with the file."""
    Upload.objects.filter(uid=uid, member=member, state=State.LOOKED_AT).update(
        **WORDS_DROPPED, state=State.LET_GO, finished_at=clock.now()
    )


def forget_old() -> int:
    """
    Discard previews that were not confirmed in time, and delete the words of files refused or discarded that long ago.

    :return: how many previews
    """
    finished = Upload.objects.filter(state__in=(State.REFUSED, State.LET_GO), finished_at__lt=clock.now() - KEPT)
    words = ~Q(faults=[]) | ~Q(notes=[]) | Q(questions__isnull=False) | Q(marked__isnull=False)
    finished.filter(words).update(**WORDS_DROPPED)
    old = Upload.objects.filter(state=State.LOOKED_AT, created_at__lt=clock.now() - KEPT)
    return old.update(**WORDS_DROPPED, state=State.LET_GO, finished_at=clock.now())


# The worker ------------------------------------------------------------------------------------------------------------


def bring_in_next() -> Upload | None:
    """Read or import the upload that waited longest, or one whose worker was killed; return it, ``None`` if there is none."""
    forget_old()
    upload = _begin()
    if upload is None:
        return None
    try:
        with progress_of(upload, [State.READING, State.RUNNING]) as progress, transaction.atomic():
            if not _is_still_ours(upload):
                return None
            (_read if upload.state == State.READING else _bring_in)(upload, progress)
    except FileRefused as refused:
        if refused.faults:
            _refuse(upload, refused.faults)
        else:
            upload.state = State.TO_READ  # its questions have changed since the preview
        upload.save()
        found = len(refused.faults), len(refused.questions)
        logger.info("upload %s was not brought in: %d faults, %d questions", upload.uid, *found)
    return upload


@transaction.atomic
def _begin() -> Upload | None:
    """Take an upload that waits, or that was started and abandoned."""
    in_work = Upload.objects.filter(state__in=GOING).order_by("created_at")
    for upload in in_work.select_for_update(of=("self",), no_key=True, skip_locked=True).defer("content", "preview")[
        :20
    ]:
        if not _is_free(upload):
            continue
        if upload.attempts >= ATTEMPTS:
            fresh = Upload.objects.get(pk=upload.pk)
            _refuse(fresh, [Fault("", 0, "", OURS)])
            fresh.save()
            continue
        upload.state = State.READING if upload.state in TO_LOOK_AT else State.RUNNING
        upload.started_at, upload.attempts = clock.now(), upload.attempts + 1
        upload.save(update_fields=["state", "started_at", "attempts"])
        return Upload.objects.select_related("organisation", "member__user").get(pk=upload.pk)
    return None


def _is_free(upload: Upload) -> bool:
    """Take the upload's lock, kept until the transaction ends; return whether it was free."""
    return try_to_take(Lock.UPLOAD, upload.pk)


def _is_still_ours(upload: Upload) -> bool:
    """Lock an upload for the caller's transaction; return whether no other worker has it, or had it meanwhile."""
    return _is_free(upload) and Upload.objects.filter(pk=upload.pk, state=upload.state).exists()


def _read(upload: Upload, progress: Callable[[int, int], None]) -> None:
    """Look at an upload within the caller's transaction."""
    take_time()
    opened = open_bytes(bytes(upload.content), upload.file_name)
    progress(0, sum(len(table.rows) for table in opened.tables.values()))
    _look(upload, opened)
    upload.save()


def _bring_in(upload: Upload, progress: Callable[[int, int], None]) -> None:
    """
    Bring an upload in within the caller's transaction.

    :raises FileRefused: if the member who confirmed it may not import any more
    """
    if not actions.may_still_import(upload.member):
        raise FileRefused(_("You cannot import any more. Nothing was saved."))
    content = open_bytes(bytes(upload.content), upload.file_name)
    plan = actions.bring_in(
        content, by=upload.member, organisation=upload.organisation, answers=upload.answers, progress=progress
    )
    upload.state, upload.counts = State.DONE, plan.counts
    upload.done_rows = upload.all_rows = plan.to_write
    upload.content = upload.preview = upload.access = upload.alike = upload.questions = upload.marked = None
    upload.finished_at = clock.now()
    upload.save()


def is_over(upload: Upload, now: datetime) -> bool:
    """Return whether a preview can be confirmed no more."""
    return upload.state == State.LOOKED_AT and upload.created_at < now - KEPT


def is_forgotten(upload: Upload) -> bool:
    """Return whether a refused file's faults are no longer kept (`forget_old`)."""
    return upload.state == State.REFUSED and not upload.faults


def is_marked(upload: Upload) -> bool:
    """Return whether a file can be downloaded with its faults and questions marked: for an hour, if it could be read."""
    since = upload.finished_at or upload.created_at
    if upload.state not in (State.REFUSED, State.LOOKED_AT) or since < clock.now() - KEPT:
        return False
    return Upload.objects.filter(pk=upload.pk).exclude(marked=None).exists()


def marked_name(upload: Upload) -> str:
    """Return what the marked workbook of an upload is called: *people marked.xlsx*."""
    return _("%(stem)s marked.xlsx") % {"stem": Path(upload.file_name).stem}
