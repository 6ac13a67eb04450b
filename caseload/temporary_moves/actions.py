"""
Move people of an absent worker for good or until a date, and decide about their return; cover is `caseload.cover`.

The absence is locked first, as `caseload.cover` does, then the people in order of primary key. A form is saved as a
whole or not at all.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from peerload.core.formats import format_day
from peerload.notices import actions as notices
from peerload.staff.models import Absence, Member, Organisation
from peerload.staff.queries import told_for_teams

from ..actions import NextWorker, Refused, hand_over_many, history, lock_people
from ..cover.actions import cover
from ..enums import MoveEnd, News
from ..models import Allocation, Client, TemporaryMove
from ..waiting.actions import WaitTerms, return_to_waiting
from ..waiting.queries import waiting_from
from . import queries


class NobodyChosen(Refused):
    """There is nothing to do."""


class NotAfter(Refused):
    """A move ends after it has begun, and is asked about again on a later day only."""


class MovedMeanwhile(Refused):
    """Another member has handed one of them over since the page was shown."""


class DecidedMeanwhile(Refused):
    """It was decided otherwise since the page was shown."""


class NotBack(Refused):
    """The worker the person would come back to is away on that day."""


# Moving ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def move(
    *, absence_id: int, receivers: Mapping[int, Member], on: date, until: date | None, by: Member, today: date
) -> int:
    """
    Hand an absent worker's people over from a day on: all of them or none. Return how many.

    People already moved as asked, by a form sent twice, are skipped.

    :param receivers: by the primary key of the person
    :param until: the day from which their return is proposed; ``None`` moves them for good
    :raises NobodyChosen: if nothing is chosen
    :raises NotAfter: if the move would end before it begins, or be asked about again on a day that is not later
    :raises MovedMeanwhile: if one of them is not the absent worker's on that day
    :raises Refused: whatever `caseload.actions.hand_over` is refused for; the sentence names the person
    """
    if not receivers:
        raise NobodyChosen(_("Choose another worker for at least one person."))
    if until and until <= on:
        raise NotAfter(
            _("A move until %(day)s would end before it begins. Choose a later day.") % {"day": format_day(until)}
        )
    absence = _locked_absence(absence_id)
    people = lock_people(receivers)
    held = queries.held_from(receivers, on)
    wanted = {key: to for key, to in receivers.items() if not _is_moved(held.get(key), to, on, until)}
    _must_be_theirs(absence.worker, wanted, held, people, on)
    if wanted:
        given = {key: NextWorker(worker) for key, worker in wanted.items()}
        words = _("%(worker)s is away, until %(day)s") if until else _("%(worker)s is away")
        purpose = words % {"worker": absence.worker.name, "day": format_day(until)}
        came_from = {key: _came_from(held.get(key), absence, on) for key in wanted}
        moved = hand_over_many(given=given, giver=absence.worker, on=on, by=by, purpose=purpose, today=today)
        if until:
            with history(by, purpose):
                _until(until, moved, came_from, by)
    return len(receivers)


class CameFrom(NamedTuple):
    """The worker to return to, and the absence that prevents it."""

    worker: int
    absence: int | None


def _until(until: date, moved: Iterable[Allocation], came_from: Mapping[int, CameFrom], by: Member) -> None:
    """Record that these moves are until a day; a move to the worker a person would return to is for good."""
    TemporaryMove.objects.bulk_create(
        TemporaryMove(
            organisation_id=allocation.organisation_id,
            client_id=allocation.client_id,
            allocation=allocation,
            absence_id=came_from[allocation.client_id].absence,
            back_to_id=came_from[allocation.client_id].worker,
            until=until,
            by=by,
        )
        for allocation in moved
        if came_from[allocation.client_id].worker != allocation.worker_id
    )


def _came_from(held: Allocation | None, absence: Absence, on: date) -> CameFrom:
    """
    Return the worker a person moved on from an absent worker comes back to.

    Who came to that worker on this very day, until a date, was never with them for a day: they come back to the one before.
    """
    before = getattr(held, "temporary_move", None)
    if before and held.starts_on == on and before.settled_on is None:
        return CameFrom(before.back_to_id, before.absence_id)
    return CameFrom(absence.worker_id, absence.pk)


def _locked_absence(absence_id: int) -> Absence:
    absences = Absence.objects.select_related("worker")
    return absences.select_for_update(of=("self",), no_key=True).get(pk=absence_id)


def _is_moved(held: Allocation | None, worker: Member, on: date, until: date | None) -> bool:
    """Return whether a person is a receiver's from that day already, until that day."""
    if held is None or held.worker_id != worker.pk or held.starts_on != on:
        return False
    temporary = getattr(held, "temporary_move", None)
    return (temporary.until if temporary else None) == until


