"""The people a member may see: to list, to search and to pick one."""

from datetime import date, timedelta

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When

from peerload.core import phones
from peerload.core.folding import fold_code
from peerload.staff.models import Member, Organisation

from .. import keys, rules
from ..enums import ACTIVE_TIERS, ContactPreference, Tier
from ..models import Client, ClientQuerySet, Contact, Cover, Family, held_on
from .held import first_day_with
from .in_touch import last_entry
from .settings import cadence_of


def people_list(member: Member, on: date) -> ClientQuerySet:
    """
    Return the people a member may see, with their worker of the day and whether the member covers: what is due first.

    The longest overdue come first, then those due today and within a week, then everybody else by name.
    """
    soon = on + timedelta(days=rules.SOON_DAYS)
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
            due_since=_due_since(member, on, by=soon),
        )
        .order_by(F("due_since").asc(nulls_last=True), "name_key", "pk")
    )


def like(people: ClientQuerySet, words: str) -> ClientQuerySet:
    """Return the people the words find, by name, reference or phone (`caseload.keys`)."""
    return people.filter(keys.found(words))


def quiet(people: ClientQuerySet, on: date, days: rules.QuietFrom) -> ClientQuerySet:
    """Return the people who are quiet for long, as `quiet_for_long` of `caseload.queries.held` (R115)."""
    found = Q()
    for tier in ACTIVE_TIERS:
        since = days.last_day(tier, on)
        with_worker = held_on(on).filter(closed_on=None).annotate(since=first_day_with())
        never = Q(Exists(with_worker.filter(since__lte=since)), last_reached_on=None)
        found |= Q(tier=tier) & (Q(last_reached_on__lte=since) | never)
    return people.filter(found, Exists(held_on(on).filter(closed_on=None)), contact_preference=ContactPreference.OK)


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
RECENT = timedelta(days=14)  # in which a contact the member logged makes a person a recent one


def pick(member: Member, on: date, words: str) -> list[Client]:
    """
    Return the people a contact may have been with: those named like the words, the member's own and covered people first.

    Among them those come first whose contact is due, the longest overdue before others, then those the member logged last.
    A person who is not in touch now is found by their name: they may be on the phone.
    """
    people = Client.objects.visible_to(member, on).not_absorbed()
    people = like(people, words) if words.strip() else people.exclude(tier=Tier.INACTIVE)
    found = people.annotate(
        mine=is_with(member, on),
        due_since=_due_since(member, on, by=on),
        recent=_recent(member, on),
        last_entry=last_entry("pk"),  # type: ignore[no-redef]  # declared on `Client`
    )
    order = F("due_since").asc(nulls_last=True), F("recent").asc(nulls_last=True)
    return list(found.order_by("-mine", *order, "name_key", "pk")[:PICKED])


def _due_since(member: Member, on: date, *, by: date) -> Case:
    """
    Return from when the six weeks of a person count whose contact is due by a day, for an order; else null.

    A person who asked not to be contacted, or whose support is closed, is not due: no one is prompted.
    """
    closed = Exists(held_on(on).exclude(closed_on=None))
    due = Q(six_weeks_from__lte=by - cadence_of(member.organisation).between) & ~closed
    return Case(When(due & ~Q(contact_preference=ContactPreference.PLEASE_DONT), then=F("six_weeks_from")))


def _recent(member: Member, on: date) -> Case | Value:
    """Return the place of a person among those the member logged last, from nought; null for everybody else."""
    logged = Contact.objects.standing().filter(author=member, on__gt=on - RECENT, on__lte=on)
    latest = logged.order_by("-on", "-recorded_at", "-pk").values_list("client", flat=True)[: 3 * PICKED]
    whens = [When(pk=pk, then=Value(place)) for place, pk in enumerate(dict.fromkeys(latest))]
    return Case(*whens, output_field=IntegerField()) if whens else Value(None, output_field=IntegerField())


def found_for(member: Member, on: date, words: str, *, most: int) -> list[Client]:
    """
    Return the people the words find among those a member sees, with their worker of the day and what was tried last; the
    member's own and covered people first. No words find no one.

    Digits such as 021 are the first of a phone and stand in many references, too. Who types them holds a missed call, so people
    with such a phone come first, and the others below: a reference is still found, by no more digits than before.
    """
    if not words.strip():
        return []
    people = like(Client.objects.visible_to(member, on).not_absorbed().with_worker(on), words)
    people = people.annotate(  # type: ignore[no-redef]  # declared on `Client`
        mine=is_with(member, on), last_entry=last_entry("pk")
    )
    first = ["-by_phone"] if (digits := phones.begins_number(words)) else []
    if first:
        people = people.annotate(by_phone=_phone_begins(digits))
    return list(people.order_by(*first, "-mine", "name_key", "pk")[:most])


def _phone_begins(digits: str) -> Q:
    """Return whether a number of a person begins with some digits, as typed or as dialled inside the country."""
    typed = Q(phone__regex=r"(^|[^0-9+])" + r"[^0-9]*".join(digits))
    return typed | (Q(search_key__contains=f" {digits}") & ~Q(ref_key__startswith=digits))


def may_have_been(member: Member, on: date, *, besides: Client) -> ClientQuerySet:
    """Return the people a contact may have been about instead: those a member supports or covers, else those they see."""
    people = Client.objects.visible_to(member, on).not_absorbed().exclude(tier=Tier.INACTIVE).exclude(pk=besides.pk)
    mine = people.filter(is_with(member, on))
    return (mine if mine.exists() else people).order_by("name_key", "pk")
