"""What a row of a table is computed of where no response feeds it by itself: rows of other tables, files that were given. Pure.

The index of responses says which rows of which table each response feeds (`Content.feeds`). A table that is computed of others is
fed through them: a rate through the outcomes that it counts, a sampled issue through its row of the population.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Through:
    """Rows of another table.

    Attributes
    ----------
    table : str
    alike : tuple of str
        The columns in which they agree with the row; all rows of the table where there is none.
    """

    table: str
    alike: tuple[str, ...] = ()


@dataclass(frozen=True)
class Way:
    """What a row is computed of beside the responses that feed its table.

    Attributes
    ----------
    through : tuple of Through
    files : tuple of str
        Files below ``data/`` that the company or an auditor gave, or an archive kept; patterns, as `pathlib` reads them.
    """

    through: tuple[Through, ...] = ()
    files: tuple[str, ...] = ()


_BY_KEY: Final = ("key",)

WAYS: Final[Mapping[str, Way]] = MappingProxyType(
    {
        "excluded": Way((Through("reconciliation", ("project",)),)),
        "closing": Way((Through("population", _BY_KEY),)),
        "deletions": Way(files=("archive/census/*", "archive/log/*")),
        "sample": Way((Through("population", _BY_KEY),), ("sample_keys.txt",)),
        "attribute_rates": Way((Through("attributes", ("attribute",)), Through("population"))),
        "attribute_deviations": Way((Through("population", _BY_KEY),)),
        "control_rates": Way((Through("controls", ("control",)), Through("population"))),
        "control_sample": Way((Through("controls", ("control", "key")), Through("population", _BY_KEY))),
        "actors": Way((Through("population"),)),
        "second_source": Way((Through("population", _BY_KEY),), ("second_source.csv", "second_source.jsonl")),
        "gaps": Way(files=("gap_explanations.csv",)),
        "gap_explanations.template": Way((Through("gaps", ("project",)),)),
        "permission_changes": Way((Through("activity", ("id",)), Through("activity"))),
        "memberships": Way((Through("activity"), Through("permissions", ("project",)), Through("group_members"))),
        "access_review": Way((Through("permissions", ("project", "account_id")),), ("leavers.csv", "review.csv")),
        "access_review_import": Way((Through("access_review"),)),
        "answers": Way((Through("findings"),), ("answers.csv",)),
        "answers.template": Way((Through("findings"),)),
        "requests": Way(files=("requests.csv",)),
        "yearly": Way((Through("reconciliation"), Through("findings"))),
    }
)
"""By the name of the table; one that is not here is fed by responses alone."""
