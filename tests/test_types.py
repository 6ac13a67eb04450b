"""What `make check` says of types, asked of small packages under the project's own settings."""

import re
import subprocess
import sys
from pathlib import Path

SETTINGS = (Path(__file__).resolve().parents[1] / "pyproject.toml").read_text()
FILES = {
    "workload/__init__.py": "",
    "workload/rules/__init__.py": "from .totals import rounded\n",
    "workload/rules/totals.py": "def rounded(number: int) -> int:\n    return number\n",
}


def told(folder: Path, **files: str) -> set[str]:
    """Return what is said of files beside `FILES`, each as its module and the kind of error."""
    for name, text in {**FILES, **{f"workload/{name}.py": text for name, text in files.items()}}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    # Without Django these packages are checked in a second.
    ours = re.sub(r"(?m)^plugins = .*$", "", SETTINGS)
    (folder / "pyproject.toml").write_text(re.sub(r"(?m)^files = .*$", 'files = ["workload"]', ours))
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=folder, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return set(re.findall(r"(?m)^workload/(.+?)\.py:\d+: error: .*(\[[a-z-]+\])$", done.stdout))


def test_what_a_module_does_not_have_is_an_error(tmp_path):
    """A split left `rules.percent` behind: only a page that used it said so."""
    assert told(
        tmp_path,
        views="from . import rules\n\n\ndef page() -> tuple[int, int]:\n    return rules.rounded(2), rules.percent(2)\n",
        forms="from .rules import percent\n",
        tables="def table(rows: list[int]) -> int:\n    return row\n",
        queries="from .rules import rounded\n\n\ndef found() -> int:\n    return rounded(2, places=1)\n",
    ) == {
        ("views", "[attr-defined]"),
        ("forms", "[attr-defined]"),
        ("tables", "[name-defined]"),
        ("queries", "[call-arg]"),
    }


def test_every_function_says_what_it_takes_and_returns(tmp_path):
    assert told(
        tmp_path,
        **{
            "months/__init__": "",
            "months/rules": "def share(part, whole: int) -> int:\n    return whole\n",
            "actions": "def act(part, whole: int):\n    return part\n",
            "tasks": "def run(*names: str, **more):\n    pass\n",
            "views": "from collections.abc import Callable\n\n\ndef outer() -> Callable[[], object]:\n"
            "    def inner():\n        return 1\n\n    return inner\n",
        },
    ) == {(module, "[no-untyped-def]") for module in ("months/rules", "actions", "tasks", "views")}


def test_rules_keep_to_their_types(tmp_path):
    first = "from ..rules import rounded\n\n\ndef first(rows: list) -> str:\n    return rounded(rows[0])\n"
    assert told(tmp_path, **{"schemes/__init__": "", "schemes/rules": first}) == {
        ("schemes/rules", "[return-value]"),
        ("schemes/rules", "[type-arg]"),
    }
