"""
Checklists: begun, ticked, changed, moved with their anchor day, put away.

The run's row is locked first; its steps are read behind it.
"""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core import dates
from peerload.notices import actions as notices
from peerload.notices.actions import NewNotice
from peerload.staff.actions import Refused, history
from peerload.staff.models import Leaving, Member, Organisation, Team

from .. import queries as guides
from ..actions import edition_of, lock_service
from ..enums import ChecklistAnchor, ChecklistSubject, StepOwner
from ..models import GuideEdition
from ..rules import ChecklistContent, ContentStep
from . import queries, rules
from .models import ChecklistRun, ChecklistStep, ProposalPutAway

STEP_DUE = "step_due"  # to who does a step, of_step; the anchor is the day it is due


class CannotBegin(Refused):
    """This member cannot begin this checklist about that, or it is not offered any more."""

    field = "about"


class AlreadyBegun(Refused):
    """A checklist of this kind is under way for them already."""

    field = "about"


class NoFirstDay(Refused):
    """The worker has no post, so there is no first day to count from."""

    field = "about"


class NoDayChosen(Refused):
    """The checklist counts from a day that nobody has chosen."""

    field = "anchor_on"


class StepClosed(Refused):
    """The checklist is put away, or the step is done or not needed."""


class WhyMissing(Refused):
    """What is not needed says why."""

    field = "not_needed_why"


class AnchorFollows(Refused):
    """The day follows the first post or the notice, and is not moved here."""

    field = "anchor_on"


def of_step(step_id: int) -> str:
    """Return the subject of a step: ``checklist_step:7``."""
    return f"checklist_step:{step_id}"


# Beginning ------------------------------------------------------------------------------------------------------------


class Subject(NamedTuple):
    """What a checklist is begun about: a worker, a team, perhaps because of a notice, or the service."""

    about: Member | None = None
    team: Team | None = None
    prompted_by: Leaving | None = None


@transaction.atomic
def begin(*, code: str, subject: Subject, by: Member, today: date, anchor_on: date | None = None) -> ChecklistRun:
    """
    Begin a checklist, on the latest version of its template, with a step for each of its steps.

    :param anchor_on: the day it counts from, where that is chosen
    :raises CannotBegin: if the member may not begin it about that, or it is not offered any more
    :raises AlreadyBegun: if one of the same template is under way about the same worker, or the service
    :raises NoFirstDay: if it counts from the first day, and the worker has no post
    :raises NoDayChosen: if it counts from a chosen day, and none is
    """
    organisation = lock_service(by.organisation_id)
    offered = guides.offer(organisation, code, ChecklistContent)
    if offered is None or not _may_begin(by, today, offered.content, subject):
        raise CannotBegin(_("You cannot begin this checklist about that now. Choose another one."))
    of_kind = offered.content.subject
    about = subject.about if of_kind == ChecklistSubject.WORKER else None
    team = subject.team if of_kind == ChecklistSubject.TEAM else None
    edition = edition_of(organisation, offered, today)
    same = ChecklistRun.objects.standing().filter(edition__template=edition.template, about=about)
    if of_kind != ChecklistSubject.TEAM and same.exists():
        raise AlreadyBegun(_("This checklist is under way for them already."))
    prompted_by = subject.prompted_by if of_kind == ChecklistSubject.TEAM else None
    with history(by):
        run = ChecklistRun.objects.create(
            organisation=organisation,
            edition=edition,
            subject=of_kind,
            about=about,
            team=team,
            prompted_by=prompted_by,
            anchor_on=_anchor(offered.content, about, anchor_on),
            begun_by=by,
            begun_on=today,
        )
        add_steps(run, by=by)
    _refresh(run)
    return run


def _may_begin(by: Member, on: date, content: ChecklistContent, subject: Subject) -> bool:
    workers, teams = queries.begun_about(by, on, content)
    match content.subject:
        case ChecklistSubject.WORKER:
            return subject.about in workers
        case ChecklistSubject.TEAM:
            return subject.team in teams
        case ChecklistSubject.SERVICE:
            return queries.looks_after_service(by)
    return False


def _anchor(content: ChecklistContent, about: Member | None, chosen: date | None) -> date:
    if content.anchor == ChecklistAnchor.CHOSEN or about is None:
        if chosen is None:
            raise NoDayChosen(_("Choose the day from which the steps are worked out."))
        return chosen
    first = queries.first_day_of(about)
    if first is None:
        raise NoFirstDay(
            _("%(worker)s has no post yet. Add the post first: the steps count from its first day.")
            % {"worker": about.name}
        )
    return first


