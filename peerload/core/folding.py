"""
Comparison of names and codes: one folding for search, for order, for likeness and for codes.

A name is folded to letters and digits without case, marks and signs. `loosen` goes one step further, for finding: it
also takes other spellings of a letter (*Mueller* for *Müller*, *Maaori* for *Māori*). Nothing here reads a clock or a
database.
"""

import re
import unicodedata
from collections.abc import Iterable

# Letters of their own, which Unicode does not split into a letter and a mark.
LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ð": "d",
        "đ": "d",
        "þ": "th",
        "ł": "l",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ĸ": "q",
        "ı": "i",
        "ȷ": "j",
        "ə": "a",
        "ǝ": "a",
        "ɛ": "e",
        "ɔ": "o",
        "ɵ": "o",
        "ɨ": "i",
        "ʉ": "u",
        "ʒ": "z",
        "ɓ": "b",
        "ɗ": "d",
        "ƙ": "k",
        "ɣ": "g",
        "ǥ": "g",
    }
)
# Signs inside a word: apostrophes straight and curly, the ʻokina and other glottal stops, accents typed for them, full stops,
# the dot of Catalan. A hyphen divides two words, as a space does.
SIGNS = re.compile("['‘’‚‛′‵´`＇ʹʻʼʽʾʿˀˁˈˊˋꞋꞌʔʕ.·‧\u00ad\u200b-\u200f\u2060\ufeff]")
# Other spellings of one letter: ä ae, ö ø oe, ü ue, å aa, a long vowel written twice, đ dj.
SPELLINGS = re.compile(r"(a)[ae]+|(o)[oe]+|(u)[ue]+|(e)e+|(i)i+|(d)j")
BETWEEN_DIGITS = re.compile(r"(?<=\d)[\W_]+(?=\d)")


def fold(text: str) -> str:
    """Return a text as its words of plain letters and digits, one space between them: what names are put in order by."""
    text = unicodedata.normalize("NFKD", SIGNS.sub("", text).casefold().translate(LETTERS))
    # such letters can have a mark, too: ǿ, ǣ
    letters = "".join(sign for sign in text if not unicodedata.combining(sign)).translate(LETTERS)
    return " ".join("".join(sign if sign.isalnum() else " " for sign in letters).split())


def fold_name(name: str) -> str:
    """Return the key of a name that must be unique: the folded name, or the name itself if it has signs only."""
    return fold(name) or name.strip().casefold()


def same_name(name: str, others: Iterable[str]) -> str | None:
    """Return the first of some names that folds like a name; ``None`` if there is none."""
    known_by = fold_name(name)
    return next((other for other in others if fold_name(other) == known_by), None)


def loosen(folded: str) -> str:
    """Return a folded text with other spellings of a letter replaced by that letter."""
    return SPELLINGS.sub(lambda found: next(filter(None, found.groups())), folded)


def fold_code(code: str) -> str:
    """
    Return the key of a code that people type: without case, marks, spaces and signs.

    Between two digits a sign or space counts: 1-12 is not 11-2. A code of signs alone is known by itself.
    """
    parts = [fold(part).replace(" ", "") for part in BETWEEN_DIGITS.split(code)]
    return "-".join(parts) if any(parts) else code.strip().casefold()
