"""The page of a team on a day, for those who lead it; in order of name, unless the reader chose another one."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from caseload.drop_ins import queries as drop_in_queries
from caseload.queries.settings import cadence_of
from peerload.audit import actions as audit
from peerload.core.formats import format_day, format_number, format_short_day
from peerload.notices.queries import news
from peerload.staff import access
from peerload.staff.access import team_asked, teams_led
from peerload.staff.models import Organisation, Team
from peerload.staff.roles import Capability
from peerload.ui.asked import day_asked
from peerload.ui.templatetags.charts import load_parts
from wellbeing.plans.queries import plan_rows
from wellbeing.plans.rules.needs import TeamSums, team_sums
from wellbeing.queries import PlanInForce, planned_in, plans_in_force
from wellbeing.sessions.queries import NextSupervision, next_supervisions
from workload import exports, queries, rules
from workload.capacity.overview import OverviewSums, WorkerRow, for_day, overview, parked_needed, summed
from workload.months import queries as months
from workload.points.ahead import AHEAD, team_steps
from workload.teams.attention import AttentionLine
from workload.teams.sums import TeamLine, sum_of

from . import attention_lines
from .acting import rows_of
from .attention import Gathered, OfReader, gather
from .attention_lines import TeamPlace
from .meanwhile import last_absence
from .templatetags.team import tiers

SORTED_BY = "team_sorted_by"  # of the session: the order chosen last
SORTS = ("name", "total", "room", "overdue")


@access.requires(Capability.LEAD_TEAM)
@require_GET
def team(request: access.MemberRequest) -> HttpResponse:
    """Show a manager or deputy one of their teams on a day, or all of them where they lead several and ask for none."""
    on, teams = day_asked(request), teams_led(request)
    if not teams:
        asked = {"asking_records": [], "to_settle": [], "to_decide": months.to_decide(request.member, request.on)}
        context = asked | {"on": on, "news": news(request.member, request.on)}
        return render(request, "workload/team_none.html", context)
    if len(teams) > 1 and not request.GET.get("team"):
        return _all_teams(request, teams, on)
    chosen = team_asked(request, teams)
    assert chosen is not None  # there is one, and another one asked for answers 404
    schemes = queries.schemes(request.organisation.pk)
    # A manager should not have to open each of their other teams to find out that one has people without cover today.
    led = teams if on == request.on else [chosen]
    scheme = rules.scheme_on(schemes, on)
    everything = gather(request.member, led, on, today=request.on, scheme=scheme, page_of=chosen.pk)
    found = everything.of(chosen.pk, first=True)
    if found.names:
        audit.listed(request, "team", found.names)
    sums, place = summed(found.rows, request.organisation), _place(request, chosen, teams, on)
    listed = [row.worker for row in found.rows]
    ahead = queries.foreseen(request.organisation, on, on + AHEAD, team_ids=[chosen.pk], listed=listed)
    plans = plans_in_force([row.worker.member_id for row in found.rows], on)
    chosen.organisation = request.organisation
    context = {
        "on": on,
        "team": chosen,
        "acting": [row for row in rows_of(request) if row.team_id == chosen.pk],
        "was_away": last_absence(request.member, request.on),
        "teams": teams,
        "found": found,
        "day": "" if on == request.on else f"?on={on:%Y-%m-%d}",
        "lines": _lines_of_page(request, everything, found, place, teams),
        "rows": _sorted(request, found, plans),
        "sorts": _sorts(request, place),
        "totals": [row.total.total for row in found.rows],
        "sums": sums,
        "sum": drop_in_queries.of_team(chosen, on),
        "steps": team_steps(ahead, schemes, on),
        "parked_needed": parked_needed(sums, request.organisation),
        "planned": _planned(request.organisation, plans.values(), sums) if plans else None,
        **_of_reader(found),
    }
    return render(request, "home/team.html", context)


def _planned(organisation: Organisation, plans: Iterable[PlanInForce], sums: OverviewSums) -> TeamSums | None:
    """Return what the plans of a team's workers come to, in sums alone."""
    return team_sums(planned_in(plans), sums.people, cadence_of(organisation), plan_rows(organisation.pk))


