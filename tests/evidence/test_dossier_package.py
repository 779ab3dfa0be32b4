"""What the records of a Jira prove of each missing number: the log, links, parents, histories, censuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from plain_ways import mentions, side_of
from table_reading import from_csv

from auditlib.audit.numbering.causes import (
    DELETIONS,
    Sight,
    contradicted,
    deletions_table,
    other_records,
    possibilities,
)
from auditlib.audit.numbering.gaps import GAPS, audit_numbers, join_numberings
from auditlib.demo.server.site import Answer, Asked, EmbeddedJira, Tamper
from auditlib.demo.story.company import LOG_BEGIN, PROJECTS, Company, build_company
from auditlib.demo.story.scenery import PROCESS
from auditlib.demo.world.truth import DELETED, HIDDEN, MOVED, NEVER
from auditlib.errors import AnswerError, ForbiddenRequestError
from auditlib.jira import cloud, data_center, jql
from auditlib.jira.client import JiraReader
from auditlib.jira.credentials import Credentials
from auditlib.jira.log_pages import follow_log
from auditlib.jira.protocol import LINK_FIELDS, POPULATION_FIELDS, dialect
from auditlib.jira.read_only import require_allowed
from auditlib.jira.refusal import log_refusal
from auditlib.jira.retries import RetryBudget
from auditlib.keys import former_keys, listed_number, renames, reused, today_keys
from auditlib.pull.access import identify
from auditlib.records.audit_log import DELETION_FORMS, LOG_COLUMNS, log_frame, names_by_account
from auditlib.records.census import Census, census_instant, census_mentions, read_census, vanished
from auditlib.records.deletions import issue_deletions, log_mentions
from auditlib.records.log_reach import LogReach, describe_log, log_reach
from auditlib.records.mentions import KINDS, MENTION_COLUMNS, named_highest
from auditlib.responses.request import Request
from auditlib.responses.store import RawStore
from auditlib.tables import to_csv
from auditlib.times import Period, format_instant, format_utc, parse_instant

PERIOD = Period(date(2026, 4, 1), date(2026, 9, 30), ZoneInfo("America/New_York"))
FORMER: Mapping[str, tuple[str, ...]] = {"PAY": (), "PAYX": (), "OPS": ("INFRA",)}
BOTH = ("cloud", "data-center")


# What the made-up company's records prove


@dataclass(frozen=True)
class Pulled:
    """Everything that the account can read of the made-up company, as received."""

    company: Company
    speaks: str
    issues: tuple[Mapping[str, Any], ...]
    histories: Mapping[int, Sequence[Mapping[str, Any]]]
    records: tuple[Mapping[str, Any], ...]
    former: Mapping[str, tuple[str, ...]]

    @property
    def keys(self) -> dict[int, str]:
        """Today's key by issue id."""
        return {int(one["id"]): one["key"] for one in self.issues}

    @property
    def ids(self) -> frozenset[int]:
        """The issues read."""
        return frozenset(self.keys)

    def log(self) -> pd.DataFrame:
        """The log, with people's names."""
        entries = (entry for entries in self.histories.values() for entry in entries)
        people = [entry.get("author") for entry in entries]
        people += [one["fields"].get(name) for one in self.issues for name in ("reporter", "assignee")]
        return log_frame(self.records, self.speaks, names_by_account(people))

    def mentions(self) -> pd.DataFrame:
        """What the issues read name."""
        return mentions(self.issues, self.histories.items(), self.keys, self.former)

    def deletions(self) -> pd.DataFrame:
        """What the log says is deleted."""
        return issue_deletions(self.log(), self.former)


@contextmanager
def reading(company: Company, folder: Path, speaks: str, **server: Any) -> Iterator[JiraReader]:
    with EmbeddedJira(company.world, speaks, **server) as jira:
        who = Credentials(jira.token, jira.user)
        store = RawStore(folder / "raw")
        with JiraReader(
            jira.url, dialect(speaks), who, store, budget=RetryBudget(5), first_wait_seconds=0.01, timeout_seconds=20
        ) as reader:
            yield reader


def asking(reader: JiraReader, topic: str = "log") -> Callable[[Request], Any]:
    return lambda request: reader.store.json(reader.ask(topic, request))


def pull(company: Company, folder: Path, speaks: str, *, page_size: int | None = None) -> Pulled:
    with reading(company, folder, speaks, page_size=page_size) as reader:
        says = reader.dialect
        former = former_keys(reader.store.json(reader.ask(f"project/{key}", says.project(key))) for key in PROJECTS)
        issues = [
            one
            for project in (*PROJECTS, "LAB", PROCESS)
            for _, page in reader.search(
                f"pass/{project}", f"project = {project} ORDER BY created ASC, key ASC", POPULATION_FIELDS
            )
            for one in page
        ]
        ids = sorted(int(one["id"]) for one in issues)
        histories: dict[int, list[Mapping[str, Any]]] = {}
        reader.histories("history", ids, says.HISTORIES_PER_REQUEST, lambda _: None)
        for answer in map(reader.store.json, reader.store.entries("history")):
            for issue_id, entries in says.read_histories(answer).by_issue.items():
                histories.setdefault(issue_id, []).extend(entries)
        records = [record for _, page in follow_log(says, asking(reader), None, None) for record in page.records]
    return Pulled(company, speaks, tuple(issues), histories, tuple(records), former)


@pytest.fixture(scope="module", params=[(speaks, seed) for speaks in BOTH for seed in ("one", "two", "three")], ids=str)
def pulled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pulled:
    speaks, seed = request.param
    return pull(build_company(seed, scale=0.15), tmp_path_factory.mktemp("pulled"), speaks)


def proved(data: Pulled) -> dict[str, tuple[str, Any]]:
    """Say of each missing number of the company, by its key, what the records of `data` prove, with the row."""
    found: dict[str, tuple[str, Any]] = {}
    seen = pd.concat([data.mentions(), log_mentions(data.log(), data.former)], ignore_index=True)
    for project in PROJECTS:
        missing = data.company.truth.missing(project, 1, data.company.truth.counters[project])
        other = other_records(project, missing, data.deletions(), seen)
        rows = {int(row.number): (row.classification, row) for row in other.itertuples()}
        for number, fate in missing.items():
            found[fate.key] = (fate.classification, None)
            if fate.classification == "unexplained":
                found[fate.key] = rows.get(number, ("unexplained", None))
    return found


def test_every_missing_number_is_classified_as_the_truth_allows(pulled):
    """Moved if it answers, else deleted if the log says so, else existed if an issue names it, else unexplained."""
    truth = pulled.company.truth
    wanted = {key: truth.fate(key).proof_from(pulled.ids) for key in proved(pulled)}
    assert {key: classification for key, (classification, _) in proved(pulled).items()} == wanted
    assert set(wanted.values()) == {"moved", "deleted", "existed", "unexplained"}


@pytest.mark.parametrize("seed", [f"seed {number}" for number in range(12)])
def test_the_truth_allows_it_whatever_the_seed(seed, tmp_path):
    """The same, for many companies, in the dialect that the seed picks."""
    data = pull(build_company(seed, scale=0.05), tmp_path, BOTH[len(seed) % 2 ^ int(seed[-1]) % 2])
    truth = data.company.truth
    for key, (classification, _) in proved(data).items():
        assert classification == truth.fate(key).proof_from(data.ids), key


