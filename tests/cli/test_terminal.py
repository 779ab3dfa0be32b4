"""What a person sees: commands on a real terminal of 80 by 24, as the kernel plays it, and the same without one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from places import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="no terminals to be had there")]

if os.name != "nt":
    import fcntl
    import pty
    import struct
    import termios

COLOUR = re.compile(r"\x1b\[(?:[0-9;]*;)?[349][0-7](?:;[0-9;]*)?m")
SEQUENCE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07)")
PLAIN = {name: value for name, value in os.environ.items() if name not in {"CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS"}}


def command(folder: Path) -> list[str]:
    """An archive of the made-up company: it asks for as many kinds of things as a run, and makes no notebook."""
    demo = str(ROOT / "params" / "demo.yaml")
    return [sys.executable, "-m", "auditlib", "archive", demo, "--to", str(folder / "archive")]


def on_terminal(folder: Path, columns: int = 80, **environ: str) -> str:
    """Return all that a command writes to a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(
        command(folder),
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder,
        env=PLAIN | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color"} | environ,
    ) as process:  # fmt: skip
        os.close(theirs)
        written = b"".join(pieces(ours))
    os.close(ours)
    assert process.returncode == 0, written
    return written.decode()


def pieces(descriptor: int) -> Iterator[bytes]:
    """Yield what comes until nobody holds the other end."""
    while True:
        try:
            piece = os.read(descriptor, 1 << 16)
        except OSError:  # how Linux says so of a terminal
            return
        if not piece:
            return
        yield piece


def drawn(written: str) -> list[str]:
    """Return the lines that were drawn, one behind the other."""
    return [SEQUENCE.sub("", line) for line in re.split(r"[\r\n]+", written)]


@pytest.fixture(scope="module")
def watched(tmp_path_factory) -> str:
    """What is written to a terminal of 80 columns."""
    return on_terminal(tmp_path_factory.mktemp("watched"))


def shares(lines: list[str]) -> list[int]:
    """Return the shares of the whole that a bar told."""
    return [int(found[1]) for line in lines if (found := re.search(r"(\d+) %", line))]


def test_one_bar_goes_from_its_beginning_to_its_end_and_never_back(watched):
    """In lines no longer than the terminal; it is gone at the end."""
    lines = drawn(watched)
    told = shares(lines)
    assert len(set(told)) > 3, lines
    assert told == sorted(told)
    assert max(len(line) for line in lines if "%" in line) <= 80
    assert watched.count("\x1b[?25l") == watched.count("\x1b[?25h") == 1, "the cursor comes back"


def test_results_on_a_terminal_hold_no_colour(watched):
    """They may be copied; the bar alone is coloured."""
    results = watched[watched.index("Archive ") :]
    assert not COLOUR.search(results)


@pytest.mark.parametrize(
    "environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"CI": "true"}], ids=lambda one: next(iter(one))
)
def test_who_wants_no_colour_gets_none(tmp_path, environ):
    """Nor a sequence at all, on a terminal that knows none and in a CI that plays one."""
    written = on_terminal(tmp_path, **environ)
    assert not COLOUR.search(written)
    if "NO_COLOR" not in environ:
        assert "\x1b" not in written
        assert "asking who we are" in written


def test_off_a_terminal_nothing_but_lines_is_written(tmp_path):
    """Whatever the environment would force; results on stdout, progress on stderr."""
    forced = {"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1", "CLICOLOR_FORCE": "1", "TTY_INTERACTIVE": "1"}
    done = subprocess.run(
        command(tmp_path),
        env=PLAIN | {"PYTHONPATH": str(ROOT)} | forced,
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert not set("\x1b\r\x07") & set(done.stdout + done.stderr)
    assert done.stdout.startswith("Archive ")
    assert done.stderr.startswith("asking who we are\n")
