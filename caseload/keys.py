"""The derived columns of a person that search, order and likeness read; saving and importing both fill them from here."""

from typing import NamedTuple

from django.db.models import Q

from peerload.core import phones
from peerload.core.folding import fold, fold_code, loosen

from .rules import Keys


class PersonKeys(NamedTuple):
    """The columns by their names."""

    name_key: str
    words_key: str
    phone_key: str
    ref_key: str
    search_key: str


def person_keys(*, name: str, called: str, ref: str, phone: str) -> PersonKeys:
    """Return the keys by which a person is sorted, compared and found."""
    alike, ref_key = likeness_keys(name, phone), fold_code(ref)
    found_by = []
    for words in filter(None, (fold(name), fold(called))):
        found_by += [words, loosen(words), loosen(words.replace(" ", ""))]
    found_by += [ref_key, ref_key.replace("-", ""), *phones.found_by(phone)]
    return PersonKeys(fold(name)[:200], *alike, ref_key[:200], " ".join(dict.fromkeys(filter(None, found_by))))


def likeness_keys(name: str, phone: str) -> Keys:
    """Return what two records are compared by, however name and phone are written."""
    return Keys(" ".join(sorted(loosen(fold(name)).split()))[:200], phones.last_digits(phone))


def wanted(words: str) -> list[tuple[str, ...]]:
    """Return the search terms of a typed text: every term has to match, in any spelling."""
    if phones.is_number(words):
        return [tuple(phones.searched(words))]
    forms = [tuple(dict.fromkeys((word, loosen(word)))) for word in fold(words).split()]
    return forms or [()] * bool(words.strip())  # punctuation alone finds no one


def finds(search_key: str, words: str) -> bool:
    """Return whether a typed search finds a person."""
    return all(any(form in search_key for form in forms) for forms in wanted(words))


def found(words: str) -> Q:
    """Return the condition on people that `finds` asks of one."""
    condition = Q()
    for forms in wanted(words):
        any_form = Q(pk__in=[])
        for form in forms:
            any_form |= Q(search_key__contains=form)
        condition &= any_form
    return condition
