"""Finding two records that are alike, and asking whether they are one person's."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from peerload.core.sql import rows
from peerload.notices import actions as notices
from peerload.staff.models import Member, Organisation

from ...actions import history
from ...enums import DuplicateAnswer, News
from ...models import Client, ClientQuerySet, PossibleDuplicate, SweepRun
from .. import queries, rules


def look_for(person: Client, on: date) -> int:
    """
    Record who is like a person just entered or changed, and notify the managers to be asked; return how many are new.

    The member who entered the person is not told.
    """
    mine = queries.keys_of(person)
    others = Client.objects.filter(queries.like(mine), organisation=person.organisation_id).exclude(pk=person.pk)
    found = [tuple(sorted((person, other), key=lambda each: each.pk)) for other in _with_teams(others.not_absorbed())]
    return _write_down(found, person.organisation_id, on)


def look_for_all(organisation: Organisation, on: date) -> int:
    """Record all similar records of a service, once a day: people may come by sheets, or be in another team now."""
    if SweepRun.objects.filter(organisation=organisation, swept_on__gte=on).exists():
        return 0
    keys = rows(ALIKE, {"organisation": organisation.pk})
    people = {
        person.pk: person for person in _with_teams(Client.objects.filter(pk__in={pk for pair in keys for pk in pair}))
    }
    return _write_down([(people[older], people[newer]) for older, newer in keys], organisation.pk, on)


# By name only where one member leads the teams of both; by phone across teams too.
ALIKE = """
    WITH alike AS (
        SELECT a.id AS older, b.id AS newer
          FROM caseload_client a
          JOIN caseload_client b ON b.organisation_id = a.organisation_id AND b.words_key = a.words_key AND b.id > a.id
          JOIN staff_team ta ON ta.id = a.team_id
          JOIN staff_team tb ON tb.id = b.team_id
         WHERE a.organisation_id = %(organisation)s AND a.words_key <> '' AND (
               ta.id = tb.id OR ta.manager_id IN (tb.manager_id, tb.deputy_id) OR ta.deputy_id IN (tb.manager_id, tb.deputy_id))
        UNION
        SELECT a.id, b.id
          FROM caseload_client a
          JOIN caseload_client b ON b.organisation_id = a.organisation_id AND b.phone_key = a.phone_key AND b.id > a.id
               AND b.phone_key <> ''
         WHERE a.organisation_id = %(organisation)s AND a.phone_key <> '' AND a.team_id IS NOT NULL AND b.team_id IS NOT NULL
    )
    SELECT older, newer FROM alike
     WHERE NOT EXISTS (SELECT FROM caseload_enteredtwice e WHERE e.older_id = alike.older AND e.newer_id = alike.newer)
       AND NOT EXISTS (
           SELECT FROM caseload_merge m WHERE m.undone_on IS NULL AND m.absorbed_id IN (alike.older, alike.newer))
     ORDER BY older, newer
"""


def _with_teams(people: ClientQuerySet) -> ClientQuerySet:
    return people.select_related("team")


def _write_down(found: Iterable[tuple[Client, Client]], organisation_id: int, on: date) -> int:
    known = set(
        PossibleDuplicate.objects.filter(older__in=[older.pk for older, _ in found]).values_list("older_id", "newer_id")
    )
    new = []
    for older, newer in found:
        likeness = rules.likeness(queries.keys_of(older), queries.keys_of(newer))
        apart = older.team_id and newer.team_id and likeness in rules.ASKED_ACROSS
        if likeness and (queries.together(older, newer) or apart) and (older.pk, newer.pk) not in known:
            new.append(PossibleDuplicate(organisation_id=organisation_id, older=older, newer=newer, found_on=on))
    PossibleDuplicate.objects.bulk_create(new, ignore_conflicts=True)
    asked = {pair.uid: pair.older for pair in new if not queries.together(pair.older, pair.newer)}
    # one that another request has written first is not ours to tell of
    for pair in PossibleDuplicate.objects.filter(uid__in=asked).order_by("pk") if asked else ():
        _ask(asked[pair.uid], pair, on)
    return len(new)


def _ask(person: Client, pair: PossibleDuplicate, on: date) -> None:
    """Notify the manager of one record's team that their answer is needed."""
    leader = queries.leader_of(person.team, on)
    if leader:
        notices.notify(recipients=[leader], kind=News.POSSIBLE_DUPLICATE, subject=subject(pair.pk), anchor_on=on)


def subject(pair_id: int) -> str:
    """Return the key by which notices name a pair."""
    return f"twice:{pair_id}"


@transaction.atomic
def answer(*, pair_id: int, side: str, says: str, by: Member, today: date) -> PossibleDuplicate:
    """
    Record the answer of a member who leads the team of one record. A final answer stays.

    The newer record's side is asked once the older side says "the same person"; it is told nothing when that side says
    "two people".

    :param side: ``older`` or ``newer``: whose record they answer for
    """
    pair = PossibleDuplicate.objects.select_for_update(of=("self",), no_key=True).get(pk=pair_id)
    if DuplicateAnswer.TWO in {pair.older_says, pair.newer_says}:
        return pair
    setattr(pair, f"{side}_says", says)
    setattr(pair, f"{side}_by", by)
    with history(by, "entered twice"):
        pair.save(update_fields=[f"{side}_says", f"{side}_by"])
    if says == DuplicateAnswer.SAME and side == "older" and not pair.newer_says:
        _ask(Client.objects.select_related("team").get(pk=pair.newer_id), pair, today)
    elif pair.agreed:
        _ask(Client.objects.select_related("team").get(pk=pair.older_id), pair, today)
    return pair
