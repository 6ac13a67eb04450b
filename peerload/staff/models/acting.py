"""Who acts in place of a manager or deputy who is away."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from peerload.core.periods import holds_half_open, sql_holds_half_open

from ..enums import MAY_LEAD
from .base import PeriodQuerySet, ends_after_start, history, no_overlap


class ActingManagerQuerySet(PeriodQuerySet["ActingManager"]):
    def on(self, day: date) -> Self:
        """
        Return who acts on a day: named for it, while the member whose place they take is away and still leads the team.

        So acting ends by itself when that member is back, or when the team has another manager.
        """
        in_their_place = Q(absence__worker=F("team__manager")) | Q(absence__worker=F("team__deputy"))
        away = holds_half_open(day, of="absence")
        return super().on(day).filter(in_their_place, away, member__active=True, member__role__in=MAY_LEAD)


@history()
class ActingManager(models.Model):
    """
    A member has the powers of a team's manager, for that team only, in place of one who is away.

    Named by a service manager or an admin. ``ends_before`` is set where they end it before the return, or choose another.
    """

    organisation = models.ForeignKey("Organisation", models.PROTECT)
    team = models.ForeignKey("Team", models.PROTECT, related_name="acting")
    member = models.ForeignKey("Member", models.PROTECT, related_name="acting")
    absence = models.ForeignKey(
        "Absence", models.CASCADE, related_name="acting", help_text="Of the manager or deputy whose place they take."
    )
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    by = models.ForeignKey("Member", models.PROTECT, related_name="+", help_text="Who named them.")

    objects = ActingManagerQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("staff_actingmanager_has_a_day"),
            no_overlap("staff_actingmanager_one_at_a_time", "team", "absence"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} acts in team {self.team_id}"


def sql_acting(team: str, day: str = "%(on)s") -> str:
    """
    Return the query of who acts in a team on a day, as SQL; the same as `ActingManagerQuerySet.on`.

    :param team: the name of ``staff_team`` in the statement
    """
    return f"""
    SELECT acting.member_id FROM staff_actingmanager acting
    JOIN staff_absence place ON place.id = acting.absence_id AND {sql_holds_half_open("place", day)}
    JOIN staff_member stand_in ON stand_in.id = acting.member_id
    WHERE acting.team_id = {team}.id AND {sql_holds_half_open("acting", day)}
        AND place.worker_id IN ({team}.manager_id, {team}.deputy_id)
        AND stand_in.active AND stand_in.role IN ({", ".join(f"'{role}'" for role in MAY_LEAD)})
    """


def sql_leads(member: str, team: str, day: str = "%(on)s") -> str:
    """
    Return the condition that a member leads a team on a day: manages it, deputises or acts, as SQL.

    :param member: the column with their key
    :param team: the name of ``staff_team`` in the statement
    """
    return f"({member} IN ({team}.manager_id, {team}.deputy_id) OR {member} IN ({sql_acting(team, day)}))"
