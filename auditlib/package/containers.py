"""What stands inside of compressed files: unpacked piece by piece, as far as it goes, in bounded memory and time.

Bytes are pushed through, so nothing is held but the piece at hand: a layer looks at what it is given, finds where something
compressed begins, and pushes what comes out of it into a layer of its own. A zip is read by the headers before its entries,
which every entry has (PKWARE, APPNOTE.TXT 4.3.7), so that the list at its end is not needed: office documents, an archive
behind other bytes and one that is cut are read alike. Pages of a PDF stand in streams that zlib unpacks (ISO 32000-1, 7.4.4),
texts of a PNG in chunks ``zTXt`` and ``iTXt`` (W3C, PNG Specification, 11.3.3).

What can't be opened (a cipher, a method that Python does not have, damage, too deep, too much) is named, not passed over.
"""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from auditlib.digests import CHUNK
from auditlib.text import shorten, visible_text

DEEPEST: Final = 8
"""Containers within each other that are opened; a zip of office documents, sent in a message, makes three."""

_LEAST: Final = 64 << 20
_TIMES: Final = 100
"""Bytes that may come out of any file, and as many times its size: office documents come to ten times theirs."""

_FIRST: Final = 4 << 10
"""Bytes that are tried first, since what looks like a beginning is mostly none."""

_HEAD: Final = 1 << 10
_LONGEST_NAME: Final = 80
_MEMORY: Final = 128 << 20
"""Bytes that xz may ask for: its largest preset takes 65 MiB (xz(1))."""

_ANYWHERE: Final = re.compile(rb"PK\x03\x04|\x1f\x8b\x08[\x00-\x1f]|BZh[1-9]1AY&SY|\xfd7zXZ\x00")
_IN_PDF: Final = re.compile(rb"(?<!end)stream\r?\n(?=[\x08\x18\x28\x38\x48\x58\x68\x78])")
_IN_PNG: Final = re.compile(
    rb"zTXt[^\0]{1,79}\0\0(?=x)|iTXt[^\0]{1,79}\0\x01\0[^\0]{0,99}\0[^\0]{0,999}\0(?=x)", re.DOTALL
)
_LONGEST_MARK: Final = 1_200

_NOT_OPENED: Final = {
    b"7z\xbc\xaf'\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"MSCF": "cab",
    b"\x04\x22\x4d\x18": "lz4",
    b"\x1f\x9d": "compress",
}
_MOST_NOTED: Final = 100

_ZIP: Final = b"PK\x03\x04"
_ZIP_HEADER: Final = 30
_STORED, _DEFLATED, _BZIP2 = 0, 8, 12
_ENCRYPTED, _SIZE_BEHIND, _UTF_8 = 1, 1 << 3, 1 << 11
"""Methods, and bits of the flags (PKWARE, APPNOTE.TXT 4.4.4 and 4.4.5)."""

Look = Callable[[bytes, str], None]
"""Is given each piece and the way to it inside of the file; may raise."""


