"""What ``verify`` says of a package without names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from auditlib.errors import UsageError

if TYPE_CHECKING:
    from auditlib.package.checks import Check


def look_at_masked(full: Path | None, mask_key: Path | None) -> Check:
    """Return the check of a package without names, with what is at hand to check it by.

    Raises
    ------
    UsageError
        If there is a key without a full package, or it is none.
    """
    from auditlib.package.checks import Check, Outcome
    from auditlib.package.mask_key import read_key
    from auditlib.package.masked import check_masked

    if mask_key is not None and full is None:
        raise UsageError("--mask-key goes with --full: the package is made again of the full one and the key")
    key = None if mask_key is None else read_key(mask_key)
    good = "holds what such a package holds; its tables can't be computed again without the full package and the key"
    if full is not None:
        good = "made of this full package; its tables can't be computed again without the key"
    if key is not None:
        good = "made again of the full package and the key, equal to the byte"
    return Check(
        "masked",
        "Package without names",
        good,
        ("difference", "differences"),
        lambda package: Outcome(check_masked(package, full, key)),
    )
