"""Reading who else may be spoken to about a person."""

from datetime import date

from peerload.core.compile_once import compile_once

from ..models import Client, Consent, ConsentQuerySet
from . import rules


def of_person(person: Client, on: date) -> rules.WhoElse[Consent]:
    """Return who else may be spoken to about a person on a day, and who no longer, with who wrote it down; one statement."""
    found = _of_person(person.pk)
    return rules.who_else(((rules.ConsentDays(each.consented_on, each.withdrawn_on), each) for each in found), on)


@compile_once
def _of_person(client_id: int) -> ConsentQuerySet:
    found = Consent.objects.filter(client=client_id).select_related("author", "withdrawn_by")
    return found.order_by("consented_on", "pk")
