"""Who stands for a package, and since when: asked for at the end of a run, and tried at its beginning.

The signature and the time stamp are over the tag manifest, which is written last. So neither can be told of inside of what is
sealed, and no table knows of them: those are a function of Jira's answers and the parameters alone. What was asked for, and with
which key, stands in ``run.json``, in the summary and on the cover; what came of it, beside the manifests. A key that can't sign
is refused before anything is asked of Jira; one that fails at the end, or an authority that does, costs the signature or the
time stamp, is told, and leaves a sealed package that can be signed later by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from auditlib.errors import AuditError
from auditlib.files import expanded
from auditlib.package.disk import flush_folder, write
from auditlib.package.layout import SIGNATURE, TAG_MANIFEST, TIME_STAMP
from auditlib.package.signature import ready_key, sign
from auditlib.params.model import Parameters
from auditlib.run.authority import ask_for_stamp
from auditlib.run.order import Run
from auditlib.times import format_utc

_PROBE: Final = b"could this authority stamp a package?\n"


def with_key(order: Run) -> Run:
    """Return an order with the key that it is to be sealed with, if it names one, after that was tried.

    Raises
    ------
    UsageError
        If the key can't sign.
    """
    if order.params.signing_key is None:
        return order
    return replace(order, key=ready_key(order.base / expanded(order.params.signing_key)))


def vouch(order: Run, folder: Path) -> None:
    """Sign and time-stamp a sealed folder, as far as the parameters ask for it; what fails is remarked, and leaves it whole."""
    content = (folder / TAG_MANIFEST).read_bytes()
    key, address = order.key, order.params.timestamp_url
    if key is not None:
        lost = _kept(lambda: sign(content, key.path), folder / SIGNATURE)
        if lost:
            by_hand = f"ssh-keygen -Y sign -n auditlib -f {key.path} {TAG_MANIFEST}"
            order.remark(f"the package is sealed and not signed: {lost}. In its folder, {by_hand} signs it")
    if address is not None:
        lost = _kept(lambda: ask_for_stamp(content, address)[0], folder / TIME_STAMP)
        if lost:
            order.remark(
                f"the package is sealed and not time-stamped: {lost}. docs/analysts.md says how to stamp it by hand, soon"
            )


def seal_lines(params: Parameters, base: Path) -> list[str]:
    """Say for the screen of ``check`` what a package would be signed and time-stamped with, after both were tried.

    Raises
    ------
    UsageError
        If the key can't sign, since a run would end with that.
    """
    lines = []
    if params.signing_key is not None:
        key = ready_key(base / expanded(params.signing_key))
        lines.append(f"Signing   with the {key.kind} key {key.fingerprint}")
    if params.timestamp_url is not None:
        lines.append(_stamping(params.timestamp_url))
    return lines


def _stamping(address: str) -> str:
    try:
        _, stamp = ask_for_stamp(_PROBE, address)
    except AuditError as error:
        return f"Missing   {error}\n          without it the package is sealed all the same, and has no time stamp"
    return f"Stamping  by {stamp.authority}, whose time is {format_utc(stamp.at)}"


def _kept(made: Callable[[], bytes], path: Path) -> str:
    """Write what is made beside the manifests; return why there is nothing, empty if there is."""
    try:
        write(path, made())
    except AuditError as error:
        return str(error)
    flush_folder(path.parent)
    return ""
