"""Where a package comes to stand: a working folder first, then its name, never over something else."""

from __future__ import annotations

import os
from pathlib import Path

from auditlib.errors import AuditError, UsageError
from auditlib.package.disk import flush, flush_folder, is_plain_file
from auditlib.package.layout import DECLARATION, INFO, MANIFEST, TAG_MANIFEST
from auditlib.text import is_unicode

EVIDENCE = "evidence"
"""Folder in which packages are made, below the working directory."""

PARTIAL = ".partial"
"""Ending of the folder of a package that is not sealed yet."""

MASKED = "-masked"
"""What the folder of a package without names is called behind the name of the full one."""

MASKED_RECORD = "data/masked.json"
"""By which such a package is known: of which one it is, by which key, and what became of each column."""


# A target that is complete or not there


def working_name(out: Path) -> Path:
    """Return the folder that a run works in for a package at ``out``; nothing is made.

    Parameters
    ----------
    out : Path
        As in `prepare_target`.

    Returns
    -------
    Path
        ``out`` with ``.partial`` appended; absolute.

    Raises
    ------
    UsageError
        If ``out`` can't be a package or holds something.
    """
    out = Path(os.path.abspath(out))  # noqa: PTH100 -- resolve() would follow a link at the end, which is refused below
    if not out.name:
        raise UsageError(f"{out} can't hold a package: give a folder of its own")
    if not is_unicode(str(out)):
        raise UsageError(f"{out} is no Unicode: what is written in notebooks could not name it; give another --out")
    _refuse_occupied(out)
    partial = out.with_name(out.name + PARTIAL)
    if partial.is_symlink() or (partial.exists() and not partial.is_dir()):
        raise UsageError(f"{partial} is in the way: the run works in a folder of this name; move it away")
    return partial


def require_interrupted(partial: Path, begun: str = "") -> None:
    """Refuse to go on where no run was interrupted.

    Parameters
    ----------
    partial : Path
        The working folder.
    begun : str
        A file in it by which a run is known; without, the folder itself.

    Raises
    ------
    UsageError
        If it is not there.
    """
    if not (partial / begun).exists():
        raise UsageError(f"{partial} is no interrupted run, so there is nothing to resume: without --resume one begins")


def prepare_target(out: Path, *, resume: bool = False) -> Path:
    """Make the folder a run works in, beside the one it will become.

    Parameters
    ----------
    out : Path
        Where the package shall stand. Must not exist, or be an empty folder.
    resume : bool
        Go on in a partial folder that is there already.

    Returns
    -------
    Path
        ``out`` with ``.partial`` appended, existing; absolute.

    Raises
    ------
    UsageError
        If ``out`` holds something or can't be made; if the partial folder exists and ``resume`` is false, or the other
        way round.
    """
    partial = working_name(out)
    if resume:
        require_interrupted(partial)
    try:
        partial.mkdir(parents=True, exist_ok=resume)
    except FileExistsError:
        raise UsageError(
            f"{partial} exists: an earlier run did not finish. "
            "Go on with --resume, or remove the folder, or give another --out"
        ) from None
    except OSError as error:
        raise UsageError(f"{partial} can't be made: {error.strerror}; give another --out") from error
    return partial


def publish(partial: Path, out: Path) -> None:
    """Give a sealed folder its final name, in one step, after all of it is on the disk.

    Parameters
    ----------
    partial : Path
        The sealed folder, on the same file system as ``out``.
    out : Path
        The final name; not there, or an empty folder.

    Raises
    ------
    AuditError
        If ``partial`` is not sealed.
    UsageError
        If something came to stand at ``out`` meanwhile.
    """
    if not is_sealed(partial):
        raise AuditError(f"{partial} is not sealed; it stays where it is")
    _refuse_occupied(out)
    flush(partial)
    try:
        if os.name == "nt" and out.exists():  # elsewhere, renaming onto an empty folder is one step
            out.rmdir()
        partial.rename(out)
    except OSError as error:
        raise UsageError(f"{out} can't be made: {error.strerror}; the package is complete in {partial}") from error
    flush_folder(out.parent)


def is_sealed(folder: Path) -> bool:
    """Say whether ``folder`` has a payload and all tag files. Whether they agree is for `check_bag`."""
    tags = all(is_plain_file(folder / name) for name in (DECLARATION, INFO, MANIFEST, TAG_MANIFEST))
    return tags and (folder / "data").is_dir()


def is_masked(folder: Path) -> bool:
    """Say whether a folder says that it is a package without names (`package.masked`)."""
    return is_plain_file(folder / MASKED_RECORD) and not (folder / "data" / "raw").exists()


def require_outside(package: Path, out: Path) -> None:
    """Refuse a place within a package, which would be none any more.

    Raises
    ------
    UsageError
        If ``out`` is the package or lies in it.
    """
    if package.resolve() in (out.resolve(), *out.resolve().parents):
        raise UsageError(f"--out {out} lies in the package, which would be none any more; give another folder")


def require_full(package: Path, purpose: str) -> None:
    """Refuse a package without names, which holds no answers of Jira.

    Raises
    ------
    UsageError
        Saying what follows, in the words of ``purpose``.
    """
    if is_masked(package):
        raise UsageError(f"{package} is a package without names, so {purpose}; give the full one")


def _refuse_occupied(out: Path) -> None:
    """Raise UsageError unless ``out`` is free, or an empty folder."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise UsageError(f"{out} exists and is no folder; give another --out")
    if out.is_dir() and any(out.iterdir()):
        raise UsageError(f"{out} is not empty; give another --out, a package is never written over")
