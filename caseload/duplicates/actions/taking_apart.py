"""Undoing a merge of two records."""

from datetime import date

from django.apps import apps
from django.core import serializers
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from peerload.core import dates
from peerload.core.formats import format_month
from peerload.staff.models import Member

from ...actions import Refused, history, lock_people
from ...actions.allocations import unreported_from
from ...actions.tiers import finish_all
from ...enums import DuplicateAnswer, Finding
from ...models import Allocation, Client, Merge, PossibleDuplicate, Referral, Reminder
from .. import consents, queries, safety
from .merging import ENDED, rows_of, say, supported_by


class NothingToTakeApart(Refused):
    """The records were not one, or are two again."""


class ChangedSince(Refused):
    """Undoing the merge would contradict what has been written since."""


@transaction.atomic
def take_apart(*, client_id: int, merge_id: int | None, by: Member, today: date) -> Merge:
    """
    Undo a merge: they are two people after all, and are not asked about again.

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
        raise NothingToTakeApart(_("These are two records already."))
    kept, absorbed = people[found.kept_id], people[found.absorbed_id]
    workers = _must_be_as_left(found, kept, absorbed, today)
    with history(by, "two people after all"):
        try:
            with transaction.atomic():
                _put_back(found)
                consents.let_hold_again(found.kept_facts.get("consents", {}), [kept.pk, absorbed.pk])
                say(kept, _own_words(found, kept), by=by, today=today)
        except IntegrityError as error:
            raise ChangedSince(
                _("What belongs to %(ref)s has changed since, so this cannot be undone.") % {"ref": absorbed.ref}
            ) from error
        found.undone_on, found.undone_by = today, by
        found.save(update_fields=["undone_on", "undone_by"])
        _say_two(kept, absorbed, by, today)
    finish_all([kept.pk, absorbed.pk], kept.organisation_id, today=today, workers=workers)
    return found


def _must_be_as_left(found: Merge, kept: Client, absorbed: Client, today: date) -> list[Member]:
    """Refuse to undo a merge that later changes contradict; return the workers concerned."""
    if Merge.objects.standing().filter(absorbed=kept).exists():
        raise ChangedSince(_("%(ref)s has become part of another record itself. Undo that first.") % {"ref": kept.ref})
    now = rows_of(absorbed)
    if any(now[label] != rows for label, rows in found.after.items()):
        raise ChangedSince(_("%(ref)s has changed since, so it cannot be restored.") % {"ref": absorbed.ref})
    again = [row for row in found.before["caseload.allocation"] if row not in found.after["caseload.allocation"]]
    theirs = list(Member.objects.filter(pk__in={row["fields"]["worker"] for row in again}).order_by("pk"))
    for worker in theirs:
        if not worker.active or worker.leavings.gone(today).exists():
            raise ChangedSince(
                _("%(worker)s supported %(ref)s and does not work here now, so this cannot be undone.")
                % {"worker": worker.name, "ref": absorbed.ref}
            )
    workers = theirs + (supported_by(kept, today) if theirs or len(found.moved) else [])
    after = found.on + dates.DAY
    first = unreported_from([worker.pk for worker in workers], after)
    if first != after:
        raise ChangedSince(
            _("The report for %(month)s is sent and counts one person, so this cannot be undone.")
            % {"month": format_month(first - dates.DAY)}
        )
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
    """Return the kept record's own words about contacting them safely; later words stay."""
    before, after = (found.kept_facts.get(when, {}) for when in ("before", "after"))
    now = safety.said_by(kept)
    return now | {name: words for name, words in before.items() if now[name] == after[name]}


def _say_two(kept: Client, absorbed: Client, by: Member, today: date) -> None:
    older, newer = sorted((kept, absorbed), key=lambda each: each.pk)
    said = {"older_says": DuplicateAnswer.TWO, "older_by": by, "newer_says": DuplicateAnswer.TWO, "newer_by": by}
    of = {"organisation_id": kept.organisation_id, "found_on": today}
    PossibleDuplicate.objects.update_or_create(older=older, newer=newer, defaults=said, create_defaults=of | said)
