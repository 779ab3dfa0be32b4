"""``make tamper``: thousands of changes of one sealed package, each noticed and named, or printed with its seed.

PYTHONPATH=tests python -m tamper --count 5000 [--from 0] [PACKAGE]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path

from tamper import forged, plain
from tampering import Tampered, changed, copy_of

from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story.company import build_company
from auditlib.package.verify import check_bag
from auditlib.params.reading import parse_parameters
from auditlib.run.order import Run
from auditlib.run.workbook import run

FORGED_OF = 5
"""One of so many changes is made with all digests written anew."""

PARAMETERS = """
audit: "Test audit"
jira_url: demo
projects: [PAY, PAYX, OPS]
period_start: "2026-04-01"
period_end: "2026-09-30"
timezone: America/New_York
sample_seed: a seed for tests
sample_size: 12
deployment: cloud
"""


def made(folder: Path) -> Path:
    """Make a package of the small company, as the tests have it."""
    world = build_company("small", scale=0.1).world
    order = Run(parse_parameters(PARAMETERS, "tamper"), folder, jobs=2, embedded=partial(EmbeddedJira, world))
    return run(order, {}, lambda *_: None)


def tried(package: Tampered, number: int) -> str:
    """Make the change of a number; say what is wrong with what is told of it, empty if nothing is."""
    with changed(package):
        if number % FORGED_OF:
            return plain.judged(package, plain.change_one(package, f"plain {number}"))
        change = forged.forge_one(package, f"forged {number}")
        whole = check_bag(package.folder)
        return f"{change}: the forger's bag is not whole: {whole[:2]}" if whole else forged.judged(package, change)


def main() -> int:
    """Try the changes, and print those of which something is wrong."""
    parser = argparse.ArgumentParser(prog="tamper", description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("package", type=Path, nargs="?")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tamper-") as folder:
        package = copy_of(given.package or made(Path(folder) / "made"), Path(folder) / "package")
        wrong = 0
        for number in range(given.first, given.first + given.count):
            if told := tried(package, number):
                wrong += 1
                print(f"{number}: {told}", flush=True)  # noqa: T201
    print(f"{given.count} changes, {wrong} not noticed or misnamed")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
