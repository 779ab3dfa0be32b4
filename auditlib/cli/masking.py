"""The command that makes a package for parties who may not see names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from auditlib.cli.options import PackageFolder
from auditlib.cli.screen import out, say


def mask(
    package: PackageFolder,
    *,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="Key of the pseudonyms; mask.key beside the package if left out, made if it is not there.",
            show_default=False,
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where it goes; must not exist or be empty. PACKAGE-masked if left out.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Make a second package for parties who may not see names: pseudonyms for people, what people wrote left out.

    The package is checked first. The same package and key give the same bytes, and the same key the same pseudonyms year after
    year. Keep the key apart from both packages: who has it can tell which account a pseudonym is.

    Examples:

        auditlib mask evidence/soc2-2026

        auditlib mask evidence/soc2-2026 --key keys/mask.key --out for-customers
    """
    from auditlib.cli.verification import require_package
    from auditlib.package.mask_key import key_beside, key_or_new, read_key
    from auditlib.package.masked import make_masked
    from auditlib.run.masking import masked_target

    require_package(package)
    used = key_or_new(key_beside(package)) if key is None else read_key(key)
    made = make_masked(package, used, folder or masked_target(package))
    say(out, f"Key of the pseudonyms: {key or key_beside(package)}")
    say(out, str(made))
