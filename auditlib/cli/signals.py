"""Signals that ask for an end: the first one interrupts the command, and gives it its sentence and its status."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK")
"""Of those, a system has some: Windows knows neither SIGHUP nor SIGQUIT, Unix no SIGBREAK."""

_BASE: Final = 128
"""Shells tell the end by a signal as 128 and its number; so a command that tidied up first is not told apart."""


@dataclass
class Heard:
    """The signal that came first; 0 if none came."""

    number: int = 0

    @property
    def status(self) -> int:
        """The exit status: 130 for Ctrl-C, 143 for SIGTERM."""
        return _BASE + (self.number or signal.SIGINT)

    @property
    def word(self) -> str:
        """What is said of it."""
        if self.number in {0, signal.SIGINT}:
            return "interrupted"
        return f"ended by {signal.Signals(self.number).name}"


heard: Final = Heard()
"""Of this process."""


@contextmanager
def listening() -> Iterator[Heard]:
    """Turn the signals that ask for an end into a KeyboardInterrupt, as long as the context lasts.

    What whoever started the command wants to be ignored stays ignored: ``nohup`` does that with SIGHUP, and shells behind
    ``&`` with SIGINT. Whatever is raised once a signal was heard comes from it: a library that is interrupted while it is
    loaded may raise anything.
    """
    heard.number = 0
    if threading.current_thread() is not threading.main_thread():  # only there Python lets handlers be set
        yield heard
        return

    def end(number: int, _frame: Any) -> None:
        heard.number = heard.number or number
        raise KeyboardInterrupt

    before = {}
    for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
        if signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, end)
    try:
        yield heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
