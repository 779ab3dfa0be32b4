"""The people of the access review in the columns that tools for access reviews import. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from auditlib.audit.permissions.review import NOT_TOLD
from auditlib.tables import Column, Table

ACCESS_REVIEW_IMPORT: Final = Table(
    "access_review_import",
    "Each person who holds a permission in a listed project, in the columns that tools for access reviews import.",
    (
        Column("email", "text", "E-mail address; empty where Jira hides it."),
        Column("full_name", "text", "Name, as Jira shows it."),
        Column("role", "text", "The ways in which the person holds permissions, by project."),
        Column("job_title", "text", "Empty: Jira does not know it."),
        Column("is_admin", "flag", "Whether the person may administer a listed project."),
        Column("active", "flag", "Whether the account can log in; empty where Jira does not tell it."),
        Column("external_id", "text", "Account id; on Data Center the user's key."),
        Column("account_type", "text", "person, app or customer, where Jira tells it."),
    ),
    sort_keys=("full_name", "external_id"),
)


def import_sheet(review: pd.DataFrame) -> pd.DataFrame:
    """Return ``access_review_import.csv`` from ``access_review.csv``: a row for each account."""
    if not len(review):
        return ACCESS_REVIEW_IMPORT.make(())
    account, accounts = pd.factorize(review["account_id"])
    held, distinct = pd.factorize(review["permissions"])
    administers = np.array(["ADMINISTER_PROJECTS" in names.split() for names in distinct], dtype=bool)[held]
    once = review.drop_duplicates("account_id")
    rows = pd.DataFrame(
        {
            "email": once["email"].where(once["email"] != NOT_TOLD, None).to_numpy(dtype=object),
            "full_name": once["display_name"].to_numpy(dtype=object),
            "role": _ways_by_project(review, account),
            "job_title": None,
            "is_admin": np.bincount(account, weights=administers, minlength=len(accounts)) > 0,
            "active": once["active"].to_numpy(dtype=object),
            "external_id": accounts.to_numpy(dtype=object),
            "account_type": once["kind"].where(once["kind"] != NOT_TOLD, None).to_numpy(dtype=object),
        },
        dtype=object,
    )
    return ACCESS_REVIEW_IMPORT.sort(ACCESS_REVIEW_IMPORT.make(rows.itertuples(index=False)))


def _ways_by_project(review: pd.DataFrame, account: npt.NDArray[np.int64]) -> list[str]:
    """Return for each account the ways of each of its projects; most accounts have the same, so each text is made once."""
    project, projects = pd.factorize(review["project"])
    way, ways = pd.factorize(review["via"])
    order = np.lexsort((way, project, account))
    codes = (project * len(ways) + way)[order]
    ends = np.cumsum(np.bincount(account))
    known: dict[bytes, str] = {}
    found = []
    for begins, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        key = codes[begins:end].tobytes()
        if key not in known:
            pairs = sorted((projects[one // len(ways)], ways[one % len(ways)]) for one in codes[begins:end].tolist())
            known[key] = " | ".join(f"{name}: {held}" for name, held in pairs)
        found.append(known[key])
    return found
