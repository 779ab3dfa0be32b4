"""A server that can't be asked: each cause has its own sentence, with what to do, and status 3."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from byte_server import answering, head
from one_reader import reading

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.errors import AccountRefusedError, SourceError
from auditlib.jira import data_center
from auditlib.jira.client import JiraReader
from auditlib.jira.connection import connected
from auditlib.jira.credentials import Credentials
from auditlib.jira.network import BUNDLES
from auditlib.jira.protocol import dialect
from auditlib.pull.access import identify
from auditlib.responses.store import RawStore

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", *BUNDLES)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    """No proxy and no bundle of the machine takes part."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def told(url: str, folder: Path, **how: object) -> str:
    """Ask a server what it is, and return the error's text."""
    store = RawStore(folder / "raw")
    with JiraReader(
        url, data_center, Credentials("a-token-of-tests"), store, first_wait_seconds=0.01, timeout_seconds=5, **how
    ) as reader:
        with pytest.raises(SourceError) as caught:
            reader.ask("server", data_center.server_info(), most_tries=2)
    assert caught.value.status == 3
    assert "a-token-of-tests" not in str(caught.value)
    return str(caught.value)


def test_a_name_that_does_not_resolve_is_told(tmp_path):
    """The name stands in the sentence."""
    assert "the name jira.no-such-host.invalid does not resolve" in told("https://jira.no-such-host.invalid", tmp_path)


@pytest.mark.parametrize("url", ["https://jira..example.com", "https://" + "a" * 70 + ".example.com"])
def test_a_name_that_is_none_is_told(tmp_path, url):
    """What can't be a host's name is no error in auditlib."""
    assert "is no name of a host" in told(url, tmp_path)


def test_a_refused_connection_is_told_with_its_port(tmp_path):
    """Nobody listens there."""
    assert "nothing answers at 127.0.0.1:9" in told("http://127.0.0.1:9", tmp_path)


@pytest.mark.parametrize(
    ("variable", "url"), [("HTTPS_PROXY", "https://jira.example.com"), ("HTTP_PROXY", "http://jira.example.com")]
)
def test_a_proxy_that_is_down_is_told_as_the_proxy(tmp_path, monkeypatch, variable, url):
    """It is the proxy that can't be reached, not Jira; its password is not shown."""
    monkeypatch.setenv(variable, "http://me:hunter22@127.0.0.1:9")
    said = told(url, tmp_path)
    assert "the proxy 127.0.0.1:9 can't be reached" in said
    assert "hunter22" not in said


@pytest.mark.parametrize(
    ("variable", "url"), [("HTTPS_PROXY", "https://jira.example.com"), ("HTTP_PROXY", "http://jira.example.com")]
)
def test_a_proxy_that_wants_a_password_is_asked_once(tmp_path, monkeypatch, variable, url):
    """407 is told as what it is, for tunnels and for plain requests."""
    with answering(head("407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=x")) as (port, asked):
        monkeypatch.setenv(variable, f"http://127.0.0.1:{port}")
        said = told(url, tmp_path)
    assert f"the proxy 127.0.0.1:{port} wants a name and a password (407)" in said
    assert variable in said
    assert len(asked) == 1


def test_a_proxy_that_does_not_let_through_is_told(tmp_path, monkeypatch):
    """What the proxy answered stands in the sentence."""
    with answering(head("502 Bad Gateway")) as (port, _):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        assert "does not let this through: it answered 502 Bad Gateway" in told("https://jira.example.com", tmp_path)


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("socks5h://127.0.0.1:9", "SOCKS proxy (127.0.0.1:9) is not supported"),
        ("ftp://127.0.0.1:9", "can't be used: write http://HOST:PORT"),
        ("http://", "can't be used: write http://HOST:PORT"),
        ("http://no-such-proxy.invalid:3128", "the proxy no-such-proxy.invalid:3128 can't be reached: its name"),
    ],
)
def test_a_proxy_that_can_not_be_used_is_told(tmp_path, monkeypatch, proxy, words):
    """Each way to write a proxy wrongly has its sentence."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    assert words in told("https://jira.example.com", tmp_path)


def test_the_variables_hold_for_loopback_too(tmp_path, monkeypatch):
    """A tunnel to Jira ends on this machine; only the embedded Jira is asked past every proxy."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    said = told("http://127.0.0.1:10", tmp_path)
    assert "the proxy 127.0.0.1:9 can't be reached" in said
    assert "NO_PROXY" in said
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert "nothing answers at 127.0.0.1:10" in told("http://127.0.0.1:10", tmp_path / "b")


