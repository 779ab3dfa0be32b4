"""The walls of the house stand: rooms above each other, offline rooms without a client, pure rooms that touch nothing."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT, TESTS

HOUSE = ROOT / "auditlib"

PURE_ROOMS = ("audit", "records")
"""All of their modules are pure, without a list: tables and records in, tables and words out."""

HARMLESS = {
    "__future__", "array", "base64", "bisect", "calendar", "collections", "collections.abc", "contextlib", "csv", "dataclasses",
    "datetime", "decimal", "difflib", "enum", "fnmatch", "fractions", "functools", "hashlib", "heapq", "html", "http", "io",
    "itertools", "json", "math", "numbers", "operator", "re", "shlex", "string", "textwrap", "types", "typing", "unicodedata",
    "urllib.parse", "zoneinfo", "numpy", "numpy.typing", "pandas", "pydantic", "pydantic_core", "msgspec", "yaml",
    "ast", "html.parser", "bs4", "bs4.element", "bs4.exceptions", "markupsafe", "nh3",  # read text that they are given
}  # fmt: skip
"""What a pure module may import from outside; whatever is not here has to be thought about first."""

TYPES_ONLY = {
    "audit.sampling.sample": {"params.model"},
}
"""Modules that are given what another one read, and import from it no more than the name of its type."""

IMPURE_CALLS = {
    "open", "input", "print", "exec", "eval", "__import__",
    "now", "utcnow", "today", "urlopen", "getenv", "default_rng",
    "read_csv", "read_excel", "read_json", "read_parquet", "read_pickle", "read_sql", "read_table",
    "loadtxt", "genfromtxt", "fromfile", "tofile", "memmap", "savetxt",
    "read_text", "read_bytes", "write_text", "write_bytes",
}  # fmt: skip
"""Calls by name, whatever they hang on: the clock, the disk, the screen, and pandas' and numpy's own ways to them."""


def name_of(path: Path) -> str:
    """Return a module's name within the package: ``jira.client``; of a package's own file, ``jira``."""
    return ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in sorted(HOUSE.rglob("*.py")) if "_carried" not in path.parts}


def tree_of(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def says_pure(name: str) -> bool:
    return re.search(r"\bPure\b", ast.get_docstring(tree_of(name)) or "") is not None


ALSO_PURE = {"errors", "report.safe_html", "responses.request"}
"""Modules that pure ones stand on and whose docstrings say something more important."""

PURE = {name for name in MODULES if name.partition(".")[0] in PURE_ROOMS or says_pure(name)} | ALSO_PURE


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


# Pure


def test_there_are_pure_modules_outside_of_the_pure_rooms():
    """What a module says of itself is found: the names of the records, of the dossier, of the hall."""
    assert {"tables", "times", "dossier.replay", "jira.refusal"} <= PURE


@pytest.mark.parametrize("name", sorted(PURE))
def test_a_pure_module_imports_nothing_that_acts(name):
    """No network, disk, clock or randomness comes in, not even through one of our own modules."""
    imported = imports_of(tree_of(name))
    outside = {it for it in imported if it.partition(".")[0] != "auditlib"}
    assert outside <= HARMLESS, f"{name} imports {sorted(outside - HARMLESS)}"
    inside = ours(imported) - TYPES_ONLY.get(name, set())
    assert inside <= PURE, f"{name} imports {sorted(inside - PURE)}, which are not pure"


def acting(tree: ast.AST) -> set[str]:
    """Return what reaches the clock, the disk, the screen or chance, with its line."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            named = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            found |= {f"{named} in line {node.lineno}"} if named in IMPURE_CALLS else set()
        elif isinstance(node, ast.Attribute) and node.attr == "random":
            found.add(f"random in line {node.lineno}")
    return found


@pytest.mark.parametrize("name", sorted(PURE))
def test_a_pure_module_calls_nothing_that_acts(name):
    """No clock, disk or screen is reached through what is imported; ``np.random`` is not touched."""
    assert not acting(tree_of(name))


@pytest.mark.parametrize("line", ["import os", "from pathlib import Path", "from time import time", "import random"])
def test_an_import_that_acts_is_seen(line):
    """The test itself would notice."""
    assert not imports_of(ast.parse(line)) <= HARMLESS


@pytest.mark.parametrize(
    "line", ["datetime.now(UTC)", "open(path)", "np.random.rand()", "path.read_text()", "date.today()"]
)
def test_a_call_that_acts_is_seen(line):
    """The clock, the disk and chance are reached without an import of their own."""
    assert acting(ast.parse(line))


# The contracts


