"""
Chromium for the tests: named, found, or installed by root.

Its headless shell is the same without what shows a window, and takes two thirds of the time. What a browser keeps and does by
itself, as a service worker, is tried in the whole one, which people have.
"""

import os
import shutil

from peerload.local import Refusal, apt

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
SHELL = "chromium-headless-shell"  # the package, and its program


def prepare() -> None:
    """
    Have what the tests drive: root gets by apt what is missing, the headless shell where there is one.

    :raises Refusal: if there is no Chromium
    """
    whole()
    if not os.environ.get("CHROMIUM") and not shutil.which(SHELL) and apt.is_ours():
        print("Installing Chromium's headless shell with apt.", flush=True)
        apt.install(SHELL)


def find() -> str:
    """
    Return the path of the quickest browser: CHROMIUM, the headless shell, or the whole Chromium.

    :raises Refusal: if there is none
    """
    return _named() or shutil.which(SHELL) or whole()


def whole() -> str:
    """
    Return the path of a Chromium: CHROMIUM, one on PATH, or one that apt brings if we are root.

    :raises Refusal: if there is none
    """
    if found := _named() or _on_path():
        return found
    if apt.is_ours():
        _install()
    if found := _on_path():
        return found
    raise Refusal(
        f"The tests drive a real browser and found none: install one with `sudo apt-get install -y chromium {SHELL}`, "
        "or name one with CHROMIUM=/path/to/chromium."
    )


def _named() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named and not shutil.which(named):
        raise Refusal(f"CHROMIUM names {named}, and there is no program.")
    return shutil.which(named) if named else None


def _on_path() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None)


def _install() -> None:
    print("Installing Chromium with apt.", flush=True)
    apt.install("chromium")