def _must_be_theirs(
    worker: Member, wanted: Iterable[int], held: Mapping[int, Allocation], people: Mapping[int, Client], on: date
) -> None:
    for key in sorted(wanted, key=lambda key: people[key].name_key):
        now = held.get(key)
        if now is not None and now.worker_id != worker.pk:
            raise MovedMeanwhile(
                _("%(people)s is with %(worker)s on %(day)s already. Look at the list again.")
                % {"people": people[key].name, "worker": now.worker.name, "day": format_day(on)}
            )


class BoardResult(NamedTuple):
    """How many people a form gave to a worker who covers, how many it moved, and how many wait."""

    covered: int
    moved: int
    waiting: int = 0


@transaction.atomic
def resolve_board(
    *,
    absence_id: int,
    covers: Mapping[int, Member | None],
    receivers: Mapping[int, Member],
    on: date,
    until: date | None,
    by: Member,
    today: date,
    waits: Mapping[int, WaitTerms] = MappingProxyType({}),
) -> BoardResult:
    """
    Save who covers, who moves and who waits, from one day on; one refusal, and nothing is saved.

    People who wait from that day already, by a form sent twice, are skipped.

    :param covers: by the primary key of the person; ``None`` takes cover away
    :raises NobodyChosen: if nothing is chosen
    :raises Refused: whatever `caseload.cover.actions.cover`, `move` and `caseload.waiting.actions.return_to_waiting` are
        refused for
    """
    if not covers and not receivers and not waits:
        raise NobodyChosen(_("Nothing has changed. Choose who is responsible for at least one person."))
    absence = _locked_absence(absence_id)
    lock_people({*covers, *receivers, *waits})
    who = {"absence_id": absence_id, "by": by, "today": today}
    if covers:
        cover(given=covers, starts_on=on, **who)
    moved = move(receivers=receivers, on=on, until=until, **who) if receivers else 0
    if left := waits.keys() - waiting_from(waits, on):
        common = {"giver": absence.worker, "on": on, "by": by, "today": today}
        return_to_waiting(
            waits={key: waits[key] for key in left},
            purpose=_("%(worker)s is away") % {"worker": absence.worker.name},
            **common,
        )
    return BoardResult(sum(worker is not None for worker in covers.values()), moved, len(waits))


# Coming back -----------------------------------------------------------------------------------------------------------


class ReturnAnswer(NamedTuple):
    """The decision about a return: they come back from a day on, they stay, or it is asked again on a later day."""

    what: str
    on: date | None = None


BACK, STAYS, LATER = "back", "stays", "later"


@transaction.atomic
def resolve_returns(*, answers: Mapping[int, ReturnAnswer], by: Member, today: date) -> int:
    """
    Decide about returns that are proposed: all of them or none. Return how many.

    Coming back is a handover like any other: newly allocated to the worker they come back to (R26). Decisions already
    made, by a form sent twice, are skipped. Where a person comes back to a worker who had them until a date only, the
    return to the first worker is asked about again.

    :param answers: by the primary key of the move
    :raises NobodyChosen: if nothing is chosen
    :raises NotAfter: if a return is put off to a day that is not later
    :raises NotBack: if the worker they would come back to is away on that day
    :raises DecidedMeanwhile: if one of them was decided otherwise
    :raises Refused: whatever `caseload.actions.hand_over` is refused for; the sentence names the person
    """
    if not answers:
        raise NobodyChosen(_("Decide about at least one person."))
    people = lock_people(TemporaryMove.objects.filter(pk__in=list(answers)).values_list("client", flat=True))
    moves = _locked(answers)
    back: dict[tuple[int, date], list[TemporaryMove]] = {}
    with history(by, "return"):
        for move in moves:
            answer = answers[move.pk]
            if _is_decided(move, answer, people):
                continue
            if answer.what == LATER:
                # Asked about with the worker back already: from now on only the new day counts, no absence that is over.
                if move.absence and move.absence.ends_before and move.absence.ends_before <= today:
                    move.absence = None
                _ask_again(move, answer.on, today)
                continue
            move.settled_on, move.settled_by = today, by
            move.settled_as = MoveEnd.STAYS if answer.what == STAYS else MoveEnd.RETURNED
            move.save(update_fields=["settled_on", "settled_by", "settled_as"])
            if answer.what == BACK:
                back.setdefault((move.allocation.worker_id, answer.on), []).append(move)
    for (__, on), some in sorted(back.items()):
        _bring_back(some, on, by=by, today=today)
    return len(moves)


@transaction.atomic
def change_until(*, untils: Mapping[int, date], by: Member, today: date) -> int:
    """
    Change the days from which returns are proposed. Return how many are new.

    :param untils: by the primary key of the move
    :raises NotAfter: if a day has come already
    :raises DecidedMeanwhile: if one of them was decided meanwhile
    """
    people = lock_people(TemporaryMove.objects.filter(pk__in=list(untils)).values_list("client", flat=True))
    changed = 0
    with history(by, "another day to come back"):
        for move in _locked(untils):
            if move.settled_on:
                raise DecidedMeanwhile(_decided_words(move, people))
            if move.until != untils[move.pk]:
                _ask_again(move, untils[move.pk], today)
                changed += 1
    return changed


