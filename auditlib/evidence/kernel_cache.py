"""The cache of a run for its own kernels, each of which would compute all of it again.

It lies beside ``data`` in the working folder, as pickles, and is gone before anything is sealed. Reading a pickle runs what
whoever wrote it wanted to be run. So nothing is read because it lies in a package: a kernel is told by the run that started
it which folder to read, and takes only that.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import pandas as pd

TOLD: Final = "AUDITLIB_COMPUTED"
"""Environment variable by which the kernels of a run are told where it lies."""

FOLDER: Final = "computed"
"""Where it lies in the working folder."""

_T = TypeVar("_T")


class kernel_cached(cached_property[_T]):  # noqa: N801 - stands where ``property`` does, and is written as it is
    """A cached property: read from the cache of the run if its owner's ``kept`` is that folder, and else computed."""

    def __get__(self, owner: Any, kind: type[Any] | None = None) -> Any:  # type: ignore[override] # of two forms there
        """Return the value, read if it is kept."""
        name = self.attrname
        if owner is not None and owner.kept is not None and name not in vars(owner):
            path = _path(owner.kept, owner, str(name))
            if path.is_file():
                vars(owner)[name] = _read(path)
        return super().__get__(owner, kind)


def cache_of_run(folder: Path, environ: Mapping[str, str]) -> Path | None:
    """Return the cache folder of the run that started this process for a working folder; None if there is none."""
    told = environ.get(TOLD)
    mine = folder.resolve() / FOLDER
    return mine if told and Path(told) == mine else None


class Cached(Protocol):
    """What consists of parts, each of which may have ``kernel_cached`` properties."""

    @property
    def parts(self) -> Iterable[object]:
        """The parts, each behind those that it is computed from."""


def cached_names(parts: Iterable[object]) -> Iterator[tuple[object, str]]:
    """Yield every ``kernel_cached`` property of parts, with the part, in the order in which they are defined."""
    for part in parts:
        for name in dict.fromkeys(name for kind in type(part).__mro__ for name in vars(kind)):
            if isinstance(getattr(type(part), name, None), kernel_cached):
                yield part, name


@contextmanager
def fill_cache(owner: Cached, folder: Path) -> Iterator[Path]:
    """Compute every ``kernel_cached`` property and cache it in a working folder, as long as the context lasts.

    Parameters
    ----------
    owner : Cached
        An evidence.
    folder : Path
        The working folder. What an earlier run left there is thrown away, and not read.

    Yields
    ------
    Path
        What kernels are to be told.
    """
    target = folder.resolve() / FOLDER
    drop(folder)
    target.mkdir(mode=0o700)
    try:
        for part, name in cached_names(owner.parts):
            _write(getattr(part, name), _path(target, part, name))
        yield target
    finally:
        drop(folder)


def _path(folder: Path, part: object, name: str) -> Path:
    return folder / f"{type(part).__name__}.{name}.pickle"


def drop(folder: Path) -> None:
    """Remove the cache of a run from a working folder."""
    shutil.rmtree(folder.resolve() / FOLDER, ignore_errors=True)


def _write(value: Any, path: Path) -> None:
    """Write a value; a table as its head and its columns one by one: pickle keeps an account of every text it wrote."""
    with path.open("wb") as stream:
        if not isinstance(value, pd.DataFrame):
            pickle.dump(value, stream, protocol=5)
            return
        pickle.dump(value.iloc[:0], stream, protocol=5)
        for name in value.columns:
            pickle.dump(value[name], stream, protocol=5)


def _read(path: Path) -> Any:
    """Read what ``_write`` wrote."""
    with path.open("rb") as stream:
        value = pickle.load(stream)  # noqa: S301 - only what the run that started this kernel wrote; see above
        if not isinstance(value, pd.DataFrame):
            return value
        return pd.concat([pickle.load(stream) for _ in value.columns], axis=1)  # noqa: S301 - as above
