"""The family is the lock; a refusal is a sentence."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pghistory
from django.db import transaction

from peerload.core.locks import Lock, wait_for
from peerload.staff import actions as staff
from peerload.staff.models import Member

from ..models import Client

Refused = staff.Refused  # one for all apps: a page that changes the staff and people catches both


def lock_people(client_ids: Iterable[int]) -> dict[int, Client]:
    """
    Lock these people and their families, in order of primary key, and return them by primary key.

    The first statement of every action: two siblings changed at once would otherwise be counted twice.
    """
    asked = set(client_ids)
    while True:
        people = {person.pk: person for person in Client.objects.raw(LOCK, {"asked": list(asked)})}
        families = {person.family_id for person in people.values() if person.family_id}
        # A person who joined a family while we waited for its lock belongs to it too.
        late = Client.objects.filter(family_id__in=families).exclude(pk__in=people).values_list("pk", flat=True)
        if not families or not (late := set(late)):
            return people
        asked = set(people) | late


# An array of the families, because a subquery beside an OR would make PostgreSQL read everyone there is.
LOCK = """
    SELECT * FROM caseload_client
     WHERE id = ANY(%(asked)s)
        OR family_id = ANY(ARRAY(SELECT family_id FROM caseload_client WHERE id = ANY(%(asked)s) AND family_id IS NOT NULL))
     ORDER BY id
       FOR NO KEY UPDATE
"""


def lock_person(client_id: int) -> Client:
    """
    Lock a person and their family; return the person.

    :raises Client.DoesNotExist: if there is no such person
    """
    people = lock_people([client_id])
    if client_id not in people:
        raise Client.DoesNotExist(f"There is no person {client_id}.")
    return people[client_id]


@contextmanager
def giving(client_id: int, worker_id: int) -> Iterator[None]:
    """
    Lock the workers who receive people, so that their load stays as it was checked until the allocation is written.

    The person and their family are locked first, as in every action, then the receiver; the rows of members, which the
    ledger locks many of, come after. Two members who allocate to the same worker wait for each other.
    """
    with transaction.atomic():
        lock_person(client_id)
        wait_for(Lock.RECEIVING, worker_id)
        yield


@contextmanager
def history(by: Member | None, reason: str) -> Iterator[None]:
    """Write who and why into the history of what changes inside; ``by`` is None for the sweep."""
    with pghistory.context(member=by.pk if by else None, reason=reason):
        yield


@contextmanager
def about(client_id: int) -> Iterator[None]:
    """Say of a refusal inside which person it is about, so that a list of people shows it beside them."""
    try:
        yield
    except Refused as refusal:
        refusal.about = client_id
        raise
