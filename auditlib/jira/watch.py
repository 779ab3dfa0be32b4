"""A watch over what comes of a request: an answer that drips, does not end, or is too large is cut from outside.

A time-out counts each wait for data, and a server that sends a byte before each runs out is waited for without end: in its
status line, its headers, in ``100 Continue`` after ``100 Continue``, in its body. So every byte that comes is counted at the
socket, below whatever reads it, and one thread looks four times a second at all that is under way; what breaks a bound loses
its connection, and whoever waits for it gets a sentence.
"""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPResponse, IncompleteRead
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from auditlib.responses.bounds import LARGEST_ANSWER

LONGEST_ANSWER: Final = 120.0
"""Seconds from a question to the end of its answer. A page that a Jira can't give in that time is asked for in halves."""

LONGEST_BODY: Final = 40.0
"""Seconds from the first byte of an answer to its last: the largest at 13 megabits a second. One that takes longer on a slow
line is asked for in halves, too."""

LONGEST_HEAD: Final = 20.0
"""Seconds from the first byte of an answer to the end of its headers, which a server sends in one piece."""

LARGEST_HEAD: Final = 8 << 20
"""Bytes of a head: more than the 100 headers of 64 kB that ``http.client`` reads; what is longer repeats itself."""

DRIPS: Final = 8
"""Looks at which something came, yet less than a quarter of `DRIP`: after so many an answer drips."""

DRIP: Final = 1024
"""Bytes a second: at less, one page of a search would take hours."""

LONGEST_DRIP: Final = 15.0
"""Seconds that an answer may drip, from its first byte on; a stall in its middle is none, and has the time-out to itself."""

_LOOK: Final = 0.25


class OddAnswerError(requests.exceptions.RequestException):
    """An answer that breaks a bound which no real one does; ``heavy`` if a smaller question may mend it."""

    def __init__(self, words: str, *, heavy: bool = False) -> None:
        self.heavy = heavy
        super().__init__(words)


class TooLongError(OddAnswerError, requests.exceptions.ReadTimeout):
    """It does not end, or not in time."""


class TooLargeError(OddAnswerError):
    """It is larger than any answer."""


class Watch:
    """What came of one request so far, and what it may not exceed.

    Parameters
    ----------
    seconds : float
        Until the end of it.
    most : int or None
        Bytes on the wire; as many as the largest answer if left out.
    in_head : bool
        Whether its head is still to come.
    once_begun : float or None
        Seconds from its first byte to its last; those of an answer if left out.

    Attributes
    ----------
    error : OddAnswerError or None
        Why its connection was cut.
    """

    def __init__(
        self, seconds: float, most: int | None = None, *, in_head: bool = True, once_begun: float | None = None
    ) -> None:
        self._seconds = seconds
        self._once_begun = LONGEST_BODY if once_begun is None else once_begun
        self._began = time.monotonic()
        self._most = (LARGEST_ANSWER if most is None else most) + LARGEST_HEAD
        self._first: float | None = None
        self._in_head = in_head
        self._came = self._looked = self._drips = 0
        self._line: socket.socket | None = None
        self.error: OddAnswerError | None = None

    def on(self, line: socket.socket) -> None:
        """Watch this connection from now on."""
        self._line = line

    def add(self, count: int) -> None:
        """Note that so many bytes came."""
        if self._first is None and count:
            self._first = time.monotonic()
        self._came += count

    def head_ended(self) -> None:
        """Note that what comes now is the body."""
        self._in_head = False

    def look(self, now: float) -> None:
        """Cut the connection if a bound is broken; told the seconds of a clock that never goes back."""
        came, self._looked = self._came - self._looked, self._came
        self._drips += 0 < came < DRIP * _LOOK
        error = self.error or self._broken(now)
        if error is not None and self._line is not None:
            self.error = error
            _cut(self._line)

    def _broken(self, now: float) -> OddAnswerError | None:
        """Return the bound that is broken."""
        if now - self._began > self._seconds:
            return TooLongError(f"the answer did not end within {self._seconds:g} s", heavy=True)
        if self._came > self._most:
            return TooLargeError(f"the answer is larger than {self._most:,} bytes", heavy=True)
        if self._first is None:
            return None
        if self._in_head and (now - self._first > LONGEST_HEAD or self._came > LARGEST_HEAD):
            return TooLongError("the head of the answer does not end")
        since = now - self._first
        if since > self._once_begun:
            return TooLongError(f"the answer did not end within {self._once_begun:g} s of its first byte", heavy=True)
        if self._drips >= DRIPS and since > LONGEST_DRIP and self._came < DRIP * since:
            return TooLongError("the answer drips, a few bytes at a time")
        return None


