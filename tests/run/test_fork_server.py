"""Kernels that are forked: each as fresh, and with the same around it, as one that is started by itself."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from auditlib.errors import NotebookError
from auditlib.report.notebook_html import Place
from auditlib.run import kernels
from auditlib.run.fork_server import POSSIBLE, ForkServer
from auditlib.run.kernels import Kernels
from auditlib.run.pages import Page

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not POSSIBLE, reason="kernels are started one by one here")]

AROUND = """
import gc, json, locale, os, signal, sys
own = {"IPYTHONDIR", "JPY_PARENT_PID"}
found = {
    "environment": {name: value for name, value in os.environ.items() if name not in own},
    "path": sys.path, "folder": os.getcwd(), "locale": locale.setlocale(locale.LC_ALL), "encoding": sys.stdout.encoding,
    "signals": [str(signal.getsignal(one)) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)],
    "leads": os.getpgid(0) == os.getpid() == os.getsid(0), "arguments": len(sys.argv), "warnings": sys.warnoptions,
    "optimised": sys.flags.optimize, "utf8": sys.flags.utf8_mode, "gc": gc.get_threshold(), "input": sys.__stdin__.read(),
    "kernel": os.environ["IPYTHONDIR"] in sys.argv[2], "parent": int(os.environ["JPY_PARENT_PID"]) == os.getppid(),
    "names": sorted(name for name in globals() if not name.startswith("_")),
}
print(json.dumps(found))
"""


def executed(folder: Path, server: ForkServer | None, *cells: str) -> list[str]:
    """Execute a notebook of these cells, as a run does, and return what each printed."""
    folder.mkdir()
    made = new_notebook(cells=[new_code_cell('audit: str = ""', metadata={"tags": ["parameters"]})])
    made.cells += map(new_code_cell, cells)
    made.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python"}
    nbformat.write(made, folder / "01_any.ipynb")
    kernels._execute_one(
        folder / "01_any.ipynb", folder, {"audit": "Any"}, Page("Any", {}, Place()), Kernels(None, server)
    )
    book = nbformat.read(folder / "01_any.ipynb", as_version=4)
    return ["".join(one.text for one in cell.outputs if "text" in one) for cell in book.cells[-len(cells) :]]


def ended(pid: int) -> bool:
    """Wait for the end of a process that is not ours to wait for."""
    for _ in range(600):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_forked_kernel_finds_what_a_started_one_finds(tmp_path, monkeypatch):
    """Environment, folder, module path, locale, signals: a notebook can't tell how its kernel came to be."""
    monkeypatch.setenv("JIRA_TOKEN", "a secret")
    with ForkServer() as server:
        server.begin()
        ways = [executed(tmp_path / name, one, AROUND)[0] for name, one in (("started", None), ("forked", server))]
    started, forked = (
        json.loads(said.replace(f"/{name}", "/")) for said, name in zip(ways, ("started", "forked"), strict=True)
    )
    assert forked == started
    assert forked["leads"]
    assert forked["parent"]
    assert "JIRA_TOKEN" not in forked["environment"]


def test_a_secret_of_the_run_is_nowhere_in_a_forked_kernel(tmp_path, monkeypatch):
    """The process that is forked was never handed it: not even the system's own account of the kernel shows it."""
    monkeypatch.setenv("JIRA_TOKEN", "a-made-up-secret")
    with ForkServer() as server:
        server.begin()
        (said,) = executed(tmp_path / "one", server, "print(open('/proc/self/environ').read())")
    assert "PATH=" in said
    assert "a-made-up-secret" not in said


def test_nothing_of_one_notebook_is_left_for_the_next(tmp_path):
    """A fork is a copy: what a kernel sets or imports is gone with it."""
    sets = "import os, sys, pandas\nos.environ['LEFT'] = sys.left = pandas.left = 'x'\nimport colorsys\nleft = 1"
    looks = "import os, sys, pandas\nprint('LEFT' in os.environ, hasattr(sys, 'left'), hasattr(pandas, 'left'),"
    looks += " 'colorsys' in sys.modules, 'left' in globals())"
    with ForkServer() as server:
        server.begin()
        executed(tmp_path / "one", server, sets)
        assert executed(tmp_path / "two", server, looks) == ["False False False False False\n"]


def test_a_forked_kernel_that_dies_at_work_ends_its_notebook(tmp_path):
    """As a started one: the run says which notebook, and the next kernel is not concerned."""
    with ForkServer() as server:
        server.begin()
        with pytest.raises(NotebookError, match="notebook 01_any: its kernel ended"):
            executed(tmp_path / "one", server, "import os; os._exit(3)")
        assert executed(tmp_path / "two", server, "print(audit)") == ["Any\n"]


def test_a_kernel_is_started_where_the_server_has_gone(tmp_path):
    """Killed for want of memory, or never come up: the notebook has its kernel all the same."""
    with ForkServer() as server:
        server.begin()
        server._process.kill()
        server._process.wait()
        assert executed(tmp_path / "one", server, "print(audit)") == ["Any\n"]
    with ForkServer([sys.executable, "-c", "raise SystemExit"]) as server:
        server.begin()
        assert executed(tmp_path / "two", server, "print(audit)") == ["Any\n"]


RUN = """
import sys, time
from auditlib.run.fork_server import ForkServer
with ForkServer() as server:
    server.begin()
    kernel = server.fork(
        [sys.executable, "-m", "ipykernel_launcher", "-f", sys.argv[1]], dict(**__import__("os").environ), None
    )
    print(server._process.pid, kernel.pid, flush=True)
    time.sleep(300)
"""


@pytest.mark.parametrize("way", ["kill", "terminate"])
def test_with_the_run_its_server_and_kernels_end(tmp_path, way):
    """However a run ends, nothing of it goes on by itself."""
    command = [sys.executable, "-c", RUN, str(tmp_path / "kernel.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        pids = [int(one) for one in run.stdout.readline().split()]
        getattr(run, way)()
    assert len(pids) == 2
    assert all(map(ended, pids))