def _all_teams(request: access.MemberRequest, teams: Sequence[Team], on: date) -> HttpResponse:
    """Show a row for each team of a reader who leads several: what needs them there, and its sums."""
    scheme = rules.scheme_on(queries.schemes(request.organisation.pk), on)
    found = gather(request.member, teams, on, today=request.on, scheme=scheme)
    if names := found._replace(to_look_at=()).names:
        audit.listed(request, "teams", names)
    rows = []
    for each in teams:
        here, place = found.of(each.pk, first=each == teams[0]), _place(request, each, teams, on)
        lines = attention_lines.lines(here._replace(mine=OfReader()), place)
        rows.append(TeamLine(each.pk, each.name, summed(here.rows, request.organisation), lines))
    whole = TeamPlace(teams[0], reverse("team"), True)
    context = {
        "on": on,
        "teams": teams,
        "team": None,
        "rows": rows,
        "day": "" if on == request.on else f"&on={on:%Y-%m-%d}",
        "whole": TeamLine(None, _("Together"), sum_of([row.sums for row in rows], request.organisation), ()),
        "lines": attention_lines.of_reader(found, whole),
        "is_calm": not any(row.lines for row in rows),
        "acting": rows_of(request),
        "was_away": last_absence(request.member, request.on),
        **_of_reader(found),
    }
    return render(request, "home/all_teams.html", context)


def _of_reader(found: Gathered) -> dict:
    """Return what the cards of the reader's own decisions and news take."""
    mine = found.mine
    return {
        "deciding": mine.deciding,
        "returns": mine.returns,
        "to_agree": mine.plans,
        "to_decide": mine.records,
        "leave_to_answer": mine.leave,
        "asking_records": [],  # the reader's own stand on My day
        "news": mine.news,
        "decisions": mine.decisions,
        "open_actions": found.actions,
        "to_look_at": found.to_look_at,
        "leavings": found.leavings,
    }


def _place(request: access.MemberRequest, chosen: Team, teams: Sequence[Team], on: date) -> TeamPlace:
    day = "" if on == request.on else f"&on={on:%Y-%m-%d}"
    return TeamPlace(chosen, f"{reverse('team')}?team={chosen.pk}{day}", len(teams) > 1)


def _lines_of_page(
    request: access.MemberRequest, everything: Gathered, found: Gathered, place: TeamPlace, teams: Sequence[Team]
) -> list[AttentionLine]:
    """Return the lines of the chosen team, with one for each other team of the reader that has something urgent today."""
    others = []
    for each in teams:
        if each != place.team and each.pk in everything.teams:
            there = _place(request, each, teams, found.on)
            here = everything.of(each.pk, first=False)._replace(mine=OfReader())
            others.append(attention_lines.of_other_team(attention_lines.lines(here, there), there))
    return attention_lines.of_page(
        attention_lines.lines(found, place), [line for line in others if line], place.at("below")
    )


# The table -------------------------------------------------------------------------------------------------------------


class TableRow(NamedTuple):
    """A worker's row, with their supervision and the plan that holds; its words are made here, since a row has many."""

    figures: WorkerRow
    supervision: NextSupervision | None
    plan_uid: str
    on: date
    is_today: bool

    @property
    def post(self) -> str:
        worker = self.figures.worker
        words = _("%(fte)s FTE") % {"fte": format_number(worker.fte)}
        if not worker.has_post:
            words = _("no post recorded; counted as 1 FTE")
        return _("%(post)s, on duty") % {"post": words} if worker.duty else words

    @property
    def room(self) -> str:
        """Say how many points are left until the limit, or how many are over it."""
        left = self.figures.total.room_to_limit
        if not left:
            return _("none left")
        return (_("%(points)s left") if left > 0 else _("%(points)s over")) % {"points": format_number(abs(left))}

    @property
    def people(self) -> str:
        people, boundary = self.figures.people.total, self.figures.boundary.total
        return _("%(number)s of %(of)s") % {"number": format_number(people), "of": format_number(boundary)}

    @property
    def details(self) -> list[str]:
        """What the row opens onto: points and their elements, people by support, overdue contacts, supervision, absence, post."""
        total = self.figures.total
        parts = load_parts(stable=total.stable, extra=total.extras, case=total.cases, weight=total.weight)
        post = f"{self.post[:1].upper()}{self.post[1:]}."
        points = [self._limit, parts.capitalize()]
        said = [*points, tiers(self.figures), self._contacts, self._supervision, self._absence, post]
        return [words for words in said if words]

    @property
    def _limit(self) -> str:
        left = self.figures.total.room_to_limit
        if not left:
            return _("No points left until the limit.")
        words = _("Points left until the limit: %(points)s.") if left > 0 else _("Points over the limit: %(points)s.")
        return words % {"points": format_number(abs(left))}

    @property
    def _contacts(self) -> str:
        over = self.figures.contacts_over
        if not over:
            return _("No contact is overdue for a week.")
        words = ngettext(
            "%(count)s contact is a week or more overdue.", "%(count)s contacts are a week or more overdue.", over
        ) % {"count": format_number(over)}
        if self.is_today and over != self.figures.contacts_listed:
            words += " " + _("Some are of people of another team. You do not see them.")
        return words

    @property
    def _supervision(self) -> str:
        found = self.supervision
        said = []
        if found and found.unconfirmed_on:
            day = {"day": format_short_day(found.unconfirmed_on, self.on)}
            said.append(_("Supervision was planned for %(day)s. No one has said yet whether it was held.") % day)
        if found and found.last_on:
            said.append(_("Last supervision: %(day)s.") % {"day": format_short_day(found.last_on, self.on)})
        return " ".join(said) or _("No supervision was held yet.")

    @property
    def _absence(self) -> str:
        away = self.figures.away
        if away is None:
            return ""
        since = {"day": format_short_day(away.since, self.on), "band": away.band}
        words = _("Away since %(day)s: %(band)s.") % since
        back = _("No return date is known.")
        if away.expected_back:
            back = _("Expected back on %(day)s.") % {"day": format_short_day(away.expected_back, self.on)}
        return f"{words} {back}"


