"""docs/rules.md has a row for each id that the repository cites, naming a function and a test that are there."""

import json
import re
import subprocess
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

from caseload.rules import reminder
from peerload.staff.rules import absence_band
from workload.months.rules import NEXT

PROJECT = Path(__file__).resolve().parents[1]
DOCUMENT = PROJECT / "docs" / "rules.md"
TEXT = DOCUMENT.read_text()
CITED_IN = {".py", ".md", ".html", ".txt", ".json", ".sql", ".js", ".css"}

# What stands in quotation marks by itself is a reference of somebody or something, not an id.
ID = re.compile(r"(?<![\w.%\"'-])(?:[ABCDEFGHLPSTW]\d\d|R\d{1,3}|4[A-F])(?!\w|[-.:]\d)")
RANGE = re.compile(r"\b([APRW])(\d{1,3})(?:-| to )\1(\d{1,3})\b")
DRAWING = re.compile(r"<(?:path|svg)[^>]*>|\bd=\"[^\"]*\"")  # the way of a pen is written in letters and numbers, too
FUNCTION = re.compile(r"`((?:caseload|workload|wellbeing|peerload)(?:\.\w+)+)`")
TEST = re.compile(r"`(tests/[\w/]+\.py)`")


def rows() -> list[list[str]]:
    """Return the cells of every row of the tables, those of heads and lines left out."""
    found = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("|")
    ]
    return [cells for cells in found if cells[0] not in ("Id", "Question") and not set(cells[0]) <= {"-"}]


RULES = [cells for cells in rows() if len(cells) == 4]
IDS = [cells[0] for cells in rows() if ID.fullmatch(cells[0])] + re.findall(r"^### (4[A-F]) ", TEXT, re.MULTILINE)


def tracked() -> dict[str, str]:
    """Return the texts of the repository by their path; drawings and this document left out."""
    names = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    paths = [PROJECT / name for name in names if Path(name).suffix in CITED_IN]
    texts = {path: path.read_text() for path in paths if path.is_file() and path != DOCUMENT}
    return {path.relative_to(PROJECT).as_posix(): DRAWING.sub("", text) for path, text in texts.items()}


def cited(text: str) -> set[str]:
    """Return the ids in a text, with all that lie between the two of a range."""
    found = set(ID.findall(text))
    for letter, first, last in RANGE.findall(text):
        found |= {f"{letter}{n:0{len(first)}d}" for n in range(int(first), int(last) + 1)}
    return found


def named(path: str):
    """Return what a dotted path names: a module as far as there is one, then what is in it."""
    parts = path.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for name in parts[end:]:
            found = getattr(found, name)
        return found
    raise ModuleNotFoundError(path)


def test_every_id_that_is_cited_has_a_row():
    missing = {f"{name}: {id}" for name, text in tracked().items() for id in cited(text) - set(IDS)}
    assert missing == set()


def test_an_id_has_one_row():
    assert sorted(IDS) == sorted(set(IDS))


def test_ids_are_found_where_they_are_cited():
    text = "Points stand (W05, R19-R21) until 4D; p. 12, 2026-03-02T12:00, E501 and H1 are none. A06-A08"
    assert cited(text) == {"W05", "R19", "R20", "R21", "4D", "A06", "A07", "A08"}


def test_a_rule_says_which_function_holds_it_and_which_test_shows_it():
    assert [cells[0] for cells in RULES if not (FUNCTION.search(cells[2]) and TEST.search(cells[3]))] == []


def test_what_holds_a_rule_is_there():
    assert [path for path in sorted(set(FUNCTION.findall(TEXT))) if named(path) is None] == []


def test_what_shows_a_rule_is_there():
    names = sorted(set(TEST.findall(TEXT)))
    assert [name for name in names if "def test_" not in (PROJECT / name).read_text()] == []


def test_every_worked_example_has_a_row():
    examples = json.loads((PROJECT / "tests" / "data" / "examples.json").read_text())
    letters = tuple("BCDEFGHS")
    assert sorted(id for id in IDS if id.startswith(letters)) == sorted(example["id"] for example in examples)


def test_nothing_is_cited_by_a_number_alone():
    """R52 has a row; the fifty-second gap of a list that is nowhere has none."""
    found = {name: numbers for name, text in tracked().items() if (numbers := re.findall(r"\b[Gg]aps?\s\d+\b", text))}
    assert found == {}


# The tables of the state machines ----------------------------------------------------------------------------------------


def table(heading: str) -> list[list[str]]:
    """Return the cells of the rows below a heading."""
    lines = TEXT.split(f"### {heading}", 1)[1].split("\n### ", 1)[0].splitlines()
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return found[2:]


def days_of(words: str) -> range:
    """Return the days a cell names: ``0``, ``14 to 56``, ``57 and more``."""
    first, *last = (int(n) for n in re.findall(r"-?\d+", words))
    return range(first, last[0] + 1 if last else first + (20 if "more" in words else 1))


def test_a_record_goes_where_4D_says():
    ways = {(start, end.split(";")[0]) for starts, _, end in table("4D") for start in starts.split(", ")}
    assert ways == {(start.label.lower(), end.label.lower()) for (start, _), end in NEXT.items()}


def test_a_reminder_has_the_stages_of_4E():
    due = date(2026, 11, 12)
    stages = {n: stage.split()[0] for days, stage in table("4E") for n in days_of(days)}
    assert {n: reminder(due, due + timedelta(days=n)) for n in stages} == stages
    assert reminder(due, due + timedelta(days=min(stages) - 1)) is None


def test_an_absence_has_the_bands_of_4F():
    bands = {n: band.split(",")[0] for band, days, _ in table("4F") for n in days_of(days)}
    assert {n: absence_band(n).label for n in bands} == bands
    assert set(range(70)) <= set(bands)
