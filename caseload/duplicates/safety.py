"""How to contact a person safely: what each of two records says, and what the merged record will say."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from peerload.core import phones
from peerload.core.folding import fold
from peerload.core.translation import LazyText

from ..enums import ContactPreference
from ..models import Client


class Fact(NamedTuple):
    """A fact in words: its label, and what joins the words of two records where both hold."""

    label: LazyText
    joined_by: str = ""


FACTS = {
    "contact_how": Fact(_("How to contact safely"), " "),
    "contact_note": Fact(_("What else to know"), "\n"),
    "phone": Fact(_("Phone"), " / "),
    "worry_helps": Fact(_("If we are worried: what helps"), "\n"),
    "worry_call": Fact(_("If we are worried: who to call"), "\n"),
    "called": Fact(_("What they like to be called")),
    "pronouns": Fact(_("Pronouns")),
    "language": Fact(_("Language they like to speak")),
    "interpreter": Fact(_("Interpreter")),
}
KEPT = (*FACTS, "contact_preference", "statutory")  # the kept record's words before the merge

Chosen = Mapping[str, Sequence[int]]  # by name of the fact, the records whose words hold


def disagreeing(one: Client, other: Client) -> list[str]:
    """Return the facts for which both records have different words: a member has to read both."""
    return [name for name in FACTS if _says_otherwise(name, getattr(one, name), getattr(other, name))]


def _says_otherwise(name: str, one: str, other: str) -> bool:
    if not one or not other:
        return False
    if name == "phone":
        first, second = ({phones.last_digits(number) for number in phones.numbers(each)} for each in (one, other))
        return first != second or not first
    return fold(one) != fold(other)


def together(name: str, *words: str) -> str:
    """Join the words of both records; return "" if they contradict each other or are too long."""
    between = FACTS[name].joined_by
    found = between.join(words)
    most = Client._meta.get_field(name).max_length
    return found if between and len(found) <= most else ""


def said_by(person: Client) -> dict:
    """Return a record's words, as `Merge.kept_facts` keeps them."""
    return {name: getattr(person, name) for name in KEPT}


def undecided(kept: Client, absorbed: Client, chosen: Chosen) -> list[str]:
    """Return the facts for which no one has chosen one of the two records' words."""
    return [name for name in disagreeing(kept, absorbed) if not chosen.get(name)]


def carried(kept: Client, absorbed: Client, chosen: Chosen) -> dict:
    """
    Return the merged record's words: its own, else the other record's, or the chosen ones.

    If either record says "do not contact" or "statutory status", the merged record says so.
    """
    records = {kept.pk: kept, absorbed.pk: absorbed}
    found = {name: getattr(kept, name) or getattr(absorbed, name) for name in FACTS}
    for name in disagreeing(kept, absorbed):
        words = [getattr(records[pk], name) for pk in chosen[name]]
        found[name] = words[0] if len(words) == 1 else together(name, *words)
    preferences = {kept.contact_preference, absorbed.contact_preference}
    please_dont = ContactPreference.PLEASE_DONT in preferences
    found["contact_preference"] = ContactPreference.PLEASE_DONT if please_dont else kept.contact_preference
    found["statutory"] = kept.statutory or absorbed.statutory
    return found
