"""What is printed, and where: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TextIO

from rich.console import Console

from auditlib.errors import MachineError
from auditlib.text import visible_text

_WIDEST: Final = 100
"""Columns beyond which nobody likes to read a line."""

_USUAL: Final = 80
"""Columns of a screen of which nobody says how wide it is."""

READER_GONE: Final = 141
"""Exit status of a command whose output nobody reads any more: 128 and SIGPIPE, as of every program in a pipe."""


class _Plain(Console):
    """Writes sequences that a terminal obeys to a terminal alone, whatever the environment would force."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if self.width < 1:  # COLUMNS=0 in the environment: in no columns, nothing would be printed
            self.width = _USUAL

    @property
    def is_terminal(self) -> bool:
        """Whether the stream is a terminal; `FORCE_COLOR`, which a CI sets, makes none of a file."""
        try:
            return bool(self.file.isatty())
        except (AttributeError, ValueError):  # it was closed, or was never there
            return False


class _Results(_Plain):
    """Of stdout: with whoever reads the results, the command ends."""

    def on_broken_pipe(self) -> None:
        """End: at the head of a pipe that is the common way."""
        drop_output(sys.stdout)
        raise SystemExit(READER_GONE)

    def _check_buffer(self) -> None:
        try:
            super()._check_buffer()
        except OSError as error:
            drop_output(sys.stdout)  # else Python tries again as it ends
            raise MachineError(f"the results can't be printed: {error.strerror or error}") from error


class _Remarks(_Plain):
    """Of stderr: a run goes on without anybody who follows it."""

    def on_broken_pipe(self) -> None:
        """Say nothing more, and go on."""
        self.quiet = True
        drop_output(sys.stderr)

    def _check_buffer(self) -> None:
        try:
            super()._check_buffer()
        except OSError:  # a full disk behind ``2>``, a terminal that was closed: there is nobody to be told
            self.on_broken_pipe()


# Texts of a Jira pass through here: nothing in them is taken for markup, an emoji's name or a number to be coloured.
out: Console = _Results(soft_wrap=True, markup=False, emoji=False, highlight=False)
err: Console = _Remarks(soft_wrap=True, markup=False, emoji=False, highlight=False, stderr=True)


def drop_output(stream: TextIO | None) -> None:
    """Let what is still to be written to a stream go nowhere: its other end is gone."""
    if stream is None:  # it was closed from the start
        return
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def say(console: Console, text: str) -> None:
    """Print lines; what a terminal would obey, or no reader would see, is shown by its number."""
    console.print(visible_text(text, keep="\n"))


def say_remark(sentence: str) -> None:
    """Print what of a seal did not come about, where it does not end the command."""
    say(err, f"auditlib: {sentence}")


def say_sealed(package: Path) -> dict[str, Any]:
    """Print what a sealed package shows and where it is; the last line is its path alone. Return its summary."""
    from auditlib.package.target import MASKED, is_masked
    from auditlib.package.vouched import vouched_words
    from auditlib.run.closing import closing_lines

    summary: dict[str, Any] = json.loads((package / "data" / "summary.json").read_text(encoding="utf-8"))
    masked = package.with_name(f"{package.name}{MASKED}")
    if is_masked(masked):
        say(out, f"Without names: {masked}")
    address = (package.absolute() / "data" / "index.html").as_uri()
    size = {"width": min(out.width, _WIDEST), "height": out.height} if out.is_terminal else {}
    say(out, "\n".join(closing_lines(summary, str(package), address, vouched_words(package), **size)))
    return summary


def say_unsealed(folder: Path, target: Path, *, pages: bool) -> None:
    """Print how far a run came that was to end before the seal, and how it goes on; the last line is the folder alone."""
    say(out, f"Not sealed yet: {'pages are made' if pages else 'everything is pulled'}")
    if pages:
        say(out, f"Open {folder / 'data' / 'index.html'}")
    say(out, f"Go on with the same command, --out {target} and --resume")
    say(out, str(folder))
