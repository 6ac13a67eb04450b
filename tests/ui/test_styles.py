"""The stylesheet: every class in it is used, and every colour is stated once."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("peerload", "caseload", "workload", "wellbeing")
BUILT = ("pl-cal__", "pl-chip--", "pl-timeline__icon--", "s-")  # the end of these is put together from a word
OF_LIBRARIES = {"alert-danger"}  # crispy forms, above a form that was refused


def rules() -> str:
    """Return the stylesheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", (ROOT / "static/peerload/app.css").read_text(), flags=re.DOTALL)


def used() -> set[str]:
    """Return every word of templates, code and scripts that could be a class."""
    sources = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/peerload").glob("*.js")]
    sources += [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return {word for path in sources for word in re.findall(r"[\w-]+", path.read_text())}


def test_every_class_of_the_stylesheet_is_used():
    selectors = re.sub(r"\{[^{}]*\}", "{}", rules())
    classes = set(re.findall(r"\.([A-Za-z_][\w-]*)", selectors))
    words = used()
    ends = {name for name in classes for start in BUILT if name.startswith(start) and name[len(start) :] in words}

    assert "pl-card" in classes
    assert classes - words - ends - OF_LIBRARIES == set()


def test_every_class_of_a_template_has_a_rule():
    templates = "\n".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    classes = set(re.findall(r"\.(pl-[\w-]+)", rules()))
    unknown = set(re.findall(r"(?<![\w-])pl-[\w-]+", templates)) - classes - set(BUILT)

    assert unknown == set()


def test_a_colour_of_the_palette_stands_in_one_place_for_light_and_dark():
    on_screen = rules().split("@media print")[0].split("@supports not")[0]  # paper is white
    stated = re.findall(r"(--pl-[\w-]+):\s*(light-dark\()?#[0-9a-f]", on_screen)

    assert len(stated) > 20
    assert sorted(name for name, _ in stated) == sorted({name for name, _ in stated})
    assert [name for name, both in stated if not both] == []


def test_a_browser_without_light_dark_shows_the_light_palette():
    [otherwise] = re.findall(r"@supports not \(color: light-dark\(red, blue\)\) \{(.*?)\n\}", rules(), flags=re.DOTALL)
    light = dict(re.findall(r"(--pl-[\w-]+):\s*light-dark\((#\w+)", rules()))

    assert len(light) > 20
    assert dict(re.findall(r"(--pl-[\w-]+):\s*(#\w+)", otherwise)) == light
