"""A small package, and how it is spoiled."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from auditlib.errors import AuditError
from auditlib.evidence.differences import sentences
from auditlib.package import verify
from auditlib.package.bag import seal
from auditlib.package.target import is_sealed

INFO = {"Bagging-Date": "2026-10-02", "External-Description": "SOC 2 Type II 2026"}


def check_bag(folder: Path) -> list[str]:
    """Return what is told of a package."""
    return sentences(verify.check_bag(folder))


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def refusal(folder: Path, **more: object) -> str:
    """Return why `seal` refuses, after checking that it left nothing behind."""
    with pytest.raises(AuditError) as error:
        seal(folder, INFO, **more)
    assert not is_sealed(folder)
    return str(error.value)


def change(path: Path, old: bytes, new: bytes) -> None:
    before = path.read_bytes()
    assert before.count(old) == 1
    path.write_bytes(before.replace(old, new))


def seal_tags(folder: Path) -> None:
    """Make the tag manifest agree again, as a careful forger would."""
    names = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / "tagmanifest-sha256.txt").write_text("".join(lines))
