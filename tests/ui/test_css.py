"""The style sheets hold only what a page can use."""

import re
from functools import cache
from pathlib import Path

import crispy_bootstrap5
import crispy_forms
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SHEET = ROOT / "static" / "peerload" / "bootstrap.css"
PACKAGES = ("peerload", "caseload", "workload", "wellbeing")
LIBRARIES = (crispy_bootstrap5, crispy_forms)


@cache
def words() -> frozenset[str]:
    """Every word of templates, scripts and modules that may be the name of a class: ours, and crispy-forms' own."""
    places = [(ROOT / "templates", "*.html"), (ROOT / "static", "*.js"), *((ROOT / name, "*.py") for name in PACKAGES)]
    for library in LIBRARIES:
        folder = Path(library.__file__).parent
        places += [(folder, "*.html"), (folder, "*.py")]
    found = (path.read_text(errors="ignore") for folder, kind in places for path in folder.rglob(kind))
    return frozenset(word for text in found for word in re.findall(r"[\w-]+", text))


def classes(sheet: str) -> set[str]:
    """The classes that rules ask for; one that a rule excludes, as ``:not(.btn-check)``, has no rule of its own."""
    without = re.sub(r"/\*.*?\*/|url\([^)]*\)|:not\([^)]*\)", "", sheet, flags=re.DOTALL)
    selectors = re.findall(r"([^{}]+)\{", without)
    return {name for each in selectors for name in re.findall(r"\.([A-Za-z][\w-]*)", each)}


def test_a_class_that_no_page_uses_is_found():
    assert classes(".btn{color:red}@media print{.no-page-has-this .btn{color:blue}}") - words() == {"no-page-has-this"}


def test_every_class_of_bootstrap_is_used_by_a_page():
    assert classes(SHEET.read_text()) - words() == set()
