"""The people of a package, and what they are called in one for parties who may not see names.

A pseudonym is made of an account and a key with HMAC-SHA-256 (RFC 2104): the same key gives the same one in every package, so
that years can be compared; without the key nobody finds out which account it is, nor tries names until one fits.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from auditlib.audit.personal import PERSON_FIELDS
from auditlib.errors import AnswerError
from auditlib.responses.store import RawStore

CALLED: Final = "Person"
_SHORTEST: Final = 3
"""Characters of a name of an account that is looked for within sentences; shorter ones are ordinary words."""

_MAIL: Final = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_ACCOUNT: Final = re.compile(
    r"\b\d{6}:[0-9a-f\-]{32,36}\b|\b(?:qm|ug):[0-9a-f\-]{36}(?::[0-9a-f\-]{36})?\b|\bJIRAUSER\d+\b"
)
"""Accounts of Cloud and of Data Center, as Jira gives them out: one that no answer names is covered too."""

_ROLE_ACTOR: Final = "atlassian-user-role-actor"
_WORD: Final = re.compile(r"\w+")


@dataclass
class Known:
    """Who is known: accounts by every id, address and name of the account; and by their names, which several may share.

    Attributes
    ----------
    accounts : dict of str to str
        The account by each of its ids, user names and addresses.
    names : dict of str to set of str
        The accounts that have a name.
    """

    accounts: dict[str, str] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=dict)

    def add(self, ids: Iterable[Any], names: Iterable[Any] = ()) -> None:
        """Add a person by ids, the account first, and names; what is no text is passed over."""
        told = [one for one in ids if isinstance(one, str) and one.strip()]
        if not told:
            return
        account = self.accounts.get(told[0], told[0])
        for one in told:
            self.accounts.setdefault(one, account)
        for name in names:
            if isinstance(name, str) and name.strip():
                self.names.setdefault(name, set()).add(account)

    def account_of(self, cell: str) -> str:
        """Return the account that a cell means; a name that nobody or more than one has stands for itself."""
        if cell in self.accounts:
            return self.accounts[cell]
        if _ACCOUNT.fullmatch(cell):
            return cell  # nobody names it, but it is one
        having = self.names.get(cell, ())
        return next(iter(having)) if len(having) == 1 else f"name:{cell}"


def known_in(store: RawStore) -> Known:
    """Return who is named by the answers of a package, wherever an object in them is a person."""
    known = Known()
    for entry in store.entries():
        if entry.file.endswith(".json.gz"):
            with suppress(AnswerError):
                for one in objects_in(store.json(entry)):
                    _add(known, one)
    return known


def objects_in(answer: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every object within an answer, however deep."""
    waiting = [answer]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _add(known: Known, one: Mapping[str, Any]) -> None:
    """Add whom an object is or names: a user of either deployment, one of the organisation or the log, a change of a person."""
    names = (one.get("displayName"), one.get("publicName"))
    mail = one.get("emailAddress") or one.get("email")
    if isinstance(account := one.get("accountId") or one.get("account_id"), str):
        known.add([account, mail], [*names, one.get("nickname"), one.get("name") if "account_id" in one else None])
    elif "displayName" in one and ("emailAddress" in one or "active" in one or "timeZone" in one):
        known.add([one.get("key") or one.get("name"), one.get("name"), mail], names)
    elif one.get("type") == _ROLE_ACTOR:
        user = one.get("actorUser")
        known.add([user.get("accountId") if isinstance(user, dict) else None, one.get("name")], names)
    elif str(one.get("typeName") or one.get("type")).upper() == "USER":
        known.add([one.get("id") or one.get("name"), one.get("name")], [one.get("name")])
    if str(one.get("fieldId") or one.get("field")) in PERSON_FIELDS:
        for identity, name in (("from", "fromString"), ("to", "toString")):
            known.add([one.get(identity)], [one.get(name)])


class Pseudonyms:
    """What people are called, by a key.

    Parameters
    ----------
    key : bytes
    known : Known
    """

    def __init__(self, key: bytes, known: Known) -> None:
        self._key, self._known = key, known
        self._called: dict[str, str] = {}
        self._by_first_word: dict[str, list[str]] = {}
        self._without_spaces: list[str] = []
        for name in sorted({*known.names, *known.accounts}, key=len, reverse=True):
            first = _WORD.match(name)
            if first is None or not name.isascii():
                self._without_spaces.append(name)
            elif len(name) >= _SHORTEST:
                self._by_first_word.setdefault(first[0], []).append(name)
        self._without_spaces = [name for name in self._without_spaces if len(name) > 1]

    def of(self, cell: str) -> str:
        """Return what somebody is called, by account, name or address; the same for each of them."""
        account = self._known.account_of(cell)
        if account not in self._called:
            digest = hmac.new(self._key, f"person\0{account}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
            letters = base64.b32encode(digest).decode()
            self._called[account] = f"{CALLED} {letters[:4]}-{letters[4:8]}-{letters[8:12]}"
        return self._called[account]

    def within(self, text: str) -> str:
        """Return a sentence with every person in it called by the pseudonym, each name as whole words."""
        text = _MAIL.sub(lambda found: self.of(found[0]), text)
        text = _ACCOUNT.sub(lambda found: self.of(found[0]), text)
        for name in self._without_spaces:
            if name in text:
                text = text.replace(name, self.of(name))
        parts, done = [], 0
        for word in _WORD.finditer(text):
            if word.start() < done:
                continue
            for name in self._by_first_word.get(word[0], ()):
                end = word.start() + len(name)
                if text.startswith(name, word.start()) and not (name[-1:].isalnum() and text[end : end + 1].isalnum()):
                    parts += [text[done : word.start()], self.of(name)]
                    done = end
                    break
        return "".join([*parts, text[done:]])


def identity_of(key: bytes) -> str:
    """Return by what a key is told from another, which says nothing of it."""
    return hmac.new(key, b"the key itself", hashlib.sha256).hexdigest()[:16]
