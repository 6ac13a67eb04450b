"""
The workbook to fill in, empty or with an invented service: the steps in order, and cells that keep typed values.

Codes, references and telephone numbers are text, so that no spreadsheet takes their zeros away; days are days. Where
few values are possible they are offered as a list. Every column has a line of help.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from peerload.core.translation import LazyText

from . import example
from .field_types import Choice, Day, Number, YesNo
from .sheets import README, SHEET, SHEETS
from .sheets.columns import Column, Sheet
from .sheets.settings import SETTINGS

# In this order: a sheet refers only to earlier sheets. Its purpose, in words.
ORDER: Sequence[tuple[str, str]] = (
    ("service", gettext_lazy("Always. Fill in the rows marked in colour. The others may stay empty.")),
    ("teams", gettext_lazy("If you have teams. Write the emails of managers in the sheet staff, too.")),
    ("staff", gettext_lazy("Always. Everyone who works in the service, including managers and admins.")),
    ("posts", gettext_lazy("To count points by hours: who works how much, from when.")),
    ("people", gettext_lazy("Always. Everyone the service supports, each with a reference of their own.")),
    ("tiers", gettext_lazy("Which support each person has, from which day.")),
    ("allocations", gettext_lazy("Which worker supports each person, from which day.")),
    ("waiting", gettext_lazy("People who have no worker yet.")),
    ("activities", gettext_lazy("Other work with a person that counts points, such as court.")),
    ("responsibilities", gettext_lazy("What staff do besides supporting people, such as mentoring.")),
    ("groups", gettext_lazy("If people meet in groups: this sheet and the five below.")),
    ("group_facilitators", gettext_lazy("Who facilitates each group.")),
    ("group_members", gettext_lazy("Who belongs to each group.")),
    ("group_meetings", gettext_lazy("Single meetings ahead on another day, at another hour or place, or called off.")),
    ("group_sessions", gettext_lazy("Sessions there have been.")),
    ("group_attendance", gettext_lazy("Who came to them. Each needs a contact of that day as well.")),
    ("contacts", gettext_lazy("Contacts and attempts. The last 24 weeks are enough to begin with.")),
    ("absences", gettext_lazy("Who is or was away.")),
    ("closures", gettext_lazy("Days the service is shut, besides public holidays.")),
    ("plan_rows", gettext_lazy("If you plan the week in rows of your own.")),
    ("plans", gettext_lazy("Hours planned for each of the four weeks.")),
    ("records", gettext_lazy("Points of months before, if you want to look back.")),
)
ROWS = 5_000  # of a sheet, that are offered lists and a line of help
A_LINE = 88  # characters of the widest column of the first sheet
LISTED = 500  # of the teams, groups and staff that a list offers
INK, PAPER, LINE = "#12355B", "#E8F0F7", "#B8C7D6"

Rows = Mapping[str, Sequence[Mapping[str, str]]]


def empty_workbook() -> bytes:
    """Return a workbook to fill in, with the settings of the sheet service named and everything else empty."""
    return _workbook({"service": [{"key": setting.key, "value": ""} for setting in SETTINGS]}, "")


def example_workbook(today: date) -> bytes:
    """Return the workbook filled with an invented service, with days around the one given."""
    return _workbook(example.rows(today), EXAMPLE)


EXAMPLE = gettext_lazy(
    "This is an example of invented people. Replace them with yours, and give your own name and code in the sheet service."
)
LEAD = (
    gettext_lazy(
        "Fill in the sheets from left to right. Each sheet uses names from the sheets before it. You must fill in "
        "service, staff and people. Leave the others empty if you do not need them."
    ),
    gettext_lazy(
        "A column with a coloured name must be filled in every row. Choose a cell to read what its column holds."
    ),
    gettext_lazy(
        "Write days as your spreadsheet does. The cells keep them as days. You see what would change before anything is saved."
    ),
    gettext_lazy(
        "Save it as .xlsx or .ods, or one sheet as CSV. If something can mean two things, such as 3/4/2026, peerload asks once."
    ),
)


Formats = Mapping[str, Format]


def _workbook(rows: Rows, first: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        formats = {name: book.add_format(options) for name, options in FORMATS.items()}
        _read_me(book.add_worksheet(README), formats, first)
        for name, __ in ORDER:
            _page(book.add_worksheet(name), SHEET[name], rows.get(name, ()), formats)
    return out.getvalue()


FORMATS = {
    "title": {"bold": True, "font_size": 16, "font_color": INK},
    "lead": {"text_wrap": True, "valign": "top"},
    "head": {"bold": True, "bottom": 1, "bottom_color": LINE, "text_wrap": True, "valign": "top"},
    "must": {"bold": True, "bottom": 1, "bottom_color": LINE, "bg_color": PAPER, "font_color": INK, "valign": "top"},
    "cell": {"text_wrap": True, "valign": "top"},
    "link": {"font_color": INK, "underline": 1, "valign": "top"},
    "text": {"num_format": "@"},
    "day": {"num_format": "yyyy-mm-dd"},
    "number": {"num_format": "General"},
}


def _read_me(page: Worksheet, formats: Formats, first: str) -> None:
    """Write the sheet with the steps in order, and below it the help of every column."""
    page.hide_gridlines(2)
    for index, width in enumerate((8, 22, 24, 16, 92)):
        page.set_column(index, index, width)
    page.write_string(0, 1, _("Bring a service into peerload"), formats["title"])
    row = 2
    for sentence in (*filter(None, [first]), *LEAD):
        page.merge_range(row, 1, row, 4, str(sentence), formats["lead"])
        page.set_row(row, 32)
        row += 1
    row = _table(page, row + 1, ("", _("Sheet"), "", _("Must be filled"), _("When it is needed")), formats)
    for number, (name, when) in enumerate(ORDER, 1):
        sheet = SHEET[name]
        page.write_number(row, 0, number, formats["cell"])
        page.write_url(row, 1, f"internal:'{name}'!A2", formats["link"], name)
        page.write_string(row, 3, "yes" if sheet.required else "", formats["cell"])
        _put(page, row, 4, when, formats["cell"])
        row += 1
    row = _table(page, row + 1, ("", _("Sheet"), _("Column"), _("Must be filled"), _("What it holds")), formats)
    for name, __ in ORDER:
        for column in SHEET[name].columns:
            _help_row(page, row, (name, column.name, "yes" if column.required else "", column.help), formats)
            row += 1
    row = _table(page, row + 1, ("", _("Sheet"), _("Setting"), _("Must be filled"), _("What it is")), formats)
    for setting in SETTINGS:
        _help_row(page, row, ("service", setting.key, "yes" if setting.required else "", setting.help), formats)
        row += 1
    others = ", ".join(sheet.name for sheet in SHEETS if sheet.name not in dict(ORDER))
    page.merge_range(
        row + 1,
        1,
        row + 1,
        4,
        _("An export of peerload has more sheets, which no one fills by hand: %(others)s.") % {"others": others},
        formats["lead"],
    )
    page.set_row(row + 1, 64)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _table(page: Worksheet, row: int, words: Sequence[str], formats: Formats) -> int:
    for index, word in enumerate(words):
        page.write_string(row, index, word, formats["head"])
    return row + 1


def _help_row(page: Worksheet, row: int, words: Sequence[str], formats: Formats) -> None:
    for index, word in enumerate(words, 1):
        _put(page, row, index, word, formats["cell"])


def _put(page: Worksheet, row: int, column: int, words: LazyText, format: Format) -> None:
    """Write words, in a row high enough for them: not every program makes it so by itself."""
    words = str(words)
    page.write_string(row, column, words, format)
    if column == 4 and (lines := -(-len(words) // A_LINE)) > 1:
        page.set_row(row, 15 * lines)


def _page(page: Worksheet, sheet: Sheet, rows: Sequence[Mapping[str, str]], formats: Formats) -> None:
    page.freeze_panes(1, 0)
    must = {setting.key for setting in SETTINGS if setting.required} if sheet.name == "service" else ()
    for index, column in enumerate(sheet.columns):
        kind = _format_of(column)
        page.set_column(index, index, _width(sheet, column, rows), formats[kind])
        page.write_string(0, index, column.name, formats["must" if column.required else "head"])
        for number, row in enumerate(rows, 1):
            if text := row.get(column.name, ""):
                _write(page, (number, index), column, text, formats["must" if index == 0 and text in must else kind])
        page.data_validation(1, index, ROWS, index, _help(sheet, column))
        if kind == "text":
            page.ignore_errors({"number_stored_as_text": f"{xl_col_to_name(index)}1:{xl_col_to_name(index)}{ROWS}"})
    page.autofilter(0, 0, max(len(rows), 1), len(sheet.columns) - 1)


def _format_of(column: Column) -> str:
    """Return the format of a column's cells: a day, a number, or text."""
    if isinstance(column.kind, Day):
        return "day"
    return "number" if isinstance(column.kind, Number) else "text"


