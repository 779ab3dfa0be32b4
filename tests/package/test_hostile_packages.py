"""Packages of somebody who wants `verify` or `run --from` to fall: each ends with a sentence, nothing is written elsewhere."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bags import seal_tags
from package_limits import CASES
from small_world import full_world

from auditlib.cli.verification import verify
from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import AuditError
from auditlib.package.bag import seal
from auditlib.package.recompute import recompute
from auditlib.package.verify import check_bag
from auditlib.params.model import Parameters
from auditlib.pull.collect import collect
from auditlib.run.order import require_same_scope
from auditlib.run.workbook import _copy_frozen
from auditlib.run.written import write_readables

TESTS = Path(__file__).parents[1]

SEED = 20261002
"""By which bytes are chosen that are flipped."""

Change = Callable[[Path], object]


@pytest.fixture(scope="module")
def package(parameters: Callable[..., Parameters], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Parameters]:
    """A sealed package of a small world, without notebooks; not to be changed."""
    folder = tmp_path_factory.mktemp("hostile") / "package"
    with EmbeddedJira(full_world(), "cloud") as server:
        who = {"JIRA_USER": server.user, "JIRA_TOKEN": server.token}
        given = {"jira_url": server.url, "projects": "[AC]", "deployment": "cloud", "timezone": "UTC", "sample_size": 2}
        params = parameters(**given, period_start="2026-01-01", period_end="2026-01-31")
        evidence = collect(params, folder, who, lambda *_: None, base=folder.parent)
    write_readables(evidence)
    evidence.store.write_feeds(evidence.feeds())
    seal(folder, {"Bagging-Date": "2026-10-02"})
    return folder, params


def listed(folder: Path) -> None:
    """Make the manifests agree with what is there, as a careful forger would; what is no plain file is listed all the same."""
    lines = []
    size = 0
    for path in sorted((folder / "data").rglob("*"), key=lambda one: one.relative_to(folder).as_posix().encode()):
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 1 << 28:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            size += path.stat().st_size
        elif path.is_dir() and not path.is_symlink():
            continue
        else:
            digest = "0" * 64
        lines.append(f"{digest}  {path.relative_to(folder).as_posix()}\n")
    (folder / "manifest-sha256.txt").write_text("".join(lines), encoding="utf-8", newline="\n")
    described = (folder / "bag-info.txt").read_text().splitlines()
    kept = [one for one in described if not one.startswith("Payload-Oxum")]
    (folder / "bag-info.txt").write_text("\n".join([*kept, f"Payload-Oxum: {size}.{len(lines)}"]) + "\n")
    seal_tags(folder)


def written(name: str, content: bytes | str) -> Change:
    """Write a file anew, through no link."""

    def change(folder: Path) -> None:
        path = folder / name
        path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    return change


def made_of(name: str, make: Change) -> Change:
    """Put something that is no file in the place of one."""

    def change(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return change


def sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(1 << 42)


def in_index(**values: object) -> Change:
    """Change the first line of the index."""

    def change(folder: Path) -> None:
        index = folder / "data" / "raw" / "index.jsonl"
        first, *others = index.read_bytes().splitlines(keepends=True)
        line = json.dumps(json.loads(first) | values).encode() + b"\n"
        written("data/raw/index.jsonl", line + b"".join(others))(folder)

    return change


def flipped(place: int) -> Change:
    """Flip a byte of a file that the seed chooses."""

    def change(folder: Path) -> None:
        chosen = random.Random(SEED + place)  # noqa: S311 - which byte, not a secret
        path = chosen.choice(sorted(one for one in folder.rglob("*") if one.is_file() and one.stat().st_size))
        content = bytearray(path.read_bytes())
        content[chosen.randrange(len(content))] ^= 1 << chosen.randrange(8)
        written(path.relative_to(folder).as_posix(), bytes(content))(folder)

    return change


def manifest_line(line: str) -> Change:
    def change(folder: Path) -> None:
        with (folder / "manifest-sha256.txt").open("a") as manifest:
            manifest.write(line)
        seal_tags(folder)

    return change


ANSWER = "data/raw/key_walk/AC/000001.json.gz"
PARAMS, RUN = "data/params.yaml", "data/run.json"

UNLISTED: dict[str, Change] = {
    "an answer changed": written(ANSWER, gzip.compress(b'{"issues": []}')),
    "an answer gone": lambda folder: (folder / ANSWER).unlink(),
    "an answer emptied": written(ANSWER, b""),
    "a file more": written("data/tables/more.csv", b"x"),
    "a file beside data": written("more.txt", b"x"),
    "no tag manifest": lambda folder: (folder / "tagmanifest-sha256.txt").unlink(),
    "no data": lambda folder: shutil.rmtree(folder / "data"),
    "data is a link": lambda folder: (
        (folder / "data").rename(folder.parent / "there"),
        (folder / "data").symlink_to(folder.parent / "there"),
    ),
    "a manifest that leads out": manifest_line(f"{'0' * 64}  data/../../../etc/passwd\n"),
    "a manifest of an absolute path": manifest_line(f"{'0' * 64}  /etc/passwd\n"),
    "a manifest that lists twice": manifest_line(f"{'0' * 64}  {ANSWER}\n"),
    "a manifest of another case": manifest_line(f"{'0' * 64}  {ANSWER.upper()}\n"),
    "a manifest of bytes": manifest_line("\x00\x01\x02\n"),
    "a manifest without an end": manifest_line("0" * 5_000_000),
    "an info of bytes": written("bag-info.txt", b"\xff\xfe\x00"),
    "a declaration of another kind": written("bagit.txt", b"BagIt-Version: 9.9\nTag-File-Character-Encoding: x\n"),
    **{f"a byte flipped, {place}": flipped(place) for place in range(6)},
}
"""What somebody does to a package after it was sealed; its manifests stay as they were, or do not fit."""

LISTED: dict[str, Change] = {
    "an answer is a link": made_of(ANSWER, lambda path: path.symlink_to("/etc/hostname")),
    "an answer is a link to what never ends": made_of(ANSWER, lambda path: path.symlink_to("/dev/zero")),
    "the parameters are a link to what never ends": made_of(PARAMS, lambda path: path.symlink_to("/dev/zero")),
    "the parameters are a pipe": made_of(PARAMS, os.mkfifo),
    "the record is a pipe": made_of(RUN, os.mkfifo),
    "a table is a pipe": made_of("data/tables/gaps.csv", os.mkfifo),
    "a folder is a link": lambda folder: (
        shutil.rmtree(folder / "data" / "tables"),
        (folder / "data" / "tables").symlink_to("/"),
    ),
    "an answer of four terabytes that are not there": made_of(ANSWER, sparse),
    "an index of four terabytes that are not there": made_of("data/raw/index.jsonl", sparse),
    "an answer that grows without end": written(ANSWER, gzip.compress(b" " * 300_000_000, 1)),
    "an answer that is no gzip": written(ANSWER, b"no gzip"),
    "an answer that is another": written(ANSWER, gzip.compress(b"[]")),
    "an index that leads out": in_index(file="../../../../outside.json.gz"),
    "an index of an absolute path": in_index(file="/outside/000001.json.gz"),
    "an index over itself": in_index(file="index.jsonl"),
    "an index of numbers": in_index(file=7),
    "an index with a topic that is none": in_index(topic=["key_walk"]),
    "an index with a time that is none": in_index(at="2026"),
    "an index with a query that is none": in_index(query=[[1, 2]]),
    "an index with a size beyond all": in_index(size=1 << 62),
    "an index of depth": written("data/raw/index.jsonl", b"[" * 200_000 + b"\n"),
    "an index of no UTF-8": written("data/raw/index.jsonl", b"\xff\n"),
    "no index": lambda folder: (folder / "data/raw/index.jsonl").unlink(),
    "parameters of bytes": written(PARAMS, b"\xff\x00"),
    "parameters that grow": written(
        PARAMS,
        "a: &a [x, x]\n" + "".join(f"{n}: &{n} [*{o}, *{o}]\n" for o, n in zip("abcdefgh", "bcdefghi", strict=True)),
    ),
    "parameters of depth": written(PARAMS, "[" * 100_000),
    "a record of depth": written(RUN, "[" * 200_000),
    "a record of another version": written(RUN, '{"schema": {"tables": 99}}'),
    "a record that is none": written(RUN, '{"schema": {"tables": "x"}}'),
    "a record that is a list": written(RUN, "[]"),
}
"""What somebody makes who can write the manifests too."""

NAMED = {**UNLISTED, **LISTED}


def test_there_are_at_least_forty():
    """Fewer would not be what was promised."""
    assert len(NAMED) >= 40


@pytest.fixture
def spoilt(package: tuple[Path, Parameters], tmp_path: Path) -> Callable[[str], Path]:
    """Copy the package, and spoil the copy."""

    def make(name: str) -> Path:
        target = tmp_path / "in" / "package"
        shutil.copytree(package[0], target)
        NAMED[name](target)
        if name in LISTED:
            listed(target)
        return target

    return make


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.mark.parametrize("name", NAMED)
def test_a_manipulated_package_ends_with_a_sentence(spoilt, package, tmp_path, name):
    """`verify` tells a difference (4), or that it is no package (2); `run --from` takes nothing from it (2)."""
    target = spoilt(name)
    before = files_of(tmp_path)
    with pytest.raises(AuditError) as told:
        verify(target)
    assert told.value.status in {2, 4}
    assert files_of(tmp_path) == before
    with pytest.raises(AuditError) as refused:  # noqa: PT012 - whichever of the two steps of --from refuses
        frozen = require_same_scope(package[1], target)
        (tmp_path / "out" / "data").mkdir(parents=True)
        _copy_frozen(frozen.files, tmp_path / "out" / "data")
    assert refused.value.status == 2
    assert str(refused.value).strip()
    assert not (tmp_path / "out" / "data" / "raw").exists()
    outside = files_of(tmp_path) - before - {"out"}
    assert all(path.startswith("out/data") for path in outside)


@pytest.mark.parametrize("left", [1, 3, 8])
def test_a_copy_that_is_not_whole_is_told(package, tmp_path, left):
    """`verify` while a package is copied, or on the folder of a run: the last file is missing, and that is said."""
    files = sorted(path for path in package[0].rglob("*") if path.is_file())
    for path in [*files[::left], package[0] / "data" / "params.yaml"]:
        if path.name != "tagmanifest-sha256.txt":
            target = tmp_path / path.relative_to(package[0])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    with pytest.raises(AuditError, match="the copy of it is not whole") as told:
        verify(tmp_path)
    assert told.value.status == 4


def test_the_package_itself_is_verified_and_taken(package, tmp_path):
    """So that what is refused is refused for what was done to it: its bag and its tables are what they were."""
    folder, params = package
    assert check_bag(folder) == []
    assert recompute(folder) == []
    (tmp_path / "data").mkdir()
    frozen = require_same_scope(params, folder)
    _copy_frozen(frozen.files, tmp_path / "data")
    assert json.loads((tmp_path / "data" / "from.json").read_text())["tagmanifest_sha256"] == frozen.files.digest
    assert (tmp_path / "data" / "raw" / "index.jsonl").is_file()


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory, pipes and links as Linux has them")
def test_whatever_is_in_a_package_is_refused_in_bounded_time_and_memory(sealed, tmp_path):
    """Pipes, sockets, links, bombs, terabytes, a million lines, folders without end: status 4, in 3 GB and some seconds."""
    if sealed.dialect != "cloud":
        pytest.skip("what lies in a folder is of no dialect")
    shutil.copytree(sealed.folder, tmp_path / "package")
    done = subprocess.run(
        [sys.executable, TESTS / "package_limits.py", tmp_path / "package"],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        env=os.environ | {"PYTHONPATH": f"{TESTS.parent}:{TESTS}"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["case"] for one in told] == list(CASES)
    assert {one["status"] for one in told} == {4}
    assert max(one["seconds"] for one in told) < 60
