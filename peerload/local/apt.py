"""Debian packages for the tests, where we are root."""

import os
import shutil
import subprocess
from pathlib import Path


def is_ours() -> bool:
    """Return whether we may install packages."""
    return os.getuid() == 0 and bool(shutil.which("apt-get"))


def install(*packages: str) -> None:
    """Install packages; whether that worked is seen by looking for what they bring."""
    _run("apt-get", "update", "-q")
    _run("apt-get", "install", "-y", "-q", "--no-install-recommends", *packages)


def unpack(package: str, folder: Path) -> None:
    """Unpack a package into a folder without installing it, so that no service of it is started."""
    folder.mkdir(parents=True, exist_ok=True)
    _run("apt-get", "download", "-q", package, cwd=folder)
    for archive in folder.glob(f"{package}_*.deb"):
        _run("dpkg-deb", "-x", str(archive), str(folder))
        archive.unlink()


def _run(*words: str, cwd: Path | None = None) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(words, env=env, cwd=cwd, stdin=subprocess.DEVNULL, check=False)
