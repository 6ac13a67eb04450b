"""What a sheet and its columns are, and the columns that come again and again."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db.models import F, Model, TextField, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import RowNumber
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from caseload.models import Client, Family, Group
from peerload.core.translation import LazyText
from peerload.staff.models import Member, Team, User

from ..field_types import Choice, Day, Email, FieldType, LastDay, Moment, Month, Name, Number, Text, Whole, YesNo


class Column(NamedTuple):
    """
    A column: its name in the header, its type, a line of help, whether it must be filled, its value when empty.

    ``source`` is the field of the sheet's model it is written to, as a path that Django follows: ``client__ref`` is the
    ref of the person, and on the way in the person of that ref. Comparison, export, import, workbook and help all go by
    it. Without a source the column follows from other rows, or a step of its own writes it.

    A column that only requests a change (``asks``) is read and never written into a sheet. One of free words
    ``about_somebody`` is shown only to members who may read them on a page.
    """

    name: str
    kind: FieldType
    help: LazyText
    required: bool = False
    default: object = None
    asks: bool = False
    source: str = ""
    about_somebody: bool = False

    @property
    def empty(self) -> object:
        """The value of an empty cell."""
        return self.kind.empty if self.default is None else self.default


# Rows with a name of their own, and their sheet; families are in none.
NAMED = {Member: "staff", Client: "people", Team: "teams", Group: "groups", Family: "families"}


class Parent(NamedTuple):
    """
    A row of another sheet that a row belongs to, named by several columns.

    :param field: the foreign key of the sheet's model
    :param columns: those that hold the other row's key, in the order of that key
    :param by: the columns of the other sheet, if they are not its key
    :param optional: whether a row may belong to none; then an empty column says so
    """

    field: str
    sheet: str
    columns: tuple[str, ...]
    by: tuple[str, ...] = ()
    optional: bool = False


class Sheet(NamedTuple):
    """
    A sheet: its columns, the model whose rows it holds, and the columns of its key.

    Without a key the n-th equal row of the file is the n-th equal row of the database.

    :param whose: the path from the model to its service
    :param ends: whether a row ends where the next of the same person or worker begins; then ``ends_before`` is worked out
    :param parents: rows of other sheets that it takes several columns to name
    :param as_written: whether the rows of one parent keep the order in which they were written, because pages show them in it
    :param by_command_only: whether it is left out of what an admin exports, because pages show it only to its worker
    :param added: what a query adds to its rows, by the name that a column has as its source
    """

    name: str
    help: LazyText
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    required: bool = False
    model: type[Model] | None = None
    whose: str = "organisation"
    ends: bool = False
    parents: tuple[Parent, ...] = ()
    as_written: bool = False
    by_command_only: bool = False
    added: Mapping[str, Combinable] = MappingProxyType({})

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def sources(self) -> dict[str, str]:
        """The source of each column that has one, by the column's name."""
        return {column.name: column.source for column in self.columns if column.source}

    @property
    def refers(self) -> dict[str, str]:
        """What a column names on its own, by the column's name, as in `NAMED`: ``manager`` names one of the staff."""
        apart = {parent.field for parent in self.parents}
        return {
            name: named
            for name, named in self.refers_anywhere.items()
            if self.sources[name].split("__")[0] not in apart
        }

    @property
    def refers_anywhere(self) -> dict[str, str]:
        """The same, with what a column names together with others: of a session of a group, the group."""
        found = {name: _named(self.model, source) for name, source in self.sources.items()}
        return {name: named for name, named in found.items() if named}

    @property
    def written(self) -> tuple[Column, ...]:
        """The columns that an export has."""
        return tuple(column for column in self.columns if not column.asks)


def sheet(
    name: str, help: LazyText, key: tuple[str, ...], model: type[Model] | None, *columns: Column, **more: Any
) -> Sheet:
    """Return a sheet, its columns last; ``more`` are the other fields of `Sheet`."""
    return Sheet(name, help, columns, key, model=model, **more)


def _named(model: type[Model], source: str) -> str:
    """Return the first row on a path that has a name of its own, as in `NAMED`."""
    for step in source.split("__")[:-1]:
        model = model._meta.get_field(step).related_model
        if model in NAMED:
            return NAMED[model]
    return ""


