"""The working folder of a pull: what becomes of it when the pull ends before its time."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.errors import UnreachableError
from auditlib.package.working import kept_if_pulled
from auditlib.responses.topics import ACCOUNT, FIRST_PASS, POWERS, SERVER


def interrupted(folder: Path, *topics: str) -> None:
    """Let responses of these topics come into a working folder, and then let the pull fail."""
    for topic in topics:
        place = folder / "data" / "raw" / topic / "000001.json.gz"
        place.parent.mkdir(parents=True)
        place.write_bytes(b"")
    with pytest.raises(UnreachableError), kept_if_pulled(folder):
        raise UnreachableError("no answer")


def test_what_was_pulled_is_never_thrown_away(tmp_path):
    """One response of the pull is enough, whatever else was asked before it: an interrupted run goes on from there."""
    interrupted(tmp_path / "one", SERVER.of(), ACCOUNT.of(), POWERS.of("PAY"), FIRST_PASS.of("PAY", 1))
    assert (tmp_path / "one" / "data" / "raw" / FIRST_PASS.of("PAY", 1) / "000001.json.gz").is_file()


@pytest.mark.parametrize("asked", [(), (SERVER.of(), ACCOUNT.of(), POWERS.of("PAY"))], ids=["nothing", "first contact"])
def test_a_folder_in_which_nothing_was_pulled_is_gone(tmp_path, asked):
    """So the same command works once the token or the address is right."""
    (tmp_path / "out").mkdir()
    interrupted(tmp_path / "out", *asked)
    assert not (tmp_path / "out").exists()
