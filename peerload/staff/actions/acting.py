"""Who acts in place of a manager or deputy who is away: named, another one chosen, ended before the return."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.formats import format_day
from peerload.notices import actions as notices

from .. import queries, rules
from ..models import Absence, ActingManager, Member, Team
from ..notices import ACTING_CHOSEN, ACTING_ENDED, ACTS, of_acting
from .recording import Contradicts, Refused, history


class CannotAct(Refused):
    """The member cannot act in this team from that day."""

    field = "member"


class NotThen(Refused):
    """The day is not within the absence, or has passed."""

    field = "starts_on"


@transaction.atomic
def name_acting(
    *, absence_id: int, team_id: int, member: Member, starts_on: date, by: Member, today: date
) -> ActingManager:
    """
    Name who acts in a team in place of its manager or deputy while they are away, from a day on.

    Who was named before stops acting the day before; those named for later days are not needed any more.

    :raises Contradicts: if the absent member leads that team no more
    :raises NotThen: if the day has passed, or is not within the absence
    :raises CannotAct: if the member leads the team already, may not lead, or is not at work that day
    """
    absence, team = _locked(absence_id, team_id)
    if absence.worker_id not in (team.manager_id, team.deputy_id):
        raise Contradicts(LEADS_NO_MORE % {"name": absence.worker.name, "team": team.name})
    _must_be_within(absence, starts_on, today)
    rows = list(ActingManager.objects.filter(absence=absence, team=team).order_by("starts_on"))
    now = next((row for row in rows if rules.is_away(row.starts_on, row.ends_before, starts_on)), None)
    if now and now.member_id == member.pk and now.ends_before is None:
        return now  # the same form sent again
    _must_be_able(member, team, absence, starts_on, today)
    with history(by, reason="another one acts"):
        for row in rows:
            _end(row, starts_on)
    acting = ActingManager.objects.create(
        organisation_id=team.organisation_id, team=team, member=member, absence=absence, starts_on=starts_on, by=by
    )
    _tell(acting, by, today)
    return acting


LEADS_NO_MORE = gettext_lazy("%(name)s does not lead %(team)s any more. The team is led by its new manager.")


def _locked(absence_id: int, team_id: int) -> tuple[Absence, Team]:
    """Lock an absence, then a team: as the actions do that write them."""
    absences = Absence.objects.select_for_update(of=("self",), no_key=True).select_related("worker")
    absence = absences.get(pk=absence_id)
    return absence, Team.objects.select_for_update(of=("self",), no_key=True).get(pk=team_id)


def _must_be_within(absence: Absence, starts_on: date, today: date) -> None:
    words = {"name": absence.worker.name}
    if starts_on < today:
        raise NotThen(_("%(day)s has passed. Choose today or a later day.") % {"day": format_day(starts_on)})
    if starts_on < absence.starts_on:
        words["day"] = format_day(absence.starts_on)
        raise NotThen(_("%(name)s is away from %(day)s. Choose that day or a later one.") % words)
    if absence.ends_before and starts_on >= absence.ends_before:
        words["day"] = format_day(absence.ends_before)
        raise NotThen(_("%(name)s is back on %(day)s. Choose an earlier day.") % words)


def _must_be_able(member: Member, team: Team, absence: Absence, starts_on: date, today: date) -> None:
    words = {"name": member.name, "team": team.name, "day": format_day(starts_on)}
    if member.pk in (team.manager_id, team.deputy_id):
        raise CannotAct(_("%(name)s leads %(team)s already, and needs no naming.") % words)
    if not queries.may_act(absence, team, starts_on).filter(pk=member.pk).exists():
        raise CannotAct(_("%(name)s is not at work on %(day)s, or cannot lead a team. Choose another person.") % words)


def _end(row: ActingManager, day: date) -> None:
    """End acting before a day; what has not begun by then is removed, and stays in the history."""
    if row.starts_on >= day:
        row.delete()
    elif row.ends_before is None or row.ends_before > day:
        row.ends_before = day
        row.save(update_fields=["ends_before"])


@transaction.atomic
def end_acting(*, acting_id: int, ends_before: date, by: Member, today: date) -> None:
    """
    End acting before the absent member is back, or on another day than was said before.

    :param ends_before: the first day on which the member does not act
    :raises NotThen: if that day has passed, or another one acts by then
    """
    acting = ActingManager.objects.select_for_update(of=("self",), no_key=True).filter(pk=acting_id)
    row = acting.select_related("absence", "team", "member").first()
    if row is None or row.ends_before == ends_before:
        return  # another has ended it meanwhile
    if ends_before < today:
        raise NotThen(_("%(day)s has passed. Choose today or a later day.") % {"day": format_day(ends_before)})
    then = ActingManager.objects.filter(absence=row.absence, team=row.team, starts_on__gt=row.starts_on)
    following = then.select_related("member").order_by("starts_on").first()
    if following and following.starts_on < ends_before:
        words = {"name": following.member.name, "day": format_day(following.starts_on)}
        raise NotThen(_("%(name)s acts from %(day)s. Choose that day or an earlier one.") % words)
    with history(by, reason="acting ended"):
        if ends_before > row.starts_on:
            row.ends_before = ends_before
            row.save(update_fields=["ends_before"])
        else:
            row.delete()
    if row.pk:
        notices.notify(recipients=[row.member], kind=ACTING_ENDED, subject=of_acting(row.pk), anchor_on=ends_before)


def _tell(acting: ActingManager, by: Member, today: date) -> None:
    """Notify the member who acts, the one whose place they take, the other lead of the team, and its workers."""
    workers = Member.objects.active().of_teams([acting.team_id], max(acting.starts_on, today))
    told = {each.pk: each for each in (*workers, *queries.members_leading_it(acting.team, acting.starts_on))}
    told[acting.absence.worker_id] = acting.absence.worker
    about = {"subject": of_acting(acting.pk), "anchor_on": acting.starts_on}
    others = [each for each in told.values() if each.pk not in (acting.member_id, by.pk)]
    notices.notify(recipients=[acting.member], kind=ACTS, **about)
    notices.notify(recipients=others, kind=ACTING_CHOSEN, **about)


def tell_of_return(before: Absence, after: Absence) -> None:
    """Notify those who act, or were to act, in place of a member that the member is back from a day on."""
    if after.ends_before is None or before.ends_before == after.ends_before:
        return
    for row in after.acting.select_related("member"):
        if row.ends_before is None or row.ends_before > after.ends_before:
            notices.notify(
                recipients=[row.member], kind=ACTING_ENDED, subject=of_acting(row.pk), anchor_on=after.ends_before
            )
