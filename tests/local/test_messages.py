"""``make messages``: what is marked for translation, collected."""

import pytest

from peerload.local import Refusal, apt, messages


def test_without_gettext_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(messages.shutil, "which", lambda name: None)
    monkeypatch.setattr(apt, "is_ours", lambda: False)

    with pytest.raises(Refusal, match="apt-get install -y gettext"):
        messages.messages([])


@pytest.mark.parametrize(("changes", "code"), [(False, 0), (True, 1)], ids=["complete", "a text is missing"])
def test_the_check_says_what_to_run_and_changes_nothing(changes, code, tmp_path, monkeypatch, capsys):
    catalogue = tmp_path / "locale" / "en_GB" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text("before")
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    monkeypatch.setattr(messages, "PROJECT", tmp_path)
    monkeypatch.setattr(messages, "find", lambda: None)
    monkeypatch.setattr(messages, "collect", lambda: catalogue.write_text("after" if changes else "before"))

    assert messages.messages(["--check"]) == code
    assert ("make messages" in capsys.readouterr().out) is changes
    assert catalogue.read_text() == "before"
