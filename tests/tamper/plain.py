"""Changes of a sealed package by somebody who leaves its manifests alone, or changes these: drawn from a seed, file by file."""

from __future__ import annotations

import os
import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from tampering import MANIFEST, Tampered

from auditlib.evidence.differences import Difference
from auditlib.package.verify import check_bag, renamed

TAG_MANIFEST = "tagmanifest-sha256.txt"
NEW = "data/tables/new.csv"


@dataclass(frozen=True)
class Change:
    """A change that was made: its kind, the file that it was made to, and all others that may be named with it."""

    kind: str
    path: str
    beside: frozenset[str] = frozenset()


Make = Callable[[Tampered, random.Random, str], frozenset[str] | None]
"""Makes a change to a file; returns the others that may be named, None where such a file can't be changed so."""


def _written(change: Callable[[bytes, random.Random], bytes]) -> Make:
    def make(package: Tampered, chosen: random.Random, path: str) -> frozenset[str] | None:
        before = package.read(path)
        after = change(before, chosen)
        if after == before:
            return None
        package.write(path, after)
        return frozenset()

    return make


def _flipped(content: bytes, chosen: random.Random) -> bytes:
    if not content:
        return b"x"
    changed = bytearray(content)
    changed[chosen.randrange(len(content))] ^= 1 << chosen.randrange(8)
    return bytes(changed)


def _removed(package: Tampered, _: random.Random, path: str) -> frozenset[str]:
    package.remove(path)
    return frozenset()


def _renamed(package: Tampered, chosen: random.Random, path: str) -> frozenset[str]:
    target = chosen.choice((NEW, f"{path}.bak", f"data/{chosen.randrange(1000)}.bin"))
    package.rename(path, target)
    return frozenset({target})


def _in_another_case(package: Tampered, _: random.Random, path: str) -> frozenset[str] | None:
    folder, _, name = path.rpartition("/")
    if name.swapcase() == name:
        return None
    package.rename(path, f"{folder}/{name.swapcase()}")
    return frozenset({f"{folder}/{name.swapcase()}"})


def _put(make: Callable[[Tampered, str], None]) -> Make:
    def put(package: Tampered, _: random.Random, path: str) -> frozenset[str]:
        make(package, path)
        return frozenset()

    return put


def _swapped(package: Tampered, chosen: random.Random, path: str) -> frozenset[str] | None:
    other = chosen.choice(files_of(package))
    mine, theirs = package.read(path), package.read(other)
    if mine == theirs:
        return None
    package.write(path, theirs)
    package.write(other, mine)
    return frozenset({other})


OF_A_FILE: dict[str, Make] = {
    "a bit flipped": _written(_flipped),
    "cut": _written(lambda content, chosen: content[: chosen.randrange(len(content))] if content else b"x"),
    "emptied": _written(lambda content, _: b"" if content else b"x"),
    "longer": _written(lambda content, chosen: content + bytes(chosen.randrange(1, 9))),
    "CR LF": _written(lambda content, _: content.replace(b"\n", b"\r\n")),
    "other bytes": _written(lambda content, chosen: chosen.randbytes(max(1, len(content)))),
    "removed": _removed,
    "renamed": _renamed,
    "another case": _in_another_case,
    "exchanged": _swapped,
    "a link": _put(lambda package, path: package.put(path, lambda place: place.symlink_to("/etc/hostname"))),
    "a link that leads nowhere": _put(
        lambda package, path: package.put(path, lambda place: place.symlink_to("nowhere"))
    ),
    "a folder": _put(lambda package, path: package.put(path, lambda place: place.mkdir())),
    "a pipe": _put(lambda package, path: package.put(path, os.mkfifo)),
}


def _lines(change: Callable[[list[bytes], random.Random], None]) -> Make:
    def make(package: Tampered, chosen: random.Random, path: str) -> frozenset[str] | None:
        del path
        lines = package.read(MANIFEST).splitlines(keepends=True)
        before = list(lines)
        change(lines, chosen)
        if lines == before:
            return None
        package.write(MANIFEST, b"".join(lines))
        touched = {line[66:].rstrip(b"\r\n").decode("utf-8", "replace") for line in {*before} ^ {*lines}}
        return frozenset(touched | {MANIFEST})

    return make


