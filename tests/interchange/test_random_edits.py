"""
A good workbook, edited at random: it is refused, asked about or taken, never with a traceback or a fault without a place.

``EDITS=10000`` makes so many edited workbooks, ``EDITS_SEED=7`` draws others.
"""

import io
import os
import random
from collections import Counter
from datetime import date, datetime

import pytest
import xlsxwriter

from caseload.models import Client
from peerload.interchange import actions, files, known_refs, parse, rules
from peerload.interchange.comparison import merge
from peerload.interchange.comparison.names import with_pairs_in_order, with_plans_named
from peerload.interchange.errors import FileRefused
from peerload.interchange.sheets import SHEET
from peerload.staff.models import Organisation

from .ods import ods
from .sheets import MERE, TOM, small, zipped

EDITS = int(os.environ.get("EDITS", "150"))
SEED = int(os.environ.get("EDITS_SEED", "2026"))
TODAY = date(2026, 11, 12)
GOOD = small(
    posts=[
        {"email": MERE, "from": date(2026, 1, 5), "until": "", "fte": 0.8, "weekly_hours": 32},
        {"email": TOM, "from": date(2026, 1, 5), "until": "", "fte": 1, "weekly_hours": 40},
    ],
    contacts=[
        {"ref": "H1", "email": MERE, "on": date(2026, 11, 2), "minutes": 30, "reached": "yes", "outcome": "other", "note": "Met"},
        {"ref": "H2", "email": TOM, "on": date(2026, 11, 3), "minutes": "", "reached": "no", "outcome": "", "note": ""},
    ],
    plans=[{"email": MERE, "week": 1, "activity": "supervision", "hours": 1.5}],
    records=[{"email": MERE, "month": "2026-10", "total": 83, "status": "submitted"}],
)  # fmt: skip
TYPED = (
    "", " ", "x", "3/4/2026", "25/4/2026", "4/25/2026", "3 April 2026", "2026-13-45", "=A1&B1", "=1/0", "#REF!",
    "K?whai", "Kō\ufffdwhai",
    "MÄ\x81ori", "a\nb", "a\tb", "\u202eabc", "\x00", "\x0b", "1e400", "6.42E+10", "0,8", "1,250", "Y", "no", "TRUE",
    "h1", "H1 ", "007", "h-1",
    "peer worker", "Keep in touch", "30 min", "1 h 30", "'=1", '"', "'", ";", ",", "mailto:mere@harbourside.example", "x" * 9000,
    "_x000D_",
    True, False, 0, -1, 7, 0.1, 1e15, 6.42e10, 46000, date(2026, 4, 3), date(1850, 1, 1), datetime(2026, 4, 3, 9, 30),
    "ref", "name", "email", "service", "ref,name", "１２３", "½", "2026-02-29", "٣", "nan", "inf", "-0", "9" * 40,
)  # fmt: skip

Sheets = dict[str, list[list]]


def as_grids(sheets: dict[str, list[dict]]) -> Sheets:
    found = {}
    for name, rows in sheets.items():
        header = list(dict.fromkeys(column for row in rows for column in row))
        found[name] = [header, *([row.get(column, "") for column in header] for row in rows)]
    return found


