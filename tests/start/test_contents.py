"""Nothing that JupyterLab does with files gets into a package or out of it: the manager of its files refuses."""

from __future__ import annotations

import asyncio
from pathlib import Path

import nbformat
import pytest
from tornado.web import HTTPError

from auditlib.package.layout import DECLARATION, INFO, MANIFEST, TAG_MANIFEST
from auditlib.run.notebooks import START
from auditlib.start.contents import PackagesContents, package_around

BOOK = "data/notebooks/01_scope.ipynb"
MODEL = {"type": "notebook", "format": "json", "content": nbformat.v4.new_notebook()}


@pytest.fixture
def root(tmp_path):
    """A folder with a sealed package, a working folder, and a notebook of somebody's own."""
    for package, files in (("sealed", (DECLARATION, INFO, MANIFEST, TAG_MANIFEST)), ("open.partial", ())):
        for name in (*files, "data/params.yaml", BOOK):
            path = tmp_path / "evidence" / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(nbformat.v4.new_notebook(), path)
    (tmp_path / "notebooks").mkdir()
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "notebooks" / "mine.ipynb")
    return tmp_path


def held(folder: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def test_the_package_around_a_file_is_found(root):
    """From any depth, and for the folder itself; not for its neighbours."""
    sealed = root / "evidence" / "sealed"
    assert package_around(sealed / BOOK, root) == package_around(sealed, root) == sealed
    assert package_around(root / "evidence", root) is None
    assert package_around(root / "notebooks" / "mine.ipynb", root) is None


ACTS = {
    "save": lambda files, path: files.save(MODEL, path),
    "new file": lambda files, path: files.save({"type": "file", "format": "text", "content": "x"}, f"{path}.txt"),
    "new folder": lambda files, path: files.save({"type": "directory"}, f"{path}.d"),
    "delete": lambda files, path: files.delete(path),
    "rename": lambda files, path: files.rename(path, f"{path}.old"),
    "move out": lambda files, path: files.rename(path, "notebooks/taken.ipynb"),
    "move in": lambda files, path: files.rename("notebooks/mine.ipynb", f"{path}.new"),
    "copy in": lambda files, path: files.copy("notebooks/mine.ipynb", path.rpartition("/")[0]),
    "duplicate": lambda files, path: files.copy(path),
    "checkpoint": lambda files, path: files.create_checkpoint(path),
    "restore": lambda files, path: files.restore_checkpoint("checkpoint", path),
    "forget": lambda files, path: files.delete_checkpoint("checkpoint", path),
}


@pytest.mark.parametrize("package", ["sealed", "open.partial"])
@pytest.mark.parametrize("act", ACTS)
def test_nothing_in_a_package_is_changed(root, package, act):
    """Each way in which JupyterLab changes files is refused with a sentence, and changes nothing."""
    before, files = held(root), PackagesContents(root_dir=str(root))
    with pytest.raises(HTTPError, match="JupyterLab changes nothing in it") as refused:
        asyncio.run(ACTS[act](files, f"evidence/{package}/{BOOK}"))
    assert refused.value.status_code == 403
    assert held(root) == before


@pytest.mark.parametrize("package", ["sealed", "open.partial"])
def test_a_notebook_of_a_package_is_opened_to_be_read(root, package):
    """It is told to be read-only, so that JupyterLab does not try; looking at it leaves no folder behind."""
    before, files = held(root), PackagesContents(root_dir=str(root))
    path = f"evidence/{package}/{BOOK}"
    assert asyncio.run(files.get(path))["writable"] is False
    assert asyncio.run(files.list_checkpoints(path)) == []
    assert held(root) == before


def test_the_start_page_is_saved_as_nobody_saw_it(root):
    """Its outputs, with what stood in the form, get into no file; what somebody wrote into it does."""
    book = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "x"}})
    nbformat.write(book, root / START)
    shown = nbformat.v4.new_output("execute_result", {"text/plain": "VBox('a seed')"}, execution_count=3)
    seen = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("a note"),
            nbformat.v4.new_code_cell(
                "1", outputs=[shown], execution_count=3, metadata={"execution": {}, "jupyter": {}}
            ),
        ],
        metadata={"widgets": {"state": "a seed"}},
    )
    asyncio.run(PackagesContents(root_dir=str(root)).save({**MODEL, "content": seen}, START))
    kept = nbformat.read(root / START, as_version=4)
    assert "a seed" not in (root / START).read_text("utf-8")
    assert kept.metadata == book.metadata
    assert [cell.source for cell in kept.cells] == ["a note", "1"]
    assert kept.cells[1].execution_count is None
    assert kept.cells[1].metadata == {"jupyter": {}}


def test_elsewhere_all_is_as_ever(root):
    """A notebook of one's own is saved, copied out of a package, renamed and deleted."""
    files = PackagesContents(root_dir=str(root))
    assert asyncio.run(files.get("notebooks/mine.ipynb"))["writable"] is True
    asyncio.run(files.save(MODEL, "notebooks/mine.ipynb"))
    asyncio.run(files.create_checkpoint("notebooks/mine.ipynb"))
    assert asyncio.run(files.list_checkpoints("notebooks/mine.ipynb"))
    asyncio.run(files.copy(f"evidence/sealed/{BOOK}", "notebooks"))
    assert (root / "notebooks" / "01_scope.ipynb").is_file()
    asyncio.run(files.rename("notebooks/01_scope.ipynb", "notebooks/other.ipynb"))
    assert (root / "notebooks" / "other.ipynb").is_file()