def kept_contracts(folder: Path) -> dict[str, bool]:
    """Let import-linter judge a checkout; the contracts by the words before their colon."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = re.findall(r"^(.+) (KEPT|BROKEN)", done.stdout, re.MULTILINE)
    assert lines, done.stdout + done.stderr
    return {name.partition(":")[0]: verdict == "KEPT" for name, verdict in lines}


def test_the_contracts_are_kept():
    """Rooms above each other, offline, pure, the stage, no circles: as ``pyproject.toml`` has them."""
    kept = kept_contracts(ROOT)
    assert len(kept) == 6
    assert all(kept.values()), kept


VIOLATIONS = {
    "Rooms stand above each other": ("records/moves.py", "from auditlib.audit.finding import Finding"),
    "Offline": ("package/verify.py", "from auditlib.jira.client import JiraReader"),
    "Pure": ("audit/numbering/gaps.py", "import random"),
    "The stage": ("run/workbook.py", "from auditlib.demo.world import records"),
    "The embedded Jira imports nothing but the hall": ("demo/world/truth.py", "from auditlib.records import issues"),
    "No circle among modules of one room": ("audit/finding.py", "from auditlib.audit.numbering import findings"),
}
"""One planted import for each contract: where, and what."""


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_planted_import_breaks_its_contract(contract, tmp_path):
    """Each wall is one: an import that runs through it is named, also where it stands within a function."""
    file, line = VIOLATIONS[contract]
    shutil.copytree(HOUSE, tmp_path / "auditlib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / "auditlib" / file
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\ndef planted():\n    {line}\n", encoding="utf-8")
    assert kept_contracts(tmp_path)[contract] is False


def test_a_room_without_a_place_is_noticed(tmp_path):
    """A new room is put where it belongs: the list of rooms is exhaustive."""
    shutil.copytree(HOUSE, tmp_path / "auditlib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "auditlib" / "attic").mkdir()
    (tmp_path / "auditlib" / "attic" / "__init__.py").write_text('"""A room that nobody placed."""\n', encoding="utf-8")
    assert kept_contracts(tmp_path)["Rooms stand above each other"] is False


# Sizes

LONGEST = {"file": 400, "class": 300, "function": 60}

LONGER = {}
"""What is longer, with the reason: by the file, or by ``file: name``."""


def long_things(path: Path) -> dict[str, int]:
    """Return the files, classes and functions that are too long; docstrings of classes and functions are not counted."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT).as_posix()
    found = {name: len(text.splitlines())} if len(text.splitlines()) > LONGEST["file"] else {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            says = ast.get_docstring(node, clean=False)
            lines = (node.end_lineno or 0) - node.lineno + 1 - (len(says.splitlines()) if says else 0)
            if lines > LONGEST["class" if isinstance(node, ast.ClassDef) else "function"]:
                found[f"{name}: {node.name}"] = lines
    return found


def test_nothing_is_too_long_without_a_reason():
    """A file over 400 lines, a class over 300, a function over 60: none in the package, or the reason stands in LONGER."""
    found = {name: lines for path in MODULES.values() for name, lines in long_things(path).items()}
    assert found.keys() - LONGER.keys() == set(), {name: found[name] for name in found.keys() - LONGER.keys()}
    assert LONGER.keys() - found.keys() == set(), "no longer too long"


# The tests' own rooms

SUBJECTS = {
    "cli": {"commands", "terminal"},
    "demo": {"form_answers", "openapi"},
    "dossier": {"one_judgement"},
    "evidence": {"censuses"},
    "jira": {"openapi_examples"},
    "package": {"changed_files", "hostile_packages"},
    "pull": {"faults", "halves", "odd_parts", "pull", "refused_answers", "resume"},
    "report": {"page_numbers", "pages_add_up"},
    "responses": {"raw"},
    "run": {"execution", "side_by_side"},
}
"""Test files of a room that stand for a subject of several modules."""

ROOMS = sorted(path.name for path in HOUSE.iterdir() if path.is_dir() and not path.name.startswith("_"))


def names_of_modules(room: str) -> set[str]:
    """Return how a test file of a room may be called: by a module, with or without the folders above it."""
    names = set()
    for path in (HOUSE / room).rglob("*.py"):
        parts = [part for part in path.relative_to(HOUSE / room).with_suffix("").parts if part != "__init__"]
        names |= {"_".join(parts[place:]) for place in range(len(parts))}
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_tests_stand_in_the_rooms_of_what_they_test(room):
    """``tests/<room>/test_<module>.py``: who changes a module knows which tests are its own."""
    stand = {path.stem.removeprefix("test_") for path in (TESTS / room).glob("test_*.py")}
    assert stand, "a room without tests"
    assert stand - names_of_modules(room) == SUBJECTS.get(room, set())
