"""What is packed inside of files is unpacked whole, in bounded memory and time, and what can't be is named."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.package.containers import DEEPEST, Layer, Opened, most_of

WORD = b"what stands inside"


def read(content: bytes, size: int = 1 << 20, most: int | None = None) -> tuple[dict[str, bytes], Opened]:
    """Return what each layer of a file held, by the way to it, and what was opened; given in pieces of ``size``."""
    seen: dict[str, bytes] = {}

    def look(window: bytes, way: str) -> None:
        seen[way] = seen.get(way, b"") + window

    opened = Opened(look, 0, most_of(len(content)) if most is None else most)
    layer = Layer(opened)
    for at in range(0, len(content), size):
        layer.feed(content[at : at + size])
    layer.close()
    return seen, opened


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


FILES = {"a.txt": WORD * 3, "b/c.bin": os.urandom(20_000), "empty": b"", "d.txt": WORD}
PACKED = {
    "zip": (zipped(FILES), {name: content for name, content in FILES.items() if content}),
    "zip, stored": (
        zipped(FILES, zipfile.ZIP_STORED),
        {name: content for name, content in FILES.items() if content},
    ),
    "zip, bzip2": (zipped(FILES, zipfile.ZIP_BZIP2), {name: content for name, content in FILES.items() if content}),
    "gzip, two members": (gzip.compress(WORD) + gzip.compress(WORD), {"gzip": WORD * 2}),
    "bzip2": (bz2.compress(WORD), {"bzip2": WORD}),
    "xz": (lzma.compress(WORD), {"xz": WORD}),
}


@pytest.mark.parametrize("size", [1 << 20, 4096, 7, 1])
@pytest.mark.parametrize("kind", PACKED)
def test_all_comes_out_in_whatever_pieces_it_is_read(kind, size):
    """Headers and streams may lie across the border of two reads."""
    content, inside = PACKED[kind]
    seen, opened = read(content, size)
    assert seen.pop("") == content
    assert seen == inside
    assert opened.unopened == []


def test_containers_lie_in_each_other_down_to_a_bound():
    """What lies deeper is named, not passed over."""
    content = WORD
    for _ in range(DEEPEST):
        content = gzip.compress(content)
    seen, opened = read(content)
    assert seen[" > ".join(["gzip"] * DEEPEST)] == WORD
    assert opened.unopened == []
    _, opened = read(gzip.compress(content))
    assert opened.unopened == [f"{' > '.join(['gzip'] * (DEEPEST + 1))} lies in more than {DEEPEST} containers"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_is_given_up_in_bounded_memory(pack):
    """Megabytes in a few kilobytes: so much comes out as a file of this size may hold, and no piece is large."""
    most = 16 << 20
    bomb = zipped({"bomb": pack(bytes(64 << 20))}, zipfile.ZIP_STORED)
    out = 0

    def look(window: bytes, way: str) -> None:
        nonlocal out
        out += len(window) if way.count(" > ") == 1 else 0

    opened = Opened(look, 0, most)
    tracemalloc.start()
    layer = Layer(opened)
    layer.feed(bomb)
    layer.close()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most - len(bomb) - (1 << 20) < out <= most + (1 << 20)
    assert peak < 24 << 20
    assert any("holds more than is unpacked" in said for said in opened.unopened)


def test_false_beginnings_cost_no_more_than_the_file_is_worth():
    """A file of nothing but marks is read to its end or given up, after as many tries as its size allows."""
    content = (b"\x1f\x8b\x08\0" * 20_000) + (b"PK\x03\x04" + bytes(4) + b"\x08" + bytes(21)) * 5_000
    _, opened = read(content, most=4 << 20)
    assert len(opened.unopened) <= 100


def test_chance_beginnings_hide_nothing_behind_them():
    """What looks like gzip and is none takes nothing of what stands behind it."""
    seen, opened = read(b"\0" * 2_000 + b"\x1f\x8b\x08\0 no gzip" + zipped({"a.txt": WORD}))
    assert seen["a.txt"] == WORD
    assert opened.unopened == []


def encrypted() -> bytes:
    """Return a zip whose entry says that it is encrypted."""
    whole = bytearray(zipped({"a.txt": WORD}))
    whole[6] |= 1
    return bytes(whole)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (encrypted(), "a.txt is encrypted"),
        (zipped({"a.txt": WORD}, zipfile.ZIP_LZMA), "a.txt is packed by method 14, which is not opened"),
        (zipped({"a.txt": os.urandom(9_000)})[:5_000], "a.txt is cut"),
        (gzip.compress(os.urandom(9_000))[:5_000], "gzip is cut"),
        (b"\x1f\x8b\x08\0" + b"\xff" * 99, "gzip is damaged"),
        (b"\x28\xb5\x2f\xfd" + bytes(9), "is zstd, which is not opened"),
        (b"Rar!\x1a\x07\x01\0", "is rar, which is not opened"),
    ],
)
def test_what_can_not_be_opened_is_named(content, said):
    """By the way inside of the file, and why."""
    assert read(content)[1].unopened == [said]


@given(
    st.binary(max_size=3_000),
    st.sampled_from([b"", b"\x1f\x8b\x08\0", b"PK\x03\x04", b"%PDF-1.7 stream\n", b"BZh91AY&SY"]),
)
def test_anything_may_be_attached(content, begins):
    """Whatever the bytes are, they are looked at as they are, and nothing falls."""
    seen, _ = read(begins + content, 500)
    assert seen.get("", b"") == begins + content


def test_nothing_begins_in_a_text():
    """Most files of a package are text: nothing is unpacked of them, so they take no time."""
    seen, _ = read(b"some text " * 999 + gzip.compress(WORD))
    assert list(seen) == [""]
