"""
What needs the service manager: counts by team of each thing they have to know.

Each kind is one statement, asked of every team or of one, and a page asks only what it shows.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from caseload.cover import queries as cover
from caseload.leaving import queries as leaving
from caseload.queries.teams import teams_with_somebody
from caseload.rules import percent
from caseload.waiting import queries as waiting
from peerload.core import dates
from peerload.core.formats import format_number, month_name
from peerload.core.translation import LazyText
from peerload.staff import queries as staff
from peerload.staff.models import Organisation, Team
from peerload.ui.templatetags.ui import short_day
from workload import queries, rules
from workload.months import queries as months
from workload.months.rules import before


class AttentionLine(NamedTuple):
    """
    A matter that needs its reader, of one kind: in words with names for a line, in short for a chip, and where it leads.

    ``rest`` marks what is least urgent: a page may count it together with the others.
    """

    kind: str
    icon: str
    words: str
    short: str
    url: str
    is_urgent: bool = False
    rest: bool = False


class Count(NamedTuple):
    """A team's count, with extra words, and the page the service manager may open about it, if there is one."""

    number: int
    says: str = ""
    url: str = ""


class CountScope(NamedTuple):
    """The scope of a count: a service, a day, and every team or only these."""

    organisation: Organisation
    on: date
    team_ids: Collection[int] | None = None


Counts = Mapping[int | None, Count]  # by team; None: in no team


class AttentionKind(NamedTuple):
    """A matter the service manager has to know; ``what`` returns the words for one and for many."""

    slug: str
    icon: str
    is_urgent: bool
    what: Callable[[int], str]
    means: LazyText
    gather: Callable[[CountScope], Counts]


class Alarm(NamedTuple):
    """A kind with its counts by team."""

    kind: AttentionKind
    teams: Counts

    @property
    def number(self) -> int:
        return sum(count.number for count in self.teams.values())

    @property
    def words(self) -> str:
        """How many there are: "3 reports are late"."""
        return self._counted(self.number)

    @property
    def url(self) -> str:
        """Where it leads on a team's own page: to what it is about, or else to those who manage the team."""
        return next((count.url for count in self.teams.values() if count.url), "#leaders")

    def _counted(self, number: int) -> str:
        return self.kind.what(number) % {"count": format_number(number)}

    def lines_by_team(self) -> dict[int | None, AttentionLine]:
        """Return the same as a line for each team, which leads to what it is about, or else to that team's page."""
        page, kind = reverse("team"), self.kind
        return {
            team: AttentionLine(
                kind.slug,
                kind.icon,
                _("%(what)s: %(says)s") % {"what": self._counted(count.number), "says": count.says}
                if count.says
                else self._counted(count.number),
                self._counted(count.number),
                count.url or f"{page}?team={team}",
                kind.is_urgent,
            )
            for team, count in self.teams.items()
            if team is not None
        }


def _statutory(asked: CountScope) -> Counts:
    alone = cover.statutory_alone(asked.organisation, asked.on, today=asked.on, team_ids=asked.team_ids)
    return {team: Count(number) for team, number in Counter(team for __, team, __ in alone).items()}


def _uncovered(asked: CountScope) -> Counts:
    found = cover.uncovered_by_team(asked.organisation, asked.on, team_ids=asked.team_ids)
    return {
        team: Count(each.people, _("%(statutory)s statutory") % {"statutory": each.statutory} * bool(each.statutory))
        for team, each in found.items()
    }


def _waiting(asked: CountScope) -> Counts:
    found = waiting.counts(asked.organisation, asked.on, today=asked.on, team_ids=asked.team_ids)
    return {
        team: Count(each.waiting, _("%(late)s overdue") % {"late": each.late} * bool(each.late))
        for team, each in found.items()
    }


def _not_led(asked: CountScope) -> Counts:
    keys = asked.team_ids
    if keys is None:
        keys = Team.objects.filter(organisation=asked.organisation).values_list("pk", flat=True)
    leaders = staff.leaders_of(list(keys), asked.on)
    to_lead = teams_with_somebody([team for team, found in leaders.items() if not found.is_led], asked.on)
    left = cover.nobody_leads(asked.organisation, asked.on) if to_lead else []
    people: Counter[int | None] = Counter()
    for each in left:
        people[each.team_id] += each.nobody
    return {
        team: Count(1, _no_one_covers(people[team]) % {"count": format_number(people[team])} if people[team] else "")
        for team in to_lead
    }


def _no_one_covers(count: int) -> str:
    return ngettext("%(count)s person has no one covering", "%(count)s people have no one covering", count)


def _away(asked: CountScope) -> Counts:
    found = cover.long_absences_by_team(asked.organisation, asked.on, team_ids=asked.team_ids)
    return {team: Count(number) for team, number in found.items()}


def _late(asked: CountScope) -> Counts:
    found: dict[int | None, list[date]] = {}
    for each in months.late_reports(asked.organisation, asked.on, team_ids=asked.team_ids):
        found.setdefault(each.team_id, []).append(each.month)
    return {team: Count(len(late), _said_late(late, asked.on), _report(team, late[0])) for team, late in found.items()}


def _report(team: int | None, month: date) -> str:
    return f"{reverse('team_month')}?team={team}&month={month:%Y-%m}"


def _said_late(late: Collection[date], on: date) -> str:
    """Say which reports are late, the oldest first, each by how many days."""
    days = ((month, (on - rules.report_due_on(month)).days) for month in late)
    return ", ".join(
        ngettext("%(month)s is %(count)s day late", "%(month)s is %(count)s days late", count)
        % {"month": month_name(month), "count": format_number(count)}
        for month, count in days
    )


