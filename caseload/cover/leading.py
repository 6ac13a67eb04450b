"""Teams that no one at work leads, and a service without a service manager at work: since when, and who can change it."""

from collections.abc import Collection
from datetime import date

from peerload.notices import actions as notices
from peerload.notices.actions import NewNotice
from peerload.staff.enums import Role
from peerload.staff.models import Absence, Member, Organisation, Team
from peerload.staff.queries import leader_keys, leaders_of

from ..enums import AbsenceNews
from ..queries.teams import teams_with_somebody


def not_led_since(organisation: Organisation, on: date) -> dict[int, date]:
    """
    Return the teams with workers or people that no one at work leads on a day, with the first day of that (R179).

    A team whose manager and deputy have left or were never named has no such day; admins name another one.
    """
    teams = list(Team.objects.filter(organisation=organisation).values_list("pk", flat=True))
    to_lead = teams_with_somebody([team for team, found in leaders_of(teams, on).items() if not found.is_led], on)
    leaders = leader_keys(to_lead, on) if to_lead else {}
    since = _away_since({key for each in leaders.values() for key in each.in_order}, on)
    days = {team: [since[key] for key in each.in_order if key in since] for team, each in leaders.items()}
    return {team: max(found) for team, found in days.items() if found}


def no_service_manager_since(organisation: Organisation, on: date) -> date | None:
    """Return since when no service manager of a service is at work; None where one is, or where it has none (R180)."""
    members = Member.objects.active().filter(organisation=organisation, role=Role.SERVICE_MANAGER)
    if members.at_work(on).exists():
        return None
    return max(_away_since(set(members.values_list("pk", flat=True)), on).values(), default=None)


def _away_since(members: Collection[int], on: date) -> dict[int, date]:
    return dict(Absence.objects.on(on).filter(worker__in=members).values_list("worker", "starts_on")) if members else {}


def may_name(organisation: Organisation, on: date) -> list[int]:
    """Return who is asked to name who acts (R170): service managers at work, else admins at work, else all admins."""
    above = Member.objects.active().filter(organisation=organisation, role__in=[Role.SERVICE_MANAGER, Role.ADMIN])
    found = list(above.order_by("pk").values_list("pk", "role"))
    here = set(above.at_work(on).values_list("pk", flat=True))
    choices = [
        [pk for pk, role in found if role == Role.SERVICE_MANAGER and pk in here],
        [pk for pk, role in found if role == Role.ADMIN and pk in here],
        [pk for pk, role in found if role == Role.ADMIN],
    ]
    return next((each for each in choices if each), [])


def notify_of_missing_leads(organisation: Organisation, on: date) -> int:
    """
    Notify once who can name who acts about each team that no one at work leads, and admins that no service manager is there.

    So nothing that waits for a manager waits unseen: who is named finds all of it on the team's page.
    """
    lines = []
    if teams := not_led_since(organisation, on):
        told = may_name(organisation, on)
        lines += [NewNotice(key, AbsenceNews.NOT_LED, f"team:{pk}", day) for pk, day in teams.items() for key in told]
    if since := no_service_manager_since(organisation, on):
        admins = Member.objects.active().filter(organisation=organisation, role=Role.ADMIN)
        about = (AbsenceNews.NO_SERVICE_MANAGER, f"service:{organisation.pk}", since)
        lines += [NewNotice(key, *about) for key in admins.order_by("pk").values_list("pk", flat=True)]
    return notices.notify_each(organisation.pk, lines) if lines else 0