@transaction.atomic
def run_of(leaving: Leaving) -> ChecklistRun:
    """Return the checklist of a notice; where it has none, begin it without steps, from the notice."""
    found = ChecklistRun.objects.filter(leaving=leaving).first()
    if found is not None:
        return found
    organisation = leaving.organisation
    return ChecklistRun.objects.create(
        organisation=organisation,
        edition=edition_for_leavers(organisation, leaving.notice_on),
        subject=ChecklistSubject.LEAVER,
        about=leaving.member,
        leaving=leaving,
        anchor_on=leaving.last_day,
        begun_by=leaving.by,
        begun_on=leaving.notice_on,
    )


@transaction.atomic
def edition_for_leavers(organisation: Organisation, on: date) -> GuideEdition:
    """Return the version with which the checklist of a notice begins."""
    organisation = lock_service(organisation.pk)
    return edition_of(organisation, queries.for_leavers(organisation), on)


def add_steps(run: ChecklistRun, *, by: Member, leader: Member | None = None) -> None:
    """
    Give a checklist that has begun a step for each of its version.

    :param leader: who does the steps of the team manager by name; without, it is who leads on the day
    """
    calendar = queries.calendar_of(run.organisation)
    over = set()
    if run.content.anchor == ChecklistAnchor.START:
        over = rules.over_before(run.content, run.anchor_on, run.begun_on, calendar)
    why = _("Over before this checklist began")
    not_needed = {"not_needed_on": run.begun_on, "not_needed_by": by, "not_needed_why": why}
    ChecklistStep.objects.bulk_create(
        ChecklistStep(
            run=run,
            leaving=run.leaving,
            kind=step.key,
            role=step.owner,
            owner=_owner(step, run, by, leader),
            due_on=run.due_on(step, calendar),
            **(not_needed if step.key in over else {}),
        )
        for step in run.content.steps
    )


def _owner(step: ContentStep, run: ChecklistRun, by: Member, leader: Member | None) -> Member | None:
    match step.owner:
        case StepOwner.SUBJECT:
            return run.about
        case StepOwner.NAMED:
            return by
        case StepOwner.LEADER:
            return leader
    return None


def accept(*, proposal: queries.Proposal, by: Member, today: date) -> ChecklistRun:
    """
    Begin what is proposed. Recruiting counts back from the working day after the last day of the one who leaves.

    :raises CannotBegin, AlreadyBegun, NoFirstDay: as `begin` does
    """
    subject = Subject(proposal.about)
    anchor_on = None
    if proposal.leaving is not None:
        team = queries.team_of(proposal.leaving.member, today)
        subject = Subject(None, team, proposal.leaving)
        calendar = queries.calendar_of(by.organisation)
        anchor_on = dates.add_working_days(proposal.leaving.last_day, 1, calendar.region, calendar.closures)
    return begin(code=proposal.code, subject=subject, by=by, today=today, anchor_on=anchor_on)


@transaction.atomic
def put_away_proposal(*, proposal: queries.Proposal, by: Member, today: date) -> None:
    """Put a proposal away, so that it does not come back; put away already it stays so."""
    with history(by):
        ProposalPutAway.objects.get_or_create(
            organisation=by.organisation,
            subject=proposal.subject,
            about=proposal.about if proposal.subject == ChecklistSubject.WORKER else None,
            leaving=proposal.leaving,
            defaults={"put_away_on": today, "put_away_by": by},
        )


# Steps ----------------------------------------------------------------------------------------------------------------


def _locked(step_id: int) -> ChecklistStep:
    """
    Lock the checklist of a step and read the step behind it.

    :raises StepClosed: if the checklist is put away
    """
    run_id = ChecklistStep.objects.values_list("run", flat=True).get(pk=step_id)
    run = ChecklistRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if run.put_away_on:
        raise StepClosed(_("This checklist is put away."))
    step = ChecklistStep.objects.get(pk=step_id)
    step.run = run
    return step


@transaction.atomic
def tick_off(*, step_id: int, done: bool, by: Member, today: date) -> ChecklistStep:
    """
    Tick a step, or take the tick back; ticking it twice keeps the first day.

    :raises StepClosed: if the checklist is put away, or the step is marked as not needed
    """
    step = _locked(step_id)
    if step.not_needed_on:
        raise StepClosed(_("This step is marked as not needed. Take that back first."))
    if done != bool(step.done_on):
        step.done_on, step.done_by = (today, by) if done else (None, None)
        _save(step, by)
    return step


@transaction.atomic
def tick_part(*, step_id: int, part: str, done: bool, by: Member, today: date) -> ChecklistStep:
    """
    Tick a part of a step, or take the tick back. The last part ticks the step; a part taken back opens it again (R192).

    :raises StepClosed: if the checklist is put away, or the step is marked as not needed
    """
    step = _locked(step_id)
    if step.not_needed_on:
        raise StepClosed(_("This step is marked as not needed. Take that back first."))
    content = step.content
    ticked = {*step.ticked, part} if done else set(step.ticked) - {part}
    step.ticked = rules.clean_ticks(content, ticked)
    is_whole = content is not None and len(step.ticked) == len(content.ticks)
    if done and is_whole and not step.done_on:
        step.done_on, step.done_by = today, by
    if not done and not is_whole:
        step.done_on = step.done_by = None
    _save(step, by)
    return step


