"""When staff are away, and how they come back to work in steps."""

from collections.abc import Sequence
from copy import copy
from datetime import date
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from peerload.core import events
from peerload.core.formats import format_day

from .. import rules
from ..models import Absence, Member, Post
from ..signals import absence_called_off, absence_saved
from .acting import tell_of_return
from .recording import Contradicts, history, save_without_overlap


@transaction.atomic
def record_absence(*, worker_id: int, by: Member, today: date, **fields: Any) -> Absence:
    """
    Record that a member is or will be away.

    :raises Contradicts: if they are away on some of these days already
    """
    worker = Member.objects.select_related("organisation").get(pk=worker_id)
    absence = Absence(organisation=worker.organisation, worker=worker)
    return _write_absence(absence, by, today, fields)


@transaction.atomic
def edit_absence(*, absence_id: int, by: Member | None, today: date, **fields: Any) -> Absence:
    """
    Change an absence: the expected return, the day they are back.

    :raises Contradicts: if they are away on some of these days already
    """
    absences = Absence.objects.select_for_update(of=("self",), no_key=True).select_related("worker", "organisation")
    return _write_absence(absences.get(pk=absence_id), by, today, fields)


def _write_absence(absence: Absence, by: Member | None, today: date, fields: dict[str, Any]) -> Absence:
    """Save an absence with these fields; another band of the expected return counts from today."""
    before = copy(absence)
    for name, value in fields.items():
        setattr(absence, name, value)
    if rules.band_expected(absence.starts_on, absence.expected_back) != rules.band_expected(
        before.starts_on, before.expected_back
    ):
        absence.expected_since = today if absence.expected_back else None
    with history(by):
        save_without_overlap(
            absence,
            _("%(worker)s is recorded as away on some of these days already.") % {"worker": absence.worker.name},
        )
        absence_saved.send(Absence, before=before, after=absence, by=by)
        tell_of_return(before, absence)
    return absence


@transaction.atomic
def call_off_absence(*, absence_id: int, by: Member, today: date) -> None:
    """
    Delete an absence that has not begun, with what was arranged for it.

    :raises Contradicts: if it has begun, a return in steps is agreed for it, or people are to move because of it
    """
    absences = Absence.objects.select_for_update(of=("self",), no_key=True).select_related("worker")
    absence = absences.get(pk=absence_id)
    said = {"worker": absence.worker.name, "day": format_day(absence.starts_on)}
    if absence.starts_on <= today:
        raise Contradicts(
            _("%(worker)s has been away since %(day)s. Record the day they are back at work instead.") % said
        )
    if absence.steps.exists():
        raise Contradicts(_("A return in steps is agreed for %(worker)s. Take the steps back first.") % said)
    with history(by, reason="absence called off"):
        absence_called_off.send(Absence, absence=absence, by=by)
        absence.delete()


# Back in steps -------------------------------------------------------------------------------------------------------


@transaction.atomic
def plan_return(
    *, absence_id: int, steps: Sequence[rules.ReturnStep], full_from: date | None, by: Member, today: date
) -> list[Post]:
    """
    Plan a member's return to work in steps, each a post of its own until the next; the last is the full post (R80).

    Steps agreed earlier that have not begun are replaced, those that have stay. Without steps the plan is withdrawn.

    :param full_from: from when they work the full post again
    :raises Contradicts: if a step lies in the past or within the absence, is not after the one before, is as much as the full
        post, or if another post begins after the first
    """
    absence = Absence.objects.select_related("worker").get(pk=absence_id)
    worker = Member.objects.locked().get(pk=absence.worker_id)
    agreed = worker.posts.filter(phased_return=absence).order_by("starts_on")
    begun = list(agreed.filter(starts_on__lt=today))
    first = begun[0].starts_on if begun else steps[0].starts_on if steps else today
    full = full_post(absence, first)
    _must_follow(steps, full_from, full, after=begun[-1] if begun else None, absence=absence, today=today)
    ends_before = agreed.last().ends_before if agreed else (full.ends_before if full.pk else None)
    _refuse_later_post(worker.posts.exclude(pk__in=agreed.values("pk")), worker, first, ends_before)
    days = [*steps, *([rules.ReturnStep(full_from, full.fte)] if full_from else [])]
    posts = _posts_of_steps(days, full, absence, ends_before)
    ahead, last = list(agreed.filter(starts_on__gte=today)), begun[-1] if begun else full
    last_ends = steps[0].starts_on if steps else full_from or ends_before
    if ahead and last.ends_before == last_ends and [*map(_step_of, ahead)] == [*map(_step_of, posts)]:
        return ahead  # the same form sent again: the history is not to say that these days changed
    with history(by):
        agreed.filter(starts_on__gte=today).delete()
        if last.pk:
            last.ends_before = last_ends
            last.save(update_fields=["ends_before"])
        Post.objects.bulk_create(posts)
        events.send_facts_changed(worker.organisation_id, workers=[worker.pk])
    return posts


