"""
Leaving: what a notice means for people: its steps, and the worker that each person goes to.

People are locked first, then the leaving. The notice itself, and the end of sign-in, are `peerload.staff.leaving.actions`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core.formats import format_day
from peerload.core.periods import sql_holds_half_open
from peerload.core.sql import rows
from peerload.guides.checklists import actions as checklists
from peerload.guides.checklists.models import ChecklistRun
from peerload.notices import actions as notices
from peerload.notices.actions import NewNotice
from peerload.staff.enums import Role
from peerload.staff.leaving import actions as notice
from peerload.staff.models import Leaving, Member, Organisation

from ..actions import NextWorker, Refused, bring_forward, call_off, hand_over_many, history, lock_people
from ..actions.sweep_recipients import LEADER, PRESENT
from ..enums import LeavingNews
from ..models import Client, Handover, LeavingStep
from ..waiting.actions import WaitTerms, return_to_waiting, stay, wait_sooner
from ..waiting.queries import waiting_from
from . import queries, rules


class NoReceiverChosen(Refused):
    """No one is chosen."""


class LeavesAGap(Refused):
    """Between the last day and the chosen day people would have no worker (A01)."""

    field = "on"


class HandedOverMeanwhile(Refused):
    """Another member has handed one of them over since the page was shown."""


@transaction.atomic
def give_notice(*, member: Member, notice_on: date, last_day: date, by: Member, today: date) -> Leaving:
    """
    Record that a worker leaves, with the steps of the checklist, each with its owner and day.

    :raises LeavingAlready, BeforeNotice, CannotLeave: as `peerload.staff.leaving.actions.give_notice` does
    """
    with history(by, "notice"):
        leaving = notice.give_notice(member=member, notice_on=notice_on, last_day=last_day, by=by, today=today)
        checklists.add_steps(checklists.run_of(leaving), by=by, leader=_leader(leaving.member, today) or by)
    _tell(leaving, by, today)
    return leaving


@transaction.atomic
def change_last_day(*, leaving_id: int, last_day: date, by: Member, today: date) -> Leaving:
    """
    Change the last day; steps not done move with it, and handovers and waiting planned for a later day come forward
    (A01). A step whose day was given by hand stays.

    Those who lead the team are told of the new one instead.

    :raises NotLeaving, BeforeNotice: as `peerload.staff.leaving.actions.change_last_day` does
    """
    theirs = _lock_theirs(leaving_id, today)
    with history(by, "another last day"):
        leaving = notice.change_last_day(leaving_id=leaving_id, last_day=last_day, by=by)
        for run in ChecklistRun.objects.filter(leaving=leaving):
            checklists.follow_anchor(run, last_day)
        after = rules.moves_on(last_day, today)
        for planned in bring_forward(client_ids=theirs, giver=leaving.member, on=after, by=by, today=today):
            rows = leaving.handovers.filter(
                client=planned.client_id, to=planned.worker_id, moved_on__gt=planned.starts_on
            )
            rows.update(moved_on=planned.starts_on)
        wait_sooner(client_ids=theirs, giver=leaving.member, on=after, by=by, today=today)
    _refresh_lines(leaving)
    _tell(leaving, by, today)
    return leaving


class Stays(NamedTuple):
    """How many people who were to go stay with the worker, are with others already, or wait already."""

    with_them: int
    with_others: int
    waiting: int


@transaction.atomic
def withdraw(*, leaving_id: int, by: Member, today: date) -> Stays:
    """
    Withdraw a notice: the worker stays, and so do the people who were to go to others, or to wait, from a later day on.

    People handed over already stay handed over.

    :raises NotLeaving: if it was withdrawn or closed meanwhile
    """
    theirs = _lock_theirs(leaving_id, today)
    with history(by, "notice withdrawn"):
        leaving = notice.withdraw(leaving_id=leaving_id, by=by, today=today)
        moved = leaving.handovers.exclude(moved_on=None)
        given = set(moved.values_list("client", "to", "moved_on"))
        back = call_off(given=given, giver=leaving.member, by=by, today=today)
        moved.filter(client__in=back).update(moved_on=None)
        kept = stay(client_ids=theirs, giver=leaving.member, by=by, today=today)
    _refresh_lines(leaving)
    return Stays(len(back) + len(kept), len(given) - len(back), queries.waiting(leaving).count())


def _lock_theirs(leaving_id: int, today: date) -> list[int]:
    """Lock the people who are, or will be, the leaver's, so that their plans can change; return their primary keys."""
    member_id = Leaving.objects.values_list("member", flat=True).get(pk=leaving_id)
    theirs = list(queries.still_theirs(member_id, today).values_list("client", flat=True))
    lock_people(theirs)
    return theirs


