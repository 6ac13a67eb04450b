import os

import pytest

from peerload.local import Refusal, browser


@pytest.fixture
def no_browser(monkeypatch, tmp_path):
    """A machine whose PATH is one empty folder, which is returned."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder, name: str) -> str:
    path = folder / name
    path.touch(mode=0o755)
    return str(path)


def test_a_browser_that_is_named_is_taken_before_one_on_the_path(no_browser, monkeypatch):
    program(no_browser, "chromium")
    named = program(no_browser, "my-browser")
    monkeypatch.setenv("CHROMIUM", named)

    assert browser.find() == named


def test_a_named_browser_that_is_not_there_is_refused(no_browser, monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")

    with pytest.raises(Refusal, match="/nowhere/chromium"):
        browser.find()


def test_a_browser_on_the_path_is_found(no_browser):
    found = program(no_browser, "google-chrome")

    assert browser.find() == found


def test_without_a_browser_an_ordinary_user_reads_what_to_install(no_browser, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 1000)

    with pytest.raises(Refusal, match="apt-get install -y chromium"):
        browser.find()


def test_root_gets_one_from_apt(no_browser, monkeypatch):
    program(no_browser, "apt-get")
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setattr(browser, "_install", lambda: program(no_browser, "chromium"))

    assert browser.find() == str(no_browser / "chromium")