def _refuse_later_post(own: QuerySet[Post], worker: Member, first: date, ends_before: date | None) -> None:
    """
    Refuse steps around a post that is no step.

    :raises Contradicts: if a post that is no step begins after the first step and before the last one ends
    """
    later = own.filter(starts_on__gt=first).order_by("starts_on").first()
    if later and (ends_before is None or later.starts_on < ends_before):
        begins = format_day(later.starts_on)
        raise Contradicts(
            _("%(worker)s has another post from %(begins)s. Change that one first.")
            % {"worker": worker.name, "begins": begins}
        )


def _posts_of_steps(days: list[rules.ReturnStep], full: Post, absence: Absence, ends_before: date | None) -> list[Post]:
    """Return a post for each step, unsaved, which lasts until the next one."""
    ends = [*(step.starts_on for step in days[1:]), ends_before][: len(days)]
    day_hours = [rules.part_of_days(full.day_hours, step.fte, full.fte) for step in days]
    return [
        Post(
            organisation_id=absence.worker.organisation_id,
            worker=absence.worker,
            team=full.team,
            starts_on=step.starts_on,
            ends_before=end,
            fte=step.fte,
            weekly_hours=sum(by_day) if by_day else rules.hours_of(full.weekly_hours, step.fte, full.fte),
            day_hours=by_day,
            duty=full.duty,
            phased_return=absence,
        )
        for step, end, by_day in zip(days, ends, day_hours, strict=True)
    ]


def _step_of(post: Post) -> tuple:
    """Return by what a post counts as the same step as another."""
    hours = post.weekly_hours, [*(post.day_hours or ())], post.duty
    return post.team_id, post.starts_on, post.ends_before, post.fte, *hours


def full_post(absence: Absence, on: date) -> Post:
    """Return the post a member had before the steps of an absence, or would have; unsaved where none is recorded."""
    own = absence.worker.posts.exclude(phased_return=absence).filter(starts_on__lte=on).select_related("team")
    return own.order_by("starts_on").last() or Post(worker_id=absence.worker_id, starts_on=on, fte=rules.FULL_TIME)


def _must_follow(
    steps: Sequence[rules.ReturnStep],
    full_from: date | None,
    full: Post,
    *,
    after: Post | None,
    absence: Absence,
    today: date,
) -> None:
    """
    Check that the steps can be followed one after the other.

    :raises Contradicts: if the steps cannot be followed one after the other
    """
    if (steps or after) and not full_from:
        raise Contradicts(_("Say when the full post begins again."))
    if full_from and not (steps or after):
        raise Contradicts(_("Add at least one step."))
    days = [step.starts_on for step in steps] + ([full_from] if full_from else [])
    if days and days[0] < today:
        raise Contradicts(_("%(day)s has passed. Choose today or a later day.") % {"day": format_day(days[0])})
    if days and absence.ends_before and days[0] < absence.ends_before:
        raise Contradicts(
            _("%(worker)s is back on %(day)s. Choose that day or a later one.")
            % {"worker": absence.worker.name, "day": format_day(absence.ends_before)}
        )
    if days and days[0] <= absence.starts_on:
        raise Contradicts(_("A step has to begin after the first day of the absence."))
    for before, day in pairwise([*([after.starts_on] if after else []), *days]):
        if day <= before:
            raise Contradicts(
                _("%(day)s is not after %(before)s. Each step follows the one before.")
                % {"day": format_day(day), "before": format_day(before)}
            )
    for step in steps:
        if step.fte >= full.fte:
            raise Contradicts(
                _("A step has to be less than the full post, which is %(fte)s.") % {"fte": f"{full.fte.normalize():f}"}
            )
