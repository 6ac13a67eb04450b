"""What two records say of contacting somebody safely, and what of it the record that goes on says."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from peerload.core import phones
from peerload.core.folding import fold

from ..enums import ContactPreference
from ..models import Client


class Fact(NamedTuple):
    """A fact in words: what it is called, and what stands between the words of two records where both hold."""

    label: str
    joined_by: str = ""


FACTS = {
    "contact_how": Fact(_("How to contact safely"), " "),
    "contact_note": Fact(_("What else to know"), "\n"),
    "phone": Fact(_("Phone"), " / "),
    "called": Fact(_("What they like to be called")),
    "pronouns": Fact(_("Pronouns")),
    "language": Fact(_("Language they like to speak")),
}
KEPT = (*FACTS, "contact_preference", "statutory")  # as the record that goes on said it before

Chosen = Mapping[str, Sequence[int]]  # by name of the fact, the records whose words hold


def disagreeing(one: Client, other: Client) -> list[str]:
    """Return the facts of which both records say something, and not the same: a person has to read both."""
    return [name for name in FACTS if _says_otherwise(name, getattr(one, name), getattr(other, name))]


def _says_otherwise(name: str, one: str, other: str) -> bool:
    if not one or not other:
        return False
    if name == "phone":
        first, second = ({phones.last_digits(number) for number in phones.numbers(each)} for each in (one, other))
        return first != second or not first
    return fold(one) != fold(other)


def together(name: str, *words: str) -> str:
    """Return the words of both records as one; nothing where they cannot both hold, or are too long."""
    between = FACTS[name].joined_by
    found = between.join(words)
    most = Client._meta.get_field(name).max_length
    return found if between and len(found) <= most else ""


def said_by(person: Client) -> dict:
    """Return what a record says, as `Merge.kept_facts` keeps it."""
    return {name: getattr(person, name) for name in KEPT}


def undecided(kept: Client, absorbed: Client, chosen: Chosen) -> list[str]:
    """Return the facts of which nobody has said which record's words hold."""
    return [name for name in disagreeing(kept, absorbed) if not chosen.get(name)]


def carried(kept: Client, absorbed: Client, chosen: Chosen) -> dict:
    """
    Return what the record that goes on says: its own words, those of the other one where it has none, or those chosen.

    Who asked not to be contacted is not contacted, and who has statutory status has it, whichever record says so.
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
