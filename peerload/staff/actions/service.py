"""The service itself: its settings, its teams, and the days on which it is closed."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core import events, locks
from peerload.core.folding import same_name
from peerload.core.formats import format_day

from .. import rules
from ..models import ClosureDay, Member, Organisation, Team
from ..signals import service_begun, settings_changed
from .leave_kinds import begin_leave_kinds
from .recording import Contradicts, history


@transaction.atomic
def save_team(
    *,
    organisation: Organisation,
    by: Member,
    name: str,
    manager: Member | None,
    deputy: Member | None,
    team_id: int | None = None,
) -> Team:
    """
    Add or change a team.

    :raises Contradicts: if another team of the service has the name, manager and deputy are one person, or one cannot lead
    """
    if manager and manager == deputy:
        raise Contradicts(rules.SAME_DEPUTY)
    refuse_leaders(manager, deputy)
    locks.wait_for(locks.Lock.NAMING, organisation.pk)
    team = Team.objects.get(pk=team_id, organisation=organisation) if team_id else Team(organisation=organisation)
    others = Team.objects.filter(organisation=organisation).exclude(pk=team_id).values_list("name", flat=True)
    if name != team.name and (there := same_name(name, others)):
        raise Contradicts(rules.team_there(there))
    team.name, team.manager, team.deputy = name, manager, deputy
    with history(by):
        team.save()
    return team


def refuse_leaders(manager: Member | None, deputy: Member | None) -> None:
    """
    Refuse a manager or a deputy who cannot lead a team; both are locked until the transaction ends.

    :raises Contradicts: if one of them cannot lead a team; both stay as they are until the transaction ends
    """
    keys = [member.pk for member in (manager, deputy) if member]
    rows = Member.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",), no_key=True)
    found = {row.pk: rules.Staffed(row.name, row.role, row.active) for row in rows}
    wrong = rules.cannot_lead(manager and found[manager.pk], deputy and found[deputy.pk])
    if wrong:
        raise Contradicts(" ".join(wrong.values()))


@transaction.atomic
def add_closure(*, organisation: Organisation, by: Member, on: date, label: str) -> ClosureDay:
    """
    Close the service on a day; windows of working days are counted again.

    :raises Contradicts: if it is closed that day already
    """
    with history(by):
        day, created = ClosureDay.objects.get_or_create(organisation=organisation, on=on, defaults={"label": label})
        if not created:
            raise Contradicts(_("The service is closed on %(day)s already.") % {"day": format_day(on)})
        events.send_everything_changed(organisation.pk)
    return day


@transaction.atomic
def remove_closure(*, closure_id: int, by: Member) -> None:
    """Open the service on a day again."""
    day = ClosureDay.objects.get(pk=closure_id)
    with history(by):
        day.delete()
        events.send_everything_changed(day.organisation_id)


@transaction.atomic
def edit_service(*, organisation: Organisation, by: Member, fields: dict) -> Organisation:
    """Change settings of the service; another region has other public holidays, so points are counted again."""
    row = Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    region = row.region
    for name, value in fields.items():
        setattr(row, name, value)
    with history(by):
        row.save(update_fields=list(fields))
        if row.region != region:
            events.send_everything_changed(row.pk)
        settings_changed.send(Organisation, organisation=row)
    return row


@transaction.atomic
def begin_service(*, code: str, name: str, timezone: str, region: str) -> Organisation:
    """
    Make an empty service.

    :raises ValidationError: if a value is none
    """
    organisation = Organisation(code=code, name=name, timezone=timezone, region=region)
    organisation.full_clean()
    organisation.save()
    begin_leave_kinds(organisation)
    service_begun.send(Organisation, organisation=organisation)
    return organisation
