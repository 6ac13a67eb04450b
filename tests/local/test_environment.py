"""peerload/local/venv.py, run as the system's Python runs it."""

import shutil
import subprocess
import sys

import pytest

from peerload.local import venv
from peerload.local.folder import PROJECT

WITHOUT_ENSUREPIP = """
import runpy, sys
sys.modules["ensurepip"] = None
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture
def checkout(tmp_path):
    """A project with nothing but the script and empty requirements."""
    script = tmp_path / "peerload/local/venv.py"
    script.parent.mkdir(parents=True)
    shutil.copy(PROJECT / "peerload/local/venv.py", script)
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    return tmp_path


def make(checkout, *python):
    """Run the script and return what became of it."""
    words = [*(python or [sys.executable]), checkout / "peerload/local/venv.py", "requirements.txt"]
    return subprocess.run(words, capture_output=True, text=True, cwd=checkout)


def test_a_python_without_pip_names_the_one_line_that_mends_it(checkout):
    done = make(checkout, sys.executable, "-c", WITHOUT_ENSUREPIP)

    assert done.returncode == 1
    assert "apt-get install -y python3-venv" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (checkout / ".venv").exists()


def test_environment_is_made_once_and_again_when_the_requirements_change_or_it_was_broken_off_half_way(checkout):
    first, second = make(checkout), make(checkout)
    (checkout / "requirements.txt").write_text("# nothing else\n")
    third = make(checkout)
    (checkout / ".venv/bin/python").unlink()
    fourth = make(checkout)

    assert "Making the environment" in first.stdout and "Installing requirements.txt" in first.stdout
    assert second.stdout == ""
    assert "Making the environment" not in third.stdout and "Installing requirements.txt" in third.stdout
    assert "Making the environment" in fourth.stdout
    assert {done.returncode for done in (first, second, third, fourth)} == {0}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-local.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_says_what_it_is_for(name):
    """A pytest plugin beside pytest itself needs no reason."""
    lines = [line for line in (PROJECT / name).read_text().splitlines() if line and line[0] not in "#-"]

    assert all("==" in line for line in lines)
    assert [line for line in lines if "#" not in line] in ([], ["pytest==9.2.0", "pytest-django==4.14.0"])


def test_requirements_that_are_included_count(tmp_path):
    (tmp_path / "more.txt").write_text("-r less.txt\n")
    (tmp_path / "less.txt").write_text("one\n")
    before = venv.digest(tmp_path / "more.txt")
    (tmp_path / "less.txt").write_text("two\n")

    assert venv.digest(tmp_path / "more.txt") != before
