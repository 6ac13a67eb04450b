"""The support a person has: changing it, keeping in touch."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core import dates, events
from peerload.core.formats import format_day
from peerload.core.translation import LazyText
from peerload.staff.models import Member

from ..enums import ACTIVE_TIERS, Tier
from ..models import Client, Contact, ReplacedParking, TierPeriod
from .derived_columns import refresh
from .locking import Refused, history, lock_person
from .reminders import refresh_reminders


class NotYet(Refused):
    """That day has not come."""


class BeforeWhatStands(Refused):
    """The day lies before a later record; changing it would rewrite the past."""


class SameSupport(Refused):
    """The person has this support already."""


class NotActive(Refused):
    """Only a person with high, medium or group support can be parked."""


class NotInTouch(Refused):
    """The person is not in touch now; they come back by being supported again."""


class NeedsTier(Refused):
    """A person who is supported has high, medium or group support."""


class NeedsReason(Refused):
    """The decision needs a reason."""


WORDS: dict[str, LazyText] = {
    Tier.HIGH: gettext_lazy("high-intensity support"),
    Tier.MEDIUM: gettext_lazy("medium-intensity support"),
    Tier.GROUP: gettext_lazy("group support"),
    Tier.PARKED: gettext_lazy("keeping in touch"),
    Tier.INACTIVE: gettext_lazy("not in touch now"),
}


@transaction.atomic
def change_tier(*, client_id: int, on: date, tier: str, reason: str, by: Member, today: date) -> TierPeriod:
    """
    Change a person's support from a day on, which may lie ahead; from keeping in touch it is support again (R55).

    :raises NotInTouch: if they are not in touch now
    :raises SameSupport: if they have this support already
    :raises BeforeWhatStands: if another tier has begun since that day
    :raises NeedsTier: if the tier is not high, medium or group support
    """
    person = lock_person(client_id)
    must_be_active(tier)
    if tier_of(person, on) == Tier.INACTIVE:
        raise NotInTouch(_("%(person)s is not in touch now. Support them again first.") % {"person": person.name})
    with history(by, reason or "support changed"):
        period = set_tier(person, tier, on, by=by, reason=reason, today=today)
    finish(person, today=today)
    return period


@transaction.atomic
def keep_in_touch(*, client_id: int, on: date, today: date, talked: bool, reason: str, by: Member) -> TierPeriod:
    """
    Park a person: from this day on they are contacted every six weeks (P04, P05).

    :param talked: whether worker and person agreed on it together; if not, the six weeks run from the last contact
        before (R50)
    :raises NotYet: if the day lies ahead
    :raises NotActive: if they are not supported that day
    """
    person = lock_person(client_id)
    if on > today:
        raise NotYet(
            _("%(day)s has not come yet. Keeping in touch begins today or began earlier.") % {"day": format_day(on)}
        )
    held = tier_of(person, on)
    if held == Tier.PARKED:
        raise SameSupport(_("You are keeping in touch with %(person)s already.") % {"person": person.name})
    if held not in ACTIVE_TIERS:
        raise NotActive(
            _("%(person)s has no support on %(day)s that could turn into keeping in touch.")
            % {"person": person.name, "day": format_day(on)}
        )
    with history(by, reason or "keeping in touch"):
        period = set_tier(person, Tier.PARKED, on, by=by, reason=reason, talked=talked, today=today)
    finish(person, today=today)
    return period


def set_tier(
    person: Client,
    tier: str,
    on: date,
    *,
    by: Member | None,
    today: date,
    reason: str = "",
    talked: bool = True,
    moved_on: str = "",
    because_of: Contact | None = None,
    again: bool = False,
) -> TierPeriod:
    """
    Write a tier from a day on; it ends the current one, and a planned one stays.

    On the first day of the current one it replaces it, so that a person has one tier a day. The history keeps both.

    :param again: whether the current tier may be written once more, with a new reason
    :raises SameSupport: if it is the current tier
    :raises BeforeWhatStands: if another tier has begun since that day
    """
    _must_not_precede(person, on, today)
    said_now: dict[str, Any] = {
        "reason": reason,
        "by": by,
        "talked": talked,
        "moved_on": moved_on,
        "because_of": because_of,
    }
    held = TierPeriod.objects.on(on).filter(client=person).first()
    if held and held.tier == tier and not again:
        words = {"person": person.name, "words": WORDS[held.tier], "day": format_day(held.starts_on)}
        raise SameSupport(_("%(person)s has had “%(words)s” since %(day)s already.") % words)
    if held and held.starts_on == on:
        return _replaced(held, tier, said_now)
    if held:
        ends_before, held.ends_before = held.ends_before, on
        held.save(update_fields=["ends_before"])
    else:
        ahead = TierPeriod.objects.filter(client=person, starts_on__gt=on).order_by("starts_on").first()
        ends_before = ahead.starts_on if ahead else None
    return TierPeriod.objects.create(
        organisation_id=person.organisation_id,
        client=person,
        tier=tier,
        starts_on=on,
        ends_before=ends_before,
        **said_now,
    )


def _must_not_precede(person: Client, on: date, today: date) -> None:
    latest = (
        TierPeriod.objects.filter(client=person, starts_on__gt=on, starts_on__lte=today).order_by("starts_on").last()
    )
    if latest:
        raise BeforeWhatStands(
            _("%(person)s has had “%(words)s” since %(day)s. Choose that day or a later one.")
            % {"day": format_day(latest.starts_on), "words": WORDS[latest.tier], "person": person.name}
        )


def _replaced(held: TierPeriod, tier: str, said_now: dict[str, Any]) -> TierPeriod:
    if said_now["because_of"]:
        _keep_replaced(held)
    TierPeriod.objects.filter(pk=held.pk).update(tier=tier, automatic=False, **said_now)
    held.refresh_from_db()
    return held


def _keep_replaced(held: TierPeriod) -> None:
    """Keep the details of keeping in touch before a contact replaces it: the contact may have been logged in error."""
    if held.tier == Tier.PARKED:
        said_before = {"talked": held.talked, "reason": held.reason, "by": held.by}
        ReplacedParking.objects.update_or_create(period=held, defaults=said_before)


def drop_plans(person: Client, after: date) -> None:
    """Delete the tiers planned after a day: the tier of that day then has no end."""
    planned = TierPeriod.objects.filter(client=person, starts_on__gt=after)
    if planned.exists():
        planned.delete()
        TierPeriod.objects.filter(client=person, ends_before__gt=after).update(ends_before=None)


def go_on_after(person: Client, day: date) -> None:
    """Let the tier of a day continue, and cancel "not in touch" planned for the day after."""
    after = day + dates.DAY
    end = TierPeriod.objects.filter(client=person, tier=Tier.INACTIVE, starts_on=after).first()
    if end:
        end.delete()
        TierPeriod.objects.filter(client=person, ends_before=after).update(ends_before=end.ends_before)


def finish(person: Client, *, today: date, workers: Iterable[Member] = ()) -> None:
    """Refresh derived columns and reminders of a person, and announce that facts have changed; an action calls it last."""
    finish_all([person.pk], person.organisation_id, today=today, workers=workers)


def finish_all(
    client_ids: Collection[int], organisation_id: int, *, today: date, workers: Iterable[Member] = ()
) -> None:
    """Refresh and announce as `finish` does, for many people of one organisation at once."""
    refresh(client_ids, today)
    refresh_reminders(client_ids, today)
    events.send_facts_changed(organisation_id, people=client_ids, workers=[worker.pk for worker in workers])


def tier_of(person: Client, on: date) -> str | None:
    """Return a person's tier on a day, None while they have none."""
    return TierPeriod.objects.on(on).filter(client=person).values_list("tier", flat=True).first()


def must_be_active(tier: str) -> None:
    if tier not in ACTIVE_TIERS:
        raise NeedsTier(_("Choose high, medium or group support."))