# Types of columns -----------------------------------------------------------------------------------------------------
EMAIL = Email(User._meta.get_field("email").max_length)

FTE = Number(3, 0, "1.5", above=True)
HOURS = Number(2, 0, 168)
MARK = Number(2, 0, 10_000)


def text_of(model: type[Model], field: str) -> Text:
    """Return the type of a column of words as long as their field."""
    found = model._meta.get_field(field)
    return Text(found.max_length, lines=isinstance(found, TextField) or found.max_length >= 300)


def name_of(model: type[Model], field: str = "name") -> Name:
    """Return the type of a column that holds a row's name."""
    return Name(model._meta.get_field(field).max_length)


# Columns --------------------------------------------------------------------------------------------------------------


def of(
    name: str, kind: FieldType, help: LazyText, source: str = "", required: bool = False, default: object = None
) -> Column:
    """Return a column of any type, whose source has its name if no other is given."""
    return Column(name, kind, help, required, default, source=source or name)


def text(model: type[Model], name: str, help: LazyText, source: str = "", required: bool = False) -> Column:
    """Return a column of words as long as their field."""
    return of(name, text_of(model, source or name), help, source, required)


def words(model: type[Model], name: str, help: LazyText, required: bool = False) -> Column:
    """Return a column of free words about a person."""
    return text(model, name, help, required=required)._replace(about_somebody=True)


def day(name: str, help: LazyText, source: str = "", required: bool = False) -> Column:
    return of(name, Day(), help, source, required)


def yes(name: str, help: LazyText, default: bool | None = False, source: str = "") -> Column:
    return of(name, YesNo(), help, source, default=default)


def one_of(
    name: str,
    words: Iterable[str],
    help: LazyText = "",
    required: bool = False,
    source: str = "",
    default: str | None = None,
) -> Column:
    return of(
        name,
        Choice(words),
        help or format_lazy(gettext_lazy("One of {names}."), names=", ".join(map(str, words))),
        source,
        required,
        default,
    )


def member(name: str, help: LazyText, field: str = "", required: bool = False) -> Column:
    """Return a column that names one of the staff, by email."""
    return of(name, EMAIL, help, f"{field or name}__user__email", required)


def email(help: LazyText, required: bool = True, field: str = "worker") -> Column:
    return member("email", help, field, required)


def by(help: LazyText = gettext_lazy("Who wrote it down, by email.")) -> Column:
    return member("by", help)


def ref(
    help: LazyText = gettext_lazy("The person, by the ref of the sheet people."),
    source: str = "client__ref",
    name: str = "ref",
) -> Column:
    return of(name, text_of(Client, "ref"), help, source, True)


def family(help: LazyText) -> Column:
    return of("family", name_of(Family, "code"), help, "family__code")


def team(help: LazyText, required: bool = False, source: str = "team__name", name: str = "team") -> Column:
    return of(name, name_of(Team), help, source, required)


def group(
    help: LazyText = gettext_lazy("The group, by its name in the sheet groups."), source: str = "group__name"
) -> Column:
    return of("group", name_of(Group), help, source, True)


def from_day(help: LazyText = gettext_lazy("First day.")) -> Column:
    return day("from", help, "starts_on", True)


def until(help: LazyText = gettext_lazy("Last day; empty while it goes on.")) -> Column:
    return of("until", LastDay(), help, "ends_before")


def month(source: str = "month") -> Column:
    return of("month", Month(), gettext_lazy("As 2026-10."), source, True)


def recorded_at() -> Column:
    return of(
        "recorded_at", Moment(), gettext_lazy("When it was written down, as 2026-11-20T01:30:00Z; now if left out.")
    )


def nth(of_what: LazyText, source: str = "nth") -> Column:
    """Return a column that numbers several rows with the same key."""
    return of(
        "nth",
        Whole(1, 1_000),
        format_lazy(gettext_lazy("2 for the second {of_what}, and so on; 1 if left out."), of_what=of_what),
        source,
        default=1,
    )


def nth_of(*fields: str) -> Window:
    """Return which of several rows with the same fields a row is, in the order they were written."""
    return Window(RowNumber(), partition_by=[F(field) for field in fields], order_by="pk")