def test_if_all_is_read_the_proof_is_the_whole_proof(company):
    """Reading fewer issues proves less, never something else."""
    for project in PROJECTS:
        for fate in company.truth.missing(project, 1, company.truth.counters[project]).values():
            assert fate.proof == fate.proof_from(company.truth.lives)
            assert fate.proof_from(()) in {fate.proof, "unexplained"}
            assert (fate.proof == "deleted") == (fate.recorded and fate.classification != "moved")


def test_a_deletion_has_its_time_its_person_and_its_record(pulled):
    """Who and when are the log's; on Data Center, whose events have no id, the record is named by its time."""
    truth, users = pulled.company.truth, pulled.company.world.users
    by_key = {deletion.key: deletion for deletion in truth.deletions if deletion.log_id is not None}
    checked = 0
    for key, (classification, row) in proved(pulled).items():
        if classification == "deleted":
            deletion = by_key[key]
            assert row.at == deletion.at
            stamp = f"{deletion.at:%Y-%m-%dT%H:%M:%S}.{deletion.at.microsecond // 1000:03d}Z"
            assert row.evidence == (f"log {deletion.log_id}" if pulled.speaks == "cloud" else f"log {stamp}")
            assert row.actor in {users[deletion.author].display_name, deletion.author}
            checked += 1
    assert checked > 10


def test_evidence_names_a_record_that_is_there(pulled):
    """Whoever opens the history entry that is named finds the key in it."""
    by_key = {one["key"]: int(one["id"]) for one in pulled.issues}
    texts = 0
    for key, (classification, row) in proved(pulled).items():
        if classification == "existed":
            record, number, word, issue = row.evidence.split()
            assert (record, word) == ("history", "of")
            (entry,) = [one for one in pulled.histories[by_key[issue]] if str(one["id"]) == number]
            assert key in json.dumps(entry)
            texts += 1
    assert texts


def test_the_numbering_counts_what_is_proved(pulled):
    """The frame fits the argument `other` of the numbering, and every class is counted."""
    truth = pulled.company.truth
    project = "PAY"
    mine = sorted((one for one in pulled.issues if one["key"].startswith("PAY-")), key=lambda one: int(one["id"]))
    created = [pd.Timestamp(parse_instant(one["fields"]["created"])) for one in mine]
    numbers = [int(one["key"].partition("-")[2]) for one in mine]
    present = pd.DataFrame({"number": numbers, "id": [int(one["id"]) for one in mine], "order": range(len(mine))})
    present = present.assign(
        given_out=pd.Series(created, dtype="datetime64[us, UTC]"),
        created=pd.Series(created, dtype="datetime64[us, UTC]"),
        side="in",
        moved_in=False,
    )
    last = max(numbers)
    missing = truth.missing(project, 1, last)
    other = other_records(project, missing, pulled.deletions(), pulled.mentions())
    nothing = pd.DataFrame({"number": [], "now_key": [], "id": []})
    moves = pd.DataFrame({name: [] for name in ("issue_id", "at", "history_id", "from_key", "to_key", "author")})
    result = audit_numbers(project, present, nothing, moves, PERIOD, "https://jira.invalid", None, None, other)
    wanted = {number: fate.proof_from(pulled.ids) for number, fate in missing.items() if fate.classification != "moved"}
    found = dict(zip(result.gaps["number"], result.gaps["classification"], strict=True))
    assert {number: found[number] for number in wanted} == wanted
    _, gaps = join_numberings([result])
    assert b"log " in to_csv(GAPS, gaps.assign(possible=None))


def test_former_project_keys_come_from_jira(pulled):
    """``OPS`` was ``INFRA``; Jira says so."""
    assert pulled.former == FORMER


def test_deletions_in_the_period_are_the_truths(pulled):
    """``deletions.csv`` has every deletion in the period that the log holds, and no other."""
    table = deletions_table(pulled.deletions(), vanished([], pulled.former), PERIOD, answering_ids=pulled.ids)
    wanted = {
        (one.key, one.at)
        for one in pulled.company.truth.deletions
        if one.log_id is not None and side_of(PERIOD, one.at) == "in" and one.key.rpartition("-")[0] in PROJECTS
    }
    assert set(zip(table["key"], table["at"], strict=True)) == wanted
    assert len(wanted) > 10
    assert table["not_before"].isna().all()
    again = from_csv(DELETIONS, to_csv(DELETIONS, table), zone=PERIOD.zone)
    assert list(again.columns) == DELETIONS.names
    assert list(again["at"]) == list(table["at"])


def test_what_remains_possible_contains_what_happened(pulled):
    """For every number without proof, the truth is among the reasons that are named."""
    truth = pulled.company.truth
    reach = log_reach(pulled.log())
    sights = {"PAY": Sight(2), "PAYX": Sight(0), "OPS": Sight(None)}
    for project in PROJECTS:
        fates = truth.missing(project, 1, truth.counters[project])
        rows = [(project, fate.proof_from(pulled.ids), fate) for fate in fates.values()]
        times = pd.Series([fate.given_out for *_, fate in rows], dtype="datetime64[us, UTC]")
        gaps = pd.DataFrame({"project": project, "classification": [one for _, one, _ in rows], "created_after": times})
        gaps = gaps.assign(evidence="")
        for (_, classification, fate), said in zip(rows, possibilities(gaps, sights, reach), strict=True):
            if classification in {"moved", "deleted"}:
                assert pd.isna(said)
                continue
            reasons = said.split("; ")
            if fate.kind == NEVER:
                assert "never allocated" in reasons
            elif fate.kind == HIDDEN:
                assert "hidden by issue security" in reasons
            elif fate.kind == MOVED:
                assert "moved out of sight" in reasons
            elif truth.lives[fate.issue_id].keys[-1] != fate.key:
                assert "moved and then deleted" in reasons
            else:
                assert fate.kind == DELETED
                expired = fate.left_at < LOG_BEGIN
                assert reasons[0] == "deleted before the log begins or not logged" or not expired
                assert reasons[0].startswith("deleted")


# The log's pages


@pytest.mark.parametrize("speaks", BOTH)
@pytest.mark.parametrize("page_size", [1, 7, None])
def test_the_log_is_read_to_its_end(small_company, tmp_path, speaks, page_size):
    """Pages of one record give the same as large ones; the counts are the world's."""
    with reading(small_company, tmp_path, speaks, page_size=page_size) as reader:
        pages = list(follow_log(reader.dialect, asking(reader), None, None))
    records = [record for _, page in pages for record in page.records]
    assert len(log_frame(records, speaks)) == len(records) == len(small_company.world.log)


@pytest.mark.parametrize("speaks", BOTH)
def test_a_window_of_the_log_is_that_window(small_company, tmp_path, speaks):
    """Begin and end are asked for as instants in UTC, whatever the account's zone."""
    begins, ends = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)
    with reading(small_company, tmp_path, speaks, page_size=10) as reader:
        pages = list(follow_log(reader.dialect, asking(reader), begins, ends))
        probe = reader.dialect.log(None, None, begins, size=1)
        older = reader.dialect.read_log(probe, asking(reader)(probe)).records
    found = log_frame([record for _, page in pages for record in page.records], speaks)
    assert len(found) == sum(begins <= one.created <= ends for one in small_company.world.log)
    (before,) = log_frame(older, speaks)["at"]
    assert before == max(one.created for one in small_company.world.log if one.created <= begins)


