"""Through faults, kills and many threads at once: the same result as without, or an end that says why."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
import requests
from places import ROOT

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira, Faults, Rate, Tamper
from auditlib.demo.server.weather import Limiter
from auditlib.demo.story.company import build_company
from auditlib.errors import AnswerError, UnreachableError
from auditlib.jira.client import JiraReader
from auditlib.jira.credentials import Credentials
from auditlib.jira.gate import Gate
from auditlib.jira.protocol import dialect
from auditlib.jira.retries import RetryBudget
from auditlib.responses.request import get
from auditlib.responses.store import RawStore

PROJECTS = ("PAY", "PAYX", "OPS")
FIELDS = ("key", "summary", "created")
AT = datetime(2026, 11, 20, tzinfo=UTC)
UNTOLD = {"retry-after": "absent"}


@contextmanager
def reading(
    company,
    folder: Path,
    *,
    speaks: str = "cloud",
    tamper: Tamper | None = None,
    budget: RetryBudget | None = None,
    timeout: float = 5.0,
    answer_seconds: float = 60.0,
    **weather: object,
) -> Iterator[tuple[JiraReader, EmbeddedJira]]:
    with EmbeddedJira(company.world, speaks, tamper=tamper, **weather) as jira:
        with JiraReader(
            jira.url,
            dialect(speaks),
            Credentials(jira.token, jira.user),
            RawStore(folder / "raw"),
            budget=budget,
            first_wait_seconds=0.01,
            timeout_seconds=timeout,
            answer_seconds=answer_seconds,
        ) as reader:
            yield reader, jira


def walk(reader: JiraReader, project: str) -> list[dict]:
    query = f"project = {project} ORDER BY key ASC"
    return [issue for _, page in reader.search(f"walk/{project}", query, FIELDS) for issue in page]


def walk_all(reader: JiraReader) -> list[list[dict]]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda project: walk(reader, project), PROJECTS))


def without_address(found: object, jira: EmbeddedJira) -> object:
    return json.loads(json.dumps(found).replace(jira.url, "http://jira"))


@pytest.mark.parametrize("speaks", ["cloud", "data-center"])
def test_faults_change_nothing(small_company, tmp_path, speaks):
    """500, 503, resets, silence and cut bodies, far more of each than is promised: the same issues in the same order."""
    with reading(small_company, tmp_path / "calm", speaks=speaks, page_size=2) as (reader, jira):
        calm = without_address(walk_all(reader), jira)
    faults = Faults(7, error=0.04, unavailable=0.03, reset=0.03, silent=0.01, cut=0.03)
    with reading(small_company, tmp_path / "storm", speaks=speaks, page_size=2, faults=faults, timeout=0.5) as (
        reader,
        jira,
    ):
        storm = without_address(walk_all(reader), jira)
        statuses = Counter(served.status for served in jira.requests)
        entries = reader.store.entries()
    assert storm == calm
    assert statuses[500]
    assert statuses[503]
    assert len(entries) < len(jira.requests)
    assert len({entry.file for entry in entries}) == len(entries)


def test_the_promised_share_of_faults_never_spends_the_budget():
    """2 % 500, 1 % 503, 1 % resets, 0.5 % time-outs, 0.5 % cut bodies: over any length of run retries are left."""
    for seed in range(20):
        fate = Faults(seed).drawing()
        budget, sent = RetryBudget(), 0
        for _ in range(3000):
            sent += 1
            while fate():
                assert budget.spend(sent)
                sent += 1


def test_a_dead_server_ends_the_run():
    """When everything fails, the budget does not grow with the failures."""
    budget = RetryBudget()
    spent = 0
    while budget.spend(spent):
        spent += 1
    assert spent == 200


@pytest.mark.parametrize("speaks", ["cloud", "data-center"])
def test_files_and_questions_spend_one_budget(small_company, tmp_path, speaks):
    """A download takes its retries out of the same budget, and where that is spent it is not tried again."""

    def broken(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, status=500, body=b"") if "/attachment/" in asked.path else answer

    place = tmp_path / "dossiers" / "PAY-1" / "attachments"
    with reading(small_company, tmp_path, speaks=speaks, tamper=broken, budget=RetryBudget(2, 0.0)) as (reader, jira):
        for number, tries in ((1, 3), (2, 1)):
            before = len(jira.requests)
            request = reader.dialect.attachment(number, "note.txt")
            with pytest.raises(UnreachableError, match=f"did not give the file of .* in {tries} tries: status 500"):
                reader.download(f"dossier/PAY-1/attachment/{number}", request, place / f"{number}-note.txt")
            assert len(jira.requests) - before == tries
        assert not place.exists()
        assert not reader._retries._budget.spend(0)


def test_silence_is_ended_by_the_time_out(small_company, tmp_path):
    """A server that takes the question and never answers is left after the time-out."""
    budget = RetryBudget(1)
    with reading(
        small_company,
        tmp_path,
        timeout=0.3,
        budget=budget,
        faults=Faults(silent=1, **dict.fromkeys(("error", "unavailable", "reset", "cut"), 0.0)),
    ) as (
        reader,
        _,
    ):
        begun = time.monotonic()
        with pytest.raises(UnreachableError, match="no data within the time-out"):
            reader.ask("account", reader.dialect.myself())
        assert time.monotonic() - begun < 5


@contextmanager
def raw_server(answer: Callable[[int], list[bytes]], pause: float = 0.0) -> Iterator[str]:
    """Serve bytes as they are, one list of pieces for each connection."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.1)
    ended = threading.Event()

    def serve() -> None:
        number = 0
        while not ended.is_set():
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(5)
                connection.recv(65536)
                try:
                    for piece in answer(number):
                        connection.sendall(piece)
                        ended.wait(pause)
                except OSError:
                    pass  # the caller has left
            number += 1

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        ended.set()
        thread.join()
        listening.close()


