"""The lists that My day leads to where it shows only the first: the same people as it counts."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from peerload.staff.models import Member
from peerload.staff.queries import posts_of

from .cover.queries import covered_by
from .next_steps.queries import NextStepRow, steps_of_member
from .queries.held import SupportedPerson, contacts_to_make, due_to_worker, first_day_of, held_by, quiet_for_long
from .queries.settings import quiet_from
from .to_decide import past_closing


def standing_in_today(
    due: Iterable[SupportedPerson], closing: Iterable[Any], steps: Iterable[NextStepRow], on: date
) -> set[int]:
    """
    Return the primary keys of the people who stand in Today, who are not repeated under *Quiet for long* (R119).

    :param due: whose contact is due or overdue
    :param closing: whose support was to be closed by now
    :param steps: a step of a later day puts no one there
    """
    return {person.pk for person in (*due, *closing)} | {step.person_pk for step in steps if step.due_on <= on}


def quiet_on_my_day(member: Member, on: date) -> list[int]:
    """Return the primary keys of a member's own people who are quiet for long and do not stand in Today (R119)."""
    people = _as_due(held_by(member, on), member, on)
    found = contacts_to_make(people)
    steps = steps_of_member(member, on, on, on)
    above = standing_in_today([*found.overdue, *found.today], past_closing(people, member, on), steps, on)
    quiet = quiet_for_long(people, on, quiet_from(member.organisation))
    return [person.pk for person in quiet if person.pk not in above]


def contacts_on_my_day(member: Member, on: date, day: date) -> list[int]:
    """Return the primary keys of the people, covered ones too, whose contact is due on a day within the week ahead."""
    covered = (person for each in covered_by(member, on) for person in each.people)
    people = _as_due([*held_by(member, on), *covered], member, on)
    return [person.pk for person in contacts_to_make(people).week if person.due and person.due.on == day]


def _as_due(people: Iterable[SupportedPerson], member: Member, on: date) -> list[SupportedPerson]:
    return due_to_worker(people, on, first_day_of(posts_of(member), on))
