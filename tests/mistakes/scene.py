"""Where a first user stands: a folder with a parameter file, a Jira on loopback, credentials in the environment."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from unittest import mock

from places import ROOT

from auditlib import cli
from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.world.records import World

SITE: Final = "https://jira.example.com"
"""How the Jira of a scene is called where its words are written down; its port is another one each time."""

PARAMETERS: Final = {
    "audit": '"SOC 2 Type II 2026"',
    "jira_url": "{url}",
    "projects": "[PAY, PAYX, OPS]",
    "period_start": '"2026-04-01"',
    "period_end": '"2026-09-30"',
    "timezone": "America/New_York",
    "sample_seed": '"chosen by the auditor"',
}


@dataclass
class Said:
    """What a command said, and how it ended."""

    status: int
    text: str

    @property
    def answer(self) -> list[str]:
        """The lines that answer the mistake: where a command failed, what follows its progress."""
        lines = self.text.splitlines()
        first = [place for place, line in enumerate(lines) if line.startswith(_BEGINS)]
        return lines[first[0] :] if first else lines

    def about(self, word: str) -> list[str]:
        """Return the lines of a screen that begin with a word: of one that goes on all the same, what it says of it."""
        return [line for line in self.text.splitlines() if line.startswith(word)]


@dataclass
class Scene:
    """One user's folder; what is entered in ``stack`` ends with it."""

    folder: Path
    world: World
    stack: ExitStack
    environ: dict[str, str] = field(default_factory=dict)
    url: str = ""
    hidden: dict[str, str] = field(default_factory=dict)

    def serve(self, dialect: str = "cloud", **how: object) -> EmbeddedJira:
        """Let a Jira run, and put its address and credentials where a user would."""
        jira = self.stack.enter_context(EmbeddedJira(self.world, dialect, **how))  # type: ignore[arg-type]
        self.environ |= {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token}
        self.asks(jira.url)
        return jira

    def asks(self, url: str, called: str = SITE) -> None:
        """Let the parameter file name this address; in what is written down it is called otherwise."""
        self.url = url
        self.hidden[url] = called
        self.hidden[url.partition("://")[2]] = called.partition("://")[2]
        self.parameters()

    def parameters(self, **changed: str | None) -> None:
        """Write ``params.yaml``; a value replaces, or follows, the usual ones, None leaves one out."""
        values = {name: value.format(url=self.url) for name, value in PARAMETERS.items()} | changed
        self.write("params.yaml", "".join(f"{name}: {value}\n" for name, value in values.items() if value is not None))

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, command: str) -> Said:
        """Type a command in the folder, and return all that it says, with the names that are the same each time."""
        words = shlex.split(command)
        if words[0] != "auditlib":
            return self._run_apart(words)
        spoken = io.StringIO()
        with (
            mock.patch.dict(os.environ, self.environ),
            mock.patch.object(sys, "argv", words),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(spoken),
            contextlib.redirect_stderr(spoken),
        ):
            for name in {"AUDITLIB_DEBUG", "CI", *_OF_THE_MACHINE} - self.environ.keys():
                os.environ.pop(name, None)
            try:
                cli.main()
            except SystemExit as ended:
                status = ended.code if isinstance(ended.code, int) else 0
        return self._said(status, spoken.getvalue())

    def _run_apart(self, words: list[str]) -> Said:
        """Type a command of another program, which is beside the Python that runs this."""
        kept = {name: value for name, value in os.environ.items() if name not in _OF_THE_MACHINE}
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.folder,
            env=kept | {"PYTHONPATH": str(ROOT)} | self.environ,
            capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        return self._said(done.returncode, done.stdout + done.stderr)

    def _said(self, status: int, text: str) -> Said:
        for seen, called in sorted(self.hidden.items(), key=lambda one: -len(one[0])):
            text = text.replace(seen, called)
        return Said(status, text.replace(str(self.folder), "~/audit").rstrip())


_BEGINS: Final = ("auditlib: ", "UsageError: ")
"""How the answer begins, on a terminal and in a notebook, behind what was told before."""

_OF_THE_MACHINE: Final = frozenset({
    *("JIRA_USER", "JIRA_TOKEN", "JIRA_CLIENT_ID", "JIRA_CLIENT_SECRET", "JIRA_ORG_KEY", "GITHUB_STEP_SUMMARY"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"),
})  # fmt: skip
"""Variables of whoever runs the tests, which are none of the user's."""


@contextmanager
def scene(folder: Path, world: World) -> Iterator[Scene]:
    """Yield a folder with all that a run needs, in which nothing is wrong yet."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        one = Scene(folder, world, stack)
        one.serve()
        yield one


@dataclass(frozen=True)
class Mistake:
    """One mistake.

    Attributes
    ----------
    title : str
        What was done, in the user's words.
    command : str
        As typed.
    make : callable
        Makes the mistake in a scene.
    status : int
        With which the command ends.
    says : tuple of str
        What must stand in its words: what is wrong, where, and what to do.
    do : str
        What to do, in a sentence, for the list in the documents.
    """

    title: str
    command: str
    make: Callable[[Scene], None]
    status: int
    says: tuple[str, ...]
    do: str

    @property
    def name(self) -> str:
        """The name of what makes it."""
        return self.make.__name__

    def made(self, folder: Path, world: World) -> Said:
        """Make it, and return what the command says."""
        with scene(folder, world) as one:
            self.make(one)
            return one.run(self.command)

    def answer(self, said: Said) -> list[str]:
        """Return the lines that answer it: of a command that goes on, those of its screen that tell of it."""
        return said.answer if said.status else said.about(self.says[0])
