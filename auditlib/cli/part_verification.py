"""What ``verify`` says of a folder into which only some parts of a packed package were unpacked."""

from __future__ import annotations

from pathlib import Path

from auditlib.cli.screen import out, say
from auditlib.errors import DifferenceError


def whole_package(folder: Path) -> Path | None:
    """Return the package to verify: the one that all parts unpacked into this folder make, or the folder itself.

    Of some parts only, the files are compared with the parts' lists and the manifest, what that shows is said, and there is
    nothing to return: the tables need all of the raw responses.

    Raises
    ------
    DifferenceError
        If a file of a part is not what its package lists.
    """
    from auditlib.evidence.differences import sentences
    from auditlib.package.unpacked import check_parts, unpacked_in
    from auditlib.phrases import agreeing, counted, listed

    unpacked = unpacked_in(folder)
    if unpacked is None:
        return folder
    differences = sentences(check_parts(unpacked))
    say(out, f"Unpacked here: {unpacked.words}")
    say(
        out,
        f"Files of {'this part' if len(unpacked.lists) == 1 else 'these parts'}: "
        + (counted(len(differences), "difference") if differences else "as the package's manifest lists them"),
    )
    if differences:
        raise DifferenceError(f"{folder}: a part is not what it says it is", differences)
    if not unpacked.lacking:
        return unpacked.package
    lacking = listed([str(number) for number in unpacked.lacking])
    say(
        out,
        f"The package is not whole without {agreeing(len(unpacked.lacking), 'part', 'parts')} {lacking}: "
        "its tables are computed again once all parts are unpacked into one folder",
    )
    return None
