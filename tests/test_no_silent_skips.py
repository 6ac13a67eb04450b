"""The plugin that keeps a test from being left out in silence, tried on a small suite of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PASSES = "def test_one(): pass\n"
SKIPPED_TEST = PASSES + "import pytest\ndef test_two(): pytest.skip('no browser')\n"
SKIPPED_MODULE = "import pytest\npytest.importorskip('a_module_that_is_not_there')\n"


@pytest.mark.parametrize(
    ("suite", "more", "code"),
    [(PASSES, [], 0), (SKIPPED_TEST, [], 1), (SKIPPED_TEST, ["-n1"], 1)],
    ids=["all pass", "one is skipped", "one is skipped on another process"],
)
def test_a_skipped_test_fails_the_run(tmp_path, suite, more, code):
    assert run(tmp_path, suite, *more).returncode == code


def test_a_skipped_module_fails_the_run_and_is_named(tmp_path):
    (tmp_path / "test_passes.py").write_text(PASSES)
    done = run(tmp_path, SKIPPED_MODULE)

    assert done.returncode == 1
    assert "test_suite.py: Skipped: could not import 'a_module_that_is_not_there'" in done.stdout


def run(folder, suite, *more):
    """Run a suite with the plugin, apart from this project's settings."""
    (folder / "test_suite.py").write_text(suite)
    (folder / "pytest.ini").write_text("[pytest]\n")
    others = [word for name in ("django", "playwright", "hypothesispytest") for word in ("-p", f"no:{name}")]
    words = ["-p", "tests.no_silent_skips", *others, f"--rootdir={folder}", *more, str(folder)]
    return subprocess.run([sys.executable, "-m", "pytest", *words], cwd=PROJECT, capture_output=True, text=True)
