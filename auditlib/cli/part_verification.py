"""What ``verify`` says of a folder into which only some parts of a packed package were unpacked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditlib.cli.screen import out, say
from auditlib.errors import DifferenceError

if TYPE_CHECKING:
    from auditlib.package.unpacked import Unpacked

_FEW: Final = 12
"""Numbers of parts that are named one by one."""


def whole_package(folder: Path, *, as_json: bool) -> Path | None:
    """Return the package to verify: the one that all parts unpacked into this folder make, or the folder itself.

    Of some parts only, the files are compared with the parts' lists and the manifest, what that shows is said, and there is
    nothing to return: the tables need all of the raw responses.

    Raises
    ------
    DifferenceError
        If a file of a part is not what its package lists.
    """
    from auditlib.package.unpacked import unpacked_in

    unpacked = unpacked_in(folder)
    if unpacked is None:
        return folder
    if not unpacked.lacking:
        return unpacked.package
    _verify_parts(unpacked, as_json=as_json)
    return None


def _verify_parts(unpacked: Unpacked, *, as_json: bool) -> None:
    from auditlib.evidence.differences import sentences
    from auditlib.package.checks import Check, Outcome, go_through, report
    from auditlib.package.unpacked import check_parts
    from auditlib.phrases import agreeing, listed

    look = Check(
        "parts",
        f"Files of {unpacked.words}",
        "as the package's manifest lists them",
        ("difference", "differences"),
        lambda _: Outcome(check_parts(unpacked)),
    )
    (result,) = go_through((look,), unpacked.folder)
    few = [str(number) for number in unpacked.lacking[:_FEW]]
    lacking = listed([*few, *([f"{len(unpacked.lacking) - _FEW:,} more"] if len(unpacked.lacking) > _FEW else [])])
    if as_json:
        told = {"verified": False, "parts": sorted(unpacked.lists), "of": unpacked.of, "lacking": unpacked.lacking}
        say(out, json.dumps(report(unpacked.folder, [result]) | told))
    else:
        say(out, result.heading())
        for line in result.remarks():
            say(out, line)
    if result.failed:
        raise DifferenceError(f"{unpacked.folder}: a part is not what it says it is", sentences(result.differences))
    if not as_json:
        say(
            out,
            f"This is not the whole package: {agreeing(len(unpacked.lacking), 'part', 'parts')} {lacking} "
            f"{agreeing(len(unpacked.lacking), 'is', 'are')} not here. Its tables are computed again once all are unpacked "
            "into one folder",
        )
