"""What a command and a kernel load: nothing that they have no use for, looked at in processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import nbformat
import pytest

from auditlib.demo.server.site import EmbeddedJira
from auditlib.pull.collect import collect
from auditlib.run.fork_server import ForkServer
from auditlib.run.kernels import execute

ROOT = Path(__file__).parents[1]

COMMAND = """
import json, sys
from auditlib.cli import main
status = 0
try:
    main()
except SystemExit as ended:
    status = ended.code
print(json.dumps([status, sorted(sys.modules)]), file=sys.stderr)
"""

JIRA = ("requests", "urllib3", "atlassian", "auditlib.jira.client", "auditlib.jira.connection", "auditlib.pull")
DEMO = ("auditlib.demo", "tornado", "lark")
RUN = ("papermill", "nbconvert", "IPython", "zmq")
TABLES = ("pandas", "numpy", "yaml")  # not pydantic: typer reads options with it
READABLES = ("matplotlib", "typst", "xlsxwriter", "fontTools")


def loaded(unwanted: tuple[str, ...], modules: list[str]) -> list[str]:
    return [name for name in modules if name.startswith(tuple(f"{one}." for one in unwanted)) or name in unwanted]


def modules_of(*arguments: object, status: int = 0) -> list[str]:
    """Return what a command had loaded when it ended, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *map(str, arguments)],
        env={name: value for name, value in os.environ.items() if not name.startswith(("JIRA_", "AUDITLIB_"))}
        | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    ended, modules = json.loads(done.stderr.splitlines()[-1])
    assert ended == status, done.stderr
    return modules


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("run", "--help"), ("demo", "--help")])
def test_help_loads_no_library_of_the_work(arguments):
    """Who asks how a command is written waits for nothing but the answer."""
    assert loaded((*JIRA, *DEMO, *RUN, *TABLES, *READABLES), modules_of(*arguments)) == []


def test_what_is_no_package_is_refused_before_tables_are_thought_of(tmp_path):
    """A wrong folder is told at once."""
    assert loaded((*JIRA, *DEMO, *RUN, *TABLES, *READABLES), modules_of("verify", tmp_path, status=2)) == []


@pytest.mark.slow
def test_verify_is_offline_in_what_it_loads(sealed):
    """It makes tables, pages and charts again, and can speak to nobody: no client of Jira, and no kernel is started."""
    modules = modules_of("verify", sealed.folder)
    assert "auditlib.run.reperform" in modules
    asking = (
        *JIRA[:-1],
        "auditlib.pull.session",
        "auditlib.pull.collect",
    )  # how a period is cut into slices asks nobody
    assert loaded((*asking, "auditlib.demo", "lark", "papermill", "auditlib.run.kernels"), modules) == []


def test_a_real_jira_is_asked_without_the_embedded_one(small_company, tmp_path):
    """`check`, as `run`, loads the embedded Jira for `jira_url: demo` alone."""
    with EmbeddedJira(small_company.world, "cloud") as jira:
        text = (ROOT / "params" / "demo.yaml").read_text(encoding="utf-8")
        assert "jira_url: demo" in text
        (tmp_path / "real.yaml").write_text(text.replace("jira_url: demo", f"jira_url: {jira.url}"), encoding="utf-8")
        modules = modules_of("check", tmp_path / "real.yaml", status=2)  # it has no credentials, and is told so
    assert "auditlib.jira.client" in modules
    assert loaded(DEMO[:1], modules) == []


@pytest.mark.slow
def test_a_kernel_of_a_run_loads_neither_jira_nor_the_demo(small_company, parameters, tmp_path, monkeypatch):
    """A notebook reads what was pulled: its kernel could not ask if it wanted to, be it started or forked."""
    names = ("01_scope", "05_sample", "06_dossiers", "09_summary")
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    for name in names:
        book = nbformat.read(tmp_path / "notebooks" / f"{name}.ipynb", as_version=4)
        book.cells.append(nbformat.v4.new_code_cell("import json, sys\nprint(json.dumps(sorted(sys.modules)))"))
        nbformat.write(book, tmp_path / "notebooks" / f"{name}.ipynb")
    monkeypatch.chdir(tmp_path)
    package = tmp_path / "package"
    embedded = partial(EmbeddedJira, small_company.world)
    collect(parameters(), package, {}, lambda *_: None, base=tmp_path, embedded=embedded)
    execute(package, names[:1], 1, lambda *_: None)
    with ForkServer() as server:
        server.begin()
        execute(package, names[1:], 2, lambda *_: None, server=server)
    for name in names:
        book = nbformat.read(package / "data" / "notebooks" / f"{name}.ipynb", as_version=4)
        modules = json.loads(book.cells[-1].outputs[0].text)
        assert "auditlib.run.paper" in modules
        assert (
            loaded(("requests", "atlassian", "auditlib.jira.client", "auditlib.pull", "auditlib.demo"), modules) == []
        )
