"""The forms in which a Jira may answer, as cases of tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from auditlib.demo.server.known_forms import FORMS
from auditlib.errors import SourceError

DIALECTS = ("cloud", "data-center")

BESIDE: Mapping[str, Mapping[str, str]] = {
    "refused-status": {"refused-part": "all"},
    "error-body": {"refused-part": "all"},
    "log-paging": {"log-page": "25"},
    "log-offset": {"log-page": "25"},
    "history-repeats": {"history-page": "7"},
    "is-last": {"search-page": "50"},
    "search-repeats": {"search-page": "50"},
}
"""What a form needs to show at all: more than one page, or a part that is refused."""

ELSEWHERE = frozenset({"retry-after", "rate-reset", "rate-answer", "wrong-credentials"})
"""Forms that a run within its limits and with the right credentials does not meet; they have tests of their own."""


@dataclass(frozen=True)
class Loss:
    """What a form takes away, and how that is told.

    ``columns`` by table ("*" for all) may be others; ``findings`` may come, go or say something else, and those of ``told``
    must be there; ``ends`` is how a run ends that can't go on.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    ends: type[Exception] | None = None


WHO = {
    "population": ("reporter", "assignee"),
    "sample": ("reporter", "assignee"),
    "gaps": ("actor",),
    "deletions": ("actor",),
    "sample_history": ("author", "author_id", "author_kind"),
    "sample_comments": ("author", "update_author", "author_kind", "update_author_kind"),
    "actors": ("*",),
    "activity": ("actor", "object", "changes", "actor_kind"),
    "permission_changes": ("actor", "what", "before", "after"),
    "memberships": ("display_name",),
}
WITHOUT_LOG = Loss(
    {
        "numbering": ("deleted", "existed", "unexplained"),
        "gaps": ("classification", "actor", "at", "evidence", "possible"),
        "runs": ("*",),
        "deletions": ("*",),
        "gap_explanations.template": ("*",),
        "activity": ("*",),
        "permission_changes": ("*",),
        "memberships": ("*",),
        "access_review": ("since", "added"),
        "workflows": ("changed_by", "log_id"),
    },
    ("numbering.*", "activity.*", "changes.*", "workflows.*", "actors.rules"),
    ("numbering.log", "activity.reach", "changes.log"),
)
OLDER_LOG = Loss(
    {
        "gaps": ("actor", "evidence"),
        "deletions": ("actor", "source"),
        "activity": ("*",),
        "permission_changes": ("id", "actor"),
        "workflows": ("log_id",),
    },
    ("changes.*", "activity.ids"),
)
"""A record has an id and the key of its author there, and no key of what was done."""
WITH_EVENTS = Loss({"activity": ("*",)}, ("activity.*",), ("activity.catalogue",))
WITHOUT_ACCOUNTS = Loss(
    {
        "gaps": ("actor",),
        "deletions": ("actor",),
        "sample_history": ("author_id", "author_kind"),
        "sample_comments": ("author_kind", "update_author_kind"),
        "actors": ("*",),
        "activity": ("actor", "object", "changes", "actor_kind"),
    },
    ("actors.*",),
    ("actors.others",),
)
"""Whom Jira does not tell apart, it does not tell the kind of either."""
OTHER_AUTHORS = Loss(
    {"sample_history": ("author_kind", "on_behalf_of"), "actors": ("*",), "activity": ("actor_kind",)},
    ("actors.*",),
    ("actors.others",),
)
OTHER_NUMBERS = Loss(
    {
        "gaps": ("evidence",),
        "deletions": ("source",),
        "activity": ("*",),
        "permission_changes": ("id",),
        "workflows": ("log_id",),
    },
    ("activity.ids",),
)
"""Of records without ids no id is missing."""
SHORT_RECORD = Loss({}, ("dossiers.*",), ("dossiers.incomplete",))
WITHOUT_COMMENTS = Loss({"sample_comments": ("*",)}, ("dossiers.*",), ("dossiers.incomplete",))
WITHOUT_LEVELS = Loss({}, ("scope.security*",), ("scope.security-untold",))
WITHOUT_CATEGORY = Loss(
    {
        "population": ("status_category",),
        "status": ("*",),
        "sample": ("status_category",),
        "closing": ("*",),
    },
    ("closing.*", "status.*"),
)
TOLD_FROM_ABSENT = Loss(
    {
        "numbering": ("existed", "unexplained"),
        "gaps": ("classification", "evidence", "possible"),
        "runs": ("*",),
        "gap_explanations.template": ("*",),
    },
    ("numbering.*",),
)
NEWEST_ALONE = Loss(
    {
        "population": ("status_at_period_end", "resolution_at_period_end", "history"),
        "sample": ("status_at_period_end", "resolution_at_period_end", "history"),
        "numbering": ("moved_in", "existed", "unexplained", "missing", "numbers", "last_number"),
        "gaps": ("*",),
        "runs": ("*",),
        "gap_explanations.template": ("*",),
        "status": ("*",),
        "closing": ("*",),
        "sample_history": ("*",),
        "excluded": ("now_key",),
        "actors": ("*",),
        "activity": ("actor_kind",),
    },
    ("numbering.*", "status.*", "closing.*", "dossiers.*", "population.*", "actors.*"),
    ("dossiers.incomplete",),
)
LOSSES: Mapping[tuple[str, str], Loss] = {
    ("log-in", "captcha"): Loss(ends=SourceError),
    ("log-in", "no-passwords"): Loss(ends=SourceError),
    ("refused-part", "log"): WITHOUT_LOG,
    **{("refused-part", part): SHORT_RECORD for part in ("watchers", "votes", "links", "worklogs", "files")},
    ("refused-part", "comments"): WITHOUT_COMMENTS,
    ("refused-part", "levels"): WITHOUT_LEVELS,
    ("field-ids", "system"): Loss({"sample_history": ("field_id",)}),
    ("field-ids", "absent"): Loss({"sample_history": ("field_id",)}),
    ("redaction", "texts"): Loss({"sample_history": ("from_text", "to_text")}, ("dossiers.*",)),
    ("authors", "some-absent"): Loss(
        {
            "gaps": ("actor",),
            "sample_history": ("author", "author_id", "author_kind"),
            "actors": ("*",),
            "activity": ("actor_kind",),
        },
        ("actors.*",),
        ("actors.others",),
    ),
    **{("authors", value): OTHER_AUTHORS for value in ("on-behalf", "service", "agent")},
    ("people", "text"): WITHOUT_ACCOUNTS,
    ("people", "without-ids"): WITHOUT_ACCOUNTS,
    ("people", "unnamed"): Loss(WHO, ("actors.*",)),
    ("people", "erased"): Loss(WHO, ("actors.*",)),
    ("status-category", "missing"): WITHOUT_CATEGORY,
    ("status-category", "undefined"): WITHOUT_CATEGORY,
    ("attachment-created", "absent"): Loss({}, ("dossiers.*",)),
    ("log-ids", "absent"): OTHER_NUMBERS,
    ("log-ids", "present"): OTHER_NUMBERS,
    ("log-total", "one-more"): Loss({}, ("numbering.log", "activity.*"), ("activity.total",)),
    ("log-resource", "older"): OLDER_LOG,
    ("workspace-events", "present"): WITH_EVENTS,
    ("workspace-events", "without-deletions"): WITH_EVENTS,
    ("workspace-events", "refused"): Loss({}, ("activity.catalogue",), ("activity.catalogue",)),
    **{("hidden-issue", value): TOLD_FROM_ABSENT for value in ("404", "403", "401", "403-translated")},
    ("history-expand", "newest-alone"): NEWEST_ALONE,
}
"""Of every form that is not here, the tables are equal to those of the default form."""


def values_of(dialect: str) -> list[tuple[str, str]]:
    """List each form and value that is not the default, of those that a run meets."""
    return [
        (form.name, value)
        for form in FORMS
        if dialect in form.dialects and form.name not in ELSEWHERE
        for value in form.choices[1:]
    ]


def with_beside(*chosen: tuple[str, str]) -> dict[str, str]:
    """Return the forms chosen, with what they need to show."""
    forms: dict[str, str] = {}
    for name, _ in chosen:
        forms |= BESIDE.get(name, {})
    return forms | dict(chosen)


def named(forms: object) -> str:
    """Name a case by its forms."""
    pairs = [forms] if isinstance(forms, tuple) and isinstance(forms[0], str) else forms
    return " ".join("=".join(pair) for pair in pairs)


ALONE = [
    pytest.param(dialect, form, id=f"{dialect} {named(form)}") for dialect in DIALECTS for form in values_of(dialect)
]
