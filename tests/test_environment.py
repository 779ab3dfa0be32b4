"""What is installed, from where, and that all places that say so agree."""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from places import ROOT

import auditlib

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEPENDENCIES = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
DEVELOPMENT = [Requirement(text) for text in PROJECT["project"]["optional-dependencies"]["dev"]]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

CONDA_NAMES = {"matplotlib-base": "matplotlib", "python-tzdata": "tzdata"}
"""conda-forge's name, where it is not the distribution's own."""

CONDA_ONLY = {"python", "pip", "make"}

IMPORTED_AS = {
    "ipython": "IPython",
    "atlassian-python-api": "atlassian", "beautifulsoup4": "bs4", "jupyter-client": "jupyter_client",
    "jupyter-core": "jupyter_core", "jupyter-server": "jupyter_server", "pyyaml": "yaml", "pyzmq": "zmq", "pytest-xdist": "xdist",
    "fonttools": "fontTools", "manimgx-fonts": "manimgx_fonts", "manimgx-fonts-cjk": "manimgx_fonts_cjk",
    "websocket-client": "websocket", "pillow": "PIL", "rfc3161-client": "rfc3161_client",
}  # fmt: skip
"""Module of a distribution, where it has another name."""

RUN_NOT_IMPORTED = {"itables", "jupyterlab", "tzdata"}
"""Its script goes into packages; started by `make lab`; read by zoneinfo."""

HOSTS = [".".join(parts) for parts in (
    ("pypi", "org"), ("pythonhosted", "org"), ("anaconda", "org"), ("npmjs", "org"), ("npmjs", "com"), ("pkg", "go", "dev"),
    ("crates", "io"), ("rubygems", "org"), ("conda", "anaconda"), ("jsdelivr", "net"), ("unpkg", "com"),
)]  # fmt: skip
"""Hosts of registries and of their mirrors, put together here so that this file does not name them."""


def specifiers(requirements: list[Requirement]) -> dict[str, str]:
    return {canonicalize_name(one.name): str(one.specifier) for one in requirements}


def conda_requirements() -> dict[str, str]:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    found = {}
    for entry in environment["dependencies"]:
        names = [text for text in entry["pip"] if text != "-e ."] if isinstance(entry, dict) else [entry]
        for text in names:
            one = Requirement(text)
            if one.name not in CONDA_ONLY:
                found[canonicalize_name(CONDA_NAMES.get(one.name, one.name))] = str(one.specifier)
    return found


def test_environment_yml_is_in_step_with_pyproject():
    """The same distributions in the same ranges for pip and for conda."""
    assert conda_requirements() == specifiers(DEPENDENCIES)


def test_environment_yml_asks_for_the_same_python():
    """A conda user gets no Python that pip would refuse."""
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    assert f"python{PROJECT['project']['requires-python']}" in entries


def locked() -> dict[str, list[str]]:
    """Return the versions of each distribution in the lock; one with markers may stand there more than once."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", LOCK, re.MULTILINE):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


@pytest.mark.parametrize(
    "requirement", [*DEPENDENCIES, *DEVELOPMENT, *map(Requirement, PROJECT["build-system"]["requires"])], ids=str
)
def test_the_lock_holds_every_dependency_in_its_range(requirement):
    """What pyproject.toml asks for is locked, to build, to run and to test."""
    versions = locked().get(canonicalize_name(requirement.name), [])
    assert versions
    assert all(requirement.specifier.contains(version, prereleases=True) for version in versions), versions


def test_everything_locked_has_hashes():
    """Pip is told to require them, so that nobody is given other code than we had."""
    blocks = re.split(r"^(?=\S)", LOCK, flags=re.MULTILINE)
    for block in filter(str.strip, blocks):
        assert re.match(r"[A-Za-z0-9._-]+==\S+", block), f"not a pinned version: {block[:80]}"
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), f"no hash: {block[:80]}"


def test_the_lock_names_no_place_to_install_from():
    """Where packages come from is told by pip's own configuration."""
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host|file:", LOCK)


