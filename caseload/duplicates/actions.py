"""
The same person entered twice: finding two records that are alike, making them one, and taking that back.

Both are locked first. What goes over changes its person and nothing else; what ends on the other record is kept as it
stood, so that taking it back puts the very rows there again.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from django.apps import apps
from django.core import serializers
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q

from peerload.core import dates
from peerload.core.periods import lasts_half_open
from peerload.notices import actions as notices
from peerload.staff.models import Member, Organisation

from ..actions import Refused, history, lock_people
from ..actions.allocations import close_current, unreported_from
from ..actions.choices import keep_choice
from ..actions.people import must_not_be_about_to_wait
from ..actions.tiers import drop_plans, finish_all, set_tier, tier_of
from ..actions.waiting import drop_planned_waiting
from ..enums import Answer, Finding, MovedOn, MoveEnd, News, ReferralEnd, Tier
from ..models import (
    Allocation,
    Attendance,
    Client,
    Contact,
    Cover,
    EnteredTwice,
    GroupMember,
    Merge,
    Referral,
    ReferralChange,
    Reminder,
    SweepRun,
    TemporaryMove,
    TierPeriod,
)
from ..signals import people_merged
from . import queries, rules, safety

# What ends on a record that became one with another: kept as it stood, in the order in which it can be put there again.
ENDED = (TierPeriod, Allocation, GroupMember, Referral, ReferralChange, Cover, TemporaryMove)
WHOSE = {ReferralChange: "referral__client"}  # where it is not the field client


class OneAlready(Refused):
    """One of the two has already become part of another record."""


class SaidOtherwise(Refused):
    """Somebody who leads the other team says that they are two people."""


class KeepTheSupported(Refused):
    """The record that stays is the one somebody supports."""


class KeepWhoWaits(Refused):
    """The record that stays is the one that waits for a worker."""


class AnotherWorker(Refused):
    """Two workers support them, and who goes on was not said, or is another since."""


class ReadBoth(Refused):
    """The records say different things about contacting them safely, and nobody has read both and chosen."""


class NothingToTakeApart(Refused):
    """The records were not one, or are two again."""


class ChangedSince(Refused):
    """What taking it back would put there contradicts what has been written since."""


# Finding ------------------------------------------------------------------------------------------------------------


def look_for(person: Client, on: date) -> int:
    """
    Write down who is like somebody just entered or changed, and owe those a line who are to be asked; return how many are new.

    Who entered them learns nothing of it.
    """
    mine = queries.keys_of(person)
    others = Client.objects.filter(queries.like(mine), organisation=person.organisation_id).exclude(pk=person.pk)
    found = [tuple(sorted((person, other), key=lambda each: each.pk)) for other in _with_teams(others.not_absorbed())]
    return _write_down(found, person.organisation_id, on)


def look_for_all(organisation: Organisation, on: date) -> int:
    """Write down who is like whom in a whole service, once a day: those who came in by sheets, or are in another team now."""
    if SweepRun.objects.filter(organisation=organisation, swept_on__gte=on).exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, {"organisation": organisation.pk})
        keys = cursor.fetchall()
    people = {
        person.pk: person for person in _with_teams(Client.objects.filter(pk__in={pk for pair in keys for pk in pair}))
    }
    return _write_down([(people[older], people[newer]) for older, newer in keys], organisation.pk, on)


# By name only where somebody leads the teams of both; by phone across teams too.
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


def _with_teams(people):
    return people.select_related("team__manager", "team__deputy")


def _write_down(found: Iterable[tuple[Client, Client]], organisation_id: int, on: date) -> int:
    known = set(
        EnteredTwice.objects.filter(older__in=[older.pk for older, _ in found]).values_list("older_id", "newer_id")
    )
    new = []
    for older, newer in found:
        likeness = rules.likeness(queries.keys_of(older), queries.keys_of(newer))
        apart = older.team_id and newer.team_id and likeness in rules.ASKED_ACROSS
        if likeness and (queries.together(older, newer) or apart) and (older.pk, newer.pk) not in known:
            new.append(EnteredTwice(organisation_id=organisation_id, older=older, newer=newer, found_on=on))
    EnteredTwice.objects.bulk_create(new, ignore_conflicts=True)
    asked = {pair.uid: pair.older for pair in new if not queries.together(pair.older, pair.newer)}
    # one that another request has written first is not ours to tell of
    for pair in EnteredTwice.objects.filter(uid__in=asked).order_by("pk") if asked else ():
        _ask(asked[pair.uid], pair, on)
    return len(new)


def _ask(person: Client, pair: EnteredTwice, on: date) -> None:
    """Owe the team manager of one record a line that somebody is asked for."""
    leader = queries.leader_of(person.team)
    if leader:
        notices.notify(recipients=[leader], kind=News.ENTERED_TWICE, subject=subject(pair.pk), anchor_on=on)


def subject(pair_id: int) -> str:
    """Return the key by which notices name a pair."""
    return f"twice:{pair_id}"


@transaction.atomic
def answer(*, pair_id: int, side: str, says: str, by: Member, today: date) -> EnteredTwice:
    """
    Write down what somebody who leads the team of one record says of the two. A last word is a last word.

    The other side is asked when the older one says that it is the same person, and is told nothing when it says two.

    :param side: ``older`` or ``newer``: whose record they answer for
    """
    pair = EnteredTwice.objects.select_for_update(of=("self",), no_key=True).get(pk=pair_id)
    if Answer.TWO in {pair.older_says, pair.newer_says}:
        return pair
    setattr(pair, f"{side}_says", says)
    setattr(pair, f"{side}_by", by)
    with history(by, "entered twice"):
        pair.save(update_fields=[f"{side}_says", f"{side}_by"])
    if says == Answer.SAME and side == "older" and not pair.newer_says:
        _ask(Client.objects.select_related("team__manager", "team__deputy").get(pk=pair.newer_id), pair, today)
    elif pair.agreed:
        _ask(Client.objects.select_related("team__manager", "team__deputy").get(pk=pair.older_id), pair, today)
    return pair


# One record ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def merge(
    *,
    kept_id: int,
    absorbed_id: int,
    by: Member,
    today: date,
    worker: Member | None = None,
    reason: str = "",
    chosen: safety.Chosen = MappingProxyType({}),
    versions: Mapping[int, int] | None = None,
) -> Merge:
    """
    Make two records one from today on. The kept record's worker goes on, and nobody is newly allocated.

    What the other record says about contacting them safely goes over where the kept one says nothing (`safety.carried`).

    Contacts, groups, attendance, work under way and waiting go over where the kept record has not got them already. The
    other record is not in touch, as "entered twice" (R63), and its worker's support is closed today.

    :param worker: who supports them from now on, where each record has another worker: the kept record's
    :param chosen: where both say something about that, whose words hold
    :param versions: the `Client.version` of both as they were read, by primary key
    :raises OneAlready, SaidOtherwise, KeepTheSupported, KeepWhoWaits, AnotherWorker, ReadBoth, IsToWait: see there
    """
    people = lock_people([kept_id, absorbed_id])
    kept, absorbed = people[kept_id], people[absorbed_id]
    workers = _must_be_mergeable(kept, absorbed, worker, today)
    _must_be_read(kept, absorbed, chosen, versions)
    with history(by, reason or "entered twice"):
        moved = _move(absorbed, kept, today)
        before = _rows(absorbed)
        workers += _end(absorbed, kept, by=by, today=today, reason=reason)
        made = Merge.objects.create(
            organisation_id=kept.organisation_id,
            kept=kept,
            absorbed=absorbed,
            on=today,
            by=by,
            reason=reason,
            moved=moved,
            kept_facts=_carry_over(absorbed, kept, chosen, by=by, today=today),
            before=before,
            after=_rows(absorbed),
        )
    finish_all([kept.pk, absorbed.pk], kept.organisation_id, workers=workers)
    return made


def _must_be_mergeable(kept: Client, absorbed: Client, worker: Member | None, today: date) -> list[Member]:
    """Refuse what would lose something or surprise somebody; return whose people they are."""
    if Merge.objects.standing().filter(absorbed__in=[kept, absorbed]).exists():
        raise OneAlready("One of the two has already become part of another record.")
    pair = EnteredTwice.objects.filter(older=min(kept.pk, absorbed.pk), newer=max(kept.pk, absorbed.pk))
    if pair.filter(Q(older_says=Answer.TWO) | Q(newer_says=Answer.TWO)).exists():
        raise SaidOtherwise("Another person has said meanwhile that these are two people.")
    theirs, goes = _supported_by(kept, today), _supported_by(absorbed, today)
    if goes and not theirs:
        raise KeepTheSupported(f"Keep the record that {goes[0].name} supports. Then nothing changes for them.")
    if goes and theirs and goes[0] != theirs[0] and worker != theirs[0]:
        raise AnotherWorker(
            f"{theirs[0].name} supports one of the records and {goes[0].name} the other. "
            "Keep the record of the worker who goes on."
        )
    if not theirs and tier_of(kept, today) == Tier.INACTIVE and _waits_by_tier(absorbed, today):
        raise KeepWhoWaits(f"Keep {absorbed.ref}: they wait for a worker there, and {kept.ref} is not in touch now.")
    return theirs + goes


def _must_be_read(kept: Client, absorbed: Client, chosen: safety.Chosen, versions: Mapping[int, int] | None) -> None:
    """Refuse while nobody has read what both say now about contacting them safely, and said what holds."""
    if versions is not None and versions != {each.pk: each.version for each in (kept, absorbed)}:
        raise ReadBoth("One of the records was changed since you opened this page. Read both again, then answer.")
    if undecided := safety.undecided(kept, absorbed, chosen):
        labels = ", ".join(safety.FACTS[name].label.lower() for name in undecided)
        raise ReadBoth(f"The records differ in {labels}. Read both, then choose which is right.")


def _carry_over(absorbed: Client, kept: Client, chosen: safety.Chosen, *, by: Member, today: date) -> dict[str, dict]:
    """Write on the kept record what either says about contacting them safely; return what it said before and says now."""
    before, after = safety.said_by(kept), safety.carried(kept, absorbed, chosen)
    _say(kept, after, by=by, today=today)
    return {"before": before, "after": after}


def _say(person: Client, words: Mapping, *, by: Member, today: date) -> None:
    if words == safety.said_by(person):
        return
    for name, value in words.items():
        setattr(person, name, value)
    must_not_be_about_to_wait(person)
    person.version += 1
    person.save()
    keep_choice(person, by=by, on=today)


def _waits_by_tier(person: Client, today: date) -> bool:
    """Return whether somebody waits though nobody has written a referral, which would go over."""
    waits = tier_of(person, today) != Tier.INACTIVE and not _supported_by(person, today)
    return waits and not Referral.objects.standing().filter(client=person).exists()


def _supported_by(person: Client, today: date) -> list[Member]:
    """Return who supports somebody now, then those who are to from a day ahead."""
    standing = Allocation.objects.filter(lasts_half_open(today), client=person, closed_on=None)
    return [allocation.worker for allocation in standing.select_related("worker").order_by("starts_on")]


def _move(absorbed: Client, kept: Client, today: date) -> dict[str, list[int]]:
    """Give the kept record what it has not got; return the primary keys by table."""
    theirs = Attendance.objects.filter(session=OuterRef("session"), client=kept)
    both_came = Attendance.objects.filter(Exists(theirs), client=absorbed)
    rows = [
        Contact.objects.filter(client=absorbed).exclude(attendance__in=both_came),
        Attendance.objects.filter(client=absorbed).exclude(pk__in=both_came.values("pk")),
        GroupMember.objects.filter(pk__in=_memberships_apart(absorbed, kept)),
    ]
    if not Referral.objects.standing().filter(client=kept).exists() and not _supported_by(kept, today):
        rows.append(Referral.objects.standing().filter(client=absorbed))
    moved = {each.model._meta.label_lower: list(each.values_list("pk", flat=True).order_by("pk")) for each in rows}
    for label, keys in moved.items():
        apps.get_model(label).objects.filter(pk__in=keys).update(client=kept)
    for _, also in people_merged.send(Client, absorbed_id=absorbed.pk, kept_id=kept.pk, on=today):
        moved |= also
    return {label: list(keys) for label, keys in moved.items() if keys}


def _memberships_apart(absorbed: Client, kept: Client) -> list[int]:
    """Return the times in a group in which the kept record was not in the same group."""

    def overlap(one: GroupMember, other: GroupMember) -> bool:
        begins = max(one.starts_on, other.starts_on)
        return dates.contains(one.starts_on, one.ends_before, begins) and dates.contains(
            other.starts_on, other.ends_before, begins
        )

    theirs = list(GroupMember.objects.filter(client=kept))
    return [
        each.pk
        for each in GroupMember.objects.filter(client=absorbed)
        if not any(each.group_id == other.group_id and overlap(each, other) for other in theirs)
    ]


def _end(absorbed: Client, kept: Client, *, by: Member, today: date, reason: str) -> list[Member]:
    """End what would go on beside the kept record; return whose person they were."""
    after = today + dates.DAY
    TemporaryMove.objects.standing().filter(client=absorbed).update(
        settled_on=today, settled_by=by, settled_as=MoveEnd.OVERTAKEN
    )
    for model in (GroupMember, Cover):
        model.objects.filter(client=absorbed, starts_on__gt=today).delete()
        model.objects.on(after).filter(client=absorbed).update(ends_before=after)
    ended_as = ReferralEnd.ALLOCATED if _supported_by(kept, today) else ReferralEnd.MOVED_ON
    drop_planned_waiting([absorbed.pk], today)
    Referral.objects.standing().filter(client=absorbed).update(ended_on=today, ended_as=ended_as)
    drop_plans(absorbed, today)
    if tier_of(absorbed, today) != Tier.INACTIVE:
        words = {"reason": reason, "moved_on": MovedOn.DUPLICATE}
        set_tier(absorbed, Tier.INACTIVE, today, by=by, today=today, **words)
    return close_current(absorbed, today, today=today)


def _rows(person: Client) -> dict[str, list[dict]]:
    """Return what may end on a record, by table, as it can be put there again."""
    rows = {model: model.objects.filter(**{WHOSE.get(model, "client"): person}).order_by("pk") for model in ENDED}
    return {model._meta.label_lower: json.loads(serializers.serialize("json", rows[model])) for model in ENDED}


# Two records again --------------------------------------------------------------------------------------------------


@transaction.atomic
def take_apart(*, client_id: int, merge_id: int | None, by: Member, today: date) -> Merge:
    """
    Take back that a record became one with another: they are two people after all, and are not asked about again.

    What went over and is still there goes back; the other record's support stands again as before, with no new-allocation
    point. What was written since stays with the kept record.

    :param client_id: either of the two
    :param merge_id: the merge as it was shown; of several only the last one can be taken back
    :raises NothingToTakeApart: if no merge of theirs stands, or another is the last one since
    :raises ChangedSince: if the other record was changed, a month reported or a worker left since, or the kept record goes on in
        a third one
    """
    found = queries.standing_merge(Client.objects.get(pk=client_id))
    people = lock_people([found.kept_id, found.absorbed_id]) if found else {}
    found = Merge.objects.standing().filter(pk=merge_id).first() if found and found.pk == merge_id else None
    if found is None:
        raise NothingToTakeApart("These are two records already.")
    kept, absorbed = people[found.kept_id], people[found.absorbed_id]
    workers = _must_be_as_left(found, kept, absorbed, today)
    with history(by, "two people after all"):
        try:
            with transaction.atomic():
                _put_back(found)
                _say(kept, _own_words(found, kept), by=by, today=today)
        except IntegrityError as error:
            raise ChangedSince(
                f"What belongs to {absorbed.ref} has changed since, so this cannot be undone."
            ) from error
        found.undone_on, found.undone_by = today, by
        found.save(update_fields=["undone_on", "undone_by"])
        _say_two(kept, absorbed, by, today)
    finish_all([kept.pk, absorbed.pk], kept.organisation_id, workers=workers)
    return found


def _must_be_as_left(found: Merge, kept: Client, absorbed: Client, today: date) -> list[Member]:
    """Refuse what contradicts something written since; return whose people they are."""
    if Merge.objects.standing().filter(absorbed=kept).exists():
        raise ChangedSince(f"{kept.ref} has become part of another record itself. Undo that first.")
    now = _rows(absorbed)
    if any(now[label] != rows for label, rows in found.after.items()):
        raise ChangedSince(f"{absorbed.ref} has changed since, so it cannot be restored.")
    again = [row for row in found.before["caseload.allocation"] if row not in found.after["caseload.allocation"]]
    theirs = list(Member.objects.filter(pk__in={row["fields"]["worker"] for row in again}).order_by("pk"))
    for worker in theirs:
        if not worker.active or worker.leavings.gone(today).exists():
            raise ChangedSince(f"{worker.name} supported {absorbed.ref} and does not work here now.")
    workers = theirs + (_supported_by(kept, today) if theirs or len(found.moved) else [])
    after = found.on + dates.DAY
    first = unreported_from([worker.pk for worker in workers], after)
    if first != after:
        raise ChangedSince(f"The report of {first - dates.DAY:%B %Y} is sent, and counts them as one person.")
    return workers


def _put_back(found: Merge) -> None:
    for label, keys in found.moved.items():
        apps.get_model(label).objects.filter(pk__in=keys, client=found.kept_id).update(client=found.absorbed_id)
    # A person who waited on the record waits again: what ended it since was about the other person.
    referrals = Referral.objects.filter(
        pk__in=found.moved.get(Referral._meta.label_lower, []), client=found.absorbed_id
    )
    referrals.exclude(ended_on=None).update(ended_on=None, ended_as="")
    ended = [model for model in ENDED if model._meta.label_lower in found.before]
    for model in reversed(ended):
        label = model._meta.label_lower
        were = {row["pk"] for row in found.before[label]}
        model.objects.filter(pk__in=[row["pk"] for row in found.after[label] if row["pk"] not in were]).delete()
    for model in ended:
        label = model._meta.label_lower
        for row in serializers.deserialize(
            "python", [row for row in found.before[label] if row not in found.after[label]]
        ):
            row.save()
    decided = Allocation.objects.filter(client=found.absorbed_id, closed_on=None).values("close_decided_on")
    Reminder.objects.filter(client=found.absorbed_id, kind=Finding.WINDOW, anchor_on__in=decided).update(
        cancelled_at=None
    )


def _own_words(found: Merge, kept: Client) -> dict:
    """Return what the kept record said by itself about contacting them safely; what was written since stands."""
    before, after = (found.kept_facts.get(when, {}) for when in ("before", "after"))
    now = safety.said_by(kept)
    return now | {name: words for name, words in before.items() if now[name] == after[name]}


def _say_two(kept: Client, absorbed: Client, by: Member, today: date) -> None:
    older, newer = sorted((kept, absorbed), key=lambda each: each.pk)
    said = {"older_says": Answer.TWO, "older_by": by, "newer_says": Answer.TWO, "newer_by": by}
    of = {"organisation_id": kept.organisation_id, "found_on": today}
    EnteredTwice.objects.update_or_create(older=older, newer=newer, defaults=said, create_defaults=of | said)
