"""What the documents for developers name is there, and the picture of the layers is the list that the tests hold."""

import re
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from peerload.home.sweep import STEPS
from tests.test_architecture import LAYERS

PROJECT = Path(__file__).resolve().parents[1]
DEVELOPMENT = (PROJECT / "docs/development.md").read_text()
ARCHITECTURE = (PROJECT / "docs/architecture.md").read_text()
DECISIONS = (PROJECT / "docs/decisions/README.md").read_text()
PICTURE = (PROJECT / "docs/pictures/layers.svg").read_text()
README = (PROJECT / "README.md").read_text()

ELSEWHERE = {
    *("preferred_time", "send_robust", ".data"),  # what a recipe makes, what is never used, what a start makes
    *(
        "LANGUAGES",
        "LocaleMiddleware",
        "0001_squashed_...",
    ),  # what a second language would need; how names of files begin
}


def named(text: str) -> list[str]:
    """Return what stands in backticks, commands and code of more than a name left out."""
    return sorted({each for each in re.findall(r"`([^`\n]+)`", text) if re.fullmatch(r"[\w./]+", each)})


@cache
def words_of_code() -> frozenset[str]:
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.html"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    texts = [path.read_text() for name in listed.stdout.split() if (path := PROJECT / name).exists()]
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


def exists(name: str) -> bool:
    """Return whether there is a file, a module or a name in the code that a document names."""
    if "/" in name:
        return (PROJECT / name).exists() or (PROJECT / "templates" / name).exists()
    if re.match(r"(peerload|caseload|workload|wellbeing)\.", name):
        return bool(
            find_spec(name)
        )  # not imported: the server's module would change how this process waits for the database
    return name in ELSEWHERE or set(re.findall(r"\w+", name)) <= words_of_code()


def test_what_a_document_names_is_there():
    assert [name for name in [*named(DEVELOPMENT), *named(ARCHITECTURE)] if not exists(name)] == []


def test_the_document_names_every_file_that_acts_on_what_is_announced():
    folders = [PROJECT / name for name in ("peerload", "caseload", "workload", "wellbeing")]
    listening = [path for folder in folders for path in folder.rglob("*.py") if "\n@receiver(" in path.read_text()]

    assert listening
    assert [name for path in listening if (name := str(path.relative_to(PROJECT))) not in ARCHITECTURE] == []


def test_names_are_looked_for():
    assert {"caseload/tables.py", "PeopleTable", "person_initial", "notify_each"} <= set(named(DEVELOPMENT))


# The layers ------------------------------------------------------------------------------------------------------------


def test_the_document_names_every_layer_in_order():
    section = ARCHITECTURE.partition("## The layers")[2].partition("\n## ")[0]
    layers = re.findall(r"^\d+\. ((?:`[\w.]+`[,:]?\s+)+)", section, re.MULTILINE)
    assert [tuple(re.findall(r"`([\w.]+)`", layer)) for layer in layers] == list(LAYERS)


def test_the_picture_shows_every_layer_in_order_from_the_roof_down():
    rows = {}
    for y, name in re.findall(r'<text x="[\d.]+" y="(\d+)"><tspan class="name">([^<]+)</tspan>', PICTURE):
        rows.setdefault(int(y), []).append(name)
    drawn = [[part for name in names for part in expanded(name)] for _, names in sorted(rows.items(), reverse=True)]
    assert drawn == [shortened(layer) for layer in LAYERS]


def expanded(name: str) -> list[str]:
    """Return the names in "peerload.home, serve": the package stands before the first alone."""
    if ":" in name:
        return [name.partition(":")[0]]
    first, *others = name.split(", ")
    return [first, *(f"{first.rpartition('.')[0]}.{other}" for other in others)]


def shortened(layer: tuple[str, ...]) -> list[str]:
    """Return the names of a layer, modules of one app as the app."""
    return list(dict.fromkeys(re.sub(r"^(peerload\.staff)\..*", r"\1", name) for name in layer))


def test_the_document_lists_every_step_of_the_sweep():
    section = ARCHITECTURE.partition("## The sweep")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\d+\. ", section, re.MULTILINE)) == len(STEPS)


# README and decisions --------------------------------------------------------------------------------------------------


def test_the_readme_is_short_and_has_three_pictures():
    assert len(README.splitlines()) <= 120
    assert len(re.findall(r"^!\[", README, re.MULTILINE)) == 3


def test_the_readme_leads_to_every_document():
    assert [path.name for path in (PROJECT / "docs").glob("*.md") if f"](docs/{path.name}" not in README] == []


USUAL = {
    "actions",
    "forms",
    "management",
    "migrations",
    "models",
    "notices",
    "queries",
    "rules",
    "templatetags",
    "views",
}


def packages(*tops: str) -> list[str]:
    """Return the packages in these, those of the usual names left out."""
    found = sorted(path.parent for top in tops for path in (PROJECT / top).glob("*/__init__.py"))
    return [f"{path.parent.name}.{path.name}" for path in found if path.name not in USUAL]


def test_the_architecture_says_what_is_in_every_package_of_an_app():
    section = ARCHITECTURE.partition("## The packages of the apps")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `([\w.]+)`", section, re.MULTILINE)
    assert sorted(told) == packages("caseload", "workload", "wellbeing")


def test_the_map_names_every_package():
    tree = README.partition("## A map of the code")[2].partition("```\n\n")[0]
    names = [name.partition(".")[2] for name in packages("peerload", "caseload", "workload", "wellbeing")]
    assert [name for name in names if f" {name}/" not in tree] == []


def test_every_decision_is_in_the_index_once_and_in_order():
    files = sorted(path.name for path in (PROJECT / "docs/decisions").glob("0*.md"))
    assert re.findall(r"^\| \[\d{4}\]\((.*?)\)", DECISIONS, re.MULTILINE) == files


def test_every_number_of_a_decision_is_used_or_explained():
    numbers = [int(number) for number in re.findall(r"^\| \[?(\d{4})", DECISIONS, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))


SECTIONS = ["Context", "Decision", "Consequences", "Alternatives considered"]


@pytest.mark.parametrize("path", sorted((PROJECT / "docs/decisions").glob("0*.md")), ids=lambda path: path.name[:4])
def test_a_decision_is_short_complete_and_names_what_exists(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 35
    number = path.name[:4]
    status = r"accepted|superseded by \[\d{4}\]\(\d{4}-[\w-]+\.md\)"
    assert re.match(rf"# {number}: \S.*\n\n\* Date: \d{{4}}-\d\d-\d\d\n\* Status: ({status})\n\n## ", text)
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == SECTIONS
    assert [name for name in named(text) if not is_there(name)] == []


def is_there(name: str) -> bool:
    """Return whether a path, a module or what is named in a module exists; other names in backticks do."""
    if "/" in name:
        return (PROJECT / name).exists()
    if not re.match(r"(peerload|caseload|workload|wellbeing)\.", name):
        return True
    module, _, last = name.rpartition(".")
    return bool(find_module(name)) or (bool(find_module(module)) and last in words_of_code())


def find_module(name: str):
    try:
        return find_spec(name)
    except ModuleNotFoundError:  # what stands before the last dot is no package
        return None
