"""As whom Jira is asked, and what that account may see: before anything is pulled, every listed project can be browsed."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from auditlib.errors import AccountRefusedError, NotBrowsableError, RenamedError, SourceError
from auditlib.jira import cloud
from auditlib.jira.client import JiraReader
from auditlib.jira.reading import require_members
from auditlib.jira.refusal import refusal
from auditlib.jira.worklogs import changed_since
from auditlib.records.grants import POWERS, granted
from auditlib.responses import topics

_ASKED: Final = (*POWERS, "EDIT_ISSUES", "CREATE_ISSUES", "TRANSITION_ISSUES", "ADD_COMMENTS")
"""What Cloud is asked about, where each has to be named; Data Center tells all."""

_SIDE_BY_SIDE: Final = 8

_NOT_ANONYMOUS: Final = changed_since(cloud.NAME, "updated", 4_102_444_800_000)
"""What Cloud answers to nobody who is not logged in, whatever the scopes but ``read:jira-work``: the worklogs that were
changed since the year 2100 (Atlassian's description of the operation names no anonymous access)."""


def identify(reader: JiraReader, topic: str = topics.ACCOUNT.of(), logged_in: str = topics.LOGGED_IN.of()) -> None:
    """Ask as whom we are seen; from then on, every answer must be for that account.

    A token of Cloud that lacks the scope for that question is asked for what Jira answers to no stranger: so it is shown
    that it counts, and the account is known by the id that stands above the answer, if one does.

    Parameters
    ----------
    reader : JiraReader
    topic, logged_in : str
        Where the answers are kept; elsewhere than usual where the account of an earlier pull is kept too.

    Raises
    ------
    AccountRefusedError
        If Jira does not know the account, or takes it for nobody.
    """
    try:
        entry, answer = reader.answer(topic, reader.dialect.myself())
    except AccountRefusedError as error:
        if not error.lacks_scope or reader.dialect.NAME != cloud.NAME:
            raise
        _require_logged_in(reader, logged_in, error)
        return
    with reader.reading(entry):
        account = require_members(answer, f"the answer to {entry.request}")
        identity = account.get("accountId") or account.get("key") or account.get("name")
        if not identity:
            raise AccountRefusedError(f"{reader.base_url} answers as to nobody: the credentials were not used")
    reader.account_id = account.get("accountId")
    reader.knows_account = True


def _require_logged_in(reader: JiraReader, topic: str, refused: AccountRefusedError) -> None:
    """Require that a token which may not ask for its account counts all the same.

    Raises
    ------
    AccountRefusedError
        The one given, if it does not.
    """
    try:
        entry, _ = reader.answer(topic, _NOT_ANONYMOUS)
    except SourceError:
        raise refused from None
    reader.account_id = entry.account_id or None
    reader.asks_who = _NOT_ANONYMOUS
    reader.knows_account = True


def require_browsable(reader: JiraReader, projects: Sequence[str]) -> None:
    """Ask for each project and the account's powers in it, several projects at once.

    A project that answers while its permissions do not is gone on with; what the account may do there is then not known.

    Raises
    ------
    NotBrowsableError
        Naming every project that does not answer, or that the account can't browse.
    RenamedError
        If a project now has another key.
    """
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        found = zip(projects, pool.map(partial(_look_into, reader), projects), strict=True)
        hidden = {key: why for key, why in found if why is not None}
    if hidden:
        why = "; ".join(f"{key}: {words}" for key, words in hidden.items())
        message = (
            f"{reader.base_url}: {', '.join(hidden)} can't be seen by this account (Jira does not say whether a project "
            f"is missing or hidden). Check the key, or give the account the permission Browse Projects\n{why}"
        )
        raise NotBrowsableError(message, list(hidden))


def _look_into(reader: JiraReader, key: str) -> str | None:
    """Ask why a project can't be browsed, as ``why_hidden``; and for its security levels if it can."""
    why = why_hidden(reader, key)
    if why is None:
        reader.ask(topics.SECURITY.of(key), reader.dialect.security_levels(key), part=True)
    return why


def why_hidden(reader: JiraReader, key: str) -> str | None:
    """Ask for a project and the account's powers in it, and say why it can't be browsed; None if it can.

    Raises
    ------
    RenamedError
        If it now has another key.
    """
    entry, project = reader.answer(topics.PROJECT.of(key), reader.dialect.project(key), part=True)
    if entry.status != 200:
        return refusal(entry.status, entry.headers, reader.store.body(entry))
    with reader.reading(entry):
        require_members(project, f"the answer to {entry.request}", "key")
    if project["key"] != key:
        raise RenamedError(f"project {key} is now called {project['key']}: list the key of today in the parameter file")
    _, told = reader.answer(topics.POWERS.of(key), reader.dialect.powers(key, _ASKED), part=True)
    if granted(told).get("BROWSE_PROJECTS") is False:
        return "the account has not the permission Browse Projects"
    return None


def ask_filter(reader: JiraReader, filter_id: int) -> None:
    """Ask for the filter by which the population is narrowed; without it there is none.

    Raises
    ------
    SourceError
        If it can't be read.
    """
    entry, answer = reader.answer(topics.FILTER.of(), reader.dialect.shared_filter(filter_id), part=True)
    if entry.status != 200:
        why = refusal(entry.status, entry.headers, reader.store.body(entry))
        raise SourceError(
            f"the population can't be narrowed by filter {filter_id}: {why}. Is it shared with this account?"
        )
    with reader.reading(entry):
        require_members(answer, f"the answer to {entry.request}", "jql")
