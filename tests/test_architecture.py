"""What the project has agreed about itself, read from its sources: what imports what, who writes what, what is not done."""

import ast
import builtins
import importlib
import re
import sys
from collections import Counter
from typing import NamedTuple

import pytest
from django.apps import apps

from tests import sources

MODULES = sources.modules()


def told(wrong, modules=MODULES) -> dict[str, list]:
    """Return what a question finds wrong, by module; nothing is an empty dictionary."""
    return {module.name: found for module in modules if (found := sorted(wrong(module)))}


# Between packages -----------------------------------------------------------------------------------------------------

LAYERS = (  # from the ground up; a longer name says more than a shorter one
    ("peerload.core",),
    ("peerload.ui", "peerload.pdf"),
    ("peerload.audit",),
    tuple(f"peerload.staff.{name}" for name in ("enums", "rules", "roles", "models", "signals", "queries", "access"))
    + ("peerload.staff.unsent_forms", "peerload.staff.concurrency"),
    ("peerload.notices",),
    ("peerload.staff",),
    ("peerload.guides",),
    ("caseload",),
    ("workload",),
    ("wellbeing",),
    ("peerload.interchange",),
    ("peerload.home", "peerload.serve", "peerload.checks"),
    ("peerload.settings", "peerload.urls", "peerload.celery", "peerload.wsgi", "peerload.web"),
)


def begins_with(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}.")


def layer_of(name: str) -> int | None:
    """Return the layer of a module by the longest name of a layer that it begins with."""
    found = [(len(prefix), n) for n, layer in enumerate(LAYERS) for prefix in layer if begins_with(name, prefix)]
    return max(found)[1] if found else None


def test_a_package_imports_only_from_below():
    def from_above(module):
        layer = layer_of(module.name)
        # the bare package starts Celery, and the launcher stands outside
        return [] if layer is None else [name for name in module.imports if (layer_of(name) or 0) > layer]

    assert not told(from_above)


REFLECTS = {"related_model", "remote_field", "related_objects"}
OVER_ALL_MODELS = {  # they go by columns and tables, of whatever model, and stand above all of them
    "peerload.interchange.queries": "whether a column of a sheet is words, wherever it stands",
    "peerload.interchange.removal": "which rows are a service's, through the rows above them",
    "peerload.interchange.sheets.columns": "that a column names somebody",
    "peerload.interchange.undoing": "which row stands in the way, by the message of the database",
}


def test_no_package_reaches_above_itself_through_the_fields_of_its_models():
    """What stands above is asked by a signal, or belongs below."""
    reflecting = told(lambda module: module.attributes & REFLECTS)
    assert reflecting.keys() == OVER_ALL_MODELS.keys()


def test_no_package_looks_a_model_up_by_its_label():
    """A model from below is imported, and one from above is not reached."""
    assert not told(lambda module: module.models_by_label)


def test_no_package_names_an_app_or_a_table_that_stands_above_it():
    tables = {model._meta.db_table: layer_of(model.__module__) for model in product_models()}

    def from_above(module):
        layer, words = layer_of(module.name), {word for text in module.texts for word in re.findall(r"\w+", text)}
        return [] if layer is None else [word for word in words if tables.get(word, 0) > layer]

    assert any(table in text for module in MODULES for text in module.texts for table in tables)
    assert not told(from_above)


ASKS = {"aggregate", "all", "annotate", "create", "exclude", "exists", "filter", "on", "order_by", "standing"}
ASKS |= {"select_related", "values_list"}
# What packages below call things of their own; of these only ``member.lines.filter`` is seen.
MEANS_OTHERWISE = {"adjustment", "adjustments", "lines", "people", "plans", "records", "session"}


def product_models() -> list:
    """Return the models of the product, without those of their history."""
    found = [model for model in apps.get_models() if model.__module__.split(".")[0] in sources.PACKAGES]
    return [model for model in found if not hasattr(model, "pgh_tracked_model")]


class Reverse(NamedTuple):
    """How a row names the rows that refer to it: as an attribute, and in a lookup; with the layers of both models."""

    attribute: str | None
    lookup: str
    of: int
    by: int


