"""Texts that people read are marked for translation, and the English catalogue has every one of them."""

import ast
import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import translation

from caseload.enums import Weekday
from peerload.core.formats import format_day
from tests import sources

# What runs before Django does, or is a tool of developers: its texts stay as they are.
UNMARKED = ("peerload.settings", "peerload.serve", "peerload.local")
# Read by developers alone: their texts say what is wrong with the code.
FOR_DEVELOPERS = {
    "DoesNotExist",
    "LookupError",
    "NotImplementedError",
    "OperationalError",
    "RuntimeError",
    "TypeError",
    "ValueError",
}
NAMED = {
    "back_label", "empty_label", "empty_text", "heading", "help", "help_text", "label", "lead", "save", "says", "title",
    "verbose_name", "violation_error_message", "words",
}  # fmt: skip
MESSAGES = {"debug", "error", "info", "success", "warning"}


def is_text(node: ast.AST | None) -> bool:
    """Return whether a node is a text as it stands; an empty one and a code without letters are none."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.Constant) and re.search("[A-Za-z]{2}", part.value) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(re.search("[A-Za-z]{2}", node.value))


def unmarked(module: sources.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and text of what is said to people and not marked."""
    for node in ast.walk(module.tree):
        yield from ((found.lineno, ast.unparse(found)) for found in _said(node, module) if is_text(found))


def _said(node: ast.AST, module: sources.Module) -> Iterator[ast.AST]:
    """Yield the parts of a node where a text for people stands."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        if sources.dotted(node.exc.func).split(".")[-1] not in FOR_DEVELOPERS:
            yield from node.exc.args
    if isinstance(node, ast.Call):
        chain = sources.dotted(node.func).split(".")
        if chain[-1] == "add_error" or (chain[0] == "messages" and chain[-1] in MESSAGES):
            yield from node.args[1:]
        if chain[-1] == "ValidationError":
            yield from node.args
        # What a model says of a field is a note for developers: no page shows it.
        names = NAMED - {"help_text", "title"} if "models" in module.parts else NAMED
        yield from (value for name, value in sources.named_arguments(node, module) if name in names)
    if isinstance(node, ast.ClassDef):
        yield from _of_class(node)


def _of_class(node: ast.ClassDef) -> Iterator[ast.AST]:
    bases = [sources.dotted(base) for base in node.bases]
    if any(base.endswith("AppConfig") for base in bases):  # its label is the app's name
        return
    choices = any(base.endswith("Choices") for base in bases)
    for line in node.body:
        if not isinstance(line, ast.Assign) or not isinstance(line.targets[0], ast.Name):
            continue
        if choices and isinstance(line.value, ast.Tuple):
            yield line.value.elts[-1]
        if line.targets[0].id in NAMED | {"caption"}:
            yield line.value


def test_what_people_read_is_marked():
    found = {
        f"{module.path.relative_to(sources.ROOT)}:{line}": text
        for module in sources.modules()
        if not module.name.startswith(UNMARKED)
        for line, text in unmarked(module)
    }

    assert found == {}, 'mark it: _("...") with gettext in functions, gettext_lazy at import'


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        ('raise Refused("Choose a day.")', True),
        ('raise Refused(f"{name} is away.")', True),
        ('raise Refused(_("Choose a day."))', False),
        ('raise TypeError("no such field")', False),
        ('form.add_error("on", "Check the year.")', True),
        ('messages.success(request, "Saved.")', True),
        ('day = DayField(label="From")', True),
        ('day = DayField(label=_("From"))', False),
        ('class Fact(NamedTuple):\n    label: str\n    more: str = ""\nfact = Fact("Phone", " / ")', True),
        ('class Fact(NamedTuple):\n    label: str\n    more: str = ""\nfact = Fact(_("Phone"), " / ")', False),
        ('from peerload.interchange.sheets import columns as col\nday = col.day("on", "The day it was done.")', True),
        (
            'from peerload.interchange.sheets import columns as col\nday = col.day("on", _("The day it was done."))',
            False,
        ),
        ('class Side(TextChoices):\n    WORKER = "worker", "worker"', True),
        ('class Page:\n    title = "People"', True),
    ],
)
def test_the_guard_sees_where_people_are_told_something(code, is_found, tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    (tmp_path / "page.py").write_text(code)

    assert bool(list(unmarked(sources.Module(tmp_path / "page.py")))) is is_found


def test_nothing_translated_is_fixed_in_the_language_of_the_start():
    """A text that is asked for while modules are imported would stay in the language of that moment."""
    early = {
        f"{module.path.relative_to(sources.ROOT)}:{node.lineno}"
        for module in sources.modules()
        for node in _at_import(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _eager(module.tree)
    }

    assert early == set()


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run while a module is imported: all but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from (inner for default in child.args.defaults for inner in ast.walk(default))
            continue
        yield child
        yield from _at_import(child)


def _eager(tree: ast.AST) -> set[str]:
    """Return the names by which a module calls what translates at once."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in {"gettext", "ngettext", "pgettext"}
    }


