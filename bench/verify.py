"""What it costs to verify a package and to run it once more, beside making it: the demo, and real issues where there are some.

    make bench-verify
    python bench/verify.py --issues ../shared/data/tidev

Each command is a process of its own, one after the other in the same run, and the whole is measured: seconds on the clock, and
processor time with that of kernels. What is claimed are the ratios. The embedded Jira is part of making a package; without its
processes there would be no package, so the package is also made once more of its own answers (`rerun`), which asks nobody.

Ends with 1 if verifying takes longer than making.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]


def measured(*arguments: object) -> tuple[float, float]:
    """Run a command to its end; return seconds on the clock and seconds of processors."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "auditlib", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compared(name: str, given: list[str], repeats: int) -> float:
    """Print what each command took, the median of some runs; return how many times as long as making, verifying takes."""
    taken: dict[str, list[tuple[float, float]]] = {"demo": [], "verify": [], "rerun": []}
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            package = Path(folder) / "package"
            taken["demo"].append(measured("demo", "--out", package, *given))
            taken["verify"].append(measured("verify", package))
            taken["rerun"].append(measured("rerun", package))
    made = median(took for took, _ in taken["demo"])
    for command, runs in taken.items():
        seconds, processors = (median(one) for one in zip(*runs, strict=True))
        print(f"| {name} | {command} | {seconds:.1f} | {processors:.1f} | {seconds / made:.2f} |")
    return median(took for took, _ in taken["verify"]) / made


def main() -> None:
    """Measure the packages asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--issues", type=Path, action="append", default=[], help="a folder of Jira issue JSON")
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    print("| package | command | seconds | of processors | times making it |\n| --- | --- | ---: | ---: | ---: |")
    ratios = [compared("demo", [], chosen.repeats)]
    ratios += [compared(folder.name, ["--issues", str(folder)], chosen.repeats) for folder in chosen.issues]
    sys.exit(1 if max(ratios) >= 1 else 0)


if __name__ == "__main__":
    main()