@transaction.atomic
def change_step(
    *,
    step_id: int,
    owner: Member | None,
    due_on: date,
    note: str,
    not_needed_why: str,
    not_needed: bool,
    by: Member,
    today: date,
) -> ChecklistStep:
    """
    Name another owner, day or line for a step, or mark it as not needed.

    A day given by hand stays when the anchor moves.

    :param owner: None for who has the step's role on the day
    :raises WhyMissing: if it is not needed and nothing says why
    :raises StepClosed: if the checklist is put away
    """
    step = _locked(step_id)
    if not_needed and not not_needed_why:
        raise WhyMissing(_("Write why it is not needed."))
    if owner is None and step.role not in (StepOwner.LEADER, StepOwner.ADMIN):
        step.role = StepOwner.ADMIN if step.run.subject == ChecklistSubject.SERVICE else StepOwner.LEADER
    step.owner, step.note = owner, note
    if due_on != step.due_on:
        step.due_on, step.own_day = due_on, True
    if not_needed and not step.not_needed_on:
        step.done_on = step.done_by = None
        step.not_needed_on, step.not_needed_by = today, by
    if not not_needed:
        step.not_needed_on = step.not_needed_by = None
    step.not_needed_why = not_needed_why if not_needed else ""
    _save(step, by)
    return step


@transaction.atomic
def write_note(*, step_id: int, note: str, by: Member) -> ChecklistStep:
    """
    Write the line of a step.

    :raises StepClosed: if the checklist is put away
    """
    step = _locked(step_id)
    if step.note != note:
        step.note = note
        _save(step, by)
    return step


def _save(step: ChecklistStep, by: Member) -> None:
    with history(by):
        step.save()
    _refresh(step.run)


# The anchor -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def move_anchor(*, run: ChecklistRun, anchor_on: date, by: Member) -> ChecklistRun:
    """
    Count from another chosen day; what is done, not needed or has a day of its own stays (R189).

    :raises AnchorFollows: if the day follows the first post or the notice
    :raises StepClosed: if the checklist is put away
    """
    found = ChecklistRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if found.put_away_on:
        raise StepClosed(_("This checklist is put away."))
    if found.content.anchor != ChecklistAnchor.CHOSEN:
        raise AnchorFollows(_("This day follows the post or the notice. Change it there."))
    with history(by):
        follow_anchor(found, anchor_on)
    return found


def follow_anchor(run: ChecklistRun, anchor_on: date) -> None:
    """Count a checklist from another day: the days of its open steps are worked out again, but for those given by hand."""
    run.anchor_on = anchor_on
    run.save(update_fields=["anchor_on"])
    calendar = queries.calendar_of(run.organisation)
    for step in run.steps.filter(done_on=None, not_needed_on=None, own_day=False):
        step.run = run
        content = step.content
        if content is not None:
            step.due_on = run.due_on(content, calendar)
            step.save(update_fields=["due_on"])
    _refresh(run)


@transaction.atomic
def follow_posts(worker_ids: Collection[int]) -> None:
    """Count the checklists of new workers from their first day, where that has moved."""
    for run in ChecklistRun.objects.standing().filter(subject=ChecklistSubject.WORKER, about__in=worker_ids):
        if run.about is None or run.content.anchor != ChecklistAnchor.START:
            continue
        first = queries.first_day_of(run.about)
        if first is not None and first != run.anchor_on:
            follow_anchor(ChecklistRun.objects.select_for_update(of=("self",)).get(pk=run.pk), first)


@transaction.atomic
def put_away(*, run: ChecklistRun, by: Member, today: date) -> None:
    """End a checklist: nobody is told of its steps any more. Put away already, it stays so."""
    found = ChecklistRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if found.put_away_on is None:
        found.put_away_on, found.put_away_by = today, by
        with history(by):
            found.save()
        _refresh(found)


# Notices --------------------------------------------------------------------------------------------------------------


def notify_of_steps(organisation: Organisation, on: date) -> int:
    """Notify of each step whose day has come, once each and recipient (R190); return how many are new."""
    found = list(queries.runs().filter(organisation=organisation))
    lines = [NewNotice(key, STEP_DUE, of_step(step.pk), step.due_on) for step, key in queries.recipients(found, on)]
    return notices.notify_each(organisation.pk, lines)


def _refresh(run: ChecklistRun) -> None:
    """Cancel unsent lines of moved days and of steps that are done; restore those that are true again."""
    if run.subject == ChecklistSubject.LEAVER:
        return  # a notice tells of its own steps
    true: dict[tuple[str, str], date | None] = {}
    for step in run.steps.all():
        true[of_step(step.pk), STEP_DUE] = step.due_on if step.is_open and run.put_away_on is None else None
    if true:
        notices.stand_or_fall(true)
