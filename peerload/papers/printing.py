"""
From contents to a PDF, by typst.

What people wrote goes to the template as data, never as markup: a ``#`` or a ``*`` comes out as it was typed.
"""

import json
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

import typst
from django.conf import settings

from peerload.pages.templatetags.look import day, points

from .contents import Record, TeamReport

TEMPLATES = settings.BASE_DIR / "templates" / "papers"
ACCESSIBLE = ["ua-1"]


def record(contents: Record) -> bytes:
    """Return a worker's month as PDF, A4 upright."""
    parts = [*(element.points for element in contents.elements), contents.weight or 0]
    return _printed(
        "record.typ",
        contents,
        scale=_scale(contents),
        parts=[float(part) for part in parts],
        adjusted=[f"{adjustment.month:%B %Y}" for adjustment in contents.adjustments],
    )


def team_report(contents: TeamReport) -> bytes:
    """Return a team's month as PDF, A4 across."""
    return _printed("team_report.typ", contents)


def _scale(contents: Record) -> dict | None:
    """Return what the bar of a record is drawn by, as numbers: nothing where the limit is not known."""
    if contents.limit is None or contents.mark is None:
        return None
    top = max(contents.total, contents.limit * Decimal("1.2"))
    return {"top": float(top), "mark": float(contents.mark), "limit": float(contents.limit)}


def _printed(template: str, contents: Record | TeamReport, **drawn) -> bytes:
    """
    Compile a template with its data.

    A sign that no font has (a name in Chinese, say) may not stand in a PDF/UA; such a paper is tagged all the same.
    """
    data = json.dumps({**asdict(contents), **drawn}, default=_words)
    asked = {
        "root": TEMPLATES,
        "font_paths": _fonts(),
        "sys_inputs": {"data": data, "month": f"{contents.month:%B %Y}"},
    }
    try:
        return typst.compile(TEMPLATES / template, pdf_standards=ACCESSIBLE, **asked)
    except typst.TypstError:
        return typst.compile(TEMPLATES / template, **asked)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Return the fonts inside typst; those of the machine would make a paper look another way on the next one."""
    return typst.Fonts(include_system_fonts=False)


def _words(value: object) -> str:
    """Write days and numbers as pages do."""
    if isinstance(value, datetime):
        return f"{day(value)}, {value:%H:%M}"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return points(value)
    raise TypeError(f"A paper cannot hold {value!r}.")
