"""HTML as tests compare it."""

import re

BESIDE_A_TAG = re.compile(r"\s*(<(?!/?(?:b|strong|em|small)\b)[^>]*>)\s*")  # those stand within a sentence


def tight(html: str) -> str:
    """Return HTML without the layout of its templates: one blank between words, none beside a tag."""
    return BESIDE_A_TAG.sub(r"\1", " ".join(html.split()))
