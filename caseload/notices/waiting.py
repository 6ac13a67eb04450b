"""Who waits for a worker."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peerload.core import clock
from peerload.core.formats import format_day
from peerload.notices.kinds import FirstPageLine, Reader, keys_of
from peerload.notices.models import Notice
from peerload.staff.queries import LeaderKeys, leader_keys

from ..models import Client, Referral
from .lines import from_later, of_people


def still_waiting(notices: list[Notice]) -> set[int]:
    """Return the notices about people who still wait, with that day, sent to the person responsible or the team manager."""
    rows = Referral.objects.standing().filter(client__in=keys_of(notices))
    found = {client: told for client, *told in rows.values_list("client", "due_on", "owner", "client__team")}
    leaders = _leaders({team for __, __, team in found.values() if team}, notices)
    nobody = (None, None, None)
    return {
        notice.pk
        for notice in notices
        for due_on, owner, team in [found.get(notice.key, nobody)]
        if notice.anchor_on == due_on and notice.recipient_id in {owner, *leaders.get(team or 0, ())}
    }


def _leaders(team_ids: set[int], notices: list[Notice]) -> dict[int, LeaderKeys]:
    """Return who leads these teams today."""
    return leader_keys(team_ids, clock.today(notices[0].organisation)) if team_ids else {}


def still_responsible(notices: list[Notice]) -> set[int]:
    """Return the notices about people who still wait and are the recipient's responsibility."""
    rows = Referral.objects.standing().filter(client__in=keys_of(notices))
    owners = dict(rows.values_list("client", "owner"))
    return {notice.pk for notice in notices if owners.get(notice.key) == notice.recipient_id}


def still_waiting_here(notices: list[Notice]) -> set[int]:
    """Return the notices about people without a worker, of a team the recipient leads."""
    on = clock.today(notices[0].organisation)
    people = Client.objects.filter(pk__in=keys_of(notices)).with_worker(on)
    people = people.filter(Q(worker_id=None) | Q(worker_left=True))
    teams = dict(people.values_list("pk", "team"))
    leaders = _leaders({team for team in teams.values() if team}, notices)
    return {notice.pk for notice in notices if notice.recipient_id in leaders.get(teams.get(notice.key) or 0, ())}


def waits(person: Client, notice: Notice, reader: Reader) -> str:
    """Say by which day the next step was or is due."""
    words = (
        _("Waits for a worker. The next step was due by %(day)s")
        if notice.anchor_on < reader.on
        else _("Waits for a worker. The next step is due by %(day)s")
    )
    return words % {"day": format_day(notice.anchor_on)}


def waits_for(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """
    Return lines about waiting people that the reader is responsible for; without a name if that begins on a later day.
    """
    shown = of_people(lambda person, notice, reader: _("Waits for a worker. You are responsible"), "person-exclamation")
    return shown(notices, reader) + from_later(
        notices,
        reader,
        lambda count: ngettext(
            "%(count)d person waits for a worker, and you are responsible",
            "%(count)d people wait for a worker, and you are responsible",
            count,
        ),
    )
