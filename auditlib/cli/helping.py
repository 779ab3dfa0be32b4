"""The text of ``--help``: plain, at most 80 columns, alike on a terminal and in a file; examples stand in it to be copied."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

_AS_IT_STANDS: Final = "\b"
"""A line that tells the library to leave the lines below it, to the next empty one, as they are."""

_EXAMPLES: Final = ("Example:", "Examples:")


def help_of(command: Callable[..., Any]) -> str:
    """Return the help of a command: its docstring, with the examples one a line, to be copied as they stand.

    An example is a paragraph of the docstring that is set in by four spaces; what is not set in is filled anew.
    """
    paragraphs = inspect.cleandoc(command.__doc__ or "").split("\n\n")
    shown: list[str] = []
    for paragraph in paragraphs:
        if paragraph in _EXAMPLES:
            shown.append(f"{_AS_IT_STANDS}\n{paragraph}")
        elif paragraph.startswith("    ") and shown:
            shown[-1] += "\n" + "\n".join(line[2:] for line in paragraph.splitlines())
        else:
            shown.append(paragraph)
    return "\n\n".join(shown)
