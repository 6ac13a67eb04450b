"""
Merge two records of one person.

Both are locked first. Rows that go over change their person and nothing else; rows that end on the other record are
kept as they were, so that undoing the merge restores the same rows.
"""

import json
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from django.apps import apps
from django.core import serializers
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from peerload.core import dates
from peerload.core.periods import lasts_half_open
from peerload.staff.models import Member

from ...actions import Refused, history, lock_people
from ...actions.choices import keep_choice
from ...actions.closing import close_current
from ...actions.people import must_not_be_about_to_wait
from ...actions.tiers import drop_plans, finish_all, set_tier, tier_of
from ...actions.waiting import drop_planned_waiting
from ...enums import DuplicateAnswer, MovedOn, MoveEnd, ReferralEnd, Tier
from ...models import (
    Allocation,
    Attendance,
    Client,
    Consent,
    Contact,
    Cover,
    Goal,
    GroupMember,
    Merge,
    NextStep,
    PossibleDuplicate,
    Referral,
    ReferralChange,
    TemporaryMove,
    TierPeriod,
)
from ...signals import people_merged
from .. import consents, safety

# Rows that end on the absorbed record: kept as they were, in the order in which they can be restored.
ENDED = (TierPeriod, Allocation, GroupMember, Referral, ReferralChange, Cover, TemporaryMove)
WHOSE = {ReferralChange: "referral__client"}  # where it is not the field client


class OneAlready(Refused):
    """One of the two has already become part of another record."""


class SaidOtherwise(Refused):
    """A manager has answered that they are two people."""


class KeepTheSupported(Refused):
    """The record with a worker has to be the one that stays."""


class KeepWhoWaits(Refused):
    """The record that stays is the one that waits for a worker."""


class AnotherWorker(Refused):
    """Each record has a worker, and the one to continue was not chosen, or has changed since."""


class ReadBoth(Refused):
    """The records differ in how to contact the person safely, and no one has read both and chosen."""


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
    Merge two records from today on. The kept record's worker continues, and no one is newly allocated.

    What the other record says about contacting them safely goes over where the kept one says nothing (`safety.carried`).

    Contacts, next steps, goals, consents, groups, attendance, work under way and waiting go over where the kept record has
    not got them already. A consent that the other record says was withdrawn is withdrawn (R130). The other record
    is not in touch, as "entered twice" (R63), and its worker's support is closed today.

    :param worker: who supports them from now on, where each record has another worker: the kept record's
    :param chosen: where both differ in how to contact them safely, the record whose words hold
    :param versions: the `Client.version` of both as they were read, by primary key
    :raises OneAlready: if one of the two is part of another record already
    :raises SaidOtherwise: if a manager has answered that they are two people
    :raises KeepTheSupported: if only the record that would end has a worker
    :raises KeepWhoWaits: if only the record that would end waits for a worker
    :raises AnotherWorker: if each record has a worker and ``worker`` is not the kept record's
    :raises ReadBoth: if the safety words differ and no one has chosen, or a record changed since it was read
    :raises IsToWait: if they have statutory status and would be without a worker
    """
    people = lock_people([kept_id, absorbed_id])
    kept, absorbed = people[kept_id], people[absorbed_id]
    workers = _must_be_mergeable(kept, absorbed, worker, today)
    _must_be_read(kept, absorbed, chosen, versions)
    with history(by, reason or "entered twice"):
        withdrawn = consents.withdraw_what_the_other_did(kept, absorbed)
        moved = _move(absorbed, kept, today)
        before = rows_of(absorbed)
        workers += _end(absorbed, kept, by=by, today=today, reason=reason)
        made = Merge.objects.create(
            organisation_id=kept.organisation_id,
            kept=kept,
            absorbed=absorbed,
            on=today,
            by=by,
            reason=reason,
            moved=moved,
            kept_facts=_carry_over(absorbed, kept, chosen, by=by, today=today) | {"consents": withdrawn},
            before=before,
            after=rows_of(absorbed),
        )
    finish_all([kept.pk, absorbed.pk], kept.organisation_id, today=today, workers=workers)
    return made


def _must_be_mergeable(kept: Client, absorbed: Client, worker: Member | None, today: date) -> list[Member]:
    """Refuse a merge that would lose data or surprise a worker; return the workers of both."""
    if Merge.objects.standing().filter(absorbed__in=[kept, absorbed]).exists():
        raise OneAlready(_("One of the two has already become part of another record."))
    pair = PossibleDuplicate.objects.filter(older=min(kept.pk, absorbed.pk), newer=max(kept.pk, absorbed.pk))
    if pair.filter(Q(older_says=DuplicateAnswer.TWO) | Q(newer_says=DuplicateAnswer.TWO)).exists():
        raise SaidOtherwise(_("Another person has said meanwhile that these are two people."))
    theirs, goes = supported_by(kept, today), supported_by(absorbed, today)
    if goes and not theirs:
        raise KeepTheSupported(
            _("Keep the record that %(worker)s supports. Then nothing changes for them.") % {"worker": goes[0].name}
        )
    if goes and theirs and goes[0] != theirs[0] and worker != theirs[0]:
        raise AnotherWorker(
            _(
                "%(other)s supports one of the records and %(worker)s the other. Keep the record of the worker who "
                "will support this person."
            )
            % {"other": theirs[0].name, "worker": goes[0].name}
        )
    if not theirs and tier_of(kept, today) == Tier.INACTIVE and _waits_by_tier(absorbed, today):
        raise KeepWhoWaits(
            _("Keep %(ref)s. In that record the person waits for a worker. In %(kept)s they are not in touch now.")
            % {"ref": absorbed.ref, "kept": kept.ref}
        )
    return theirs + goes


def _must_be_read(kept: Client, absorbed: Client, chosen: safety.Chosen, versions: Mapping[int, int] | None) -> None:
    """Refuse unless a member has read both records' current safety words and chosen between them."""
    if versions is not None and versions != {each.pk: each.version for each in (kept, absorbed)}:
        raise ReadBoth(_("One of the records was changed since you opened this page. Read both again, then answer."))
    if undecided := safety.undecided(kept, absorbed, chosen):
        labels = ", ".join(safety.FACTS[name].label.lower() for name in undecided)
        raise ReadBoth(
            _("The records differ in %(labels)s. Read both, then choose which is right.") % {"labels": labels}
        )


