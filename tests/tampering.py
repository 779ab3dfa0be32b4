"""A sealed package, changed in place as somebody would who can write everything in it, and put back as it was."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bags import seal_tags

INDEX = "data/raw/index.jsonl"
MANIFEST = "manifest-sha256.txt"
TAGS = ("bag-info.txt", "bagit.txt", MANIFEST, "tagmanifest-sha256.txt")


class Tampered:
    """A copy of a package that is changed and put back; whatever a change touches is remembered before it is touched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._before: dict[str, bytes | None] = {}
        self._digests = {path: (digest_of(content), len(content)) for path, content in self._files()}

    @property
    def files(self) -> list[str]:
        """The files of the payload as they were when the package was taken, in the order of their names."""
        return sorted(self._digests)

    def _files(self) -> Iterator[tuple[str, bytes]]:
        for path in sorted((self.folder / "data").rglob("*")):
            if path.is_file():
                yield path.relative_to(self.folder).as_posix(), path.read_bytes()

    def read(self, path: str) -> bytes:
        """Return what stands there."""
        return (self.folder / path).read_bytes()

    def remember(self, path: str) -> Path:
        """Keep what stands there, and return where it stands."""
        place = self.folder / path
        if path not in self._before:
            self._before[path] = place.read_bytes() if place.is_file() and not place.is_symlink() else None
        return place

    def write(self, path: str, content: bytes | str) -> None:
        """Write a file anew."""
        place = self.remember(path)
        place.unlink(missing_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)

    def remove(self, path: str) -> None:
        """Remove a file."""
        self.remember(path).unlink()

    def rename(self, path: str, target: str) -> None:
        """Give a file another name."""
        content = self.read(path)
        self.remove(path)
        self.write(target, content)

    def put(self, path: str, make: Callable[[Path], object]) -> None:
        """Put what is no file in the place of one."""
        place = self.remember(path)
        place.unlink(missing_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        make(place)

    def edit(self, path: str, change: Callable[[bytes], bytes]) -> None:
        """Change the bytes of a file."""
        before = self.read(path)
        after = change(before)
        assert after != before
        self.write(path, after)

    def edit_json(self, path: str, change: Callable[[Any], object]) -> None:
        """Change a JSON file, and write it in the form in which a run writes it."""
        record = json.loads(self.read(path))
        change(record)
        self.write(path, json.dumps(record, indent=1, ensure_ascii=False) + "\n")

    # the index and the responses

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of the index."""
        return [json.loads(line) for line in self.read(INDEX).splitlines()]

    def write_lines(self, lines: list[dict[str, Any]]) -> None:
        """Write the index anew."""
        self.write(INDEX, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))

    def edit_line(self, of: Callable[[dict[str, Any]], bool], change: Callable[[dict[str, Any]], object]) -> int:
        """Change the first line of which something holds; return its number."""
        lines = self.lines()
        number = next(number for number, line in enumerate(lines) if of(line))
        change(lines[number])
        self.write_lines(lines)
        return number + 1

    def body(self, file: str) -> bytes:
        """Return a response as it came."""
        return gzip.decompress(self.read(f"data/raw/{file}"))

    def answer(self, file: str, change: Callable[[Any], object]) -> None:
        """Change a response, with its digest and its size in the index."""
        record = json.loads(self.body(file))
        change(record)
        body = json.dumps(record).encode()
        self.write(f"data/raw/{file}", gzip.compress(body, mtime=0))
        self.edit_line(
            lambda line: line["file"] == file, lambda line: line.update(sha256=digest_of(body), size=len(body))
        )

    # manifests

    def redo(self) -> None:
        """Write all manifests anew, as a careful forger would."""
        found = dict(self._digests)
        for path in [one for one in self._before if one.startswith("data/")]:
            found.pop(path, None)
            place = self.folder / path
            if place.is_file():
                found[path] = digest_of(place.read_bytes()), place.stat().st_size
        for path in TAGS:
            self.remember(path)
        lines = [f"{found[path][0]}  {path}\n" for path in sorted(found, key=str.encode)]
        (self.folder / MANIFEST).write_text("".join(lines), encoding="utf-8", newline="\n")
        info = (self.folder / "bag-info.txt").read_text("utf-8").splitlines()
        kept = [line for line in info if not line.startswith("Payload-Oxum")]
        oxum = f"Payload-Oxum: {sum(size for _, size in found.values())}.{len(found)}"
        (self.folder / "bag-info.txt").write_text("\n".join([*kept, oxum]) + "\n", encoding="utf-8", newline="\n")
        seal_tags(self.folder)

    def restore(self) -> None:
        """Put everything back as it was."""
        for path, content in self._before.items():
            place = self.folder / path
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            with suppress(FileNotFoundError, NotADirectoryError):
                place.unlink()
            if content is not None:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
            else:
                _remove_empty(place.parent, self.folder)
        self._before.clear()


def _remove_empty(folder: Path, top: Path) -> None:
    with suppress(OSError):
        while folder != top:
            folder.rmdir()
            folder = folder.parent


@contextmanager
def changed(package: Tampered) -> Iterator[Tampered]:
    """Let a package be changed for a while."""
    try:
        yield package
    finally:
        package.restore()


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def copy_of(folder: Path, target: Path) -> Tampered:
    shutil.copytree(folder, target)
    return Tampered(target)
