"""The worked examples of the rules, by their id (tests/data/examples.json)."""

import json
from decimal import Decimal
from pathlib import Path

_EXAMPLES = json.loads((Path(__file__).parent / "data" / "examples.json").read_text(), parse_float=Decimal)
_EXPECTED = {example["id"]: example["expected"] for example in _EXAMPLES}


def expected(example_id: str):
    """Return what an example expects: words, ISO dates, and amounts as numbers or decimal strings."""
    return _EXPECTED[example_id]


def amounts(value):
    """Return a value with every amount in it as a Decimal, so that 291, "291" and "291.0" are one number."""
    if isinstance(value, list):
        return [amounts(item) for item in value]
    if isinstance(value, dict):
        return {key: amounts(item) for key, item in value.items()}
    return value if value is None else Decimal(str(value))
