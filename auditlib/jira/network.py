"""Why a server could not be asked at all: one sentence for each cause, with what to do. Reads errors, sends nothing."""

from __future__ import annotations

import errno
import http.client
import os
import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests
from requests.utils import get_environ_proxies, select_proxy
from urllib3 import exceptions as below

from auditlib.jira.watch import OddAnswerError
from auditlib.responses.request import Request
from auditlib.text import shorten, visible_text

BUNDLES: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""Variables that name a file of certificates to trust; the first that is set holds."""

_NO_TLS: Final = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG")
_TLS_ANSWER: Final = ("\x15\x03", "\x16\x03")
_LOG_IN: Final = re.compile(r"log-?[io]n|sign-?[io]n|sso|saml|oauth|auth|idp|adfs", re.IGNORECASE)


@dataclass(frozen=True)
class Cause:
    """Why a request came to nothing.

    Attributes
    ----------
    words : str
        A sentence without its full stop, with what to do.
    lasting : bool
        Whether asking again is no use: a name, a certificate or a setting is wrong.
    heavy : bool
        Whether the answer may have been too much at once.
    odd : bool
        Whether no Jira answers like that: asking once more is enough.
    """

    words: str
    lasting: bool = False
    heavy: bool = False
    odd: bool = False


def cause_of(error: BaseException, address: str) -> Cause:
    """Say why a request failed before a whole answer came.

    Parameters
    ----------
    error : exception
        What the library raised.
    address : str
        The base address that was asked; named in the sentence, as is the proxy in front of it.
    """
    if isinstance(error, OddAnswerError):
        return Cause(str(error), heavy=error.heavy, odd=True)
    chain = _chain(error)
    for find in (_of_proxy, _of_certificate, _of_tls, _of_place):
        found = find(chain, address)
        if found is not None:
            return found
    return _of_wire(error, chain, address)


def bundle_of(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the variable that names a file of certificates, and the file; None if none does."""
    return next(((name, environ[name]) for name in BUNDLES if environ.get(name)), None)


def bundle_problem(error: OSError) -> str:
    """Say that the file of certificates can't be used."""
    named = bundle_of(os.environ)
    which = "the file of certificates" if named is None else f"{named[0]} names {named[1]}, which"
    return f"{which} can't be read as certificates in PEM form: {_line(str(error))}"


def proxy_of(address: str) -> str:
    """Return the proxy in front of an address as the environment names it, without a password; empty if there is none."""
    proxy = select_proxy(address, get_environ_proxies(address))
    if not proxy:
        return ""
    try:
        parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    except ValueError:  # no address at all
        return _line(proxy.rpartition("@")[2])
    return _line(parts.netloc.rpartition("@")[2] or proxy.rpartition("@")[2])


def proxy_wants_password(address: str) -> str:
    """Say that a proxy wants a name and a password."""
    variable = "HTTPS_PROXY" if address.startswith("https:") else "HTTP_PROXY"
    return (
        f"the proxy {proxy_of(address) or 'in front of it'} wants a name and a password (407): write them into the variable, "
        f"{variable}=http://NAME:PASSWORD@HOST:PORT, with % forms for characters such as @ and :"
    )


def led_to(request: Request, asked_at: str, location: str) -> str:
    """Say where a redirect leads, and what to do.

    Parameters
    ----------
    request : Request
        What was asked.
    asked_at : str
        The base address.
    location : str
        The header, absolute or not; what follows a question mark may be a secret and is not told.
    """
    if not location.strip():
        return "was redirected without saying where to: is this the base address, with its context path?"
    try:
        target = urlsplit(urljoin(f"{asked_at}/{request.path}", location.strip()))
        host = target.hostname or ""
        place = f"{target.scheme}://{host}{'' if target.port is None else f':{target.port}'}{target.path}"
    except ValueError:
        return f"was redirected to {shorten(_line(location.partition('?')[0]), 120)}, which is no address"
    shown = shorten(_line(place), 160)
    if target.path.endswith(f"/{request.path}"):
        base = _line(place[: -len(request.path) - 1])
        if base != asked_at:
            return f"was redirected: this Jira answers at {base} now; put that into jira_url"
        return f"was redirected to its own address, {shown}: going on would never end; ask Jira's administrator"
    if _LOG_IN.search(f"{host}{target.path}"):
        return (
            f"was redirected to {shown}, a log-in page: the account is not logged in, or single sign-on stands in front of "
            "Jira. Use a token of an account that may use the REST API"
        )
    return f"was redirected to {shown}: is jira_url the base address, with its context path?"


def _chain(error: BaseException) -> list[BaseException]:
    """Return an error and all that caused it, the outermost first."""
    found: list[BaseException] = []
    left: list[BaseException | None] = [error]
    while left:
        one = left.pop(0)
        if one is None or any(one is known for known in found):
            continue
        found.append(one)
        inner = (one.__cause__, one.__context__, getattr(one, "reason", None), getattr(one, "original_error", None))
        left += [it for it in (*inner, *one.args) if isinstance(it, BaseException)]
    return found


