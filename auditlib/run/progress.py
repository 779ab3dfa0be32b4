"""Progress of long work: one bar over all of it on a terminal, plain lines elsewhere, records for a program that asks."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.progress import Progress as Bars
from rich.table import Column
from rich.text import Text

from auditlib.run.course import RUN, Course, Rate, Stage
from auditlib.text import visible_text

if TYPE_CHECKING:
    from auditlib.pull.session import Tell

_BETWEEN_LINES: Final = 5.0
_BETWEEN_LINES_LATER: Final = 30.0
"""Seconds between two lines about one stage; in the first minute, and after it."""

_BETWEEN_RECORDS: Final = 0.2

AS_RECORDS: Final = ("AUDITLIB_PROGRESS", "json")
"""Variable and value by which a program that runs a command asks for one JSON record a line: stage, done, total, the share
of the whole that is done, and in words how fast it goes and how long the rest may take."""

_STEPS: Final = 1000
"""Of the bar."""

_BEHIND: Final = 24
"""Columns that rate and time have, so that the bar keeps its place when they appear."""

_WIDE: Final = 70
"""Columns from which there is room for the bar; below, words and share say the same."""

_SOON: Final = 90.0
"""Seconds that are told as such; more are told in minutes."""


@contextmanager
def progress(console: Console, stages: Sequence[Stage] = RUN) -> Iterator[Tell]:
    """Yield the function by which long work reports its progress.

    Parameters
    ----------
    console : Console
        On a terminal there is one bar over all the work; in a CI, which keeps what it is told, and where there is no terminal,
        a line for each stage.
    stages : sequence of Stage
        Of the work.
    """
    teller = Teller(Course(stages))
    if os.environ.get(AS_RECORDS[0]) == AS_RECORDS[1]:
        yield _records(console, teller)
    elif console.is_terminal and not console.is_dumb_terminal and not _is_kept(os.environ.get("CI", "")):
        with _bar(console, teller) as tell:
            yield tell
    else:
        yield _lines(console, teller)


def _is_kept(ci: str) -> bool:
    """Say whether the environment is a CI's, by the variable that all of them set."""
    return ci.strip().lower() not in {"", "0", "false"}


@dataclass
class Teller:
    """What is told of the stage at hand, and of all; may be told by several threads at once."""

    course: Course
    stage: str = ""
    done: int = 0
    total: int | None = None
    rate: Rate = field(default_factory=Rate)
    lock: Lock = field(default_factory=Lock)

    def take(self, stage: str, done: int, total: int | None, now: float) -> None:
        """Take in what was told."""
        if stage != self.stage:
            self.rate = Rate()
        self.stage, self.done, self.total = stage, done, total
        self.rate.add(now, done)
        self.course.told(stage, done, total, now)

    @property
    def words(self) -> str:
        """What is being done, and how much of it is done."""
        if self.done == 0 and self.total is None:
            return visible_text(self.stage)
        return f"{visible_text(self.stage)} {self.done:,}" + ("" if self.total is None else f" of {self.total:,}")

    @property
    def whole(self) -> bool:
        """Whether the stage at hand is done."""
        return self.total is not None and self.done >= self.total

    def about(self, now: float) -> str:
        """How fast the stage at hand goes, and how long the rest may take; empty once it is done, or if nothing is known."""
        return "" if self.whole else ", ".join(part for part in (self.speed, self.left(now)) if part)

    @property
    def speed(self) -> str:
        """How many of it are done in a second or a minute; empty if that can't be told yet."""
        rate = self.rate.each_second
        if rate is None:
            return ""
        return f"{rate:,.0f}/s" if rate >= 9.5 else f"{rate:.1f}/s" if rate >= 1 else f"{max(1.0, rate * 60):.0f}/min"

    def left(self, now: float) -> str:
        """How long the rest may take: of all, else of this stage; empty if neither can be estimated."""
        seconds = self.course.left(now)
        if seconds is not None:
            return f"about {duration(seconds)} left"
        rate = self.rate.each_second
        if rate is None or self.total is None or self.done >= self.total:
            return ""
        return f"{duration((self.total - self.done) / rate)} this step"


def duration(seconds: float) -> str:
    """Return how long something takes, no more exactly than an estimate is.

    >>> duration(3), duration(42), duration(200), duration(4000), duration(20000)
    ('5 s', '45 s', '4 min', '1 h 10 min', '5 h 40 min')
    """
    if seconds < _SOON:
        return f"{max(1, -(-int(seconds) // 5)) * 5} s"
    minutes = -(-int(seconds) // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(-(-minutes // 10) * 10, 60)
    return f"{hours} h" + (f" {rest} min" if rest else "")


class _Left(ProgressColumn):
    """The rate and the time that is left, as they are at this moment."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        super().__init__(Column(no_wrap=True, justify="right", min_width=_BEHIND))

    def render(self, task: Task) -> Text:  # noqa: ARG002 - what is shown is not the task's own
        """Return what stands behind the bar."""
        with self._teller.lock:
            parts = (self._teller.speed, self._teller.left(time.monotonic()))
        return Text(", ".join(part for part in parts if part))


@contextmanager
def _bar(console: Console, teller: Teller) -> Iterator[Tell]:
    columns: list[ProgressColumn] = [
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis", ratio=3)),
        TextColumn("{task.percentage:3.0f} %", table_column=Column(no_wrap=True)),
    ]
    if console.width >= _WIDE:
        columns = [
            SpinnerColumn(),
            columns[0],
            BarColumn(None, table_column=Column(ratio=2, min_width=8)),
            columns[1],
            _Left(teller),
        ]
    with Bars(*columns, console=console, transient=True, expand=True) as bars:
        task = bars.add_task("beginning", total=_STEPS)

        def tell(stage: str, done: int, total: int | None) -> None:
            with teller.lock:
                teller.take(stage, done, total, time.monotonic())
                words, share = teller.words, teller.course.share
            bars.update(task, description=words, completed=share * _STEPS)

        yield tell


def _lines(console: Console, teller: Teller) -> Tell:
    began = time.monotonic()

    def between(now: float) -> float:
        return _BETWEEN_LINES if now - began < 60 else _BETWEEN_LINES_LATER

    def told(now: float) -> None:
        about = teller.about(now)
        console.print(Text(teller.words + (f" ({about})" if about else "")), soft_wrap=True)

    return _now_and_then(teller, between, told)


def _records(console: Console, teller: Teller) -> Tell:
    def told(now: float) -> None:
        named = {"stage": teller.stage, "done": teller.done, "total": teller.total}
        told_now = json.dumps({**named, "share": round(teller.course.share, 4), "about": teller.about(now)})
        console.print(Text(told_now), soft_wrap=True)

    return _now_and_then(teller, lambda _: _BETWEEN_RECORDS, told)


def _now_and_then(teller: Teller, between: Callable[[float], float], told: Callable[[float], None]) -> Tell:
    """Return what tells the beginning and the end of each stage, and in between only every so many seconds."""
    last_stage, last_at = "", 0.0

    def tell(stage: str, done: int, total: int | None) -> None:
        nonlocal last_stage, last_at
        with teller.lock:
            now = time.monotonic()
            teller.take(stage, done, total, now)
            if stage == last_stage and not teller.whole and now - last_at < between(now):
                return
            last_stage, last_at = stage, now
            told(now)

    return tell
