"""The target of a package: worked on beside it, published whole, never written over."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bags import INFO, check_bag, write

from auditlib.errors import AuditError, UsageError
from auditlib.package import bag as sealing
from auditlib.package.bag import seal
from auditlib.package.disk import write as plain_write
from auditlib.package.target import is_sealed, prepare_target, publish


def test_work_goes_on_beside_the_target(tmp_path):
    """The final name stays free until all is sealed."""
    partial = prepare_target(tmp_path / "new" / "soc2.2026")
    assert partial == tmp_path / "new" / "soc2.2026.partial"
    assert partial.is_dir()
    assert not (tmp_path / "new" / "soc2.2026").exists()


def test_an_empty_folder_may_be_the_target(tmp_path, payload):
    """As for other tools; it is replaced by the package."""
    out = tmp_path / "out"
    out.mkdir()
    partial = prepare_target(out)
    shutil.copytree(payload, partial, dirs_exist_ok=True)
    seal(partial, INFO)
    publish(partial, out)
    assert check_bag(out) == []
    assert not partial.exists()


def test_a_target_in_use_is_refused(tmp_path):
    """A package is never written over, nor mixed with other files."""
    write(tmp_path, {"full/x": b"", "file": b""})
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("full", "file", "link"):
        with pytest.raises(UsageError, match="give another --out"):
            prepare_target(tmp_path / name)
        assert not (tmp_path / f"{name}.partial").exists()
    with pytest.raises(UsageError, match="folder of its own"):
        prepare_target(Path("/"))


def test_a_partial_folder_is_not_taken_over_unasked(tmp_path):
    """Another run may work there; with ``resume`` it is meant."""
    first = prepare_target(tmp_path / "out")
    write(first, {"data/x": b"x"})
    with pytest.raises(UsageError, match="--resume"):
        prepare_target(tmp_path / "out")
    assert prepare_target(tmp_path / "out", resume=True) == first
    assert (first / "data/x").exists()


def test_a_file_in_the_way_of_the_partial_folder_is_told(tmp_path):
    """With ``resume`` too."""
    write(tmp_path, {"out.partial": b""})
    with pytest.raises(UsageError, match="in the way"):
        prepare_target(tmp_path / "out", resume=True)
    with pytest.raises(UsageError, match="can't be made"):
        prepare_target(tmp_path / "out.partial" / "out")


def test_only_a_sealed_folder_gets_the_final_name(tmp_path, payload):
    """An interrupted run leaves nothing under the final name."""
    with pytest.raises(AuditError, match="not sealed"):
        publish(payload, tmp_path / "out")
    assert payload.is_dir()
    assert not (tmp_path / "out").exists()


def test_an_interrupted_seal_is_not_sealed(payload, monkeypatch):
    """The tag manifest comes last, also when an older one stood there."""
    seal(payload, INFO)

    def interrupted(path: Path, content: bytes) -> None:
        if path.name == "manifest-sha256.txt":
            raise KeyboardInterrupt
        plain_write(path, content)

    monkeypatch.setattr(sealing, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        seal(payload, INFO)
    assert not is_sealed(payload)


def test_a_target_that_filled_meanwhile_is_not_written_over(tmp_path, bag):
    """Two runs with one target: the second one is told, and keeps its work."""
    write(tmp_path, {"out/x": b"other"})
    with pytest.raises(UsageError):
        publish(bag, tmp_path / "out")
    assert check_bag(bag) == []
