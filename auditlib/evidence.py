"""A pulled folder, opened: what Jira answered, and every table computed from it.

Nothing here asks Jira. Everything is read from ``data/raw`` and ``data/params.yaml`` of one package, so that a notebook, a
reader of a sealed package and ``auditlib verify`` see the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd

from auditlib import findings, history, issues, numbering, population, selection, status, tables
from auditlib.errors import AnswerError, SampleError, SourceError, UsageError
from auditlib.given_out import present_numbers
from auditlib.jira.dialect import Dialect, dialect
from auditlib.params import Parameters, load_parameters
from auditlib.raw import Entry, RawStore
from auditlib.times import Period, format_instant, parse_instant

TABLES: Final = ("population", "excluded", "reconciliation", "numbering", "gaps", "status", "sample", "findings")
"""The tables of this version, in the order in which the notebooks make them."""


NOT_ACTED_ON: Final = (
    "closing_resolutions",
    "test_issue_jql",
    "attributes",
    "permissions",
    "attachments",
    "archive",
    "previous",
    "signing_key",
    "timestamp_url",
)
"""Parameters of the contract that this version checks and does nothing with; a run that sets one is told so."""


@dataclass(frozen=True)
class Site:
    """What a Jira says of itself and of the account that asks.

    Attributes
    ----------
    base_url : str
        The address under which people open issues.
    deployment : str
        ``cloud`` or ``data-center``.
    version, title : str
        As the server says.
    account_id, account_name, account_zone : str
        Account id (Data Center: user key), display name, and the time zone of the account's profile.
    """

    base_url: str
    deployment: str
    version: str
    title: str
    account_id: str
    account_name: str
    account_zone: str


def read_site(server: Mapping[str, Any], account: Mapping[str, Any], deployment: str) -> Site:
    """Make a ``Site`` of the answers to serverInfo and myself."""
    return Site(
        base_url=str(server.get("baseUrl", "")).rstrip("/"),
        deployment=deployment,
        version=str(server.get("version", "")),
        title=str(server.get("serverTitle", "")),
        account_id=str(account.get("accountId") or account.get("key") or account.get("name") or ""),
        account_name=str(account.get("displayName") or account.get("name") or ""),
        account_zone=str(account.get("timeZone") or ""),
    )


class Evidence:
    """The content of one package, computed when first looked at.

    Parameters
    ----------
    folder : Path
        The package, or the working folder of a run; holds ``data/``.
    params : Parameters
        What was asked for.
    """

    def __init__(self, folder: Path, params: Parameters) -> None:
        self.folder = folder
        self.params = params
        self.store = RawStore(folder / "data" / "raw")

    @property
    def period(self) -> Period:
        """The audit's period."""
        return self.params.period

    @property
    def projects(self) -> tuple[str, ...]:
        """The project keys, sorted."""
        return tuple(sorted(self.params.projects))

    # what Jira is, and as whom it was asked

    def _only(self, topic: str) -> Any:
        entries = self.store.entries(topic)
        if not entries:
            raise SourceError(f"{self.folder}: nothing was pulled for {topic}; the pull did not finish")
        return self.store.json(entries[0])

    @cached_property
    def site(self) -> Site:
        """The Jira and the account."""
        return read_site(self._only("server"), self._only("account"), self.deployment)

    @cached_property
    def deployment(self) -> str:
        """``cloud`` or ``data-center``: as the parameters say, else as the server says."""
        if self.params.deployment != "auto":
            return self.params.deployment
        return deployment_of(self._only("server"))

    @property
    def dialect(self) -> Dialect:
        """How to read the answers."""
        return dialect(self.deployment)

    @cached_property
    def powers(self) -> pd.DataFrame:
        """Permissions of the account: columns project, permission, have."""
        rows = []
        for project in self.projects:
            permissions = self._only(f"powers/{project}").get("permissions", {})
            rows += [(project, name, bool(grant.get("havePermission"))) for name, grant in sorted(permissions.items())]
        return pd.DataFrame(rows, columns=["project", "permission", "have"])

    @cached_property
    def security_levels(self) -> dict[str, int]:
        """Number of issue security levels by project, of the projects that have some."""
        counts = {}
        for project in self.projects:
            levels = self._only(f"security/{project}").get("levels", [])
            if levels:
                counts[project] = len(levels)
        return counts

    @cached_property
    def shared_filter(self) -> Mapping[str, Any] | None:
        """The filter of the parameters as Jira holds it, or None."""
        return self._only("filter") if self.params.filter_id is not None else None

    @cached_property
    def counts(self) -> dict[str, int]:
        """Jira's own count of the widened query, by project (Cloud: an estimate)."""
        return {project: self.dialect.read_count(self._only(f"count/{project}")) for project in self.projects}

    # the passes

    def _found(self, topic: str) -> Iterator[tuple[Entry, Mapping[str, Any]]]:
        for entry, answer in self.store.answers(topic):
            for issue in self.dialect.read_search(entry.request, answer).issues:
                yield entry, issue

    def _ids(self, topic: str) -> frozenset[int]:
        return frozenset(int(issue["id"]) for _, issue in self._found(topic))

    @cached_property
    def first_pass(self) -> dict[str, frozenset[int]]:
        """Issue ids of the pass with fields, by project."""
        return {project: self._ids(f"first_pass/{project}") for project in self.projects}

    @cached_property
    def second_pass(self) -> dict[str, frozenset[int]]:
        """Issue ids of the pass for ids only, by project."""
        return {project: self._ids(f"second_pass/{project}") for project in self.projects}

    @cached_property
    def issues(self) -> pd.DataFrame:
        """All issues of the pass with fields, two days wider than the period on both sides; one row an issue."""
        found = (issue for project in self.projects for _, issue in self._found(f"first_pass/{project}"))
        return issues.issues_frame(found, self.period.zone, self.site.base_url)

    @cached_property
    def in_filter(self) -> frozenset[int] | None:
        """Ids that pass the JQL or filter of the parameters, or None without one."""
        if not self.restrictions:
            return None
        return frozenset().union(*(self._ids(f"filter_pass/{project}") for project in self.projects))

    @property
    def restrictions(self) -> tuple[str, ...]:
        """The JQL by which the population is narrowed further."""
        jql = [self.params.population_jql] if self.params.population_jql else []
        if self.shared_filter is not None:
            jql.append(str(self.shared_filter["jql"]))
        return tuple(jql)

    # history

    @cached_property
    def histories(self) -> dict[int, list[Mapping[str, Any]]]:
        """History entries by issue id, for every issue whose history was asked for; oldest first or as received."""
        found: dict[int, list[Mapping[str, Any]]] = {}
        topics = ["history", "first_pass"] if self.dialect.HISTORY_WITH_SEARCH else ["history"]
        for topic in topics:
            for entry, answer in self.store.answers(topic):
                asked = (entry.request.body or {}).get("issueIdsOrKeys", ())
                for number in asked:
                    found.setdefault(int(number), [])
                for number, entries in self.dialect.read_histories(answer).by_issue.items():
                    known = {str(item["id"]) for item in found.get(number, [])}
                    found.setdefault(number, []).extend(item for item in entries if str(item["id"]) not in known)
        for number, issue in self._answered_elsewhere():
            log = issue.get("changelog", {}).get("histories")
            if log is not None and number not in found:
                found[number] = list(log)
        return found

    def _answered_elsewhere(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for entry, answer in self.store.answers("missing"):
            for issue in self.dialect.read_by_identifier(entry.status, answer):
                yield int(issue["id"]), issue

    @cached_property
    def moves(self) -> pd.DataFrame:
        """Every change of a key that the histories name."""
        return history.key_moves(self.histories.items())

    # numbering

    @cached_property
    def created(self) -> pd.Series:
        """Creation times (UTC) by issue id, as far as pulled."""
        known = dict(zip(self.issues["id"], self.issues["created_utc"], strict=True))
        topics = ["settle"] if "created" not in self.dialect.WALK_FIELDS else ["settle", "key_walk"]
        for topic in topics:
            for entry, answer in self.store.answers(topic):
                found = (
                    self.dialect.read_search(entry.request, answer).issues
                    if topic == "key_walk"
                    else self.dialect.read_by_identifier(entry.status, answer)
                )
                for issue in found:
                    if int(issue["id"]) not in known:
                        known[int(issue["id"])] = pd.Timestamp(created_of(issue))
        return pd.Series(known, dtype="datetime64[us, UTC]")

    def walk(self, project: str) -> pd.DataFrame:
        """Return all issues that a project holds today, in the order of creation: id, number, key."""
        prefix = f"{project}-"
        rows: dict[int, tuple[int, int, str]] = {}
        for entry, issue in self._found(f"key_walk/{project}"):
            key = str(issue["key"])
            if not key.startswith(prefix):
                message = (
                    f"the walk over {project} answered with {key} (raw/{entry.file}); list the project's key of today"
                )
                raise AnswerError(message, request=str(entry.request), expected=prefix, found=key)
            rows.setdefault(int(issue["id"]), (int(issue["id"]), int(key.removeprefix(prefix)), key))
        return pd.DataFrame(rows.values(), columns=["id", "number", "key"]).astype({"id": "int64", "number": "int64"})

    def present(self, project: str) -> pd.DataFrame:
        """Return what is known of each number that the project holds today, as ``given_out.present_numbers``."""
        asked = frozenset(self.histories)
        return present_numbers(self.walk(project), self.created, self.moves, self.period, asked)

    def named_highest(self, project: str) -> int | None:
        """Return the highest number of the project that any record pulled names, or None."""
        prefix = f"{project}-"
        keys = pd.concat([self.moves["from_key"], self.moves["to_key"]]).dropna()
        numbers = [
            int(key.removeprefix(prefix)) for key in keys if key.startswith(prefix) and key[len(prefix) :].isdigit()
        ]
        return max(numbers, default=None)

    def resolved(self, project: str) -> pd.DataFrame:
        """Return the missing numbers of a project that answer under another key: number, now_key, id, issue_type, created.

        Jira answers with the issue and does not repeat the key that was asked for; where more than one was asked for at
        once, the history's ``Key`` item says which it was.
        """
        prefix = f"{project}-"
        rows: dict[int, tuple[int, str, int, str, pd.Timestamp]] = {}
        for entry, answer in self.store.answers(f"missing/{project}"):
            asked = identifiers_of(entry)
            for issue in self.dialect.read_by_identifier(entry.status, answer):
                for key in old_keys(issue, asked, self.moves):
                    number = int(key.removeprefix(prefix))
                    kind = str((issue["fields"].get("issuetype") or {}).get("name", ""))
                    rows[number] = (number, str(issue["key"]), int(issue["id"]), kind, pd.Timestamp(created_of(issue)))
        frame = pd.DataFrame(rows.values(), columns=["number", "now_key", "id", "issue_type", "created"])
        frame = frame.astype({"number": "int64", "id": "int64", "created": "datetime64[us, UTC]"})
        return frame.sort_values("number", ignore_index=True)

    @cached_property
    def numberings(self) -> dict[str, numbering.Numbering]:
        """What is known of the numbers of each project."""
        return {
            project: numbering.audit_numbers(
                project,
                self.present(project),
                self.resolved(project),
                self.moves,
                self.period,
                self.site.base_url,
                self.named_highest(project),
                self.explanations,
            )
            for project in self.projects
        }

    @cached_property
    def explanations(self) -> pd.DataFrame | None:
        """The analyst's explanations of missing numbers, from the copy in the package."""
        path = self.folder / "data" / "gap_explanations.csv"
        if not path.exists():
            return None
        return numbering.parse_explanations(path.read_text(encoding="utf-8-sig"), str(path), self.projects)

    # the tables

    @cached_property
    def cut(self) -> population.Population:
        """The population, and what was left out of it."""
        narrowed = population.cut_population(
            self.issues, self.period, self.projects, self.params.issue_types, self.in_filter, self._moved_out()
        )
        in_scope = history.add_period_end(narrowed.population, self._states(narrowed.population))
        return replace(narrowed, population=in_scope.drop(columns=["status_id", "resolution_id"]))

    def _states(self, in_scope: pd.DataFrame) -> pd.DataFrame:
        return history.as_of(in_scope, self.histories, self.period.ends)

    @cached_property
    def not_closing(self) -> pd.DataFrame:
        """Issues of the population whose history does not lead back to the period's end: key, note."""
        in_scope = self.issues[self.issues["id"].isin(self.population["id"])]
        states = self._states(in_scope).set_index("id").reindex(self.population["id"])
        broken = ~states["closes"].to_numpy(dtype=bool)
        return pd.DataFrame({"key": self.population["key"][broken], "note": states["note"].to_numpy()[broken]})

    def _moved_out(self) -> pd.DataFrame:
        """Issues created in the period under a key of a listed project that now stand in a project that is not listed."""
        parts = []
        for project in self.projects:
            left = self.resolved(project)
            left = left[~left["now_key"].str.rpartition("-")[0].isin(self.projects)] if len(left) else left
            left = left[self.period.holds(left["created"])]
            parts.append(
                pd.DataFrame(
                    {
                        "key": [f"{project}-{number}" for number in left["number"]],
                        "project": project,
                        "number": left["number"].to_numpy(),
                        "issue_type": left["issue_type"].to_numpy(),
                        "created": left["created"].dt.tz_convert(self.period.zone).to_numpy(),
                        "now_key": left["now_key"].to_numpy(),
                    }
                )
            )
        return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)

    @property
    def population(self) -> pd.DataFrame:
        """``population.csv``."""
        return self.cut.population

    @property
    def excluded(self) -> pd.DataFrame:
        """``excluded.csv``."""
        return self.cut.excluded

    @cached_property
    def reconciliation(self) -> pd.DataFrame:
        """``reconciliation.csv``."""
        nothing: dict[str, frozenset[int]] = {project: frozenset() for project in self.projects}
        return population.reconcile(self.projects, self.first_pass, self.second_pass, self.counts, self.cut, nothing)

    @cached_property
    def numbering_and_gaps(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """``numbering.csv`` and ``gaps.csv``."""
        return numbering.join_numberings(self.numberings.values())

    @cached_property
    def status(self) -> pd.DataFrame:
        """``status.csv``."""
        return status.status_table(self.population, self.categories)

    @cached_property
    def drawn(self) -> selection.Drawn:
        """The sample and how it was drawn."""
        return selection.plan_and_draw(self.population, self.params, sample_key_text(self.folder, self.params))

    @property
    def sample(self) -> pd.DataFrame:
        """``sample.csv``."""
        return self.drawn.sample

    @cached_property
    def findings(self) -> pd.DataFrame:
        """``findings.csv``."""
        return findings.findings_table(
            [
                *findings.scope_findings(
                    interim_until=self.interim_until,
                    powers=self.powers,
                    security_levels=self.security_levels,
                    filter_record=self.shared_filter,
                    unused=self.unused_parameters,
                ),
                *findings.population_findings(self.reconciliation, self.excluded, estimate=self.deployment == "cloud"),
                *findings.numbering_findings(*self.numbering_and_gaps),
                *findings.status_findings(self.population, self.not_closing),
                *findings.sample_findings(self.drawn.reason, self.drawn.rejected, reduced=self.drawn.reduced),
            ]
        )

    @cached_property
    def interim_until(self) -> str | None:
        """When Jira was asked by its own clock, if the period was not over then; else None."""
        asked = self._only("server").get("serverTime")
        instant = parse_instant(asked) if asked else self.store.entries("server")[0].at
        return format_instant(instant, self.period.zone) if instant < self.period.ends else None

    @property
    def unused_parameters(self) -> tuple[str, ...]:
        """Parameters that are set and that this version does not act on."""
        return tuple(
            name for name in NOT_ACTED_ON if name in self.params.model_fields_set and getattr(self.params, name)
        )

    def conclusion(self, notebook: str) -> str:
        """Return the computed conclusion of a notebook."""
        drawn = self.drawn
        match notebook:
            case "01_scope":
                address, account = self.site.base_url, self.site.account_name
                return findings.conclude_scope(self.period, address, account, self.reconciliation)
            case "02_population":
                return findings.conclude_population(self.period, self.population, self.reconciliation)
            case "03_numbering":
                return findings.conclude_numbering(self.table("numbering"))
            case "04_status":
                return findings.conclude_status(self.population, self.categories)
            case "05_sample":
                total = len(self.population)
                return findings.conclude_sample(
                    drawn.sample, total, seed=drawn.seed, strata=drawn.strata, reason=drawn.reason
                )
            case "09_summary":
                return findings.conclude_summary(self.findings)
        raise UsageError(f"there is no notebook {notebook}")

    @property
    def categories(self) -> dict[str, str]:
        """Category key by status name, as the issues of the first pass show it."""
        known = self.issues.dropna(subset=["status", "status_category"])
        return dict(zip(known["status"], known["status_category"], strict=True))

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by its name in ``TABLES``."""
        if name in {"numbering", "gaps"}:
            return self.numbering_and_gaps[name == "gaps"]
        frame: pd.DataFrame = getattr(self, name)
        return frame

    def companion_files(self) -> dict[str, bytes]:
        """Return what stands beside the tables in ``tables/``: the keys, the script that redoes the draw, the template."""
        template = numbering.explanations_template(self.table("gaps"))
        files = {"gap_explanations.template.csv": tables.to_csv("gap_explanations", template)}
        return files | selection.redraw_files(self.population, self.drawn)

    def table_files(self) -> dict[str, bytes]:
        """Return the content of every file in ``tables/``, by file name; a function of the answers and parameters alone."""
        return {f"{name}.csv": tables.to_csv(name, self.table(name)) for name in TABLES} | self.companion_files()

    def feeds(self) -> dict[str, dict[str, list[str]]]:
        """Return which rows of which tables each response feeds, by its file below ``raw/``: ``{table: [row key, …]}``.

        Rows are named by issue key, missing key or project, as the table's first columns have them.
        """
        in_scope = dict(zip(self.population["id"], self.population["key"], strict=True))
        missing = set(self.table("gaps")["key"])
        feeds: dict[str, dict[str, list[str]]] = {}
        for entry in self.store.entries():
            kind, _, project = entry.topic.partition("/")
            rows: dict[str, list[str]] = {}
            if kind == "first_pass":
                found = self.dialect.read_search(entry.request, self.store.json(entry)).issues
                keys = [in_scope[int(issue["id"])] for issue in found if int(issue["id"]) in in_scope]
                rows = {"population": keys, "status": [project], "reconciliation": [project]}
            elif kind == "history":
                found_ids = self.dialect.read_histories(self.store.json(entry)).by_issue
                rows = {"population": [in_scope[number] for number in found_ids if number in in_scope]}
            elif kind == "missing":
                rows = {"gaps": [key for key in identifiers_of(entry) if key in missing], "numbering": [project]}
            elif kind in {"key_walk", "settle"}:
                rows = {"numbering": [project], "gaps": [project]}
            elif kind in {"second_pass", "count"}:
                rows = {"reconciliation": [project]}
            elif kind == "filter_pass":
                rows = {"excluded": [project], "reconciliation": [project]}
            elif kind in {"server", "account", "powers", "filter"}:
                rows = {"findings": ["scope"]}
            feeds[entry.file] = {table: keys for table, keys in rows.items() if keys}
        return feeds


def deployment_of(server: Mapping[str, Any]) -> str:
    """Return ``cloud`` or ``data-center``, as serverInfo says."""
    return "cloud" if str(server.get("deploymentType", "")).lower() == "cloud" else "data-center"


def created_of(issue: Mapping[str, Any]) -> Any:
    """Return the instant of creation of an issue as received.

    Raises
    ------
    AnswerError
        If the issue has none.
    """
    try:
        return parse_instant(issue["fields"]["created"])
    except (KeyError, TypeError, ValueError):
        raise AnswerError(f"{issue.get('key')} has no readable creation time", expected="fields.created") from None


def identifiers_of(entry: Entry) -> tuple[str, ...]:
    """Return the keys that a request for issues asked for."""
    if entry.request.body is not None:
        return tuple(entry.request.body["issueIdsOrKeys"])
    return (entry.request.path.rpartition("/")[2],)


def old_keys(issue: Mapping[str, Any], asked: Sequence[str], moves: pd.DataFrame) -> list[str]:
    """Return which of the keys asked for this issue answers to; empty when nothing tells.

    A single key asked for is answered for itself; of several, the history of the issue names its former keys.
    """
    if issue["key"] in asked:
        return []
    if len(asked) == 1:
        return list(asked)
    former = moves.loc[moves["issue_id"] == int(issue["id"]), "from_key"]
    return [key for key in asked if key in set(former)]


def sample_key_text(folder: Path, params: Parameters) -> str | None:
    """Return the auditor's own list of keys as it was put into the package, or None."""
    if params.sample_keys is None or not isinstance(params.sample_keys, str):
        return None
    path = folder / "data" / "sample_keys.txt"
    if not path.exists():
        raise SampleError(f"{path} is missing: the auditor's list was not copied into the package")
    return path.read_text(encoding="utf-8-sig")


def open_evidence(package: Path) -> Evidence:
    """Open a package or a pulled folder.

    Raises
    ------
    UsageError
        If there is no evidence in this folder.
    """
    path = package / "data" / "params.yaml"
    if not path.is_file():
        raise UsageError(f"{package} holds no evidence: {path} is missing")
    return Evidence(package, load_parameters(path))
