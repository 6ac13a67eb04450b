"""
From contents to a PDF, by typst.

What people wrote goes to the template as data, never as markup: a ``#`` or a ``*`` comes out as it was typed.
"""

import json
import logging
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

import typst
from django.conf import settings
from django.utils.functional import Promise

from peerload.core.formats import format_month
from peerload.ui.templatetags.ui import day, points

from . import texts
from .contents import PrintedGuide, PrintedReport, Record

TEMPLATES = settings.BASE_DIR / "templates" / "pdf"
ACCESSIBLE: Literal["ua-1"] = "ua-1"

logger = logging.getLogger(__name__)


def record(contents: Record) -> bytes:
    """Return a worker's month as PDF, A4 upright."""
    parts = [*(element.points for element in contents.elements), contents.weight or 0]
    return _printed(
        "record.typ",
        contents,
        texts.RECORD,
        scale=_scale(contents),
        parts=[float(part) for part in parts],
        over=_is_over(contents.total, contents.limit),
        adjusted=[format_month(adjustment.month) for adjustment in contents.adjustments],
    )


def team_report(contents: PrintedReport) -> bytes:
    """Return a team's month as PDF, A4 across."""
    over = [_is_over(row.total, row.limit) for row in contents.rows]
    return _printed("team_report.typ", contents, texts.TEAM_REPORT, over=over)


def guide(contents: PrintedGuide) -> bytes:
    """Return a signed guide as PDF, A4 upright."""
    return _printed("guide.typ", contents, texts.GUIDE)


def _is_over(total: Decimal, limit: Decimal | None) -> bool:
    """Return whether a total is marked as above its limit: by a sign and a bold word, which print in grey, too."""
    return limit is not None and total > limit


def _scale(contents: Record) -> dict | None:
    """Return what the bar of a record is drawn by, as numbers: nothing where the limit is not known."""
    if contents.limit is None or contents.mark is None:
        return None
    top = max(contents.total, contents.limit * Decimal("1.2"))
    return {"top": float(top), "mark": float(contents.mark), "limit": float(contents.limit)}


def _printed(
    template: str, contents: Record | PrintedReport | PrintedGuide, own_texts: Mapping[str, Promise], **drawn: Any
) -> bytes:
    """
    Compile a template with its data and its texts.

    A PDF/UA may not have a character that no font here has; such a PDF is tagged all the same, says at its end that
    letters are missing, and the operator reads it in the log.
    """
    said = {name: str(text) for name, text in {**texts.EITHER, **own_texts}.items()}
    data = {**_printable({**asdict(contents), **drawn}), "texts": said}
    asked: dict[str, Any] = {"root": TEMPLATES, "font_paths": _fonts()}

    def inputs(*, lacking: bool) -> dict[str, str]:
        whole = json.dumps(data | {"lacking": lacking}, default=_words)
        month = "" if isinstance(contents, PrintedGuide) else format_month(contents.month)
        return {"data": whole, "month": month}

    try:
        return typst.compile(TEMPLATES / template, pdf_standards=ACCESSIBLE, sys_inputs=inputs(lacking=False), **asked)
    except typst.TypstError:  # its words quote the letters, which may be somebody's name
        logger.warning("A PDF has letters that no font of peerload draws: %s", template)
        return typst.compile(TEMPLATES / template, sys_inputs=inputs(lacking=True), **asked)


# Noto fonts for what names and words are written in beside Latin letters; typst turns to these where its own lack a sign.
FONTS = ("cvttf_NotoSansCJK_Regular", "manimgx_fonts")


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Return our own fonts; those of the machine would make a PDF look different on the next one."""
    folders = [str(resources.files(package)) for package in FONTS]
    return typst.Fonts(include_system_fonts=False, font_paths=folders)


LONGEST_WORD = 30  # letters in a row that fit into the narrowest column
LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
BREAK_HERE = "\u200b"  # no width; a line may end there
PICTURES = range(0x1F000, 0x20000)  # emoji, which fonts for print do not have
SHAPING = re.compile("[\ufe0f\u200d\U0001f3fb-\U0001f3ff]")  # how an emoji is drawn or joined, or its tone of skin


def _printable(value: Any) -> Any:
    """Return data whose text can be printed: long words may break, and an emoji becomes its name."""
    if isinstance(value, dict):
        return {key: _printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(each) for each in value]
    if isinstance(value, Promise):
        value = str(value)
    if not isinstance(value, str):
        return value
    if any(ord(sign) in PICTURES for sign in value):
        value = "".join(_said(sign) for sign in SHAPING.sub("", value))
    return LONG_WORD.sub(_breakable, value)


def _said(sign: str) -> str:
    """Return an emoji's name as a screen reader says it: (slightly smiling face)."""
    return f"({unicodedata.name(sign, 'a picture').lower()})" if ord(sign) in PICTURES else sign


def _breakable(word: re.Match) -> str:
    """Let a line end within a word."""
    whole = word[0]
    return BREAK_HERE.join(whole[at : at + LONGEST_WORD] for at in range(0, len(whole), LONGEST_WORD))


def _words(value: object) -> str:
    """Write days and numbers as pages do."""
    if isinstance(value, datetime):
        return f"{day(value)}, {value:%H:%M}"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return points(value)
    raise TypeError(f"A PDF cannot hold {value!r}.")