class Editor:
    """Somebody who edits without looking."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.sheets = {name: [list(row) for row in rows] for name, rows in as_grids(GOOD).items()}
        self.merged: list[tuple[str, int, int]] = []

    def edit(self) -> None:
        edits = (
            self.retype, self.retype, self.retype, self.cut, self.swap, self.swap, self.shift_row, self.shift_column,
            self.copy_row, self.cut_row,
            self.move_rows, self.put_title, self.rename_column, self.rename_sheet, self.empty_sheet, self.put_sheet,
            self.put_column, self.merge,
        )  # fmt: skip
        self.random.choice(edits)()

    def _sheet(self) -> list[list]:
        return self.random.choice(list(self.sheets.values())) or [[""]]

    def _place(self) -> tuple[list, int]:
        row = self.random.choice(self._sheet())
        row.extend([""] * (1 - len(row)))
        return row, self.random.randrange(len(row))

    def retype(self):
        row, index = self._place()
        row[index] = self.random.choice(TYPED)

    def cut(self):
        row, index = self._place()
        row[index] = ""

    def swap(self):
        (one, i), (other, j) = self._place(), self._place()
        one[i], other[j] = other[j], one[i]

    def shift_row(self):
        row, index = self._place()
        row.insert(index, "") if self.random.random() < 0.5 else row.pop(index)

    def shift_column(self):
        rows = self._sheet()
        index = self.random.randrange(max(len(rows[0]), 1))
        cells = [row[index] if index < len(row) else "" for row in rows]
        for row, text in zip(rows, [cells[-1], *cells[:-1]], strict=True):
            row.extend([""] * (index + 1 - len(row)))
            row[index] = text

    def copy_row(self):
        rows = self._sheet()
        rows.insert(self.random.randrange(len(rows) + 1), list(self.random.choice(rows)))

    def cut_row(self):
        rows = self._sheet()
        if len(rows) > 1:
            rows.pop(self.random.randrange(len(rows)))

    def move_rows(self):
        self.random.shuffle(self._sheet())

    def put_title(self):
        self._sheet().insert(0, [self.random.choice(("Our people", "", 2026, "ref"))])

    def rename_column(self):
        header = self._sheet()[0]
        if header:
            index = self.random.randrange(len(header))
            header[index] = self.random.choice(
                (str(header[index]).upper(), f" {header[index]}", "other", "", header[0])
            )

    def rename_sheet(self):
        name = self.random.choice(list(self.sheets))
        new = self.random.choice((name.upper(), f"{name} ", "Sheet1", "people", "read me", "What is wrong"))
        self.sheets = {new if each == name else each: rows for each, rows in self.sheets.items()}

    def empty_sheet(self):
        self.sheets[self.random.choice(list(self.sheets))] = []

    def put_sheet(self):
        self.sheets[self.random.choice(("Sheet1", "closures", "notes"))] = [["date", "label"], ["", ""]]

    def put_column(self):
        for row in self._sheet():
            row.append(self.random.choice(TYPED))

    def merge(self):
        name = self.random.choice(list(self.sheets))
        self.merged.append((name, self.random.randrange(1, 4), self.random.randrange(4)))

    def file(self) -> bytes:
        """Return the sheets as a workbook or as a zip of CSV files, in one of the ways that programs write them."""
        way = self.random.choice(("xlsx", "ods", "csv"))
        if way == "ods":
            return ods(self.sheets)
        return self._xlsx() if way == "xlsx" else self._csv()

    def _xlsx(self) -> bytes:
        out = io.BytesIO()
        options = {"nan_inf_to_errors": True, "default_date_format": "yyyy-mm-dd", "strings_to_urls": False}
        with xlsxwriter.Workbook(out, options) as made:
            pages, there = {}, set()
            for name, rows in self.sheets.items():
                if name.lower() in there:
                    continue
                there.add(name.lower())
                page = pages[name] = made.add_worksheet(name)
                for number, row in enumerate(rows):
                    for index, cell in enumerate(row):
                        words = isinstance(cell, str) and (cell.startswith("x_") or not cell.startswith("="))
                        (page.write_string if words and cell else page.write)(number, index, cell)
            for number, (name, row, column) in enumerate(self.merged):
                if name in pages and number == 0:
                    pages[name].merge_range(row, column, row + 2, column, "merged")
        return out.getvalue()

    def _csv(self) -> bytes:
        codec = self.random.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252"))
        sign = self.random.choice((",", ",", ";", "\t"))
        quoted = self.random.random() < 0.8

        def written(cell) -> str:
            text = str(cell)
            needs = quoted and any(each in text for each in (sign, '"', "\n", "\r"))
            return '"' + text.replace('"', '""') + '"' if needs else text

        return zipped(
            {
                f"{name}.csv": "\r\n".join(sign.join(map(written, row)) for row in rows).encode(codec, "replace")
                for name, rows in self.sheets.items()
            }
        )


def judge(content: bytes) -> str:
    """Read a file as an import does, as far as that goes without a database; return what becomes of it."""
    try:
        opened = files.open_bytes(content)
    except FileRefused as refused:
        check_places(refused.faults)
        return "refused"
    found = parse.read(opened)
    found = known_refs.with_refs_as_known(found, ["H1", "H9"])
    found = with_plans_named(with_pairs_in_order(found), {}, TODAY)
    service = merge(found, {})
    broken = found.broken | {fault.sheet for fault in found.missing}
    faults = [
        *found.faults,
        *found.missing,
        *rules.read_settings(service)[1],
        *rules.faults(service, broken=broken, today=TODAY),
    ]
    check_places(faults)
    for question in found.asked.questions():
        assert question.says and question.places and (question.accepting or question.choices)
        for place in question.places:
            assert place.sheet in SHEET and place.text, place
            assert place.row or question.kind in ("encoding", "separators"), place
    return "refused" if faults else "asked" if found.asked.questions() else "taken"


def check_places(faults: list) -> None:
    for fault in faults:
        assert fault.sheet and fault.says.endswith((".", "?")), fault
        assert fault.row or not fault.column or fault.sheet == "service", fault


def edited(seed: int) -> bytes:
    editor = Editor(seed)
    for _ in range(editor.random.choice((1, 1, 1, 2, 3, 6))):
        editor.edit()
    return editor.file()


def test_the_workbook_is_good_before_it_is_edited():
    for way in ("_xlsx", "_csv"):
        assert judge(getattr(Editor(1), way)()) in ("taken", "asked")
    assert judge(ods(Editor(1).sheets)) == "taken"


def test_edited_at_random_it_is_refused_asked_about_or_taken():
    became = Counter()
    for number in range(EDITS):
        seed = SEED * 1_000_000 + number
        try:
            became[judge(edited(seed))] += 1
        except Exception as error:
            raise AssertionError(f"edit {seed}") from error
    assert set(became) == {"refused", "asked", "taken"}
    print(f"{EDITS} edits: {dict(became)}")


@pytest.mark.django_db
def test_what_is_refused_or_asked_about_is_not_saved_by_half(on):
    on(TODAY)
    for number in range(max(EDITS // 10, 12) if EDITS < 1000 else 100):
        if Organisation.objects.exists():
            break  # taken: what follows would go into it
        try:
            actions.bring_in(files.open_bytes(edited(SEED * 1_000_000 + number)))
        except FileRefused:
            assert not Organisation.objects.exists() and not Client.objects.exists(), number