def answer_of(body: bytes, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", "Content-Type: application/json", "Connection: close", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


WHOLE = b'{"accountId": "a-1"}'


@pytest.mark.parametrize(
    "spoilt",
    [
        [answer_of(zlib.compress(WHOLE)[:-6] + b"broken", "Content-Encoding: gzip")],
        [answer_of(gzip.compress(WHOLE)[:-16], "Content-Encoding: gzip")],
        [answer_of(WHOLE[:-1])],
        [answer_of(WHOLE)[:-4]],
        [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n" + WHOLE],
        [b"nonsense\r\n\r\n"],
        [],
    ],
    ids=["not gzip", "gzip cut", "JSON cut", "body cut", "chunks cut", "no HTTP", "nothing"],
)
def test_a_spoilt_answer_is_asked_for_again(tmp_path, spoilt):
    """Whatever is wrong with the bytes, the question is asked again, and only the whole answer is kept."""
    with raw_server(lambda number: spoilt if number == 0 else [answer_of(WHOLE)]) as url:
        store = RawStore(tmp_path / "raw")
        with JiraReader(url, dialect("cloud"), Credentials("t"), store, first_wait_seconds=0.01) as reader:
            entry = reader.ask("account", reader.dialect.myself())
    assert store.body(entry) == WHOLE
    assert entry.tries == 2
    assert store.refusals() == []


def test_a_slow_answer_is_waited_for(tmp_path):
    """An answer that comes in pieces, each in time, is whole at last."""
    whole = answer_of(WHOLE)
    pieces = [whole[start : start + 20] for start in range(0, len(whole), 20)]
    with raw_server(lambda _: pieces, pause=0.1) as url:
        store = RawStore(tmp_path / "raw")
        with JiraReader(url, dialect("cloud"), Credentials("t"), store, timeout_seconds=0.5) as reader:
            assert store.body(reader.ask("account", reader.dialect.myself())) == WHOLE


def test_an_answer_without_end_is_left(tmp_path):
    """A body that drips for ever, each drop in time, does not hold the run for ever."""

    def drip(_: int) -> list[bytes]:
        return [answer_of(b"x" * 100_000)[:150], *([b"x" * 500] * 200)]

    with raw_server(drip, pause=0.05) as url:
        store = RawStore(tmp_path / "raw")
        with JiraReader(
            url,
            dialect("cloud"),
            Credentials("t"),
            store,
            timeout_seconds=0.5,
            answer_seconds=0.5,
            budget=RetryBudget(0),
        ) as reader:
            begun = time.monotonic()
            with pytest.raises(UnreachableError, match=r"did not end within 0.5 s"):
                reader.ask("account", reader.dialect.myself())
            assert time.monotonic() - begun < 5


def login_page(times: int) -> Tamper:
    """Answer so many requests in the middle of a walk with a login page."""
    seen = 0

    def tamper(asked: Asked, answer: Answer) -> Answer:
        nonlocal seen
        if b"nextPageToken" not in asked.body:
            return answer
        seen += 1
        if 3 <= seen < 3 + times:
            return Answer(200, {"Content-Type": "text/html"}, b"<html>Log in</html>")
        return answer

    return tamper


def test_a_login_page_in_the_middle_is_asked_again_once(small_company, tmp_path):
    """Once it may be a gateway's hiccup; twice it is an answer, which is kept and ends the pull."""
    with reading(small_company, tmp_path / "calm", page_size=20) as (reader, jira):
        calm = without_address(walk(reader, "PAY"), jira)
    with reading(small_company, tmp_path / "once", page_size=20, tamper=login_page(1)) as (reader, jira):
        assert without_address(walk(reader, "PAY"), jira) == calm
        assert reader.store.refusals() == []
    with reading(small_company, tmp_path / "twice", page_size=20, tamper=login_page(2)) as (reader, _):
        with pytest.raises(AnswerError, match="login page"):
            walk(reader, "PAY")
        (refused,) = reader.store.refusals()
        assert refused.tries == 2


def test_refusals_do_not_spend_the_retries(small_company, tmp_path):
    """A limit is no fault: with no retry left, a limited server is still read to the end."""
    rate = Rate(4, 2, "bucket", headers=False)  # so slow that a busy machine outruns it too
    with reading(small_company, tmp_path, rate=rate, forms=UNTOLD, budget=RetryBudget(0, 0.0)) as (reader, jira):
        with ThreadPoolExecutor(8) as pool:
            entries = list(pool.map(lambda n: reader.ask(f"t/{n}", reader.dialect.myself()), range(12)))
        assert any(served.status == 429 for served in jira.requests)
    assert len(entries) == 12


@pytest.mark.parametrize("speaks", ["cloud", "data-center"])
@pytest.mark.parametrize("kind", ["bucket", "window", "sliding"])
def test_the_embedded_jira_keeps_its_limit(kind, speaks, small_company):
    """Its limiter lets through what it says, and says how long to wait."""
    now = [100.0]
    limiter = Limiter(Rate(10, 10, kind), lambda: now[0])
    passed = 0
    for _ in range(500):
        passed += limiter.take().passes
        now[0] += 0.02
    assert 100 <= passed <= 111
    with EmbeddedJira(small_company.world, speaks, rate=Rate(2, 2, kind)) as jira:
        answers = [requests.get(f"{jira.url}/rest/api/2/serverInfo", timeout=5) for _ in range(6)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert all(answer.headers["Retry-After"] == "1" for answer in refused)
    told = {"Remaining": "0", **({"FillRate": "2", "Interval-Seconds": "1"} if speaks == "data-center" else {})}
    assert all(refused[0].headers[f"X-RateLimit-{name}"] == value for name, value in told.items())


def test_what_the_embedded_jira_remembers_is_never_stale():
    """Issues are written once; a new value, a longer list, another key or a hidden issue is seen by the next request."""
    company = build_company("changing", scale=0.05)
    issue = max(
        (one for one in company.world.issues.values() if one.project == "PAY" and one.visible),
        key=lambda one: one.number,
    )
    asked = {"jql": "project = PAY", "fields": ["summary", "labels", "reporter"], "maxResults": 100}
    with EmbeddedJira(company.world, "cloud") as jira:

        def found() -> list[dict]:
            address, who = f"{jira.url}/rest/api/3/search/jql", (jira.user, jira.token)
            issues = requests.post(address, json=asked, auth=who, timeout=5).json()["issues"]
            return [one for one in issues if one["id"] == str(issue.id)]

        (before,) = found()
        assert found() == [before]
        issue.fields["summary"] = "another"
        assert found()[0]["fields"]["summary"] == "another"
        issue.fields["labels"] = []
        found()
        issue.fields["labels"].append("new")
        assert found()[0]["fields"]["labels"] == ["new"]
        issue.fields["reporter"] = None
        assert found()[0]["fields"]["reporter"] is None
        issue.key = "PAY-9999"
        assert found()[0]["key"] == "PAY-9999"
        issue.visible = False
        assert found() == []


def test_the_same_question_at_once_is_sent_once(small_company, tmp_path):
    """Threads that ask the same share one answer; those that ask under another topic get their own."""
    with reading(small_company, tmp_path, latency=0.2) as (reader, jira):
        with ThreadPoolExecutor(8) as pool:
            one = list(pool.map(lambda _: reader.ask("account", reader.dialect.myself()), range(8)))
            two = list(pool.map(lambda n: reader.ask(f"account/{n}", reader.dialect.myself()), range(8)))
        assert len(jira.requests) == 9
    assert all(entry is one[0] for entry in one)
    assert [entry.topic for entry in two] == [f"account/{number}" for number in range(8)]


def test_an_error_reaches_all_who_asked(small_company, tmp_path):
    """Threads that wait for another's answer get its error, and the question can be asked again."""
    broken = True

    def tamper(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, status=500) if broken else answer

    with reading(small_company, tmp_path, latency=0.1, tamper=tamper, budget=RetryBudget(0, 0.0)) as (reader, _):
        with ThreadPoolExecutor(4) as pool:
            asked = [pool.submit(reader.ask, "account", reader.dialect.myself()) for _ in range(4)]
            errors = [future.exception(10) for future in asked]
        assert all(isinstance(error, UnreachableError) for error in errors)
        broken = False
        assert reader.ask("account", reader.dialect.myself()).status == 200


def test_each_thread_has_its_own_connection_and_all_are_closed(small_company, tmp_path):
    """A session is never shared, and closing the reader closes those of threads that are gone."""
    closed: list[object] = []
    with reading(small_company, tmp_path, latency=0.1) as (reader, _):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda n: reader.ask(f"t/{n}", reader.dialect.myself()), range(8)))
        clients = list(reader._sender._connections)
        for client in clients:
            client.close = lambda client=client: closed.append(client)  # type: ignore[method-assign]
    assert len(clients) == 4
    assert len({id(client.session) for client in clients}) == 4
    assert closed == clients


def test_eight_at_once(small_company, tmp_path):
    """With latency, eight threads take an eighth of the time of one."""
    with reading(small_company, tmp_path, latency=0.1) as (reader, jira):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: reader.ask(f"t/{n}", reader.dialect.myself()), range(80)))
        came = [served.at for served in jira.requests]
    assert came[-1] - came[0] < 80 * 0.1 / 2


