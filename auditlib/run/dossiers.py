"""A package of dossiers only: the full record of the issues that an auditor chose, without a population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from auditlib.errors import UsageError
from auditlib.evidence.dossier_package import DOSSIER_KEYS, Records
from auditlib.files import write_whole
from auditlib.jira.connection import connected
from auditlib.keys import is_key
from auditlib.package.lock import working_folder
from auditlib.package.working import clear_made, kept_if_pulled, require_own
from auditlib.pull.access import identify
from auditlib.pull.collect import begin, collect_dossiers
from auditlib.pull.session import Tell
from auditlib.run.masking import require_maskable
from auditlib.run.order import Run, require_same_parameters
from auditlib.run.provenance import origin_record
from auditlib.run.readables import finish
from auditlib.run.summary import summary_of_dossiers
from auditlib.run.vouching import with_key
from auditlib.run.written import write_readables


def collect_case_file(
    order: Run, given: Sequence[str], environ: Mapping[str, str], tell: Tell
) -> tuple[Path, list[str]]:
    """Make a sealed package of dossiers.

    Parameters
    ----------
    order : Run
        Of the parameters, the address, the zone, the attributes and whether files are downloaded count; no notebooks are
        executed, and nothing is taken from another package.
    given : sequence of str
        Keys as the auditor gave them.
    environ : mapping
        JIRA_USER and JIRA_TOKEN.
    tell : callable
        Progress.

    Returns
    -------
    package : Path
    absent : list of str
        Keys that did not answer; the others are in the package.

    Raises
    ------
    AuditError
        As its parts raise it. The partial folder is left as it is then, unless nothing was asked yet.
    """
    require_maskable(order)
    keys = require_keys(given)
    # What a draw or the explanations would take has no meaning here, so that files they name need not be there.
    params = order.params.model_copy(
        update={
            "sample_keys": None,
            "gap_explanations": None,
            "answers": None,
            "leavers": None,
            "review": None,
            "requests": None,
            "second_source": None,
            "sample_seed": "not drawn",
        }
    )
    order = with_key(replace(order, params=params))
    with working_folder(order.out, resume=order.resume) as partial:
        if order.resume:
            order = replace(order, params=require_same_parameters(order, dossiers=True))
        return order.out, _collected(partial, order, keys, environ, tell)


def _collected(partial: Path, order: Run, keys: list[str], environ: Mapping[str, str], tell: Tell) -> list[str]:
    """Collect and seal in a working folder, and give it its name; return the keys that did not answer."""
    listed, started = partial / "data" / DOSSIER_KEYS, datetime.now(UTC)
    if order.resume and _begun_with(listed) != keys:
        raise UsageError(f"{partial} was begun with other keys, or by another command; --resume goes on with the same")
    require_own(partial)
    clear_made(partial)
    with kept_if_pulled(partial, resume=order.resume):
        write_whole(
            listed, [f"{key}\n".encode() for key in keys]
        )  # first: by it the folder is known as one of dossiers
        records = Records(partial, begin(order.params, partial, order.base).params)
        with connected(order.params, records.store, environ, order.embedded) as (reader, _):
            identify(reader)
            collect_dossiers(reader, records, tell, order.base)
    tell("pages and tables", 0, None)
    written = write_readables(records)
    records.store.write_feeds(records.feeds())
    record = origin_record(records, started, environ) | {"keys": keys} | order.seal_record
    finish(order, records, record, summary_of_dossiers(records, record), environ, tell=tell, written=written)
    return [one.asked for one in records.collected.absent]


def _begun_with(listed: Path) -> list[str]:
    return listed.read_text(encoding="utf-8", errors="replace").split() if listed.is_file() else []


def require_keys(given: Sequence[str]) -> list[str]:
    """Check a list of issue keys, and return them as Jira writes them, each once, in the order given.

    Raises
    ------
    UsageError
        If there is none, or something is no issue key; naming all that are not.
    """
    keys = [key.strip().upper() for key in given if key.strip()]
    wrong = [key for key in keys if not is_key(key)]
    if wrong:
        raise UsageError(f"not an issue key, like PAY-17: {', '.join(wrong[:10])}")
    if not keys:
        raise UsageError("no key is given")
    return list(dict.fromkeys(keys))