def _width(sheet: Sheet, column: Column, rows: Sequence[Mapping[str, str]]) -> int:
    longest = max((len(row.get(column.name, "")) for row in rows), default=0)
    return min(max(12, len(column.name) + 4, longest + 2, 24 if sheet.name == "service" else 0), 48)


def _write(page: Worksheet, at: tuple[int, int], column: Column, text: str, format: Format) -> None:
    if isinstance(column.kind, Day):
        page.write_datetime(*at, date.fromisoformat(text), format)
    elif isinstance(column.kind, Number):
        page.write_number(*at, float(text), format)
    else:
        page.write_string(*at, text, format)


def _help(sheet: Sheet, column: Column) -> dict[str, Any]:
    """Return the help and the list a spreadsheet shows for a cell of the column; other values may be typed."""
    options: dict[str, Any] = {
        "validate": "any",
        "input_title": column.name[:32],
        "input_message": str(column.help)[:255],
    }
    words = list(column.kind.words) if isinstance(column.kind, Choice) else []
    if isinstance(column.kind, YesNo):
        words = [column.kind.yes, column.kind.no]
    if words and len(",".join(words)) <= 255:
        options |= {"validate": "list", "source": words, "error_type": "warning"}
        return options | {
            "error_title": column.name[:32],
            "error_message": (_("Choose one of %(names)s.") % {"names": ", ".join(words)})[:255],
        }
    named = {"team": "teams", "group": "groups"}.get(column.name) or sheet.refers.get(column.name)
    if named in ("teams", "groups", "staff") and named != sheet.name:
        cells = f"'{named}'!$A$2:$A${LISTED}"
        source = f"=OFFSET('{named}'!$A$2,0,0,MAX(COUNTA({cells}),1),1)"
        options |= {"validate": "list", "source": source, "show_error": False}
    return options
