"""
Workbooks that open ready to be read: headings in words, typed cells, widths, a filter, sums, and what each column means.

Sums are formulas that count the rows a filter leaves, where adding up says the same as the page; other sums are values.
Words are words, whatever they begin with.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_pixel_width, xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from peerload.core.formats import format_day

from .columns import MEANINGS, CellKind, ColumnMeaning

INK, PAPER, LINE = "#12355B", "#E8F0F7", "#B8C7D6"
NARROWEST, WIDEST = 56, 420  # pixels; longer words go on in a second line
FILTER_BUTTON, PADDING = 18, 14  # pixels
SPACE = 4  # pixels between two words
LINE_HEIGHT, HIGHEST = 20, 540  # pixels; a row is at most 409 points high
BOLD = 1.12  # how much wider bold letters are


# Figures never have a name. Words that people wrote are theirs: no program can promise what stands in them.
NAMES = gettext_noop(
    "peerload puts no name of a person supported into this file. Reasons, notes and other free text are as people wrote "
    "them; they were asked to name no one."
)


class DownloadTable(NamedTuple):
    """
    A table to download: names of columns in code words, rows, and a row of sums, which only a workbook shows.

    A workbook is for people: it says columns and choices in words. CSV is for programs: it says them as code words.
    """

    header: Sequence[str]
    rows: Iterable[Sequence]
    sums: Sequence = ()


class DownloadFacts(NamedTuple):
    """Single values to download, one below the other: each by the name of its column, or under words of its own."""

    facts: Iterable[tuple[str, object]]


class AboutFile(NamedTuple):
    """
    What a file is, for its sheet about itself: it is read by people who were not there when it was made.

    :param period: the day or month that the figures describe, in words
    :param note: what the team manager wrote
    """

    title: str
    service: str
    period: str
    made_by: str
    made_on: date
    team: str = ""
    note: str = ""


def as_workbook(sheets: Mapping[str, DownloadTable | DownloadFacts], about: AboutFile) -> bytes:
    """
    Return tables as the sheets of one workbook, then a sheet about the file and one of what its columns mean.

    :param sheets: by name; names are ours: at most 31 letters, none of ``[]:*?/\\``
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        made_at = datetime.combine(about.made_on, time())
        title = " ".join(filter(None, [about.title, about.team, about.period]))
        book.set_properties({"title": title, "author": about.service, "created": made_at})
        writer = _Writer(book, title)
        for name, table in sheets.items():
            if isinstance(table, DownloadFacts):
                writer.facts(name, table)
            else:
                writer.table(name, table)
        writer.about(about)
        writer.meanings()
    return file.getvalue()


