"""The forms in which a secret may stand in something else: as it is, escaped, in an address, within base64, as numbers. Pure."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import quote, quote_plus

SHORTEST_SECRET = 8
"""Characters; what is shorter can't be told from ordinary words."""

_PERCENT: Final = re.compile(r"%[0-9A-F]{2}")
_QUOTES: Final = str.maketrans({"'": "&#39;", '"': "&#34;", "&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""As markupsafe writes them, which makes our pages; Python's ``html`` writes quotes otherwise."""


def needles_of(secrets: Sequence[str]) -> tuple[bytes, ...]:
    """Return every form in which one of ``secrets`` could stand in a file; none of them holds another one."""
    long_enough = (secret for secret in secrets if len(secret) >= SHORTEST_SECRET)
    return _without_longer(form for secret in long_enough for form in _forms(secret) if form)


def _without_longer(needles: Iterable[bytes]) -> tuple[bytes, ...]:
    """Leave out what holds another one: it stands nowhere without it."""
    kept: list[bytes] = []
    for needle in sorted(set(needles), key=lambda one: (len(one), one)):
        if not any(shorter in needle for shorter in kept):
            kept.append(needle)
    return tuple(sorted(kept))


def _forms(secret: str) -> Iterator[bytes]:
    plain = secret.encode("utf-8", "surrogatepass")
    for text in {secret, *_escaped(secret), *_in_address(plain)}:
        yield text.encode("utf-8", "surrogatepass")
    yield from (plain.hex().encode(), plain.hex().upper().encode())
    yield from _in_two_bytes(secret)
    yield from _in_base64(plain)


def _escaped(secret: str) -> Iterator[str]:
    """Yield a secret as HTML, XML and JSON quote it."""
    yield from (html.escape(secret), html.escape(secret, quote=False), secret.translate(_QUOTES))
    for ascii_only in (True, False):
        quoted = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield from (quoted, quoted.replace("/", "\\/"))


def _in_address(plain: bytes) -> Iterator[str]:
    """Yield a secret as addresses quote it, once and twice, in either case of the digits."""
    for once in (quote(plain, safe=""), quote(plain), quote_plus(plain)):
        lower = _PERCENT.sub(lambda found: found[0].lower(), once)
        yield from (once, lower, once.replace("%", "%25"), lower.replace("%", "%25"))


def _in_two_bytes(secret: str) -> Iterator[bytes]:
    """Yield a secret as Windows writes text, and in the other order of bytes; without the outer zeros, which neither needs."""
    for encoding in ("utf-16-le", "utf-16-be"):
        yield secret.encode(encoding, "surrogatepass").strip(b"\0")


def _in_base64(plain: bytes) -> Iterator[bytes]:
    """Yield a secret as it stands in the base64 of any longer text, such as ``user:secret``, whatever comes before it."""
    for before in range(3):
        # Three bytes make four characters. Characters that also hold bits of a neighbour are cut off.
        encoded = base64.b64encode(b"\0" * before + plain)
        inner = encoded[(0, 2, 3)[before] : len(encoded) - (0, 3, 2)[(before + len(plain)) % 3]]
        yield from (inner, inner.replace(b"+", b"-").replace(b"/", b"_"))
