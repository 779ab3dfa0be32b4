"""The blocks of code in the documents, and a machine laid out as they say, on which their commands run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from places import ROOT
from workflow_runs import stand_in

from auditlib.demo.server.site import EmbeddedJira

DOCUMENTS: Final = sorted(
    [*(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY")), *(ROOT / "docs").rglob("*.md")]
)
COMMANDS: Final = ("sh", "powershell")
"""Languages of the blocks that somebody types."""

_INTERRUPTIBLE = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execvp(sys.argv[1], sys.argv[1:])"
)
"""Runs a command as from a prompt: what a shell begins behind an ``&`` does not hear Ctrl-C, nor does what that begins."""


@dataclass(frozen=True)
class Block:
    """A block of commands.

    Attributes
    ----------
    page : str
        The document, as a path of the repository.
    language : str
        One of `COMMANDS`.
    code : str
        What is to be typed.
    shown : str, optional
        What the page says that it prints: the block ``text`` right behind it.
    """

    page: str
    language: str
    code: str
    shown: str | None = None

    @property
    def name(self) -> str:
        """For the name of a test."""
        return f"{self.page}: {self.code.splitlines()[0][:50]}"


def blocks_of(page: str) -> list[Block]:
    """Return the blocks of commands of a document, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.finditer(r"^```(\w+)\n(.*?)^```\n(?:```text\n(.*?)^```$)?", text, re.MULTILINE | re.DOTALL)
    return [Block(page, one[1], one[2], one[3]) for one in found if one[1] in COMMANDS]


def all_blocks() -> list[Block]:
    """Return the blocks of commands of all documents."""
    return [block for file in DOCUMENTS for block in blocks_of(file.relative_to(ROOT).as_posix())]


def shown_in(page: str, language: str, holding: str = "") -> str:
    """Return the one block of a page in a language, or that which holds a text."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (one,) = [block for block in found if holding in block]
    return one


def pattern(shown: str) -> str:
    """Return the regular expression of an output that a page shows; `…` stands for anything."""
    return "(?s:.*)".join(re.escape(part) for part in shown.split("…"))


@dataclass
class Machine:
    """A checkout on a machine with a Jira: commands run here as they stand, but for what each reader has otherwise.

    Attributes
    ----------
    folder : Path
        The checkout.
    replaced : dict
        What a reader puts in the place of what the documents show: the one table of placeholders.
    variables : dict
        What the blocks exported so far.
    typed : str
        What is typed when a command asks.
    quick : bool
        Whether a run executes one notebook alone: the README's page is read with all of them.
    """

    folder: Path
    replaced: dict[str, str]
    typed: str = ""
    quick: bool = False
    variables: dict[str, str] = field(default_factory=dict)

    def put(self, text: str) -> str:
        """Put what this reader has into a text of the documents."""
        for placeholder, value in self.replaced.items():
            text = text.replace(placeholder, value)
        return text

    def write(self, path: str, text: str) -> None:
        """Write a file that a page tells the reader to make."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(self.put(text), encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """What a command finds around it: the tools of the checkout first, and what was exported."""
        path = f"{self.folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        quick = {"ONLY": "--only 01_scope"} if self.quick else {}
        return {"PATH": path, "HOME": str(self.folder), "NO_PROXY": "127.0.0.1", **quick, **self.variables}

    def run(self, code: str) -> subprocess.CompletedProcess[str]:
        """Run a block in a shell; what it exports holds for the next."""
        kept = self.folder / ".exported"
        script = f"{self.put(code)}\nexport -p | sed -n 's/^declare -x \\(JIRA_[A-Z_]*=\\)/\\1/p' >{shlex.quote(str(kept))}\n"
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.folder,
            env=self.environment,
            input=self.typed,
            capture_output=True,
            text=True,
            check=False,
        )
        if kept.exists():
            lines = [shlex.split(line)[0] for line in kept.read_text(encoding="utf-8").splitlines()]
            self.variables = dict(line.split("=", 1) for line in lines)
            kept.unlink()
        return done

    def begin(self, command: str) -> subprocess.Popen[str]:
        """Begin a command and leave it running; Ctrl-C ends it, also where the tests were begun behind an ``&`` of a shell."""
        words = [sys.executable, "-c", _INTERRUPTIBLE, "bash", "-c", f"exec {self.put(command)}"]
        pipe = subprocess.PIPE
        return subprocess.Popen(words, cwd=self.folder, env=self.environment, stdout=pipe, stderr=pipe, text=True)


def machine_with(folder: Path, jira: EmbeddedJira, port: int) -> Machine:
    """Lay out a checkout: its tools, notebooks and parameter files; a Jira answers under its own address."""
    stand_in(folder / ".venv" / "bin")
    auditlib, papermill = (folder / ".venv" / "bin" / name for name in ("auditlib", "papermill"))
    script = auditlib.read_text(encoding="utf-8")
    papermill.write_text(script.replace(" -m auditlib", " -m papermill"), encoding="utf-8")
    papermill.chmod(0o755)
    first, rest = script.split("\n", 1)
    quick = '[ "$1" = run ] || ONLY=\n' + rest.replace('"$@"', '"$@" $ONLY')
    auditlib.write_text(f"{first}\n{quick}", encoding="utf-8")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copytree(ROOT / "params", folder / "params")
    replaced = {
        "https://your-site.atlassian.net": jira.url,
        "https://jira.example.com": jira.url,
        "you@example.com": jira.user,
        "/mnt/lasting": str(folder / "mnt" / "lasting"),
        "8765": str(port),
        "sample_size: 25": "sample_size: 3",  # in a copy of example.yaml, so that nobody waits
    }
    return Machine(folder, replaced, typed=f"{jira.token}\n")


Step = Callable[[Machine], None]
