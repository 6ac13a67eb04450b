"""Telephone numbers as people type them: how to split a field into numbers, dial each of them, and search for one."""

import re
from typing import NamedTuple

import phonenumbers
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    shortnumberinfo,
)

FEWEST_DIGITS = 6  # fewer are an extension, the end of the number before, or a typing error
FEWEST_OF_PHONE = 3  # typed into a search: 021, 09 5
LAST_DIGITS = 8  # what two spellings of a number share: +64 21 555 0142 is 021 555 0142
WRITTEN = re.compile(r"\+?\(?\d[\d ().\u00a0\u2010-\u2015-]*(?:/(?![ 0+])[\d ().\u00a0\u2010-\u2015-]+)?")
SHORT = re.compile(r"(?<![\d/:.+-])(?!(?:19|20)\d\d(?!\d))\d{3,5}(?![\d/:-])")  # no year, no hour, no 24/7
NOT_FROM_ABROAD = re.compile(r"\(0\)")  # +64 (0)21: the nought is dialled inside the country alone
TYPED = re.compile(r"[\d\s()+./-]*\d[\d\s()+./-]*")


class Dial(NamedTuple):
    """A number as it was typed, and as a telephone dials it; a landline is not texted."""

    written: str
    dialled: str
    takes_texts: bool


def numbers(written: str) -> list[str]:
    """Return the numbers in a phone field, each as it was typed."""
    found = (number.lstrip(" .-").rstrip(" .-(") for number in WRITTEN.findall(written))
    return [number for number in found if len(_digits(number)) >= FEWEST_DIGITS]


def dials(written: str, region: str) -> list[Dial]:
    """
    Return each number in a phone field, as a telephone dials it.

    :param region: where the service is, as `peerload.core.dates.public_holidays` takes it; a number without a country is of there
    """
    return [_dial(number, region) for number in numbers(written)]


def dials_in(words: str, region: str) -> list[Dial]:
    """Return each number in a line of words, as a telephone dials it; short ones such as 1737 among them (R126)."""
    return [_short(number, region) for number in _short_numbers(words, region)] + dials(words, region)


def last_digits(written: str) -> str:
    """Return the last digits of the first number, by which two spellings are compared; "" where there is none."""
    return _digits(found[0])[-LAST_DIGITS:] if (found := numbers(written)) else ""


def found_by(written: str) -> list[str]:
    """Return the digits that a search finds a phone by: as typed, and as dialled inside the country."""
    digits = [_digits(number) for number in WRITTEN.findall(written)]
    national = (f"0{_without_country(number)}" for number in WRITTEN.findall(written) if number.startswith("+"))
    return list(dict.fromkeys([*digits, *national]))


def is_number(words: str) -> bool:
    """Return whether words typed into a search are figures alone, with the signs of a telephone number between them."""
    return bool(TYPED.fullmatch(words.strip()))


def begins_number(words: str) -> str:
    """Return the digits typed into a search, where they look like the first of a telephone number: 021, +64 21; else ""."""
    words = words.strip()
    if not is_number(words) or not words.startswith(("0", "+", "(0")):
        return ""
    digits = f"0{_without_country(words)}" if words.startswith("+") else _digits(words)
    return digits if len(digits) >= FEWEST_OF_PHONE else ""


def searched(number: str) -> list[str]:
    """Return the digits to look for when a number, or part of one, is typed into a search: any of them will do."""
    number = number.strip()
    digits = _digits(number)
    forms = [digits, _without_country(number) if number.startswith("+") else ""]
    if len(digits) > LAST_DIGITS:
        forms.append(digits[-LAST_DIGITS:])
    return list(dict.fromkeys(filter(None, forms)))


def _digits(number: str) -> str:
    return re.sub(r"\D", "", NOT_FROM_ABROAD.sub("", number) if number.startswith(("+", "00")) else number)


def _without_country(number: str) -> str:
    """Return the digits of a number that begins with a country's after that country's own."""
    digits = _digits(number)
    known = (digits[n:] for n in (1, 2, 3) if int(digits[:n] or 0) in COUNTRY_CODE_TO_REGION_CODE)
    return next(known, digits)


def _short_numbers(words: str, region: str) -> list[str]:
    """Return the short numbers of a region in a line of words; no year, and no part of a longer number."""
    longer = " ".join(numbers(words))
    found = (number for number in SHORT.findall(words) if number not in longer)
    return [
        number
        for number in found
        if shortnumberinfo.is_valid_short_number_for_region(_parsed(number, region), region[:2])
    ]


def _parsed(number: str, region: str) -> PhoneNumber:
    return phonenumbers.parse(number, region[:2])


def _short(number: str, region: str) -> Dial:
    takes_texts = shortnumberinfo.is_sms_service_for_region(_parsed(number, region), region[:2])
    return Dial(number, _digits(number), takes_texts=takes_texts)


def _dial(number: str, region: str) -> Dial:
    digits = f"+{_digits(number)}" if number.startswith("+") else _digits(number)
    try:
        found = phonenumbers.parse(NOT_FROM_ABROAD.sub("", number) if "+" in number else number, region[:2])
    except NumberParseException:
        return Dial(number, digits, takes_texts=True)
    if not phonenumbers.is_possible_number(found):
        return Dial(number, digits, takes_texts=True)
    if not number.startswith("+") and shortnumberinfo.is_valid_short_number_for_region(found, region[:2]):
        return _short(number, region)
    is_landline = phonenumbers.number_type(found) == PhoneNumberType.FIXED_LINE
    return Dial(number, phonenumbers.format_number(found, PhoneNumberFormat.E164), takes_texts=not is_landline)
