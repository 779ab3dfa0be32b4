"""The forms of answers that bring issues: searches, issues by key or id, one issue in full, counts. Pure.

Of an issue its id and key must be sound: by them it is accounted for. What its fields hold is read with care by whoever shows
it, since one odd field of one issue is no reason to refuse a page of a hundred.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from auditlib.responses.forms.form import Form
from auditlib.responses.forms.shapes import Count, Id, Key, Object, Scalar


class Issue(Struct, gc=False):
    """An issue of a page, as far as it must be sound; without a key where ids alone were asked for."""

    id: Id
    key: Key | None = None
    fields: Object | None = None


class KeyedIssue(Struct, gc=False):
    """An issue that has its key in any case."""

    id: Id
    key: Key
    fields: Object | None = None


class CloudSearch(Struct, gc=False):
    """A page of Cloud's search: no total, and a token for the next page, absent, null or empty on the last."""

    issues: list[Issue]
    nextPageToken: str | int | None = None  # noqa: N815 - Jira's own names, here and below
    isLast: Scalar = None  # noqa: N815


class CenterSearch(Struct, gc=False):
    """A page of Data Center's search; of a mere count, without issues."""

    startAt: Count  # noqa: N815
    total: Count
    issues: list[Issue] | None = None
    maxResults: Scalar = None  # noqa: N815


class Found(Struct, gc=False):
    """Issues asked for by key or id, many at once."""

    issues: list[KeyedIssue]


class Estimate(Struct, gc=False):
    """Cloud's count of a query."""

    count: Count


def _member(name: str) -> Callable[[Any], str]:
    """Return a rule: in the list of this name, one id has one key, and one key has one id."""

    def rule(answer: Any) -> str:
        return one_key_each(answer.get(name) or ())

    return rule


def one_key_each(issues: Any) -> str:
    """Say which issues of one answer contradict each other; an issue that comes twice alike does not."""
    keys: dict[str, str] = {}
    ids: dict[str, str] = {}
    for one in issues:
        issue, key = str(one["id"]), one.get("key")
        if key is None:
            continue
        if keys.setdefault(issue, key) != key:
            return f"issue {issue} has two keys, {keys[issue]} and {key}"
        if ids.setdefault(key, issue) != issue:
            return f"issue {key}: Jira answered with two ids, {ids[key]} and {issue}"
    return ""


_ONE_KEY: Final = (_member("issues"),)

FORMS: Final = (
    Form("POST", r"rest/api/3/search/jql", CloudSearch, _ONE_KEY),
    Form("POST", r"rest/api/3/search/approximate-count", Estimate),
    Form("POST", r"rest/api/3/issue/bulkfetch", Found, _ONE_KEY),
    Form("POST", r"rest/api/2/search", CenterSearch, _ONE_KEY),
    Form("GET", r"rest/api/[23]/issue/[^/]+", KeyedIssue),
)