class _Writer:
    """Writes the sheets of one workbook, and remembers which columns it wrote."""

    def __init__(self, book: xlsxwriter.Workbook, title: str) -> None:
        self._book, self._title = book, title
        self._formats: dict[tuple[str, str], Format] = {}
        self._explained: list[tuple[str, str]] = []  # the sheet and the name of a column
        self._has_sums = False

    def table(self, name: str, table: DownloadTable) -> None:
        rows, columns = list(table.rows), [MEANINGS[column] for column in table.header]
        page = self._page(name, [str(column.heading) for column in columns])
        for index, column in enumerate(columns):
            if column.kind != CellKind.WORDS:  # over figures, which a spreadsheet puts to the right
                page.write_string(0, index, str(column.heading), self._format("@", "head", "right"))
        self._explained += [(name, column) for column in table.header]
        for number, row in enumerate(rows, start=1):
            for index, (column, value) in enumerate(zip(columns, row, strict=True)):
                self._write(page, (number, index), column.kind, value)
        if table.sums:
            self._sums(page, table, rows)
        page.autofilter(0, 0, len(rows), len(columns) - 1)
        shown = [
            [_shown(column.kind, value) for column, value in zip(columns, row, strict=True)]
            for row in [*rows, *([table.sums] if table.sums else [])]
        ]
        _fit(page, [[str(column.heading) for column in columns], *shown])

    def facts(self, name: str, table: DownloadFacts) -> None:
        page = self._page(name, [_("What"), _("Value")])
        shown = [(_("What"), _("Value"))]
        for number, (key, value) in enumerate(table.facts, start=1):
            column = MEANINGS.get(key)
            kind = column.kind if column else CellKind.WORDS
            shown.append((str(column.heading) if column else key, _shown(kind, value)))
            page.write_string(number, 0, shown[-1][0], self._format("@"))
            self._write(page, (number, 1), kind, value, align="left")
            self._explained += [(name, key)] if column else []
        _fit(page, shown)

    def about(self, about: AboutFile) -> None:
        """Write what the file is, who made it and when, and the note of the team manager."""
        page = self._page(_("About this file"), [_("What"), _("Value")])
        facts = [
            (_("What it is"), about.title),
            (_("Service"), about.service),
            (_("Team"), about.team),
            (_("Day or month"), about.period),
            (_("The team manager’s note"), about.note),
            (
                _("Made"),
                _("on %(day)s by %(name)s") % {"day": format_day(about.made_on), "name": about.made_by},
            ),
            (_("Names"), _(NAMES)),
            (_("Empty cells"), _("An empty cell: nothing is known, or there is nothing to say.")),
        ]
        if self._has_sums:
            facts.append(
                (_("Sums"), _("The last row adds up the rows that the filter leaves. It stays when you sort."))
            )
        shown = [(what, value) for what, value in facts if value]
        for number, row in enumerate(shown, start=1):
            for index, word in enumerate(row):
                page.write_string(number, index, word, self._format("@"))
        _fit(page, [(_("What"), _("Value")), *shown])

    def meanings(self) -> None:
        """Write what each column of the file means, in order of the sheets."""
        header = [_("Sheet"), _("Column"), _("What it means"), _("What its cells hold")]
        page = self._page(_("What the columns mean"), header)
        rows = []
        for sheet, name in self._explained:
            column = MEANINGS[name]
            rows.append((sheet, str(column.heading), str(column.means), str(column.kind.label)))
        for number, row in enumerate(rows, start=1):
            for index, word in enumerate(row):
                page.write_string(number, index, word, self._format("@"))
        page.autofilter(0, 0, len(rows), len(header) - 1)
        _fit(page, [header, *rows])

    def _page(self, name: str, header: Sequence[str]) -> Worksheet:
        """Add a sheet whose first row and column stay in sight, and which prints across whole pages."""
        page = self._book.add_worksheet(name)
        page.freeze_panes(1, 1)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.set_footer(f"&L{self._title.replace('&', '&&')}&R&P / &N")
        for index, word in enumerate(header):
            page.write_string(0, index, word, self._format("@", "head"))
        return page

    def _sums(self, page: Worksheet, table: DownloadTable, rows: Sequence[Sequence]) -> None:
        """Write the row of sums: a formula where it says the same as the page does, its value elsewhere."""
        last, at = len(rows), {name: index for index, name in enumerate(table.header)}
        for index, (name, value) in enumerate(zip(table.header, table.sums, strict=True)):
            column, place = MEANINGS[name], (last + 1, index)
            number = _number(value)
            if number is None or not rows or not self._follows(column, index, number, rows, table):
                self._write(page, place, column.kind, value, look="sum")
                continue
            self._has_sums = True
            if column.share_of:
                part, whole = (xl_rowcol_to_cell(last + 1, at[each]) for each in column.share_of)
                formula, number = f'=IF({whole}=0,"",ROUND({part}/{whole},3))', number / 100
            else:
                formula = f"=SUBTOTAL(109,{xl_range(1, index, last, index)})"
            page.write_formula(*place, formula, self._format(column.kind.number_format, "sum"), float(number))

    @staticmethod
    def _follows(
        column: ColumnMeaning, index: int, number: Decimal, rows: Sequence[Sequence], table: DownloadTable
    ) -> bool:
        """Return whether a sum follows from the rows above it, so that a spreadsheet may count it."""
        if column.share_of:
            return set(column.share_of) <= set(table.header)
        return column.kind.is_added and number == sum((_number(row[index]) or Decimal(0) for row in rows), Decimal(0))

    def _write(
        self,
        page: Worksheet,
        place: tuple[int, int],
        kind: CellKind,
        value: object,
        *,
        look: str = "",
        align: str = "",
    ) -> None:
        found = _typed(kind, value)
        if found is None:
            return
        if isinstance(found, date):
            page.write_datetime(*place, found, self._format(kind.number_format, look, align))
        elif isinstance(found, Decimal):
            counted = CellKind.WHOLE if kind == CellKind.WORDS else kind  # how many are away, beside how long one is
            page.write_number(*place, found, self._format(counted.number_format, look, align))
        else:
            page.write_string(*place, found, self._format("@", look, align))

    def _format(self, number_format: str, look: str = "", align: str = "") -> Format:
        key = number_format, f"{look} {align}"
        if key not in self._formats:
            options: dict[str, Any] = {"num_format": number_format, "valign": "top", **LOOKS[look]}
            options |= {"text_wrap": True} if number_format == "@" else {}
            if align:
                options["align"] = align
            elif number_format == "@":
                options |= {"align": "left", "indent": 1}
            self._formats[key] = self._book.add_format(options)
        return self._formats[key]