def test_a_stopped_reader_asks_nothing_more(small_company, tmp_path):
    """When a part of the pull failed, the others end at once, also in the middle of a wait."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, status=429, headers={"Content-Type": "application/json", "Retry-After": "100"})

    with reading(small_company, tmp_path, tamper=tamper) as (reader, _):
        with ThreadPoolExecutor(4) as pool:
            asked = [pool.submit(reader.ask, f"t/{number}", reader.dialect.myself()) for number in range(4)]
            time.sleep(0.3)
            reader.stop("another part failed")
            assert {str(future.exception(5)) for future in asked} == {"another part failed"}


def keep(store: RawStore, topic: str, number: int, *, refused: str = "") -> None:
    body = json.dumps({"number": number}).encode()
    request = get(f"rest/api/3/thing/{number}")
    store.keep(topic, request, status=200, headers={}, body=body, at=AT, tries=1, refused=refused)


def test_many_threads_keep_without_loss(tmp_path):
    """Every response has a file of its own and a line of its own, and both say the same."""
    store = RawStore(tmp_path / "raw")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: keep(store, f"t/{number % 3}", number), range(600)))
    again = RawStore(tmp_path / "raw")
    assert again.entries() == store.entries()
    assert sorted(again.json(entry)["number"] for entry in again.entries("t")) == list(range(600))
    assert len({entry.file for entry in again.entries()}) == 600
    for topic in ("t/0", "t/1", "t/2"):
        assert len(again.entries(topic)) == 200
    files = [path.relative_to(store.folder).as_posix() for path in store.folder.rglob("*.gz")]
    assert sorted(files) == sorted(entry.file for entry in again.entries())


def test_topics_do_not_run_into_each_other(tmp_path):
    """A topic has what is below it, not what begins alike; the order is that of receiving."""
    store = RawStore(tmp_path / "raw")
    for number, topic in enumerate(["walk/PAY", "walk/PAYX", "walk", "walk/PAY", "walks"]):
        keep(store, topic, number)
    assert [store.json(entry)["number"] for entry in store.entries("walk")] == [0, 1, 2, 3]
    assert [store.json(entry)["number"] for entry in store.entries("walk/PAY")] == [0, 3]
    assert len(store.entries()) == 5


@pytest.mark.parametrize("cut", [1, 5, 40, -1])
def test_a_torn_last_line_was_never_written(tmp_path, cut):
    """Opening drops it, writing cuts it off, and its body is removed; names never collide."""
    store = RawStore(tmp_path / "raw")
    for number in range(5):
        keep(store, "t", number)
    whole = store.index.read_bytes()
    lines = whole.splitlines(keepends=True)
    store.index.write_bytes(b"".join(lines[:4]) + lines[4][:cut])
    (store.folder / "t" / "000009.json.gz.tmp").write_bytes(b"half")
    (store.folder / "t" / "000007.refused.gz").write_bytes(b"no line names it")
    again = RawStore(tmp_path / "raw")
    assert len(again.entries()) == 4
    assert store.index.read_bytes() != b"".join(lines[:4])  # reading changes nothing
    assert again.find("t", get("rest/api/3/issue/4")) is None
    keep(again, "t", 4)
    keep(again, "t", 5)
    third = RawStore(tmp_path / "raw")
    assert [third.json(entry)["number"] for entry in third.entries()] == list(range(6))
    names = sorted(path.name for path in (third.folder / "t").iterdir() if path.suffix != ".tmp")
    assert names == [f"{number:06d}.json.gz" for number in range(1, 7)]


def test_a_line_that_is_no_line_is_told(tmp_path):
    """A damaged index is an error, not fewer responses."""
    store = RawStore(tmp_path / "raw")
    keep(store, "t", 1)
    store.index.write_bytes(b"{}\n" + store.index.read_bytes())
    with pytest.raises(AnswerError, match="holds a line that can't be read"):
        RawStore(tmp_path / "raw")


def test_refused_responses_share_the_numbers(tmp_path):
    """A response that can't be used takes a number too, also after reopening."""
    store = RawStore(tmp_path / "raw")
    keep(store, "t", 1, refused="not JSON")
    keep(store, "t", 1)
    again = RawStore(tmp_path / "raw")
    keep(again, "t", 2)
    assert [entry.file for entry in again.entries()] == ["t/000002.json.gz", "t/000003.json.gz"]
    assert [entry.file for entry in again.refusals()] == ["t/000001.refused.gz"]


