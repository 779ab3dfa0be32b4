"""What the page of a notebook says beside the notebook itself, and what a notebook is handed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auditlib.evidence.opened import Evidence
from auditlib.evidence.origin import pulled_between
from auditlib.params.writing import parameter_values
from auditlib.phrases import days
from auditlib.report.navigation import PAPER, WORKBOOK
from auditlib.report.notebook_html import Place
from auditlib.report.sheets import package_id

_PACKAGE_FROM_NOTEBOOKS: Final = "../.."
"""The package, seen from its own ``data/notebooks``: an executed notebook finds its data wherever the package goes."""


@dataclass(frozen=True)
class Page:
    """What the page of a notebook says beside the notebook itself.

    Attributes
    ----------
    title : str
        Of the audit.
    info : mapping of str to str
        Facts on the package, in this order.
    place : Place
    """

    title: str
    info: Mapping[str, str]
    place: Place


def page_of(evidence: Evidence, names: Sequence[str]) -> Page:
    """Return what all pages of a package say alike; ``names`` are the notebooks that it has."""
    until = evidence.provenance.interim_until
    interim = "" if until is None else f"; interim run, asked {until}"
    info = {
        "Jira": evidence.site.base_url,
        "Period": f"{days(evidence.period)}{interim}",
        "Projects": ", ".join(evidence.projects),
    }
    identity = package_id(evidence.params.slug, pulled_between(evidence)["to"])
    # pages lead to each other, and to what a run writes beside them
    files = frozenset({*(f"notebooks/{name}.html" for name in names), WORKBOOK, PAPER})
    return Page(evidence.params.audit, info, Place(identity, files))


def values_of(evidence: Evidence) -> dict[str, Any]:
    """Return what notebooks are handed; each takes what it declares."""
    return {"package": _PACKAGE_FROM_NOTEBOOKS, **parameter_values(evidence.params)}
