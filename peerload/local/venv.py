"""
Make ``.venv`` and keep it as the requirements say: ``python3 peerload/local/venv.py requirements-dev.txt``.

Run by the system's Python before anything is installed, so it uses the standard library only.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
OLDEST = (3, 11)


def main() -> int:
    """Make or mend the environment for the requirements file named; return an exit code."""
    if sys.version_info < OLDEST:
        return refuse(f"peerload needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    requirements = PROJECT / sys.argv[1]
    stamp = VENV / f"{requirements.stem}.stamp"
    wanted = digest(requirements)
    if is_usable() and stamp.exists() and stamp.read_text() == wanted:
        return 0
    if not is_usable():
        if not has_pip():
            return refuse(NO_PIP)
        print("Making the environment .venv.", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
        if made.returncode or not is_usable():
            shutil.rmtree(VENV, ignore_errors=True)
            return refuse(f"{made.stdout}{made.stderr}\n{NO_PIP}".strip())
    print(f"Installing {requirements.name}; this takes a minute or two.", flush=True)
    install: list[str | Path] = [VENV / "bin/python", "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if subprocess.run([*install, "--requirement", requirements]).returncode:
        return refuse(f"pip could not install {requirements.name}; what it said is above.")
    stamp.write_text(wanted)
    return 0


def has_pip() -> bool:
    """Return whether ``python3 -m venv`` can put pip into an environment (Debian ships that apart)."""
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def is_usable() -> bool:
    """Return whether ``.venv`` has a Python that runs, of our own version, with pip."""
    asked = f"import pip, sys; print(sys.version_info[:2] == {tuple(sys.version_info[:2])})"
    try:
        said = subprocess.run([VENV / "bin/python", "-c", asked], capture_output=True, text=True)
    except OSError:
        return False
    return said.stdout.strip() == "True"


def digest(requirements: Path) -> str:
    """Return what tells these requirements, the files they include, and the place of ``.venv`` from any other."""
    text = requirements.read_text()
    included = [line.split()[1] for line in text.splitlines() if line.startswith("-r ")]
    return hashlib.sha256(
        "".join([str(VENV), text, *(digest(requirements.parent / name) for name in included)]).encode()
    ).hexdigest()


def refuse(why: str) -> int:
    """Say why there is no environment."""
    print(why, file=sys.stderr)
    return 1


SUDO = "" if os.getuid() == 0 else "sudo "
NO_PIP = (
    "This Python cannot make an environment with pip in it. On Debian this line mends it:\n"
    f"    {SUDO}apt-get update && {SUDO}apt-get install -y python3-venv"
)

if __name__ == "__main__":
    sys.exit(main())