def test_the_catalogue_has_every_text_of_the_code():
    written = set(
        re.findall(r'^msgid "(.+)"$', (sources.ROOT / "locale/en_GB/LC_MESSAGES/django.po").read_text(), re.M)
    )
    texts = {text for module in sources.modules() for text in _marked(module.tree)}
    missing = {text for text in texts if text.replace("\\", "\\\\").replace('"', '\\"') not in written}

    assert texts
    assert missing == set(), "run make messages"


def test_nothing_in_a_catalogue_is_a_guess():
    """What gettext only guesses is left out on every page: English words would be shown to readers of another language."""
    catalogues = list((sources.ROOT / "locale").rglob("*.po"))
    assert catalogues and [path for path in catalogues if "#, fuzzy" in path.read_text()] == []


def _marked(tree: ast.AST) -> Iterator[str]:
    """Yield the texts that are marked, without those of several lines, which a catalogue writes in several lines too."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"_", "gettext", "gettext_lazy"}
        ):
            text = node.args[0]
            if isinstance(text, ast.Constant) and "\n" not in text.value:
                yield text.value


def test_labels_and_days_follow_the_language_of_the_moment():
    """Django has German for both; none keeps the language in which it was first asked for."""
    with translation.override("de"):
        assert (str(Weekday.MONDAY.label), format_day(date(2026, 3, 2))) == ("Montag", "2 März 2026")
    assert (str(Weekday.MONDAY.label), format_day(date(2026, 3, 2))) == ("Monday", "2 March 2026")


ALWAYS_MANY = ("%(count)s characters; at most", "%(count)s cells; a row has at most", "%(count)s files; at most")
ALWAYS_MANY += (
    "%(count)s reports to send",
    "(%(count)s times)",
    "%(count)s models",
)  # one has a text of its own; a migration


def test_what_is_counted_has_a_text_for_one():
    counted = re.compile(r"%\((?:count|more)\)[sd] (?:more )?[a-z]+s\b")
    texts = {text for module in sources.modules() for text in _marked(module.tree) if counted.search(text)}

    assert [text for text in texts if not any(known in text for known in ALWAYS_MANY)] == []


def test_a_text_for_one_has_the_same_text_for_many_everywhere():
    """A catalogue finds both by the text for one: of two texts for many it would keep the first."""
    many: dict[str, dict[str, str]] = {}
    for module in sources.modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and sources.dotted(node.func).split(".")[-1] in ("ngettext", "ngettext_lazy"):
                one, other = (each.value for each in node.args[:2] if isinstance(each, ast.Constant))
                many.setdefault(one, {})[other] = f"{module.name}:{node.lineno}"

    assert {one: places for one, places in many.items() if len(places) > 1} == {}