LOOKS: Mapping[str, dict[str, Any]] = {
    "": {},
    "head": {"bold": True, "bg_color": PAPER, "font_color": INK, "bottom": 1, "bottom_color": LINE},
    "sum": {"bold": True, "top": 1, "top_color": INK},
}


def _number(value: object) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _typed(kind: CellKind, value: object) -> date | Decimal | str | None:
    """Return what a cell holds: a month as its first day, a percentage as a share, a choice in words."""
    if value is None or value == "":
        return None
    if kind == CellKind.MONTH and str(value)[:1].isdigit():  # a row of sums says in words that it is of all months
        return date.fromisoformat(f"{value}-01")
    if isinstance(value, date):
        return value
    if (number := _number(value)) is not None:
        return number / 100 if kind == CellKind.PERCENT else number
    return str(getattr(value, "label", value))


def _shown(kind: CellKind, value: object) -> str:
    """Return about what a spreadsheet shows in a cell, to find how wide it is."""
    found = _typed(kind, value)
    if isinstance(found, date):
        return "0000-00-00"
    if isinstance(found, Decimal):
        return f"{found:,.3f}"
    return found or ""


def _fit(page: Worksheet, shown: Sequence[Sequence[str]]) -> None:
    """
    Set widths and heights, so that no number is shown as #### and no note fills the screen.

    Not every program makes a row high enough for its words by itself.

    :param shown: what the cells show, row by row, the headings first
    """
    widths = [_width(heading, [row[index] for row in shown[1:]]) for index, heading in enumerate(shown[0])]
    for index, width in enumerate(widths):
        page.set_column_pixels(index, index, width)
    for number, row in enumerate(shown):
        wider = 1.0 if number else BOLD
        lines = max(
            (_lines(text, (width - PADDING) / wider) for text, width in zip(row, widths, strict=True)), default=1
        )
        if lines > 1:
            page.set_row_pixels(number, min(LINE_HEIGHT * lines, HIGHEST))


def _width(heading: str, shown: Iterable[str]) -> int:
    """Return the pixels of a column; its heading goes on in a second line between words."""
    head = max(map(_pixels, heading.split()), default=0) + FILTER_BUTTON
    cells = max((_pixels(line) for text in shown for line in text.split("\n")), default=0)
    return min(max(head, cells, NARROWEST) + PADDING, WIDEST)


def _pixels(text: str) -> int:
    return int(xl_pixel_width(text) * BOLD)


def _lines(text: str, width: float) -> int:
    """Return over how many lines words run in a cell of so many pixels."""
    found = 0
    for line in text.split("\n"):
        left = -1.0
        for word in line.split(" "):
            pixels = xl_pixel_width(word)
            if pixels > left:
                found += max(1, int(-(-pixels // width)))
                left = width
            left -= pixels + SPACE
    return found
