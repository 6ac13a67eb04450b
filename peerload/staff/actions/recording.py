"""How a change of staff is recorded: who did it, and what refuses it."""

from contextlib import AbstractContextManager
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..models import Absence, Member, Post


class Refused(Exception):
    """Something cannot be done as asked; its text is a sentence for the user, beside ``field`` where a form has it."""

    field = ""
    about: int | None = None  # the primary key of the person it is about, where a list of people asked


class EditedMeanwhile(Refused):
    """Another member has saved this row since the form was opened; ``current`` is the row now."""

    def __init__(self, current: Any) -> None:  # a person, or what else is guarded like one
        super().__init__(_("Another person has changed this page since you opened it. Both versions are shown below."))
        self.current = current


class Contradicts(Refused):
    """The dates contradict what is recorded."""


def history(by: Member | None, **why: str) -> AbstractContextManager[object]:
    """Write into the history who did it, and ``reason``, where it is given; ``by`` is None for a command."""
    return pghistory.context(member=by.pk if by else None, **why)


def save_without_overlap(row: Post | Absence, sentence: str) -> None:
    """
    Save a period; the database's exclusion constraint says whether it overlaps another, also one saved this moment.

    :raises Contradicts: with the sentence, if it does
    """
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "one_at_a_time" not in str(error):
            raise
        raise Contradicts(sentence) from error