@transaction.atomic
def tick_off_step(*, step_id: int, done: bool, by: Member, today: date) -> LeavingStep:
    """
    Tick a step, or take the tick back; ticking it twice keeps the first day.

    :raises NotLeaving: if the leaving is withdrawn or closed
    """
    step = _locked_step(step_id)
    if done != bool(step.done_on):
        checklists.tick_off(step_id=step.pk, done=done, by=by, today=today)
        step.refresh_from_db()
        _refresh_lines(step.leaving)
    return step


@transaction.atomic
def change_step(*, step_id: int, owner: Member, due_on: date, by: Member) -> LeavingStep:
    """
    Name another owner for a step, or another day.

    :raises NotLeaving: if the leaving is withdrawn or closed
    """
    step = _locked_step(step_id)
    step.own_day = step.own_day or step.due_on != due_on
    step.owner, step.due_on = owner, due_on
    with history(by, "checklist"):
        step.save(update_fields=["owner", "due_on", "own_day"])
    _refresh_lines(step.leaving)
    return step


# People ----------------------------------------------------------------------------------------------------------------


class HandoverNote(NamedTuple):
    """The note about one person on the list; ``None`` leaves a field as it is."""

    note: str | None = None
    told: bool | None = None


@transaction.atomic
def keep(
    *,
    leaving_id: int,
    words: Mapping[int, HandoverNote],
    receivers: Mapping[int, Member | None] | None = None,
    by: Member,
    today: date,
) -> None:
    """
    Save the notes, who has been told, and each person's receiver, for as many people as the list has.

    :param words: by the primary key of the person
    :param receivers: the same way; left out where the member does not choose them
    :raises NotLeaving: if it was withdrawn or closed meanwhile
    """
    lock_people({*words, *(receivers or ())})
    leaving = notice.lock(leaving_id)
    with history(by, "handover list"):
        _keep(leaving, words, receivers or {}, by=by, today=today)


@transaction.atomic
def hand_over_all(
    *,
    leaving_id: int,
    receivers: Mapping[int, Member],
    words: Mapping[int, HandoverNote],
    on: date,
    by: Member,
    today: date,
    waits: Mapping[int, WaitTerms] = MappingProxyType({}),
) -> int:
    """
    Hand everyone chosen over from a day on, or let them wait: all of them or none. Return how many are handed over.

    People already handed over or waiting as asked, by a form sent twice, are skipped. The note becomes the receiver's
    first thing to do, or the next step of a person who waits.

    :param receivers: by the primary key of the person
    :param waits: the same way, for those no worker has capacity for now
    :raises NobodyChosen: if no one is chosen
    :raises NotLeaving: if the leaving is withdrawn or closed
    :raises LeavesAGap: if it would leave days without a worker (A01)
    :raises MovedMeanwhile: if one of them is not the leaver's any more on that day
    :raises Refused: whatever `caseload.actions.hand_over` and `caseload.waiting.actions.return_to_waiting` are refused
        for; the sentence names the person
    """
    if not receivers and not waits:
        raise NoReceiverChosen(_("Choose the next worker for at least one person."))
    people = lock_people({*receivers, *waits})
    leaving = notice.lock(leaving_id)
    written = {each.client_id: each for each in leaving.handovers.filter(client__in=list(receivers))}
    wanted = {key: worker for key, worker in receivers.items() if not _is_moved(written.get(key), worker, on)}
    left = waits.keys() - waiting_from(waits, on)
    with history(by, "handed over"):
        if wanted or left:
            _must_leave_no_gap(leaving, on, today)
            _keep(leaving, words, {**wanted, **dict.fromkeys(left)}, by=by, today=today)
            _must_be_the_leavers(leaving, {*wanted, *left}, people)
            _move_on(leaving, wanted, {key: waits[key] for key in left}, on=on, by=by, today=today)
    return len(receivers)


