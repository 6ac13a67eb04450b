"""The look: what the tags draw, and what no page may do."""

import ast
import gzip
import re
from datetime import date, timedelta
from decimal import Decimal
from inspect import signature
from pathlib import Path

import django_tables2
import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.template.base import FilterExpression, Node
from django.template.library import SimpleNode
from django.template.loader import get_template
from django.test import RequestFactory

from caseload.templatetags.contacts import CHANNEL_ICONS
from peerload.ui.templatetags import charts, ui
from tests.html import tight
from wellbeing.templatetags.weeks import CHIPS

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static" / "peerload"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PACKAGES = ("peerload", "caseload", "workload", "wellbeing")


def draw(source: str, **context) -> str:
    return tight(Template("{% load charts ui crispy_forms_filters %}" + source).render(Context(context)))


# Words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('{% band_chip "room" %}', "room"),
        ('{% band_chip "limited" %}', "little room"),
        ('{% band_chip "over" %}', "over"),
        ('{% contact_chip "upcoming" 5 %}', "in 5 days"),
        ('{% contact_chip "upcoming" 1 %}', "tomorrow"),
        ('{% contact_chip "due" 0 %}', "today"),
        ('{% contact_chip "overdue" 1 %}', "1 day over"),
        ('{% contact_chip "overdue" 9 %}', "9 days over"),
        ('{% tier_chip "high" %}', "high"),
        ('{% tier_chip "parked" %}', "keeping in touch"),
        ('{% tier_chip "inactive" %}', "not in touch now"),
        ("{% tier_chip None %}", "support not decided yet"),
    ],
)
def test_a_state_is_an_icon_and_a_word(source, words):
    drawn = draw(source)

    assert "<use href=" in drawn
    assert re.sub(r"<[^>]+>", "", drawn) == words


def test_where_there_is_no_band_no_chip_is_drawn():
    assert draw("{% band_chip None %}") == ""


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ d|day }}", "1 January 2027"),
        ("{{ d|short_day }}", "1 January"),
        ("{{ d|short_day:other_year }}", "1 January 2027"),
        ("{{ d|short_day:d }}", "1 January"),
        ("{{ d|weekday }}", "Friday 1 January"),
        ("{{ d|tiny_day }}", "1 Jan"),
        ("{{ nothing|day }}", ""),
        ("{{ half|points }}", "7.5"),
        ("{{ whole|points }}", "15"),
        ("{{ thousand|points }}", "1,070"),
        ("{{ hundred|points }}", "100"),
        ("{{ 3|number }}", "three"),
        ("{{ 11|number }}", "11"),
        ("{{ name|by_name }}", "Tāne"),
        ("{{ name|initials }}", "TR"),
    ],
)
def test_days_numbers_and_names_are_written_as_people_say_them(source, words):
    drawn = draw(
        source,
        d=date(2027, 1, 1),
        other_year=date(2026, 12, 31),
        half=Decimal("7.50"),
        whole=Decimal("15.00"),
        thousand=1070,
        hundred=Decimal("100"),
        nothing=None,
        name="Tāne Rāwiri",
    )

    assert drawn == words


# Figures ---------------------------------------------------------------------------------------------


def test_a_load_bar_puts_the_elements_end_to_end_and_the_limit_last():
    drawn = draw("{% load_bar stable=15 extra=5 case=64 weight=8 mark=85 limit=100 %}")

    assert re.findall(r'class="(s-[a-z]+)"', drawn) == [
        "s-track", "s-mark", "s-stable", "s-extra", "s-case", "s-weight", "s-halo", "s-limit",
    ]  # fmt: skip
    assert 'class="s-case" x="16.67%" y="4" width="53.33%"' in drawn
    assert 'aria-hidden="true"' in drawn


def test_a_load_bar_alone_says_its_figures():
    drawn = draw("{% load_bar stable=15 case=20 weight=4 mark=42.5 limit=50 alone=True %}")

    assert 'aria-label="Stable 15, cases 20, weight 4: 39 of 50; little room from 42.5"' in drawn


def test_a_load_beyond_the_scale_ends_at_its_edge():
    drawn = draw("{% load_bar stable=15 case=130 mark=85 limit=100 %}")

    assert 'x="12.5%" y="4" width="87.5%"' in drawn


@pytest.mark.parametrize(("totals", "top"), [([], 120), ([92, 120], 120), ([Decimal("120.5")], 130)])
def test_the_bars_of_a_team_share_one_scale(totals, top):
    assert charts.load_top(totals) == top


def test_beyond_the_boundary_is_hatched_and_said_by_an_icon():
    rows = [
        {"tier": "high", "people": 6, "boundary": 5},
        {"tier": "parked", "people": 19, "boundary": 20},
    ]

    drawn = draw("{% mix_bars rows %}", rows=rows)

    assert drawn.count("arrow-up-circle") == 1
    assert 'x="80%" y="3.5" width="16%"' in drawn
    assert "25 of 25" in drawn


