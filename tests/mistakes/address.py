"""Mistakes with the address of a Jira, and with what stands between it and the user."""

from __future__ import annotations

from byte_server import answering, head
from mistakes.scene import Mistake, Scene
from mistakes.servers import LOG_IN_PAGE, nobody, own_authority

CHECK = "auditlib check params.yaml"


def page_of_a_browser(scene: Scene) -> None:
    """The address was copied from the browser's bar."""
    scene.parameters(jira_url='"https://example.atlassian.net/browse/PAY-1"')


def http_of_cloud(scene: Scene) -> None:
    """Cloud answers at https:// only."""
    scene.parameters(jira_url='"http://example.atlassian.net"')


def http_at_a_tls_port(scene: Scene) -> None:
    """A server of the company speaks TLS at this port."""
    port, _ = scene.stack.enter_context(answering(head("200 OK"), own_authority(scene.folder / "tls")))
    scene.asks(f"http://localhost:{port}", "http://jira.example.com")


def without_context_path(scene: Scene) -> None:
    """The company's Jira stands below /jira, and the path was left out."""
    scene.serve("data-center", context_path="/jira")
    scene.asks(scene.url.removesuffix("/jira"))


def nothing_answers(scene: Scene) -> None:
    """Jira is down, or the port is another one."""
    scene.asks(f"http://127.0.0.1:{nobody()}")


def name_mistyped(scene: Scene) -> None:
    """A host that no name server knows: mistyped, or known within the VPN only."""
    scene.asks("https://jira.example.invalid", "https://jira.example.invalid")


def log_in_page(scene: Scene) -> None:
    """Single sign-on, or the portal of a network, answers every question with its page."""
    port, _ = scene.stack.enter_context(answering(head("200 OK", "Content-Type: text/html", body=LOG_IN_PAGE.encode())))
    scene.asks(f"http://127.0.0.1:{port}")


def led_to_log_in(scene: Scene) -> None:
    """A gateway leads whoever is not logged in to its own page."""
    where = "Location: https://login.example.com/saml?RelayState=secret"
    port, _ = scene.stack.enter_context(answering(head("302 Found", where)))
    scene.asks(f"http://127.0.0.1:{port}")


def proxy_is_down(scene: Scene) -> None:
    """The variable names a proxy that is not there any more."""
    port = nobody()
    scene.environ["HTTPS_PROXY"] = f"http://ann:secret@127.0.0.1:{port}"
    scene.hidden[f"127.0.0.1:{port}"] = "proxy.example.com:8080"
    scene.asks("https://jira.example.com")


def proxy_wants_a_password(scene: Scene) -> None:
    """The proxy of the company lets nobody through without a name."""
    port, _ = scene.stack.enter_context(answering(head("407 Proxy Authentication Required")))
    scene.environ["HTTPS_PROXY"] = f"http://127.0.0.1:{port}"
    scene.hidden[f"127.0.0.1:{port}"] = "proxy.example.com:8080"
    scene.asks("https://jira.example.com")


def own_certificate(scene: Scene) -> None:
    """The company signs its certificates itself."""
    port, _ = scene.stack.enter_context(answering(head("200 OK"), own_authority(scene.folder / "tls")))
    scene.asks(f"https://localhost:{port}")
    scene.hidden["localhost"] = "jira.example.com"


MISTAKES = (
    Mistake(
        "The address of a page, copied from the browser",
        CHECK,
        page_of_a_browser,
        2,
        ("jira_url", "address of a page", "write https://example.atlassian.net"),
        "Put the base address into `jira_url`; the message has it.",
    ),
    Mistake(
        "`http://` for a site of Jira Cloud",
        CHECK,
        http_of_cloud,
        3,
        ("https://", "jira_url"),
        "Write `https://`.",
    ),
    Mistake(
        "`http://` for a server that speaks TLS",
        CHECK,
        http_at_a_tls_port,
        3,
        ("does this port want https://?",),
        "Write `https://`.",
    ),
    Mistake(
        "The context path is left out",
        CHECK,
        without_context_path,
        3,
        ("404", "/jira"),
        "Look at the address in the browser: what stands before `/browse` or `/secure` is the base address, path and all.",
    ),
    Mistake(
        "Nothing answers at the address",
        CHECK,
        nothing_answers,
        3,
        ("refused", "port", "VPN"),
        "Open the address in a browser of this machine; check the port, the VPN, and whether Jira runs.",
    ),
    Mistake(
        "A host that can't be found",
        CHECK,
        name_mistyped,
        3,
        ("does not resolve", "VPN"),
        "Check the spelling; connect to the VPN if the site is reached through one.",
    ),
    Mistake(
        "A log-in page answers",
        CHECK,
        log_in_page,
        3,
        ("text/html", "login page", "VPN", "in a browser"),
        "Open the address in a browser: log in to the VPN or the network; if single sign-on stands in front of the REST API, ask "
        "Jira's administrator for an address or a token that passes it.",
    ),
    Mistake(
        "Single sign-on leads elsewhere",
        CHECK,
        led_to_log_in,
        3,
        ("redirected", "log-in page", "token"),
        "Use a token of an account that may use the REST API; the administrator must let it pass single sign-on.",
    ),
    Mistake(
        "The proxy can't be reached",
        CHECK,
        proxy_is_down,
        3,
        ("the proxy proxy.example.com:8080 can't be reached", "HTTPS_PROXY"),
        "Correct or unset `HTTPS_PROXY` and `HTTP_PROXY`; hosts that need no proxy go into `NO_PROXY`.",
    ),
    Mistake(
        "The proxy wants a name and a password",
        CHECK,
        proxy_wants_a_password,
        3,
        ("407", "HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT"),
        "Write them into the variable, as the message shows.",
    ),
    Mistake(
        "A certificate of the company's own authority",
        CHECK,
        own_certificate,
        3,
        ("certificate", "REQUESTS_CA_BUNDLE"),
        "Ask for the file of the authority's certificates (PEM), and name it in `REQUESTS_CA_BUNDLE`.",
    ),
)
