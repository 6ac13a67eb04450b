"""What a page says if we are worried about a person, and the numbers in it."""

import pytest

from peerload.core.phones import dials_in
from peerload.home.worry import if_worried


def worried(**words):
    return if_worried(**{"helps": "", "call": "", "tonight": "", "region": "NZ-AUK"} | words)


def test_where_nothing_is_written_nothing_is_shown():
    assert worried(helps="  \n") is None


def test_their_words_keep_their_lines():
    told = worried(helps="Sit with me.\n\n Talk about boats. ", call="Sina, 021 555 0188")
    assert told.helps == ["Sit with me.", "Talk about boats."] and told.is_theirs
    assert [(line.words, [dial.dialled for dial in line.dials]) for line in told.call] == [
        ("Sina, 021 555 0188", ["+64215550188"])
    ]


def test_the_services_line_stands_by_itself_where_they_have_said_nothing():
    told = worried(tonight="Call or text 1737, any time.")
    assert not told.is_theirs and [dial.dialled for dial in told.tonight.dials] == ["1737"]


@pytest.mark.parametrize(
    ("region", "words", "dialled"),
    [
        ("NZ-AUK", "Call or text 1737, any time", ["1737"]),
        ("NZ", "In danger: 111. Otherwise 0800 543 354", ["111", "+64800543354"]),
        ("GB-ENG", "Text SHOUT to 85258, or call 116 123", ["85258", "116123"]),
        ("NZ", "My sister, 021 555 0188", ["+64215550188"]),
        ("NZ", "Open 24/7 since 2026, from 9:30, room 12", []),
        ("NZ", "Ask at the desk", []),
    ],
    ids=["a short one", "two kinds", "in Britain", "a person", "no number", "only words"],
)
def test_a_number_within_words_is_dialled(region, words, dialled):
    assert [dial.dialled for dial in dials_in(words, region)] == dialled
