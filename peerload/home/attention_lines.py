"""The first lines of a team's page: one of each kind of thing, named, and linked to the place where it is done."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caseload.cover.queries import Alone
from peerload.core.formats import format_list, format_month, format_number, format_short_day, month_name
from peerload.staff.models import Team
from workload.capacity.overview import WorkerRow
from workload.enums import Band
from workload.months.queries import OpenMonth
from workload.teams.attention import AttentionLine

from .attention import Gathered

MOST = 2  # names in a line before the others are counted


class TeamPlace(NamedTuple):
    """A team, and its page on the day asked about."""

    team: Team
    page: str  # with team and day
    is_one_of_many: bool

    def at(self, anchor: str) -> str:
        return f"{self.page}#{anchor}"

    @property
    def narrowed(self) -> str:
        return f"?team={self.team.pk}" if self.is_one_of_many else ""


def lines(found: Gathered, place: TeamPlace) -> list[AttentionLine]:
    """Return what needs the reader in one team, urgent lines first, each part in the order of `KINDS`."""
    return sorted((line for kind in KINDS for line in kind(found, place)), key=lambda line: not line.is_urgent)


def named(names: Sequence[str], of: int | None = None) -> str:
    """
    List names: the first two, and how many more.

    :param of: how many there are, where not all are named
    """
    more = (of or len(names)) - len(names[:MOST])
    if not more:
        return format_list(names)
    said = ngettext("%(count)s more", "%(count)s more", more) % {"count": format_number(more)}
    return format_list([*names[:MOST], said])


# The kinds, in order ----------------------------------------------------------------------------------------


def _no_one_covers(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    alone = found.alone_now
    if not alone:
        return
    people, statutory = sum(each.nobody for each in alone), sum(each.statutory for each in alone)
    short = ngettext("no one covers %(count)s person", "no one covers %(count)s people", people)
    short %= {"count": format_number(people)}
    # "Of their people": a worker with more people than these must not be taken for one who has no others.
    words = ngettext(
        "%(workers)s is away: no one covers %(count)s of their people",
        "%(workers)s are away: no one covers %(count)s of their people",
        len(alone),
    ) % {"count": format_number(people), "workers": named([each.name for each in alone])}
    url = _where_cover_is_chosen(alone, place)
    yield AttentionLine(
        "alone", "person-exclamation", _statutory(words, statutory), _statutory(short, statutory), url, True
    )


def _where_cover_is_chosen(alone: Sequence[Alone], place: TeamPlace) -> str:
    """Return the cover board of one absence, which compares the workers; of several, the card with a button for each."""
    if len(alone) > 1:
        return place.at("away")
    return reverse("cover" if alone[0].is_readers else "cover_board", args=[alone[0].absence_id])


def _statutory(words: str, count: int) -> str:
    return _("%(words)s, %(count)s statutory") % {"words": words, "count": format_number(count)} if count else words


def _without_a_worker(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    waits = found.waits.get(place.team.pk)
    if not waits or not waits.waiting:
        return
    short = ngettext("%(count)s person without a worker", "%(count)s people without a worker", waits.waiting)
    short = _statutory(short % {"count": format_number(waits.waiting)}, waits.statutory)
    words = short
    if waits.late:
        words = _("%(words)s, %(count)s overdue") % {"words": words, "count": format_number(waits.late)}
    if waits.forgotten:
        words = _("%(words)s, %(count)s not arranged") % {"words": words, "count": format_number(waits.forgotten)}
    # They have no one at all: as urgent as people with no one covering.
    yield AttentionLine("waiting", "person-plus", words, short, reverse("waiting") + place.narrowed, True)


def _over(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    over = _in_band(found, Band.OVER)
    if not over:
        return
    short = _("%(count)s over the limit") % {"count": format_number(len(over))}
    if len(over) == 1:
        words = _("%(worker)s is over the limit: %(points)s points") % {
            "worker": over[0].worker.name,
            "points": _points(over[0]),
        }
    else:
        workers = named([f"{row.worker.name} {_points(row)}" for row in over])
        words = _("Points over the limit: %(workers)s") % {"workers": workers}
    yield AttentionLine("over", "arrow-up-circle", words, short, _by_room(over, found, place), True)


def _little_room(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    limited = _in_band(found, Band.LIMITED)
    if not limited:
        return
    words = _("Little room: %(workers)s") % {"workers": named([row.worker.name for row in limited])}
    short = _("%(count)s with little room") % {"count": format_number(len(limited))}
    yield AttentionLine("little-room", "circle-half", words, short, _by_room(limited, found, place))


def _in_band(found: Gathered, band: Band) -> list[WorkerRow]:
    """Return the workers in a band, the least room first."""
    return sorted(
        (row for row in found.rows if row.total.band == band), key=lambda row: row.total.limit - row.total.total
    )


def _points(row: WorkerRow) -> str:
    return _("%(total)s of %(limit)s") % {
        "total": format_number(row.total.total),
        "limit": format_number(row.total.limit),
    }


def _by_room(workers: Sequence[WorkerRow], found: Gathered, place: TeamPlace) -> str:
    """Return the points of one worker, or of several the table with the least room first."""
    if len(workers) > 1:
        return f"{place.page}&sort=room#load"
    url = reverse("points", args=[workers[0].worker.uid])
    return url if found.on == found.today else f"{url}?on={found.on:%Y-%m-%d}"


def _reports(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    """Name every month whose report is not sent: the late ones and the one that is due, in one line."""
    open_months = found.open_months.get(place.team.pk, ())
    late = [each for each in open_months if each.deadline.is_late]
    kind = "late" if late else "due"
    if len(open_months) == 1:
        [report] = open_months
        short = _("%(month)s’s report %(state)s") % {"month": _month(report, found), "state": _state(report)}
        url = f"{reverse('team_month')}?team={place.team.pk}&month={report.month:%Y-%m}"
        yield AttentionLine(kind, "journal-check", _with_records(short, report), short, url, bool(late))
    elif open_months:
        said = [
            _("%(month)s %(state)s") % {"month": _month(each, found), "state": _state(each)} for each in open_months
        ]
        words = _("Reports: %(months)s") % {"months": ", ".join(said)}
        if len(said) > MOST + 1:
            words = _("%(count)s reports to send, %(late)s late: %(months)s") % {
                "count": format_number(len(said)),
                "late": format_number(len(late)),
                "months": named([_month(each, found) for each in open_months]),
            }
        yield AttentionLine(kind, "journal-check", words, words, place.at("reports"), bool(late))


def _questions(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    """Lead to the oldest question about a report that waits for an answer."""
    if not found.questions:
        return
    first, count = found.questions[0], len(found.questions)
    short = ngettext("%(count)s question about a report", "%(count)s questions about reports", count)
    short %= {"count": format_number(count)}
    words = ngettext(
        "A question about %(month)s’s report waits for your answer",
        "%(count)s questions about reports wait for your answer, the first about %(month)s",
        count,
    ) % {"count": format_number(count), "month": month_name(first.report.month)}
    yield AttentionLine("questions", "chat-left-text", words, short, reverse("report_answer", args=[first.pk]))


def _state(report: OpenMonth) -> str:
    """Say how late a report is, or in how many days it is due."""
    left = report.deadline.days_left
    if report.deadline.is_late:
        late = report.deadline.days_late
        return ngettext("is %(count)s day late", "is %(count)s days late", late) % {"count": format_number(late)}
    if not left:
        return _("is due today")
    return ngettext("is due in %(count)s day", "is due in %(count)s days", left) % {"count": format_number(left)}


def _month(report: OpenMonth, found: Gathered) -> str:
    return month_name(report.month) if report.month.year == found.on.year else format_month(report.month)


def _with_records(words: str, report: OpenMonth) -> str:
    if not report.missing:
        return _("%(report)s, every record complete") % {"report": words}
    said = ngettext(
        "%(report)s, %(missing)s of %(count)s record not agreed yet",
        "%(report)s, %(missing)s of %(count)s records not agreed yet",
        report.workers,
    )
    return said % {
        "report": words,
        "missing": format_number(report.missing),
        "count": format_number(report.workers),
    }


def _leavers(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    leavings = found.leavings
    if not leavings:
        return
    count = sum(each.to_hand_over for each in leavings)
    to_do = ngettext("%(count)s person to hand over", "%(count)s people to hand over", count)
    to_do %= {"count": format_number(count)}
    steps = sum(each.open_steps for each in leavings)
    if not count and not steps:
        to_do = _("everyone is handed over")
    elif not count:
        to_do = ngettext("%(count)s step open", "%(count)s steps open", steps) % {"count": format_number(steps)}
    said = {"workers": named([each.member.name for each in leavings]), "says": to_do}
    first = leavings[0]
    if len(leavings) > 1:
        words = _("Leaving: %(workers)s, %(says)s")
    elif first.gone:
        words = _("%(workers)s has left: %(says)s")
    else:
        words = _("%(workers)s leaves %(day)s: %(says)s")
    words %= said | {"day": format_short_day(first.last_day, found.on)}
    if late := sum(each.late_steps for each in leavings):
        words = ngettext("%(words)s, %(count)s step late", "%(words)s, %(count)s steps late", late) % {
            "words": words,
            "count": format_number(late),
        }
    short = _("%(count)s leaving") % {"count": format_number(len(leavings))}
    url = reverse("leaving", args=[first.member.uid]) if len(leavings) == 1 else place.at("leaving")
    yield AttentionLine("leaving", "person-dash", words, short, url, any(each.is_urgent for each in leavings))


def _long_absences(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    if not found.long:
        return
    talk = {each.absence.pk for each in found.away if each.is_talk}
    short = _("%(count)s away over eight weeks") % {"count": format_number(len(found.long))}
    workers = named([each.name for each in found.long])
    is_urgent = any(each.absence_id in talk for each in found.long)
    words = _("Away over eight weeks: %(workers)s")
    if is_urgent:
        words = _("Away over eight weeks: %(workers)s. Talk with the service manager")
    url = reverse("away", args=[found.long[0].absence_id]) if len(found.long) == 1 else place.at("away")
    yield AttentionLine("long", "calendar-x", words % {"workers": workers}, short, url, is_urgent)


def _alone_soon(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    alone = found.alone_soon
    if not alone:
        return
    people, day = sum(each.nobody for each in alone), format_short_day(alone[0].starts_on, found.on)
    said = {"count": format_number(people), "day": day, "workers": named([each.name for each in alone])}
    short = ngettext(
        "no one covers %(count)s person from %(day)s", "no one covers %(count)s people from %(day)s", people
    )
    words = ngettext(
        "%(workers)s is away from %(day)s: no one covers %(count)s of their people then",
        "%(workers)s are away from %(day)s: no one covers %(count)s of their people then",
        len(alone),
    )
    url = _where_cover_is_chosen(alone, place)
    yield AttentionLine("soon", "calendar-plus", words % said, short % said, url)


def _contacts_over(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    """
    Count the contacts a week or more over, the workers named first: they are not the people to contact.

    The list, which is of today, has those of people of the reader's teams.
    """
    over = sorted((row for row in found.rows if row.contacts_over), key=lambda row: -row.contacts_over)
    count = sum(row.contacts_over for row in over)
    if not count:
        return
    workers = named([_with_count(row, count) for row in over])
    said = {"count": format_number(count), "workers": workers}
    short = ngettext("%(count)s contact overdue by a week", "%(count)s contacts overdue by a week", count) % said
    words = ngettext(
        "%(workers)s: %(count)s contact overdue by a week or more",
        "%(workers)s: %(count)s contacts overdue by a week or more",
        count,
    )
    if found.on > found.today:
        words = ngettext(
            "%(workers)s: %(count)s contact overdue by a week or more if none is made before",
            "%(workers)s: %(count)s contacts overdue by a week or more if none are made before",
            count,
        )
    listed = found.on == found.today and count == sum(row.contacts_listed for row in over)
    url = f"{reverse('people')}?contact=week_over&team={place.team.pk}" if listed else place.at("load")
    yield AttentionLine("contacts", "clock-history", words % said, short, url)


def _with_count(row: WorkerRow, whole: int) -> str:
    """Return a worker's name, with their number in brackets unless it is all there are."""
    if row.contacts_over == whole:
        return row.worker.name
    return f"{row.worker.name} ({format_number(row.contacts_over)})"


