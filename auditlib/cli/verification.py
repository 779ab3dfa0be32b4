"""The command that verifies a package offline."""

from __future__ import annotations

from pathlib import Path

from auditlib.cli import job_page
from auditlib.cli.options import PackageFolder
from auditlib.cli.screen import out, say
from auditlib.errors import DifferenceError, UsageError
from auditlib.package.layout import TAG_MANIFEST


def verify(package: PackageFolder) -> None:
    """Verify a package offline: the bag, every digest, and every table and dossier computed again from the raw responses.

    Example:

        auditlib verify evidence/soc2-type-ii-2026-20261002T080000Z
    """
    if not package.is_dir():
        raise UsageError(f"{package} is not a folder; give the folder of a package, the one with bagit.txt in it")
    if not any((package / name).exists() for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "data")):
        raise UsageError(f"{package} is no package: neither bagit.txt nor data/ is in it")

    from auditlib.evidence.differences import sentences
    from auditlib.package.verify import check_bag, renamed
    from auditlib.phrases import agreeing, counted

    differences = sentences(check_bag(package))
    say(out, f"Bag and digests: {counted(len(differences), 'difference') if differences else 'intact'}")
    for line in sentences(renamed(package)):
        say(out, line)
    from auditlib.package.recompute import recompute  # what computes tables is loaded when the bag has been judged

    found = sentences(recompute(package))
    differ = f"{len(found):,} {agreeing(len(found), 'differs', 'differ')}" if found else "equal"
    say(out, f"Tables and dossiers computed again from raw/: {differ}")
    if differences or found:
        raise DifferenceError(_verdict(package), differences + found)
    say(out, f"Verified: {package}")
    job_page.add("verified", job_page.as_shown([str(package)]))


def _verdict(package: Path) -> str:
    """Say what is wrong with a package on the whole; of one without its last file, that it was not sealed or not copied whole."""
    if (package / TAG_MANIFEST).exists():
        return f"{package} is not what it says it is"
    return (
        f"{package} has no {TAG_MANIFEST}, which is written last: a run is under way in it or was interrupted, or the copy of "
        "it is not whole"
    )
