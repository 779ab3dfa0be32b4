"""Text that came from Jira, made safe to look at. Pure, no I/O.

Anyone who can write an issue can put into it characters that no reader sees: ones that turn the direction of a line
around, that hide, or that move the cursor of a terminal. Evidence shows them.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

# Cc control, Cf format (all direction marks are here), Cs half of a surrogate pair, Zl and Zp separators of lines
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
_FAMILIAR = {"\n": "⏎", "\t": "⇥"}


def visible_text(text: str, *, keep: str = "") -> str:
    r"""Make invisible and control characters visible, which a reader could not see.

    A line feed becomes ``⏎``, a tab ``⇥``, any other control, direction, format or separator character its number in
    brackets, ``[U+202E]``. Joiners stay where they join, between two characters outside ASCII: pictures made of several
    characters, and Persian or Indic words, need them.

    Parameters
    ----------
    text : str
        As received.
    keep : str
        Characters to leave as they are, such as ``"\n"`` where lines may break.

    Returns
    -------
    str
        Text that can be encoded as UTF-8 and holds no unseen character but those of ``keep``.
    """
    if text.isprintable():
        return text
    shown = []
    for place, character in enumerate(text):
        if character in keep or unicodedata.category(character) not in _UNSEEN or _joins(text, place):
            shown.append(character)
        else:
            shown.append(_FAMILIAR.get(character, f"[U+{ord(character):04X}]"))
    return "".join(shown)


def _joins(text: str, place: int) -> bool:
    """Say whether the character at ``place`` is a joiner between two characters that can be joined."""
    if text[place] not in _JOINERS or not 0 < place < len(text) - 1:
        return False
    neighbours = text[place - 1] + text[place + 1]
    return all(not near.isascii() and unicodedata.category(near) not in _UNSEEN for near in neighbours)


def is_web_address(text: str) -> bool:
    """Say whether ``text`` may become a link: http or https, a host, nothing unseen and no space in it."""
    if not text.isprintable() or any(character.isspace() for character in text):
        return False
    try:
        address = urlsplit(text)
    except ValueError:
        return False
    return address.scheme in {"http", "https"} and bool(address.hostname)


def shorten(text: str, length: int) -> str:
    """Cut ``text`` to at most ``length`` characters, the last being ``…`` if anything was cut."""
    return text if len(text) <= length else text[: length - 1] + "…"


def is_unicode(path: str) -> bool:
    """Say whether a path is text; on Unix it may be any bytes, and Python has a stand-in for those that are none."""
    return not any("\ud800" <= character <= "\udfff" for character in path)
