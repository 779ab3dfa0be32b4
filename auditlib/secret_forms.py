"""The forms in which a secret may stand in something else: as it is, escaped, in an address, within base64."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from urllib.parse import quote, quote_plus

SHORTEST_SECRET = 8
"""Characters; what is shorter can't be told from ordinary words."""


def needles_of(secrets: Sequence[str]) -> tuple[bytes, ...]:
    """Return every form in which one of ``secrets`` could stand in a file."""
    needles: set[bytes] = set()
    for secret in secrets:
        if len(secret) < SHORTEST_SECRET:
            continue
        plain = secret.encode("utf-8", "surrogatepass")
        needles |= {plain, html.escape(secret).encode("utf-8", "surrogatepass")}
        needles |= {
            json.dumps(secret, ensure_ascii=ascii_only)[1:-1].encode("utf-8", "surrogatepass")
            for ascii_only in (True, False)
        }
        needles |= {quote(plain, safe="").encode(), quote_plus(plain).encode()}
        for before in range(3):
            # Three bytes make four characters. Characters that also hold bits of a neighbour are cut off, so that the
            # rest is found in the base64 of any longer text, such as "user:secret".
            encoded = base64.b64encode(b"\0" * before + plain)
            inner = encoded[(0, 2, 3)[before] : len(encoded) - (0, 3, 2)[(before + len(plain)) % 3]]
            needles |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return tuple(sorted(needles))