def _carry_over(absorbed: Client, kept: Client, chosen: safety.Chosen, *, by: Member, today: date) -> dict[str, dict]:
    """Write the merged safety words on the kept record; return its words before and after."""
    before, after = safety.said_by(kept), safety.carried(kept, absorbed, chosen)
    say(kept, after, by=by, today=today)
    return {"before": before, "after": after}


def say(person: Client, words: Mapping, *, by: Member, today: date) -> None:
    """Write words on a record about contacting the person safely."""
    if words == safety.said_by(person):
        return
    for name, value in words.items():
        setattr(person, name, value)
    must_not_be_about_to_wait(person, today)
    person.version += 1
    person.save()
    keep_choice(person, by=by, on=today)


def _waits_by_tier(person: Client, today: date) -> bool:
    """Return whether a person waits without a referral, which would go over."""
    waits = tier_of(person, today) != Tier.INACTIVE and not supported_by(person, today)
    return waits and not Referral.objects.standing().filter(client=person).exists()


def supported_by(person: Client, today: date) -> list[Member]:
    """Return a person's current worker, then those of planned allocations."""
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
        NextStep.objects.filter(client=absorbed),
        Goal.objects.filter(client=absorbed),
        Consent.objects.filter(client=absorbed),
    ]
    if not Referral.objects.standing().filter(client=kept).exists() and not supported_by(kept, today):
        rows.append(Referral.objects.standing().filter(client=absorbed))
    moved = {each.model._meta.label_lower: list(each.values_list("pk", flat=True).order_by("pk")) for each in rows}
    for label, keys in moved.items():
        apps.get_model(label).objects.filter(pk__in=keys).update(client=kept)
    for __, also in people_merged.send(Client, absorbed_id=absorbed.pk, kept_id=kept.pk, on=today):
        moved |= also
    return {label: list(keys) for label, keys in moved.items() if keys}


def _memberships_apart(absorbed: Client, kept: Client) -> list[int]:
    """Return the group memberships in which the kept record was not in the same group."""

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
    """End what would duplicate the kept record; return the workers of the absorbed one."""
    after = today + dates.DAY
    TemporaryMove.objects.standing().filter(client=absorbed).update(
        settled_on=today, settled_by=by, settled_as=MoveEnd.OVERTAKEN
    )
    for model in (GroupMember, Cover):
        model.objects.filter(client=absorbed, starts_on__gt=today).delete()
        model.objects.on(after).filter(client=absorbed).update(ends_before=after)
    ended_as = ReferralEnd.ALLOCATED if supported_by(kept, today) else ReferralEnd.MOVED_ON
    drop_planned_waiting([absorbed.pk], today)
    Referral.objects.standing().filter(client=absorbed).update(ended_on=today, ended_as=ended_as)
    drop_plans(absorbed, today)
    if tier_of(absorbed, today) != Tier.INACTIVE:
        words = {"reason": reason, "moved_on": MovedOn.DUPLICATE}
        set_tier(absorbed, Tier.INACTIVE, today, by=by, today=today, **words)
    return close_current(absorbed, today, today=today)


def rows_of(person: Client) -> dict[str, list[dict]]:
    """Return what may end on a record, by table, as it can be put there again."""
    rows = {model: model.objects.filter(**{WHOSE.get(model, "client"): person}).order_by("pk") for model in ENDED}
    return {model._meta.label_lower: json.loads(serializers.serialize("json", rows[model])) for model in ENDED}
