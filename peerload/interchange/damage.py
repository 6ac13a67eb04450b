"""
Damage that spreadsheet programs do to text: lost zeros and letters, wrong encodings, invisible characters. Pure.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable

from django.utils.translation import gettext_lazy

# Letters of UTF-8 read as Windows-1252: what begins two to four bytes, and what may follow it.
_FOLLOWS = "".join(chr(code) for code in range(0x80, 0xC0)) + bytes(
    code for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
).decode("cp1252")
GARBLED = re.compile(f"[\u00c2-\u00f4][{re.escape(_FOLLOWS)}]{{1,3}}")
LOST_LETTER = re.compile(r"\ufffd")
LOST_IN_A_NAME = re.compile(r"\ufffd|(?<=[^\W\d_])\?(?=[^\W\d_])|(?:^|(?<=\s))\?(?=[^\W\d_])")
RUN = re.compile(r"\s+")
BREAKS = frozenset(
    "\t\n\x0b\x0c\r\u0085\u2028\u2029\u00a0\u2007\u202f"
)  # a run of white space with one of them is one space
# Joiners are at home in emoji and in the scripts of India and Persia, and out of place among Latin letters. NUL is refused.
INVISIBLE = re.compile(
    "[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
    "|(?<=[A-Za-z0-9])[\u200c\u200d]|[\u200c\u200d](?=[A-Za-z0-9])"
)
# Whatever none of the above could match has none of these.
SUSPECT = re.compile(
    "[\x01-\x1f?\x7f-\x9f\u00a0\u00ad\u00c2-\u00f4\u2007\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffd]"
)
SCIENTIFIC = re.compile(r"\d([.,]\d+)?E\+?\d{1,3}", re.IGNORECASE)
DIGITS = re.compile(r"[0-9]+")


def mended(text: str) -> str:
    """Return a text with letters put right that were written in UTF-8 and read as Windows-1252: Māori for MÄ\x81ori."""
    return GARBLED.sub(_read_again, text)


def _read_again(found: re.Match) -> str:
    encoded = b"".join(_bytes_of(sign) for sign in found[0])
    for end in range(len(encoded), 1, -1):
        try:
            return encoded[:end].decode("utf-8") + found[0][end:]
        except UnicodeDecodeError:
            continue
    return found[0]


def _bytes_of(sign: str) -> bytes:
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")


def without_signs(text: str) -> str:
    """Return a text of one line: a space for line breaks and tabs, no invisible characters."""
    return INVISIBLE.sub("", _breaks_replaced(lambda run: " ", text)).strip()


def _breaks_replaced(by: Callable[[str], str], text: str) -> str:
    return RUN.sub(lambda found: found[0] if BREAKS.isdisjoint(found[0]) else by(found[0]), text)


NAMES_OF_SIGNS = {
    "\n": gettext_lazy("[line break]"),
    "\r": "",
    "\t": gettext_lazy("[tab]"),
    "\u00a0": gettext_lazy("[fixed space]"),
}


def made_visible(text: str) -> str:
    """Return a text in which invisible characters are named."""
    named = _breaks_replaced(lambda run: "".join(map(_name_of, run)), text)
    return INVISIBLE.sub(lambda found: _name_of(found[0]), named)


def _name_of(sign: str) -> str:
    return sign if sign == " " else str(NAMES_OF_SIGNS.get(sign, f"[U+{ord(sign):04X}]"))


def width_of_codes(codes: Iterable[str]) -> int:
    """Return how many digits a code has where codes are digits and some begin with 0; 0 where none does."""
    widths = Counter(len(code) for code in codes if code.startswith("0") and len(code) > 1 and DIGITS.fullmatch(code))
    return max(widths, key=lambda width: (widths[width], width)) if widths else 0


def lost_zeros(code: str, width: int) -> str:
    """Return a code with the zeros it has lost, where others have so many digits; else the code itself."""
    return code.zfill(width) if len(code) < width and DIGITS.fullmatch(code) else code


def lost_zero_of_phone(phone: str, *, is_number: bool, others_begin_with_0: bool) -> str:
    """
    Return a telephone number with the 0 it has lost; the number itself where it lost none.

    :param is_number: whether the cell holds a number, which never begins with 0
    """
    if DIGITS.fullmatch(phone) and not phone.startswith("0") and len(phone) > 5 and (is_number or others_begin_with_0):
        return f"0{phone}"
    return phone
