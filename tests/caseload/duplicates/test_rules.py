"""When two records are alike enough to be one person's."""

from datetime import date, timedelta

import pytest

from caseload.actions.people import FIELDS
from caseload.duplicates import rules, safety
from caseload.keys import likeness_keys as keys

TODAY = date(2026, 11, 12)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        ("021 555 0142", "15550142"),
        ("+64 21 555 0142", "15550142"),
        ("+64 (0)21-555-0142", "15550142"),
        ("021.555.0142 after 3 pm", "15550142"),
        ("mobile 021 555 0142, or 09 123 4567", "15550142"),
        ("123 456", "123456"),
        ("12345", ""),
        ("none", ""),
        ("", ""),
    ],
)
def test_a_phone_is_known_by_its_last_digits_however_it_is_written(phone, key):
    assert keys("Mere Paki", phone).phone == key


@pytest.mark.parametrize(
    "name",
    ["Tāne Rāwiri-Paki", "tane rawiri paki", "Rawiri Paki, Tane", "TĀNE  RĀWIRI  PAKI", "Tane Rawiri‐Paki"],
)
def test_a_name_is_the_same_whatever_case_accents_order_spaces_and_hyphens(name):
    assert keys(name, "").words == "paki rawiri tane"


@pytest.mark.parametrize("name", ["Sina Mata'afa", "Sina Mata’afa", "Sina Mataʻafa", "Sina Mataafa"])
def test_a_mark_inside_a_word_makes_no_other_word(name):
    assert keys(name, "").words == "matafa sina"


PHONE, OTHER = "021 555 0142", "021 555 0143"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (("Mere Paki", PHONE), ("Paki Mere", "+64 21 555 0142"), "strong"),
        (("Mere Paki", PHONE), ("Merre Paki", PHONE), "misspelt"),
        (("Mere Paki", PHONE), ("Mere Pak", PHONE), "misspelt"),
        (("Mere Paki", PHONE), ("Mere Pkai", PHONE), "misspelt"),
        (("Mere Paki", PHONE), ("Mere Poki", PHONE), "misspelt"),
        (("Mere Paki", PHONE), ("Mere Poko", PHONE), "possible"),
        (("Mere Paki", PHONE), ("Mere Anahera Paki", PHONE), "possible"),
        (("Ana Paki", PHONE), ("Ava Paki", PHONE), "possible"),
        (("Mere Paki", PHONE), ("Tom Hale", PHONE), None),
        (("Mere Paki", PHONE), ("Mere Paki", OTHER), "likely"),
        (("Mere Paki", ""), ("Mere Paki", ""), "likely"),
        (("Mere Paki", ""), ("Merre Paki", ""), None),
        (("Mere Paki", PHONE), ("Merre Paki", OTHER), None),
        (("Mere", PHONE), ("Merre", PHONE), None),
        (("?", ""), ("!", ""), None),
        (("?", PHONE), ("!", PHONE), None),
    ],
)
def test_how_alike_two_records_are(one, other, alike):
    assert rules.likeness(keys(*one), keys(*other)) == alike
    assert rules.likeness(keys(*other), keys(*one)) == alike


@pytest.mark.parametrize(
    ("alike", "asked"), [("strong", True), ("misspelt", True), ("likely", False), ("possible", False)]
)
def test_records_of_another_team_are_asked_about_only_where_the_phone_agrees_and_nearly_the_name(alike, asked):
    assert (alike in rules.ASKED_ACROSS) is asked


@pytest.mark.parametrize(
    ("word", "other", "one"),
    [
        ("ana", "ava", False),
        ("ana", "anna", True),
        ("mere", "mele", True),
        ("mere", "meere", True),
        ("rawiri", "rawi", False),
        ("mere", "mere", True),
        ("mere", "merely", False),
        ("rawiri", "rawrii", True),
        ("rawiri", "rwairi", True),
        ("rawiri", "rawrri", True),
        ("rawiri", "arwiir", False),
        ("rawiri", "rwaiir", False),
        ("rawiri", "awirir", False),
        ("rawiri", "rawir", True),
        ("rawiri", "awiri", True),
    ],
)
def test_one_letter_is_missing_other_or_swapped_with_the_next(word, other, one):
    assert rules.one_edit(word, other) is one
    assert rules.one_edit(other, word) is one


# What merging does with a field of a person that is not a fact of `safety.FACTS`.
NOT_A_FACT = {
    "ref": "each record keeps its own; the one that stays is the person's",
    "name": "the name of the record that stays; both pages show both",
    "family": "the family of the record that stays",
    "team": "the team of the record that stays",
    "contact_preference": "if one record says please_dont, the merged one says so: `safety.carried`",
    "statutory": "if one record has it, the merged one has it: `safety.carried`",
}


def test_merging_two_records_says_what_becomes_of_every_field():
    """A field in neither is lost when two records of a person become one."""
    assert {*safety.FACTS, *NOT_A_FACT} == set(FIELDS)
    assert not safety.FACTS.keys() & NOT_A_FACT.keys()


@pytest.mark.parametrize(
    ("withdrawals", "ends"),
    [
        ([], None),
        ([TODAY - DAY], None),
        ([TODAY], TODAY),
        ([TODAY + DAY], TODAY + DAY),
        ([TODAY + 9 * DAY, TODAY - DAY, TODAY + DAY], TODAY + DAY),
    ],
    ids=["never", "the day before it was given", "the day it was given", "the day after", "the first since"],
)
def test_what_another_record_says_was_withdrawn_ends_a_consent_from_its_own_day_on(withdrawals, ends):
    assert rules.withdrawn_elsewhere(TODAY, withdrawals) == ends
