"""Chromium for the tests: named, found, or installed by root."""

import os
import shutil

from peerload.local import Refusal, apt

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find() -> str:
    """
    Return the path of a Chromium: CHROMIUM, one on PATH, or one that apt brings if we are root.

    :raises Refusal: if there is none
    """
    if named := os.environ.get("CHROMIUM"):
        if not (found := shutil.which(named)):
            raise Refusal(f"CHROMIUM names {named}, and there is no program.")
        return found
    if found := _on_path():
        return found
    if apt.is_ours():
        _install()
    if found := _on_path():
        return found
    raise Refusal(
        "The tests drive a real browser and found none: install one with `sudo apt-get install -y chromium`, "
        "or name one with CHROMIUM=/path/to/chromium."
    )


def _on_path() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None)


def _install() -> None:
    print("Installing Chromium with apt.", flush=True)
    apt.install("chromium")
