"""Progress of long work: a bar on a terminal, plain lines elsewhere, records for a program that asks for them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from auditlib.text import visible_text

if TYPE_CHECKING:
    from auditlib.pull.session import Tell

_SECONDS_BETWEEN_LINES = 5.0
_SECONDS_BETWEEN_RECORDS = 0.2

AS_RECORDS: Final = ("AUDITLIB_PROGRESS", "json")
"""Variable and value by which a program that runs a command asks for one JSON record a line: stage, done, total."""


@contextmanager
def progress(console: Console) -> Iterator[Tell]:
    """Yield the function by which long work reports its progress."""
    if os.environ.get(AS_RECORDS[0]) == AS_RECORDS[1]:
        yield _records(console)
    elif console.is_terminal:
        with _bars(console) as tell:
            yield tell
    else:
        yield _lines(console)


@contextmanager
def _bars(console: Console) -> Iterator[Tell]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=None)

        def tell(stage: str, done: int, total: int | None) -> None:
            bars.update(task, description=visible_text(stage), completed=done, total=total)

        yield tell


def _lines(console: Console) -> Tell:
    last_stage, last_at = "", 0.0

    def tell(stage: str, done: int, total: int | None) -> None:
        nonlocal last_stage, last_at
        now = time.monotonic()
        whole = total is not None and done >= total
        if stage == last_stage and not whole and now - last_at < _SECONDS_BETWEEN_LINES:
            return
        last_stage, last_at = stage, now
        count = "" if done == 0 and total is None else f" {done:,}" + ("" if total is None else f" of {total:,}")
        console.print(f"{visible_text(stage)}{count}")

    return tell


def _records(console: Console) -> Tell:
    last_stage, last_at = "", 0.0

    def tell(stage: str, done: int, total: int | None) -> None:
        nonlocal last_stage, last_at
        now = time.monotonic()
        whole = total is not None and done >= total
        if stage == last_stage and not whole and now - last_at < _SECONDS_BETWEEN_RECORDS:
            return
        last_stage, last_at = stage, now
        console.print(json.dumps({"stage": stage, "done": done, "total": total}))

    return tell
