"""
When two records are alike enough to be one person's, and what of them holds. Nothing here reads the clock, the
database or settings.

Names come folded and loosened (`peerload.core.folding`).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from ..enums import Likeness
from ..rules import Keys

LONG_ENOUGH = 4  # letters of a word that may be misspelt: Ana and Ava are two names
ASKED_ACROSS = (Likeness.STRONG, Likeness.MISSPELT)  # alike enough to ask about a record of a team one does not lead


def likeness(one: Keys, other: Keys) -> Likeness | None:
    """
    Return how alike two records are, ``None`` if they are not.

    A family shares a phone, so an equal phone is not enough: a word of the name has to agree as well.
    """
    same_phone = bool(one.phone) and one.phone == other.phone
    same_name = bool(one.words) and one.words == other.words
    if same_phone and same_name:
        return Likeness.STRONG
    if same_phone and is_misspelt(one.words, other.words):
        return Likeness.MISSPELT
    if same_name:
        return Likeness.LIKELY
    if same_phone and set(one.words.split()) & set(other.words.split()):
        return Likeness.POSSIBLE
    return None


def is_misspelt(words: str, others: str) -> bool:
    """Return whether two names differ in a single word, and that by one letter: missing, other or swapped with the next."""
    here, there = Counter(words.split()), Counter(others.split())
    mine, theirs = list((here - there).elements()), list((there - here).elements())
    return len(mine) == len(theirs) == 1 and bool(here & there) and one_edit(mine[0], theirs[0])


def one_edit(word: str, other: str) -> bool:
    """Return whether a word becomes the other by one edit; short words never do."""
    short, long = sorted((word, other), key=len)
    if len(long) < LONG_ENOUGH:
        return False
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[:at] + short[at : at + 2][::-1] + short[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or swapped == long


def withdrawn_elsewhere(consented_on: date, withdrawals: Iterable[date]) -> date | None:
    """
    Return when a consent that stands ends because another record of the person says it was withdrawn; None if it goes on (R130).

    A withdrawal on the day of the consent or later ends it, the first of several; an earlier one was before this consent.

    :param withdrawals: the days on which consent to speak to the same name was withdrawn in the other record
    """
    return min((day for day in withdrawals if day >= consented_on), default=None)
