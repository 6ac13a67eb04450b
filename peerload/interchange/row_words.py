"""Rows in short: the differences between two that are alike, without words written about people."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy

from .comparison.rows import Merged
from .sheets import SHEET, WORDS_ABOUT_PEOPLE
from .sheets.columns import Column

OTHER_WORDS = gettext_lazy("other words")  # for words about people that are stored


def differing_words(name: str, row: Merged) -> tuple[str, str]:
    """Return the differing columns' words of a stored row and of a new one like it."""
    columns = differing_columns(name, row)
    return stored_words_of(name, columns, row.like.values), words_of(columns, row.values)


def differing_columns(name: str, row: Merged) -> list[Column]:
    """Return the columns in which a new row differs from a stored one like it, except the moment of recording."""
    return [
        column
        for column in SHEET[name].columns
        if column.name != "recorded_at" and row.values[column.name] != row.like.values[column.name]
    ]


def words_of(columns: Iterable[Column], values: Mapping[str, object]) -> str:
    """Return the words of a row in some columns, in short."""
    return ", ".join(f"{column.name} {column.kind.write(values[column.name])[:60] or 'empty'}" for column in columns)


def stored_words_of(name: str, columns: Iterable[Column], values: Mapping[str, object]) -> str:
    """Return the words of a stored row in some columns, in short, without words written about people."""
    said = ((column.name, column.kind.write(values[column.name])) for column in columns)
    return ", ".join(f"{column} {without_words(name, column, text)[:60] or 'empty'}" for column, text in said)


def without_words(name: str, column: str, text: str) -> str:
    """
    Return a stored text as an import may show it.

    Words written about people leave a service only by an export that a second member confirms.
    """
    return str(OTHER_WORDS) if text and (name, column) in WORDS_ABOUT_PEOPLE else text