def _duties(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    """Count what there is to do while workers are away; who has no one covering, or is away for long, has a line already."""
    told = {each.absence_id for each in found.alone_now}
    away = [each for each in found.away if each.absence.pk not in told]
    count = sum(len(each.due) for each in away)
    if not count:
        return
    said = {"count": format_number(count), "workers": named([each.absence.worker.name for each in away])}
    short = ngettext("%(count)s thing to do while away", "%(count)s things to do while away", count) % said
    words = ngettext(
        "%(count)s thing to do while %(workers)s is away", "%(count)s things to do while %(workers)s is away", count
    )
    if len(away) > 1:
        words = ngettext(
            "%(count)s thing to do while %(workers)s are away",
            "%(count)s things to do while %(workers)s are away",
            count,
        )
    url = reverse("away", args=[away[0].absence.pk]) if len(away) == 1 else place.at("away")
    yield AttentionLine("duties", "calendar-x", words % said, short, url, rest=True)


def _to_look_at(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    if found.to_look_at:
        count = len(found.to_look_at)
        words = ngettext("support of %(count)s person to review", "support of %(count)s people to review", count)
        words %= {"count": format_number(count)}
        yield AttentionLine("review", "eye", words, words, place.at("review"), rest=True)


def _actions(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    if found.actions:
        count = len(found.actions)
        words = ngettext(
            "%(count)s action open after a month over the limit",
            "%(count)s actions open after a month over the limit",
            count,
        )
        words %= {"count": format_number(count)}
        short = ngettext("%(count)s action open", "%(count)s actions open", count) % {"count": format_number(count)}
        yield AttentionLine("actions", "journal-check", words, short, place.at("actions"), rest=True)


def _decisions(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    """Count what the reader decides, in whichever of their teams, with the names of those it is about."""
    mine = found.mine
    if not mine.decisions:
        return
    names = [each.request.worker.name for each in mine.leave]
    names += [*(each.worker.name for each in mine.records), *(each.worker.name for each in mine.plans)]
    names += [each.name for group in (mine.deciding[1:] if mine.deciding else ()) for each in group]
    short = ngettext("%(count)s decision waits for you", "%(count)s decisions wait for you", mine.decisions)
    short %= {"count": format_number(mine.decisions)}
    if not names:
        yield AttentionLine(
            "decisions", "signpost-split", _("%(says)s: who moves back") % {"says": short}, short, reverse("returns")
        )
        return
    words = _("%(says)s: %(names)s") % {"says": short, "names": named(names, mine.decisions)}
    yield AttentionLine("decisions", "signpost-split", words, short, place.at("decide"))


def _news(found: Gathered, place: TeamPlace) -> Iterable[AttentionLine]:
    told = found.mine.news
    if told:
        words = ngettext("%(count)s new notice for you to read", "%(count)s new notices for you to read", len(told))
        words %= {"count": format_number(len(told))}
        yield AttentionLine("news", "info-circle", words, words, place.at("news"), rest=True)


Kind = Callable[[Gathered, TeamPlace], Iterable[AttentionLine]]
KINDS: tuple[Kind, ...] = (
    _no_one_covers,
    _without_a_worker,
    _over,
    _little_room,
    _reports,
    _questions,
    _decisions,
    _leavers,
    _long_absences,
    _alone_soon,
    _contacts_over,
    _duties,
    _to_look_at,
    _actions,
    _news,
)


# What a page shows -----------------------------------------------------------------------------------------------------


def of_page(found: Sequence[AttentionLine], others: Sequence[AttentionLine], rest_at: str) -> list[AttentionLine]:
    """
    Return the lines of a team's page: the team's own, those of the reader's other teams after the first urgent ones.

    What is least urgent, from two kinds on, is one line that leads to the cards below.
    """
    rest = [line for line in found if line.rest]
    found = [line for line in found if not line.rest]
    if len(rest) > 1:
        words = _("Also: %(what)s") % {"what": format_list([line.short for line in rest])}
        rest = [AttentionLine("rest", "list-ul", words, words, rest_at)]
    first = [line for line in found if line.kind in BEFORE_OTHERS]
    return [*first, *others, *(line for line in found if line.kind not in BEFORE_OTHERS), *rest]


def of_reader(found: Gathered, place: TeamPlace) -> list[AttentionLine]:
    """Return the lines of a page of several teams that are of the reader and of no team: decisions and news."""
    return [*_decisions(found, place), *_news(found, place)]


BEFORE_OTHERS = ("alone", "waiting")


def of_other_team(found: Sequence[AttentionLine], place: TeamPlace) -> AttentionLine | None:
    """Return one line for another team of the reader that has something urgent, all of it in short."""
    urgent = [line.short for line in found if line.is_urgent]
    if not urgent:
        return None
    words = _("%(team)s: %(what)s") % {"team": place.team.name, "what": ", ".join(urgent)}
    return AttentionLine("other-team", "building", words, words, place.page, True)