def _locked(keys: Iterable[int]) -> list[TemporaryMove]:
    moves = TemporaryMove.objects.filter(pk__in=list(keys)).select_related("back_to", "allocation__worker", "absence")
    return list(moves.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _ask_again(move: TemporaryMove, until: date | None, today: date) -> None:
    if until is None or until <= today:
        raise NotAfter(_("Choose a day after today to be asked again."))
    move.until = until
    move.save(update_fields=["until", "absence"])


def _is_decided(move: TemporaryMove, answer: ReturnAnswer, people: Mapping[int, Client]) -> bool:
    """
    Return whether a move was decided like this already.

    :raises DecidedMeanwhile: if it was decided otherwise
    """
    if move.settled_on is None:
        return False
    if {BACK: MoveEnd.RETURNED, STAYS: MoveEnd.STAYS}.get(answer.what) != move.settled_as:
        raise DecidedMeanwhile(_decided_words(move, people))
    return True


def _decided_words(move: TemporaryMove, people: Mapping[int, Client]) -> str:
    words = {
        MoveEnd.RETURNED: _("%(name)s moves back to %(first)s. That was decided on %(day)s. Look at the list again."),
        MoveEnd.STAYS: _("%(name)s stays with %(now)s. That was decided on %(day)s. Look at the list again."),
        MoveEnd.OVERTAKEN: _(
            "The support of %(name)s ended or was handed over. That was recorded on %(day)s. Look at the list again."
        ),
    }[MoveEnd(move.settled_as)]
    return words % {
        "name": people[move.client_id].name,
        "first": move.back_to.name,
        "now": move.allocation.worker.name,
        "day": format_day(move.settled_on),
    }


def _bring_back(moves: list[TemporaryMove], on: date, *, by: Member, today: date) -> None:
    for worker in {move.back_to_id: move.back_to for move in moves}.values():
        if away := Absence.objects.on(on).filter(worker=worker).first():
            raise NotBack(_still_away(worker, on, away))
        given = {move.client_id: NextWorker(worker) for move in moves if move.back_to_id == worker.pk}
        giver, purpose = moves[0].allocation.worker, _("Back with %(worker)s") % {"worker": worker.name}
        back = hand_over_many(given=given, giver=giver, on=on, by=by, purpose=purpose, today=today)
        _ask_for_first_worker(back, by=by, purpose=purpose)


def _still_away(worker: Member, on: date, away: Absence) -> str:
    words = (
        _("%(worker)s is away on %(day)s and back on %(back)s. Choose that day or a later one, or let people stay.")
        if away.ends_before
        else _(
            "%(worker)s is away on %(day)s, and their return is not recorded. An expected day is not enough. Record "
            "the return first, under Away, or choose a later day to be asked again."
        )
    )
    return words % {"worker": worker.name, "day": format_day(on), "back": format_day(away.ends_before)}


def _ask_for_first_worker(back: list[Allocation], *, by: Member, purpose: str) -> None:
    """Reopen the return that was overtaken when people were moved on from the worker they are back with now."""
    worker, new = back[0].worker_id, {allocation.client_id: allocation for allocation in back}
    theirs = Allocation.objects.filter(client=OuterRef("client"), worker=worker).exclude(
        pk__in=[each.pk for each in back]
    )
    last = theirs.order_by("-starts_on").values("pk")[:1]
    overtaken = TemporaryMove.objects.filter(client__in=new, settled_as=MoveEnd.OVERTAKEN, allocation=Subquery(last))
    with history(by, purpose):
        TemporaryMove.objects.bulk_create(
            TemporaryMove(
                organisation_id=move.organisation_id,
                client_id=move.client_id,
                allocation=new[move.client_id],
                absence_id=move.absence_id,
                back_to_id=move.back_to_id,
                until=move.until,
                by=by,
            )
            for move in overtaken
        )


# Readers of a proposal ------------------------------------------------------------------------------------------------


def propose_returns(organisation: Organisation, on: date) -> int:
    """Notify those who lead the team of each return that is proposed, once for each day agreed; return how many are new."""
    due = queries.proposed(on).filter(organisation=organisation)
    due = list(due.select_related("client"))
    told = told_for_teams({move.client.team_id for move in due if move.client.team_id}, on) if due else {}
    lines = [
        notices.NewNotice(leader, News.MAY_RETURN, f"move:{move.pk}", move.until)
        for move in due
        for leader in told.get(move.client.team_id, ())
    ]
    return notices.notify_each(organisation.pk, lines) if lines else 0