def reverse_names() -> list[Reverse]:
    names = []
    for model in product_models():
        for relation in model._meta.related_objects:
            if (by := layer_of(relation.related_model.__module__)) is not None:
                names.append(Reverse(relation.get_accessor_name(), relation.name, layer_of(model.__module__), by))
    return names


def test_no_package_reaches_above_itself_by_the_names_of_reverse_relations():
    """``member.allocations`` needs no import, and is of the caseload all the same."""
    names = reverse_names()

    def from_above(module):
        layer = layer_of(module.name)
        if layer is None:
            return
        above = [name for name in names if name.of <= layer < name.by]
        ours = {word for name in names if name.by <= layer for word in name[:2]}
        attributes = {name.attribute for name in above} - ours
        lookups = {name.lookup for name in above} - ours - MEANS_OTHERWISE
        for chain in module.chains:
            parts = chain.split(".")
            for part, after in zip(parts[1:], [*parts[2:], ""], strict=True):
                if part in attributes and (after in ASKS or part not in MEANS_OTHERWISE):
                    yield chain
        for word in module.keywords | {text for text in module.texts if text.isidentifier()}:
            if lookups & set(word.split("__")):
                yield word

    assert {"allocations", "responsibilities", "lines"} <= {name.attribute for name in names if name.of < name.by}
    assert not told(from_above)


def test_every_module_has_its_place():
    without = [module.name for module in MODULES if layer_of(module.name) is None]
    assert [name for name in without if not begins_with(name, "peerload.local")] == ["peerload"]


def test_the_launcher_is_used_by_nothing_and_uses_nothing_of_the_product():
    for module in MODULES:
        ours = {name for name in module.imports if name.split(".")[0] in sources.PACKAGES}
        within = {name for name in ours if begins_with(name, "peerload.local")}
        assert ours == within if begins_with(module.name, "peerload.local") else not within, module.name


# Within an app --------------------------------------------------------------------------------------------------------

APPS = (
    *("caseload", "workload", "wellbeing"),
    *(
        "caseload.consents",
        "caseload.cover",
        "caseload.drop_ins",
        "caseload.goals",
        "caseload.groups",
        "caseload.leaving",
        "caseload.next_steps",
        "caseload.duplicates",
        "caseload.temporary_moves",
        "caseload.waiting",
        "workload.months",
        "workload.schemes",
        "wellbeing.leave",
        "wellbeing.plans",
        "wellbeing.private",
        "wellbeing.sessions",
        "wellbeing.time",
        "peerload.interchange.exports",
    ),  # packages, with the same names of files
    *("peerload.audit", "peerload.notices", "peerload.staff", "peerload.staff.leaving", "peerload.guides"),
    *("peerload.guides.checklists", "peerload.interchange"),
)
ORDER = (
    ("enums",),
    ("rules",),
    ("presets",),
    ("models",),
    ("queries",),
    ("actions",),
    ("exports", "filters", "forms", "tables", "tasks", "templatetags"),
    ("views", "management"),
    ("urls",),
)


def place_of(app: str, name: str) -> int | None:
    """Return the place of one of an app's usual files; those named otherwise have none."""
    if not name.startswith(f"{app}."):
        return None
    file = name.removeprefix(f"{app}.").split(".")[0]
    return next((n for n, files in enumerate(ORDER) if file in files), None)


@pytest.mark.parametrize("app", APPS)
def test_files_of_an_app_import_in_their_order(app):
    def from_further_on(module):
        place = place_of(app, module.name)
        return [] if place is None else [name for name in module.imports if (place_of(app, name) or 0) > place]

    assert not told(from_further_on)


