"""Values as people write them are understood where only one thing can be meant, and refused where it may be two."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from peerload.interchange.field_types import (
    Choice,
    Day,
    Email,
    Minutes,
    Month,
    Number,
    OnOff,
    Text,
    UnreadableCell,
    Whole,
    YesNo,
)
from peerload.interchange.sheets import SHEET, SHEETS
from peerload.staff.enums import Role

TIER, ROLE = SHEET["tiers"].column("tier").kind, Choice(Role)
HOURS, QUANTITY, MINUTES = Number(2, 0, 168), Whole(1, 1000), Minutes(0, 1440)
APRIL, OCTOBER = date(2026, 4, 3), date(2026, 10, 1)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        *((Day(), text, APRIL) for text in (
            "2026-04-03", "2026/4/3", "2026.04.03", "2026-4-3", "3 April 2026", "3rd April 2026", "03-Apr-2026",
            "3-apr-2026", "3. Apr. 2026",
            "April 3, 2026", "Apr 3 2026", "Fri 3 April 2026",
            "Friday, 3 April 2026", "2026-04-03 00:00:00", "2026-04-03T00:00:00",
        )),
        *((Month(), text, OCTOBER) for text in (
            "2026-10", "2026-10-01", "2026/10", "10/2026", "October 2026", "Oct 2026", "Oct-26", "oct-2026",
            "1 October 2026", "2026 October",
        )),
        *((YesNo(), text, True) for text in ("yes", "Yes", "Y", "TRUE", "true", "1", " yes ")),
        *((YesNo(), text, False) for text in ("no", "N", "FALSE", "0")),
        (OnOff(), "yes", True),
        (OnOff(), "off", False),
        (HOURS, "0,8", Decimal("0.8")),
        (HOURS, "7,25", Decimal("7.25")),
        (HOURS, "0.80", Decimal("0.8")),
        (QUANTITY, "1.0", 1),
        (QUANTITY, "2,0", 2),
        *((MINUTES, text, 90) for text in (
            "90", "90 min", "90 mins", "90 minutes", "90min", "1 h 30", "1h30", "1 h 30 min", "1 hour 30 minutes",
            "1.5 h", "1,5 hours", "90.0",
        )),
        (MINUTES, "30 min.", 30),
        *((ROLE, text, "peer_worker") for text in ("peer_worker", "Peer Worker", "peer worker", "PEER-WORKER", " peerworker")),
        *((TIER, text, "parked") for text in (
            "parked", "Parked", "Keep in touch", "keeping in touch", "keeping in touch (parked)",
        )),
        (TIER, "Not in touch", "inactive"),
        (TIER, "not in touch now", "inactive"),
        (Email(254), " MailTo:Mere@Harbourside.example ", "mere@harbourside.example"),
        (Email(254), "<mere@harbourside.example>", "mere@harbourside.example"),
        (Text(40), "\u00a0 Jamie  Leota \n", "Jamie  Leota"),
    ],
)  # fmt: skip
def test_is_understood(kind, text, value):
    assert kind.read(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Day(), "3/4/2026"),
        (Day(), "03-04-2026"),
        (Day(), "3/4/26"),
        (Day(), "31 April 2026"),
        (Day(), "April 2026"),
        (Day(), "3 Ap 2026"),
        (Day(), "2026-04-03 14:30"),
        (Month(), "2 October 2026"),
        (Month(), "10"),
        (YesNo(), "maybe"),
        (YesNo(), "2"),
        (HOURS, "1,250"),
        (HOURS, "1.250,5"),
        (HOURS, "7.5 x"),
        (QUANTITY, "1.5"),
        (QUANTITY, "2 min"),
        (MINUTES, "1:30"),
        (MINUTES, "an hour"),
        (MINUTES, "25 h"),
        (MINUTES, "min"),
        (ROLE, "worker"),
        (ROLE, ""),
        (TIER, "contact"),
        (Email(254), "Mere"),
    ],
)
def test_is_refused_in_words(kind, text):
    with pytest.raises(UnreadableCell, match=r"[a-z].*\.$"):
        kind.read(text)


def test_every_word_and_every_label_of_a_choice_means_itself():
    choices = [column.kind for sheet in SHEETS for column in sheet.columns if isinstance(column.kind, Choice)]
    for kind in choices:
        assert [kind.read(word) for word in kind.words] == list(kind.words)
        for word, label in zip(kind.words, kind.labels, strict=True):
            assert not label or kind.read(label.upper()) == word, label


def test_a_moment_is_as_it_was():
    kind = SHEET["contacts"].column("recorded_at").kind
    assert kind.read(" 2026-11-20T01:30:00Z") == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