def test_the_embedded_jira_is_asked_past_a_proxy(tmp_path, monkeypatch, parameters, small_company):
    """The demo needs no network, whatever the environment says of one."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with connected(parameters(), RawStore(tmp_path), {}, partial(EmbeddedJira, small_company.world)) as (reader, _):
        identify(reader)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory) -> Path:
    """Make an authority, and certificates for localhost: a good one, an expired one, and one for another name."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not there to make certificates")
    folder = tmp_path_factory.mktemp("tls")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "rsa:2048", "-nodes")
    openssl(
        "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Authority of tests"
    )
    for name, host, days in (
        ("good", "localhost", "2"),
        ("old", "localhost", "-1"),
        ("other", "jira.example.com", "2"),
    ):
        (folder / "names").write_text(f"subjectAltName=DNS:{host}")
        openssl("req", *key, "-keyout", f"{name}.key", "-out", "request", "-subj", f"/CN={host}")
        signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names")
        openssl("x509", "-req", "-in", "request", *signed, "-out", f"{name}.pem", "-days", days)
    return folder


def tls(folder: Path, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


@pytest.mark.parametrize("variable", BUNDLES)
def test_a_bundle_of_the_environment_is_trusted_on_loopback_too(certificates, tmp_path, monkeypatch, variable):
    """Each of the usual variables names the company's own authority."""
    monkeypatch.setenv(variable, str(certificates / "ca.pem"))
    body = b'{"errorMessages": ["stop here"]}'
    with answering(head("400 Bad Request", "Content-Type: application/json", body=body), tls(certificates, "good")) as (
        port,
        _,
    ):
        assert "stop here" in told(f"https://localhost:{port}", tmp_path)


def test_a_bundle_is_not_used_where_the_environment_is_not_trusted(certificates, tmp_path, monkeypatch):
    """What runs inside of this process is asked without the environment."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    with answering(head("400 Bad Request"), tls(certificates, "good")) as (port, _):
        assert "can't be verified" in told(f"https://localhost:{port}", tmp_path, trust_environment=False)


@pytest.mark.parametrize(
    "case",
    [
        ("good", None, "REQUESTS_CA_BUNDLE or SSL_CERT_FILE"),
        ("old", "ca.pem", "the certificate of localhost has expired"),
        ("other", "ca.pem", "the certificate is for another name than localhost"),
        ("good", "no-such-file.pem", "no-such-file.pem, which can't be read"),
        ("good", "good.key", "good.key, which can't be read"),
    ],
)
def test_a_certificate_that_is_not_trusted_is_told_and_asked_once(certificates, tmp_path, monkeypatch, case):
    """Own authority, end of life, another name, a wrong file: each its own sentence, and nothing is tried again."""
    name, bundle, words = case
    if bundle is not None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates / bundle))
    with answering(head("200 OK"), tls(certificates, name)) as (port, asked):
        said = told(f"https://localhost:{port}", tmp_path)
    assert words in said
    assert asked == []


def test_http_and_https_are_not_mistaken_silently(certificates, tmp_path, monkeypatch):
    """The other scheme is named as the remedy, both ways."""
    with answering(b"\x15\x03\x01\x00\x02\x02\x0a") as (port, _):
        assert "write https://" in told(f"http://127.0.0.1:{port}", tmp_path / "a")
    with answering(head("200 OK"), tls(certificates, "good")) as (port, _):
        assert "does this port want https://?" in told(f"http://127.0.0.1:{port}", tmp_path / "b")
    with answering(head("200 OK")) as (port, _):
        assert "is it http://" in told(f"https://127.0.0.1:{port}", tmp_path / "c")


def moved(location: str, status: int = 302) -> bytes:
    return head(f"{status} Moved", *([f"Location: {location}"] if location else []), "Content-Type: text/html")


@pytest.mark.parametrize(
    ("location", "words"),
    [
        (
            "https://new.example.net/rest/api/2/serverInfo",
            "answers at https://new.example.net now; put that into jira_url",
        ),
        (
            "https://new.example.net:8443/jira/rest/api/2/serverInfo?x=1",
            "answers at https://new.example.net:8443/jira now",
        ),
        ("/jira/rest/api/2/serverInfo", "/jira now; put that into jira_url"),
        (
            "https://sso.example.com/saml/login?SAMLRequest=secret1234",
            "https://sso.example.com/saml/login, a log-in page",
        ),
        ("/login.jsp?os_destination=%2Fsecret1234", "a log-in page"),
        ("https://www.example.com/", "https://www.example.com/: is jira_url the base address"),
        ("", "without saying where to"),
        ("http://[broken", "which is no address"),
        ("/rest/api/2/serverInfo", "to its own address"),
    ],
)
def test_a_redirect_says_where_to_and_is_asked_once(tmp_path, location, words):
    """A site that moved, a log-in page, another page: told, not followed, not tried again; no query is shown."""
    with answering(moved(location)) as (port, asked):
        said = told(f"http://127.0.0.1:{port}", tmp_path)
    assert words in said
    assert "secret1234" not in said
    assert len(asked) == 1


def refusing(status: int, headers: dict[str, str], body: bytes) -> Callable[[Asked, Answer], Answer]:
    return lambda _, answer: replace(answer, status=status, headers=headers, body=body)


@pytest.mark.parametrize("status", [401, 403])
def test_a_captcha_is_asked_once_and_told(small_company, tmp_path, parameters, status):
    """Each further try with the password is one more failed log-in; so there is none."""
    headers = {
        "Content-Type": "text/html",
        "X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://x.example",
    }
    with EmbeddedJira(small_company.world, "data-center", tamper=refusing(status, headers, b"<h1>No</h1>")) as jira:
        params = parameters(jira_url=jira.url)
        environ = {"JIRA_USER": "u", "JIRA_TOKEN": "a-password"}
        with (
            pytest.raises(AccountRefusedError, match="CAPTCHA") as caught,
            connected(params, RawStore(tmp_path), environ),
        ):
            pass
        assert "personal access token" in str(caught.value)
        assert len(jira.requests) == 1


@pytest.mark.parametrize(
    "case",
    [
        (
            403,
            b'{"error": "Failed to parse Connect Session Auth Token"}',
            "",
            ["Connect Session", "JIRA_USER must be set"],
        ),
        (401, b'{"message": "Client must be authenticated"}', "", ["must be authenticated", "JIRA_USER must be set"]),
        (403, b'{"message": "The IP address is not on the allowlist"}', "u", ["IP address", "administrator"]),
        (403, b"<h1>Basic auth is disabled on this instance</h1>", "u", ["Basic auth", "personal access token"]),
        (401, b"", "u", ["Check JIRA_USER and JIRA_TOKEN"]),
        (404, b"<title>Not here</title>", "u", ["Not here", "context path"]),
        (400, b'{"errors": {"x": "wrong"}}', "u", ["x: wrong"]),
    ],
)
def test_a_refusal_at_first_contact_tells_jiras_words_and_what_to_do(small_company, tmp_path, parameters, case):
    """Whatever ends a run says why in the words of the answer."""
    status, body, user, words = case
    headers = {"Content-Type": "application/json" if body[:1] == b"{" else "text/html"}
    with EmbeddedJira(small_company.world, "cloud", tamper=refusing(status, headers, body)) as jira:
        environ = {"JIRA_USER": user, "JIRA_TOKEN": "a-password"}
        with (
            pytest.raises(SourceError) as caught,
            connected(parameters(jira_url=jira.url), RawStore(tmp_path), environ),
        ):
            pass
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert caught.value.status == 3


def test_a_known_data_center_is_not_told_to_set_a_user(small_company, tmp_path):
    """The advice for Cloud is given only where the site may be Cloud."""
    with EmbeddedJira(small_company.world, "data-center") as jira:
        store = RawStore(tmp_path)
        with JiraReader(jira.url, dialect("data-center"), Credentials("wrong"), store, is_cloud=False) as reader:
            with pytest.raises(AccountRefusedError) as caught:
                identify(reader)
    assert "must be set" not in str(caught.value)


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a": ' * 100_000, b"\xff\xfe\x00"])
def test_an_answer_that_no_parser_takes_is_an_answer_error(small_company, tmp_path, body):
    """However deep or broken, it is what Jira answered, not an error in auditlib."""
    tamper = refusing(200, {"Content-Type": "application/json"}, body)
    with reading(small_company, tmp_path, tamper=tamper) as (reader, _):
        with pytest.raises(SourceError, match=r"not whole JSON|nested too deeply"):
            reader.ask("account", reader.dialect.myself())
