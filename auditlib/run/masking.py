"""The second package of a run, without names: where it goes, and that it can go there, before anything is asked of Jira."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from auditlib.errors import AuditError
from auditlib.package.mask_key import key_beside, key_or_new, read_key
from auditlib.package.masked import make_masked, require_free
from auditlib.package.target import MASKED
from auditlib.run.order import Run
from auditlib.run.until import Until
from auditlib.run.vouching import vouch


def masked_target(package: Path) -> Path:
    """Return where the package without names goes: beside the full one, under its name and an ending."""
    return package.absolute().with_name(f"{package.absolute().name}{MASKED}")


def require_maskable(order: Run) -> None:
    """Refuse a run that could not make its second package in the end.

    Raises
    ------
    UsageError
        If something stands where it goes, or the key beside it is none.
    """
    if not order.params.mask or order.until is not Until.SEAL:
        return
    require_free(masked_target(order.out))
    if (key := key_beside(order.out)).exists():
        read_key(key)


def mask_sealed(order: Run) -> None:
    """Make the second package of a run that was just sealed, if it is to have one.

    Raises
    ------
    AuditError
        If it can't be made; the full package stands, and the message says how the other one is made.
    """
    if not order.params.mask:
        return
    try:
        make_masked(order.out, key_or_new(key_beside(order.out)), masked_target(order.out), partial(vouch, order))
    except AuditError as error:
        error.add_note(
            f"The package itself is sealed: {order.out}. auditlib mask {order.out} makes the one without names"
        )
        raise
