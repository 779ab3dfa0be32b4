"""Packages that want `verify` to hang or to fill the memory, each verified under a limit of memory: a process of its own.

    python package_limits.py PACKAGE

prints a line of JSON for each: what was done, the exit status, the seconds, and what was told.
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import shutil
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tampering import MANIFEST, Tampered, changed

from auditlib.cli.screen import out
from auditlib.cli.verification import verify
from auditlib.errors import AuditError

MEMORY = 3 << 30
"""Bytes of address space: what Python, its libraries and one answer take, and no more."""

RAW, RUN = "data/raw/account/000001.json.gz", "data/run.json"


def sparse(path: Path) -> None:
    """Make a file of four terabytes of which nothing is on the disk."""
    with path.open("wb") as stream:
        stream.truncate(1 << 42)


def bound(path: Path) -> None:
    """Make a socket."""
    server = socket.socket(socket.AF_UNIX)
    before = Path.cwd()
    os.chdir(path.parent)  # an address of a socket has a hundred characters
    try:
        server.bind(path.name)
    finally:
        os.chdir(before)


def nested(package: Tampered) -> None:
    """Put folders into each other, deeper than a path can be named."""
    package.remember("data/deep")
    before = os.open(".", os.O_RDONLY)
    os.chdir(package.folder / "data")
    for _ in range(2500):
        os.mkdir("deep")  # noqa: PTH102 - relative, as the only way so deep
        os.chdir("deep")
    os.fchdir(before)
    os.close(before)


def without_deep(package: Tampered) -> None:
    """Take the folders out again, from within."""
    place = package.folder / "data"
    for _ in range(5):  # lifted up in stretches that can be named
        deepest = place / "deep"
        if not deepest.exists():
            return
        inner = deepest.joinpath(*["deep"] * 500)
        lifted = place / "lifted"
        with suppress(OSError):
            inner.rename(lifted)
        shutil.rmtree(deepest)
        if lifted.exists():
            lifted.rename(deepest)
    shutil.rmtree(place / "deep", ignore_errors=True)


def bomb(package: Tampered, byte: bytes) -> None:
    """Put a gigabyte that packs into one megabyte in the place of an answer, with its digest."""
    path = package.remember(RAW)
    with gzip.open(path, "wb", compresslevel=1) as stream:
        for _ in range(1 << 10):
            stream.write(byte * (1 << 20))
    package.redo()


def letters(package: Tampered) -> None:
    """Put a name of 100,000 letters into the record, a cell of a table and a parameter."""
    package.edit_json(RUN, lambda record: record["account"].update(name="x" * 100_000))
    package.edit("data/tables/population.csv", lambda text: text + b"x" * 100_000 + b"\n")
    package.edit("data/params.yaml", lambda text: text.replace(b'"Test audit"', b'"' + b"x" * 100_000 + b'"'))
    package.redo()


def million_lines(package: Tampered) -> None:
    """List a million files that are not there."""
    package.remember(MANIFEST)
    with (package.folder / MANIFEST).open("a") as manifest:
        manifest.writelines(f"{'0' * 64}  data/x/{number:07d}\n" for number in range(1_000_000))


def million_answers(package: Tampered) -> None:
    """Name one answer a million times."""
    line = package.read("data/raw/index.jsonl").splitlines(keepends=True)[0]
    package.write("data/raw/index.jsonl", line[:1] + b"x" + line * 200_000)
    package.redo()


CASES: dict[str, Callable[[Tampered], object]] = {
    "a pipe more": lambda package: package.put("data/raw/pipe.json.gz", os.mkfifo),
    "a pipe for the index": lambda package: package.put("data/raw/index.jsonl", os.mkfifo),
    "a pipe for the record": lambda package: package.put(RUN, os.mkfifo),
    "a pipe for the manifest": lambda package: package.put(MANIFEST, os.mkfifo),
    "a pipe for the signature": lambda package: package.put("tagmanifest-sha256.txt.sig", os.mkfifo),
    "a socket": lambda package: package.put("data/raw/socket", bound),
    "a link to what never ends": lambda package: package.put(RAW, lambda path: path.symlink_to("/dev/zero")),
    "a link of a folder to itself": lambda package: package.put("data/raw/again", lambda path: path.symlink_to(".")),
    "four terabytes that are not there": lambda package: package.put(RAW, sparse),
    "a record of four terabytes": lambda package: package.put(RUN, sparse),
    "a record of 100 MB": lambda package: (package.write(RUN, b" " * 100_000_000), package.redo()),
    "a gigabyte in a megabyte": lambda package: bomb(package, b" "),
    "a gigabyte of brackets": lambda package: bomb(package, b"["),
    "folders without end": nested,
    "letters without end": letters,
    "a million lines": million_lines,
    "an index of 200,000 lines": million_answers,
}


def main(folder: str) -> None:
    """Try all, one after the other."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    package = Tampered(Path(folder))
    out.quiet = True
    for name, change in CASES.items():
        with changed(package):
            change(package)
            began, status, told = time.process_time(), 0, ""
            try:
                verify(package.folder)
            except AuditError as error:
                status, told = error.status, (getattr(error, "differences", None) or [str(error)])[0]
            took = time.process_time() - began
            without_deep(package)
        print(json.dumps({"case": name, "status": status, "seconds": round(took, 1), "told": told[:200]}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
