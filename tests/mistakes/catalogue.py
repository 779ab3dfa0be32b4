"""All mistakes, and the list of them in the documents.

With ``tests`` and ``tests/foreign`` on the path, ``python -m mistakes.catalogue`` makes each and writes ``docs/mistakes.md``.
"""

from __future__ import annotations

import html
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mistakes import account, address, packages, parameters
from mistakes.scene import SITE, Mistake, Said
from places import ROOT

from auditlib.demo.story.company import build_company
from auditlib.demo.world.records import World

DOCUMENT: Final = ROOT / "docs" / "mistakes.md"

GROUPS: Final[Mapping[str, tuple[Mistake, ...]]] = {
    "The address of Jira, and the way to it": address.MISTAKES,
    "The account and its token": account.MISTAKES,
    "The parameter file": parameters.MISTAKES,
    "Folders, packages, commands": packages.MISTAKES,
}

ALL: Final = tuple(mistake for group in GROUPS.values() for mistake in group)

_HEAD: Final = f"""# The likeliest mistakes

Written by `tests/mistakes/catalogue.py` (`make docs/mistakes.md`), which makes each of them: a Jira on loopback, the command, and
what it said. Do not edit. The Jira is called {SITE} here, the folder ~/audit.

Every mistake is answered in one to three lines: what is wrong, where, and what to do. The status is 2 for parameters and usage, 3
for Jira, 0 where the command goes on and only tells; `papermill` ends with 1 wherever a notebook stops.
"""


def made(folder: Path, world: World) -> dict[str, Said]:
    """Make all of them, each in a folder of its own; by name."""
    return {mistake.name: mistake.made(folder / mistake.name, world) for mistake in ALL}


def document(said: Mapping[str, Said]) -> str:
    """Return the text of ``mistakes.md``."""
    parts = [_HEAD]
    for title, group in GROUPS.items():
        rows = [f"## {title}\n", "| what happened | what it says | what to do |", "| --- | --- | --- |"]
        rows += [_row(mistake, said[mistake.name]) for mistake in group]
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def _row(mistake: Mistake, said: Said) -> str:
    words = "<br>".join(_cell(" ".join(line.split())) for line in mistake.answer(said))
    return f"| {mistake.title}: <br>`{mistake.command}` | {words} (status {said.status}) | {mistake.do} |"


def _cell(text: str) -> str:
    """Return a line that Markdown shows as it is, within a cell."""
    shown = html.escape(text, quote=False)
    for sign in "\\`*_[]|":
        shown = shown.replace(sign, f"\\{sign}")
    return shown.replace("://", ":&#8203;//")  # an example, and no link


def main() -> None:
    """Write the document."""
    with tempfile.TemporaryDirectory() as folder:
        said = made(Path(folder), build_company("small", scale=0.1).world)
    DOCUMENT.write_text(document(said), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
