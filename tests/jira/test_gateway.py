"""Tokens that the site refuses: Atlassian's gateway is found and used by itself, and no other host sees a credential."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story.company import Company
from auditlib.errors import AccountRefusedError, ForbiddenRequestError, SourceError, UsageError
from auditlib.evidence.opened import Evidence
from auditlib.jira import gateway
from auditlib.jira.connection import connected
from auditlib.jira.credentials import Credentials, secrets_in
from auditlib.jira.wire import make_session
from auditlib.jira.workspace_events import ANSWERS, event_actions
from auditlib.pull.access import identify, require_browsable
from auditlib.responses.store import RawStore

CLOUD_ID = "11111111-2222-4333-8444-555555555555"
TOKEN = "ATATT3x-scoped-token-of-tests"
SECRET = "ATOA-secret-of-tests"
EMAIL = "auditor@example.com"


@dataclass
class Seen:
    """What one host was asked: path and the header with the credentials."""

    requests: list[tuple[str, str]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The paths alone."""
        return [path for path, _ in self.requests]


Reply = tuple[int, dict[str, str], bytes]


@contextmanager
def host(answer: Callable[[str, str, str, bytes], Reply]) -> Iterator[tuple[str, Seen]]:
    """Serve one host on loopback; ``answer`` gets method, path with query, Authorization and body."""
    seen = Seen()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            who = self.headers.get("Authorization", "")
            seen.requests.append((self.path, who))
            status, headers, content = answer(self.command, self.path, who, body)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _any  # noqa: N815 - named by the library

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def as_json(status: int, answer: Any) -> Reply:
    return status, {"Content-Type": "application/json"}, json.dumps(answer).encode()


@dataclass
class Atlassian:
    """A site, the gateway and the accounts' host, with what each was asked."""

    site: str
    hosts: gateway.Hosts
    at_site: Seen
    at_gateway: Seen
    at_accounts: Seen


@dataclass
class Rules:
    """How these three behave."""

    accepts: Callable[[str], bool]
    tenant: Any = field(default_factory=lambda: {"cloudId": CLOUD_ID})
    server_info_open: bool = True
    site_accepts: bool = False
    token_answer: Callable[[dict[str, str]], Reply] | None = None


def forward(jira: EmbeddedJira, method: str, path: str, body: bytes) -> Reply:
    """Ask the embedded Jira as its own account."""
    who = (jira.user, jira.token)
    headers = {"Content-Type": "application/json"}
    answer = requests.request(method, jira.url + path, data=body or None, auth=who, headers=headers, timeout=10)
    kept = {name: value for name, value in answer.headers.items() if name in {"Content-Type", "X-AAccountId", "Date"}}
    return answer.status_code, kept, answer.content


@contextmanager
def atlassian(company: Company, rules: Rules) -> Iterator[Atlassian]:
    """Start them, in front of the embedded Jira."""
    refused = as_json(401, {"code": 401, "message": "Unauthorized; scope does not match"})
    with EmbeddedJira(company.world, "cloud") as jira:

        def site(method: str, path: str, who: str, body: bytes) -> Reply:
            if path == "/_edge/tenant_info":
                return as_json(200, rules.tenant) if rules.tenant is not None else as_json(404, {})
            if who and not rules.site_accepts:
                return refused
            if not who and not (path.endswith("/serverInfo") and rules.server_info_open):
                return refused
            return forward(jira, method, path, body)

        def front(method: str, path: str, who: str, body: bytes) -> Reply:
            start = f"/ex/jira/{CLOUD_ID}"
            if not path.startswith(start) or not rules.accepts(who):
                return refused
            return forward(jira, method, path.removeprefix(start), body)

        def accounts(method: str, path: str, who: str, body: bytes) -> Reply:
            if (method, path, who) != ("POST", "/oauth/token", "") or rules.token_answer is None:
                return as_json(404, {})
            return rules.token_answer(json.loads(body))

        with host(site) as (here, a), host(front) as (there, b), host(accounts) as (desk, c):
            yield Atlassian(here, gateway.Hosts(f"{there}/ex/jira", desk), a, b, c)


