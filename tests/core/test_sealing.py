"""Words sealed for their owner: who opens them, what their form gives away, and how the key is changed."""

import os
import subprocess
import sys
import uuid

import pytest
from django.core.management import CommandError, call_command

from peerload.core import sealing
from peerload.settings import private_keys
from tests import factories
from wellbeing.models import PrivateDocument
from wellbeing.sealing import sealed_models

MERE, TOM = uuid.uuid4(), uuid.uuid4()
FIRST, SECOND = "the-first-" * 4, "the-second-" * 4


@pytest.mark.parametrize(
    "text", ["", "Kia ora", "Ngā mihi 🌊\r\n", "x" * 10_000], ids=["nothing", "short", "signs", "long"]
)
def test_an_owner_reads_what_was_sealed_for_them(text):
    assert sealing.unseal(sealing.seal(text, owner=MERE), owner=MERE) == text


def test_nobody_elses_key_opens_it():
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealing.seal("Kia ora", owner=MERE), owner=TOM)


@pytest.mark.parametrize("spoil", [lambda data: b"", lambda data: data[:-9], lambda data: b"clear words"])
def test_what_is_damaged_is_not_read(spoil):
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(spoil(sealing.seal("Kia ora", owner=MERE)), owner=MERE)


@pytest.mark.parametrize(("one", "another", "alike"), [(0, 252, True), (252, 253, False), (253, 508, True)])
def test_the_length_is_known_to_256_bytes_only(one, another, alike):
    lengths = {len(sealing.seal("x" * count, owner=MERE)) for count in (one, another)}
    assert (len(lengths) == 1) is alike


def test_the_same_words_never_look_the_same():
    assert sealing.seal("Kia ora", owner=MERE) != sealing.seal("Kia ora", owner=MERE)


@pytest.fixture
def document(worker, settings):
    settings.PRIVATE_KEYS = [FIRST]
    sealed = sealing.seal("Kia ora", owner=worker.uid)
    return factories.PrivateDocumentFactory(author=worker, sealed=sealed)


def test_the_key_is_changed_without_losing_a_word(document, worker, settings, capsys):
    settings.PRIVATE_KEYS = [SECOND, FIRST]
    call_command("reseal")

    settings.PRIVATE_KEYS = [SECOND]
    document.refresh_from_db()
    assert sealing.unseal(document.sealed, owner=worker.uid) == "Kia ora"
    assert capsys.readouterr().out == "1 sealed with the first key.\n"


def test_what_no_key_opens_is_said_and_left_as_it_was(document, settings):
    before = bytes(document.sealed)
    settings.PRIVATE_KEYS = [SECOND]

    with pytest.raises(CommandError, match="^1 cannot be opened"):
        call_command("reseal")
    document.refresh_from_db()
    assert bytes(document.sealed) == before


def test_every_sealed_table_says_for_whom():
    assert PrivateDocument in sealed_models()
    assert all(hasattr(model, "sealed_for") for model in sealed_models())


@pytest.mark.parametrize("said", ["", ",", "short", f"{FIRST},short"])
def test_a_key_too_short_to_keep_anything_is_refused(said):
    with pytest.raises(Exception, match="random text of 32 characters"):
        private_keys(said)


def test_a_service_without_private_keys_does_not_start():
    told = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    told |= {"SECRET_KEY": "x" * 50, "DATABASE_URL": "postgres:///unused", "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run([sys.executable, "manage.py", "check"], env=told, capture_output=True, text=True, check=False)

    assert done.returncode
    assert "Set PRIVATE_KEYS: a long random text that seals what people write for themselves" in done.stderr
