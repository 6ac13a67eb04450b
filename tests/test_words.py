"""The words of the product, its code and its documents: plain English that names the person who is meant."""

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