class _Decoder(Protocol):
    """Unpacks what it is fed."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused(self) -> bytes: ...
    def feed(self, data: bytes) -> Iterator[bytes]: ...


class _Deflate:
    """Deflate in one of its three wrappings."""

    def __init__(self, wbits: int) -> None:
        self._inner = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused(self) -> bytes:
        return self._inner.unused_data

    def feed(self, data: bytes) -> Iterator[bytes]:
        while not self.eof:
            piece = self._inner.decompress(data, CHUNK)
            data = self._inner.unconsumed_tail
            if piece:
                yield piece
            if not data and len(piece) < CHUNK:
                return


class _Block:
    """bzip2 or xz."""

    def __init__(self, inner: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._inner = inner

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused(self) -> bytes:
        return self._inner.unused_data

    def feed(self, data: bytes) -> Iterator[bytes]:
        while not self.eof:
            piece = self._inner.decompress(data, CHUNK)
            data = b""
            if piece:
                yield piece
            if self._inner.needs_input:
                return


class _Stored:
    """So many bytes as they are."""

    def __init__(self, size: int) -> None:
        self._left = size
        self.unused = b""

    @property
    def eof(self) -> bool:
        return self._left == 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        piece, self.unused = data[: self._left], data[self._left :]
        self._left -= len(piece)
        yield piece


@dataclass
class Opened:
    """What was opened of one file, and what was not.

    Attributes
    ----------
    look : callable
        Sees every piece, packed and unpacked, with the end of what came before it.
    overlap : int
        Bytes of that end.
    left : int
        Bytes that may still be unpacked, and come out.
    unopened : list of str
        What could not be opened, and why, in the order in which it was met.
    """

    look: Look
    overlap: int
    left: int
    unopened: list[str] = field(default_factory=list)

    def note(self, way: str, why: str) -> None:
        """Name what can't be opened."""
        told = f"{way} {why}" if way else why
        if len(self.unopened) < _MOST_NOTED and told not in self.unopened:
            self.unopened.append(told)


@dataclass
class _Inner:
    """Something compressed that has begun and not ended; ``sure`` if its beginning can't be there by chance."""

    decoder: _Decoder
    layer: Layer
    way: str
    sure: bool
    tried: bool = False


