"""The commands over the years: two packages compared, and the parameter file of the next one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from auditlib.cli.screen import err, out, say


def compare(
    first: Annotated[Path, typer.Argument(metavar="PACKAGE_A", help="A sealed package.", show_default=False)],
    second: Annotated[Path, typer.Argument(metavar="PACKAGE_B", help="Another of the same audit.", show_default=False)],
    *,
    every: Annotated[bool, typer.Option("--all", help="Show what is the same in both, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every row and finding for programs.")] = False,
) -> None:
    """Compare two sealed packages of one audit, year over year: what differs, and what an auditor would ask.

    Both are checked first; one that is not what was sealed ends the command with status 2. This year's is the one whose period
    begins later, whichever is named first; of equal periods the second. The rows are those that yearly.csv of a package has
    whose parameters name the other as previous. Of a Data Center and the first Cloud over the same period, they show whether
    the migration lost anything: issues by key, creation, histories; people by name alone, since their ids differ.

    Examples:

        auditlib compare evidence/soc2-2025 evidence/soc2-2026

        auditlib compare evidence/data-center-2026 evidence/cloud-2026 --all

        auditlib compare evidence/soc2-2025 evidence/soc2-2026 --json
    """
    from auditlib.run.two_packages import compare_packages, comparison_lines

    beside = compare_packages(first, second)
    if as_json:
        say(out, json.dumps(beside.record(), ensure_ascii=False))
        return
    width = min(out.width, 120) if out.is_terminal else 120
    say(out, "\n".join(comparison_lines(beside, width, every=every)))


def new(
    target: Annotated[
        Path, typer.Argument(metavar="NEW.yaml", help="The file to write; must not exist.", show_default=False)
    ],
    *,
    old: Annotated[
        Path, typer.Option("--from", metavar="OLD.yaml", help="Last year's parameter file.", show_default=False)
    ],
) -> None:
    """Write next year's parameter file: the period a year later, last year's package as previous, what was of one year left out.

    Comments and everything else stay as they were written, and OLD.yaml is not changed. The title's year is raised if it names
    one; previous is the newest sealed package of that audit and period under evidence/. The difference is shown.

    Examples:

        auditlib new params/2027.yaml --from params/2026.yaml

        auditlib new params/iso-2027.yaml --from params/iso-2026.yaml
    """
    from auditlib.start.next_year import write_next_year

    made = write_next_year(target, old, Path.cwd())
    say(out, made.difference)
    for line in made.told:
        say(err, line)
    say(out, str(target))
