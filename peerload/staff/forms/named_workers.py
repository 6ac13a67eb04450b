"""A choice of a worker by name: a text field with suggestions that are drawn once for a whole page, resolved here."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from peerload.core.folding import fold

T = TypeVar("T")


class NotNamed(Exception):
    """What was typed names none of those offered, or several; the message says what to do."""


class Names(Generic[T]):
    """
    What can be chosen by name, each under a label of its own.

    :param labels: by label, as the suggestions show it
    """

    def __init__(self, labels: Mapping[str, T]) -> None:
        self.labels = dict(labels)
        self._folded = {fold(label): label for label in self.labels}

    def label(self, typed: str) -> str:
        """
        Return the label that was typed: as it stands, in other letters, or words of it that no other label has.

        :raises NotNamed: if it is on the list not at all, or more than once
        """
        wanted = fold(typed)
        if found := typed if typed in self.labels else self._folded.get(wanted):
            return found
        words = set(wanted.split())
        alike = [label for folded, label in self._folded.items() if words and words <= set(folded.split())]
        if len(alike) == 1:
            return alike[0]
        if alike:
            raise NotNamed(
                _("“%(typed)s” can mean %(names)s. Choose one of them from the list.")
                % {"typed": typed, "names": " / ".join(alike[:4])}
            )
        raise NotNamed(_("“%(typed)s” is not on the list. Choose a name from the list.") % {"typed": typed})

    def find(self, typed: str) -> T:
        """
        Return what was named.

        :raises NotNamed: as `label` does
        """
        return self.labels[self.label(typed)]
