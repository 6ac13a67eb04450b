"""Passwords that are easy to guess: common ones, sequences, the words of the person, their service, its teams and peerload."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from peerload.core.folding import fold

from .models import Member, User

ENOUGH = 8  # powers of ten: the guesses that someone who knows our words needs at least
LOOKED_AT = 72  # characters; what follows makes nothing easier to guess
SHORTEST_WORD = 3
OUR_WORDS = (
    "peerload", "peer", "peers", "support", "supporter", "worker", "caseload", "workload", "wellbeing", "recovery", "service",
    "team", "manager", "admin", "kia ora", "kiaora", "aotearoa", "whanau", "tautoko", "mahi",
)  # fmt: skip


class GuessableValidator:
    """Refuse a password that would be found among the first hundred million guesses."""

    def validate(self, password: str, user: User | None = None) -> None:
        """
        Refuse a password that is too easy to guess, and say what to choose instead.

        :raises ValidationError: if it is too easy to guess, saying what to choose instead
        """
        if is_guessable(password, words_about(user)):
            raise ValidationError(
                _(
                    "This password is easy to guess. Choose four or more words that do not belong together. "
                    "Do not use your name, team or service, a year, or keys in a row such as qwerty."
                ),
                code="guessable",
            )

    def get_help_text(self) -> str:
        return _("Four or more words that do not belong together make a good password.")


def is_guessable(password: str, words: list[str]) -> bool:
    """Return whether a guesser who knows these words would find a password soon, whatever marks and capitals it has."""
    from zxcvbn import zxcvbn  # its word lists take memory that few processes need

    known = sorted({part for word in words for part in _parts(word)})
    folded = fold(password).replace(" ", "")
    said = {text[:LOOKED_AT] for text in (password, password.casefold(), folded) if text}
    return any(zxcvbn(text, user_inputs=known)["guesses_log10"] < ENOUGH for text in said)


def _parts(word: str) -> set[str]:
    """Return the ways to type a word in a password: whole, and each of its parts."""
    folded = fold(word)
    parts = (folded.replace(" ", ""), *folded.split(), *re.split(r"[\W_\d]+", word.lower()))
    return {part for part in parts if len(part) >= SHORTEST_WORD}


def words_about(user: User | None) -> list[str]:
    """Return the words that a person who knows this user would try first."""
    if user is None or not user.pk:
        return list(OUR_WORDS)
    found = [*OUR_WORDS, *user.email.split("@")]
    for member in Member.objects.filter(user=user).select_related("organisation"):
        teams = member.organisation.teams.values_list("name", flat=True)
        found += [member.name, member.organisation.name, member.organisation.code, *teams]
    return found
