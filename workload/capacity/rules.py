"""What is said beside a choice of a worker, and who is listed first. Nothing here reads the clock, the database or settings."""

from collections.abc import Hashable, Iterable
from typing import NamedTuple

from .enums import Caution


class Receiving(NamedTuple):
    """What is known of a worker with everyone chosen for them."""

    away: bool = False
    away_later: bool = False
    leaving: bool = False
    over_limit: bool = False
    over_hours: bool = False


def cautions(receiving: Receiving, *, moves: bool, family_apart: bool = False) -> list[Caution]:
    """
    Return what to say beside a person's choice of a worker, the gravest first; an empty list where all is well (R146).

    :param moves: whether the person moves to the worker; cover adds no points (R77), so the limit is not asked then
    :param family_apart: whether people of one family have different workers with these choices
    """
    asked = (
        (receiving.away, Caution.AWAY),
        (receiving.away_later, Caution.AWAY_LATER),
        (receiving.leaving, Caution.LEAVING),
        (moves and receiving.over_limit, Caution.OVER_LIMIT),
        (receiving.over_hours, Caution.OVER_HOURS),
        (family_apart, Caution.FAMILY_APART),
    )
    return [caution for holds, caution in asked if holds]


def families_apart(chosen: Iterable[tuple[Hashable, Hashable]]) -> set[Hashable]:
    """
    Return the families whose people have different workers (R146).

    :param chosen: (family, worker) of each person of a family; the worker None where none is chosen
    """
    workers: dict[Hashable, set[Hashable]] = {}
    for family, worker in chosen:
        workers.setdefault(family, set()).add(worker)
    return {family for family, found in workers.items() if len(found) > 1}
