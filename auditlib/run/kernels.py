"""Notebooks executed by papermill, each in a fresh kernel, and exported to HTML."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL
from typing import Any, Final

import nbformat
import papermill
import zmq
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.utils import ensure_event_loop
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from auditlib import errors
from auditlib.errors import MachineError, NotebookError
from auditlib.evidence.opened import open_evidence
from auditlib.machine import lacks_of, machine_words
from auditlib.pull.session import Tell
from auditlib.report.notebook_html import export_html
from auditlib.report.tables_in_pages import write_script
from auditlib.run.fork_server import ForkServer
from auditlib.run.kernel_environment import kernel_environment, settled
from auditlib.run.notebooks import NOTEBOOKS, notebooks_folder
from auditlib.run.pages import Page, page_of, values_of
from auditlib.text import shorten, visible_text

_KERNEL_FAULTS: Final = (RuntimeError, TimeoutError, zmq.ZMQError, OSError)
"""What nbclient and its libraries raise when a kernel does not start, does not answer, or died."""

_UNFORESEEN: Final = 70
"""Exit status of what no one foresaw (EX_SOFTWARE of sysexits.h)."""

_LONGEST_MESSAGE: Final = 500

_STARTS_WITHIN: Final = 300
"""Seconds until a kernel that does not answer is given up; one of many that start on a busy machine takes its time."""

_LONGEST_SOCKET: Final = 100
"""Bytes of the path of a socket: 108 on Linux and 104 on macOS, with the zero at the end (``sun_path`` of unix(4))."""


_LONG: Final = frozenset({"02_population", "03_numbering", "04_status", "08_activity"})
"""Notebooks that draw much. They begin before the others, so that none of them is still at it when all others have ended."""


class Kernels:
    """The kernels of one run, so that all of them can be ended at once.

    Parameters
    ----------
    kept : Path, optional
        What the run computed, as ``computed.kept`` keeps it.
    server : ForkServer, optional
        Forks them; without it, each is started by itself.
    """

    def __init__(self, kept: Path | None = None, server: ForkServer | None = None) -> None:
        self._kept = kept
        self._server = server
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
                own = settled(Path(self.connection_file).parent)
                if kernels._server is not None:
                    self.provisioner = _Forking(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
                    self.provisioner.server = kernels._server
                environment = kernel_environment(os.environ, kernels._kept) | own
                silent = {} if os.environ.get("AUDITLIB_DEBUG") else {"stdout": DEVNULL, "stderr": DEVNULL}
                await super().start_kernel(**{**how, **silent, "env": environment})
                kernels.add(self)

        return Kernel


class _Forking(LocalProvisioner):  # type: ignore[misc,unused-ignore]
    """Has a kernel forked, or else starts it."""

    server: ForkServer

    async def launch_kernel(self, cmd: list[str], **how: Any) -> Any:
        """Launch it, with all that a started kernel would be given."""
        forked = self.server.fork(cmd, how["env"], how.get("cwd"))
        if forked is None:
            return await super().launch_kernel(cmd, **how)
        self.process: Any = forked
        self.pid = self.pgid = forked.pid
        self.cwd = how.get("cwd")
        return self.connection_info


def _kill(kernel: AsyncKernelManager) -> None:
    process = getattr(kernel.provisioner, "process", None)
    if process is not None and process.poll() is None:
        process.kill()


def execute(
    package: Path,
    names: Sequence[str],
    jobs: int,
    tell: Tell,
    kept: Path | None = None,
    *,
    server: ForkServer | None = None,
    source: Path | None = None,
) -> None:
    """Execute notebooks in fresh kernels into a package, side by side.

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
    server : ForkServer, optional
        Forks the kernels, once it has begun; without it, each is started by itself.
    source : Path, optional
        The folder of the notebooks, if not that of `notebooks_folder`.

    Raises
    ------
    NotebookError
        If one stops; the others are ended then, as they are by any interruption.
    UsageError
        If a notebook is missing or can't be read.
    """
    package = package.resolve()
    source, target = source or notebooks_folder(), package / "data" / "notebooks"
    evidence = open_evidence(package)
    values, page = values_of(evidence), page_of(evidence, names)
    target.mkdir(parents=True, exist_ok=True)
    write_script(package / "data")
    kernels = Kernels(kept, server)
    chosen = sorted((name for name in NOTEBOOKS if name in names), key=lambda name: name not in _LONG)

    def one(name: str) -> None:
        _execute_one(source / f"{name}.ipynb", target, values, page, kernels)

    tell("notebooks", 0, len(names))
    for done, _ in enumerate(_side_by_side(chosen, jobs, one, kernels), start=1):
        tell("notebooks", done, len(names))


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


def _execute_one(source: Path, target: Path, values: Mapping[str, Any], page: Page, kernels: Kernels) -> None:
    """Execute a notebook beside its final place, and only leave it there if it ran to its end.

    It is handed only the parameters that it declares. papermill's own ``cwd`` changes the directory of the whole process,
    which notebooks side by side would fight over; so the kernel alone is told where to work.
    """
    name, declared = source.stem, _declared(source)
    unfinished, final = target / f"{name}.unfinished.ipynb", target / f"{name}.ipynb"
    given = {key: value for key, value in values.items() if key in declared}
    try:
        notebook = _ran(source, unfinished, given, kernels) or _ran(source, unfinished, given, kernels, again=True)
    except PapermillExecutionError as error:
        raise NotebookError(
            _stopped(name, error), notebook=name, cell=error.exec_count, status=_status(error)
        ) from None
    except _KERNEL_FAULTS as error:
        guess = f"{_one_line(error) or type(error).__name__}; is there too little memory? --jobs 1 needs less"
        message = f"notebook {name}: its kernel ended: {machine_words(error) or guess}"
        raise NotebookError(message, notebook=name, cell=None, status=MachineError.status) from None
    finally:
        ensure_event_loop().close()  # the one that nbclient made for this thread and would leave open
    assert notebook is not None  # noqa: S101 - the second time it comes, or an error does
    notebook.metadata.get("papermill", {}).update(input_path=f"{name}.ipynb", output_path=f"{name}.ipynb")
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.metadata["jupyter"] = {"source_hidden": True}  # as those of our own are
        if "outputs" in cell:
            cell.outputs = [one for one in cell.outputs if not _is_remark(one)]
    nbformat.write(notebook, final)
    unfinished.unlink()
    export_html(final, final.with_suffix(".html"), title=page.title, info=page.info, place=page.place)


def _is_remark(output: nbformat.NotebookNode) -> bool:
    """Say whether an output is what Python, a library or the loader of this machine remarked: no result of any cell."""
    return bool(output.output_type == "stream" and output.name == "stderr")


def _ran(
    source: Path, unfinished: Path, given: Mapping[str, Any], kernels: Kernels, *, again: bool = False
) -> nbformat.NotebookNode | None:
    """Execute a notebook in a kernel of its own; None if the kernel did not come up, or ended before a cell was done.

    Such an end says nothing of the notebook: the machine was too busy, or short of memory or of something else for a
    moment. ``again`` raises it nevertheless, as one that comes later is raised: it would most likely come again.
    """
    done = []
    shutil.copyfile(source, unfinished)  # so that it is seen at what the run is; papermill writes it at the end alone
    try:
        with _kernel_place() as config:
            return papermill.execute_notebook(
                _unformatted(source),
                _unformatted(unfinished),
                parameters=given,
                kernel_name="python3",
                request_save_on_cell_execute=False,
                progress_bar=False,
                log_output=False,
                start_timeout=_STARTS_WITHIN,
                resources={"metadata": {"path": str(unfinished.parent)}},
                kernel_manager_class=kernels.manager,
                config=config,
                on_cell_executed=lambda **cell: done.append(cell),
            )
    except _KERNEL_FAULTS:
        if done or again or kernels.ended:
            raise
        return None


def _unformatted(path: Path) -> str:
    """Return a path for papermill, which puts parameters in place of what stands in braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _declared(notebook: Path) -> frozenset[str]:
    """Return the names of the parameters that a notebook declares."""
    try:
        return frozenset(papermill.inspect_notebook(_unformatted(notebook)))
    except (OSError, ValueError, AttributeError, nbformat.ValidationError) as error:
        raise errors.UsageError(f"{notebook} can't be read as a notebook: {error}") from None


