"""
Rows in little memory: a service has hundreds of thousands of them.

The values of a row take a third of what a dictionary would. Unchanged rows are packed between two reads: the text of a
file, and the contacts of a service that comes in.
"""

import marshal
import pickle
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Self


class Values(Mapping[str, Any], tuple[Any, ...]):
    """
    The values of one row, which never change. All rows of a sheet share the index of columns.

    :param places: the index of each column's value, by the column's name, as `places` returns it
    :param cells: the values, in that order
    """

    __slots__ = ()

    def __new__(cls, places: dict[str, int], cells: Iterable[object]) -> Self:
        return tuple.__new__(cls, (places, *cells))

    def __getitem__(self, name: str) -> Any:
        return _item(self, _item(self, 0)[name])

    def __iter__(self) -> Iterator[str]:
        return iter(_item(self, 0))

    def __len__(self) -> int:
        return len(_item(self, 0))

    def __or__(self, other: Mapping[str, object]) -> Mapping[str, object]:
        """Return the values with others in their place; with one that is no column's, as a dictionary."""
        where, *cells = _items(self)
        if not other.keys() <= where.keys():
            return {**self, **other}
        for name, value in other.items():
            cells[where[name] - 1] = value
        return Values(where, cells)

    def __reduce__(self) -> tuple[Any, ...]:
        return Values, (_item(self, 0), self.cells)

    @property
    def cells(self) -> tuple[Any, ...]:
        """The values, in the order of the columns."""
        return _item(self, slice(1, None))

    def __repr__(self) -> str:
        return f"Values({dict(self)!r})"


_item, _items = tuple.__getitem__, tuple.__iter__


def places(names: Iterable[str]) -> dict[str, int]:
    """Return the index of each column's value in a row; the row keeps this index in front."""
    return {name: index for index, name in enumerate(names, 1)}


class Packed:
    """Rows in order, all but the last few of them packed away until they are gone through. What comes out is never changed."""

    AT_ONCE = 1_000  # rows of one pack

    def __init__(self, rows: Iterable[Any] = ()) -> None:
        self._packs: list[bytes] = []
        self._last: list[Any] = []
        self.extend(rows)

    def _pack(self, rows: list[Any]) -> bytes:
        raise NotImplementedError

    def _unpack(self, pack: bytes) -> Iterable[Any]:
        raise NotImplementedError

    def append(self, row: Any) -> None:
        """Add a row at the end."""
        self._last.append(row)
        if len(self._last) == self.AT_ONCE:
            self._packs.append(zlib.compress(self._pack(self._last), 1))
            self._last = []

    def extend(self, rows: Iterable[Any]) -> None:
        """Add rows at the end."""
        for row in rows:
            self.append(row)

    def clear(self) -> None:
        """Forget all rows."""
        self._packs, self._last = [], []

    def __iter__(self) -> Iterator[Any]:
        for pack in self._packs:
            yield from self._unpack(zlib.decompress(pack))
        yield from self._last

    def __len__(self) -> int:
        return len(self._packs) * self.AT_ONCE + len(self._last)

    def __eq__(self, other: Any) -> bool:
        return list(self) == list(other)

    __hash__ = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self)!r})"


class PackedRows(Packed):
    """The rows of a sheet as text, in the order of the file: each its number in the file and its cells."""

    def _pack(self, rows: list[tuple[int, list[str]]]) -> bytes:
        return marshal.dumps(rows)

    def _unpack(self, pack: bytes) -> list[tuple[int, list[str]]]:
        return marshal.loads(pack)


class PackedValues(Packed):
    """
    Rows of values of one sheet, each a number, its `Values`, and what else belongs to it.

    :param make: makes a row of these
    :param places: of all the rows
    """

    def __init__(self, make: Callable[..., NamedTuple], places: dict[str, int], rows: Iterable[Any] = ()) -> None:
        self._make, self._places = make, places
        super().__init__(rows)

    def _pack(self, rows: list[Any]) -> bytes:
        return pickle.dumps([(number, values.cells, *more) for number, values, *more in rows], pickle.HIGHEST_PROTOCOL)

    def _unpack(self, pack: bytes) -> Iterator[Any]:
        for number, cells, *more in pickle.loads(pack):
            yield self._make(number, Values(self._places, cells), *more)

    def made_by(self, make: Callable[..., NamedTuple]) -> "PackedValues":
        """Return these rows as another kind of row that ``make`` makes; nothing is unpacked."""
        other = PackedValues(make, self._places)
        other._packs, other._last = [*self._packs], [make(*row) for row in self._last]
        return other

    def replace(self, others: Mapping[int, tuple]) -> None:
        """Replace some rows by their index."""
        rows = PackedValues(self._make, self._places, (others.get(n, row) for n, row in enumerate(self)))
        self._packs, self._last = rows._packs, rows._last
