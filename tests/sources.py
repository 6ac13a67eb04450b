"""The project's own sources, read and not run: what tests about the project itself look at."""

import ast
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("peerload", "caseload", "workload", "wellbeing")
TOOLS = frozenset(
    {
        ".git",
        ".venv",
        ".data",
        ".hypothesis",
        ".pytest_cache",
        ".ruff_cache",
        ".mypy_cache",
        "__pycache__",
        "node_modules",
    }
)
TEXTS = frozenset(
    {
        ".py",
        ".html",
        ".css",
        ".js",
        ".md",
        ".txt",
        ".toml",
        ".yml",
        ".yaml",
        ".json",
        ".csv",
        ".sh",
        ".cfg",
        ".ini",
        ".svg",
    }
)


class Module:
    """One module: its dotted name, its file and its syntax tree."""

    def __init__(self, path: Path):
        parts = path.relative_to(ROOT).with_suffix("").parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.path = path

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree, parsed when a test first asks: every process of a run lists the modules, few look into them."""
        return ast.parse(self.path.read_text("utf-8"), str(self.path))

    @cached_property
    def parts(self) -> list[str]:
        return self.name.split(".")

    @cached_property
    def imports(self) -> set[str]:
        """
        The dotted names it imports, in functions too, ``from a import b`` as ``a.b``.

        What is imported ``if TYPE_CHECKING`` is not imported: it names the type of what is handed down from above.
        """
        nodes, for_types = list(ast.walk(self.tree)), set()
        for node in nodes:
            if isinstance(node, ast.If) and dotted(node.test) == "TYPE_CHECKING":
                for_types |= {id(within) for each in node.body for within in ast.walk(each)}
        return {name for node in nodes if id(node) not in for_types for name in self._imported(node)}

    @cached_property
    def aliases(self) -> dict[str, str]:
        """The dotted names that its own short names stand for: ``col`` for ``peerload.interchange.sheets.columns``."""
        found = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                found |= {a.asname or a.name: name for a, name in zip(node.names, self._imported(node), strict=True)}
            elif isinstance(node, ast.Import):
                found |= {alias.asname: alias.name for alias in node.names if alias.asname}
        return found

    @cached_property
    def parameters(self) -> dict[str, list[str]]:
        """The positional parameters of each of its functions and classes, in order."""
        kinds = ast.FunctionDef | ast.ClassDef
        return {node.name: _parameters(node) for node in self.tree.body if isinstance(node, kinds)}

    def _imported(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = self.parts if self.path.name == "__init__.py" else self.parts[:-1]
            above = package[: len(package) - node.level + 1] if node.level else []
            of = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{of}.{alias.name}" for alias in node.names)

    @cached_property
    def texts(self) -> list[str]:
        """Its string constants, those of f-strings among them."""
        return [n.value for n in ast.walk(self.tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]

    @cached_property
    def classes(self) -> set[str]:
        """The names of the classes it defines, within others too."""
        return {node.name for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef)}

    @cached_property
    def keywords(self) -> set[str]:
        """The names of the keyword arguments of its calls."""
        calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        return {keyword.arg for call in calls for keyword in call.keywords if keyword.arg}

    @cached_property
    def defaults(self) -> set[str]:
        """Its parameters that have a default, as ``function.parameter``."""
        functions = [n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        return {f"{function.name}.{name}" for function in functions for name in _with_default(function.args)}

    @cached_property
    def attributes(self) -> set[str]:
        """The names of the attributes it reads, of whatever expression."""
        return {node.attr for node in ast.walk(self.tree) if isinstance(node, ast.Attribute)}

    @cached_property
    def models_by_label(self) -> set[str]:
        """The labels, written out, of the models it looks up: ``get_model("staff.Member")``, ``get_model("staff", "Member")``."""
        calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        asked = [call.args for call in calls if dotted(call.func).split(".")[-1] == "get_model"]
        texts = [[arg.value for arg in args if isinstance(arg, ast.Constant)] for args in asked]
        return {".".join(text) for text in texts if text}

    @cached_property
    def chains(self) -> set[str]:
        """Its dotted expressions, called or not: ``Client.objects.visible_to(member).filter(...)`` with the calls left out."""
        return {chain for node in ast.walk(self.tree) if isinstance(node, ast.Attribute) and (chain := dotted(node))}


def _with_default(args: ast.arguments) -> Iterator[str]:
    """Yield the names of parameters that may be left out."""
    by_place = [*args.posonlyargs, *args.args]
    yield from (arg.arg for arg in by_place[len(by_place) - len(args.defaults) :])
    yield from (arg.arg for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True) if default)


def dotted(node: ast.AST) -> str:
    """Return an expression of names, attributes and calls as a dotted name; empty where it begins otherwise."""
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""


def _parameters(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    for line in node.body:
        if isinstance(line, ast.FunctionDef) and line.name == "__init__":
            return _parameters(line)[1:]
    return [
        line.target.id for line in node.body if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
    ]


def named_arguments(call: ast.Call, module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield the arguments of a call by name: keywords, and positional ones of functions and classes of the product."""
    yield from ((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg)
    first, __, rest = dotted(call.func).partition(".")
    full = ".".join(filter(None, [module.aliases.get(first, f"{module.name}.{first}"), rest]))
    yield from zip(_parameters_of(full, module), call.args, strict=False)


def _parameters_of(full: str, module: Module) -> list[str]:
    """Return the parameters of what a dotted name stands for, found where it is defined; none if that is not ours."""
    within, __, name = full.rpartition(".")
    there = module if within == module.name else _by_name().get(within)
    if there is None:
        return []
    if name in there.parameters or there.aliases.get(name, full) == full:
        return there.parameters.get(name, [])
    return _parameters_of(there.aliases[name], module)


@cache
def _by_name() -> dict[str, Module]:
    return {module.name: module for module in modules()}


def longest(chains: set[str]) -> set[str]:
    """Return the chains that are not the beginning of another."""
    return {chain for chain in chains if not any(other.startswith(f"{chain}.") for other in chains)}


@cache
def modules() -> list[Module]:
    """Return every module of the product, migrations left out."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [Module(path) for path in paths if path.parent.name != "migrations"]


def files() -> Iterator[Path]:
    """Yield every text that is committed: sources, templates, documents, files of tools."""
    for path in sorted(ROOT.rglob("*")):
        if (
            not TOOLS & set(path.relative_to(ROOT).parts)
            and path.is_file()
            and (path.suffix in TEXTS or not path.suffix)
        ):
            yield path
