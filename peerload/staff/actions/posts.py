"""Posts of staff."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core import dates, events
from peerload.core.formats import format_day

from .. import rules
from ..models import Member, Post, Team
from .recording import Contradicts, history, save_without_overlap


@transaction.atomic
def add_post(
    *,
    worker_id: int,
    by: Member,
    starts_on: date,
    last_day: date | None,
    team: Team | None,
    fte: Decimal,
    weekly_hours: Decimal | None,
    day_hours: rules.DayHours | None = None,
    duty: bool,
) -> Post:
    """
    Add a post; the one that holds on its first day ends the day before.

    :param day_hours: of Monday to Sunday, which add up to ``weekly_hours``
    :raises Contradicts: if another post begins within it, or it begins after the last day of a notice
    """
    worker = Member.objects.locked().get(pk=worker_id)
    ends_before = dates.day_after(last_day)
    refuse_later_posts(worker, starts_on, ends_before)
    refuse_after_last_day(worker, starts_on)
    with history(by):
        worker.posts.on(starts_on).update(ends_before=starts_on)
        post = Post.objects.create(
            organisation_id=worker.organisation_id,
            worker=worker,
            team=team,
            starts_on=starts_on,
            ends_before=ends_before,
            fte=fte,
            weekly_hours=weekly_hours,
            day_hours=day_hours,
            duty=duty,
        )
        events.send_facts_changed(worker.organisation_id, workers=[worker.pk])
    return post


def refuse_later_posts(worker: Member, starts_on: date, ends_before: date | None, but: int | None = None) -> None:
    """
    Refuse a period in which a post of the worker begins.

    :raises Contradicts: if a post of the worker begins on a day of the period
    """
    within = worker.posts.filter(starts_on__gte=starts_on).exclude(pk=but)
    if ends_before:
        within = within.filter(starts_on__lt=ends_before)
    if other := within.order_by("starts_on").first():
        begins = format_day(other.starts_on)
        raise Contradicts(
            _("%(worker)s has another post from %(begins)s. Change that post, or end this one before it.")
            % {"worker": worker.name, "begins": begins}
        )


def refuse_after_last_day(worker: Member, starts_on: date) -> None:
    """
    Refuse a post that begins after the last day of the worker's notice.

    :raises Contradicts: if a post begins after the last day of the worker's notice
    """
    leaving = worker.leavings.standing().filter(last_day__lt=starts_on).first()
    if leaving:
        raise Contradicts(
            _("The last day of %(worker)s is %(day)s. Choose an earlier day, or change or withdraw the notice first.")
            % {"worker": worker.name, "day": format_day(leaving.last_day)}
        )


@transaction.atomic
def edit_post(*, post_id: int, by: Member, starts_on: date, last_day: date | None, **fields: Any) -> Post:
    """
    Correct a post.

    :raises Contradicts: if it would run into another one, or begins after the last day of a notice
    """
    post = Post.objects.select_for_update(of=("self",), no_key=True).select_related("worker").get(pk=post_id)
    if starts_on > post.starts_on:
        refuse_after_last_day(post.worker, starts_on)
    for name, value in {**fields, "starts_on": starts_on, "ends_before": dates.day_after(last_day)}.items():
        setattr(post, name, value)
    with history(by):
        save_without_overlap(post, _("%(worker)s has another post in these days.") % {"worker": post.worker.name})
        events.send_facts_changed(post.organisation_id, workers=[post.worker_id])
    return post