PACKAGES = {  # of an app, from the ground up
    "caseload": (
        "duplicates",
        "waiting",
        "drop_ins",
        "groups",
        "next_steps",
        "goals",
        "consents",
        "leaving",
        "cover",
        "temporary_moves",
    ),
    "workload": ("schemes", "points", "months", "capacity", "teams"),
    "wellbeing": ("plans", "time", "sessions", "leave", "private"),
    "peerload.staff": ("leaving",),
    "peerload.guides": ("checklists", "surveys"),
    "peerload.interchange": ("exports",),
}
ROOF = {  # an app's own files that join its packages; all others are the ground under them
    "caseload": ("apps", "day_lists", "described", "filters", "notices", "receivers", "to_decide", "urls", "views"),
    "workload": ("apps", "receivers", "tasks", "urls", "views"),
    "wellbeing": ("apps", "receivers", "templatetags", "urls"),
    "peerload.staff": (),
    "peerload.guides": ("apps", "urls", "views"),
    "peerload.interchange": ("apps", "tasks", "urls", "views"),
}
OUT_OF_ORDER = {
    (
        "caseload.templatetags.next_steps",
        "next_steps",
    ): "the tag of one package's rows; tags stand in one folder of the app",
    (
        "caseload.templatetags.groups",
        "groups",
    ): "the filter of one package's meetings; tags stand in one folder of the app",
    ("caseload.actions.sweep_reminders", "cover"): "the timetable raises people that cover finds alone",
    ("wellbeing.plans.my_weeks", "time"): "the page has the buttons that log time",
}


def storey(app: str, name: str) -> tuple[int, str]:
    """Return how high a module of an app stands in it, and in which package or file."""
    part = name.removeprefix(f"{app}.").split(".")[0]
    order = PACKAGES[app]
    place = order.index(part) + 1 if part in order else len(order) + 1 if part in ROOF[app] else 0
    return place, part


def above_in_app(app: str, module) -> set[str]:
    """Return the parts of its app that a module imports though they stand above it; pages share those of the roof."""
    place, own = storey(app, module.name)
    imported = {storey(app, name) for name in module.imports if name.startswith(f"{app}.")}
    is_page = "views" in module.parts
    return {part for n, part in imported if n > place and part != own and not (is_page and part in ROOF[app])}


def test_packages_of_an_app_import_in_their_order():
    found = {
        (module.name, part)
        for app in PACKAGES
        for module in MODULES
        if module.name.startswith(f"{app}.")
        for part in above_in_app(app, module)
    }
    assert found == OUT_OF_ORDER.keys()


def test_every_package_of_an_app_has_its_place_in_the_order():
    usual = {"actions", "forms", "management", "models", "notices", "queries", "rules", "templatetags", "views"}
    usual |= {"comparison", "sheets", "writing"}  # of interchange, a module a subject as well
    for app, order in PACKAGES.items():
        folder = sources.ROOT.joinpath(*app.split("."))
        packages = {path.parent.name for path in folder.glob("*/__init__.py")} - usual - {"migrations"}
        assert packages == set(order), app


# What a sheet may say is a rule about rows of sheets: those of interchange speak of cells and faults.
RULES = [m for m in MODULES if "rules" in m.parts and not begins_with(m.name, "peerload.interchange.rules")]


def test_rules_use_the_standard_library_enums_days_rules_and_translations():
    def is_allowed(name):
        parts = name.split(".")
        if parts[0] in sources.PACKAGES:
            return name.startswith(
                ("peerload.core.dates", "peerload.core.formats", "peerload.core.translation")
            ) or bool({"enums", "rules"} & set(parts))
        return parts[0] in sys.stdlib_module_names or name.startswith("django.utils.translation")

    assert not told(lambda module: [name for name in module.imports if not is_allowed(name)], RULES)


def test_presets_are_rows_of_the_rules():
    presets = next(module for module in MODULES if module.name == "workload.presets")
    allowed = ("decimal", "django.utils.translation")
    assert all(begins_with(name, "workload") or name.startswith(allowed) for name in presets.imports)


# The clock ------------------------------------------------------------------------------------------------------------

CLOCKS = {"date.today", "datetime.today", "datetime.now", "datetime.utcnow", "timezone.now", "timezone.localdate"}
ASKS_THE_DATABASE = re.compile(r"\b(current_date|current_timestamp|localtimestamp)\b|\bnow\(\)", re.IGNORECASE)


def test_the_clock_is_asked_through_its_module():
    """``from peerload.core.clock import today`` would escape the fixture that says what day it is."""
    assert not told(lambda module: [name for name in module.imports if name.startswith("peerload.core.clock.")])


def test_only_the_clock_reads_the_clock():
    asking = [m for m in MODULES if not begins_with(m.name, "peerload.local") and m.name != "peerload.core.clock"]
    assert not told(lambda m: [chain for chain in m.chains if ".".join(chain.split(".")[-2:]) in CLOCKS], asking)