def basic(user: str, token: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()


def asked(parts: Atlassian, folder: Path, params: Any, environ: dict[str, str]) -> Evidence:
    """Ask who we are and for the projects, as every command does first."""
    evidence = Evidence(folder, params)
    with connected(params, evidence.store, environ, hosts=parts.hosts) as (reader, _):
        identify(reader)
        require_browsable(reader, ["PAY"])
    return evidence


PERSON = ({"JIRA_USER": EMAIL, "JIRA_TOKEN": TOKEN}, basic(EMAIL, TOKEN))
SERVICE = ({"JIRA_TOKEN": TOKEN}, f"Bearer {TOKEN}")


@pytest.mark.parametrize("deployment", ["auto", "cloud"])
@pytest.mark.parametrize("account", [PERSON, SERVICE], ids=["person", "service account"])
def test_after_a_401_at_the_site_the_gateway_is_found_and_used(
    small_company, tmp_path, parameters, deployment, account
):
    """A person's scoped token goes there as Basic, a service account's as Bearer; both addresses are recorded."""
    environ, header = account
    with atlassian(small_company, Rules(accepts=lambda who: who == header)) as parts:
        params = parameters(jira_url=parts.site, deployment=deployment, projects="[PAY]")
        evidence = asked(parts, tmp_path, params, environ)
        at = f"{parts.hosts.gateway}/{CLOUD_ID}"
        assert [entry.asked_at for entry in evidence.store.entries("account")] == [at]
        assert [entry.asked_at for entry in evidence.store.entries("server")] == [""]
        assert RawStore(evidence.store.folder).entries("account")[0].asked_at == at
        assert evidence.site.deployment == "cloud"
        assert "127.0.0.1" not in evidence.site.base_url or "/ex/jira" not in evidence.site.base_url
        assert {who for _, who in parts.at_site.requests} <= {header, ""}
        assert ("/_edge/tenant_info", "") in parts.at_site.requests
        assert parts.at_accounts.requests == []
        assert {who for _, who in parts.at_gateway.requests} == {header}


def test_a_site_that_tells_nothing_to_nobody_is_asked_at_the_gateway(small_company, tmp_path, parameters):
    """Even what Jira it is; links for people still lead to the site."""
    rules = Rules(accepts=lambda who: who == PERSON[1], server_info_open=False)
    with atlassian(small_company, rules) as parts:
        evidence = asked(parts, tmp_path, parameters(jira_url=parts.site, projects="[PAY]"), PERSON[0])
        assert evidence.store.entries("server")[0].asked_at == f"{parts.hosts.gateway}/{CLOUD_ID}"
        assert evidence.site.deployment == "cloud"
        assert "/ex/jira" not in evidence.site.base_url


def test_a_token_that_the_site_accepts_never_leaves_it(small_company, tmp_path, parameters):
    """An ordinary token is used at the site alone, and nobody asks for a cloud id."""
    with atlassian(small_company, Rules(accepts=lambda _: True, site_accepts=True)) as parts:
        evidence = asked(parts, tmp_path, parameters(jira_url=parts.site, projects="[PAY]"), PERSON[0])
        assert parts.at_gateway.requests == []
        assert "/_edge/tenant_info" not in parts.at_site.paths
        assert {entry.asked_at for entry in evidence.store.entries()} == {""}


@pytest.mark.parametrize(
    "rules",
    [
        Rules(accepts=lambda _: True, tenant=None),
        Rules(accepts=lambda _: True, tenant={"cloudId": "../../evil"}),
        Rules(accepts=lambda _: True, tenant={"cloudId": f"{CLOUD_ID}@evil.example"}),
        Rules(accepts=lambda _: True, tenant=[CLOUD_ID]),
        Rules(accepts=lambda _: False),
    ],
    ids=["no tenant", "a path", "another host", "a list", "refused there too"],
)
def test_without_a_gateway_that_accepts_it_the_account_is_refused(small_company, tmp_path, parameters, rules):
    """Status 3 in Jira's words; a cloud id that is none leads nowhere."""
    with atlassian(small_company, rules) as parts:
        with pytest.raises(AccountRefusedError, match="scope") as caught:
            asked(parts, tmp_path, parameters(jira_url=parts.site, projects="[PAY]"), PERSON[0])
        assert TOKEN not in str(caught.value)
        assert all(path.startswith(f"/ex/jira/{CLOUD_ID}/") for path in parts.at_gateway.paths)


def test_a_data_centers_token_never_goes_to_the_gateway(small_company, tmp_path, parameters):
    """Neither where the parameters say so, nor where the server does."""
    with atlassian(small_company, Rules(accepts=lambda _: True)) as parts:
        with pytest.raises(AccountRefusedError):
            asked(parts, tmp_path, parameters(jira_url=parts.site, deployment="data-center"), PERSON[0])
        assert parts.at_gateway.requests == []
        assert "/_edge/tenant_info" not in parts.at_site.paths
    with EmbeddedJira(small_company.world, "data-center") as jira:
        hosts = gateway.Hosts("http://127.0.0.1:9/ex/jira", "http://127.0.0.1:9")
        params, wrong = parameters(jira_url=jira.url), {"JIRA_TOKEN": "wrong"}
        with connected(params, RawStore(tmp_path / "b"), wrong, hosts=hosts) as (reader, _):
            with pytest.raises(AccountRefusedError):
                identify(reader)
        assert not any("tenant_info" in one.path for one in jira.requests)


@pytest.mark.parametrize("account", [PERSON, SERVICE], ids=["person", "service account"])
@pytest.mark.parametrize("site_accepts", [True, False])
def test_workspace_events_are_asked_at_the_gateways_host(small_company, tmp_path, parameters, account, site_accepts):
    """With the same credentials, wherever the site's own questions go; a refusal there is kept and ends nothing."""
    environ, header = account
    with atlassian(small_company, Rules(accepts=lambda who: who == header, site_accepts=site_accepts)) as parts:
        params, store = parameters(jira_url=parts.site, deployment="cloud", projects="[PAY]"), RawStore(tmp_path)
        with connected(params, store, environ, hosts=parts.hosts) as (reader, _):
            if not site_accepts:
                identify(reader)
            beside, cloud_id = reader.open_gateway()
            with beside:
                entry = beside.ask("workspace/actions", event_actions(cloud_id), allowed=ANSWERS)
        asked_there = [(path, who) for path, who in parts.at_gateway.requests if path.startswith("/audit-log/")]
        assert asked_there == [(f"/{event_actions(CLOUD_ID).path}", header)]
        assert entry.status == 401
        assert entry.asked_at == parts.hosts.root
        assert not any("/audit-log/" in path for path in (*parts.at_site.paths, *parts.at_accounts.paths))


@pytest.mark.parametrize("site", ["http://jira.example.com", "ftp://example.com"])
def test_no_credential_goes_from_an_unencrypted_site_to_the_gateway(site):
    """Only https sites have a gateway; Atlassian's own addresses are https."""
    assert gateway.gateway_of({"cloudId": CLOUD_ID}, site, gateway.ATLASSIAN) is None
    at = gateway.gateway_of({"cloudId": CLOUD_ID}, "https://acme.atlassian.net", gateway.ATLASSIAN)
    assert at == f"https://api.atlassian.com/ex/jira/{CLOUD_ID}"


def test_a_cloud_site_is_not_asked_unencrypted(tmp_path, parameters):
    """Before anything is sent."""
    params = parameters(jira_url="http://acme.atlassian.net")
    with pytest.raises(SourceError, match="https://"), connected(params, RawStore(tmp_path), PERSON[0]):
        pass


def test_a_session_reaches_its_own_address_only(tmp_path):
    """Whatever is asked elsewhere, even by mistake, has no way out."""
    del tmp_path
    session = make_session(
        "https://acme.atlassian.net",
        gateway.Authorization(None),
        timeouts=(1, 1),
        longest_answer=1,
        trust_environment=False,
    )
    for url in (
        "https://acme.atlassian.net.evil.example/rest/api/3/myself",
        "http://acme.atlassian.net/rest/api/3/myself",
    ):
        with pytest.raises(requests.exceptions.InvalidSchema, match="No connection adapters"):
            session.get(url)
    with pytest.raises(ForbiddenRequestError):
        session.post("https://acme.atlassian.net/oauth/token")


def test_a_run_that_goes_on_begins_at_the_gateway(small_company, tmp_path, parameters):
    """What is on disk says where it was asked; the site is not tried again."""
    with atlassian(small_company, Rules(accepts=lambda who: who == PERSON[1])) as parts:
        params = parameters(jira_url=parts.site, projects="[PAY]")
        asked(parts, tmp_path, params, PERSON[0])
        before = len(parts.at_site.requests)
        evidence = Evidence(tmp_path, params)
        with connected(params, evidence.store, PERSON[0], hosts=parts.hosts) as (reader, _):
            identify(reader)
            reader.ask("count/PAY", reader.dialect.count("project = PAY"))
        assert len(parts.at_site.requests) == before
        assert "/rest/api/3/search/approximate-count" in parts.at_gateway.paths[-1]


def test_attachments_are_asked_for_at_the_gateway(small_company, tmp_path, parameters):
    """A file's address on the site is left alone: the question is the gateway's own."""
    with atlassian(small_company, Rules(accepts=lambda who: who == PERSON[1])) as parts:
        params = parameters(jira_url=parts.site, projects="[PAY]")
        evidence = Evidence(tmp_path, params)
        target = tmp_path / "data" / "dossiers" / "PAY-1" / "attachments" / "note.txt"
        with connected(params, evidence.store, PERSON[0], hosts=parts.hosts) as (reader, _):
            identify(reader)
            entry = reader.download("dossier/PAY-1/attachment/1", reader.dialect.attachment(1, "note.txt"), target)
        assert parts.at_gateway.paths[-1] == f"/ex/jira/{CLOUD_ID}/rest/api/3/attachment/content/1?redirect=false"
        assert entry.asked_at == f"{parts.hosts.gateway}/{CLOUD_ID}"


class Desk:
    """Gives tokens to who knows the secret, and says which of them hold."""

    def __init__(self, lasts: int = 3600) -> None:
        self.given: list[str] = []
        self.lasts = lasts

    def answer(self, body: dict[str, str]) -> Reply:
        """Give the next token."""
        wanted = {"grant_type": "client_credentials", "client_id": "client-1", "client_secret": SECRET}
        if body != wanted:
            return as_json(401, {"error": "access_denied", "error_description": "Unauthorized client"})
        self.given.append(f"eyJ-{len(self.given)}")
        return as_json(200, {"access_token": self.given[-1], "expires_in": self.lasts, "token_type": "Bearer"})

    def holds(self, who: str) -> bool:
        """Say whether this header carries the newest one."""
        return bool(self.given) and who == f"Bearer {self.given[-1]}"


CLIENT = {"JIRA_CLIENT_ID": "client-1", "JIRA_CLIENT_SECRET": SECRET}


def test_client_credentials_are_exchanged_for_a_token_of_the_gateway(small_company, tmp_path, parameters):
    """The secret goes to the accounts' host alone, once; the token goes to the gateway alone; neither is kept."""
    desk = Desk()
    with atlassian(small_company, Rules(accepts=desk.holds, token_answer=desk.answer)) as parts:
        evidence = asked(parts, tmp_path, parameters(jira_url=parts.site, projects="[PAY]"), CLIENT)
        assert parts.at_accounts.requests == [("/oauth/token", "")]
        assert {who for _, who in parts.at_site.requests} == {""}
        assert {who for _, who in parts.at_gateway.requests} == {"Bearer eyJ-0"}
        assert evidence.site.account_id
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert SECRET.encode() not in kept
    assert b"eyJ-0" not in kept
    assert "eyJ-0" in secrets_in({})  # so that no package in which it stands is sealed


def test_wrong_client_credentials_are_told_without_the_secret(small_company, tmp_path, parameters):
    """In the words of the answer, with status 3."""
    desk = Desk()
    with atlassian(small_company, Rules(accepts=desk.holds, token_answer=desk.answer)) as parts:
        environ = {**CLIENT, "JIRA_CLIENT_SECRET": "another-secret"}
        with pytest.raises(AccountRefusedError, match="Unauthorized client") as caught:
            asked(parts, tmp_path, parameters(jira_url=parts.site, projects="[PAY]"), environ)
    assert "another-secret" not in str(caught.value)


def test_client_credentials_are_for_cloud(small_company, tmp_path, parameters):
    """On Data Center they are refused before anything is sent."""
    with atlassian(small_company, Rules(accepts=lambda _: True)) as parts:
        with pytest.raises(UsageError, match="personal access token"):
            asked(parts, tmp_path, parameters(jira_url=parts.site, deployment="data-center"), CLIENT)
        assert parts.at_site.requests == []


def account_of(desk: Desk, parts: Atlassian, now: list[float]) -> gateway.ServiceAccount:
    del desk
    who = Credentials(SECRET, client="client-1")
    return gateway.ServiceAccount(who, parts.hosts, lambda: now[0], trust_environment=False)


def test_a_token_is_renewed_before_it_ends(small_company):
    """A run of many hours asks for a token each hour, a little early."""
    desk, now = Desk(), [0.0]
    with atlassian(small_company, Rules(accepts=desk.holds, token_answer=desk.answer)) as parts:
        account = account_of(desk, parts, now)
        assert [account.header(), account.header()] == ["Bearer eyJ-0"] * 2
        now[0] = 3400.0
        assert account.header() == "Bearer eyJ-0"
        now[0] = 3500.0
        assert account.header() == "Bearer eyJ-1"


def test_a_token_that_is_refused_is_renewed_once(small_company):
    """One that was revoked early is replaced; one that is new and refused is refused for good."""
    desk, now = Desk(), [0.0]
    with atlassian(small_company, Rules(accepts=desk.holds, token_answer=desk.answer)) as parts:
        account = account_of(desk, parts, now)
        first = account.header()
        assert not account.renewed(first)
        now[0] = 100.0
        assert account.renewed(first)
        second = account.header()
        assert second != first
        assert not account.renewed(second)
        assert account.renewed(first)


@pytest.mark.parametrize(
    "answer",
    [{}, {"access_token": 7}, {"access_token": "a\u2026"}, {"access_token": ""}, ["x"], "eyJ"],
)
def test_an_answer_that_holds_no_token_is_told(small_company, answer):
    """Whatever the host answers, it is no error in auditlib."""
    with atlassian(small_company, Rules(accepts=lambda _: True, token_answer=lambda _: as_json(200, answer))) as parts:
        with pytest.raises(AccountRefusedError, match="gives no token"):
            account_of(Desk(), parts, [0.0]).header()
