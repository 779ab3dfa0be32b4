"""What is printed, and where: results on stdout, everything else on stderr."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from auditlib.text import visible_text

# Texts of a Jira pass through here: nothing in them is taken for markup, an emoji's name or a number to be coloured.
out = Console(soft_wrap=True, markup=False, emoji=False, highlight=False)
err = Console(soft_wrap=True, markup=False, emoji=False, highlight=False, stderr=True)


def say(console: Console, text: str) -> None:
    """Print lines; what a terminal would obey, or no reader would see, is shown by its number."""
    console.print(visible_text(text, keep="\n"))


def say_sealed(package: Path) -> None:
    """Print where a sealed package is, and the page to open; the last line is its path alone."""
    say(out, f"Sealed: {package}")
    say(out, f"Open {package / 'data' / 'index.html'}")
    say(out, str(package))