def _move_on(
    leaving: Leaving, wanted: Mapping[int, Member], waits: Mapping[int, WaitTerms], *, on: date, by: Member, today: date
) -> None:
    """Hand people over and let the others wait, each with the note of the handover list."""
    notes = dict(leaving.handovers.filter(client__in=[*wanted, *waits]).values_list("client", "note"))
    purpose = _("%(member)s is leaving") % {"member": leaving.member.name}
    common = {"giver": leaving.member, "on": on, "by": by, "today": today, "purpose": purpose}
    given = {key: NextWorker(worker, notes.get(key, "")) for key, worker in wanted.items()}
    hand_over_many(given=given, **common)
    leaving.handovers.filter(client__in=list(wanted)).update(moved_on=on)
    noted = {key: terms._replace(action=notes.get(key) or terms.action) for key, terms in waits.items()}
    return_to_waiting(waits=noted, **common)


def _is_moved(handover: Handover | None, worker: Member, on: date) -> bool:
    return handover is not None and handover.moved_on == on and handover.to_id == worker.pk


def _must_leave_no_gap(leaving: Leaving, on: date, today: date) -> None:
    if on > (latest := rules.moves_on(leaving.last_day, today)):
        raise LeavesAGap(
            _("The last day is %(day)s. Hand over from %(latest)s at the latest.")
            % {"day": format_day(leaving.last_day), "latest": format_day(latest)}
        )


def _must_be_the_leavers(leaving: Leaving, wanted: Collection[int], people: Mapping[int, Client]) -> None:
    moved = leaving.handovers.filter(client__in=list(wanted)).exclude(moved_on=None).select_related("to")
    first = moved.order_by("client__name_key").first()
    if first:
        raise HandedOverMeanwhile(
            _("%(people)s is handed over from %(day)s on already. Look at the list again.")
            % {"people": people[first.client_id].name, "day": format_day(first.moved_on)}
        )


def _keep(
    leaving: Leaving,
    words: Mapping[int, HandoverNote],
    receivers: Mapping[int, Member | None],
    *,
    by: Member,
    today: date,
) -> None:
    written = {each.client_id: each for each in leaving.handovers.all()}
    for key in sorted({*words, *receivers}):
        row = written.get(key) or Handover(leaving=leaving, client_id=key)
        before = (row.to_id, row.note, row.told_on)
        said_now = words.get(key, HandoverNote())
        if said_now.note is not None:
            row.note = said_now.note
        if said_now.told is not None and said_now.told != bool(row.told_on):
            row.told_on, row.told_by = (today, by) if said_now.told else (None, None)
        if key in receivers and row.moved_on is None:
            row.to = receivers[key]
        if before != (row.to_id, row.note, row.told_on):
            row.save()


# Notices -----------------------------------------------------------------------------------------------------------

LED = f"""
SELECT l.id, leader.id FROM caseload_leaving l
JOIN staff_member w ON w.id = l.member_id
LEFT JOIN staff_post p ON p.worker_id = w.id AND {sql_holds_half_open("p")}
{LEADER.format(team="coalesce(p.team_id, w.home_team_id)")}
WHERE l.id = ANY(%(leavings)s) AND leader.id <> w.id
"""
DUE = f"""
SELECT s.id, s.due_on, s.owner_id, owner.id IS NOT NULL AND owner.here, s.leaving_id FROM checklists_checkliststep s
{PRESENT.format(whose="s.owner_id", name="owner")}
WHERE s.leaving_id = ANY(%(leavings)s) AND s.done_on IS NULL AND s.not_needed_on IS NULL AND s.due_on <= %(on)s
"""