def _status(error: PapermillExecutionError) -> int:
    """Return the exit status of what stopped a notebook: of its kind, or of what the machine lacks."""
    if lacks_of(error.ename, str(error.evalue)) is not None:
        return MachineError.status
    return int(getattr(getattr(errors, error.ename, None), "status", _UNFORESEEN))


def _stopped(name: str, error: PapermillExecutionError) -> str:
    """Say in one line where and why a notebook stopped."""
    return f"notebook {name} stopped in cell {error.exec_count}: {error.ename}: {_one_line(error.evalue)}"


def _one_line(message: object) -> str:
    return shorten(visible_text(" ".join(str(message).split())), _LONGEST_MESSAGE)


@contextmanager
def _kernel_place() -> Iterator[Config]:
    """Make a folder that is a kernel's own, and yield how the kernel is spoken to.

    Over sockets in that folder, which nobody else opens. Where there are none, or the folder's path is too long for them,
    over ports of loopback, encrypted if this machine's library can: they are found free and bound a moment later, so that
    another program may come between.
    """
    with tempfile.TemporaryDirectory(prefix="auditlib-", ignore_cleanup_errors=True) as folder:
        connection = Path(folder) / "kernel.json"
        sockets = os.name != "nt" and zmq.has("ipc") and len(os.fsencode(connection)) + 6 <= _LONGEST_SOCKET
        encryption = "auto" if not sockets and zmq.has("curve") else "disabled"
        how = {"transport": "ipc" if sockets else "tcp", "transport_encryption": encryption}
        yield Config({"KernelManager": {"connection_file": str(connection), **how}})
