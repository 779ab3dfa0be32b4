"""Pure modules stay pure, and imports run one way."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from places import ROOT

HOUSE = ROOT / "auditlib"

PURE = {
    "errors", "topics", "words", "powers", "text", "jql", "times", "tables", "issues", "population", "steps", "history", "status",
    "closing", "numbering", "given_out", "sampling", "spotcheck", "findings", "keys", "mentions", "audit_log", "census", "proof",
    "changes", "dossier.values", "dossier.names", "dossier.fields", "dossier.record",
    "dossier.replay", "dossier.layout", "dossier.files", "dossier.odd", "dossier.complete", "dossier.numbers",
    "attributes", "drift", "narrow", "paramtypes", "selection", "slices", "yamlfile",
    "dossier.changed", "dossier.rich", "dossier.subject",
    "jira.refusal", "transit", "called", "markup", "dossier.adf", "dossier.blocks", "dossier.pieces", "dossier.plain",
    "differences",
}  # fmt: skip
"""Tables in, tables out: no network, disk, clock or randomness."""

HARMLESS = {
    "__future__", "array", "bisect", "collections", "collections.abc", "contextlib", "csv", "dataclasses", "datetime",
    "decimal", "enum", "fractions", "functools", "hashlib", "heapq", "html", "http", "io", "itertools", "json", "math",
    "numbers", "operator", "re", "shlex", "string", "textwrap", "types", "typing", "unicodedata", "urllib.parse",
    "zoneinfo", "numpy", "numpy.typing", "pandas", "difflib", "fnmatch", "pydantic", "pydantic_core", "yaml",
    "html.parser", "bs4", "bs4.element", "bs4.exceptions", "nh3",  # read text that they are given
}  # fmt: skip
"""What a pure module may import from outside; whatever is not here has to be thought about first."""

TYPES_ONLY = {"selection": {"params"}, "dossier.changed": {"dossier.reading"}}
"""Modules that are given what another one read, and import from it no more than the name of its type."""

IMPURE_CALLS = {
    "open", "input", "print", "exec", "eval", "__import__",
    "now", "utcnow", "today", "urlopen", "getenv", "default_rng",
    "read_csv", "read_excel", "read_json", "read_parquet", "read_pickle", "read_sql", "read_table",
    "loadtxt", "genfromtxt", "fromfile", "tofile", "memmap", "savetxt",
    "read_text", "read_bytes", "write_text", "write_bytes",
}  # fmt: skip
"""Calls by name, whatever they hang on: the clock, the disk, the screen, and pandas' and numpy's own ways to them."""

# From top to bottom; a module imports from its own layer and those below it.
LAYERS = (
    ("cli", "__main__"),
    ("workbook", "casefile", "workpaper", "check", "progress"),
    ("execution",),
    ("collect", "carried", "lock", "package", "report", "recompute", "dossier.writing"),
    ("pull", "jira.connection", "notebook_html"),
    ("evidence",),
    ("records",),
    ("answers", "dossier"),
    ("raw", "jira", "attest", "redraw", "computed", "schema"),
    ("selection", "charts", "findings", "spotcheck", "slices", "narrow"),
    (
        *("given_out", "numbering", "sampling", "status", "closing", "population", "drift", "history"),
        *("attributes", "access", "activity", "proof"),
    ),
    ("audit_log", "census"),
    ("mentions", "called"),
    ("steps", "changes"),
    ("issues", "jql", "display", "markup", "templating", "lettering", "transit", "differences"),
    ("params",),
    ("attribute_words",),
    ("paramtypes", "yamlfile", "words", "powers", "tables"),
    ("times", "text", "typefaces", "keys", "topics"),
    ("errors",),
)


def name_of(path: Path) -> str:
    """Return a module's name within the package: ``jira.reader``; of a package's own file, ``jira``."""
    return ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in sorted(HOUSE.rglob("*.py")) if "_carried" not in path.parts}


def tree_of(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def imports_of(nodes: list[ast.stmt] | ast.AST) -> set[str]:
    """Return the modules that are imported, from outside by their name, ours as ``auditlib.jira.client``."""
    found: set[str] = set()
    for node in nodes if isinstance(nodes, list) else ast.walk(nodes):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            inner = {f"{base}.{alias.name}" for alias in node.names} if base.partition(".")[0] == "auditlib" else set()
            submodules = {it for it in inner if it.removeprefix("auditlib.") in MODULES}
            found |= submodules if submodules and len(submodules) == len(inner) else submodules | {base}
    return found


def ours(imported: set[str]) -> set[str]:
    """Return those of the imported modules that are our own, by their name within the package."""
    names = {it.removeprefix("auditlib.") for it in imported if it.startswith("auditlib.")}
    return {it for it in names if it in MODULES}


def layer_of(name: str) -> int | None:
    """Return the layer of a module, its own or its package's; None if it has none."""
    for place, names in enumerate(LAYERS):
        if name in names:
            return place
    return layer_of(name.rpartition(".")[0]) if "." in name else None


