"""What a run is asked to do, and whether it may go on with what another one began."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from auditlib.errors import AnswerError, UsageError
from auditlib.evidence.dossier_package import DOSSIER_KEYS
from auditlib.evidence.opened import Evidence, open_evidence, open_records
from auditlib.jira.connection import Embedded, serve
from auditlib.jira.credentials import secrets_in
from auditlib.package.frozen import SealedFiles, open_sealed
from auditlib.package.signature import SigningKey, secret_of
from auditlib.package.target import PARTIAL, require_interrupted
from auditlib.params.model import Parameters
from auditlib.params.reading import SCOPE_KEYS
from auditlib.params.types import DEMO
from auditlib.pull.session import MOST_QUESTIONS
from auditlib.run.notebooks import NOTEBOOKS
from auditlib.run.until import Until

ORIGIN: Final = "from.json"
"""Says below ``data/`` from which package the population was taken; written before anything of it is."""

_PARAMS: Final = "data/params.yaml"
_RECORD: Final = "data/run.json"


def _unheard(_: str) -> None:
    """Hear a remark where nobody listens."""


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
    until : Until
        How far it goes.
    remark : callable
        Told, in a sentence, what of the seal did not come about: the package is whole without.
    key : SigningKey or None
        That signs the package; found able to when the run began.
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
    until: Until = Until.SEAL
    remark: Callable[[str], None] = _unheard
    key: SigningKey | None = None

    @property
    def seal_record(self) -> dict[str, Any]:
        """What ``run.json`` says of signature and time stamp: what was asked for; nothing where neither was."""
        asked: dict[str, Any] = {}
        if self.key is not None:
            asked["signing_key"] = {"kind": self.key.kind, "fingerprint": self.key.fingerprint}
        if self.params.timestamp_url is not None:
            asked["timestamp_url"] = self.params.timestamp_url
        return {"seal": asked} if asked else {}


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
    require_interrupted(partial, "data/params.yaml")
    if (partial / "data" / DOSSIER_KEYS).is_file() is not dossiers:
        began = "run" if dossiers else "dossiers"
        raise UsageError(f"{partial} was begun by auditlib {began}; --resume goes on with the same command")
    begun = open_records(partial).params
    different = other_keys(order.params, begun)
    if different:
        raise UsageError(
            f"{partial} was begun with another {', '.join(different)}; --resume goes on with the same parameters. Set them "
            "back, or leave --resume out and give another --out"
        )
    return begun


def other_keys(params: Parameters, begun: Parameters) -> list[str]:
    """Return the keys in which parameters differ from those of a run; a seed that it drew itself is no difference."""
    given = params if params.sample_seed else params.model_copy(update={"sample_seed": begun.sample_seed})
    return [name for name in Parameters.model_fields if getattr(given, name) != getattr(begun, name)]


@dataclass(frozen=True)
class Frozen:
    """A package whose population is taken: its files as they were sealed, and what they show."""

    files: SealedFiles
    evidence: Evidence


def require_same_scope(params: Parameters, package: Path) -> Frozen:
    """Check a frozen package for ``--from``, and open it.

    Raises
    ------
    UsageError
        If it is not sealed, or not what was sealed, naming the file; or if its scope differs, naming the keys.
    """
    files = open_sealed(package)
    try:
        evidence = open_evidence(package)
    except AnswerError as error:
        raise UsageError(f"{package}: {error}; nothing is taken from this package") from None
    files.read(_PARAMS)
    try:
        told = json.loads(files.read(_RECORD))
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise UsageError(f"{package}: {_RECORD} can't be read; nothing is taken from this package")
    different = [name for name in SCOPE_KEYS if getattr(params, name) != getattr(evidence.params, name)]
    if different:
        raise UsageError(
            f"{package} was pulled with another {', '.join(different)}; --from keeps the population, so the scope must be equal"
        )
    if params.answers is not None and not evidence.has_answers:
        raise UsageError(
            f"{package} was made before packages had answers.csv, so no answers can be added to it; pull anew, without --from"
        )
    return Frozen(files, evidence)


def require_same_origin(partial: Path, frozen: Frozen | None) -> None:
    """Refuse to go on with another frozen population than an interrupted run began with.

    Raises
    ------
    UsageError
        Naming the package that it began with.
    """
    try:
        begun = json.loads((partial / "data" / ORIGIN).read_text(encoding="utf-8"))
        name, digest = str(begun["package"]), begun["tagmanifest_sha256"]
    except FileNotFoundError:
        if frozen is not None and (partial / "data" / "raw").exists():
            raise UsageError(f"{partial} was begun without --from; --resume goes on without it") from None
        return
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        raise UsageError(f"{partial / 'data' / ORIGIN} can't be read, so there is nothing to resume") from None
    if frozen is None or frozen.files.digest != digest:
        raise UsageError(f"{partial} was begun with --from {name}; --resume goes on with that package as it was then")


def secrets_of(order: Run, environ: Mapping[str, str]) -> list[str]:
    """Return the secrets, texts that must not be in a package."""
    found = secrets_in(environ)
    if order.params.jira_url == DEMO:
        jira = serve(order.params, order.embedded)
        found += [jira.token, f"{jira.user}:{jira.token}", jira.org_key]
    if order.key is not None and (secret := secret_of(order.key.path)):
        found.append(secret)
    return found