PULLS = """
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from auditlib.jira.protocol import dialect
from auditlib.jira.credentials import Credentials
from auditlib.jira.client import JiraReader
from auditlib.responses.store import RawStore

url, user, token, folder = sys.argv[1:]

def pull():
    with JiraReader(url, dialect("cloud"), Credentials(token, user), RawStore(Path(folder))) as reader:
        def walk(project):
            query = f"project = {project} ORDER BY key ASC"
            return sum(len(page) for _, page in reader.search(f"walk/{project}", query, ("key", "summary")))
        with ThreadPoolExecutor(8) as pool:
            return sum(pool.map(walk, ("PAY", "PAYX", "OPS")))

for _ in sys.stdin:  # each line asks for one more attempt, in a process of its own
    child = os.fork()
    if child == 0:
        print("found", pull(), flush=True)
        os._exit(0)
    print("started", child, flush=True)
    os.waitpid(child, 0)
    print("ended", child, flush=True)
"""


class Attempts:
    """Starts a process that starts attempts; so its imports are paid for once."""

    def __init__(self, jira: EmbeddedJira, folder: Path) -> None:
        command = [sys.executable, "-c", PULLS, jira.url, jira.user, jira.token, str(folder)]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def start(self) -> int:
        """Start an attempt; returns its process."""
        print("go", file=self.process.stdin)
        return self.read()["started"]

    def read(self, *until: str) -> dict[str, int]:
        """Read what the attempt says, up to one of these words or the next line."""
        said: dict[str, int] = {}
        while True:
            word, _, number = self.process.stdout.readline().partition(" ")
            said[word] = int(number)
            if not until or word in until:
                return said

    def close(self) -> None:
        """End all."""
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def test_ten_kills_lose_nothing_and_ask_nothing_twice(small_company, tmp_path):
    """Killed at random moments, the next attempt goes on: what is on disk is not asked for again."""
    draw = random.Random(11)  # noqa: S311 - repeatable moments
    folder = tmp_path / "raw"
    with EmbeddedJira(small_company.world, "cloud", page_size=2, latency=0.01) as jira:
        attempts = Attempts(jira, folder)
        for _ in range(10):
            on_disk, asked = len(RawStore(folder).entries()), len(jira.requests)
            process = attempts.start()
            until = time.monotonic() + 20
            while len(jira.requests) < asked + 3 + len(PROJECTS) and time.monotonic() < until:
                time.sleep(0.001)  # so that three are on disk, however late those under way come
            time.sleep(draw.uniform(0, 0.08))
            os.kill(process, signal.SIGKILL)
            assert "found" not in attempts.read("ended")
            store = RawStore(folder)
            assert all(store.body(entry) for entry in store.entries())
            # Each answer since is new; at most those under way, one a project, were asked in vain.
            assert len(store.entries()) - on_disk >= len(jira.requests) - asked - len(PROJECTS)
        before, on_disk = len(jira.requests), len(RawStore(folder).entries())
        attempts.start()
        found = attempts.read("ended")["found"]
        attempts.close()
        entries = RawStore(folder).entries()
        assert len(jira.requests) - before == len(entries) - on_disk
        assert on_disk > 20
    issues = [issue["id"] for entry in entries for issue in RawStore(folder).json(entry)["issues"]]
    assert len(issues) == len(set(issues)) == found
    assert len(small_company.world.issues) >= len(issues) > 200
    numbers = [int(Path(entry.file).name[:6]) for entry in RawStore(folder).entries("walk/PAY")]
    assert all(later == earlier + 1 for earlier, later in pairwise(numbers))


