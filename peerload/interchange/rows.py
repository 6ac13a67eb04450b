"""
Rows in little memory: a service has hundreds of thousands of them.

The values of a row take a third of what a dictionary would; the text of a file is packed away between two looks at it.
"""

import marshal
import zlib
from collections.abc import Iterable, Iterator, Mapping


class Values(Mapping):
    """
    The values of one row. All rows of a sheet share where each column stands.

    :param places: the index of each column's value, by the column's name
    :param cells: the values, in that order
    """

    __slots__ = ("cells", "_places")

    def __init__(self, places: dict[str, int], cells: Iterable[object]):
        self._places, self.cells = places, list(cells)

    def __getitem__(self, name: str):
        return self.cells[self._places[name]]

    def __setitem__(self, name: str, value) -> None:
        self.cells[self._places[name]] = value

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __or__(self, other: Mapping[str, object]) -> Mapping[str, object]:
        """Return the values with others in their place; with one that is no column's, as a dictionary."""
        if not other.keys() <= self._places.keys():
            return {**self, **other}
        changed = Values(self._places, self.cells)
        for name, value in other.items():
            changed[name] = value
        return changed

    def __repr__(self) -> str:
        return f"Values({dict(self)!r})"


def places(names: Iterable[str]) -> dict[str, int]:
    """Return where the value of each column stands in a row."""
    return {name: index for index, name in enumerate(names)}


class PackedRows:
    """
    The rows of a sheet as text, in the order of the file. All but the last few are packed away until they are gone through.

    A row is its number in the file and its cells.
    """

    AT_ONCE = 1_000  # rows of one pack

    def __init__(self, rows: Iterable[tuple[int, list[str]]] = ()):
        self._packs: list[bytes] = []
        self._last: list[tuple[int, list[str]]] = []
        self.extend(rows)

    def append(self, row: tuple[int, list[str]]) -> None:
        """Add a row at the end."""
        self._last.append(row)
        if len(self._last) == self.AT_ONCE:
            self._packs.append(zlib.compress(marshal.dumps(self._last), 1))
            self._last = []

    def extend(self, rows: Iterable[tuple[int, list[str]]]) -> None:
        """Add rows at the end."""
        for row in rows:
            self.append(row)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        for pack in self._packs:
            yield from marshal.loads(zlib.decompress(pack))
        yield from self._last

    def __len__(self) -> int:
        return len(self._packs) * self.AT_ONCE + len(self._last)

    def __eq__(self, other) -> bool:
        return list(self) == list(other)

    __hash__ = None

    def __repr__(self) -> str:
        return f"PackedRows({list(self)!r})"