def tracked() -> list[Path]:
    """Return the files of the repository; without git, all that are not made by tools."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    made, at_the_top = {"__pycache__", "build", "dist"}, {".venv", "evidence", "archive"}
    found = (path.relative_to(ROOT).parts for path in ROOT.rglob("*") if path.is_file())
    return [
        ROOT.joinpath(*parts)
        for parts in found
        if parts[0] not in at_the_top and not any(part in made or part.startswith(".") for part in parts)
    ]


def test_no_module_is_left_out_of_the_repository():
    """Git ignores what runs and tools make, at their places; a room of the same name is code."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a checkout of git")
    asked = ["git", "ls-files", "--others", "--ignored", "--exclude-standard", "auditlib", "tests", "docs", "bench"]
    ignored = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [name for name in ignored if name.endswith(".py")] == []


def test_no_file_names_a_registry_or_a_place_on_one_machine():
    """The project installs from wherever pip is told to, and works wherever it lies."""
    places = [r"/(home|Users)/[A-Za-z]", r"[A-Z]:\\+Users", r"(?<![\w.])/root/", *map(re.escape, HOSTS)]
    if len(ROOT.parts) > 2:
        places.append(re.escape(str(ROOT)) + r"(?!\w)")
    unwanted = re.compile("|".join(places))
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        if path != Path(__file__):
            found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in unwanted.finditer(text)]
    assert not found, found


def test_the_version_is_the_same_everywhere():
    """pyproject.toml, the package, and the newest entry of the change log, which may be to come."""
    version = PROJECT["project"]["version"]
    assert auditlib.__version__ == version
    newest = re.search(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == "Unreleased" or re.match(rf"\[?{re.escape(version)}\b", newest[1])


def test_the_console_script_leads_to_the_command_line():
    """`auditlib` and `python -m auditlib` are one."""
    module, _, name = PROJECT["project"]["scripts"]["auditlib"].partition(":")
    from auditlib.cli import main  # noqa: PLC0415 - what is compared

    assert getattr(importlib.import_module(module), name) is main


def imported(folder: Path) -> set[str]:
    """Return the top-level modules from outside that the code of a folder imports."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(str(node.module).partition(".")[0])
    own = {
        "auditlib",
        *(path.stem for path in (ROOT / "tests").rglob("*.py")),
        *(path.name for path in (ROOT / "tests").iterdir() if path.is_dir()),
        *(path.stem for path in (ROOT / "bench").glob("*.py")),
    }
    return found - set(sys.stdlib_module_names) - own


def modules_of(requirements: list[Requirement]) -> set[str]:
    found = {IMPORTED_AS.get(one.name, one.name) for one in requirements}
    return found | ({"pydantic_core"} if "pydantic" in found else set())  # released as one; pydantic pins it


def test_what_is_imported_is_declared_and_what_is_declared_is_used():
    """No dependency by accident of another, and none that is left over."""
    used, declared = imported(ROOT / "auditlib"), modules_of(DEPENDENCIES)
    assert used <= declared, f"not declared: {sorted(used - declared)}"
    assert declared - used <= RUN_NOT_IMPORTED | {"pydantic_core"}, f"not used: {sorted(declared - used)}"


def explained(table: str) -> set[str]:
    """Return the libraries in the first column of a table, without their versions."""
    columns = re.findall(r"^\| ([^|]+?) \|", table, re.MULTILINE)
    return {name.split()[0] for column in columns for name in column.split(", ")} - {"library", "---"}


def test_contributing_says_why_of_each_library():
    """Every declared library has its reason, and none is explained that is no longer there."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Why these libraries")[1].split("\n## ")[0]
    to_run, for_development = text.split("For development:")
    extras = PROJECT["project"]["optional-dependencies"]
    assert explained(to_run) == {one.name for one in DEPENDENCIES}
    assert explained(for_development) == {Requirement(one).name for extra in extras.values() for one in extra}


def test_what_the_tests_import_is_declared():
    """`make test` needs nothing that happens to be there."""
    used = imported(ROOT / "tests")
    assert used <= modules_of(DEPENDENCIES) | modules_of(DEVELOPMENT), sorted(
        used - modules_of(DEPENDENCIES) - modules_of(DEVELOPMENT)
    )
