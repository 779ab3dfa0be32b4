"""The buttons: each is a command of auditlib, at work in a process of its own; how it gets on, what it said, where it led."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import ipywidgets

from auditlib.errors import AuditError, ParameterError
from auditlib.package.target import EVIDENCE, PARTIAL
from auditlib.pull.collect import package_name
from auditlib.run.until import Until
from auditlib.start.editor import Editor
from auditlib.start.job import Ended, Job, Pace
from auditlib.start.links import links_of
from auditlib.start.shelf import Shelved, packages, shelved
from auditlib.start.words import credentials_line, in_one_line, lines_of, printed

_NEW: Final = "a new one"
_STEPS: Final = (
    (
        "check",
        "Check",
        "would a run succeed, and what could it not prove? Asks a few harmless questions, keeps nothing",
    ),
    ("pull", "Pull", "ask Jira for everything; the package stays open"),
    ("pages", "Run", "make notebooks and pages of what was pulled (pulls first, if nothing was), to be looked at"),
    ("seal", "Seal", "make all of it once more of what Jira answered, and seal it"),
    ("verify", "Verify", "is the sealed package what it says? Computes everything again, offline"),
)


class Work:
    """Buttons, progress, results and links.

    Parameters
    ----------
    root : Path
        Where the commands work: above ``params/`` and ``evidence/``.
    start : Path
        Folder of the notebook.
    editor : Editor
        With the parameter file.

    Attributes
    ----------
    widget : Widget
    job : Job or None
        At work, or the last one that was.
    """

    def __init__(self, root: Path, start: Path, editor: Editor) -> None:
        self._root, self._start, self._editor = root, start, editor
        self.job: Job | None = None
        self._busy = False
        self._package = ipywidgets.Dropdown(
            description="Package", style={"description_width": "150px"}, layout={"width": "auto"}
        )
        self._package.add_class("auditlib-package")
        self._buttons = {name: _button(name, *rest) for name, *rest in _STEPS}
        self._stop = _button("stop", "Stop", "end the command at work; what was pulled is kept")
        self._credentials, self._typed, self._said = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self._said.add_class("auditlib-said")
        self._bar = ipywidgets.FloatProgress(min=0, max=1, layout={"width": "240px"})
        self._pace = ipywidgets.HTML()
        self._progress = ipywidgets.HBox([self._bar, self._pace], layout={"display": "none"})
        self._progress.add_class("auditlib-progress")
        self._links = ipywidgets.Output()
        self._links.add_class("auditlib-package-links")
        self.widget = self._composed()
        for name, button in self._buttons.items():
            button.on_click(lambda _, name=name: self._tried(lambda: self.begin(name)))
        self._stop.on_click(lambda _: self._tried(self.stop))
        self._package.observe(lambda _: self._tried(self._chosen), "value")
        self._list(None)
        self.refresh()

    @property
    def shelved(self) -> Shelved | None:
        """The package that is chosen, as it is on the disk now; None stands for a new one."""
        return shelved(Path(self._package.value)) if self._package.value else None

    def refresh(self) -> None:
        """Let the buttons fit the parameters, the package and what is at work."""
        chosen, wrong = self.shelved, self._editor.wrong
        sealed = chosen is not None and chosen.sealed
        self._stop.disabled = not self._busy
        able = {"check": not wrong, "pull": not wrong, "verify": sealed}
        for name, button in self._buttons.items():
            button.disabled = self._busy or not able.get(name, not wrong and not sealed)
        said, kind = credentials_line(self._editor.jira_url, os.environ)
        self._credentials.value = lines_of([said], kind)

    def begin(self, step: str) -> None:
        """Save the parameters, and begin a command.

        Raises
        ------
        AuditError
            If the parameters can't be saved or are wrong.
        """
        if step != "verify":
            self._editor.save()
        arguments = self.command(step)
        self._busy = True
        self.refresh()
        self._said.value = ""
        self._bar.value = 0
        self._pace.value = lines_of(["begins"])
        self._progress.layout.display = ""
        self.job = Job(arguments, self._root, self._on_pace, lambda ended: self._on_end(step, ended))
        self._typed.value = printed([self.job.typed])

    def stop(self) -> None:
        """Ask the command at work to end."""
        if self.job is not None:
            self.job.stop()

    def command(self, step: str) -> list[str]:
        """Return the command of a button, as it is typed behind ``auditlib``.

        A package that is chosen and not sealed is gone on with; else a new one is begun, beside those that are there.
        """
        chosen = self.shelved
        if step == "verify" and chosen is not None:
            return ["verify", self._told(chosen.folder)]
        file = self._told(self._root / (self._editor.path or Path()))
        if step == "check":
            return ["check", file]
        open_one = chosen is not None and not chosen.sealed and (step != "pull" or not chosen.pulled)
        target = chosen.target if chosen is not None and open_one else self._new_target()
        until = [] if step == Until.SEAL else ["--until", step]
        return ["run", file, "--out", self._told(target), *until, *(["--resume"] if open_one else [])]

    def _new_target(self) -> Path:
        name, evidence = package_name(self._editor.parameters(), datetime.now(UTC)), self._root / EVIDENCE
        taken = {path.name.removesuffix(PARTIAL) for path in evidence.iterdir()} if evidence.is_dir() else set()
        endings = ("", *(f"-{number}" for number in range(2, len(taken) + 3)))
        return evidence / next(f"{name}{ending}" for ending in endings if f"{name}{ending}" not in taken)

    def _told(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()

    # What a command tells ---------------------------------------------------------------------------------------------

    def _on_pace(self, pace: Pace) -> None:
        self._bar.value = pace.share
        self._pace.value = lines_of([pace.words])

    def _on_end(self, step: str, ended: Ended) -> None:
        """Show how a command ended, and what it made."""
        self._busy = False
        self._progress.layout.display = "none"
        self._tried(lambda: self._show_end(step, ended))

    def _show_end(self, step: str, ended: Ended) -> None:
        good = ended.status == 0
        said = lines_of([_HEADS[step]] if good else (), "good")
        said += lines_of(ended.remarks, "" if good else "wrong")
        self._said.value = said + (printed(ended.results) if ended.results else "")
        job = self.job
        target = None
        if job is not None and "--out" in job.arguments:
            target = self._root / job.arguments[job.arguments.index("--out") + 1]
        self._list(target)
        self.refresh()

    # Packages ---------------------------------------------------------------------------------------------------------

    def _list(self, target: Path | None) -> None:
        """List the packages anew, and choose the one that a command made or left open."""
        before, found = self._package.value, packages(self._root)
        wanted = next((str(one.folder) for one in found if target is not None and one.target == target), before)
        self._package.options = [(_NEW, ""), *((one.words, str(one.folder)) for one in found)]
        self._package.value = wanted if wanted in {str(one.folder) for one in found} else ""
        self._chosen()

    def _chosen(self) -> None:
        """Show the links of the chosen package."""
        chosen = self.shelved
        shown = links_of(chosen.folder, self._start) if chosen is not None else ""
        data = {"text/html": f'<div class="auditlib-start">{shown}</div>', "text/plain": "links"}
        self._links.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},) if shown else ()
        self.refresh()

    def _tried(self, act: Callable[[], None]) -> None:
        """Act, and say in one line each what went wrong."""
        try:
            act()
        except ParameterError as error:
            self._said.value = lines_of(map(str, error.problems), "wrong")
        except AuditError as error:
            self._said.value = lines_of([in_one_line(error)], "wrong")
        except Exception as error:  # noqa: BLE001 - the page never shows a traceback
            self._said.value = lines_of([in_one_line(error)], "wrong")

    def _composed(self) -> Any:
        buttons = ipywidgets.HBox([*self._buttons.values(), self._stop])
        buttons.add_class("auditlib-bar")
        return ipywidgets.VBox(
            [self._credentials, self._package, buttons, self._progress, self._typed, self._said, self._links]
        )


_HEADS: Final = {
    "check": "Checked: a run would succeed, with the limits below.",
    "pull": "Pulled. Run makes the pages of it; Seal makes the sealed package.",
    "pages": "Pages are made and not sealed: look at them, then seal.",
    "seal": "Sealed.",
    "verify": "Verified.",
}


def _button(name: str, words: str, about: str) -> Any:
    button = ipywidgets.Button(description=words, tooltip=about)
    button.add_class(f"auditlib-do-{name}")
    if name == "seal":
        button.button_style = "primary"
    return button
