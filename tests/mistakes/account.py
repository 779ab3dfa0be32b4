"""Mistakes with accounts, tokens and what they may see."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from mistakes.scene import Mistake, Scene

from auditlib.demo.server.exchange import Answer, Asked, Tamper

CHECK = "auditlib check params.yaml"


def answered(status: int, message: str, **headers: str) -> Answer:
    """Return a refusal in Jira's form."""
    content = json.dumps({"errorMessages": [message], "errors": {}}).encode()
    return Answer(status, {"Content-Type": "application/json", **headers}, content)


def instead(refusal: Answer, of: Callable[[Asked], bool]) -> Tamper:
    """Refuse some questions."""
    return lambda asked, answer: refusal if of(asked) else answer


def no_token(scene: Scene) -> None:
    """The variable was set in another window."""
    del scene.environ["JIRA_TOKEN"]


def no_user(scene: Scene) -> None:
    """On Cloud the token of a person goes with the e-mail address."""
    del scene.environ["JIRA_USER"]


def token_of_another_site(scene: Scene) -> None:
    """The token is another account's, or of another site."""
    scene.environ["JIRA_TOKEN"] = "a-token-of-another-site"


def token_of_two_lines(scene: Scene) -> None:
    """More was copied than the token."""
    scene.environ["JIRA_TOKEN"] = "first-line\nsecond-line"


def token_expired_meanwhile(scene: Scene) -> None:
    """The token ends while Jira is asked."""
    scene.serve(tamper=instead(answered(401, "Client must be authenticated to access this resource."), _late()))


def _late() -> Callable[[Asked], bool]:
    """Say yes to all once some searches were answered."""
    searches = 0

    def late(asked: Asked) -> bool:
        nonlocal searches
        searches += "search/jql" in asked.path
        return searches > 4 and "serverInfo" not in asked.path

    return late


def token_without_scopes(scene: Scene) -> None:
    """The token was made with scopes, and none of them is one that a run needs."""
    refusal = answered(401, "Unauthorized; scope does not match")
    scene.serve(tamper=instead(refusal, lambda asked: "serverInfo" not in asked.path and "_edge" not in asked.path))


def basic_is_off(scene: Scene) -> None:
    """A Data Center that takes personal access tokens only."""
    refusal = answered(403, "Basic Authentication has been disabled on this instance.")
    scene.serve("data-center", tamper=instead(refusal, lambda asked: "serverInfo" not in asked.path))


def captcha(scene: Scene) -> None:
    """After failed log-ins Jira wants to see a person."""
    refusal = answered(403, "", **{"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=/login.jsp"})
    scene.serve("data-center", tamper=instead(refusal, lambda asked: "serverInfo" not in asked.path))


def project_not_there(scene: Scene) -> None:
    """A key that no project has, or one that this account does not see."""
    scene.parameters(projects="[PAY, PAYMENTS]")


def filter_of_another(scene: Scene) -> None:
    """The filter was never shared with the account."""
    scene.parameters(filter_id="99999")


def may_not_search(scene: Scene) -> None:
    """A token may ask who it is, and not search."""
    refusal = answered(403, "Issue search is forbidden for this token.")
    scene.serve(tamper=instead(refusal, lambda asked: "search/jql" in asked.path))


def clock_wrong(scene: Scene) -> None:
    """The clock of this machine is hours away from Jira's."""

    def later(asked: Asked, answer: Answer) -> Answer:
        at = datetime.now(UTC) - timedelta(hours=7, minutes=20)
        return replace(answer, headers={**answer.headers, "Date": format_datetime(at, usegmt=True)})

    scene.serve(tamper=later)


MISTAKES = (
    Mistake(
        "No token is set",
        CHECK,
        no_token,
        2,
        ("JIRA_TOKEN is not set", "JIRA_USER", "personal access token"),
        '`export JIRA_USER=… JIRA_TOKEN=…` in the same window (PowerShell: `$env:JIRA_TOKEN = "…"`).',
    ),
    Mistake(
        "The token of a person, without the e-mail address",
        CHECK,
        no_user,
        3,
        ("401", "JIRA_USER is not set", "e-mail address"),
        "Set `JIRA_USER` to the e-mail address of the account.",
    ),
    Mistake(
        "A token of another site or account, or one that has expired",
        CHECK,
        token_of_another_site,
        3,
        ("does not accept the account (401", "JIRA_USER", "JIRA_TOKEN", "expired"),
        "Log in to this site as this account in a browser, make a new token, set both variables.",
    ),
    Mistake(
        "More was copied than the token",
        CHECK,
        token_of_two_lines,
        2,
        ("JIRA_TOKEN", "line end", "copied"),
        "Copy the token once more, alone.",
    ),
    Mistake(
        "The token ends in the middle of a run",
        "auditlib run params.yaml --out evidence/soc2",
        token_expired_meanwhile,
        3,
        ("401", "expired", "--resume"),
        "Make a new token and type the same command with `--resume`: what came is not asked for again.",
    ),
    Mistake(
        "A token that lacks the scopes",
        CHECK,
        token_without_scopes,
        3,
        ("scope", "administrators.md"),
        "Make the token anew with the scopes that `docs/administrators.md` lists.",
    ),
    Mistake(
        "User and password where only tokens are allowed (Data Center)",
        CHECK,
        basic_is_off,
        3,
        ("Basic Authentication has been disabled", "personal access token", "JIRA_TOKEN alone"),
        "Make a personal access token in the profile, set `JIRA_TOKEN` to it, and unset `JIRA_USER`.",
    ),
    Mistake(
        "A CAPTCHA after failed log-ins (Data Center)",
        CHECK,
        captcha,
        3,
        ("CAPTCHA", "browser", "personal access token"),
        "Log in with a browser once, or use a personal access token.",
    ),
    Mistake(
        "A project that is not there, or that the account does not see",
        CHECK,
        project_not_there,
        3,
        ("PAYMENTS", "Browse Projects", "Check the key"),
        "Compare the key with the one before the number of an issue; ask for the permission Browse Projects.",
    ),
    Mistake(
        "A filter that is not shared",
        CHECK,
        filter_of_another,
        3,
        ("without it there is no package", "let its owner share filter 99999"),
        "Have its owner share the filter with the account, or leave `filter_id` out.",
    ),
    Mistake(
        "A token that may not search",
        CHECK,
        may_not_search,
        3,
        ("search", "403", "read:jira-work"),
        "Give the token the scope that the message names.",
    ),
    Mistake(
        "The clock of this machine is wrong",
        CHECK,
        clock_wrong,
        0,
        ("Clock", "set the wrong one right"),
        "Set the clock: the package says by it when Jira was asked.",
    ),
)
