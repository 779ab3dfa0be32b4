"""The command that verifies a package offline."""

from __future__ import annotations

from pathlib import Path

from auditlib.cli import job_page
from auditlib.cli.options import PackageFolder
from auditlib.cli.part_verification import whole_package
from auditlib.cli.screen import out, say
from auditlib.errors import DifferenceError, UsageError
from auditlib.package.layout import DECLARATION, INFO, MANIFEST, TAG_MANIFEST


def verify(package: PackageFolder) -> None:
    """Verify a package offline: the bag, every digest, and every table and dossier computed again from the raw responses.

    Examples:

        auditlib verify evidence/soc2-type-ii-2026-20261002T080000Z

        auditlib verify /media/usb/soc2-2026

    A folder into which some parts of a packed package were unpacked is compared with the lists of these parts.
    """
    if (whole := whole_package(package)) is None:
        return
    package = whole
    require_package(package)
    from auditlib.evidence.differences import sentences
    from auditlib.package.verify import check_bag, renamed
    from auditlib.phrases import agreeing, counted

    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        say(out, line)

    differences = sentences(check_bag(package))
    tell(f"Bag and digests: {counted(len(differences), 'difference') if differences else 'intact'}")
    for line in sentences(renamed(package)):
        tell(line)
    from auditlib.package.recompute import recompute  # what computes tables is loaded when the bag has been judged

    found = sentences(recompute(package))
    differ = f"{len(found):,} {agreeing(len(found), 'differs', 'differ')}" if found else "equal"
    tell(f"Tables and dossiers computed again from raw/: {differ}")
    if differences or found:
        raise DifferenceError(_verdict(package), differences + found)
    tell(f"Verified: {package}")
    job_page.add("verified", job_page.as_shown(told))


def require_package(package: Path) -> None:
    """Refuse what can be no package, and say which folder is meant if one above it is one."""
    from auditlib.package.target import PARTIAL

    around = (*package.parents, *package.absolute().parents)
    above = [folder for folder in around if (folder / DECLARATION).is_file()]
    if above and not (package / DECLARATION).is_file():
        raise UsageError(f"{package} lies in a package; give its folder: auditlib verify {above[0]}")
    if not package.is_dir():
        packed = "; unpack it first" if package.suffix.lower() in {".zip", ".tar", ".gz", ".tgz", ".7z"} else ""
        raise UsageError(
            f"{package} is not a folder{packed}; give the folder of a package, the one with {DECLARATION} in it"
        )
    bag = any((package / name).exists() for name in (DECLARATION, INFO, MANIFEST, TAG_MANIFEST))
    if not bag and package.name.endswith(PARTIAL):
        done = package.with_name(package.name.removesuffix(PARTIAL))
        raise UsageError(f"{package} was never sealed: the run in it did not finish. Go on with --out {done} --resume")
    if not bag and not (package / "data").exists():
        raise UsageError(
            f"{package} is no package: neither {DECLARATION} nor data/ is in it; give the folder in which they stand"
        )


def _verdict(package: Path) -> str:
    """Say what is wrong with a package on the whole; of one without its last file, that it was not sealed or not copied whole."""
    if (package / TAG_MANIFEST).exists():
        return f"{package} is not what it says it is"
    return (
        f"{package} has no {TAG_MANIFEST}, which is written last: a run is under way in it or was interrupted, or the copy of "
        "it is not whole"
    )
