"""The command that verifies a package offline."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from auditlib.cli import job_page
from auditlib.cli.options import AllowedSigners, FullPackage, MaskKey, PackageFolder, TsaCa
from auditlib.cli.part_verification import whole_package
from auditlib.cli.screen import out, say
from auditlib.errors import DifferenceError, UsageError
from auditlib.package.layout import DECLARATION, INFO, MANIFEST, TAG_MANIFEST

_AROUND: Final = ("signature", "time stamp")
"""Checks of what stands beside a package: they say nothing of its content."""

if TYPE_CHECKING:
    from auditlib.evidence.content import Content
    from auditlib.package.checks import Check, Outcome, Result
    from auditlib.package.recompute import Open
    from auditlib.package.vouched import Policy


def verify(
    package: PackageFolder,
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print every check and every difference for programs.")
    ] = False,
    row: Annotated[
        str | None,
        typer.Option(
            "--row",
            metavar="KEY",
            help="Instead of verifying, print which responses of Jira each row of this key came from: an issue, a missing "
            "number, a project, a finding, a control, an account.",
            show_default=False,
        ),
    ] = None,
    allowed_signers: AllowedSigners = None,
    tsa_ca: TsaCa = None,
    full: FullPackage = None,
    mask_key: MaskKey = None,
) -> None:
    """Verify a package offline: the bag, every digest, and every table and dossier computed again from the raw responses.

    Examples:

        auditlib verify evidence/soc2-type-ii-2026-20261002T080000Z

        auditlib verify /media/usb/soc2-2026

        auditlib verify /media/usb/soc2-2026 --json

        auditlib verify /media/usb/soc2-2026 --row PAY-17

        auditlib verify PACKAGE --allowed-signers signers.txt --tsa-ca authority.pem

        auditlib verify soc2-2026-masked --full soc2-2026 --mask-key mask.key

    A folder into which some parts of a packed package were unpacked is compared with the lists of these parts.
    """
    if (whole := whole_package(package, as_json=as_json)) is None:
        return
    package = whole
    require_package(package)
    if row is not None:
        _tell_ways(package, row, as_json=as_json)
        return
    from auditlib.package.checks import go_through, report
    from auditlib.package.vouched import read_policy

    policy = read_policy(allowed_signers, tsa_ca)
    told: list[str] = []
    results = []
    for result in go_through(_checks_of(package, policy, full, mask_key), package):
        results.append(result)
        told += [result.heading(), *result.remarks()]
        if not as_json:
            _say_all([result.heading(), *result.remarks()])
    if as_json:
        say(out, json.dumps(report(package, results)))
    if any(one.failed for one in results):
        raise DifferenceError(_verdict(package, results), _found(results))
    if not as_json:
        say(out, f"Verified: {package}")
    job_page.add("verified", job_page.as_shown([*told, f"Verified: {package}"]))


def _checks_of(package: Path, policy: Policy, full: Path | None, mask_key: Path | None) -> tuple[Check, ...]:
    """Return what is looked at in this package: one without names has another content."""
    from auditlib.package.target import is_masked

    if is_masked(package):
        from auditlib.cli.masked_verification import look_at_masked

        around = [one for one in checks(policy) if one.name in {"bag", *_AROUND}]
        return (*around, look_at_masked(full, mask_key))
    if full is not None or mask_key is not None:
        raise UsageError(f"--full and --mask-key are for a package without names, which {package} is not")
    return checks(policy)


def checks(policy: Policy | None = None) -> tuple[Check, ...]:
    """Return what is looked at, in order; what a check needs is loaded when those before it are done."""
    from auditlib.package.checks import Check
    from auditlib.package.vouched import Policy, look_at_signature, look_at_time_stamp

    believed = policy or Policy()
    opened = lru_cache(maxsize=1)(_opened)  # once, for all that compute something of it again
    difference, differing = ("difference", "differences"), ("differs", "differ")
    return (
        Check("bag", "Bag and digests", "intact", difference, _look_at_bag),
        Check("signature", "Signature", "none", difference, partial(look_at_signature, believed)),
        Check("time stamp", "Time stamp", "none", difference, partial(look_at_time_stamp, believed)),
        Check(
            "contents", "Files of a package", "complete, and no others", differing, partial(_look_at_contents, opened)
        ),
        Check("record", "Record of the run", "as the responses say", differing, partial(_look_at_record, opened)),
        Check("index", "Index of the responses", "consistent", difference, partial(_look_at_index, opened)),
        Check("previous", "Last year's package", "what is kept of it is intact", difference, _look_at_previous),
        Check(
            "tables",
            "Tables and dossiers computed again from raw/",
            "equal",
            differing,
            partial(_look_at_tables, opened),
        ),
        Check(
            "pages",
            "Pages, charts, workbooks and summary made again from raw/",
            "equal",
            differing,
            partial(_look_at_pages, opened),
        ),
    )


def _look_at_bag(package: Path) -> Outcome:
    from auditlib.package.checks import Outcome
    from auditlib.package.verify import check_bag, renamed

    return Outcome([*check_bag(package), *renamed(package)])


def _look_at_previous(package: Path) -> Outcome:
    from auditlib.package.checks import Outcome
    from auditlib.package.previous import check_previous, keeps_previous
    from auditlib.package.recompute import guarded

    return Outcome(
        guarded(package, lambda: check_previous(package)), good="" if keeps_previous(package) else "none is named"
    )


def _look_at_contents(opened: Open, package: Path) -> Outcome:
    from auditlib.package.checks import Outcome
    from auditlib.package.closed_list import check_contents
    from auditlib.package.recompute import guarded

    return Outcome(guarded(package, lambda: check_contents(opened(package))))


def _look_at_record(opened: Open, package: Path) -> Outcome:
    from auditlib.package.checks import Outcome
    from auditlib.package.recompute import guarded
    from auditlib.package.run_record import check_record

    return Outcome(guarded(package, lambda: check_record(opened(package))))


def _look_at_index(opened: Open, package: Path) -> Outcome:
    from auditlib.package.checks import Outcome
    from auditlib.package.index_check import check_index
    from auditlib.package.recompute import guarded

    return Outcome(guarded(package, lambda: check_index(opened(package))))


def _opened(package: Path) -> Content:
    from auditlib.evidence.opened import open_records

    return open_records(package)


def _look_at_tables(opened: Open, package: Path) -> Outcome:
    from auditlib.package.checks import Outcome
    from auditlib.package.recompute import recompute

    return Outcome(recompute(package, opened))


def _look_at_pages(opened: Open, package: Path) -> Outcome:
    from auditlib.evidence.differences import Kind
    from auditlib.package.checks import Outcome
    from auditlib.run.quick_import import quick_import

    differences = quick_import("auditlib.run.reperform").reperform(package, opened)
    figures_alone = any(one.kind is Kind.NOT_COMPARED for one in differences)
    return Outcome(differences, "figures equal, the rest not compared" if figures_alone else "")


def _tell_ways(package: Path, key: str, *, as_json: bool) -> None:
    """Print the way of each row of a key to the responses that it came from."""
    from auditlib.package.rows import Rows, ways_for_programs, ways_in_words

    rows = Rows(package)
    if as_json:
        say(out, json.dumps(ways_for_programs(rows, key)))
    else:
        _say_all(list(ways_in_words(rows, key)))


def _found(results: Sequence[Result]) -> list[str]:
    """Return every difference that was found as lines, in the order of the checks; what several found, once."""
    from auditlib.evidence.differences import sentences

    return list(dict.fromkeys(line for one in results for line in sentences(one.differences)))


def _say_all(lines: Sequence[str]) -> None:
    for line in lines:
        say(out, line)


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


def _verdict(package: Path, results: Sequence[Result]) -> str:
    """Say what is wrong with a package on the whole; of one without its last file, that it was not sealed or not copied whole."""
    if all(one.check.name in _AROUND for one in results if one.failed):
        return f"{package} is whole, but what was to stand for it is not accepted"
    if (package / TAG_MANIFEST).exists():
        return f"{package} is not what it says it is"
    return (
        f"{package} has no {TAG_MANIFEST}, which is written last: a run is under way in it or was interrupted, or the copy of "
        "it is not whole"
    )