def test_a_limited_server_is_asked_near_its_limit(small_company, tmp_path):
    """Against a real server: 30 requests a second, few refused, most of the rate used."""
    rate = Rate(30, 30, "bucket", headers=False)
    with reading(small_company, tmp_path, latency=0.05, rate=rate, forms=UNTOLD) as (reader, jira):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: reader.ask(f"t/{n}", reader.dialect.myself()), range(240)))
        served = jira.requests
    first = next(index for index, one in enumerate(served) if one.status == 429)
    after = served[first + 1 :]
    refused = sum(one.status == 429 for one in after)
    assert refused <= 12
    assert (len(after) - refused) / (after[-1].at - served[first].at) > 0.6 * 30


def test_the_gate_is_the_readers_own(small_company, tmp_path):
    """The run can bring its own gate, with another concurrency."""
    with EmbeddedJira(small_company.world, "cloud", latency=0.05) as jira:
        gate = Gate(2)
        who = Credentials(jira.token, jira.user)
        with JiraReader(jira.url, dialect("cloud"), who, RawStore(tmp_path / "raw"), gate=gate) as reader:
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(lambda n: reader.ask(f"t/{n}", reader.dialect.myself()), range(12)))
        came = [served.at for served in jira.requests]
    assert gate.requests == 12
    assert came[-1] - came[0] > 0.05 * 4
