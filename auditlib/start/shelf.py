"""What lies on the disk for the start page: parameter files under ``params/``, packages under ``evidence/``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from auditlib.errors import UsageError
from auditlib.files import read_given, write_whole
from auditlib.package.target import EVIDENCE, PARTIAL, is_masked, is_sealed

PARAMS: Final = "params"
"""Folder of the parameter files, below that of the notebooks' checkout."""

_ENDINGS: Final = (".yaml", ".yml")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
_LONGEST: Final = 20_000_000


@dataclass(frozen=True)
class Sheet:
    """A parameter file as it was read.

    Attributes
    ----------
    path : Path
    text : str
    content : bytes
        The file's own bytes, by which a change from elsewhere is noticed.
    """

    path: Path
    text: str
    content: bytes


def root_of(start: Path) -> Path:
    """Return the folder that holds params/ and evidence/ for a working directory: that above ``notebooks/``."""
    return start.parent if start.name == "notebooks" else start


def parameter_files(root: Path) -> list[Path]:
    """Return the parameter files, in the order of their names."""
    folder = root / PARAMS
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix in _ENDINGS and path.is_file())


def read_sheet(path: Path) -> Sheet:
    """Read a parameter file to be shown.

    Raises
    ------
    UsageError
        If it can't be read as text.
    """
    try:
        content = read_given(path, _LONGEST)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror or type(error).__name__}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8; save the file with the encoding UTF-8") from None
    return Sheet(path, text.replace("\r\n", "\n"), content)


def save_sheet(sheet: Sheet, text: str) -> Sheet:
    """Write a changed text into its file, with the line ends and the mark that the file had.

    Raises
    ------
    UsageError
        If somebody else changed or removed the file meanwhile, or it can't be written.
    """
    if text == sheet.text and sheet.path.is_file():
        return sheet
    try:
        now = read_given(sheet.path, _LONGEST)
    except OSError as error:
        raise UsageError(f"{sheet.path}: can't be saved: {error.strerror or type(error).__name__}") from None
    if now != sheet.content:
        raise UsageError(f"{sheet.path}: was changed elsewhere meanwhile; choose the file once more to read it anew")
    mark = b"\xef\xbb\xbf" if sheet.content.startswith(b"\xef\xbb\xbf") else b""
    ends = "\r\n" if b"\r\n" in sheet.content else "\n"
    return _written(sheet.path, text, mark + text.replace("\n", ends).encode())


def new_sheet(root: Path, name: str, pattern: str) -> Sheet:
    """Make a parameter file that is not there yet.

    Parameters
    ----------
    root : Path
        Folder above ``params/``.
    name : str
        Of the file, with or without its ending.
    pattern : str
        Its text.

    Raises
    ------
    UsageError
        If the name is none, or taken.
    """
    name = name.strip()
    if not _NAME.fullmatch(name.removesuffix(".yaml")):
        raise UsageError("a file name is needed, letters, digits, - and _, like 2026 or soc2-2026")
    path = root / PARAMS / (name if name.endswith(_ENDINGS) else f"{name}.yaml")
    if path.exists():
        raise UsageError(f"{PARAMS}/{path.name} is there already; choose it, or give another name")
    return _written(path, pattern, pattern.encode())


def _written(path: Path, text: str, content: bytes) -> Sheet:
    try:
        write_whole(path, [content])
    except OSError as error:
        raise UsageError(f"{path}: can't be saved: {error.strerror or type(error).__name__}") from None
    return Sheet(path, text, content)


@dataclass(frozen=True)
class Shelved:
    """A package, or the working folder of one.

    Attributes
    ----------
    folder : Path
    sealed : bool
    """

    folder: Path
    sealed: bool

    @property
    def target(self) -> Path:
        """The folder that it is, or will be once it is sealed."""
        return self.folder.with_name(self.folder.name.removesuffix(PARTIAL))

    @property
    def pulled(self) -> bool:
        """Whether everything was pulled."""
        return (self.folder / "data" / "run.json").is_file()

    @property
    def has_pages(self) -> bool:
        """Whether its cover page is made."""
        return (self.folder / "data" / "index.html").is_file()

    @property
    def words(self) -> str:
        """Its name, and what state it is in."""
        if self.sealed:
            return f"{self.folder.name} (sealed)"
        state = "pages made" if self.has_pages else "pulled" if self.pulled else "pull not ended"
        return f"{self.target.name} ({state}, not sealed)"


def shelved(folder: Path) -> Shelved | None:
    """Return what a folder is, None if it is neither a package nor the working folder of one."""
    if is_masked(folder):
        return None  # nothing can be done with it here
    if is_sealed(folder):
        return Shelved(folder, sealed=True)
    begun = folder.name.endswith(PARTIAL) and (folder / "data" / "params.yaml").is_file()
    return Shelved(folder, sealed=False) if begun else None


def packages(root: Path) -> list[Shelved]:
    """Return the packages and working folders under ``evidence/``, the newest first."""
    return sorted(_packages(root / EVIDENCE), key=lambda one: (_changed(one), one.folder.name), reverse=True)


def _packages(evidence: Path) -> Iterator[Shelved]:
    if not evidence.is_dir():
        return
    for folder in evidence.iterdir():
        if folder.is_dir() and not folder.is_symlink() and (one := shelved(folder)) is not None:
            yield one


def _changed(one: Shelved) -> float:
    try:
        return (one.folder / "data" / "params.yaml").stat().st_mtime
    except OSError:
        return 0.0
