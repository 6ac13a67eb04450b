"""
The templates that come with peerload: files of this package, read-only.

They are in English, as their sources are. A service that wants other words copies one and changes it.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TypeVar

from . import rules

ORDER = (
    "basics",
    "work_review",
    "self_review",
    "work_plan",
    "where_to",
    "story_plan",
    "root_cause",
    "challenge",
    "competencies",
    "thirteen_factors",
    *("recovery_workplace", "psychosocial_factors"),
    *("onboarding", "recruitment", "implementation", "leaving"),
)  # as pages list them


Shaped = TypeVar("Shaped", bound=rules.TemplateContent)


@cache
def contents() -> Mapping[str, rules.TemplateContent]:
    """Return the content of each shipped template of any shape, by its code."""
    return MappingProxyType({code: rules.parse(_read(code)) for code in ORDER})


def of_shape(kind: type[Shaped]) -> dict[str, Shaped]:
    """Return the shipped templates with content of one shape, by code."""
    return {code: content for code, content in contents().items() if isinstance(content, kind)}


def _read(code: str) -> object:
    return json.loads((resources.files(__package__) / "shipped" / f"{code}.json").read_text("utf-8"))