def _copied(package: Tampered, chosen: random.Random, path: str) -> frozenset[str]:
    target = chosen.choice(("data/tables/again.csv", "data/raw/again.json.gz", "data/again.bin"))
    package.write(target, package.read(path))
    return frozenset({target})


def _more(package: Tampered, chosen: random.Random, path: str) -> frozenset[str]:
    del path
    target = chosen.choice(
        ("data/more.txt", "data/raw/more.json.gz", "more.txt", "data/dossiers/PAY-1/attachments/x.pdf")
    )
    package.write(target, b"more")
    return frozenset({target})


def _tag(name: str, change: Callable[[bytes, random.Random], bytes] | None) -> Make:
    def make(package: Tampered, chosen: random.Random, path: str) -> frozenset[str]:
        del path
        if change is None:
            package.remove(name)
        else:
            package.edit(name, lambda content: change(content, chosen))
        return frozenset(
            {name, "bagit.txt", "bag-info.txt", MANIFEST, TAG_MANIFEST} if name == TAG_MANIFEST else {name}
        )

    return make


def _shuffled(lines: list[bytes], chosen: random.Random) -> None:
    chosen.shuffle(lines)


def _twice(lines: list[bytes], chosen: random.Random) -> None:
    place = chosen.randrange(len(lines))
    lines.insert(place, lines[place])


def _without(lines: list[bytes], chosen: random.Random) -> None:
    del lines[chosen.randrange(len(lines))]


def _leading_out(lines: list[bytes], chosen: random.Random) -> None:
    where = chosen.choice((b"/etc/passwd", b"data/../../etc/passwd", b"../outside", b"data/x\\y", b"C:/x"))
    lines.append(b"0" * 64 + b"  " + where + b"\n")


def _in_upper_case(lines: list[bytes], chosen: random.Random) -> None:
    place = chosen.randrange(len(lines))
    lines[place] = lines[place][:64].upper() + lines[place][64:]


OF_THE_BAG: dict[str, Make] = {
    "copied": _copied,
    "a file more": _more,
    "lines shuffled": _lines(_shuffled),
    "a line twice": _lines(_twice),
    "a line less": _lines(_without),
    "a line that leads out": _lines(_leading_out),
    "a digest in upper case": _lines(_in_upper_case),
    "no tag manifest": _tag(TAG_MANIFEST, None),
    "no manifest": _tag(MANIFEST, None),
    "no declaration": _tag("bagit.txt", None),
    "another tag manifest": _tag(TAG_MANIFEST, _flipped),
    "another description": _tag("bag-info.txt", _flipped),
    "another declaration": _tag("bagit.txt", _flipped),
}


def files_of(package: Tampered) -> list[str]:
    """Return the files of the payload that stand there as sealed."""
    return package.files


def drawn_file(package: Tampered, chosen: random.Random) -> str:
    """Draw a kind of file first, then one of it: there are hundreds of responses, and one cover."""
    kinds: dict[str, list[str]] = {}
    for path in files_of(package):
        parts = path.split("/")
        kinds.setdefault(f"{parts[1]}.{path.rpartition('.')[2]}" if len(parts) > 2 else path, []).append(path)
    return chosen.choice(kinds[chosen.choice(sorted(kinds))])


def change_one(package: Tampered, seed: str) -> Change:
    """Make one change that a seed decides, and return what was done to which file."""
    chosen = random.Random(seed)  # noqa: S311 - which change, not a secret
    while True:
        path = drawn_file(package, chosen)
        table = OF_A_FILE if chosen.random() < 0.7 else OF_THE_BAG
        kind = chosen.choice(sorted(table))
        beside = table[kind](package, chosen, path)
        if beside is not None:
            own = path if table is OF_A_FILE else ""
            return Change(kind, own, frozenset({*beside, own} - {""}))
        package.restore()


def judged(package: Tampered, change: Change) -> str:
    """Say what is wrong with what `verify` tells of a changed bag; empty if it was noticed, and nothing else was named."""
    found: list[Difference] = [*check_bag(package.folder), *renamed(package.folder)]
    named = {unicodedata.normalize("NFC", one.path) for one in found}
    if not found:
        return f"{change}: not noticed"
    if not named <= change.beside:
        return f"{change}: misnamed {sorted(named - change.beside)[:3]}"
    if change.path and not named & change.beside:
        return f"{change}: not named"
    return ""
