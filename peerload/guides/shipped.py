"""
The templates that come with peerload: files of this package, read-only.

They are in English, as their sources are. A service that wants other words copies one and changes it.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from . import rules

ORDER = ("basics", "work_review", "self_review")  # as pages list them


@cache
def contents() -> Mapping[str, rules.Content]:
    """Return the content of each shipped template, by its code."""
    return MappingProxyType({code: rules.parse(_read(code)) for code in ORDER})


def _read(code: str) -> object:
    return json.loads((resources.files(__package__) / "shipped" / f"{code}.json").read_text("utf-8"))