EDGE = {"management", "notices", "tasks", "views"}  # a notice is true, or is not, when it is shown or sent
READS_TODAY = {  # where no one above can know the day
    "peerload.staff.access": "it may be asked about a member who sent no request, such as who asked for an export",
    "peerload.staff.middleware": "it gives every request its day",
    "peerload.staff.sign_in": "a member of several services has a day in each, before any request is theirs",
    "peerload.home.calendar_feed": "a calendar has no sign-in, so its request has no day; the link says whose day it is",
    "peerload.interchange.demo_actions": "the command that loads the demo may find that there is nothing to load",
    "peerload.interchange.exports.actions": "the worker makes a file hours after it was asked for",
    "peerload.interchange.preview": "only the file says in which time zone its service is",
    "peerload.interchange.undoing": "the worker undoes an import of whatever service asked first",
    "workload.months.actions.following": "it follows every change of facts, and only its notice has a day",
}


def test_today_is_read_at_the_edge_and_passed_on():
    inside = [m for m in MODULES if not EDGE & set(m.parts) and m.name != "peerload.core.clock"]
    assert told(lambda m: [chain for chain in m.chains if chain == "clock.today"], inside).keys() == READS_TODAY.keys()


def test_today_has_no_default():
    """What is left out would be read from the clock, or be another day than the caller's."""
    assert not told(lambda m: [name for name in m.defaults if name.endswith(".today")])


def test_sql_never_asks_for_the_date():
    assert not told(lambda m: [text for text in m.texts if is_sql(text) and ASKS_THE_DATABASE.search(text)])


BY_HAND = re.compile(
    r"\b([\w.]+)\s+IS\s+NULL\s+OR\s+\1\s*>(?!=)"  # in SQL; >= is of periods that end on their last day
    r"|Q\((\w+)(?:=None|__isnull=True)\)\s*\|\s*Q\(\2__gt=(?!F\()",  # F: a constraint that compares two columns
    re.I,
)


def test_what_holds_on_a_day_is_said_by_the_helpers_for_periods():
    others = [module for module in MODULES if module.name != "peerload.core.periods"]
    assert BY_HAND.search("t.ends_before IS NULL OR t.ends_before > %(on)s") and BY_HAND.search(
        "Q(a=None) | Q(a__gt=on)"
    )
    assert not told(lambda module: [found[0] for found in BY_HAND.finditer(read(module.path))], others)


# Who writes what ------------------------------------------------------------------------------------------------------

WRITES = {
    "create",
    "bulk_create",
    "update",
    "bulk_update",
    "delete",
    "_raw_delete",
    "get_or_create",
    "update_or_create",
}
SQL = re.compile(
    r"^\s*(delete\s+from\b|(select|insert|update|with|copy|truncate|create|lock)\b.*\b(from|into|set|as|in|table)\b)",
    re.I | re.S,
)


def is_sql(text: str) -> bool:
    return bool(SQL.search(text))


def writes_rows(chain: str, model: str) -> bool:
    parts = chain.split(".")
    return model in parts and bool(WRITES & set(parts[parts.index(model) :]))


LEDGER_SQL = re.compile(r"\b(insert\s+into|update|delete\s+from|copy|truncate)\s+\"?workload_pointline", re.I)


def test_only_the_projector_writes_the_ledger():
    others = [module for module in MODULES if not begins_with(module.name, "workload.actions")]
    assert not told(lambda m: [chain for chain in m.chains if writes_rows(chain, "PointLine")], others)
    assert not told(lambda m: [text for text in m.texts if LEDGER_SQL.search(text)], others)


SURFACE = [
    module
    for module in MODULES
    if begins_with(module.name, "peerload.home") or {"views", "forms", "tables", "filters"} & set(module.parts)
]


def test_pages_reach_people_through_what_a_member_may_see():
    """404 is the answer to a stranger: a page that begins anywhere else has no such answer."""

    def beginning_elsewhere(module):
        chains = sources.longest({chain for chain in module.chains if chain.startswith("Client.objects.")})
        return [chain for chain in chains if ".visible_to" not in chain and chain != "Client.objects.none"]

    assert not told(beginning_elsewhere, SURFACE)