class Layer:
    """One layer of bytes: a file, or what comes out of something compressed in it.

    Parameters
    ----------
    opened : Opened
        Of the file.
    way : str
        The names that lead to it inside of the file; empty for the file itself.
    depth : int
        How many containers it lies in.
    """

    def __init__(self, opened: Opened, way: str = "", depth: int = 0) -> None:
        self._opened, self._way, self._depth = opened, way, depth
        self._marks: re.Pattern[bytes] | None = None
        self._begun = False
        self._seen = b""
        self._held = b""
        self._inner: _Inner | None = None

    def feed(self, piece: bytes) -> None:
        """Look at the next piece, and at what comes out of it."""
        window = self._seen + piece
        self._opened.look(window, self._way)
        self._seen = window[-self._opened.overlap :] if self._opened.overlap else b""
        self._advance(piece, last=False)

    def close(self) -> None:
        """Look at what is left; name what has no end."""
        self._advance(b"", last=True)
        if self._inner is not None:
            self._leave("is cut")

    def _advance(self, piece: bytes, *, last: bool) -> None:
        data, at = self._held + piece, 0
        self._held = b""
        if not self._begun:
            if len(data) < _HEAD and not last:
                self._held = data
                return
            self._begin(data[:_HEAD])
        while at < len(data) and self._opened.left > 0 and self._marks is not None:
            at = self._find(data, at, last=last) if self._inner is None else self._unpack(data, at)

    def _begin(self, head: bytes) -> None:
        """Say by the first bytes what may begin in this layer; in a text nothing does."""
        self._begun = True
        for magic, name in _NOT_OPENED.items():
            if head.startswith(magic):
                self._opened.note(self._way, f"is {name}, which is not opened")
        if head.startswith(b"%PDF-"):
            self._marks = _IN_PDF
        elif head.startswith(b"\x89PNG"):
            self._marks = _IN_PNG
        elif b"\0" in head or _ANYWHERE.match(head):
            self._marks = _ANYWHERE

    def _find(self, data: bytes, at: int, *, last: bool) -> int:
        """Enter what begins next in ``data``, and return where its content begins; hold what may be a part of a beginning."""
        found = self._marks.search(data, at) if self._marks is not None else None
        if found is None:
            self._held = b"" if last else data[max(at, len(data) - _LONGEST_MARK) :]
            return len(data)
        begins = found.start()
        if found[0] == _ZIP:
            size = _size_of_header(data, begins)
            if begins + size > len(data):
                self._held = b"" if last else data[begins:]
                return len(data)
            self._enter_zip(data[begins : begins + size])
            return begins + size
        for mark, (name, decoder) in _BY_MARK.items():
            if found[0].startswith(mark):
                self._enter(decoder(), name, sure=begins == 0)
                return begins if self._inner is not None else begins + len(mark)
        self._enter(_Deflate(zlib.MAX_WBITS), "stream", sure=False)
        return found.end()

    def _enter_zip(self, header: bytes) -> None:
        """Enter an entry of a zip by the header before it."""
        flags, method = int.from_bytes(header[6:8], "little"), int.from_bytes(header[8:10], "little")
        name = header[_ZIP_HEADER : _ZIP_HEADER + int.from_bytes(header[26:28], "little")]
        shown = shorten(visible_text(name.decode("utf-8" if flags & _UTF_8 else "cp437", "replace")), _LONGEST_NAME)
        packed = int.from_bytes(header[18:22], "little")
        if flags & _ENCRYPTED:
            self._opened.note(self._inside(shown), "is encrypted")
        elif method == _DEFLATED:
            self._enter(_Deflate(-zlib.MAX_WBITS), shown, sure=True)
        elif method == _BZIP2:
            self._enter(_Block(bz2.BZ2Decompressor()), shown, sure=True)
        elif method != _STORED:
            self._opened.note(self._inside(shown), f"is packed by method {method}, which is not opened")
        elif packed and not flags & _SIZE_BEHIND:
            self._enter(_Stored(packed), shown, sure=True)

    def _enter(self, decoder: _Decoder, name: str, *, sure: bool) -> None:
        way = self._inside(name)
        if self._depth < DEEPEST:
            self._inner = _Inner(decoder, Layer(self._opened, way, self._depth + 1), way, sure)
        else:
            self._opened.note(way, f"lies in more than {DEEPEST} containers")

    def _inside(self, name: str) -> str:
        return f"{self._way} > {name}" if self._way else name

    def _unpack(self, data: bytes, at: int) -> int:
        """Unpack what has begun, and return where it ends; first a little of it, since it may be none."""
        inner = self._inner
        assert inner is not None  # noqa: S101 -- whoever calls has looked
        piece = data[at:] if inner.tried else data[at : at + _FIRST]
        inner.tried = True
        self._opened.left -= len(piece)
        try:
            for out in inner.decoder.feed(piece):
                self._opened.left -= len(out)
                inner.layer.feed(out)
                if self._opened.left <= 0:
                    self._leave("holds more than is unpacked of a file of this size", sure=True)
                    return len(data)
        except (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError):
            self._leave("is damaged")
            return at + 1
        if not inner.decoder.eof:
            return at + len(piece)
        self._leave("")
        return at + len(piece) - len(inner.decoder.unused)

    def _leave(self, why: str, *, sure: bool = False) -> None:
        """Leave what has begun; name it if it did not end well."""
        inner, self._inner = self._inner, None
        if inner is not None:
            inner.layer.close()
            if why and (sure or inner.sure):
                self._opened.note(inner.way, why)


def most_of(size: int) -> int:
    """Return how many bytes may be unpacked of a file of a size."""
    return _LEAST + _TIMES * size


def _size_of_header(data: bytes, at: int) -> int:
    """Return the size of the header of an entry of a zip, as far as it can be read."""
    fixed = data[at : at + _ZIP_HEADER]
    return _ZIP_HEADER + int.from_bytes(fixed[26:28], "little") + int.from_bytes(fixed[28:30], "little")


_BY_MARK: Final[dict[bytes, tuple[str, Callable[[], _Decoder]]]] = {
    b"\x1f\x8b": ("gzip", lambda: _Deflate(zlib.MAX_WBITS + 16)),
    b"BZh": ("bzip2", lambda: _Block(bz2.BZ2Decompressor())),
    b"\xfd7zXZ": ("xz", lambda: _Block(lzma.LZMADecompressor(memlimit=_MEMORY))),
}
"""What is unpacked from its first byte on: name, and what unpacks it."""
