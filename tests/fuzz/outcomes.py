"""What came of many mutations: counted by kind, and each that fell with the way to see it again."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

GOOD: Final = ("equal", "told", "other rows", "refused", "sealed")
"""``equal``: everything is as without the mutation. ``told``: an exception or a limit says something that was not said.
``other rows``: the numbers are the same, and cells show what the mutated answer says. ``refused``: one clear error.
``sealed``: of a whole run, a package that verifies."""

BAD: Final = (
    "unforeseen",
    "wrong status",
    "no sentence",
    "silent number",
    "silent rows",
    "leak",
    "hang",
    "slow",
    "not verified",
)


@dataclass
class Outcomes:
    """What came of many mutations, a line each; ``again`` is the command that tries a seed once more."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    again: str = ""

    @property
    def fallen(self) -> list[dict[str, Any]]:
        """Those that are not allowed."""
        return [one for one in self.lines if one["outcome"] in BAD]

    def told(self) -> str:
        """Say what came by kind, and how to see again what fell."""
        said = []
        for one in self.fallen:
            said += [f"seed {one['seed']}: {one['outcome']}: {one['mutation']}", one["why"]]
            said.append(f"  again: {self.again.format(seed=one['seed'])}")
        counts = Counter(one["outcome"] for one in self.lines)
        by_kind = ", ".join(f"{name} {counts[name]}" for name in (*GOOD, *BAD) if counts[name])
        seeds = f"seeds {self.lines[0]['seed']} to {self.lines[-1]['seed']}" if self.lines else "no seeds"
        return "\n".join([*said, f"{len(self.lines)} tried ({seeds}): {by_kind}"])

    def report(self) -> int:
        """Print it; return the exit status."""
        sys.stdout.write(f"{self.told()}\n")
        return 1 if self.fallen else 0
