"""Files: written whole or not at all, and read only where that comes to an end."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditlib.files import expanded, is_there, open_plain, read_given, write_whole


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path, durable):
    """An error in the middle of it leaves the old content, and nothing beside it."""
    path = tmp_path / "new" / "file"
    assert write_whole(path, [b"a", b"b"], durable=durable) == hashlib.sha256(b"ab").hexdigest()

    def broken():
        yield b"c"
        raise KeyError

    with pytest.raises(KeyError):
        write_whole(path, broken(), durable=durable)
    assert path.read_bytes() == b"ab"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_what_is_never_read_to_an_end_is_refused(tmp_path):
    """A pipe without a writer, a device, a folder, a file that is too long: an error at once."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "long").write_bytes(b"x" * 11)
    for path, why in (
        ("pipe", "nobody writes"),
        ("/dev/zero", "device"),
        (".", "directory"),
        ("long", "more than 0 MB"),
    ):
        with pytest.raises(OSError, match=why):
            read_given(tmp_path / path, 10)
    assert read_given(tmp_path / "long", 11) == b"x" * 11
    for path in ("pipe", "/dev/zero"):
        with pytest.raises(OSError, match="it is no file"):
            open_plain(tmp_path / path)
    with open_plain(tmp_path / "new", "ab") as stream:
        stream.write(b"1")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_pipe_is_read_while_somebody_writes(tmp_path):
    """As the shell's <(…) gives it, however slowly it comes."""
    read, write = os.pipe()
    slow = "import sys, time\nfor part in 'abc':\n    sys.stdout.write(part); sys.stdout.flush(); time.sleep(0.05)"
    with subprocess.Popen([sys.executable, "-c", slow], stdout=write):
        os.close(write)
        if Path("/dev/fd").exists():
            assert read_given(Path(f"/dev/fd/{read}")) == b"abc"
    os.close(read)


def test_a_home_that_nobody_knows_is_no_error():
    """The path stays as it is, and nothing stands there; nor at one that no system can hold."""
    assert expanded("~nobody-of-this-name/x") == Path("~nobody-of-this-name/x")
    assert expanded("~") == Path.home()
    assert not is_there("~nobody-of-this-name/x")
    assert not is_there("x" * 5000)
