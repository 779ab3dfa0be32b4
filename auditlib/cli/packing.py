"""The command that packs a package for upload portals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from auditlib.cli.options import PackageFolder
from auditlib.cli.screen import err, out, say


def pack(
    package: PackageFolder,
    *,
    max_size: Annotated[
        str, typer.Option("--max-size", metavar="SIZE", help="Most that a part may have: 500MB, 1GB, 2GiB, or bytes.")
    ] = "1GB",
    folder: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where the parts go; must not exist or be empty. PACKAGE.parts if left out.",
            show_default=False,
        ),
    ] = None,
    no_records: Annotated[
        bool,
        typer.Option("--no-records", help="Do not set each sampled record as a PDF, in a folder for each control."),
    ] = False,
) -> None:
    """Pack a package for upload portals: zip archives of bounded size, an index, and the sampled records by control.

    The package is checked first. Each part can be checked alone, by sha256sum -c or auditlib verify, and all of them unpacked
    into one folder are the package again. The same package gives the same bytes on every machine.

    Examples:

        auditlib pack evidence/soc2-2026

        auditlib pack evidence/soc2-2026 --max-size 250MB --out upload

        auditlib pack evidence/soc2-2026 --no-records
    """
    from auditlib.cli.verification import require_package
    from auditlib.package.pack import BY_CONTROL, ENDING, SUMS
    from auditlib.package.pack import pack as packed_to
    from auditlib.package.parts import parse_size
    from auditlib.phrases import counted

    most = parse_size(max_size)
    require_package(package)
    target = folder or package.absolute().with_name(package.absolute().name + ENDING)
    packed = packed_to(package, target, most, by_control=not no_records, tell=lambda step: say(err, step))
    say(out, f"Packed {packed.name} in {counted(len(packed.parts), 'part')}")
    if packed.records:
        say(out, f"Records on paper, by control: {counted(packed.records, 'file')} in {BY_CONTROL}/")
    say(out, f"SHA-256 of every file: {SUMS}")
    say(out, str(target))
