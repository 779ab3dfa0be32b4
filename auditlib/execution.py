"""Notebooks executed by papermill, each in a fresh kernel, and exported to HTML."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any, Final

import nbformat
import papermill
import zmq
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

import auditlib
from auditlib import errors
from auditlib.carried import FIRST, LAST, notebooks_folder
from auditlib.computed import TOLD
from auditlib.errors import NotebookError
from auditlib.evidence import open_evidence
from auditlib.jira.credentials import SECRET_VARIABLES
from auditlib.notebook_html import export_html
from auditlib.params import parameter_values
from auditlib.pull import Tell
from auditlib.text import shorten, visible_text
from auditlib.words import days

_PACKAGE_FROM_NOTEBOOKS: Final = "../.."
"""The package, seen from its own ``data/notebooks``: an executed notebook finds its data wherever the package goes."""

_UNFORESEEN: Final = 70
"""Exit status of what no one foresaw (EX_SOFTWARE of sysexits.h)."""

_LONGEST_MESSAGE: Final = 500


class Kernels:
    """The kernels of one run, so that all of them can be ended at once.

    Parameters
    ----------
    kept : Path, optional
        What the run computed, as ``computed.kept`` keeps it.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._running: list[AsyncKernelManager] = []
        self.ended = False

    def add(self, kernel: AsyncKernelManager) -> None:
        """Take note of a kernel that was started."""
        with self._lock:
            self._running.append(kernel)
            late = self.ended
        if late:
            _kill(kernel)

    def end(self) -> None:
        """Kill every kernel; papermill notices within a second and gives up its notebook."""
        with self._lock:
            self.ended = True
            running = list(self._running)
        for kernel in running:
            _kill(kernel)

    @property
    def manager(self) -> type[AsyncKernelManager]:
        """The class that papermill is to start its kernels with."""
        kernels = self

        class Kernel(AsyncKernelManager):  # type: ignore[misc,unused-ignore]
            @property
            def kernel_spec(self) -> KernelSpec:
                """The Python that runs this, not what another program registered under the same name."""
                return KernelSpec(**get_kernel_dict())

            async def start_kernel(self, **how: Any) -> None:  # type: ignore[override,unused-ignore]
                await super().start_kernel(**{**how, "env": kernel_environment(os.environ, kernels._kept)})
                kernels.add(self)

        return Kernel


def _kill(kernel: AsyncKernelManager) -> None:
    process = getattr(kernel.provisioner, "process", None)
    if process is not None and process.poll() is None:
        process.kill()


def kernel_environment(environ: Mapping[str, str], kept: Path | None = None) -> dict[str, str]:
    """Return the environment of a kernel: no credentials, in a checkout the same code as here, and what the run computed.

    A notebook of a run reads what was pulled and asks Jira nothing, so that it has no use for a token.
    """
    environment = {name: value for name, value in environ.items() if name not in {*SECRET_VARIABLES, TOLD}}
    if kept is not None:
        environment[TOLD] = str(kept)
    checkout = Path(auditlib.__file__).parents[1]
    if (checkout / "pyproject.toml").is_file():
        before = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = str(checkout) + (os.pathsep + before if before else "")
    return environment


