"""Templates are marked for translation throughout, and are laid out so that a person can read them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.base import Lexer, Token, TokenType

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PATHS = sorted(path for path in TEMPLATES.rglob("*.*") if path.suffix != ".typ")  # PDFs: tests/pdf/test_texts.py
LONGEST = 160

SAME_IN_EVERY_LANGUAGE = {"peerload", "CSV", "Excel"}
BLOCKS_OF_CLASSES = ("body_class", "width")  # they hold the name of a class, not text
GAP = "\0"  # where a tag or a variable stands
READ_OUT = re.compile(r'\b(?:aria-label|title|alt|placeholder|data-label)="([^"]*)"')
WORD = re.compile(r"[^\W\d_]+")
PART_OF_A_SENTENCE = re.compile(
    r'\|(?:default|default_if_none|join|yesno|plural|pluralize):"[^"]*[^\W\d_][^"]*"|\|pluralize\b'
)
TEXT_FOR_A_PART = re.compile(r'\b(?:heading|words|label|lead|caption)="[^"]*[^\W\d_][^"]*"')


def unmarked(source: str) -> Iterator[str]:
    """Yield the words of a template that a person reads or hears and that no translator is asked about."""
    tokens = Lexer(source).tokenize()
    for token in tokens:
        if token.token_type in (TokenType.BLOCK, TokenType.VAR):
            yield from unmarked_in_tag(token)
    text = re.sub(r"&\w+;|<script\b.*?</script>", " ", "".join(shown(tokens)), flags=re.DOTALL)
    for tag in re.findall(r"<[^>]*>", text):
        for value in READ_OUT.findall(tag):
            yield from words(value)
    yield from words(re.sub(r"<[^>]*>", " ", text))


def shown(tokens: list[Token]) -> Iterator[str]:
    """Yield the text of a template with gaps for its tags and variables; what is marked is left out."""
    inside = None
    for token in tokens:
        name, *rest = token.contents.split()[:2] or [""]
        if token.token_type == TokenType.TEXT:
            yield "" if inside else token.contents
        elif token.token_type == TokenType.VAR:
            yield GAP
        elif token.token_type == TokenType.BLOCK:
            if inside is None and (name == "blocktranslate" or (name == "block" and rest[0] in BLOCKS_OF_CLASSES)):
                inside = f"end{name}"
            elif name == inside:
                inside = None
            yield GAP


def unmarked_in_tag(token: Token) -> Iterator[str]:
    """Yield the words that a tag is given as they are: a chip's, a heading for what is included, one of two forms."""
    yield from PART_OF_A_SENTENCE.findall(token.contents) + TEXT_FOR_A_PART.findall(token.contents)
    if token.token_type == TokenType.BLOCK:
        name, *given = token.split_contents()
        texts = given[1:2] if name == "chip" else given if name == "firstof" else ()
        yield from (text for text in texts if text.startswith('"') and WORD.search(text))


def words(text: str) -> Iterator[str]:
    yield from (word for word in WORD.findall(text) if word not in SAME_IN_EVERY_LANGUAGE)


def id_of(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def test_a_template_asks_a_translator_about_everything_that_is_read_or_heard():
    assert {id_of(path): found for path in PATHS if (found := list(unmarked(path.read_text())))} == {}


def test_a_template_has_no_long_line():
    lines = ((path, number, line) for path in PATHS for number, line in enumerate(path.read_text().splitlines(), 1))
    assert [(id_of(path), number, len(line)) for path, number, line in lines if len(line) > LONGEST] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Two words</p>", ["Two", "words"]),
        ('<p>{% translate "Two words" %} {{ name }}, 3&nbsp;{% icon "sun" %}</p>', []),
        ("<p>{% blocktranslate %}Two words{% endblocktranslate %}</p>", []),
        ("{# Two words #}<p></p>", []),
        ('<a aria-label="{{ name }}: two" href="/two/">CSV</a>', ["two"]),
        ('<a title="{% translate "Two" %}" class="two"></a>', []),
        ('{% chip "act" "late" "clock" %}', ['"late"']),
        ('{% chip "act" _("late") "clock" %}', []),
        ('{% include "a.html" with heading="Two" only %}', ['heading="Two"']),
        ("{{ n }} {{ n|pluralize }}", ["|pluralize"]),
        ('{{ n|plural:"day" }}', ['|plural:"day"']),
        ('{% firstof name "none" %}', ['"none"']),
        ("{% block width %}pl-two{% endblock %}", []),
        ('<script type="application/json">{"two": "words"}</script>', []),
    ],
)
def test_what_nobody_is_asked_about_is_found(source, found):
    assert list(unmarked(source)) == found


def test_a_comment_of_several_lines_is_no_text_of_the_page():
    broken = [id_of(path) for path in PATHS if re.search(r"\{#(?:(?!#\}).)*\n", path.read_text())]

    assert not broken, "Django ends {# #} with the line, so this is shown to readers: use {% comment %}."


@pytest.mark.parametrize("path", sorted((TEMPLATES.parent / "static").rglob("*.js")), ids=lambda path: path.name)
def test_a_script_has_no_text_of_its_own(path):
    source = re.sub(r"/\*.*?\*/|//.*", "", path.read_text(), flags=re.DOTALL).replace("use strict", "")
    assert re.findall(r'"([A-Z][^"]*[a-z][^"]*)"', re.sub(r'"[\w-]+"|"X-[\w-]+"', "", source)) == []


def test_a_style_sheet_has_no_text_of_its_own():
    sheets = [path.read_text() for path in (TEMPLATES.parent / "static").rglob("*.css") if path.name != "bootstrap.css"]
    assert [words for sheet in sheets for words in re.findall(r'content:\s*"([^"]*[a-z][^"]*)"', sheet)] == []
