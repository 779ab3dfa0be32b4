"""What a run is asked to do, and whether it may go on with what another one began."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from auditlib.digests import digest_file
from auditlib.errors import UsageError
from auditlib.evidence.dossier_package import DOSSIER_KEYS
from auditlib.evidence.opened import Evidence, open_evidence, open_records
from auditlib.jira.connection import Embedded, serve
from auditlib.package.layout import TAG_MANIFEST
from auditlib.package.target import PARTIAL, is_sealed
from auditlib.params.model import Parameters
from auditlib.params.reading import SCOPE_KEYS
from auditlib.params.types import DEMO
from auditlib.pull.session import MOST_QUESTIONS
from auditlib.run.notebooks import NOTEBOOKS

ORIGIN: Final = "from.json"
"""Which package a run started from; written before anything of it is taken."""


@dataclass(frozen=True)
class Run:
    """The options of a run: what it is asked to do.

    Attributes
    ----------
    params : Parameters
        What is asked for.
    out : Path
        Where the sealed package will stand.
    notebooks : tuple of str
        Notebooks to execute.
    jobs : int
        Kernels side by side.
    frozen : Path or None
        Package whose population is taken (``--from``).
    embedded : callable or None
        Makes the embedded Jira, for ``jira_url: demo``.
    base : Path
        Folder from which relative paths in the parameters count.
    resume : bool
        Go on with an interrupted run of the same ``out``.
    most_questions : int
        That may be spent on missing numbers.
    """

    params: Parameters
    out: Path
    notebooks: tuple[str, ...] = NOTEBOOKS
    jobs: int = 2
    frozen: Path | None = None
    embedded: Embedded | None = None
    base: Path = field(default_factory=Path.cwd)
    resume: bool = False
    most_questions: int = MOST_QUESTIONS


def require_same_parameters(order: Run, *, dossiers: bool = False) -> Parameters:
    """Return the parameters of an interrupted run, to resume it with them; the seed that it drew is among them.

    Parameters
    ----------
    order : Run
        What is asked for.
    dossiers : bool
        Whether it is the command of that name, and not a run.

    Raises
    ------
    UsageError
        If there is no interrupted run, or other parameters are given; naming the keys. If another command began it.
    """
    partial = order.out.with_name(order.out.name + PARTIAL)
    if not (partial / "data" / "params.yaml").is_file():
        raise UsageError(f"{partial} is no interrupted run, so there is nothing to resume")
    if (partial / "data" / DOSSIER_KEYS).is_file() is not dossiers:
        began = "run" if dossiers else "dossiers"
        raise UsageError(f"{partial} was begun by auditlib {began}; --resume goes on with the same command")
    begun = open_records(partial).params
    given = (
        order.params if order.params.sample_seed else order.params.model_copy(update={"sample_seed": begun.sample_seed})
    )
    different = [name for name in Parameters.model_fields if getattr(given, name) != getattr(begun, name)]
    if different:
        raise UsageError(
            f"{partial} was begun with another {', '.join(different)}; --resume goes on with the same parameters"
        )
    return begun


def origin_of(frozen: Evidence | None) -> dict[str, str] | None:
    """Return what a package keeps of the one that it starts from (``data/from.json``)."""
    if frozen is None:
        return None
    digest = digest_file(frozen.folder / TAG_MANIFEST)
    return {"package": frozen.folder.resolve().name, "tagmanifest_sha256": digest}


def require_same_origin(order: Run, frozen: Evidence | None) -> None:
    """Refuse to go on with a run that was begun from another package, or from none.

    Raises
    ------
    UsageError
        Naming the package with which it was begun.
    """
    partial = order.out.with_name(order.out.name + PARTIAL)
    try:
        begun = json.loads((partial / "data" / ORIGIN).read_text(encoding="utf-8"))
    except FileNotFoundError:
        begun = None
    except (OSError, ValueError):
        raise UsageError(f"{partial / 'data' / ORIGIN} can't be read; give another --out") from None
    if begun is None and not (partial / "data" / "raw").exists():  # it was ended before it took anything
        return
    if begun != origin_of(frozen):
        by = f"with --from {begun['package']}" if isinstance(begun, dict) and "package" in begun else "without --from"
        raise UsageError(f"{partial} was begun {by}; --resume goes on with the same")


def require_same_scope(params: Parameters, package: Path) -> Evidence:
    """Open a frozen package for ``--from``.

    Raises
    ------
    UsageError
        If it is not sealed, or its scope differs; naming the keys.
    """
    if not is_sealed(package):
        raise UsageError(f"{package} is not a sealed package, so its population is not frozen")
    evidence = open_evidence(package)
    different = [name for name in SCOPE_KEYS if getattr(params, name) != getattr(evidence.params, name)]
    if different:
        raise UsageError(
            f"{package} was pulled with another {', '.join(different)}; --from keeps the population, so the scope must be equal"
        )
    return evidence


def secrets_of(order: Run, environ: Mapping[str, str]) -> list[str]:
    """Return the secrets, texts that must not be in a package."""
    pairs = [(environ.get("JIRA_USER", ""), environ.get("JIRA_TOKEN", "")), ("", environ.get("JIRA_ORG_KEY", ""))]
    pairs.append((environ.get("JIRA_CLIENT_ID", ""), environ.get("JIRA_CLIENT_SECRET", "")))
    if order.params.jira_url == DEMO:
        jira = serve(order.params, order.embedded)
        pairs += [(jira.user, jira.token), ("", jira.org_key)]
    return [secret for user, token in pairs if token for secret in (token, f"{user}:{token}")]
