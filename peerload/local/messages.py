"""``make messages``: write the catalogues of texts marked for translation again, and compile them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from peerload.local import Refusal, apt
from peerload.local.folder import PROJECT

LOCALE = PROJECT / "locale"
TOOLS = ("xgettext", "msguniq", "msgmerge", "msgattrib", "msgen", "msgfmt")
# The settings want to know these; nothing of them is asked while texts are collected.
ENVIRONMENT = {
    "SECRET_KEY": "a-text-that-only-collects-texts-and-signs-nothing-0123456789",
    "PRIVATE_KEYS": "another-text-that-only-collects-texts-and-seals-nothing",
    "DATABASE_URL": "postgres://nobody@localhost/none",
    "REDIS_URL": "redis://localhost/0",
}


def messages(words: list[str]) -> int:
    """
    Write the catalogue of every language in ``locale`` again and compile it; with ``--check`` only say whether that is needed.

    :raises Refusal: if gettext is not here and cannot be had
    """
    find()
    before = _contents()
    collect()
    if words != ["--check"]:
        return 0
    changed = [path for path, content in _contents().items() if before.get(path) != content]
    for path, content in before.items():
        path.write_bytes(content)
    if changed:
        names = ", ".join(str(path.relative_to(PROJECT)) for path in changed)
        print(f"Texts have changed that the catalogue does not have: {names}. Run `make messages`.", flush=True)
    return 1 if changed else 0


def collect() -> None:
    """Collect every text that is marked, and compile the catalogues."""
    languages = [f"--locale={path.name}" for path in sorted(LOCALE.iterdir()) if path.is_dir()]
    ignored = [f"--ignore={name}" for name in (".venv", ".data", "bench", "tests", "static", "requirements*.txt")]
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", *languages, *ignored, "--no-obsolete", "--verbosity=0"],
        env=ENVIRONMENT | os.environ,
        cwd=PROJECT,
        check=True,
    )
    for path in _catalogues():
        subprocess.run(["msgfmt", "--check-format", "-o", path.with_suffix(".mo"), path], check=True)


def find() -> None:
    """
    Look for the tools of gettext; apt brings them if we are root.

    :raises Refusal: if they are not there
    """
    if not _found() and apt.is_ours():
        print("Installing gettext with apt.", flush=True)
        apt.install("gettext")
    if not _found():
        raise Refusal("Translations need the tools of gettext: install them with `sudo apt-get install -y gettext`.")


def _found() -> bool:
    return all(map(shutil.which, TOOLS))


def _catalogues() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def _contents() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(LOCALE.glob("*/LC_MESSAGES/*.?o"))}
