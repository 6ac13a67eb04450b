"""The words of the product, its code and its documents: plain English that names the person who is meant."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RIDDLE = "who" + "ever"  # in parts, so that this file is looked at as well


def texts():
    """Yield every text file that is tracked, with what stands in it."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout, so nobody knows which files are tracked")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if not name or not path.is_file() or path.suffix == ".lock":
            continue
        content = path.read_bytes()
        if b"\0" not in content:
            yield name, content.decode()


def test_a_sentence_names_the_person_or_role_it_is_about():
    found = [
        f"{name}:{n}: {line.strip()}"
        for name, text in texts()
        for n, line in enumerate(text.splitlines(), 1)
        if RIDDLE in line.lower()
    ]
    assert not found, "\n".join(["Name the person or the role instead:", *found])


def test_the_guard_reads_all_kinds_of_text():
    suffixes = {Path(name).suffix for name, _ in texts()}

    assert {".py", ".html", ".md", ".js", ".css", ".txt", ".toml", ".yml"} <= suffixes


TWO_WAYS = re.compile(r"\b(no|every|some|any)body\b", re.IGNORECASE)


def marked_texts() -> list[str]:
    """Return every text that people read, as the catalogue has it."""
    catalogue = (ROOT / "locale/en_GB/LC_MESSAGES/django.po").read_text()
    entries = re.findall(r'^msgid(?:_plural)? ((?:".*"\n?)+)', catalogue, re.MULTILINE)
    return ["".join(re.findall(r'"(.*)"', entry)) for entry in entries]


def test_on_the_screen_it_is_no_one_everyone_and_someone():
    """Two words for one thing would be read as two things."""
    assert len(marked_texts()) > 2000
    assert [text for text in marked_texts() if TWO_WAYS.search(text)] == []
