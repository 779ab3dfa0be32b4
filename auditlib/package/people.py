"""The people of a package, and what they are called in one for parties who may not see names.

A pseudonym is made of an account and a key with HMAC-SHA-256 (RFC 2104): the same key gives the same one in every package, so
that years can be compared; without the key nobody finds out which account it is, nor tries names until one fits.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from auditlib.audit.personal import LEFT_OUT, PERSON_FIELDS
from auditlib.csv_cells import writable_text
from auditlib.errors import AnswerError
from auditlib.responses.store import RawStore
from auditlib.text import visible_text

CALLED: Final = "Person"
_SHORTEST: Final = 3
"""Characters of what is looked for within sentences, if it is ASCII; less are ordinary words, but for names of two."""

_ORDINARY: Final = frozenset(
    {
        *(
            "Am",
            "An",
            "As",
            "At",
            "Be",
            "By",
            "Do",
            "Go",
            "He",
            "If",
            "In",
            "Is",
            "It",
            "IT",
            "Me",
            "My",
            "No",
            "OK",
            "Of",
        ),
        *("On", "Or", "So", "To", "Up", "Us", "We"),
    }
)
"""Words of two letters with a capital that sentences have; any other one may be a name."""

_MAIL: Final = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_ACCOUNT: Final = re.compile(
    r"\b\d{6}:[0-9a-f\-]{32,36}\b|\b(?:qm|ug):[0-9a-f\-]{36}(?::[0-9a-f\-]{36})?\b|\bJIRAUSER\d+\b"
)
"""Accounts of Cloud and of Data Center, as Jira gives them out: one that no answer names is covered too."""

_QUOTED: Final = re.compile(r"""(?<!\w)(?:(['"])(?:\\.|(?!\1)[^\\])*\1(?!\w)|['"][^'"]*…)""", re.DOTALL)
"""A value of Jira in quotation marks, as `repr` or JSON write it; also one that was cut short before they close."""

_CUT: Final = "…"
_ROLE_ACTOR: Final = "atlassian-user-role-actor"
_WORD: Final = re.compile(r"\w+")
_BEGIN: Final = re.compile(r"(?<!\w)\S")


@dataclass
class Known:
    """Who is known: accounts by every id, address and name of the account; and by their names, which several may share.

    Attributes
    ----------
    accounts : dict of str to str
        The account by each of its ids, user names and addresses.
    names : dict of str to set of str
        The accounts that have a name; none if nobody knows whose it is.
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
                for form in forms(name):
                    self.names.setdefault(form, set()).add(account)

    def mention(self, account: str = "", name: str = "") -> None:
        """Add somebody whom a list or another year names; what Jira's answers of this package tell of them stands."""
        if account:
            self.accounts.setdefault(account, account)
        for form in forms(name) - self.names.keys():
            self.names[form] = {self.accounts[account]} if account else set()

    def account_of(self, cell: str) -> str:
        """Return the account that a cell means; a name that nobody or more than one has stands for itself."""
        if cell in self.accounts:
            return self.accounts[cell]
        if _ACCOUNT.fullmatch(cell):
            return cell  # nobody names it, but it is one
        having = self.names.get(cell, ())
        return next(iter(having)) if len(having) == 1 else f"name:{cell}"


def forms(text: str) -> set[str]:
    """Return a text in every form that sentences give it: as it is, on one line, and with what is unseen made visible."""
    plain = " ".join(text.split())
    return {
        form for one in (text, text.strip(), plain) for form in (one, visible_text(one), writable_text(one)) if form
    }


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
    """What people are called, by a key, and what else sentences may not say.

    Parameters
    ----------
    key : bytes
    known : Known
    texts : iterable of str
        What people wrote that a sentence may repeat: it is left out there, where it stands as words of its own.
    """

    def __init__(self, key: bytes, known: Known, texts: Iterable[str] = ()) -> None:
        self._key, self._known = key, known
        self._called: dict[str, str] = {}
        people = {*known.names, *known.accounts}
        self._texts = {form for text in texts if len(text) >= _SHORTEST for form in forms(text)} - people
        self._by_first_word: dict[str, list[str]] = {}
        self._without_spaces: list[str] = []
        self._sorted = sorted(people | self._texts)
        self._longest = max(map(len, self._sorted), default=0)
        for name in sorted(self._sorted, key=len, reverse=True):
            first = _WORD.match(name)
            if _stands_anywhere(name):
                self._without_spaces.append(name)
            elif first is not None and (len(name) >= _SHORTEST or _is_short_name(name)):
                self._by_first_word.setdefault(first[0], []).append(name)

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
                text = text.replace(name, self._instead_of(name))
        parts, done = [], 0
        for word in _WORD.finditer(text):
            if word.start() < done:
                continue
            for name in self._by_first_word.get(word[0], ()):
                end = word.start() + len(name)
                if text.startswith(name, word.start()) and not (name[-1:].isalnum() and text[end : end + 1].isalnum()):
                    parts += [text[done : word.start()], self._instead_of(name)]
                    done = end
                    break
        return self._without_cut("".join([*parts, text[done:]]))

    def sentence(self, text: str) -> str:
        """Return a sentence as `within`, and without the values of Jira that it quotes."""
        return _QUOTED.sub(LEFT_OUT, self.within(text))

    def _instead_of(self, name: str) -> str:
        return LEFT_OUT if name in self._texts else self.of(name)

    def _without_cut(self, text: str) -> str:
        """Return a text without the beginnings of names, accounts and texts that were cut short."""
        *cut, rest = text.split(_CUT)
        return _CUT.join([*map(self._without_beginning, cut), rest])

    def _without_beginning(self, text: str) -> str:
        """Return a text without the beginning of a name, account or text at its end."""
        for found in _BEGIN.finditer(text, max(0, len(text) - self._longest)):
            beginning = text[found.start() :]
            place = bisect_left(self._sorted, beginning)
            if len(beginning) < _SHORTEST:
                break
            if place < len(self._sorted) and self._sorted[place].startswith(beginning):
                return f"{text[: found.start()]}{LEFT_OUT}"
        return text


def _stands_anywhere(name: str) -> bool:
    """Say whether a name is looked for within words, too: it has letters without spaces around, or begins with none."""
    if not name.isascii():
        return len(name) > 1
    return _WORD.match(name) is None and len(name) > _SHORTEST and any(map(str.isalpha, name))


def _is_short_name(name: str) -> bool:
    """Say whether less than `_SHORTEST` characters are looked for: two like a name, or one that ASCII does not have."""
    return not name.isascii() or (name.isalpha() and len(name) > 1 and name[0].isupper() and name not in _ORDINARY)


def identity_of(key: bytes) -> str:
    """Return by what a key is told from another, which says nothing of it."""
    return hmac.new(key, b"the key itself", hashlib.sha256).hexdigest()[:16]
