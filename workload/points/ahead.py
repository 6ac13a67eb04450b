"""The weeks ahead in words: what is known to end, to begin or to change, for a worker and for a team."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peerload.core.formats import format_day, format_number
from peerload.ui.templatetags.ui import points
from workload import queries, rules
from workload.enums import Element, Ending

AHEAD = timedelta(weeks=8)


class StepAhead(NamedTuple):
    """A day on which the points of mark and limit change, and why."""

    on: date
    total: Decimal
    mark: Decimal
    limit: Decimal
    what: str


def steps(
    found: queries.Foreseen, schemes: Sequence[rules.Scheme], on: date, names: Mapping[int, str]
) -> list[StepAhead]:
    """
    Return a worker's points on a day, and each day of the next eight weeks on which something changes.

    :param names: of the people the reader may know; others are "a person the worker supported"
    """
    return [
        StepAhead(change.on, change.total.total, change.total.mark, change.total.limit, _why(change, schemes, names))
        for change in rules.changes_ahead(found.known, schemes, on, on + AHEAD)
    ]


def team_steps(found: Sequence[queries.Foreseen], schemes: Sequence[rules.Scheme], on: date) -> list[StepAhead]:
    """Return the same of a team, summed; workers are named, the people they support are counted."""
    names = {each.known.worker: each.worker.name for each in found}
    return [
        StepAhead(day.on, day.total, day.mark, day.limit, _why_of_team(day, schemes, names))
        for day in rules.team_changes_ahead((each.known for each in found), schemes, on, on + AHEAD)
    ]


def _why(change: rules.WorkerChange, schemes: Sequence[rules.Scheme], names: Mapping[int, str]) -> str:
    """Name what ends and what begins on a day, each once."""
    if change.before is None:
        return ""
    said = [_new_scheme(change.new_scheme)] if change.new_scheme else []
    said += [_post(change)] if change.before.fte != change.total.fte else []
    said += [_("away from this day on")] if change.leaves else []
    said += [_("expected back")] if change.back else []
    said += [_line_words(_what(line, schemes, change.on, names), words) for line, words in _of_lines(change)]
    return "; ".join(dict.fromkeys(said))


def _post(change: rules.WorkerChange) -> str:
    before, after = change.before.fte, change.total.fte
    if not before:
        return _("a post of %(after)s FTE begins") % {"after": points(after)}
    if after:
        return _("from %(before)s to %(after)s FTE") % {"before": points(before), "after": points(after)}
    return _post_ends(change.post_ends) if change.post_ends else _("the post ends")


def _post_ends(ends: rules.PostEnds) -> str:
    """Say why a post ends and how many people are still the worker's: "last day 11 December 2026, 9 people need a worker"."""
    words = {"day": format_day(ends.last_day), "count": format_number(ends.people)}
    if not ends.people:
        return _("last day %(day)s") % words if ends.last_day else _("the post ends")
    if ends.last_day:
        says = ngettext(
            "last day %(day)s, %(count)s person needs a worker",
            "last day %(day)s, %(count)s people need a worker",
            ends.people,
        )
    else:
        says = ngettext(
            "the post ends, %(count)s person needs a worker",
            "the post ends, %(count)s people need a worker",
            ends.people,
        )
    return says % words


def _new_scheme(scheme: rules.Scheme) -> str:
    return _("the scheme “%(scheme)s” begins") % {"scheme": scheme.name} if scheme.name else _("another scheme begins")


def _of_lines(change: rules.WorkerChange) -> list[tuple[rules.Line, str]]:
    """Return the lines that end, with why, and those that begin; what only follows from another post or scheme is left out."""
    untold = {_identity(line) for line in change.ended if line.ending == Ending.SCHEME}
    told = [(line, _ended(line)) for line in change.ended] + [(line, "") for line in change.begun]
    of_post = change.before.fte != change.total.fte
    return [
        (line, words)
        for line, words in told
        if _identity(line) not in untold and not (of_post and line.element == Element.STABLE)
    ]


def _identity(line: rules.Line) -> tuple:
    return line.element, line.code, line.person, line.family, line.source


def _what(line: rules.Line, schemes: Sequence[rules.Scheme], on: date, names: Mapping[int, str]) -> str:
    label = rules.scheme_on(schemes, on).label(line.code, schemes)
    if line.element != Element.CASE:
        return label
    who = names.get(line.person, _("a family") if line.family else _("a person you supported"))
    return who if line.code in ("case", "new") else f"{who}, {label.lower()}"


def _line_words(what: str, why: str) -> str:
    """Say that the points for something end, with why; or that they begin, where there is no reason why they end."""
    if not why:
        return _("points for %(what)s begin") % {"what": what}
    if why == _("no longer newly allocated"):
        return _("the extra points for %(what)s end (%(why)s)") % {"what": what, "why": why}
    return _("points for %(what)s end (%(why)s)") % {"what": what, "why": why}


def _ended(line: rules.Line) -> str:
    if line.code == "new" and line.ending == Ending.WINDOW:
        return _("no longer newly allocated")
    return str(Ending(line.ending).label)


def _why_of_team(day: rules.TeamChange, schemes: Sequence[rules.Scheme], names: Mapping[int, str]) -> str:
    """Say whose post changes and who is away, in order of name, then what ends and begins, counted over the team."""
    new = next((change.new_scheme for change in day.changes if change.new_scheme), None)
    said = [_new_scheme(new)] if new else []
    of_workers = {change.worker: ", ".join(_of_worker(change)) for change in day.changes}
    said += [f"{name}: {of_workers[worker]}" for worker, name in names.items() if of_workers.get(worker)]
    of_lines = (pair for change in day.changes for pair in _of_lines(change))
    counted = Counter((_counted(line, schemes, day.on), words) for line, words in of_lines)
    return "; ".join(said + [_said(noun, words, count) for (noun, words), count in counted.items()])


def _of_worker(change: rules.WorkerChange) -> list[str]:
    before, after = change.before.fte, change.total.fte
    said = []
    if before != after:
        if not before:
            said.append(_("joins the team with %(after)s FTE") % {"after": points(after)})
        elif after:
            said.append(_("from %(before)s to %(after)s FTE") % {"before": points(before), "after": points(after)})
        else:
            said.append(_post_ends(change.post_ends) if change.post_ends else _("not in the team any more"))
    return said + [_("away from this day on")] * change.leaves + [_("expected back")] * change.back


def _counted(line: rules.Line, schemes: Sequence[rules.Scheme], on: date) -> str:
    is_case = line.element == Element.CASE and line.code in ("case", "new")
    return "" if is_case else rules.scheme_on(schemes, on).label(line.code, schemes).lower()


def _said(noun: str, words: str, count: int) -> str:
    if noun and count > 1:
        noun = _("%(noun)s (%(count)s times)") % {"noun": noun, "count": count}
    cases = ngettext("%(count)s case", "%(count)s cases", count) % {"count": format_number(count)}
    return _line_words(noun or cases, words)