@pytest.mark.parametrize("speaks", BOTH)
def test_a_log_that_may_not_be_read_is_told_in_jiras_words(small_company, tmp_path, speaks):
    """403 and 404 are answers: the log is not readable, and it is said why."""
    world = replace(small_company.world, powers=frozenset({"BROWSE_PROJECTS"}))
    with reading(Company(world, small_company.truth), tmp_path, speaks) as reader:
        identify(reader)
        entry = reader.ask("log", reader.dialect.log(None, None, None), part=True)
        why = log_refusal(entry.status, entry.headers, reader.store.body(entry))
    assert why.startswith("Jira answered 403, ")
    assert "Administer Jira" in why
    reach = log_reach(None, why_not=why)
    assert not reach.readable
    assert why in describe_log(reach, PERIOD)[0]
    assert "without a reason" in log_refusal(404, {}, None)


def test_only_the_two_logs_are_on_the_list():
    """The log is read, never exported or configured."""
    require_allowed("GET", cloud.log(None, None, None).path)
    require_allowed("GET", data_center.log(None, None, None).path)
    for method, path in (
        ("POST", "rest/auditing/1.0/events"),
        ("GET", "rest/auditing/1.0/configuration/retention"),
        ("GET", "rest/auditing/1x0/events"),
    ):
        with pytest.raises(ForbiddenRequestError):
            require_allowed(method, path)


def cloud_log(total: Callable[[int, int], int], count: int = 25, page: int = 10) -> Callable[[Request], Any]:
    """Answer as a log of `count` records whose ``total`` means what the caller says of (count, shown)."""

    def ask(request: Request) -> Any:
        offset = int(dict(request.query)["offset"])
        shown = [{"id": number} for number in range(offset, min(offset + page, count))]
        return {"offset": offset, "limit": page, "total": total(count, len(shown)), "records": shown}

    return ask


@pytest.mark.parametrize("total", [max, min], ids=["log", "page"])
@pytest.mark.parametrize("count", [0, 1, 10, 20, 25])
def test_clouds_total_is_not_trusted(total, count):
    """Whether ``total`` counts the log or the page, all records come, each once."""
    pages = list(follow_log(cloud, cloud_log(total, count), None, None))
    assert [record["id"] for _, page in pages for record in page.records] == list(range(count))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda answer: answer | {"records": {}}, "is not a list"),
        (lambda answer: answer | {"records": ["x"]}, "is not a list of records"),
        (lambda _: {"offset": 0, "total": 1}, "lacks records"),
        (lambda answer: [answer], "not a JSON object"),
    ],
)
def test_a_page_of_clouds_log_without_records_is_an_error(spoil, message):
    """What has not the form of a page is no evidence."""
    ask = cloud_log(max)
    with pytest.raises(AnswerError, match=message):
        list(follow_log(cloud, lambda request: spoil(ask(request)), None, None))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: answer | {"offset": 3},
        lambda answer: answer | {"records": []} if answer["offset"] else answer,
        lambda answer: answer | {"records": [{"id": 1}], "total": 9},
    ],
    ids=["from elsewhere", "empty too early", "the same again"],
)
def test_a_page_of_clouds_log_that_does_not_lead_on_never_looks_like_the_end(spoil):
    """A log that is cut or goes in circles is read as far as it goes, and is not called whole."""
    ask = cloud_log(max)
    pages = list(follow_log(cloud, lambda request: spoil(ask(request)), None, None))
    assert not pages[-1][1].ended


@pytest.mark.parametrize("paging", [{"lastPage": False}, {"lastPage": False, "nextPageCursor": "1,2"}, {}])
def test_a_page_of_data_centers_log_that_leads_nowhere_is_not_called_the_end(paging):
    """Only ``lastPage`` ends the log."""
    answer = {"entities": [event("x")], "pagingInfo": paging}
    pages = list(follow_log(data_center, lambda _: answer, None, None))
    assert [len(page.records) for _, page in pages][:1] == [1]
    assert not pages[-1][1].ended
    assert len(pages) <= 4


def test_data_centers_paging_must_be_there():
    """Without it nobody knows whether more follows."""
    with pytest.raises(AnswerError, match="not a JSON object"):
        list(follow_log(data_center, lambda _: {"entities": [], "pagingInfo": []}, None, None))


