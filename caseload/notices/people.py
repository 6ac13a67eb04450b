"""Notices about contacts due, the end of keeping in touch, decisions to close, new people, and requests for no contact."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peerload.core.formats import format_day
from peerload.notices.kinds import FirstPageLine, Reader, keys_of, matching
from peerload.notices.models import Notice

from .. import rules
from ..enums import ContactPreference, ContactState, Tier
from ..models import Allocation, Client, PleaseDont
from ..queries.in_touch import next_due
from ..queries.people import is_with
from ..queries.settings import cadence_of
from .lines import from_later, line_of, seen_by


def still_due(notices: list[Notice]) -> set[int]:
    """Return the notices whose six weeks still count from the same day, about people who may be contacted."""
    parked = Client.objects.filter(tier=Tier.PARKED, contact_preference=ContactPreference.OK, support_wanted_on=None)
    return matching(notices, parked, "six_weeks_from")


def still_for_review(notices: list[Notice]) -> set[int]:
    """Return the notices about people kept in touch with since the same day."""
    return matching(notices, Client.objects.filter(tier=Tier.PARKED), "parked_on")


def still_not_in_touch(notices: list[Notice]) -> set[int]:
    """Return the notices about people who are not in touch since the same day."""
    return matching(notices, Client.objects.not_absorbed().filter(tier=Tier.INACTIVE), "tier_from")


def still_open(notices: list[Notice]) -> set[int]:
    """Return the notices about decisions to close still in force and not carried out."""
    return matching(notices, Allocation.objects.filter(closed_on=None), "close_decided_on", key="client_id")


def still_with(notices: list[Notice]) -> set[int]:
    """Return the notices about allocations that still begin that day and are neither closed nor given to another worker."""
    return matching(notices, Allocation.objects.filter(closed_on=None, ends_before=None), "starts_on")


def still_to_agree(notices: list[Notice]) -> set[int]:
    """Return the notices about people who still ask not to be contacted since that day, without agreement yet."""
    wanted = PleaseDont.objects.standing().filter(agreed_on=None).exclude(client__tier=Tier.INACTIVE)
    asked = dict(wanted.filter(client__in=keys_of(notices)).values_list("client", "asked_on"))
    return {
        notice.pk
        for notice in notices
        if (key := notice.key) in asked
        and asked[key] in {None, notice.anchor_on}  # None: a sheet does not say since when
    }


def contacts(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about contacts with other workers' people; the reader's own are under Contacts to make."""
    about = {notice.key: notice for notice in notices}
    people = seen_by(reader, about).exclude(is_with(reader.member, reader.on)).order_by("six_weeks_from", "pk")
    every = cadence_of(reader.member.organisation)
    return [line_of(person, _contact(person, reader.on, every), "clock-history") for person in people]


def _contact(person: Client, on: date, every: rules.Cadence) -> str:
    due = next_due(person.six_weeks_from, on, every)
    words = {
        ContactState.OVERDUE: ngettext("Contact %(count)d day overdue", "Contact %(count)d days overdue", due.days),
        ContactState.DUE: _("Contact due today"),
        ContactState.UPCOMING: _("Contact due on %(day)s"),
    }[due.state] % {"count": due.days, "day": format_day(due.on)}
    if person.worker_name and not person.worker_left:
        return _("%(contact)s; with %(worker)s") % {"contact": words, "worker": person.worker_name}
    return _("%(contact)s; no worker now") % {"contact": words}


def ended(person: Client, notice: Notice, reader: Reader) -> str:
    """Say since when keeping in touch has ended."""
    weeks = reader.member.organisation.inactive_weeks
    return _("Not in touch now since %(day)s, after %(weeks)s weeks of keeping in touch. You can undo it.") % {
        "day": format_day(notice.anchor_on),
        "weeks": weeks,
    }


def newly_with(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about people newly with the reader who are not under New with you: from a later day, or long since."""
    on_page = not reader.leads
    since = {n.key: n.anchor_on for n in notices if not (on_page and rules.is_new(n.anchor_on, reader.on))}
    people = Client.objects.visible_to(reader.member, reader.on)
    held = Allocation.objects.on(reader.on).filter(pk__in=since, client__in=people).select_related("client")
    lines = [
        line_of(each.client, _("With you since %(day)s") % {"day": format_day(each.starts_on)}, "person-plus")
        for each in held.order_by("pk")
    ]
    return lines + from_later(
        notices,
        reader,
        lambda count: ngettext("%(count)d person is newly with you", "%(count)d people are newly with you", count),
    )