def _tell(leaving: Leaving, by: Member, on: date) -> None:
    """Notify those who lead the team, unless they wrote the notice; else, or if the leaver leads it, service managers."""
    told = _leaders([leaving.pk], on)[leaving.pk] or _service_managers(leaving.organisation_id)
    told = [key for key in told if key not in {by.pk, leaving.member_id}]
    lines = [NewNotice(key, LeavingNews.NOTICE, _subject(leaving), leaving.last_day) for key in told]
    notices.notify_each(leaving.organisation_id, lines)


def notify_of_steps(organisation: Organisation, on: date) -> int:
    """
    Notify owners once about each step whose day has come and that no one has ticked; return how many are new.

    While the owner is away it goes to those who lead the team. Service managers are told from the day by which every
    person needs a receiver (`rules.named_by`), if one is missing.
    """
    leavings = list(Leaving.objects.standing().filter(organisation=organisation))
    if not leavings:
        return 0
    keys = [leaving.pk for leaving in leavings]
    calendar = {"region": organisation.region, "closures": queries.closures(organisation)}
    late = [each for each in leavings if rules.named_by(each.last_day, notice_on=each.notice_on, **calendar) <= on]
    alone = queries.with_nobody_to_go_to(late, on)
    above = _service_managers(organisation.pk)
    lines = [
        NewNotice(key, LeavingNews.NOBODY, _subject(leaving), leaving.last_day)
        for leaving in late
        for key in above
        if leaving.pk in alone and key != leaving.member_id
    ]
    return notices.notify_each(organisation.pk, lines_of_steps(keys, on) + lines)


def lines_of_steps(leavings: list[int], on: date) -> list[NewNotice]:
    """Return the lines about steps whose day has come, for their owner or, while the owner is away, those who lead the team."""
    leaders = _leaders(leavings, on)
    return [
        NewNotice(told, LeavingNews.STEP_DUE, _step_subject(pk), due_on)
        for pk, due_on, owner, here, leaving in rows(DUE, {"leavings": leavings, "on": on})
        for told in ([] if here else leaders[leaving]) or [owner]
    ]


def _refresh_lines(leaving: Leaving) -> None:
    """Cancel unsent lines of moved days, done steps and withdrawn notices; restore those that are true again."""
    last_day = None if leaving.withdrawn_on else leaving.last_day
    about = _subject(leaving)
    true = {(about, LeavingNews.NOTICE): last_day, (about, LeavingNews.NOBODY): last_day}
    for step in leaving.steps.all():
        is_open = last_day and step.done_on is None
        true[_step_subject(step.pk), LeavingNews.STEP_DUE] = step.due_on if is_open else None
    notices.stand_or_fall(true)


def _leaders(leavings: list[int], on: date) -> defaultdict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for leaving, leader in rows(LED, {"leavings": leavings, "on": on}):
        found[leaving].append(leader)
    return found


def _service_managers(organisation_id: int) -> list[int]:
    above = Member.objects.active().filter(organisation=organisation_id, role=Role.SERVICE_MANAGER)
    return list(above.values_list("pk", flat=True))


def _subject(leaving: Leaving) -> str:
    return f"leaving:{leaving.pk}"


def _step_subject(step_id: int) -> str:
    return f"leaving_step:{step_id}"


def _locked_step(step_id: int) -> LeavingStep:
    step = LeavingStep.objects.get(pk=step_id)
    notice.lock(step.leaving_id)
    step.refresh_from_db()
    return step


def _leader(member: Member, on: date) -> Member | None:
    """Return who leads the team a worker works in, unless that is the worker."""
    return next((leader for leader in queries.leaders_of(member, on) if leader.pk != member.pk), None)