class TimedLog:
    """A log of Data Center or Cloud that pages as told, over records a minute apart; some share an instant."""

    def __init__(self, count: int, page: int, *, same: int = 1) -> None:
        base = datetime(2026, 5, 1, tzinfo=UTC)
        self.page = page
        self.at = [base - timedelta(minutes=number // same) for number in range(count)]
        self.asked: list[Request] = []

    def window(self, request: Request) -> list[int]:
        """Return the records of the time asked for."""
        query = dict(request.query)
        until = datetime.fromisoformat(query["to"]) if "to" in query else None
        return [number for number, at in enumerate(self.at) if until is None or at <= until]

    def cloud_ignoring_offsets(self, request: Request) -> Any:
        """Beyond the first page an offset brings the same records again."""
        self.asked.append(request)
        shown = self.window(request)[: self.page]
        records = [{"id": number, "created": format_utc(self.at[number])} for number in shown]
        return {"offset": int(dict(request.query)["offset"]), "total": len(records), "records": records}

    def data_center(self, request: Request, name: Callable[[int], dict[str, Any]]) -> Any:
        """Page by offset; what names the next page is told in the form that `name` gives."""
        self.asked.append(request)
        query = dict(request.query)
        start = int(query.get("offset") or query.get("pageCursor", "0,0").split(",")[1])
        shown = self.window(request)[start : start + self.page]
        last = start + self.page >= len(self.at)
        records = [event("x") | {"timestamp": format_utc(self.at[number]), "number": number} for number in shown]
        return {"entities": records, "pagingInfo": {"lastPage": last, **({} if last else name(start + self.page))}}


@pytest.mark.parametrize(("count", "same"), [(2, 1), (10, 1), (25, 1), (30, 3), (31, 4)])
def test_clouds_log_goes_on_by_time_where_offsets_do_not_help(count, same):
    """Beyond 1,000 records only windows of time are said to help (JRACLOUD-93153)."""
    log = TimedLog(count, 10, same=same)
    pages = list(follow_log(cloud, log.cloud_ignoring_offsets, None, None))
    assert [record["id"] for _, page in pages for record in page.records] == list(range(count))
    assert pages[-1][1].ended


def test_a_log_with_more_records_of_one_instant_than_a_page_is_not_called_whole():
    """No window of time divides an instant."""
    log = TimedLog(25, 10, same=25)
    pages = list(follow_log(cloud, log.cloud_ignoring_offsets, None, None))
    assert sum(len(page.records) for _, page in pages) == 10
    assert not pages[-1][1].ended


@pytest.mark.parametrize(
    "name",
    [
        lambda start: {"nextPageCursor": f"1789487114594,{start}"},
        lambda start: {"nextPageCursor": {"cursor": f"1789487114594,{start}"}},
        lambda start: {
            "nextPageLink": f"https://other.example/rest/auditing/1.0/events?limit=9&pageCursor=1%2C{start}"
        },
        lambda start: {"nextPageLink": f"https://other.example/rest/auditing/1.0/events?offset={start}"},
        lambda start: {"nextPageOffset": start},
        lambda start: {"nextPageCursor": f"1,{start}", "nextPageOffset": 0, "nextPageLink": "https://other.example/x"},
        lambda _: {},
    ],
    ids=["text", "object", "link with cursor", "link with offset", "offset", "all", "by time"],
)
def test_data_centers_log_is_followed_by_whatever_names_the_next_page(name):
    """Each of these stands in an answer, on a page of Atlassian or in a public client."""
    log = TimedLog(25, 10)
    pages = list(follow_log(data_center, lambda request: log.data_center(request, name), None, None))
    assert [record["number"] for _, page in pages for record in page.records] == list(range(25))
    assert all(request.path == "rest/auditing/1.0/events" for request in log.asked)


def test_an_empty_page_of_data_centers_log_is_not_the_end():
    """A scan may find nothing for a while."""
    pages = iter(
        [
            {"entities": [], "pagingInfo": {"lastPage": False, "nextPageCursor": "9,9"}},
            {"entities": [event("x")], "pagingInfo": {"lastPage": True, "nextPageCursor": "9,9"}},
        ]
    )
    assert [len(page.records) for _, page in follow_log(data_center, lambda _: next(pages), None, None)] == [0, 1]


@pytest.mark.parametrize("speaks", BOTH)
def test_a_cut_log_never_looks_whole(small_company, tmp_path, speaks):
    """A page that is emptied on the way is not taken for the end of the log."""

    def empty_second(asked: Asked, answer: Answer) -> Answer:
        if "audit" not in asked.path or answer.status != 200:
            return answer
        page = json.loads(answer.body)
        if page.get("offset"):
            page["records"] = []
        if "pageCursor" in str(asked):
            page["pagingInfo"].pop("nextPageCursor", None)
            page["pagingInfo"]["lastPage"] = False
        return replace(answer, body=json.dumps(page).encode())

    def read(folder: Path, tamper: Tamper | None) -> tuple[int, bool]:
        with reading(small_company, folder, speaks, page_size=20, tamper=tamper) as reader:
            pages = [page for _, page in follow_log(reader.dialect, asking(reader), None, None)]
            return sum(len(page.records) for page in pages), pages[-1].ended

    records, ended = read(tmp_path / "cut", empty_second)
    assert not ended or records == read(tmp_path / "whole", None)[0]


def test_the_first_pass_brings_links():
    """Without them a number that only a link names would stay unexplained."""
    assert set(LINK_FIELDS) < set(POPULATION_FIELDS)


# The log's records


def record(number: int = 1, summary: str | None = "Issue deleted", **values: Any) -> dict[str, Any]:
    made = {"id": number, "summary": summary, "created": "2026-06-01T10:00:00.000+0000", "category": "issues"}
    made["objectItem"] = {"id": "10042", "name": "PAY-7", "typeName": "ISSUE"}
    return made | values


def event(action_key: str = "jira.auditing.issue.deleted", action: str = "Vorgang gelöscht", **values: Any) -> dict:
    made = {
        "timestamp": "2026-06-01T10:00:00.000Z",
        "author": {"id": "JIRAUSER1", "name": "Ana Brook", "type": "user"},
        "type": {"category": "Vorgänge", "action": action, "actionI18nKey": action_key},
        "affectedObjects": [{"id": "10042", "name": "PAY-7", "type": "ISSUE"}],
        "source": "192.0.2.1",
    }
    return made | values


def deleted(records: list[dict[str, Any]], speaks: str = "cloud") -> list[Any]:
    return issue_deletions(log_frame(records, speaks), FORMER)["key"].tolist()


def test_a_real_log_is_read(real_data):
    """A real Cloud log: every record becomes a row in its order, and none of them deletes an issue."""
    answer = json.loads((real_data / "go-atlassian" / "get-audit-records.json").read_text(encoding="utf-8"))
    log = log_frame(answer["records"], "cloud")
    assert len(log) == answer["total"] == 288
    assert list(log.columns) == list(LOG_COLUMNS)
    assert log["id"].tolist() == [str(one["id"]) for one in answer["records"]]
    assert log["actor"].isna().sum() == sum("authorAccountId" not in one for one in answer["records"])
    assert log["changes"].notna().sum() == sum("changedValues" in one for one in answer["records"])
    assert issue_deletions(log, None).empty
    reach = log_reach(log)
    assert not reach.names_deletions
    said = " ".join(describe_log(reach, PERIOD))
    assert "no record does not mean no deletion" in said


@pytest.mark.parametrize("form", DELETION_FORMS, ids=lambda form: form.value)
def test_every_form_is_recognised(form):
    """Each line of the table finds a deletion, in its own deployment."""
    if form.deployment == "cloud":
        assert deleted([record(summary=form.value.upper())]) == ["PAY-7"]
    else:
        assert deleted([event(form.value)], "data-center") == ["PAY-7"]
        assert deleted([event("key", form.value)], "data-center") == []


@pytest.mark.parametrize(
    "summary",
    [
        "Sprint Deleted", "Project deleted", "Comment deleted", "Filter deleted", "Worklog deleted", "Issue link deleted",
        "Attachment deleted", "Issue type deleted", "Issue security level deleted", "Project version deleted",
        "Issue deleted from sprint", "Group deleted", "Deleted", "Issue created", "", None,
    ],
)  # fmt: skip
def test_other_deletions_are_no_deletions_of_issues(summary):
    """What is deleted must be the issue itself, even if the record names one."""
    assert deleted([record(summary=summary)]) == []
    key = (summary or "").lower().replace(" ", ".")
    assert deleted([event(f"jira.auditing.{key}", "Issue deleted")], "data-center") == []


@pytest.mark.parametrize(
    "thing",
    [
        {"name": "PAY-7", "typeName": "VERSION"},
        {"name": "PAY-7", "typeName": "PROJECT"},
        {"name": "see PAY-7", "typeName": "ISSUE"},
        {"name": "PAY-7 is mine", "typeName": "ISSUE"},
        {"name": "PAY-07", "typeName": "ISSUE"},
        {"name": "PAYY-7", "typeName": "ISSUE"},
        {"name": "pay-7"},
        {"name": None, "typeName": None},
        {},
        None,
        "PAY-7",
    ],
)
def test_what_is_not_an_issue_of_a_listed_project_is_left_out(thing):
    """The name of anything else is free text and may look like a key."""
    assert deleted([record(objectItem=thing)]) == []
    things = [] if thing is None else [thing if isinstance(thing, str) else {**thing, "type": thing.get("typeName")}]
    assert deleted([event(affectedObjects=things)], "data-center") == []


def test_keys_that_are_prefixes_of_each_other_are_told_apart():
    """``PAY-7`` is not ``PAYX-7``, nor ``PAY-71``."""
    names = ["PAY-7", "PAYX-7", "PAY-71"]
    records = [record(n, objectItem={"name": name, "typeName": "ISSUE"}) for n, name in enumerate(names)]
    found = issue_deletions(log_frame(records, "cloud"), FORMER)
    for project, number, name in (("PAY", 7, "log 0"), ("PAYX", 7, "log 1"), ("PAY", 71, "log 2")):
        other = other_records(project, [number], found, mentions([], [], {}, FORMER))
        assert other["evidence"].tolist() == [name]
    assert other_records("PAYX", [71], found, mentions([], [], {}, FORMER)).empty


def test_a_bulk_deletion_names_several_issues():
    """All of them are deleted, whether they stand in one name or one by one."""
    issues = [{"name": name, "typeName": "ISSUE"} for name in ("PAY-1", "OPS-2", "HR-3")]
    bulk = {"name": "Bulk operation", "typeName": "TASK"}
    assert deleted([record(summary="Issues deleted", objectItem=bulk, associatedItems=issues)]) == ["OPS-2", "PAY-1"]
    listed = {"name": "PAY-1, PAY-2;PAY-3", "typeName": "ISSUE", "id": "10042"}
    found = issue_deletions(log_frame([record(objectItem=listed)], "cloud"), FORMER)
    assert found["key"].tolist() == ["PAY-1", "PAY-2", "PAY-3"]
    assert found["issue_id"].isna().all()
    things = [{"id": str(n), "name": f"PAY-{n}", "type": "Vorgang"} for n in (4, 5)]
    assert deleted([event(affectedObjects=things)], "data-center") == ["PAY-4", "PAY-5"]


def test_the_parent_of_what_is_deleted_is_not_deleted():
    """On Cloud the object is what was deleted; what is associated with it still exists."""
    parent = [{"name": "PAY-1", "typeName": "ISSUE"}, {"name": "Payments", "typeName": "PROJECT"}]
    assert deleted([record(associatedItems=parent)]) == ["PAY-7"]


def test_a_record_against_an_issue_that_answers_is_told():
    """A deletion of something that is still there is a contradiction, not a deletion."""
    found = issue_deletions(log_frame([record()], "cloud"), FORMER)
    assert deletions_table(found, vanished([], FORMER), PERIOD)["key"].tolist() == ["PAY-7"]
    assert deletions_table(found, vanished([], FORMER), PERIOD, answering_ids=[10042]).empty
    assert contradicted(found, [10042], [])["key"].tolist() == ["PAY-7"]
    assert contradicted(found, [], ["PAY-7"]).empty  # another issue has that key: the id decides
    assert contradicted(found.assign(issue_id=pd.Series([None], dtype="Int64")), [], ["PAY-7"])["key"].tolist() == [
        "PAY-7"
    ]


def test_odd_records_are_rows_too():
    """No object, no author, no summary, an unknown author, empty lists: nothing is dropped."""
    odd = [
        record(1, objectItem=None, associatedItems=None, changedValues=None),
        {"id": 2, "created": "2026-06-01T10:00:00.000+0000"},
        record(3, authorKey=None, authorAccountId=None, remoteAddress=""),
        record(4, authorAccountId="acc:x", changedValues=[{"fieldName": "A", "changedFrom": "1"}, {"changedTo": "2"}]),
        record(5, summary="\ud800", associatedItems=["x", None]),
    ]
    log = log_frame([*odd, odd[3]], "cloud", {"acc:x": "Ana Brook"})
    assert log["id"].tolist() == ["1", "2", "3", "4", "5"]
    assert log["actor"].fillna("").tolist() == ["", "", "", "Ana Brook", ""]
    assert log["changes"][3] == "A: 1 →; value: → 2"
    odd_events = [event(author=None, type=None, affectedObjects=None), event(author={"id": "-2"}, source=None)]
    events = log_frame(odd_events, "data-center")
    assert events["actor"].fillna("").tolist() == ["", "-2"]
    assert events["id"].tolist() == ["2026-06-01T10:00:00.000Z"] * 2
    for speaks in BOTH:
        empty = log_frame([], speaks)
        assert list(empty.columns) == list(LOG_COLUMNS)
        assert issue_deletions(empty, FORMER).empty
        assert log_mentions(empty, FORMER).empty


@pytest.mark.parametrize("created", [None, "", "yesterday", "2026-06-01", {}])
def test_a_record_without_a_time_is_kept_and_told(created):
    """It says what was done though not when; how many there are is told, and only what is no record is an error."""
    for log in (
        log_frame([record(created=created), record(id=2)], "cloud"),
        log_frame([event(timestamp=created), event()], "data-center"),
    ):
        assert log["at"].isna().tolist() == [True, False]
        reach = log_reach(log)
        assert (reach.records, reach.undated, reach.oldest) == (2, 1, log["at"].iloc[1].to_pydatetime())
        assert "The time of 1 record can't be read." in describe_log(reach, PERIOD)
    with pytest.raises(AnswerError, match="not a JSON object"):
        log_frame([["x"]], "cloud")  # type: ignore[list-item]


def test_ten_thousand_records_are_read_and_found():
    """A long log is read in order, and the few deletions in it are found."""
    records = [record(n, "User added to group", objectItem={"name": "PAY-7", "typeName": "GROUP"}) for n in range(9990)]
    records += [record(n, objectItem={"name": f"PAY-{n}", "typeName": "ISSUE"}) for n in range(9990, 10000)]
    log = log_frame(records, "cloud")
    assert log["id"].tolist() == [str(n) for n in range(10000)]
    assert issue_deletions(log, FORMER)["number"].tolist() == list(range(9990, 10000))
    assert log_mentions(log, FORMER)["number"].tolist() == list(range(9990, 10000))


def test_any_record_about_an_issue_names_it():
    """Whatever was done to an issue, its number was given out."""
    done = record(summary="Issue security level set", id=9)
    log = log_frame([done], "cloud")
    other = other_records("PAY", [7, 8], issue_deletions(log, FORMER), log_mentions(log, FORMER))
    assert other[["number", "classification", "evidence"]].to_numpy().tolist() == [[7, "existed", "log 9"]]
    things = [{"name": "PAY-8", "typeName": "VERSION"}, {"name": "PAY-9", "typeName": "ISSUE"}]
    frame = log_mentions(log_frame([record(summary="Version released", associatedItems=things)], "cloud"), FORMER)
    assert frame["key"].tolist() == ["PAY-7", "PAY-9"]


def test_a_deletion_that_names_only_an_id_is_found_through_a_census():
    """The census says whose number it was; both records are the evidence."""
    found = issue_deletions(
        log_frame([record(objectItem={"id": "10042", "name": "Pay me", "typeName": "ISSUE"})], "cloud"), FORMER
    )
    assert found["key"].isna().all()
    census = census_mentions([census_of("20260501T000000Z", {10042: "PAY-7", 10043: "PAY-8"})], FORMER)
    other = other_records("PAY", [7, 8], found, mentions([], [], {}, FORMER), census)
    assert other["classification"].tolist() == ["deleted", "existed"]
    assert other["evidence"].tolist() == ["log 1, census 2026-05-01", "census 2026-05-01"]
    table = deletions_table(found, vanished([], FORMER), PERIOD, census=census)
    assert table[["key", "source"]].to_numpy().tolist() == [["PAY-7", "log 1, census 2026-05-01"]]
    assert deletions_table(found, vanished([], FORMER), PERIOD).empty


def test_of_two_records_of_one_deletion_the_first_counts():
    """Evidence does not depend on the order in which records came."""
    twice = [record(2, created="2026-06-02T10:00:00.000+0000"), record(1)]
    for records in (twice, twice[::-1]):
        found = issue_deletions(log_frame(records, "cloud"), FORMER)
        assert other_records("PAY", [7], found, mentions([], [], {}, FORMER))["evidence"].tolist() == ["log 1"]
        assert deletions_table(found, vanished([], FORMER), PERIOD)["source"].tolist() == ["log 1"]


# How far the log reaches


def test_the_reach_of_a_log_is_told():
    """The oldest record bounds what the log can show, unless an older one is known to be there."""
    log = log_frame([record(1), record(2, "User created", created="2026-05-04T08:00:00.000+0000")], "cloud")
    reach = log_reach(log)
    assert (reach.oldest, reach.newest) == (datetime(2026, 5, 4, 8, tzinfo=UTC), datetime(2026, 6, 1, 10, tzinfo=UTC))
    assert reach.records == 2
    assert reach.names_deletions
    assert reach.covers(datetime(2026, 5, 4, 8, tzinfo=UTC))
    assert not reach.covers(datetime(2026, 5, 4, 7, tzinfo=UTC))
    assert not reach.covers(None)
    assert "reaches back to 4 May 2026, 04:00 -04:00 only" in describe_log(reach, PERIOD)[0]
    assert "reaches back to 2026-05-04T04:00:00.000-04:00 only" in describe_log(reach, PERIOD, format_instant)[0]
    whole = log_reach(log, PERIOD.begins, older=True)
    assert whole.covers(PERIOD.begins)
    assert "covers the period" in describe_log(whole, PERIOD)[0]
    assert not log_reach(log, PERIOD.begins).covers(PERIOD.begins)
    cut = log_reach(log, complete=False)
    assert not cut.covers(cut.newest)
    assert "not all of it" in describe_log(cut, PERIOD)[0]
    assert "proves nothing" in describe_log(log_reach(log.iloc[:0]), PERIOD)[0]
    late = Period(date(2025, 1, 1), date(2025, 12, 31), PERIOD.zone)
    assert "after the period" in describe_log(reach, late)[0]


def test_a_deletion_of_any_project_shows_that_the_site_logs_them():
    """Whether silence means something is a question about the site, not about the listed projects."""
    elsewhere = log_frame([record(objectItem={"name": "ZED-1", "typeName": "ISSUE"})], "cloud")
    assert log_reach(elsewhere).names_deletions
    assert issue_deletions(elsewhere, FORMER).empty
    nameless = log_frame([record(objectItem=None), record(2, objectItem={"id": "5", "typeName": "ISSUE"})], "cloud")
    assert log_reach(nameless).unnamed == 1
    assert "1 record of a deletion names no issue key." in describe_log(log_reach(nameless), PERIOD)


# Links, parents, histories


def history(number: int, field: str | None, created: Any = "2026-06-01T10:00:00.000+0000", **item: Any) -> dict:
    return {"id": str(number), "created": created, "items": [{"field": field, **item}]}


def named(*histories: dict[str, Any], issues: Sequence[dict[str, Any]] = ()) -> list[tuple[str, str]]:
    frame = mentions(issues, [(5, histories)], {5: "OPS-5"}, FORMER)
    assert list(frame.columns) == list(MENTION_COLUMNS)
    assert set(frame["kind"]) <= set(KINDS)
    return list(zip(frame["key"], frame["evidence"], strict=True))


@pytest.mark.parametrize(
    "item",
    [
        {"field": "Key", "fieldtype": "jira", "from": None, "fromString": "PAY-9", "toString": "OPS-5"},
        {"field": "Link", "fieldtype": "jira", "from": "PAY-9", "fromString": "This issue blocks PAY-9", "to": None},
        {"field": "Link", "fieldtype": "jira", "from": None, "toString": "Dieser Vorgang blockiert PAY-9"},
        {"field": "Parent", "fieldtype": "jira", "from": "10042", "fromString": "PAY-9"},
        {"field": "IssueParentAssociation", "fieldtype": "jira", "to": "10042", "toString": "PAY-9"},
        {"field": "Epic Link", "fieldtype": "custom", "fieldId": "customfield_1", "to": "10042", "toString": "PAY-9"},
        {"field": "Epic Child", "fieldtype": "custom", "toString": "PAY-9"},
    ],
    ids=lambda item: item["field"],
)
def test_history_items_that_refer_to_issues_name_them(item):
    """Both ways in which Jira writes a reference: bare, and at the end of a sentence."""
    entry = {"id": "77", "created": 1780308000000, "items": [item]}
    assert ("PAY-9", "history 77 of OPS-5") in named(entry)


@pytest.mark.parametrize(
    "item",
    [
        {"field": "summary", "fieldtype": "jira", "toString": "PAY-9"},
        {"field": "description", "fieldtype": "jira", "fromString": "PAY-9"},
        {"field": "RemoteIssueLink", "fieldtype": "jira", "toString": "PAY-9"},
        {"field": "Link", "fieldtype": "custom", "toString": "PAY-9"},
        {"field": "Key", "fieldtype": "custom", "fromString": "PAY-9"},
        {"field": "Link", "fieldtype": "jira", "to": "LAB-1", "toString": "This issue PAY-9 LAB-1"},
        {"field": "Link", "fieldtype": "jira", "toString": "This issue is like PAY-9 LAB-1"},
        {"field": "Parent", "fieldtype": "jira", "toString": "see PAY-9"},
        {"field": "Key", "fieldtype": "jira", "fromString": "PAY-0"},
        {"field": "Key", "fieldtype": "jira", "fromString": "APAY-9"},
        {},
    ],
)
def test_free_text_names_nothing(item):
    """What anyone can write proves nothing, and a link type's own words are such text."""
    assert named({"id": "77", "created": "2026-06-01T10:00:00.000+0000", "items": [item]}) == []


def test_fields_of_an_issue_name_others():
    """Links in both directions, the parent, the sub-tasks; what Jira leaves out or gives as null is nothing."""
    fields = {
        "issuelinks": [
            {"outwardIssue": {"key": "PAY-1"}},
            {"inwardIssue": {"key": "PAYX-2"}},
            {"type": {}, "inwardIssue": None},
        ],
        "parent": {"key": "INFRA-3"},
        "subtasks": [{"key": "PAY-4"}, {"key": "ZED-4"}, {}],
    }
    issue = {"id": "5", "key": "OPS-5", "fields": fields}
    bare = [{"id": "6", "key": "OPS-6", "fields": {"issuelinks": None, "parent": None}}, {"id": "7", "key": "OPS-7"}]
    assert named(issues=[issue, *bare]) == [
        ("OPS-3", "parent of OPS-5"),
        ("PAY-1", "link of OPS-5"),
        ("PAY-4", "sub-task of OPS-5"),
        ("PAYX-2", "link of OPS-5"),
    ]
    odd = {"issuelinks": {"a": 1}, "subtasks": ["x", {"key": "PAY-8"}], "parent": "PAY-1"}
    assert named(issues=[{"id": "5", "key": "OPS-5", "fields": odd}]) == [("PAY-8", "sub-task of OPS-5")]


def test_a_history_entry_without_a_time_names_an_issue_all_the_same():
    """When it was made is not known; that the number was given out is."""
    found = named(history(77, "Key", None, fieldtype="jira", fromString="PAY-9"))
    assert [key for key, _ in found] == ["PAY-9"]


def test_of_several_records_the_best_is_chosen_whatever_their_order():
    """A history entry before a link, the latest entry before the others, a census last."""
    entries = [
        history(number, "Key", f"2026-0{number}-01T10:00:00.000+0000", fieldtype="jira", fromString="PAY-9")
        for number in (5, 7, 6)
    ]
    issue = {"id": "5", "key": "OPS-5", "fields": {"issuelinks": [{"outwardIssue": {"key": "PAY-9"}}]}}
    census = census_mentions([census_of("20260501T000000Z", {10042: "PAY-9"})], FORMER)
    nothing = issue_deletions(log_frame([], "cloud"), FORMER)
    for order in (entries, entries[::-1]):
        frame = mentions([issue], [(5, order)], {5: "OPS-5"}, FORMER)
        assert other_records("PAY", [9], nothing, frame, census)["evidence"].tolist() == ["history 7 of OPS-5"]
    fields_only = mentions([issue], [], {5: "OPS-5"}, FORMER)
    for frames in ([census, fields_only], [fields_only, census]):
        seen = pd.concat(frames, ignore_index=True)
        assert other_records("PAY", [9], nothing, seen)["evidence"].tolist() == ["link of OPS-5"]
    assert other_records("PAY", [9], nothing, mentions([], [], {}, FORMER), census)["evidence"].tolist() == [
        "census 2026-05-01"
    ]


def test_the_highest_number_named_is_of_that_project():
    """A prefix is not the project, and no record means no number."""
    frame = mentions(
        [], [(5, [history(1, "Key", fieldtype="jira", fromString="PAYX-99", toString="PAY-7")])], {}, FORMER
    )
    assert named_highest("PAY", frame, None) == 7
    assert named_highest("PAYX", frame, frame.iloc[:0]) == 99
    assert named_highest("OPS", frame) is None
    assert frame["evidence"].tolist() == ["history 1 of issue 5"] * 2


def test_real_histories_name_what_they_refer_to(real_data):
    """A real site: links, parents and epics are found, titles of remote links are not."""
    import gzip  # noqa: PLC0415 - only here

    with gzip.open(real_data / "devlake" / "issues.jsonl.gz", "rt", encoding="utf-8") as lines:
        issues = [json.loads(line) for line in lines]
    histories = [(int(one["id"]), one["changelog"]["histories"]) for one in issues]
    keys = {int(one["id"]): one["key"] for one in issues}
    frame = mentions([], histories, keys, {"EE": (), "K5": ()})
    assert set(frame["kind"]) == {"history"}
    named_in = {
        str(entry["id"]): {item["field"] for item in entry["items"]} for _, entries in histories for entry in entries
    }
    for evidence in frame["evidence"]:
        assert named_in[evidence.split()[1]] & {"Link", "Parent", "Epic Link", "Epic Child", "IssueParentAssociation"}
    (moved,) = [json.loads((real_data / "move-history-entry.json").read_text(encoding="utf-8"))]
    frame = mentions([], [(1, [moved])], {1: "PROMO-1"}, {"IMP": (), "PROMO": ()})
    assert frame[["key", "evidence"]].to_numpy().tolist() == [
        ["IMP-88", "history 11508 of PROMO-1"],
        ["PROMO-1", "history 11508 of PROMO-1"],
    ]


# Keys that a project had before


def test_a_former_key_stands_for_todays():
    """Log, histories and links of the time before a rename are about today's numbers."""
    column = pd.Series(["INFRA-5", "OPS-5", "INFRAX-5", "", None, "PAY-1"], dtype="str")
    found = today_keys(column, FORMER)
    assert found.dropna().tolist() == ["OPS-5", "OPS-5", "INFRAX-5", "", "PAY-1"]
    assert pd.isna(found[4])
    assert deleted([record(objectItem={"name": "INFRA-5", "typeName": "ISSUE"})]) == ["OPS-5"]
    assert named(history(1, "Key", fieldtype="jira", fromString="INFRA-5")) == [("OPS-5", "history 1 of OPS-5")]
    census = census_mentions([census_of("20260501T000000Z", {1: "INFRA-5"})], FORMER)
    assert census[["key", "number"]].to_numpy().tolist() == [["OPS-5", 5]]


def test_a_key_that_was_given_up_and_taken_again_is_the_new_owners():
    """A project with a re-used key: a record that names the key is about the key as it stands, not about the old owner."""
    former = former_keys([{"key": "NEW", "projectKeys": ["NEW", "OLD"]}, {"key": "OLD", "projectKeys": ["OLD"]}])
    assert former == {"NEW": ("OLD",), "OLD": ()}
    assert today_keys(pd.Series(["OLD-5"], dtype="str"), former).tolist() == ["OLD-5"]
    assert reused(former) == {"OLD": "NEW"}
    assert listed_number("OLD-5", former, renames(former)) == ("OLD", 5)
    claimed = former_keys([{"key": "A", "projectKeys": ["X"]}, {"key": "B", "projectKeys": ["X"]}, {"key": "C"}])
    assert claimed == {"A": ("X",), "B": ("X",), "C": ()}
    assert today_keys(pd.Series(["X-5"], dtype="str"), claimed).tolist() == ["X-5"]
    for wrong in ({"projectKeys": []}, {"key": "A", "projectKeys": "X"}, {"key": "A", "projectKeys": [1]}):
        with pytest.raises(AnswerError):
            former_keys([wrong])


# Censuses


def census_of(stamp: str, keys: Mapping[int, str]) -> Census:
    lines = (
        json.dumps({"id": number, "key": key, "project": key.partition("-")[0]}) + "\n" for number, key in keys.items()
    )
    return read_census(census_instant(f"{stamp}.jsonl.gz"), lines)


def test_a_census_is_named_by_its_day():
    """The file's name is the instant, the evidence the day."""
    at = datetime(2026, 5, 1, 3, 15, tzinfo=UTC)
    assert census_instant("20260501T031500Z.jsonl.gz") == at
    assert Census(at, census_of("20260501T000000Z", {}).issues).name == "census 2026-05-01"
    with pytest.raises(AnswerError, match="is not named by a time"):
        census_instant("20260501.changes.csv")


@pytest.mark.parametrize(
    "line",
    ["x", "[]", "{}", '{"id": 1}', '{"id": "x", "key": "PAY-1"}', '{"id": 1, "key": "PAY"}', '{"id": 1, "key": 2}'],
)
def test_a_damaged_census_is_an_error(line):
    """A line that can't be read is named; nothing is skipped."""
    with pytest.raises(AnswerError, match="line 2 is no issue"):
        read_census(datetime(2026, 5, 1, tzinfo=UTC), ['{"id": "1", "key": "PAY-1"}', line])


def test_a_census_that_contradicts_itself_is_an_error():
    """One id, one key; the same line twice is one issue."""
    with pytest.raises(AnswerError, match="issue 1 has two keys, PAY-1 and PAY-2"):
        read_census(datetime(2026, 5, 1, tzinfo=UTC), ['{"id": 1, "key": "PAY-1"}', '{"id": "1", "key": "PAY-2"}'])
    same = read_census(datetime(2026, 5, 1, tzinfo=UTC), ['{"id": 1, "key": "PAY-1"}'] * 2 + ["", " \n"])
    assert len(same.issues) == 1


def test_the_latest_census_that_names_a_number_is_the_evidence():
    """Each number once, by the census nearest to today."""
    both = [census_of("20260601T000000Z", {1: "PAY-1"}), census_of("20260501T000000Z", {1: "PAY-1", 2: "PAY-2"})]
    for order in (both, both[::-1]):
        frame = census_mentions(order, FORMER)
        assert frame[["number", "evidence", "issue_id"]].to_numpy().tolist() == [
            [1, "census 2026-06-01", 1],
            [2, "census 2026-05-01", 2],
        ]
    for empty in (census_mentions([], FORMER), census_mentions([census_of("20260501T000000Z", {})], FORMER)):
        assert list(empty.columns) == [*MENTION_COLUMNS, "issue_id"]
        nothing = issue_deletions(log_frame([], "cloud"), FORMER)
        assert other_records("PAY", [1], nothing, mentions([], [], {}, FORMER), empty).empty


def test_what_vanishes_between_two_censuses_is_bounded_by_them():
    """Last seen and first missed; not if it came back, moved, or its project was not read."""
    censuses = [
        census_of(
            "20260501T000000Z", {1: "PAY-1", 2: "PAY-2", 3: "PAY-3", 4: "PAYX-4", 5: "PAY-5", 6: "LAB-6", 8: "PAYX-8"}
        ),
        census_of("20260601T000000Z", {1: "PAY-1", 3: "OPS-3", 7: "OPS-7", 9: "LAB-9"}),
        census_of("20260701T000000Z", {1: "PAY-1", 5: "PAY-5", 7: "OPS-7", 8: "PAYX-8"}),
    ]
    for order in (censuses, censuses[::-1]):
        gone = vanished(order, FORMER)
        assert gone[["key", "issue_id", "source"]].to_numpy().tolist() == [
            ["OPS-3", 3, "census 2026-06-01 and 2026-07-01"],
            ["PAY-2", 2, "census 2026-05-01 and 2026-06-01"],
            ["PAYX-4", 4, "census 2026-05-01 and 2026-07-01"],
        ]
        assert (gone["not_before"] < gone["at"]).all()
    for few in ([], censuses[:1]):
        assert vanished(few, FORMER).empty
        assert list(vanished(few, FORMER).columns) == list(gone.columns)


def test_deletions_of_log_and_censuses_stand_once():
    """The record of the log is better; what answers today did not vanish; the interval must touch the period."""
    rest = {number: f"PAY-{number}" for number in range(21, 25)} | {30: "OPS-30"}  # most of each project is still there
    censuses = [
        census_of("20260101T000000Z", {8: "PAY-8", 9: "PAY-9"}),
        census_of("20260301T000000Z", {7: "PAY-7", 9: "PAY-9", 11: "PAY-11", 12: "PAY-12", 13: "OPS-1"} | rest),
        census_of("20260615T000000Z", {1: "PAY-1", 14: "OPS-2"} | rest),
    ]
    found = issue_deletions(
        log_frame([record(objectItem={"id": "7", "name": "PAY-7", "typeName": "ISSUE"})], "cloud"), FORMER
    )
    table = deletions_table(found, vanished(censuses, FORMER), PERIOD, answering_ids=[12])
    assert table[["key", "source"]].to_numpy().tolist() == [
        ["OPS-1", "census 2026-03-01 and 2026-06-15"],
        ["PAY-7", "log 1"],
        ["PAY-9", "census 2026-03-01 and 2026-06-15"],
        ["PAY-11", "census 2026-03-01 and 2026-06-15"],
    ]
    text = to_csv(DELETIONS, table).decode()
    assert text.splitlines()[0].startswith("key,at,not_before,actor,source")
    assert "OPS-1,2026-06-14T20:00:00.000-04:00,2026-02-28T19:00:00.000-05:00,,census" in text
    early = deletions_table(found, vanished(censuses, FORMER), Period(date(2025, 1, 1), date(2025, 6, 1), PERIOD.zone))
    assert early.empty
    assert to_csv(DELETIONS, early).count(b"\n") == 1


# What remains possible


def gap(
    classification: str = "unexplained",
    after: datetime | None = datetime(2026, 6, 1, tzinfo=UTC),
    evidence: str = "",
) -> pd.DataFrame:
    times = pd.Series([after], dtype="datetime64[us, UTC]", index=[7])
    return pd.DataFrame(
        {"project": "PAY", "classification": classification, "created_after": times, "evidence": evidence}
    )


LOGGED = LogReach(
    datetime(2026, 5, 4, tzinfo=UTC),
    datetime(2026, 10, 1, tzinfo=UTC),
    9,
    True,
    True,
    begins=datetime(2026, 5, 4, tzinfo=UTC),
)
ALL_SEEN = Sight(0)


@pytest.mark.parametrize(
    ("gaps", "sight", "reach", "said"),
    [
        (
            gap(),
            ALL_SEEN,
            LOGGED,
            "deleted and not logged; archived; moved out of sight; moved and then deleted; never allocated",
        ),
        (
            gap("existed"),
            ALL_SEEN,
            LOGGED,
            "deleted and not logged; archived; moved out of sight; moved and then deleted",
        ),
        (
            gap(after=LOGGED.begins - timedelta(seconds=1)),
            ALL_SEEN,
            LOGGED,
            "deleted before the log begins or not logged; archived; moved out of sight; moved and then deleted; never allocated",
        ),
        (
            gap(after=None),
            ALL_SEEN,
            LOGGED,
            "deleted before the log begins or not logged; archived; moved out of sight; moved and then deleted; never allocated",
        ),
        (
            gap(),
            ALL_SEEN,
            replace(LOGGED, names_deletions=False),
            "deleted; archived; moved out of sight; moved and then deleted; never allocated",
        ),
        (
            gap(),
            ALL_SEEN,
            replace(LOGGED, readable=False),
            "deleted; archived; moved out of sight; moved and then deleted; never allocated",
        ),
        (
            gap(),
            Sight(2),
            LOGGED,
            (
                "deleted and not logged; hidden by issue security; archived; moved out of sight; moved and then deleted; "
                "never allocated"
            ),
        ),
        (
            gap(),
            Sight(None),
            LOGGED,
            (
                "deleted and not logged; hidden by issue security; archived; moved out of sight; moved and then deleted; "
                "never allocated"
            ),
        ),
        (
            gap(),
            replace(ALL_SEEN, used_by="NEW"),
            LOGGED,
            (
                "deleted and not logged; archived; moved out of sight; moved and then deleted; used under this key by NEW; "
                "never allocated"
            ),
        ),
    ],
)
def test_only_what_is_ruled_out_is_left_out(gaps, sight, reach, said):
    """The table of decisions, line by line."""
    result = possibilities(gaps, {"PAY": sight}, reach)
    assert result.tolist() == [said]
    assert result.index.tolist() == [7]
    assert result.name == "possible"


@pytest.mark.parametrize("classification", ["moved", "deleted"])
def test_what_is_proved_leaves_nothing_open(classification):
    """A number that moved or is recorded as deleted has no further possibilities, one that Jira calls hidden only that."""
    hidden = gap("existed", evidence="Jira: may not be seen")
    assert possibilities(hidden, {"PAY": ALL_SEEN}, LOGGED).tolist() == ["hidden from this account"]
    assert possibilities(gap(classification), {"PAY": ALL_SEEN}, LOGGED).isna().all()
    assert possibilities(gap().iloc[:0], {}, LOGGED).empty


def test_many_histories_take_little_time():
    """100,000 issues with 20 history entries each are looked through in seconds, and only the few references are kept."""
    import time  # noqa: PLC0415 - the only test with a clock

    plain = [history(n, "status", fieldtype="jira", fromString="Open", toString="Done") for n in range(19)]
    moved = history(99, "Key", fieldtype="jira", fromString="PAY-9", toString="OPS-5")
    begin = time.perf_counter()
    frame = mentions([], ((n, plain if n % 10 else [*plain, moved]) for n in range(100_000)), {}, FORMER)
    assert len(frame) == 20_000
    assert (
        time.perf_counter() - begin < 20
    )  # about 2 s on one core; the bound only catches a slip in the order of growth


def test_the_walk_over_all_keys_finds_the_same_issues(pulled):
    """The issues that the mentions are taken from are all that the account can search."""
    searchable = {number for number, life in pulled.company.truth.lives.items() if life.searchable}
    assert pulled.ids == searchable
    assert jql.key_walk("PAY").startswith("project")
