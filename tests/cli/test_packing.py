"""Packages are packed, and parts of them verified, from the command line."""

from __future__ import annotations

import json
from zipfile import ZipFile

import pytest

from auditlib.package.pack import BY_CONTROL, SUMS


def unpack(folder, into, *, but=""):
    for archive in sorted(folder.glob("*.zip")):
        if not but or but not in archive.name:
            with ZipFile(archive) as opened:
                opened.extractall(into)


def test_a_package_is_packed_and_verified_in_parts_and_whole(here, sealed, tmp_path):
    """Some parts are never called verified; all together are the package; a changed file ends with 4."""
    out = tmp_path / "out"
    status, said, _ = here("pack", sealed.folder, "--max-size", "2MB", "--out", out, "--no-records")
    assert (status, said.splitlines()[-1]) == (0, str(out))
    assert (out / SUMS).is_file()
    assert not (out / BY_CONTROL).exists()

    unpack(out, tmp_path / "some", but=".part-1-")
    status, said, _ = here("verify", tmp_path / "some")
    assert status == 0
    assert "as the package's manifest lists them" in said
    assert "This is not the whole package: part 1 is not here" in said
    assert "Verified" not in said
    status, said, _ = here("verify", "--json", tmp_path / "some")
    told = json.loads(said)
    assert (status, told["verified"], told["lacking"]) == (0, False, [1])

    unpack(out, tmp_path / "all")
    status, said, _ = here("verify", tmp_path / "all")
    assert status == 0
    assert said.splitlines()[-1].startswith("Verified: ")

    (package,) = (path for path in (tmp_path / "some").iterdir() if path.is_dir())
    changed = next((package / "data" / "raw").rglob("*.gz"))
    changed.write_bytes(b"another")
    status, _, said = here("verify", tmp_path / "some")
    assert status == 4
    assert f"{changed.relative_to(package).as_posix()}: changed" in said
    status, _, said = here("verify", package)
    assert status == 4
    assert "missing: manifest-sha256.txt lists it" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--max-size", "much"), "--max-size much: a size is a number with KB, MB or GB"),
        (("--max-size", "10KB"), "No file is cut in two"),
        (("--out", "{package}/data/out"), "lies in the package"),
    ],
)
def test_what_can_not_be_packed_is_said_in_a_sentence(here, sealed, tmp_path, arguments, said):
    """Status 2, and nothing is left."""
    given = [one.format(package=sealed.folder) for one in arguments]
    if "--out" not in given:
        given += ["--out", str(tmp_path / "out")]
    status, _, told = here("pack", sealed.folder, *given)
    assert (status, list(tmp_path.iterdir())) == (2, [])
    assert said in told
    assert "Traceback" not in told