def test_pages_hold_no_sql():
    assert not told(lambda module: [text for text in module.texts if is_sql(text)], SURFACE)


COMPARES_MEMBER = re.compile(
    r"\bmember\.(pk|id|role) *(==|!=)|(==|!=) *member\.(pk|id|role)\b|"
    r"\brequest\.(member|user)(\.pk|\.id|\.role)? *(==|!=|in\b|not in\b)|(==|!=|in) +request\.(member|user)\b|\brole *(==|!=)"
)


def test_templates_are_told_what_a_member_may_do():
    """Identity and role of a member are compared in views, where the answer gets a name."""
    tags = [
        (path.name, tag)
        for path in (sources.ROOT / "templates").rglob("*.*")
        for tag in re.findall(r"\{% *(?:el)?if .*?%\}", path.read_text())
    ]

    assert tags
    assert [(name, tag) for name, tag in tags if COMPARES_MEMBER.search(tag)] == []


def test_what_is_announced_is_sent_so_that_a_failing_receiver_rolls_all_of_it_back():
    assert not told(lambda module: [chain for chain in module.chains if chain.endswith(".send_robust")])


PAGES = [module for module in MODULES if ".migrations." not in module.name]
NO_FORM_PAGE = {  # each answers an invalid form by itself
    "caseload.views.contacts": "two forms, one of them quick; words sent twice are shown beside the first",
    "peerload.interchange.views": "a file, which may be larger than is taken",
    "peerload.staff.views.account": "it is of somebody who cannot sign in yet",
    "wellbeing.time.views": "forms that stand on other pages, which are shown again",
    "workload.capacity.steps_back": "two forms on one page",
    "workload.months.sitting": "the buttons of a page that shows a record, and leads to the next one",
}


def test_a_page_with_one_form_is_a_form_page():
    by_themselves = {module.name for module in PAGES if re.search(r"\b422\b", read(module.path))}
    assert by_themselves == {"peerload.staff.views.form_pages", *NO_FORM_PAGE}


def test_nothing_but_the_settings_asks_whether_tests_are_running():
    assert not told(lambda module: [chain for chain in module.chains if chain == "settings.TESTING"])


ADVISORY = re.compile(r"\bpg_(try_)?advisory_")


def test_advisory_locks_are_taken_by_their_names():
    """A number written beside its statement may be used twice: a sweep once found an import's lock and did nothing."""
    others = [module for module in MODULES if module.name != "peerload.core.locks"]
    assert not told(lambda m: [text for text in m.texts if ADVISORY.search(text)], others)


# Names ----------------------------------------------------------------------------------------------------------------

SAME_NAME = {  # a value of the rules is called like the row it is of; choices stand within their model
    *("Activity", "Post", "Responsibility", "Scheme", "Weight", "State"),
}
USUAL = {"Meta", "Command"}


def test_a_name_of_a_class_says_which():
    named = Counter(name for module in MODULES for name in module.classes - USUAL if not name.startswith("_"))
    assert {name for name, times in named.items() if times > 1} == SAME_NAME


RAISES = re.compile(r":raises ([\w., ]+):")
OF_LIBRARIES = {
    "BadRequest",
    "ImproperlyConfigured",
    "ValidationError",
    "Http404",
    "DoesNotExist",
    "CommandError",
    "OperationalError",
}


def test_what_a_docstring_says_is_raised_is_a_class_of_that_name():
    """A renamed exception was still promised by its old name in seventy docstrings."""
    known = {name for module in MODULES for name in module.classes} | set(dir(builtins)) | OF_LIBRARIES

    def unknown(module: sources.Module) -> list[str]:
        found = RAISES.findall(read(module.path))
        return [
            name for names in found for name in re.split(r", | or | and ", names) if name.split(".")[-1] not in known
        ]

    assert not told(unknown)


