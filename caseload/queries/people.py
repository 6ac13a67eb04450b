"""The people a member may see: to list, to search and to pick one."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, Subquery

from peerload.core.folding import fold_code
from peerload.staff.models import Member, Organisation

from .. import keys
from ..enums import Tier
from ..models import Client, ClientQuerySet, Cover, Family, held_on
from .in_touch import last_entry


def people_list(member: Member, on: date) -> ClientQuerySet:
    """
    Return the people a member may see, with their worker of the day, whether the member covers, and the day a contact
    is due.

    A person who asked not to be contacted, or whose support is closed, has no due day here: no one is prompted.
    """
    held = held_on(on)
    return (
        Client.objects.visible_to(member, on)  # type: ignore[no-redef]  # `Client` declares what is annotated
        .not_absorbed()
        .with_worker(on)
        .annotate(
            worker_uid=Subquery(held.values("worker__uid")[:1]),
            worker_key=Subquery(held.values("worker__name_key")[:1]),
            closed_on=Subquery(held.values("closed_on")[:1]),
            close_decided_on=Subquery(held.values("close_decided_on")[:1]),
            last_entry=last_entry("pk"),
            you_cover=Exists(Cover.objects.holding(on).filter(client=OuterRef("pk"), worker=member)),
        )
    )


def like(people: ClientQuerySet, words: str) -> ClientQuerySet:
    """Return the people the words find, by name, reference or phone (`caseload.keys`)."""
    return people.filter(keys.found(words))


def is_with(member: Member, on: date) -> Q:
    """Return whether a person in an outer query is with a member that day, who supports or covers them."""
    held = held_on(on).filter(worker=member)
    return Exists(held) | Exists(Cover.objects.holding(on).filter(client=OuterRef("pk"), worker=member))


def family_codes(member: Member, on: date) -> list[str]:
    """Return the codes of the families of people a member may see: what a form offers."""
    people = Client.objects.visible_to(member, on).exclude(family=None)
    return list(people.order_by("family__code").values_list("family__code", flat=True).distinct())


def family_of_code(organisation: Organisation, code: str) -> Family | None:
    """Return the family that a code means, however it is written."""
    return Family.objects.filter(organisation=organisation, code_key=fold_code(code)).first()


PICKED = 20


def pick(member: Member, on: date, words: str) -> list[Client]:
    """Return the people a contact may have been with: those named like the words, the member's own and covered people
    first.

    A person who is not in touch now is found by their name: they may be on the phone.
    """
    mine = is_with(member, on)
    people = Client.objects.visible_to(member, on).not_absorbed()
    people = like(people, words) if words.strip() else people.exclude(tier=Tier.INACTIVE)
    return list(people.annotate(mine=mine).order_by("-mine", "name_key", "pk")[:PICKED])


def found_for(member: Member, on: date, words: str, *, most: int) -> list[Client]:
    """
    Return the people the words find among those a member sees, with their worker of the day; the member's own and covered
    people first. No words find no one.
    """
    if not words.strip():
        return []
    people = like(Client.objects.visible_to(member, on).not_absorbed().with_worker(on), words)
    return list(people.annotate(mine=is_with(member, on)).order_by("-mine", "name_key", "pk")[:most])


def may_have_been(member: Member, on: date, *, besides: Client) -> ClientQuerySet:
    """Return the people a contact may have been about instead: those a member supports or covers, else those they see."""
    people = Client.objects.visible_to(member, on).not_absorbed().exclude(tier=Tier.INACTIVE).exclude(pk=besides.pk)
    mine = people.filter(is_with(member, on))
    return (mine if mine.exists() else people).order_by("name_key", "pk")