def _cut(line: socket.socket) -> None:
    """End a connection; whoever reads from it wakes up. The socket itself is its owner's to close."""
    with suppress(OSError):  # it is gone already
        socket.socket.shutdown(line, socket.SHUT_RDWR)  # below TLS, whose own way would go on reading in plain


class _Watchman:
    """The thread that looks at all watches; it is there as long as there is one."""

    def __init__(self) -> None:
        self._watches: set[Watch] = set()
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()

    def add(self, watch: Watch) -> None:
        with self._changed:
            self._watches.add(watch)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._look, name="watch", daemon=True)
                self._thread.start()

    def discard(self, watch: Watch) -> None:
        with self._changed:
            self._watches.discard(watch)

    def _look(self) -> None:
        idle = 0
        while True:
            with self._changed:
                self._changed.wait(_LOOK)
                idle = 0 if self._watches else idle + 1
                if idle > 40:
                    self._thread = None
                    return
                for watch in self._watches:
                    watch.look(time.monotonic())


_WATCHMAN: Final = _Watchman()
_OWN: Final = threading.local()


@contextmanager
def watched(watch: Watch, response: requests.Response | None = None) -> Iterator[None]:
    """Watch what the calling thread reads meanwhile; if it was cut, say why, also where it looks like an end.

    Parameters
    ----------
    watch : Watch
    response : Response, optional
        Whose body is read, if its head came before.

    Raises
    ------
    OddAnswerError
        If the connection was cut.
    """
    before, _OWN.watch = getattr(_OWN, "watch", None), watch
    line = None if response is None else getattr(response.raw.connection, "line", None)
    if line is not None:
        watch.on(line)
    _WATCHMAN.add(watch)
    try:
        yield
    except Exception:
        if watch.error is not None:
            raise watch.error from None
        raise
    finally:
        _WATCHMAN.discard(watch)
        _OWN.watch = before
    if watch.error is not None:
        raise watch.error


def _note_line(line: Any) -> None:
    watch = getattr(_OWN, "watch", None)
    if watch is not None and line is not None:
        watch.on(line)


class _Counted(io.RawIOBase):
    """What comes from a socket, counted."""

    def __init__(self, line: socket.socket) -> None:
        self._inner = line.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        count: int | None = self._inner.readinto(buffer)
        watch = getattr(_OWN, "watch", None)
        if watch is not None and count:
            watch.add(count)
        return count

    def close(self) -> None:
        self._inner.close()
        super().close()


class _CountedResponse(HTTPResponse):
    """An answer of which each byte is counted as it comes."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_Counted(sock), 1 << 16)

    def _safe_read(self, amt: int) -> bytes:
        """Read so many bytes; a chunk of less than nought is a broken answer: -1 would be read to the end, into memory."""
        if amt < 0:
            raise IncompleteRead(b"")
        return super()._safe_read(amt)  # type: ignore[misc, no-any-return]


class _Plain(HTTPConnection):
    """A connection that tells the watch of its thread which socket it has."""

    response_class = _CountedResponse
    line: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        self.line = super()._new_conn()
        _note_line(self.line)
        return self.line

    def connect(self) -> None:
        super().connect()
        self.line = self.sock
        _note_line(self.line)

    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        _note_line(self.sock)
        super().putrequest(*args, **kwargs)


class _Encrypted(_Plain, HTTPSConnection):
    """As `_Plain`, over TLS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _Encrypted


class WatchedAdapter(HTTPAdapter):
    """An adapter whose connections can be watched, through a proxy too."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools."""
        super().init_poolmanager(*args, **kwargs)
        _let_watch(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Return the pools behind a proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        if proxy.lower().startswith("http"):
            _let_watch(manager)
        return manager


def _let_watch(manager: Any) -> None:
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _EncryptedPool}
