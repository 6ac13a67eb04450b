"""
Questions about a file: their kinds, their answers, and how they are gathered. Pure.

A spreadsheet program changes typed values, and people write dates in two orders. An ambiguous value is neither accepted
nor refused: it becomes a question, each kind once, and answered with ``--accept`` or on the page of the import.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from peerload.core.translation import LazyText

from .errors import YES, CellPlace, Question

MOST_PLACES = 2000  # kept of one question; the others are counted
NO_ANSWERS: Mapping[str, str] = MappingProxyType({})


class QuestionKind(NamedTuple):
    """A kind of question: how it is put to one place or several, what a yes does, or which answers there are."""

    says: LazyText
    accepting: LazyText = ""
    choices: tuple[tuple[str, LazyText], ...] = ()


KINDS = {
    "encoding": QuestionKind(
        ngettext_lazy("One file is not written in UTF-8.", "%(count)d files are not written in UTF-8.", "count"),
        _("Read the words as they are shown here."),
    ),
    "separators": QuestionKind(
        ngettext_lazy(
            "The columns of one file are not separated by commas.",
            "The columns of %(count)d files are not separated by commas.",
            "count",
        ),
        _("Read the columns by the signs shown here."),
    ),
    "dates": QuestionKind(
        ngettext_lazy(
            "One date may begin with the day or with the month.",
            "%(count)d dates may begin with the day or with the month.",
            "count",
        ),
        choices=(("day_first", _("The day comes first.")), ("month_first", _("The month comes first."))),
    ),
    "formulas": QuestionKind(
        ngettext_lazy("One cell holds a formula.", "%(count)d cells hold formulas.", "count"),
        _("Take the value that each one shows."),
    ),
    "scientific": QuestionKind(
        ngettext_lazy(
            "One number in a column of text is in scientific form; digits may be lost.",
            "%(count)d numbers in columns of text are in scientific form; digits may be lost.",
            "count",
        ),
        _("Take them as they are shown here."),
    ),
    "types": QuestionKind(
        ngettext_lazy(
            "One cell in a column of text holds a date or a truth value.",
            "%(count)d cells in columns of text hold dates or truth values.",
            "count",
        ),
        _("Take them as the text shown here."),
    ),
    "zeros": QuestionKind(
        ngettext_lazy(
            "One telephone number or ref may have lost its leading 0.",
            "%(count)d telephone numbers or refs may have lost their leading 0.",
            "count",
        ),
        choices=(("keep", _("Leave them as they are.")), ("add", _("Put the 0 back, as shown here."))),
    ),
    "letters": QuestionKind(
        ngettext_lazy("In one cell a letter seems to be lost.", "In %(count)d cells letters seem to be lost.", "count"),
        _("Take the words as they are."),
    ),
    "garbled": QuestionKind(
        ngettext_lazy(
            "In one cell letters were changed by a wrong encoding.",
            "In %(count)d cells letters were changed by a wrong encoding.",
            "count",
        ),
        choices=(("keep", _("Leave them as they are.")), ("mend", _("Put the letters right, as shown here."))),
    ),
    "signs": QuestionKind(
        ngettext_lazy(
            "One cell holds a line break, a tab or an invisible sign, where none belongs.",
            "%(count)d cells hold line breaks, tabs or invisible signs, where none belong.",
            "count",
        ),
        _("Put a space for each line break and tab, and leave invisible signs out."),
    ),
    "merged": QuestionKind(
        ngettext_lazy(
            "One cell is empty because it is merged with another.",
            "%(count)d cells are empty because they are merged with others.",
            "count",
        ),
        choices=(("fill", _("Read in it what the first of the merged cells says.")), ("empty", _("Leave them empty."))),
    ),
    "codes": QuestionKind(
        ngettext_lazy(
            "One ref differs from another only by case, spaces or signs.",
            "%(count)d refs differ from others only by case, spaces or signs.",
            "count",
        ),
        choices=(
            ("apart", _("They are different people.")),
            ("same", _("They are the same: write them as shown here.")),
        ),
    ),
    "alike": QuestionKind(
        ngettext_lazy(
            "1 new row is like one that is there.", "%(count)d new rows are like one that is there.", "count"
        ),
        choices=(
            (
                "replace",
                _("They are corrections. Replace the existing rows. Those stay readable, but no longer count."),
            ),
            ("keep", _("They are different rows. Keep both.")),
        ),
    ),
}


def parse_answers(given: Iterable[str]) -> dict[str, str]:
    """
    Return answers by kind from typed text: ``formulas``, ``dates=day_first``.

    :raises ValueError: in a sentence, for a text that is no answer
    """
    answers = {}
    for text in given:
        name, __, code = text.strip().partition("=")
        if name not in KINDS:
            words = _("Nothing is asked about %(name)s. There are: %(kinds)s.")
            raise ValueError(words % {"name": name, "kinds": ", ".join(KINDS)})
        codes = [each for each, __ in KINDS[name].choices] or [YES]
        if code not in codes and not (codes == [YES] and not code):
            ways = " or ".join(f"{name}={each}" for each in codes) if codes != [YES] else name
            raise ValueError(_("%(text)s is no answer. Say %(ways)s.") % {"text": text, "ways": ways})
        answers[name] = code or YES
    return answers


def given(said: Mapping[str, str]) -> dict[str, str]:
    """Return the answers in a form; invalid ones are left out."""
    codes = {kind: [code for code, __ in asked.choices] or [YES] for kind, asked in KINDS.items()}
    return {kind: said[kind] for kind in KINDS if said.get(kind) in codes[kind]}


class FileQuestions:
    """The questions of a file as it is read: how each kind is answered so far, and where it arises."""

    def __init__(self, answers: Mapping[str, str] = NO_ANSWERS) -> None:
        self.answers = answers
        self.places: dict[str, list[CellPlace]] = {}
        self.counts: Counter[str] = Counter()
        self.assumed: dict[str, str] = {}
        self.more: dict[str, str] = {}  # the text beside the question
        self.choices: dict[str, tuple[tuple[str, str], ...]] = {}

    def answer(self, kind: str) -> str:
        """Return the answer given, or the one that is assumed until it is given."""
        choices = KINDS[kind].choices
        return self.answers.get(kind) or self.assumed.get(kind) or (choices[0][0] if choices else YES)

    def add(self, kind: str, sheet: str, row: int, column: str, text: str) -> None:
        """Note a place where a question arises."""
        self.counts[kind] += 1
        places = self.places.setdefault(kind, [])
        if len(places) < MOST_PLACES:
            places.append(CellPlace(sheet, row, column, text))

    def questions(self) -> tuple[Question, ...]:
        """Return the questions, in the order in which they are shown."""
        return tuple(self._question(kind) for kind in KINDS if self.counts[kind])

    def _question(self, kind: str) -> Question:
        asked, count = KINDS[kind], self.counts[kind]
        says = asked.says % {"count": count}
        return Question(
            kind,
            f"{says} {self.more[kind]}" if kind in self.more else says,
            str(asked.accepting),
            tuple(self.places[kind]),
            count,
            tuple((code, str(label)) for code, label in self.choices.get(kind, asked.choices)),
            self.answer(kind),
        )