def test_what_says_pure_is_held_to_it():
    """A module that says so stands in the list, and all that stands there exists: a renamed one does not drop out."""
    saying = {name for name in MODULES if re.search(r"\bPure\b", ast.get_docstring(tree_of(name)) or "")}
    assert saying - PURE == set(), "say Pure and are not checked"
    assert PURE - MODULES.keys() == set(), "are checked and are not there"


@pytest.mark.parametrize("name", sorted(PURE & MODULES.keys()))
def test_a_pure_module_imports_nothing_that_acts(name):
    """No network, disk, clock or randomness comes in, not even through one of our own modules."""
    imported = imports_of(tree_of(name))
    outside = {it for it in imported if it.partition(".")[0] != "auditlib"}
    assert outside <= HARMLESS, f"{name} imports {sorted(outside - HARMLESS)}"
    inside = ours(imported) - TYPES_ONLY.get(name, set())
    assert inside <= PURE, f"{name} imports {sorted(inside - PURE)}, which are not pure"


@pytest.mark.parametrize("name", sorted(PURE & MODULES.keys()))
def test_a_pure_module_calls_nothing_that_acts(name):
    """No clock, disk or screen is reached through what is imported; ``np.random`` is not touched."""
    acting = set()
    for node in ast.walk(tree_of(name)):
        if isinstance(node, ast.Call):
            called = node.func
            named = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            acting |= {f"{named} in line {node.lineno}"} if named in IMPURE_CALLS else set()
        elif isinstance(node, ast.Attribute) and node.attr == "random":
            acting.add(f"random in line {node.lineno}")
    assert not acting, f"{name} calls {sorted(acting)}"


@pytest.mark.parametrize("line", ["import os", "from pathlib import Path", "from time import time", "import random"])
def test_an_import_that_acts_is_seen(line):
    """The test itself would notice."""
    assert not imports_of(ast.parse(line)) <= HARMLESS


def test_imports_run_one_way():
    """Each module imports from its own layer and those below; the embedded Jira shares the form of keys with what it tests."""
    wrong = []
    for name in MODULES:
        here = layer_of(name)
        for imported in ours(imports_of(tree_of(name))):
            there = layer_of(imported)
            if name.startswith("demo"):
                if not imported.startswith("demo") and imported not in {"errors", "keys"}:
                    wrong.append(f"{name} imports {imported}")
            elif here is not None and there is not None and there < here:
                wrong.append(f"{name} imports {imported}")
    assert not wrong, "; ".join(sorted(wrong))


def test_every_module_has_its_layer():
    """A new module is put where it belongs: add it to LAYERS."""
    homeless = [
        it for it in MODULES if it not in {"__init__", ""} and not it.startswith("demo") and layer_of(it) is None
    ]
    assert not homeless, f"in no layer: {homeless}"


def test_no_module_imports_itself_in_a_circle():
    """Imports at the top of modules have an order; graphlib raises if they don't."""
    graph = {name: ours(imports_of(tree_of(name).body)) - {name} for name in MODULES}
    assert list(TopologicalSorter(graph).static_order())
