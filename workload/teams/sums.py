"""What the teams carry on a day, in sums of each and of the service."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from caseload.cover import queries as cover
from caseload.drop_ins.queries import sums_by_team
from caseload.drop_ins.rules import Counted
from caseload.queries.settings import boundary_of, cadence_of
from caseload.rules import Mix, percent
from caseload.waiting import queries as waiting
from peerload.core.formats import format_number
from peerload.core.translation import LazyText
from peerload.staff.models import Organisation, Team
from peerload.staff.queries import Leaders
from workload import queries, rules
from workload.capacity.overview import OverviewSums, over_boundary

from .attention import AttentionLine

IN_NO_TEAM = _("In no team")


def named_teams(organisation: Organisation, *found: Collection[int | None]) -> list[tuple[int | None, LazyText]]:
    """Return the teams by key and name in order of name; ``In no team`` last, where anything was found in none."""
    named = Team.objects.filter(organisation=organisation).order_by("name", "pk").values_list("pk", "name")
    teams: list[tuple[int | None, LazyText]] = list(named)
    return [*teams, (None, IN_NO_TEAM)] if any(None in each for each in found) else teams


class TeamRow(NamedTuple):
    """One team without a name in it."""

    name: str
    sums: OverviewSums
    waiting: waiting.WaitingCounts
    drop_ins: Counted  # of the four weeks to the day
    statutory: int  # people without cover: without a worker, or with one who is away or has left and no one who covers


class TeamLine(NamedTuple):
    """A row of several teams: what needs the reader in one of them, and its sums."""

    key: int | None
    name: LazyText
    sums: OverviewSums
    lines: Sequence[AttentionLine]
    leaders: Leaders | None = None
    is_sent: bool = False  # the report of the last month

    # Words of cells, made here and not in a template: a service of 250 teams has thousands of them.

    @property
    def workers(self) -> str:
        """How many workers there are, and how much of full time they work together."""
        words = ngettext("%(number)s worker, %(fte)s FTE", "%(number)s workers, %(fte)s FTE", self.sums.workers)
        return words % {"number": format_number(self.sums.workers), "fte": format_number(self.sums.fte)}

    @property
    def points(self) -> str:
        return self._of(self.sums.points.points, self.sums.points.limit)

    @property
    def people(self) -> str:
        return self._of(self.sums.people.total, self.sums.boundary.total)

    @staticmethod
    def _of(number: Decimal | int, of: Decimal) -> str:
        return gettext("%(number)s of %(of)s") % {"number": format_number(number), "of": format_number(of)}

    @property
    def led_by(self) -> list[str]:
        """Who manages the team, who is its deputy, and who acts; nothing where that is not said."""
        if self.leaders is None:
            return []
        manager, deputy = self.leaders.manager, self.leaders.deputy
        said = [manager.name if manager else gettext("no team manager")]
        said.append(gettext("deputy %(name)s") % {"name": deputy.name} if deputy else gettext("no deputy"))
        away = gettext("%(name)s, not at work")
        both = zip((manager, deputy), said, strict=True)
        found = [away % {"name": words} if leader and not leader.is_here else words for leader, words in both]
        acting = (self.leaders.for_manager, self.leaders.for_deputy)
        return [*found, *(gettext("%(name)s acts") % {"name": leader.name} for leader in acting if leader)]


class TeamBrief(NamedTuple):
    """A team in a list of many: its points, and what needs the reader there, in words."""

    key: int | None
    name: LazyText
    held: queries.TeamHeld
    lines: Sequence[AttentionLine]

    @property
    def words(self) -> str:
        """What needs the reader, then the share of the limit and how many workers are over it."""
        said = [line.short for line in self.lines]
        if self.held.total.percent is not None:
            said.append(gettext("%(percent)s%%") % {"percent": format_number(self.held.total.percent)})
        if over := self.held.over_limit:
            words = ngettext("%(count)s worker over the limit", "%(count)s workers over the limit", over)
            said.append(words % {"count": format_number(over)})
        return ", ".join(said)


def team_sums(organisation: Organisation, on: date, *, today: date) -> dict[int | None, OverviewSums]:
    """Return the sums of every team with a worker listed on a day, by team; the whole service is `sum_of` them."""
    listed = queries.teamed(organisation, on)
    return sums_of(organisation, on, listed, queries.held_by_team(organisation, on, listed), today=today)


def sums_of(
    organisation: Organisation,
    on: date,
    listed: queries.Teamed,
    held: Mapping[int | None, queries.TeamHeld],
    *,
    today: date,
    teams: Collection[int | None] | None = None,
) -> dict[int | None, OverviewSums]:
    """
    Return the sums of teams whose workers and points are known.

    :param teams: only these, a few of the service
    """
    few = teams is not None
    if teams is not None:
        listed = listed.of(teams)
    people = queries.mix_by_team(organisation, on, listed, few=few)
    away = queries.away_by_team(organisation, on, listed)
    every, full_time = cadence_of(organisation), boundary_of(organisation)
    late = queries.contacts_over_by_team(organisation, on, listed, today=today, every=every)
    found = {}
    for team, has in held.items():
        if teams is not None and team not in teams:
            continue
        mix, boundary = people.get(team, Mix()), full_time.times(has.fte)
        over = over_boundary(mix, boundary)
        late_here, away_here = late.get(team, 0), away.get(team, 0)
        found[team] = OverviewSums(
            has.workers, has.fte, has.total, has.over_limit, mix, boundary, over, late_here, away_here
        )
    return found


def sum_of(sums: Collection[OverviewSums], organisation: Organisation) -> OverviewSums:
    """Return several teams' sums as one; its boundary is that of the summed FTE (R16)."""
    points = sum((each.points.points for each in sums), rules.NOTHING)
    limit = sum((each.points.limit for each in sums), rules.NOTHING)
    fte = sum((each.fte for each in sums), Decimal(0))
    people = Mix(*map(sum, zip(*(each.people for each in sums), strict=True))) if sums else Mix()
    boundary = boundary_of(organisation).times(fte)
    return OverviewSums(
        workers=sum(each.workers for each in sums),
        fte=fte,
        points=rules.TeamTotal(points, limit, percent(points, limit)),
        over_limit=sum(each.over_limit for each in sums),
        people=people,
        boundary=boundary,
        over=over_boundary(people, boundary),
        contacts_over=sum(each.contacts_over for each in sums),
        away=sum(each.away for each in sums),
    )


def teams_overview(organisation: Organisation, on: date, *, today: date) -> tuple[list[TeamRow], OverviewSums]:
    """Return every team's sums in order of name, and those of the service; people in no team come last."""
    sums = team_sums(organisation, on, today=today)
    waits = waiting.counts(organisation, on, today=today)
    alone = Counter(team for __, team, __ in cover.statutory_alone(organisation, on, today=today))
    drop_ins = sums_by_team(organisation, on)
    nothing, nobody_waits = sum_of([], organisation), waiting.WaitingCounts()
    rows = [
        TeamRow(name, sums.get(key, nothing), waits.get(key, nobody_waits), drop_ins.get(key, Counted()), alone[key])
        for key, name in named_teams(organisation, sums, waits, alone, drop_ins)
    ]
    return rows, sum_of(sums.values(), organisation)
