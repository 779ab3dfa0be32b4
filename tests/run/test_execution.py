"""Kernels: one that does not come up is started once more, and none is reached over what another program may take."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from auditlib.errors import NotebookError
from auditlib.report.notebook_html import Place
from auditlib.run import kernels
from auditlib.run.kernel_environment import kernel_environment
from auditlib.run.kernels import Kernels
from auditlib.run.pages import Page

NOT_ON_WINDOWS = pytest.mark.skipif(os.name == "nt", reason="kernels are reached over ports there")

START = """
import os, runpy, sys
with open({starts!r}, "a") as starts:
    starts.write("started\\n")
if {dies}:
    os._exit(9)
runpy.run_module("ipykernel_launcher", run_name="__main__")
"""


class Kernel:
    """A Python that notes each start of a kernel, and dies instead of becoming one if it is told to."""

    def __init__(self, monkeypatch, folder: Path, dies: str) -> None:
        self._starts = folder / "starts"
        code = START.format(starts=str(self._starts), dies=dies)
        told = {
            "argv": [sys.executable, "-c", code, "-f", "{connection_file}"],
            "display_name": "Python",
            "language": "python",
        }
        monkeypatch.setattr(kernels, "get_kernel_dict", lambda: told)

    @property
    def starts(self) -> int:
        """How often a kernel was started."""
        return len(self._starts.read_text().splitlines())


def executed(folder: Path, *cells: str) -> nbformat.NotebookNode:
    """Execute a notebook of these cells after the one with its parameters, as a run does."""
    folder.mkdir(exist_ok=True)
    made = new_notebook(cells=[new_code_cell(f"{1=}"), *map(new_code_cell, cells)])
    made.cells[0] = new_code_cell('audit: str = ""  # title', metadata={"tags": ["parameters"]})
    made.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python"}
    source, target = folder / "01_any.ipynb", folder / "executed"
    target.mkdir()
    nbformat.write(made, source)
    kernels._execute_one(source, target, {"audit": "Any"}, Page("Any", {}, Place()), Kernels())
    return nbformat.read(target / "01_any.ipynb", as_version=4)


@pytest.mark.slow
def test_a_kernel_that_does_not_come_up_is_started_once_more(monkeypatch, tmp_path):
    """A machine that is short of something for a moment ends no run."""
    kernel = Kernel(monkeypatch, tmp_path, dies=f"len(open({str(tmp_path / 'starts')!r}).readlines()) == 1")
    book = executed(tmp_path / "folder", "audit")
    assert book.cells[-1].outputs[0]["data"]["text/plain"] == "'Any'"
    assert kernel.starts == 2


@pytest.mark.slow
def test_a_kernel_that_never_comes_up_is_not_started_for_ever(monkeypatch, tmp_path):
    """Twice is enough: the run ends and names the notebook."""
    kernel = Kernel(monkeypatch, tmp_path, dies="True")
    with pytest.raises(NotebookError, match="notebook 01_any: its kernel ended: Kernel died"):
        executed(tmp_path / "folder", "1")
    assert kernel.starts == 2


@pytest.mark.slow
def test_a_kernel_that_dies_at_work_is_not_started_again(monkeypatch, tmp_path):
    """What a notebook does may be the reason, as when memory runs out: it would come again, and be hidden the first time."""
    kernel = Kernel(monkeypatch, tmp_path, dies="False")
    with pytest.raises(NotebookError, match="notebook 01_any: its kernel ended"):
        executed(tmp_path / "folder", "1", "import os; os._exit(3)")
    assert kernel.starts == 1


@pytest.mark.slow
def test_remarks_of_python_and_libraries_are_no_output(tmp_path):
    """PYTHONDEVMODE and its like make them; `verify` computes the outputs on another machine, where there are others."""
    book = executed(tmp_path / "folder", "import sys; print('remark', file=sys.stderr); print('result'); audit")
    assert [one.output_type for one in book.cells[-1].outputs] == ["stream", "execute_result"]
    assert book.cells[-1].outputs[0].text == "result\n"


@pytest.mark.slow
@NOT_ON_WINDOWS
def test_a_kernel_is_reached_over_sockets_in_a_folder_of_its_own(tmp_path):
    """A port that is found free may be taken by another program before the kernel has it; a new folder is nobody else's."""
    shown = (
        "from ipykernel.kernelapp import IPKernelApp; app = IPKernelApp.instance(); app.transport, app.connection_file"
    )
    transport, connection = eval(executed(tmp_path / "folder", shown).cells[-1].outputs[0]["data"]["text/plain"])  # noqa: S307
    assert transport == "ipc"
    assert not Path(connection).parent.exists(), "the folder outlives its kernel"


@pytest.mark.slow
@NOT_ON_WINDOWS
def test_where_paths_are_too_long_for_sockets_ports_do(monkeypatch, tmp_path):
    """Somebody's folder for temporary files may lie deep."""
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    shown = "from ipykernel.kernelapp import IPKernelApp; IPKernelApp.instance().transport"
    assert executed(tmp_path / "folder", shown).cells[-1].outputs[0]["data"]["text/plain"] == "'tcp'"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["x{1}", "{draft}", "a {b", "}", "ä ö", "100 %d", 'it\'s "so"', "-p", "#?&", "~"])
def test_a_folder_may_have_any_name(tmp_path, name):
    """Papermill puts parameters in place of what stands in braces; names of folders are no templates."""
    assert executed(tmp_path / name, "audit").cells[-1].outputs[0]["data"]["text/plain"] == "'Any'"


def test_a_kernel_is_handed_neither_credentials_nor_what_people_set_up_for_themselves():
    """It asks Jira nothing; and a start-up file, a switch or a style of somebody's own work must not change evidence."""
    theirs = {
        "JIRA_TOKEN": "t", "JIRA_CLIENT_SECRET": "s", "PYTHONWARNINGS": "error", "PYTHONSTARTUP": "x.py", "MPLBACKEND": "x",
        "MATPLOTLIBRC": "x", "IPYTHONDIR": "x",
    }  # fmt: skip
    given = kernel_environment({**theirs, "PATH": "p", "LANG": "C"})
    assert not given.keys() & theirs.keys()
    assert given["PATH"] == "p"
    assert given["LANG"] == "C"
