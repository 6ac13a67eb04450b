"""
What people want is written down, said in other words, reached, let go, and wanted again.

Each action locks the person first, so that two taps are one and two members change one goal after the other.
"""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from peerload.core.formats import format_day
from peerload.staff.models import Member

from .. import rules
from ..actions import Refused, history
from ..actions.locking import lock_person
from ..enums import GoalEnd, WrongDay
from ..models import Goal


class NoWords(Refused):
    """A goal is words."""

    field = "words"

    def __init__(self) -> None:
        super().__init__(_("Write down what they want, in their words."))


class WantedAhead(Refused):
    """The day since which a person wants something has not come."""

    field = "starts_on"


class EndsAhead(Refused):
    """The day on which a goal was reached or let go has not come."""

    field = "ended_on"


class EndsBeforeItBegan(Refused):
    """A goal is reached or let go on the day it began or later."""

    field = "ended_on"


class SetDifferently(Refused):
    """The same form was sent twice with other words."""


class EndedGoal(Refused):
    """It was reached or let go already."""


class GoalStands(Refused):
    """Only what was reached or let go is taken back."""


@transaction.atomic
def set_goal(
    *, client_id: int, by: Member, today: date, words: str, starts_on: date, submission_id: UUID | None = None
) -> Goal:
    """
    Write down what a person wants, in their words; the same submission does it once.

    :param starts_on: since when they want it
    :raises NoWords: if there are no words
    :raises WantedAhead: if the day has not come
    :raises SetDifferently: if the submission wrote down other words
    """
    person = lock_person(client_id)
    said = _said(words, starts_on, today)
    if first := _first(by, submission_id):
        if first.client_id != person.pk or any(getattr(first, name) != value for name, value in said.items()):
            raise SetDifferently(_("This was saved already, with other details. Nothing was changed."))
        return first
    try:
        with transaction.atomic(), history(by, "goal"):
            return Goal.objects.create(
                organisation_id=person.organisation_id, client=person, author=by, submission_id=submission_id, **said
            )
    except IntegrityError as error:  # the same submission for another person, locked by another request
        if _first(by, submission_id):
            raise SetDifferently(_("This was saved already, for another person.")) from error
        raise


def _first(by: Member, submission_id: UUID | None) -> Goal | None:
    return Goal.objects.filter(author=by, submission_id=submission_id).first() if submission_id else None


def _said(words: str, starts_on: date, today: date) -> dict[str, str | date]:
    """Return the words and the day as they are stored."""
    if not words.strip():
        raise NoWords
    if rules.wrong_day(starts_on, None, today):
        raise WantedAhead(rules.not_yet(starts_on, today))
    return {"words": words.strip(), "starts_on": starts_on}


@transaction.atomic
def change_words(*, goal_id: int, by: Member, today: date, words: str, starts_on: date) -> Goal:
    """
    Say a goal that stands in other words, or correct since when they want it.

    :raises NoWords: if there are no words
    :raises WantedAhead: if the day has not come
    :raises EndedGoal: if it was reached or let go
    """
    goal = _locked(goal_id)
    if goal.ended_as:
        raise EndedGoal(_ended_words(goal))
    for name, value in _said(words, starts_on, today).items():
        setattr(goal, name, value)
    return _saved(goal, by, "other words")


@transaction.atomic
def end(*, goal_id: int, by: Member, today: date, ended_as: str, ended_on: date | None = None) -> Goal:
    """
    Write down that a goal was reached or let go; the same again changes nothing.

    :param ended_on: the day; today if none is given
    :raises EndedGoal: if it ended in another way or on another day
    :raises EndsAhead: if the day has not come
    :raises EndsBeforeItBegan: if the day lies before the day since which they want it
    """
    goal = _locked(goal_id)
    if goal.ended_as:
        if goal.ended_as == ended_as and ended_on in (None, goal.ended_on):
            return goal
        raise EndedGoal(_ended_words(goal))
    ended_on = ended_on or today
    wrong = rules.wrong_day(goal.starts_on, ended_on, today)
    if wrong == WrongDay.AHEAD:
        raise EndsAhead(rules.not_yet(ended_on, today))
    if wrong == WrongDay.BEFORE:
        raise EndsBeforeItBegan(
            _("They have wanted this since %(day)s. Choose that day or a later one.")
            % {"day": format_day(goal.starts_on)}
        )
    goal.ended_as, goal.ended_on, goal.ended_by = ended_as, ended_on, by
    return _saved(goal, by, ended_as)


@transaction.atomic
def take_back(*, goal_id: int, by: Member) -> Goal:
    """
    Take back that a goal was reached or let go: a wrong tap, or they want it again.

    :raises GoalStands: if it stands
    """
    goal = _locked(goal_id)
    if not goal.ended_as:
        raise GoalStands(_("It is neither reached nor let go. Nothing was changed."))
    goal.ended_as, goal.ended_on, goal.ended_by = "", None, None
    return _saved(goal, by, "taken back")


def _locked(goal_id: int) -> Goal:
    """Return a goal with its person locked; a merge may have moved it, so its person is looked up again."""
    lock_person(Goal.objects.values_list("client_id", flat=True).get(pk=goal_id))
    return Goal.objects.select_related("client", "ended_by").get(pk=goal_id)


def _ended_words(goal: Goal) -> str:
    words = {"day": format_day(goal.ended_on)}
    if goal.ended_as == GoalEnd.REACHED:
        return _("It was reached on %(day)s. Take that back first.") % words
    return _("It was let go on %(day)s. Take that back first.") % words


def _saved(goal: Goal, by: Member, reason: str) -> Goal:
    with history(by, reason):
        goal.save()
    return goal