@pytest.mark.parametrize("boundary", [None, 0], ids=["none set", "nought"])
def test_people_without_a_boundary_are_still_counted(boundary):
    drawn = draw("{% mix_bars rows %}", rows=[{"tier": "group", "people": 3, "boundary": boundary}])

    assert "3" in drawn


def test_keeping_in_touch_shows_each_contact_and_says_the_same_as_a_table():
    parked_on = date(2026, 6, 12)
    contacts = [date(2026, 7, 22), date(2026, 8, 31), date(2026, 10, 2)]

    drawn = draw(
        "{% keeping_line parked_on=p contacts=c due_on=d on=on %}",
        p=parked_on, c=contacts, d=date(2026, 11, 13), on=date(2026, 11, 12),
    )  # fmt: skip

    assert drawn.count('class="s-dot"') == 3
    assert 'class="s-dot" cx="23.81%"' in drawn
    assert 'class="s-ring" cx="91.67%"' in drawn
    assert "24 weeks, 27 Nov" in drawn
    assert drawn.count("<tr><td") == 6


@pytest.mark.parametrize("due_on", [None, date(2027, 3, 1)], ids=["nothing due", "due after the 24 weeks"])
def test_keeping_in_touch_is_drawn_whatever_is_due(due_on):
    drawn = draw(
        "{% keeping_line parked_on=p contacts=c due_on=d on=p %}",
        p=date(2026, 6, 12), c=[], d=due_on,
    )  # fmt: skip

    assert 'class="s-dot"' not in drawn


def test_the_weeks_ahead_step_down_where_something_ends():
    today = date(2026, 11, 12)
    steps = [
        {"on": today, "total": 92, "what": ""},
        {"on": today + timedelta(days=9), "total": Decimal("90.00"), "what": "Closing window has ended"},
    ]

    drawn = draw("{% weeks_ahead steps=steps on=on mark=85 limit=100 %}", steps=steps, on=today)

    assert "92 today, 90 from 21 November 2026. Little room from 85, limit 100." in drawn
    assert 'class="s-area" x="0%"' in drawn
    figure, legend = drawn.split("</svg>", 1)
    assert figure.count('class="s-line"') == 3
    assert ">0</text>" in figure  # the axis begins at nothing: the area under the line is filled
    assert all(words in legend for words in ("points</li>", "little room from</li>", "limit</li>"))


@pytest.mark.parametrize(
    ("limit", "room"),
    [(100, "pl-plot "), (Decimal("297.5"), "pl-plot--five"), (Decimal("1141.5"), "pl-plot--seven")],
)
def test_a_chart_has_room_beside_its_axis_for_long_figures(limit, room):
    steps = [{"on": date(2026, 11, 12), "total": 90, "what": ""}]
    drawn = draw("{% weeks_ahead steps=s on=on mark=85 limit=limit %}", s=steps, on=date(2026, 11, 12), limit=limit)

    assert f'class="pl-plot {room}' in drawn or f'class="{room}' in drawn


# Forms and tables ------------------------------------------------------------------------------------


class DayForm(forms.Form):
    day = forms.DateField()
    reached = forms.ChoiceField(choices=[("yes", "Reached"), ("no", "Not reached")], widget=forms.RadioSelect)
    note = forms.CharField(required=False, help_text="Write as if the person will read this.")

    def clean(self):
        raise forms.ValidationError("The two allocations overlap.")


def test_a_refused_form_says_how_many_answers_and_leads_to_them():
    drawn = draw("{{ form|crispy }}", form=DayForm({"day": "tomorrow", "note": "My words"}))

    assert "Three answers need checking" in drawn
    assert '<a href="#id_day">Day</a>' in drawn
    assert '<a href="#id_reached_0">Reached</a>' in drawn
    assert "The two allocations overlap." in drawn
    assert 'value="My words"' in drawn


def test_a_field_that_may_stay_empty_says_so_and_its_help_stands_above_it():
    drawn = draw("{{ form|crispy }}", form=DayForm())

    assert drawn.count("optional") == 2  # the class and the word, on one field
    assert drawn.index("Write as if") < drawn.index('name="note"')


class NamesTable(django_tables2.Table):
    name = django_tables2.Column()
    due = django_tables2.Column(orderable=False)


def test_a_table_names_its_rows_and_says_how_it_is_sorted():
    table = NamesTable([{"name": "Isla Penney", "due": "today"}], order_by="-name")

    drawn = draw(
        '{% include "django_tables2/peerload.html" %}',
        table=table,
        request=RequestFactory().get("/"),
    )

    assert 'aria-sort="descending"' in drawn
    assert re.search(r'<th scope="row"[^>]*>Isla Penney</th>', drawn)
    assert 'data-label="Due"' in drawn


# What no page may do ---------------------------------------------------------------------------------


