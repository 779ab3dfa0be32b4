"""The fuzz by hand: many seeds, or one once more.

With ``tests`` on the path::

    python -m fuzz --count 2000            as `make fuzz` does
    python -m fuzz --from 17 --count 1     what came of seed 17, with the traceback
    python -m fuzz --runs 60               whole runs as processes

Exit status 1 if anything fell; the seeds are printed.
"""

from __future__ import annotations

import argparse
import sys

from fuzz.runs import fuzz_runs
from fuzz.tables import fuzz_tables, work


def main() -> int:
    """Read the command line, and do it."""
    parser = argparse.ArgumentParser(prog="python -m fuzz")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, default=0, help="mutations at reader and tables")
    parser.add_argument("--runs", type=int, default=0, help="whole runs")
    parser.add_argument("--at-once", type=int, default=1, help="mutated answers of one seed")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(range(given.first, given.first + given.count), given.at_once)
        return 0
    fallen = fuzz_tables(given.first, given.count, given.at_once).report() if given.count else 0
    return max(fallen, fuzz_runs(given.first, given.runs).report() if given.runs else 0)


if __name__ == "__main__":
    sys.exit(main())
