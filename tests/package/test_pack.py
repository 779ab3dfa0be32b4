"""Packages packed for portals: any tool unpacks them, each part can be checked alone, all together are the package."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from bags import INFO, write
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT

from auditlib.errors import UsageError
from auditlib.package.bag import seal
from auditlib.package.pack import INDEX, READ_ME, SUMS, Packed, pack, part_name
from auditlib.package.unpacked import check_parts, unpacked_in
from auditlib.package.verify import check_bag


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def packed(bag: Path, out: Path, most: int = 10**9) -> Packed:
    return pack(bag, out, most, by_control=False)


def unpack(out: Path, parts: Packed, into: Path, *numbers: int) -> Path:
    """Unpack some parts into one folder, all if none is named; return the folder of the package."""
    for part in parts.parts:
        if not numbers or part.number in numbers:
            with ZipFile(out / part.archive) as archive:
                assert archive.testzip() is None
                archive.extractall(into)
    return into / parts.name


@pytest.fixture
def large(tmp_path):
    """A bag that takes several parts of 20,000 bytes."""
    files = {f"data/raw/{place:02}.json.gz": os.urandom(4000 + 37 * place) for place in range(20)}
    folder = write(tmp_path / "large", {**files, "data/zürich-東京.txt": b"", "data/tables/a b.csv": b"x\n"})
    seal(folder, INFO | {"External-Identifier": "soc-2"})
    return folder


def test_all_parts_unpacked_into_one_folder_are_the_package(large, tmp_path):
    """To the byte, and it is whole; no part is larger than was asked."""
    done = packed(large, tmp_path / "out", 20_000)
    assert len(done.parts) > 3
    assert all((tmp_path / "out" / part.archive).stat().st_size <= 20_000 for part in done.parts)
    package = unpack(tmp_path / "out", done, tmp_path / "all")
    assert files_of(package) == files_of(large)
    assert check_bag(package) == []


@pytest.mark.skipif(shutil.which("unzip") is None, reason="needs unzip")
def test_unzip_makes_the_same_of_them(large, tmp_path):
    """As the page that goes with them says, with names in UTF-8."""
    done = packed(large, tmp_path / "out", 20_000)
    (tmp_path / "all").mkdir()
    command = ["unzip", "-o", "-q", str(tmp_path / "out" / f"{done.name}.part-*.zip")]
    subprocess.run(command, cwd=tmp_path / "all", check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert files_of(tmp_path / "all" / done.name) == files_of(large)


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
def test_sha256sum_checks_each_part_alone_and_all_that_was_packed(large, tmp_path):
    """A reviewer needs no program of ours, and no other part."""
    done = packed(large, tmp_path / "out", 20_000)
    subprocess.run(["sha256sum", "--strict", "--quiet", "-c", SUMS], cwd=tmp_path / "out", check=True)
    for part in done.parts:
        alone = tmp_path / str(part.number)
        unpack(tmp_path / "out", done, alone, part.number)
        subprocess.run(["sha256sum", "--strict", "--quiet", "-c", part.list_name], cwd=alone, check=True)


def test_the_index_says_which_part_holds_which_file(large, tmp_path):
    """Each file of the payload once, with the manifest's digest; the sums name all that stands there."""
    done = packed(large, tmp_path / "out", 20_000)
    rows = [line.split(",") for line in (tmp_path / "out" / INDEX.file).read_text().splitlines()[1:]]
    payload = {path: (part, int(size), digest) for part, path, size, digest in rows if path.startswith("data/")}
    assert payload.keys() == {path for path in files_of(large) if path.startswith("data/")}
    for path, (part, size, digest) in payload.items():
        with ZipFile(tmp_path / "out" / part) as archive:
            content = archive.read(f"{done.name}/{path}")
        assert (len(content), hashlib.sha256(content).hexdigest()) == (size, digest)
    named = {line.partition("  ")[2] for line in (tmp_path / "out" / SUMS).read_text().splitlines()}
    assert named == files_of(tmp_path / "out").keys() - {SUMS}
    assert done.name in (tmp_path / "out" / READ_ME).read_text()


def test_one_part_alone_is_whole_and_what_is_changed_in_it_is_named(large, tmp_path):
    """A missing part is no difference; a changed, a missing and a foreign file are, and so is a forged list."""
    done = packed(large, tmp_path / "out", 20_000)
    package = unpack(tmp_path / "out", done, tmp_path / "some", 2, 3)
    found = unpacked_in(tmp_path / "some")
    assert found is not None
    assert (found.words, found.lacking) == (
        f"parts 2 and 3 of {len(done.parts)} of {done.name}",
        [number for number in range(1, len(done.parts) + 1) if number not in {2, 3}],
    )
    assert check_parts(found) == []
    changed, gone = (done.parts[1].pieces[place].path for place in (-1, -2))
    (package / changed).write_bytes(b"another")
    (package / gone).unlink()
    (package / "data" / "more.txt").write_bytes(b"")
    assert {(one.kind, one.path) for one in check_parts(found)} == {
        ("changed", changed), ("missing", gone), ("unlisted", "data/more.txt"),
    }  # fmt: skip
    listing = tmp_path / "some" / done.parts[1].list_name
    forged = listing.read_text().replace(done.parts[1].pieces[-1].digest, hashlib.sha256(b"another").hexdigest())
    listing.write_text(forged)
    assert any(one.path == f"{listing.name}: {changed}" for one in check_parts(found))