FOLDS = re.compile(r"\bcasefold\(|iexact|\bUpper\(")
OTHERWISE_FOLDED = {
    "peerload.core.folding": "the one folding",
    "peerload.notices.actions": "an email is known by its letters, whatever their case",
    "peerload.staff.passwords": "a password is guessed at in small letters, marks and all",
    "peerload.staff.models.members": "an index under the folding: no two teams have one name in another case",
    "caseload.models.groups": "the same of groups",
    "peerload.staff.models.leave_kinds": "the same of kinds of leave",
}


def test_names_are_compared_and_put_in_order_by_the_one_folding():
    """Kōwhai and Kowhai are one name, and stand beside each other; what only takes the case away makes them two."""
    asked = [module for module in MODULES if ".migrations." not in module.name]
    found = {module.name for module in asked if FOLDS.search(module.path.read_text())}
    assert found == OTHERWISE_FOLDED.keys()


# Tasks ----------------------------------------------------------------------------------------------------------------


def test_no_task_waits_for_its_hour_in_the_broker():
    """A broker loses what it holds; what is due later is asked of the database by the timetable."""
    queued = {"delay", "apply_async", "send_task"}
    assert not told(lambda module: [chain for chain in module.chains if chain.split(".")[-1] in queued])
    assert not told(lambda module: module.keywords & {"eta", "countdown"})


SWEEPS = [m.name for m in MODULES if begins_with(m.name, "caseload.actions") and "sweep" in m.name]
SUB_QUERY = re.compile(r"\(\s*select\b|\bexists\b", re.IGNORECASE)


def test_the_24_weeks_end_by_derived_columns_alone():
    """An UPDATE that had to wait for a row looks at that row again, but not at what it looked up elsewhere."""
    constants = [value for name in SWEEPS for value in vars(importlib.import_module(name)).values()]
    statements = [text for text in constants if isinstance(text, str)]
    ending = [text for text in statements if "UPDATE caseload_client" in text and "'inactive'" in text]
    assert ending and not [text for text in ending if SUB_QUERY.search(text)]


# Length ---------------------------------------------------------------------------------------------------------------

LONGEST_FILE = 500


def test_a_module_is_of_one_subject_and_short():
    product = [module for module in MODULES if ".migrations." not in module.name]
    assert [module.name for module in product if len(read(module.path).splitlines()) > LONGEST_FILE] == []


LONGEST = 40  # lines of a function, its docstring included
LONGER = {
    "caseload.actions.tiers.set_tier": "four ways for a tier to begin; most lines say what each argument is",
    "caseload.duplicates.actions.merging.merge": "most lines say what it is refused for",
    "caseload.groups.actions.sessions.log_session": "most lines say what it is refused for",
    "peerload.home.person._page": "what a page shows, a line each",
    "peerload.home.team.team": "what a page shows, a line each",
    "peerload.interchange.example.rows": "a table: the rows of the example",
    "peerload.interchange.preview.preview": "one file from reading to what it would change, in order",
    "workload.months.queries.seen_record.seen_record": "what a record shows, a line each",
    "workload.months.record_files.pdf_contents": "what a PDF prints, a line each",
}


def test_a_function_fits_on_a_page():
    product = [module for module in MODULES if ".migrations." not in module.name]
    functions = [
        (f"{module.name}.{node.name}", node.end_lineno - node.lineno + 1)
        for module in product
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef)
    ]
    assert len(functions) > 1000
    assert {name for name, lines in functions if lines > LONGEST} == LONGER.keys()


# What is committed ----------------------------------------------------------------------------------------------------

ELSEWHERE = re.compile(
    r"(?:^|[\s\"'`=(\[,])/(?:w[o]rk|home/\w+|Users/\w+|root|tmp/\w+)/[\w.]"  # one machine's folders
    r"|\.\./\.?sh[a]red"
)


def test_nothing_committed_names_a_folder_of_one_machine():
    found = [str(path.relative_to(sources.ROOT)) for path in sources.files() if ELSEWHERE.search(read(path))]
    assert not found


def read(path) -> str:
    return path.read_text("utf-8", errors="replace")


LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def test_every_link_of_a_document_leads_to_a_file():
    documents = [path for path in sources.files() if path.suffix == ".md"]
    lost = [
        f"{path.relative_to(sources.ROOT)}: {link}"
        for path in documents
        for link in LINK.findall(read(path))
        if not (path.parent / link).exists()
    ]
    assert not lost