def _of_proxy(chain: list[BaseException], address: str) -> Cause | None:
    proxy = proxy_of(address) or "of the environment"
    text = " ".join(str(one) for one in chain)
    if isinstance(chain[0], requests.exceptions.InvalidSchema) and "SOCKS" in text:
        return Cause(f"a SOCKS proxy ({proxy}) is not supported: name an http:// proxy in HTTPS_PROXY", lasting=True)
    if isinstance(chain[0], requests.exceptions.InvalidProxyURL) or any(
        isinstance(one, below.ProxySchemeUnknown) for one in chain
    ):
        return Cause(f"the address of the proxy ({proxy}) can't be used: write http://HOST:PORT", lasting=True)
    if not isinstance(chain[0], requests.exceptions.ProxyError):
        return None
    if "407" in text:
        return Cause(proxy_wants_password(address), lasting=True)
    tunnel = re.search(r"Tunnel connection failed: (\d{3}[^'\")]*)", text)
    if tunnel:
        return Cause(f"the proxy {proxy} does not let this through: it answered {_line(tunnel[1])}")
    if "appears to only use HTTP" in text:
        return Cause(
            f"the proxy {proxy} does not speak TLS: write http:// before its address, not https://", lasting=True
        )
    if any(isinstance(one, socket.gaierror) for one in chain):
        why = "its name does not resolve"
    elif any(isinstance(one, ConnectionRefusedError) for one in chain):
        why = "nothing answers there"
    else:
        why = "no connection came about"
    loopback = urlsplit(address).hostname in {"127.0.0.1", "::1", "localhost"}
    hint = " (or NO_PROXY, for a Jira on this machine)" if loopback else ""
    return Cause(f"the proxy {proxy} can't be reached: {why}. Check HTTPS_PROXY and HTTP_PROXY{hint}")


def _of_certificate(chain: list[BaseException], address: str) -> Cause | None:
    for one in chain:
        if isinstance(one, ssl.SSLCertVerificationError):
            return Cause(_certificate_words(one, urlsplit(address).hostname or address), lasting=True)
    return None


def _certificate_words(error: ssl.SSLCertVerificationError, host: str) -> str:
    """Say what is wrong with a certificate, and what to do."""
    said = _line(error.verify_message or str(error))
    lower, named = said.lower(), bundle_of(os.environ)
    if "expired" in lower:
        return f"the certificate of {host} has expired: Jira's administrator must renew it (or this machine's clock is wrong)"
    if "not yet valid" in lower:
        return f"the certificate of {host} is not valid yet: is this machine's clock right?"
    if "mismatch" in lower or "not valid for" in lower:
        return f"the certificate is for another name than {host}: write the name that it is made for into jira_url ({said})"
    trusted = "" if named is None else f" ({named[0]} names {named[1]}, which does not hold it)"
    return (
        f"the certificate of {host} can't be verified, {said}: if your company has an authority of its own, name the file of "
        f"its certificates, in PEM form, in REQUESTS_CA_BUNDLE or SSL_CERT_FILE{trusted}"
    )


def _of_tls(chain: list[BaseException], address: str) -> Cause | None:
    host = _host(address)
    for one in chain:
        if isinstance(one, ssl.SSLError):
            said = (one.reason or str(one)).upper()
            if any(word in said for word in _NO_TLS):
                return Cause(f"{host} does not speak TLS at this port: is it http://, or another port?", lasting=True)
            if "NO_CERTIFICATE_OR_CRL_FOUND" in said or "BAD_BASE64" in said or "NO_START_LINE" in said:
                return Cause(bundle_problem(one), lasting=True)
            return Cause(f"the encrypted connection to {host} broke: {_line(one.reason or str(one))}")
        if isinstance(one, http.client.BadStatusLine) and str(one.args[0] if one.args else "").startswith(_TLS_ANSWER):
            return Cause(f"{host} speaks TLS at this port: write https:// into jira_url", lasting=True)
    return None


def _of_place(chain: list[BaseException], address: str) -> Cause | None:
    """Return why no connection came about."""
    host = _host(address)
    for one in chain:
        if isinstance(one, UnicodeError | below.LocationParseError | requests.exceptions.InvalidURL):
            return Cause(f"{host} is no name of a host: check jira_url", lasting=True)
        if isinstance(one, socket.gaierror):
            name = urlsplit(address).hostname or address
            return Cause(f"the name {name} does not resolve: check jira_url, the network, and whether a VPN is needed")
        if isinstance(one, requests.exceptions.ConnectTimeout):
            return Cause(
                f"no connection to {host} within the time-out: is a firewall in the way, or a VPN needed that is not connected?"
            )
        if isinstance(one, ConnectionRefusedError):
            return Cause(
                f"nothing answers at {host}, the connection was refused: check host and port in jira_url, whether Jira runs, and "
                "whether a VPN is needed"
            )
        if isinstance(one, OSError) and one.errno in {errno.ENETUNREACH, errno.EHOSTUNREACH}:
            return Cause(f"there is no way to {host}: check the network, and whether a VPN is needed")
    return None


def _of_wire(error: BaseException, chain: list[BaseException], address: str) -> Cause:
    """Return what happened after a connection came about."""
    kinds = requests.exceptions
    if isinstance(error, kinds.ReadTimeout) or any(isinstance(one, below.ReadTimeoutError) for one in chain):
        return Cause("no data within the time-out", heavy=True)
    if any(isinstance(one, http.client.LineTooLong) or type(one) is http.client.HTTPException for one in chain):
        return Cause("the head of the answer is longer than any that is read", odd=True)
    if isinstance(error, kinds.ChunkedEncodingError | below.ProtocolError):
        return Cause("the answer was cut", heavy=True)
    if isinstance(error, kinds.ContentDecodingError | below.DecodeError):
        return Cause("the answer could not be decompressed", heavy=True)
    if isinstance(error, kinds.ConnectionError):
        hint = ": does this port want https://?" if address.startswith("http:") else ""
        return Cause(f"the connection was closed without an answer{hint}", heavy=True)
    return Cause(f"{type(error).__name__}: {shorten(_line(str(error)), 120)}")


def _host(address: str) -> str:
    return urlsplit(address).netloc.rpartition("@")[2] or address


def _line(text: str) -> str:
    return visible_text(" ".join(text.split()))