def test_parts_of_two_packages_and_a_list_without_its_folder_are_refused(large, bag, tmp_path):
    """Whoever unpacked them so is told what to do."""
    first, second = packed(large, tmp_path / "one"), packed(bag, tmp_path / "two")
    unpack(tmp_path / "one", first, tmp_path / "both")
    shutil.rmtree(unpack(tmp_path / "two", second, tmp_path / "alone"))
    with pytest.raises(UsageError, match="no folder of that name"):
        unpacked_in(tmp_path / "alone")
    unpack(tmp_path / "two", second, tmp_path / "both")
    with pytest.raises(UsageError, match="holds parts of"):
        unpacked_in(tmp_path / "both")
    assert unpacked_in(large) is None


def test_a_package_of_another_folder_time_and_right_gives_the_same_bytes(large, tmp_path):
    """Two who pack it compare their sums; in a process of its own, in another time zone."""
    copy = tmp_path / "copied elsewhere"
    shutil.copytree(large, copy)
    for path in copy.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    packed(large, tmp_path / "one", 20_000)
    code = (
        "import sys; from pathlib import Path; from auditlib.package.pack import pack; "
        "pack(Path(sys.argv[1]), Path(sys.argv[2]), 20_000, by_control=False)"
    )
    given = {**os.environ, "TZ": "Asia/Kolkata", "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code, copy, tmp_path / "two"], check=True, env=given)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_nothing_of_the_machine_stands_in_an_archive(bag, tmp_path):
    """Neither a time nor a right nor a compressor's bytes."""
    done = packed(bag, tmp_path / "out")
    with ZipFile(tmp_path / "out" / done.parts[0].archive) as archive:
        for entry in archive.infolist():
            assert (entry.date_time, entry.external_attr >> 16) == ((1980, 1, 1, 0, 0, 0), 0o100644)
            assert (entry.create_system, entry.compress_type, entry.extra) == (3, ZIP_STORED, b"")


@settings(max_examples=15)
@given(more=st.integers(0, 60_000))
def test_any_size_that_takes_the_largest_file_gives_the_package_back(tmp_path_factory, more):
    """Whatever size is asked, from the least that is possible on."""
    folder = tmp_path_factory.mktemp("sizes")
    files = {f"data/{place}": bytes([place]) * (place * 997) for place in range(12)}
    bag = write(folder / "bag", files)
    seal(bag, INFO)
    with pytest.raises(UsageError, match="data/11 has 10,967 bytes") as error:
        packed(bag, folder / "out", 10_967)
    least = int(str(error.value).rpartition("--max-size ")[2].split()[0])
    done = packed(bag, folder / "out", least + more)
    assert max((folder / "out" / part.archive).stat().st_size for part in done.parts) <= least + more
    assert files_of(unpack(folder / "out", done, folder / "all")) == files_of(bag)


def test_what_is_no_longer_what_was_sealed_is_not_packed(bag, tmp_path):
    """It is checked first, and nothing is left behind."""
    (bag / "data" / "Index.html").write_bytes(b"<b>")
    with pytest.raises(UsageError, match="not what was sealed"):
        packed(bag, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["bag"]


def test_parts_go_neither_into_the_package_nor_over_something(bag, tmp_path):
    """A package stays what it is, and so does what stands at the target."""
    with pytest.raises(UsageError, match="lies in the package"):
        packed(bag, bag / "data" / "out")
    with pytest.raises(UsageError, match="is not empty"):
        packed(bag, write(tmp_path / "full", {"mine.txt": b""}))
    assert check_bag(bag) == []


def test_a_package_is_called_by_its_audit_and_its_digest():
    """Not by the folder that it lies in; a stranger's label becomes a name that every system takes."""
    assert part_name({"External-Identifier": "soc-2-2026"}, "0123456789abcdef") == "soc-2-2026-0123456789ab"
    assert part_name({"External-Identifier": "../Ü:x"}, "0123456789abcdef") == "x-0123456789ab"
    assert part_name({}, "0123456789abcdef") == "package-0123456789ab"


def test_a_list_of_strangers_costs_no_more_than_a_list(bag, tmp_path):
    """What claims to be one of a million parts is told in a line; a pipe in the place of a list is not waited for."""
    folder = tmp_path / "unpacked"
    shutil.copytree(bag, folder / "soc")
    (folder / "soc.part-1-of-999999.sha256.txt").write_text("")
    found = unpacked_in(folder)
    assert found is not None
    assert len(found.lacking) == 999_998
    assert check_parts(found) == []
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "soc.part-2-of-999999.sha256.txt")
        again = unpacked_in(folder)
        assert again is not None
        assert [(one.kind, one.path) for one in check_parts(again)] == [
            ("tag no file", "soc.part-2-of-999999.sha256.txt")
        ]
