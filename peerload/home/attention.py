"""What needs those who lead a team: gathered once for any number of teams, for the lines on top and the cards below."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from caseload.cover import queries as cover
from caseload.cover.rules import DutyDue
from caseload.enums import Duty
from caseload.leaving.queries import LeavingUnderWay, under_way
from caseload.queries.teams import ToLookAt, to_look_at_in
from caseload.temporary_moves.queries import count_proposed_to
from caseload.to_decide import Deciding, to_decide
from caseload.waiting import queries as waiting
from peerload.notices.queries import FirstPageNews, news
from peerload.staff.models import Absence, Member, Team
from wellbeing.leave.queries import ToAnswer, to_answer, waiting_for
from wellbeing.models import TimePlan
from wellbeing.plans.queries import proposed_to
from workload import rules
from workload.capacity.overview import WorkerRow, overview
from workload.models import MonthlyRecord, RemedialAction, ReportQuestion
from workload.months import queries as months


class AwayToDo(NamedTuple):
    """An absence with duties that no one has done; ``team_id`` is the team of the worker who is away."""

    absence: Absence
    due: list[DutyDue]
    team_id: int | None

    @property
    def is_talk(self) -> bool:
        """Whether talking with the service manager is among them."""
        return any(each.kind == Duty.SERVICE_MANAGER for each in self.due)


class OfReader(NamedTuple):
    """What waits for the reader themself, in whichever of their teams; of another day than today nothing."""

    deciding: Deciding | None = None
    returns: int = 0
    plans: Sequence[TimePlan] = ()
    records: Sequence[MonthlyRecord] = ()
    leave: Sequence[ToAnswer] = ()
    news: FirstPageNews | None = None

    @property
    def decisions(self) -> int:
        people = self.deciding.names if self.deciding else 0
        return people + self.returns + len(self.plans) + len(self.records) + len(self.leave)


class Gathered(NamedTuple):
    """What is known of some teams on a day; what is asked of today alone is empty on another day."""

    on: date
    today: date
    rows: list[WorkerRow]
    alone: list[cover.Alone]
    waits: dict[int | None, waiting.WaitingCounts]
    long: list[cover.LongAbsence]
    teams: frozenset[int]
    mine: OfReader = OfReader()
    open_months: dict[int, list[months.OpenMonth]] = {}
    leavings: Sequence[LeavingUnderWay] = ()
    away: Sequence[AwayToDo] = ()
    to_look_at: Sequence[ToLookAt] = ()
    questions: Sequence[ReportQuestion] = ()  # about reports that were sent, which wait for an answer
    actions: Sequence[RemedialAction] = ()

    def of(self, team_id: int, *, first: bool) -> "Gathered":
        """
        Narrow this to one team.

        :param first: whether what is of none of these teams, such as a remedial action of the reader's own, stands here
        """

        def here(key: int | None) -> bool:
            return key == team_id or first and key not in teams

        teams = self.teams
        return self._replace(
            rows=[row for row in self.rows if row.worker.team_id == team_id],
            alone=[each for each in self.alone if each.team_id == team_id],
            waits={key: counts for key, counts in self.waits.items() if key == team_id},
            long=[each for each in self.long if each.team_id == team_id],
            open_months={key: found for key, found in self.open_months.items() if key == team_id},
            leavings=[each for each in self.leavings if here(each.team_id)],
            away=[each for each in self.away if here(each.team_id)],
            to_look_at=[each for each in self.to_look_at if each.team_id == team_id],
            questions=[each for each in self.questions if each.report.team_id == team_id],
            actions=[each for each in self.actions if here(each.record.team_id)],
        )

    @property
    def alone_now(self) -> list[cover.Alone]:
        return [each for each in self.alone if each.starts_on <= self.on]

    @property
    def alone_soon(self) -> list[cover.Alone]:
        return [each for each in self.alone if each.starts_on > self.on]

    @property
    def names(self) -> int:
        """How many names of people supported stand on the page, for the audit."""
        people = self.mine.deciding.names if self.mine.deciding else 0
        return len(self.to_look_at) + len(self.mine.news or ()) + people


def gather(
    member: Member, teams: Sequence[Team], on: date, *, today: date, scheme: rules.Scheme, page_of: int = 0
) -> Gathered:
    """
    Return what is known of teams a member leads on a day; the number of statements does not depend on how many they are.

    :param page_of: the team whose page it is; 0 for a page of all of them
    """
    organisation, keys = member.organisation, [team.pk for team in teams]
    found = Gathered(
        on,
        today,
        rows=overview(organisation, on, today=today, team_ids=keys, scheme=scheme),
        alone=[
            each._replace(is_readers=each.worker_uid == member.uid)
            for each in cover.left_alone(organisation, on, team_ids=keys)
        ],
        waits=waiting.counts(organisation, on, today=today, team_ids=keys),
        long=cover.long_absences(organisation, on, team_ids=keys),
        teams=frozenset(keys),
    )
    return _with_today(found, member, teams, page_of, scheme) if on == today else found


def _with_today(found: Gathered, member: Member, teams: Sequence[Team], page_of: int, scheme: rules.Scheme) -> Gathered:
    """Add what is asked of today alone: reports, leavers, duties, decisions and news."""
    on, keys = found.on, sorted(found.teams)
    return found._replace(
        mine=OfReader(
            deciding=to_decide(member, on, days_to_close=scheme.days_after_decision),
            returns=count_proposed_to(member, on),
            plans=proposed_to(member, on),
            records=months.to_decide(member, on),
            leave=to_answer(waiting_for(member, on), member, on),
            news=news(member, on, team_id=page_of),
        ),
        open_months=months.open_months(member.organisation, on, team_ids=keys),
        leavings=under_way(member, on),
        away=_to_do(found.rows, teams, on),
        to_look_at=to_look_at_in(keys, on),
        questions=months.open_questions(keys),
        actions=list(months.open_actions_of_team(keys, besides=member)),
    )


def _to_do(rows: Collection[WorkerRow], teams: Sequence[Team], on: date) -> list[AwayToDo]:
    """Return the absences with something to do, each with the team of the worker: where they work, or which they lead."""
    team_of: dict[int, int | None] = {}
    for team in reversed(teams):
        team_of |= {leader: team.pk for leader in (team.manager_id, team.deputy_id) if leader}
    team_of |= {row.worker.member_id: row.worker.team_id for row in rows}
    return [
        AwayToDo(absence, due, team_of.get(absence.worker_id, absence.worker.home_team_id))
        for absence, due in cover.asking([team.pk for team in teams], on)
    ]
