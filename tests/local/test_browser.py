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

    assert browser.find() == browser.whole() == found


def test_the_headless_shell_is_taken_but_where_the_whole_browser_is_asked_for(no_browser):
    whole, quick = program(no_browser, "chromium"), program(no_browser, "chromium-headless-shell")

    assert (browser.find(), browser.whole()) == (quick, whole)


def test_a_browser_that_is_named_is_taken_for_all_of_them(no_browser, monkeypatch):
    program(no_browser, "chromium-headless-shell")
    monkeypatch.setenv("CHROMIUM", program(no_browser, "my-browser"))

    assert browser.find() == browser.whole() == str(no_browser / "my-browser")


def test_without_a_browser_an_ordinary_user_reads_what_to_install(no_browser, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 1000)

    with pytest.raises(Refusal, match="apt-get install -y chromium"):
        browser.find()


@pytest.fixture
def installed(no_browser, monkeypatch):
    """What root has asked apt for, which has nothing."""
    names = []
    program(no_browser, "apt-get")
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setattr(browser.apt, "install", lambda name: names.append(name))
    return names


def test_root_gets_both_from_apt(no_browser, installed, monkeypatch):
    monkeypatch.setattr(browser.apt, "install", lambda name: installed.append(name) or program(no_browser, name))
    browser.prepare()

    assert installed == ["chromium", "chromium-headless-shell"]
    assert browser.find() == str(no_browser / "chromium-headless-shell")


def test_where_apt_has_no_headless_shell_the_whole_browser_does(no_browser, installed):
    whole = program(no_browser, "chromium")
    browser.prepare()

    assert installed == ["chromium-headless-shell"] and browser.find() == whole


def test_nothing_is_installed_beside_a_browser_that_is_named(no_browser, installed, monkeypatch):
    monkeypatch.setenv("CHROMIUM", program(no_browser, "my-browser"))
    browser.prepare()

    assert installed == []


def test_an_ordinary_user_does_without_the_headless_shell(no_browser, installed, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    whole = program(no_browser, "chromium")
    browser.prepare()

    assert installed == [] and browser.find() == whole
