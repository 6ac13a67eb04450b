"""Kinds of notices: their words, and how to know whether one is still true. Each app registers its `KINDS` at start."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from peerload.core.translation import LazyText
from peerload.staff.models import Member

from .models import Notice


class Reader(NamedTuple):
    """A member who looks at a page on a day; ``team_id`` is the team of that page, which has sections of its own."""

    member: Member
    on: date
    team_id: int | None = None

    @property
    def leads(self) -> bool:
        """Whether the page is for those who lead a team."""
        return self.team_id is not None


class FirstPageLine(NamedTuple):
    """A line of a first page: ``label`` is the link to ``url``, which the reader may open; ``words`` say what it is about."""

    label: str
    url: str
    words: str
    icon: str = "info-circle"


class NoticeKind(NamedTuple):
    """
    A kind of notice: its words, how to know whether it is true still, and where it stands.

    :param says: the counted words, by ``ngettext_lazy``: ``%(count)d contacts are due today``; none where ``each`` has
        all lines
    :param still_true: given notices of this kind, the primary keys of those that are true now
    :param series: kinds of one series are stages of one matter; a digest counts only the last that a subject reached
    :param stage: where it stands in its series
    :param then: given the notices counted, a second sentence without its full stop: from when, or by when; usually none
    :param each: returns one notice in full, where its day matters, so that the digest has a line for each
    :param shown: given notices of one reader that are true now, the lines of their first page, by name; a kind without
        it has a section of its own there
    """

    code: str
    says: LazyText | None
    still_true: Callable[[list[Notice]], set[int]]
    series: str = ""
    stage: int = 0
    then: Callable[[list[Notice]], str] = lambda notices: ""
    each: Callable[[Notice], LazyText] | None = None
    shown: Callable[[list[Notice], Reader], list[FirstPageLine]] | None = None

    def lines(self, notices: list[Notice]) -> list[str]:
        """Return the lines of a digest about these notices: one that counts them, or one each."""
        return [str(self.each(notice)) for notice in notices] if self.each else [self.counted(notices)]

    def counted(self, notices: list[Notice]) -> str:
        """Return the line of a digest: ``3 contacts are due``, or two sentences: ``1 person is newly with you. From 12 May``."""
        return ". ".join(filter(None, [self.says % {"count": len(notices)}, self.then(notices)]))


_kinds: dict[str, NoticeKind] = {}


def register(*kinds: NoticeKind) -> None:
    """Register kinds; digests list them in the order registered."""
    _kinds.update({kind.code: kind for kind in kinds})


def keys_of(notices: Iterable[Notice]) -> set[int]:
    """Return the primary keys in the subjects of notices."""
    return {notice.key for notice in notices}


def matching(notices: list[Notice], rows: QuerySet, day: str, *, key: str = "pk") -> set[int]:
    """Return the notices whose anchor is the ``day`` of the row that their subject names by ``key``."""
    true = set(rows.filter(**{f"{key}__in": keys_of(notices)}).values_list(key, day))
    return {notice.pk for notice in notices if (notice.key, notice.anchor_on) in true}


def codes() -> list[str]:
    """Return the codes of every kind, in the order registered."""
    return list(_kinds)


def still_true(notices: Iterable[Notice]) -> list[Notice]:
    """Return the notices that are true now, in the order of their kinds; none of an unknown kind."""
    notices = list(notices)
    true = []
    for kind in _kinds.values():
        same = [notice for notice in notices if notice.kind == kind.code]
        if same:
            held = kind.still_true(same)
            true += [notice for notice in same if notice.pk in held]
    return true


def counted(notices: Iterable[Notice]) -> list[str]:
    """Return the lines of a digest: how many subjects of each kind, each subject at its last stage only."""
    reached = _last_stages(notices)
    return [line for code, kind in _kinds.items() if code in reached for line in kind.lines(reached[code])]


def shown(notices: Iterable[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return the lines of a reader's first page about their notices, each subject at its last stage only."""
    notices = [notice for notice in notices if notice.kind in _kinds and _kinds[notice.kind].shown]
    reached = _last_stages(still_true(notices))
    return [line for code, kind in _kinds.items() if code in reached for line in kind.shown(reached[code], reader)]


def _last_stages(notices: Iterable[Notice]) -> dict[str, list[Notice]]:
    """Return notices by kind, for each subject only the one at the last stage of its series."""
    last: dict[tuple[str, str], Notice] = {}
    for notice in notices:
        kind = _kinds[notice.kind]
        held = last.setdefault((kind.series or kind.code, notice.subject), notice)
        if kind.stage > _kinds[held.kind].stage:
            last[kind.series or kind.code, notice.subject] = notice
    reached: dict[str, list[Notice]] = {}
    for notice in last.values():
        reached.setdefault(notice.kind, []).append(notice)
    return reached
