"""The start page, put together: parameters, commands, packages. What the one cell of ``00_start`` shows."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import ipywidgets

from auditlib.start.editor import Editor
from auditlib.start.shelf import root_of
from auditlib.start.work import Work


class StartPage:
    """The page.

    Parameters
    ----------
    start : Path, optional
        Folder of the notebook; the working directory if not given.

    Attributes
    ----------
    editor : Editor
    work : Work
    widget : Widget
        What JupyterLab shows.
    """

    def __init__(self, start: Path | None = None) -> None:
        folder = (start or Path.cwd()).resolve()
        root = root_of(folder)
        self._ready = False
        self.editor = Editor(root, self._changed)
        self.work = Work(root, folder, self.editor)
        self._ready = True
        style = ipywidgets.HTML(f"<style>{files(__package__).joinpath('style.css').read_text('utf-8')}</style>")
        self.widget = ipywidgets.VBox([style, self.editor.files, self.work.widget, self.editor.widget])
        self.widget.add_class("auditlib-start")

    def _changed(self) -> None:
        if self._ready:
            self.work.refresh()


def start_page() -> Any:
    """Return the start page, to be the last expression of a cell."""
    return StartPage().widget
