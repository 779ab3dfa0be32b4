"""What JupyterLab may write: nothing into a package. ``make lab`` starts JupyterLab with this in place of its own.

JupyterLab saves a notebook that is open, and lays a copy beside it in ``.ipynb_checkpoints``, even if it was only looked at.
Either breaks a seal. Here everything within a package, and within the working folder of one, is read-only: a notebook there
can be opened and run, and what it shows stays on the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import HTTPError

from auditlib.run.notebooks import START
from auditlib.start.shelf import shelved

_REFUSED: Final = 403
_OF_A_RUN: Final = frozenset({"execution", "trusted", "scrolled", "collapsed"})
"""What JupyterLab notes beside a cell once it was run or looked at."""


def package_around(path: Path, root: Path) -> Path | None:
    """Return the package, or the working folder of one, in which a path lies or which it is; None if there is none."""
    for folder in (path, *path.parents):
        if shelved(folder) is not None:
            return folder
        if folder == root:
            return None
    return None


def unseen(book: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook as it was before anybody ran it: no outputs, no counts, and the metadata that it had."""
    cells = [
        {**cell, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell
        for cell in book["cells"]
    ]
    for cell in cells:
        cell["metadata"] = {name: value for name, value in cell["metadata"].items() if name not in _OF_A_RUN}
    return {**book, "cells": cells, "metadata": dict(metadata)}


class PackagesContents(AsyncLargeFileManager):  # type: ignore[misc,unused-ignore]
    """Files as JupyterLab knows them, with packages that can't be changed."""

    def is_writable(self, path: str) -> bool:
        """Say whether a file may be written: it is open to be read only, and never saved, if not."""
        return self._package(path) is None and bool(super().is_writable(path))

    async def save(self, model: dict[str, Any], path: str = "") -> Any:
        """Save a file or make a folder, outside of packages; of the start page without what somebody saw on it."""
        self._refuse(path)
        if path.strip("/") == START and model.get("type") == "notebook" and isinstance(model.get("content"), dict):
            there = await self.get(path) if await self.file_exists(path) else {"content": {"metadata": {}}}
            model = {**model, "content": unseen(model["content"], there["content"]["metadata"])}
        return await super().save(model, path)

    async def delete_file(self, path: str) -> None:
        """Delete a file or folder, outside of packages."""
        self._refuse(path)
        await super().delete_file(path)

    async def rename_file(self, old_path: str, new_path: str) -> None:
        """Rename a file or folder, outside of packages."""
        self._refuse(old_path)
        self._refuse(new_path)
        await super().rename_file(old_path, new_path)

    async def copy(self, from_path: str, to_path: str | None = None) -> Any:
        """Copy a file: out of a package, not into one."""
        self._refuse(from_path.rpartition("/")[0] if to_path is None else to_path)
        return await super().copy(from_path, to_path)

    async def create_checkpoint(self, path: str) -> Any:
        """Lay a copy beside a notebook, outside of packages."""
        self._refuse(path)
        return await super().create_checkpoint(path)

    async def list_checkpoints(self, path: str) -> Any:
        """Return the copies beside a notebook; JupyterLab's own way makes a folder for them in order to look."""
        return [] if self._package(path) is not None else await super().list_checkpoints(path)

    async def delete_checkpoint(self, checkpoint_id: str, path: str) -> Any:
        """Delete such a copy, outside of packages."""
        self._refuse(path)
        return await super().delete_checkpoint(checkpoint_id, path)

    async def restore_checkpoint(self, checkpoint_id: str, path: str) -> Any:
        """Go back to such a copy, outside of packages."""
        self._refuse(path)
        return await super().restore_checkpoint(checkpoint_id, path)

    def _package(self, path: str) -> Path | None:
        return package_around(Path(self._get_os_path(path.strip("/"))), Path(self.root_dir))

    def _refuse(self, path: str) -> None:
        package = self._package(path)
        if package is not None:
            raise HTTPError(
                _REFUSED,
                f"{package.name} is a package of evidence: JupyterLab changes nothing in it",
                reason="Read-only package",
            )