class SortLink(NamedTuple):
    """A way to sort the table: where it leads, and whether it is the order now."""

    name: str
    url: str
    aria_sort: str


def _sorted_by(request: access.MemberRequest) -> str:
    """Return the order asked for, which is kept for the next time, or the one kept; at first by name."""
    kept, asked = request.session.get(SORTED_BY), request.GET.get("sort")
    if asked in SORTS and asked != kept:
        request.session[SORTED_BY] = kept = asked
    return kept if kept in SORTS else SORTS[0]


def _sorted(request: access.MemberRequest, found: Gathered, plans: dict) -> list[TableRow]:
    """Return the rows in the order chosen; workers who are equal in it stay in order of name."""
    keys = {
        "total": lambda row: -row.total.total,
        "room": lambda row: row.total.limit - row.total.total,
        "overdue": lambda row: -row.contacts_over,
    }
    by = keys.get(_sorted_by(request))
    rows = sorted(found.rows, key=by) if by else found.rows
    workers = [row.worker.member_id for row in rows]
    supervisions = next_supervisions(workers, found.on)
    return [
        TableRow(row, supervisions.get(key), plans[key].uid if key in plans else "", found.on, found.on == found.today)
        for key, row in zip(workers, rows, strict=True)
    ]


def _sorts(request: access.MemberRequest, place: TeamPlace) -> dict[str, SortLink]:
    now, down = _sorted_by(request), ("total", "overdue")
    return {
        name: SortLink(
            name,
            f"{place.page}&sort={name}#load",
            ("descending" if name in down else "ascending") if name == now else "",
        )
        for name in SORTS
    }


# Taking it along -------------------------------------------------------------------------------------------------------

WORKER_COLUMNS = (
    "worker", "team", "fte", "stable", "extras", "cases", "subtotal", "weight", "total", "mark", "limit", "band",
    "high", "medium", "group", "parked", "people", "boundary", "contacts_over_7_days", "away",
)  # fmt: skip


@access.requires(Capability.LEAD_TEAM)
@require_GET
def export(request: access.MemberRequest, kind: str) -> HttpResponse:
    """Return the page's figures as CSV or xlsx, without names of people supported; the download is logged."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    on, chosen = day_asked(request), team_asked(request, teams_led(request))
    if chosen is None:
        raise Http404
    found = overview(request.organisation, on, today=request.on, team_ids=[chosen.pk])
    audit.exported(request, f"team.{kind}", rows=len(found))
    lines, sums = [_worker_line(row) for row in found], _sums_line(chosen, summed(found, request.organisation))
    columns = for_day(WORKER_COLUMNS, on, request.on)
    about = exports.about(request, _("What the workers of a team carry"), format_day(on), team=chosen.name)
    return exports.response(kind, f"points-{on:%Y-%m-%d}", columns, lines, about=about, sums=sums, sheet="workers")


def _sums_line(team: Team, sums: OverviewSums) -> tuple:
    return (
        _("Team"), team.name, sums.fte, *[None] * 5, sums.points.points, None, sums.points.limit, None,
        *sums.people, sums.people.total, sums.boundary.total, sums.contacts_over, sums.away,
    )  # fmt: skip


def _worker_line(row: WorkerRow) -> tuple:
    total = row.total
    return (
        row.worker.name, row.worker.team_name, row.worker.fte, total.stable, total.extras, total.cases, total.subtotal,
        total.weight, total.total, total.mark, total.limit, total.band, *row.people, row.people.total,
        row.boundary.total, row.contacts_over, row.away.band if row.away else None,
    )  # fmt: skip