def execute(package: Path, names: Sequence[str], jobs: int, tell: Tell, kept: Path | None = None) -> None:
    """Execute notebooks in fresh kernels into a package, those that don't depend on each other side by side.

    Parameters
    ----------
    package : Path
        The working folder, pulled; notebooks go to ``data/notebooks``.
    names : sequence of str
        Notebooks to execute.
    jobs : int
        Kernels side by side, at least 1.
    tell : callable
        Progress.
    kept : Path, optional
        What the run computed already, as ``computed.kept`` keeps it; without it, each kernel computes all of it from raw.

    Raises
    ------
    NotebookError
        If one stops; the others are ended then, as they are by any interruption.
    UsageError
        If a notebook is missing or can't be read.
    """
    package = package.resolve()
    source, target = notebooks_folder(), package / "data" / "notebooks"
    evidence = open_evidence(package)
    values = {"package": _PACKAGE_FROM_NOTEBOOKS, **parameter_values(evidence.params)}
    interim = "" if evidence.interim_until is None else f"; interim run, asked {evidence.interim_until}"
    head = {
        "Jira": evidence.site.base_url,
        "Period": f"{days(evidence.period)}{interim}",
        "Projects": ", ".join(evidence.projects),
    }
    target.mkdir(parents=True, exist_ok=True)
    kernels = Kernels(kept)
    done = 0
    for group in (FIRST, LAST):
        chosen = [name for name in group if name in names]
        for name in _side_by_side(
            chosen, jobs, lambda name: _execute_one(source / f"{name}.ipynb", target, values, head, kernels), kernels
        ):
            done += 1
            tell(f"notebook {name}", done, len(names))


def _side_by_side(names: Sequence[str], jobs: int, work: Callable[[str], None], kernels: Kernels) -> Iterator[str]:
    """Do all of the work, yielding what is done; end it as soon as a part of it fails or the user interrupts."""
    pool = ThreadPoolExecutor(jobs)
    try:
        parts = {pool.submit(work, name): name for name in names}
        for part in as_completed(parts):
            part.result()
            yield parts[part]
    except BaseException:
        kernels.end()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _execute_one(
    source: Path, target: Path, values: Mapping[str, Any], head: Mapping[str, str], kernels: Kernels
) -> None:
    """Execute a notebook beside its final place, and only leave it there if it ran to its end.

    It is handed only the parameters that it declares. papermill's own ``cwd`` changes the directory of the whole process,
    which notebooks side by side would fight over; so the kernel alone is told where to work.
    """
    name, declared = source.stem, _declared(source)
    unfinished, final = target / f"{name}.unfinished.ipynb", target / f"{name}.ipynb"
    try:
        papermill.execute_notebook(
            str(source),
            str(unfinished),
            parameters={key: value for key, value in values.items() if key in declared},
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            resources={"metadata": {"path": str(target)}},
            kernel_manager_class=kernels.manager,
            config=_kernel_config(),
        )
    except PapermillExecutionError as error:
        status = getattr(getattr(errors, error.ename, None), "status", _UNFORESEEN)
        raise NotebookError(_stopped(name, error), notebook=name, cell=error.exec_count, status=status) from None
    except RuntimeError as error:  # nbclient: the kernel does not start, or died
        message = f"notebook {name}: its kernel ended: {_one_line(error)}"
        raise NotebookError(message, notebook=name, cell=None, status=_UNFORESEEN) from None
    finally:
        ensure_event_loop().close()  # the one that nbclient made for this thread and would leave open
    notebook = nbformat.read(unfinished, as_version=4)
    notebook.metadata.get("papermill", {}).update(input_path=f"{name}.ipynb", output_path=f"{name}.ipynb")
    nbformat.write(notebook, final)
    unfinished.unlink()
    export_html(final, final.with_suffix(".html"), title=str(values["audit"]), info=head)


def _declared(notebook: Path) -> frozenset[str]:
    """Return the names of the parameters that a notebook declares."""
    try:
        return frozenset(papermill.inspect_notebook(str(notebook)))
    except (OSError, ValueError, AttributeError, nbformat.ValidationError) as error:
        raise errors.UsageError(f"{notebook} can't be read as a notebook: {error}") from None


def _stopped(name: str, error: PapermillExecutionError) -> str:
    """Say in one line where and why a notebook stopped."""
    return f"notebook {name} stopped in cell {error.exec_count}: {error.ename}: {_one_line(error.evalue)}"


def _one_line(message: object) -> str:
    return shorten(visible_text(" ".join(str(message).split())), _LONGEST_MESSAGE)


def _kernel_config() -> Config:
    """Let kernels encrypt what goes over loopback, where the machine's library can."""
    return Config({"KernelManager": {"transport_encryption": "auto" if zmq.has("curve") else "disabled"}})
