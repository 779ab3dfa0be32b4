"""The package of a notebook is opened: what each notebook begins with, in a run and by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from auditlib.errors import UsageError
from auditlib.evidence.opened import PULLED, Evidence, open_evidence
from auditlib.package.lock import is_held
from auditlib.package.target import EVIDENCE
from auditlib.params.reading import SCOPE_KEYS, load_parameters, parse_parameters
from auditlib.params.writing import parameter_values
from auditlib.run.find_package import evidence_folder, find_package
from auditlib.run.notebooks import demo_parameters
from auditlib.run.workpaper import Workpaper

HANDED: Final[ContextVar[Callable[[str], Workpaper] | None]] = ContextVar("handed", default=None)
"""Gives a notebook that is executed in this process the package that is open already; None elsewhere."""


def open_workpaper(notebook: str, package: str = "", *, audit: str = "", **given: Any) -> Workpaper:
    """Open the package of a notebook.

    Parameters
    ----------
    notebook : str
        Name of the notebook.
    package : str
        As in ``find_package``.
    audit : str
        Title of the audit.
    **given
        Parameters of the notebook; None means the value that the package was made with.

    Returns
    -------
    Workpaper
        With the given values in place of the package's where they differ.

    Raises
    ------
    UsageError
        If there is no package yet, its pull did not finish, or a value of the scope differs from the package's.
    ParameterError
        If a value is wrong.
    """
    if (handed := HANDED.get()) is not None:
        return handed(notebook)
    found = find_package(package, audit, Path.cwd())
    if found is None:
        raise UsageError(
            f"there is no package{f' of {audit!r}' if audit else ''} under {EVIDENCE}/ yet: run 01_scope first, or auditlib run"
        )
    return _opened(notebook, found, given)


def _opened(notebook: str, folder: Path, given: Mapping[str, Any]) -> Workpaper:
    evidence = open_evidence(folder)
    _require_pulled(folder)
    recorded = parameter_values(evidence.params)
    wanted = {name: value for name, value in given.items() if value is not None and value != ""}
    merged = parse_parameters(_yaml(recorded | wanted), f"parameters of {notebook}")
    normal = parameter_values(merged)
    different = {name: normal[name] for name in wanted if normal[name] != recorded.get(name)}
    foreign = [name for name in different if name in SCOPE_KEYS or name == "audit"]
    if foreign:
        raise UsageError(
            f"{folder} was pulled with another {', '.join(foreign)}; the scope is set where data is pulled and travels with it. "
            "Pull anew (auditlib run), or leave these parameters out"
        )
    if different:
        evidence = Evidence(folder, merged)
    return Workpaper(notebook, evidence, different)


def _require_pulled(folder: Path) -> None:
    """Refuse a folder whose pull is under way or was interrupted: what is counted there would be part of the population."""
    if (folder / "data" / PULLED).is_file():
        return
    if is_held(folder.resolve()):
        raise UsageError(f"{folder}: a run works there and its pull did not finish yet; open it again when it did")
    raise UsageError(f"{folder}: its pull did not finish; go on with the command that began it, with --resume")


def _yaml(values: Mapping[str, Any]) -> str:
    import yaml  # noqa: PLC0415 - only a notebook run by hand with its own values needs it

    return yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False)


def scope_workpaper(package: str, values: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Workpaper:
    """Open the package of ``01_scope``, or pull one if there is none of this audit yet.

    Parameters
    ----------
    package : str
        As in ``find_package``.
    values : mapping
        The scope: what the parameter file says. Values that are None, empty text or empty lists count as left out; if all
        are, it is that of the demo.
    environ : mapping, optional
        For the credentials; the process's own by default.

    Returns
    -------
    Workpaper
        On what was pulled.
    """
    if (handed := HANDED.get()) is not None:
        return handed("01_scope")
    chosen = {name: value for name, value in values.items() if value not in (None, "", [])}
    start = Path.cwd()
    found = find_package(package, str(chosen.get("audit", "")), start)
    if found is not None:
        return _opened("01_scope", found, chosen)
    params = parse_parameters(_yaml(chosen), "parameters of 01_scope") if chosen else load_parameters(demo_parameters())
    from auditlib.run.by_hand import pull_by_hand  # noqa: PLC0415 - a kernel of a run pulls nothing

    return Workpaper("01_scope", pull_by_hand(params, evidence_folder(start), start, environ), {})
