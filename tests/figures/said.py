"""What each place says of the same thing: a figure of a worker or a team, on a day or of a month."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple


class About(NamedTuple):
    """What a figure is about: the day, or the month by its slug; the worker or team by name; and which figure."""

    when: date | str
    whose: str
    figure: str


class Said:
    """Figures by what they are about and by where they stand."""

    def __init__(self) -> None:
        self._found: dict[About, dict[str, Any]] = defaultdict(dict)

    def say(self, place: str, when: date | str, whose: str, figures: dict[str, Any]) -> None:
        """
        Keep what a place says.

        One place says the same thing once, or the same each time: a reader may come to it in several roles.
        """
        for figure, value in figures.items():
            if isinstance(value, Decimal):
                value = value.normalize() + 0
            here = self._found[About(when, whose, figure)]
            while place in here and here[place] != value:
                place += ", again"
            here[place] = value

    def different(self) -> str:
        """Return what is not the same wherever it stands, a line each: what it is about, and what each place says."""
        return "\n".join(
            f"{about.when} {about.whose}, {about.figure}: "
            + "; ".join(f"{place}: {value}" for place, value in here.items())
            for about, here in self._found.items()
            if len(set(map(repr, here.values()))) > 1
        )

    def about(self, when: date | str) -> set[str]:
        """Return whose figures of a day or month stand anywhere."""
        return {each.whose for each in self._found if each.when == when}

    def places(self, when: date | str, whose: str, figure: str) -> set[str]:
        return set(self._found.get(About(when, whose, figure), ()))

    def all_places(self) -> set[str]:
        return {place for here in self._found.values() for place in here}

    def figures(self, when: date | str, whose: str, place: str) -> set[str]:
        """Return which figures of a day or month a place says of a worker or team."""
        return {about.figure for about, here in self._found.items() if about[:2] == (when, whose) and place in here}

    def value(self, when: date | str, whose: str, figure: str) -> Any:
        """Return a figure, by the place that came first; None where no place says it."""
        return next(iter(self._found.get(About(when, whose, figure), {None: None}).values()))

    def missing(self, when: date | str, whose: str, figure: str, places: Iterable[str]) -> set[str]:
        return set(places) - self.places(when, whose, figure)
