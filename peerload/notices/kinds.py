"""What somebody can be owed: its words, and who knows whether it is still true. Each package registers its own at start."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from .models import Notice


class Kind(NamedTuple):
    """
    A kind of notice.

    ``stage`` orders kinds of one ``series``, of which a digest counts only the last reached by a subject. ``each`` says a line
    of its own for each notice, instead of their number.
    """

    code: str
    one: str
    many: str
    still_true: Callable[[list[Notice]], set[int]]
    series: str
    stage: int = 0
    each: Callable[[Notice], str] | None = None

    def counted(self, n: int) -> str:
        """Return the line of a digest: ``3 contacts are due today``."""
        return f"{n} {self.one if n == 1 else self.many}"


_kinds: dict[str, Kind] = {}


def register(
    code: str,
    *,
    one: str,
    many: str,
    still_true: Callable[[list[Notice]], set[int]],
    series: str = "",
    stage: int = 0,
    each: Callable[[Notice], str] | None = None,
) -> None:
    """
    Register a kind; digests list them in the order registered.

    :param one: the words behind a 1: ``contact is due today``
    :param still_true: given notices of this kind, the primary keys of those that are true now
    :param each: says one notice in full, where its day is what matters
    """
    _kinds[code] = Kind(code, one, many, still_true, series or code, stage, each)


def still_true(notices: Iterable[Notice]) -> list[Notice]:
    """Return those that are true now, in the order of their kinds; of an unknown kind none is."""
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
    notices = list(notices)
    last: dict[tuple[str, str], Kind] = {}
    for notice in notices:
        kind = _kinds[notice.kind]
        held = last.setdefault((kind.series, notice.subject), kind)
        if kind.stage > held.stage:
            last[kind.series, notice.subject] = kind
    reached = list(last.values())
    lines = []
    for kind in _kinds.values():
        if kind in reached and kind.each:
            lines += [kind.each(notice) for notice in notices if notice.kind == kind.code]
        elif kind in reached:
            lines.append(kind.counted(reached.count(kind)))
    return lines
