"""What pages tell that neither the answers nor the parameters decide: under which name, and where, a package was made.

All of it stands in ``run.json``, under ``circumstances``. Whoever makes the pages again takes it from there, so that nothing on
a page has to be passed over when it is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from auditlib.package.target import PARTIAL
from auditlib.run.redraw import can_redraw
from auditlib.run.self_test import suite_result, suite_sentence

CHECKOUT = Path(__file__).parents[2]
"""Where this code was checked out, if it was."""


@dataclass(frozen=True)
class Circumstances:
    """Where a package was made.

    Attributes
    ----------
    folder : str
        The name of its folder then.
    tests : str
        Whether the code that made it had passed its own tests, in a sentence.
    shell : bool
        Whether the machine had what redraws a sample in a shell.
    """

    folder: str
    tests: str
    shell: bool

    def record(self) -> dict[str, Any]:
        """Return them as they stand in ``run.json``."""
        return asdict(self)


def around(folder: Path) -> Circumstances:
    """Return the circumstances here and now, of a package or of the working folder of one."""
    name = folder.resolve().name.removesuffix(PARTIAL)
    return Circumstances(name, suite_sentence(CHECKOUT, suite_result(CHECKOUT)), can_redraw())


def recorded(record: Mapping[str, Any]) -> Circumstances | None:
    """Return those that ``run.json`` tells; None if it tells none."""
    said = record.get("circumstances")
    match said:
        case {"folder": str(folder), "tests": str(tests), "shell": bool(shell)}:
            return Circumstances(folder, tests, shell)
    return None