OF_LIBRARIES = ("account/", "allauth/", "bootstrap5/", "mfa/", "usersessions/")  # which name them


def test_every_template_is_named_somewhere():
    places = [ROOT / name for name in ("peerload", "caseload", "workload", "wellbeing", "templates")]
    sources = "\n".join(
        path.read_text() for place in places for kind in ("*.py", "*.html") for path in place.rglob(kind)
    )
    names = [path.relative_to(ROOT / "templates").as_posix() for path in TEMPLATES]

    assert [name for name in names if not name.startswith(OF_LIBRARIES) and name not in sources] == []


def test_a_template_compiles_and_has_no_inline_style_or_script():
    inline = []
    for path in TEMPLATES:
        source, name = path.read_text(), str(path.relative_to(ROOT / "templates"))
        get_template(name)
        scripts = re.findall(r"<script[^>]*>", source)
        if re.search(r"\sstyle=|<style|\son[a-z]+=\"", source) or not all(
            "src=" in tag or "application/json" in tag for tag in scripts
        ):
            inline.append(name)
    assert inline == []


@pytest.mark.parametrize("name", ["bootstrap.css", "app.css", "icons.svg", "mark.svg", "peerload.js"])
def test_a_static_file_asks_nobody_for_anything(name):
    source = (STATIC / name).read_text().replace("http://www.w3.org/2000/svg", "")
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)

    assert not re.search(r"https?:|url\((?!#)|@import|sourceMappingURL", source)


def icons_in_templates():
    """Yield the icons that templates name: in ``icon`` and ``chip``, and for what they include."""
    for path in TEMPLATES:
        for node in get_template(str(path.relative_to(ROOT / "templates"))).template.nodelist.get_nodes_by_type(Node):
            given = list(getattr(node, "extra_context", {}).items())  # of an include and a with
            if isinstance(node, SimpleNode):
                parameters = list(signature(node.func).parameters)
                given = [*zip(parameters, node.args, strict=False), *node.kwargs.items()]
            for name, expression in given:
                if name in ("icon", "icon_name") or (isinstance(node, SimpleNode) and node.func == ui.icon):
                    yield from constants(expression)


def constants(expression: FilterExpression):
    """Yield what a template names outright, which a variable does not."""
    if isinstance(expression.var, str):
        yield expression.var


def icons_in_code():
    """Yield the icons that Python names: in ``icon`` and ``chip``, and in values that have an ``icon``."""
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    trees = {".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(path.read_text()) for path in paths}
    places = {("peerload.ui.templatetags.ui", "icon"): 0, ("peerload.ui.templatetags.ui", "chip"): 2}
    for module, tree in trees.items():
        for kind in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            fields = [line for line in kind.body if isinstance(line, ast.AnnAssign)]
            names = [field.target.id for field in fields]
            if "icon" in names:
                places[module, kind.name] = names.index("icon")
                yield from strings(fields[names.index("icon")].value)
    for module, tree in trees.items():
        here = {name: place for (home, name), place in places.items() if home == module}
        for line in (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)):
            here |= {
                each.name: places[line.module, each.name] for each in line.names if (line.module, each.name) in places
            }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            place = here.get(getattr(call.func, "id", None))
            given = call.args[place : place + 1] if place is not None else []
            for value in given + [keyword.value for keyword in call.keywords if keyword.arg == "icon"]:
                yield from strings(value)


def strings(value: ast.AST | None):
    """Yield a string, or either of those a condition chooses from."""
    if isinstance(value, ast.Constant):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from (*strings(value.body), *strings(value.orelse))


def test_every_icon_that_is_asked_for_is_in_the_sprite_and_no_other_is():
    there = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    looked_up = {name for *_, name in ui.BANDS.values()} | {name for _, name in ui.TIERS.values()}
    looked_up |= {name for _, name in CHIPS.values()} | set(CHANNEL_ICONS.values())
    scripts = "".join(path.read_text() for path in STATIC.glob("*.js"))
    asked = {*icons_in_templates(), *icons_in_code(), *looked_up, *re.findall(r'\bsay\(.*, "([a-z0-9-]+)"', scripts)}

    assert asked - there == set(), "docs/look.md says how to add an icon"
    assert there - asked == set()


def test_every_static_file_that_a_template_asks_for_is_there():
    asked = {found for path in TEMPLATES for found in re.findall(r"""{% static ['"]([^'"]+)""", path.read_text())}
    assert asked
    assert [name for name in sorted(asked) if not finders.find(name)] == []


def test_the_first_load_of_static_files_is_light():
    files = [*STATIC.iterdir(), Path(finders.find("django_htmx/htmx-2.min.js"))]

    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 75_000


@pytest.mark.parametrize("name", ["500.html", "503.html"])
def test_the_page_for_bad_days_needs_neither_request_nor_database(name):
    drawn = get_template(name).render()

    assert "Nothing you saved is lost" in drawn