def _leaving(asked: CountScope) -> Counts:
    found = leaving.leavers_by_team(asked.organisation, asked.on, team_ids=asked.team_ids)
    return {
        team: Count(
            each.workers,
            ngettext(
                "last day %(day)s, %(count)s person still to hand over",
                "last day %(day)s, %(count)s people still to hand over",
                each.people,
            )
            % {"day": short_day(each.last_day, asked.on), "count": format_number(each.people)},
        )
        for team, each in found.items()
    }


def _over_limit(asked: CountScope) -> Counts:
    """Return who is over the limit as reported: in the last month each team has sent of the two before today's."""
    asked_months = before(dates.month_start(asked.on), 2)
    found: dict[int | None, Count] = {}
    for team, month, points, limit in months.points_sent(asked.organisation, asked_months, team_ids=asked.team_ids):
        found.pop(team, None)
        if points > limit:
            found[team] = Count(
                1,
                _("%(points)s%% in %(month)s") % {"points": percent(points, limit), "month": month_name(month)},
                _report(team, month),
            )
    return found


def _overdue_actions(asked: CountScope) -> Counts:
    found: dict[int | None, list[str]] = {}
    urls: dict[int | None, str] = {}
    for each in queries.risen_actions(asked.organisation, asked.on, team_ids=asked.team_ids):
        about = {"worker": each.record.worker.name, "owner": each.owner.name, "day": short_day(each.due_on, asked.on)}
        found.setdefault(each.record.team_id, []).append(_("%(worker)s: due %(day)s, %(owner)s does it") % about)
        if each.record.report_id:
            urls.setdefault(each.record.team_id, _report(each.record.team_id, each.record.month))
    return {team: Count(len(lines), "; ".join(lines), urls.get(team, "")) for team, lines in found.items()}


def _open_questions(asked: CountScope) -> Counts:
    found = months.open_questions_by_team(asked.organisation, team_ids=asked.team_ids)
    return {team: Count(len(asked_of), url=_report(team, asked_of[0])) for team, asked_of in found.items()}


KINDS = (
    AttentionKind(
        "not-led",
        "person-exclamation",
        True,
        lambda count: ngettext(
            "%(count)s team has no one at work who leads it",
            "%(count)s teams have no one at work who leads them",
            count,
        ),
        gettext_lazy(
            "No one can choose who covers, agree a record or send the report. "
            "Record that the manager is away, and choose who acts. An admin can also name a deputy."
        ),
        _not_led,
    ),
    AttentionKind(
        "statutory",
        "person-exclamation",
        True,
        lambda count: ngettext(
            "%(count)s person with statutory status has no one covering",
            "%(count)s people with statutory status have no one covering",
            count,
        ),
        gettext_lazy(
            "They have no worker, or their worker is away or has left and no one covers. "
            "The law asks for a worker at once. Ring the team manager."
        ),
        _statutory,
    ),
    AttentionKind(
        "no-one-covering",
        "person-dash",
        True,
        _no_one_covers,
        gettext_lazy("Their worker is away. The team manager chooses who covers."),
        _uncovered,
    ),
    AttentionKind(
        "without-a-worker",
        "person-plus",
        False,
        lambda count: ngettext("%(count)s person is without a worker", "%(count)s people are without a worker", count),
        gettext_lazy(
            "They wait for a worker, or their worker has left. "
            "The team manager sees who they are, who is responsible, and by when."
        ),
        _waiting,
    ),
    AttentionKind(
        "over-eight-weeks",
        "calendar-x",
        False,
        lambda count: ngettext(
            "%(count)s absence is over eight weeks", "%(count)s absences are over eight weeks", count
        ),
        gettext_lazy("The team manager talks with you about who takes over the people meanwhile."),
        _away,
    ),
    AttentionKind(
        "late-reports",
        "clock-history",
        False,
        lambda count: ngettext("%(count)s report is late", "%(count)s reports are late", count),
        gettext_lazy("The team manager sends the report, even if records are still open."),
        _late,
    ),
    AttentionKind(
        "overdue-actions",
        "hourglass-split",
        False,
        lambda count: ngettext(
            "%(count)s action from a record is long overdue", "%(count)s actions from records are long overdue", count
        ),
        gettext_lazy(
            "They were planned because a worker was above the limit. Their words stay with the worker and the manager."
        ),
        _overdue_actions,
    ),
    AttentionKind(
        "open-questions",
        "chat-left-text",
        False,
        lambda count: ngettext(
            "%(count)s question about a report is not answered",
            "%(count)s questions about reports are not answered",
            count,
        ),
        gettext_lazy("You asked. It stands on the first page of those who lead the team until one of them answers."),
        _open_questions,
    ),
    AttentionKind(
        "leaving",
        "box-arrow-right",
        False,
        lambda count: ngettext("%(count)s worker is leaving", "%(count)s workers are leaving", count),
        gettext_lazy(
            "Each person they support needs another worker before the last day. The team manager hands them over."
        ),
        _leaving,
    ),
    AttentionKind(
        "over-limit",
        "arrow-up-circle",
        False,
        lambda count: ngettext(
            "%(count)s team was over its limit in its last report",
            "%(count)s teams were over their limit in their last report",
            count,
        ),
        gettext_lazy("The report has the workers over the limit and the reasons."),
        _over_limit,
    ),
)
BY_SLUG = {kind.slug: kind for kind in KINDS}


def alarms(asked: CountScope) -> list[Alarm]:
    """Return what needs the service manager on a day, the most urgent first; what there is none of is left out."""
    found = [Alarm(kind, kind.gather(asked)) for kind in KINDS]
    return [alarm for alarm in found if alarm.number]
