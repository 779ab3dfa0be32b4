"""Where a package goes, and what is said of it when the run that makes it is interrupted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from auditlib.cli.screen import err, say
from auditlib.cli.signals import heard
from auditlib.errors import MachineError, ParameterError, SourceError

if TYPE_CHECKING:
    from auditlib.params.model import Parameters


@contextmanager
def target_of(out_folder: Path | None, params: Parameters, what: str = "") -> Iterator[Path]:
    """Yield where the package goes: by default a folder that no other run of the same second takes, gone if it stays empty."""
    from auditlib.package.target import EVIDENCE
    from auditlib.pull.collect import package_name

    if out_folder is not None:
        yield out_folder
        return
    Path(EVIDENCE).mkdir(exist_ok=True)
    name = package_name(params, datetime.now(UTC), what)
    for ending in chain([""], map("-{}".format, count(2))):
        target = Path(EVIDENCE) / f"{name}{ending}"
        with suppress(FileExistsError):
            target.mkdir()
            break
    try:
        yield target
    finally:
        with suppress(OSError):
            target.rmdir()


@contextmanager
def telling_interruption(target: Path) -> Iterator[None]:
    """Say of an interrupted run what is left of it, and exit; of one that failed, how it goes on."""
    from auditlib.package.target import PARTIAL, is_sealed

    try:
        yield
    except SystemExit:
        raise
    except BaseException as error:
        working = target.with_name(target.name + PARTIAL)
        if not (heard.number or isinstance(error, KeyboardInterrupt)):
            if isinstance(error, SourceError | MachineError | ParameterError) and working.exists():
                error.add_note(
                    f"What came is kept in {working}: go on with the same command and --out {target} --resume"
                )
            raise
        if is_sealed(target):
            told = f"after the package was sealed: {target}"
        else:
            told = f"there is no package at {target}" + (
                f"; what was pulled is in {working}" if working.exists() else ""
            )
        say(err, f"auditlib: {heard.word}: {told}")
        sys.exit(heard.status)
